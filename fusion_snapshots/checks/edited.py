"""Edits that wait beside the file they are of, and that no step takes."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Finding
from ..folder.edited import live_name, unmerged
from ..folder.model import Folder


def check(folder: Folder) -> Iterator[Finding]:
    """Yield the edited versions that were set aside when the folder was rendered again."""
    for name in unmerged(folder.root):
        message = f"holds your edits of {live_name(name)}, which lacks them; take them over, then remove this file"
        yield Finding(name, 1, 1, "warning", "edits-wait", "", message)

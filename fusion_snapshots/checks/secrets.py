"""Access tokens and keys, which no file of the folder may hold."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Finding, find_secret
from ..folder.model import Folder
from ..folder.yaml_file import MAX_BYTES


def check(folder: Folder) -> Iterator[Finding]:
    """Yield the lines of all files, whatever they are for, that hold what looks like an access token or a key."""
    for path in folder.paths:
        try:
            if path.stat().st_size > MAX_BYTES:
                continue
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if (begin := find_secret(line)) is not None:
                message = "this looks like an access token or key; no file of this folder may hold one"
                yield Finding(folder.name_of(path), number, begin + 1, "error", "secret", "", message)

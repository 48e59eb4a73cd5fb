"""Access tokens and keys, which no file of the folder may hold."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Finding, find_secret
from ..folder.model import Folder, text_of


def check(folder: Folder) -> Iterator[Finding]:
    """Yield the lines of all files, whatever they are for, that hold what looks like an access token or a key."""
    for path in folder.paths:
        for number, line in enumerate((text_of(path) or "").splitlines(), 1):
            if (begin := find_secret(line)) is not None:
                message = "this looks like an access token or key; no file of this folder may hold one"
                yield Finding(folder.name_of(path), number, begin + 1, "error", "secret", "", message)

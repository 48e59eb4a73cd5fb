"""Files that the items name and that are not there, or may not be read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ..findings import Finding
from ..folder.model import Folder, Item
from ..folder.rules import BLOCKS

_FILE_KEYS = ("config", "nextflow-config", "ecs-config", "pre-run", "post-run", "params-file", "file-path")


def check(folder: Folder) -> Iterator[Finding]:
    """Yield files that seqerakit, run in the folder's root, would not find."""
    for block in BLOCKS:
        for item in folder.items(block):
            for key in _FILE_KEYS:
                name = item.text(key)
                if name and not is_file(folder.root / name):
                    yield item.finding("error", "missing-file", (key,), _message(folder.root, item, name), name)
                elif name and not os.access(folder.root / name, os.R_OK):
                    yield item.finding("error", "missing-file", (key,), "may not be read; change its mode", name)


def is_file(path: Path) -> bool:
    """Tell whether a path, however long or odd, is that of a file."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _message(root: Path, item: Item, name: str) -> str:
    beside = item.file.path.parent / name
    hint = f"; write {beside.relative_to(root).as_posix()}" if is_file(beside) and ".." not in name else ""
    return f"no such file; seqerakit looks from the folder it is run in, {root.name}/{hint}"

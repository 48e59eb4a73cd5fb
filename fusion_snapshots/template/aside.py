"""Keeping an edited file, or folder, under another name beside the new one."""

from __future__ import annotations

import contextlib
import itertools
import os
from pathlib import Path

from ..folder.edited import live_name, unmerged


def set_aside(path: Path) -> Path:
    """Move what lies at a path to a free name beside it that says it is the edited version, and return that.

    Raises OSError.

    The name is taken by an empty file or folder, which the move replaces, so that no other process takes it as well.
    """
    is_folder = path.is_dir() and not path.is_symlink()
    numbers = itertools.count(1)
    while True:
        number = next(numbers)
        kept = path.with_name(f"{path.name}.edited" + (f"-{number}" if number > 1 else ""))
        try:
            if is_folder:
                kept.mkdir()
            else:
                kept.touch(exist_ok=False)
        except FileExistsError:
            continue
        try:
            os.rename(path, kept)
        except FileNotFoundError:  # another run has moved it
            _remove(kept)
        return kept


def _remove(path: Path) -> None:
    if path.is_dir():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def has_versions(path: Path) -> bool:
    """Tell whether edited versions of a file lie where it lies, or would."""
    return any(live_name(each.name) == path.name for each in path.parent.glob(f"{path.name}.edited*"))


def drop_needless(folder: Path) -> None:
    """Remove the edited versions in a folder that hold nothing: equal to the live file, or left empty by a stopped run.

    Raises OSError.
    """
    for kept in (folder / name for name in unmerged(folder)):
        live = kept.with_name(live_name(kept.name))
        with contextlib.suppress(FileNotFoundError):  # another run has removed it
            if not kept.is_symlink() and (_is_empty(kept) or _are_equal(kept, live)):
                _remove(kept)


def _is_empty(path: Path) -> bool:
    return not any(path.iterdir()) if path.is_dir() else not path.stat().st_size


def _are_equal(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and one.read_bytes() == other.read_bytes()

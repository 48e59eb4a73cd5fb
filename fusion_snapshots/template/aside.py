"""Keeping an edited file, or folder, under another name beside the new one."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

from ..edited import live_name, unmerged


def set_aside(path: Path) -> None:
    """Move what lies at a path to a free name beside it that says it is the edited version; raises OSError.

    The name is taken by an empty file or folder, which the move replaces, so that no other process takes it as well.
    """
    is_folder = path.is_dir() and not path.is_symlink()
    for number in itertools.count(1):
        kept = path.with_name(f"{path.name}.edited" + (f"-{number}" if number > 1 else ""))
        try:
            if is_folder:
                kept.mkdir()
            else:
                kept.touch(exist_ok=False)
        except FileExistsError:
            continue
        os.rename(path, kept)
        return


def has_versions(path: Path) -> bool:
    """Tell whether edited versions of a file lie where it lies, or would."""
    return any(live_name(each.name) == path.name for each in path.parent.glob(f"{path.name}.edited*"))


def drop_needless(folder: Path) -> None:
    """Remove the edited versions in a folder that hold nothing: equal to the live file, or left empty by a stopped run.

    Raises OSError.
    """
    for kept in (folder / name for name in unmerged(folder)):
        live = kept.with_name(live_name(kept.name))
        if kept.is_symlink():
            continue
        if kept.is_dir() and not any(kept.iterdir()):
            kept.rmdir()
        elif kept.is_file() and (
            not kept.stat().st_size or (live.is_file() and kept.read_bytes() == live.read_bytes())
        ):
            kept.unlink()

"""Versions of a file that its user edited and that still wait beside the new one: env.sh.edited beside env.sh."""

from __future__ import annotations

import os
import re
from pathlib import Path

_KEPT = re.compile(r"(?P<live>.+)\.edited(-[0-9]+)?")


def live_name(kept: str) -> str:
    """Return the name beside which an edited version lies: env.sh for env.sh.edited-2; empty for any other name."""
    match = _KEPT.fullmatch(kept)
    return match["live"] if match else ""


def unmerged(root: Path) -> list[str]:
    """Return the edited versions that lie beside what they are versions of, as paths from the folder's root, sorted.

    Such a version holds edits that the live file, or folder, lacks: what a step would do is not what its user wrote.
    """
    found = (path for pattern in ("*.edited*", "*/*.edited*") for path in root.glob(pattern))
    return sorted(
        path.relative_to(root).as_posix()
        for path in found
        if (live := live_name(path.name)) and os.path.lexists(path.with_name(live))
    )

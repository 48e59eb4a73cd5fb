"""What a user edited: files that are not as rendered, and versions that wait beside the new one, as env.sh.edited."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

RECORD = ".rendered.json"
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


def edited_since(root: Path, texts: Mapping[str, str]) -> dict[str, str]:
    """Return those of a folder's files that are not as the template last wrote them, or of which that is not known."""
    try:
        files = json.loads((root / RECORD).read_bytes())["files"]
        rendered = {name: "\n".join(files[name]) for name in texts if isinstance(files.get(name), list)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        rendered = {}
    return {name: text for name, text in texts.items() if text.replace("\r\n", "\n") != rendered.get(name)}

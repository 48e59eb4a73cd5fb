"""What the template wrote into a folder, as far as the folder's own program needs to know it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

RECORD = ".rendered.json"


def edited_since(root: Path, texts: Mapping[str, str]) -> dict[str, str]:
    """Return those of a folder's files that are not as the template last wrote them, or of which that is not known."""
    try:
        files = json.loads((root / RECORD).read_bytes())["files"]
        rendered = {name: "\n".join(files[name]) for name in texts if isinstance(files.get(name), list)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        rendered = {}
    return {name: text for name, text in texts.items() if text.replace("\r\n", "\n") != rendered.get(name)}

"""What the template wrote into a folder, as far as the folder's own program needs to know it."""

from __future__ import annotations

import json
from pathlib import Path

RECORD = ".rendered.json"


def is_as_rendered(root: Path, name: str, text: str) -> bool:
    """Tell whether a file's text is what the template last wrote, whatever its line ends; no if unknown."""
    try:
        lines = json.loads((root / RECORD).read_bytes())["files"][name]
        return bool("\n".join(lines) == text.replace("\r\n", "\n"))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False

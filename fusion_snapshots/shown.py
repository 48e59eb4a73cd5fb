"""What the check found is shown once after an edit; the steps that follow say only how much there is."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from .output import say
from .validate import Checked, show, summary

_MEMORY = ".shown"  # in the folder's root: a checksum of the findings that were shown last


def show_once(checked: Checked, root: Path) -> None:
    """Print what a folder's check found, in full where it fails or was not shown yet, else in one line."""
    memory = root / _MEMORY
    digest = hashlib.sha256(repr(checked.findings).encode()).hexdigest()
    known = ""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        known = memory.read_text(encoding="utf-8")
    if checked.fails() or (checked.findings and known != digest):
        show(checked, root)
        with contextlib.suppress(OSError):  # a folder that cannot be written shows them again
            memory.write_text(digest, encoding="utf-8")
    else:
        hint = " (make validate shows it)" if len(checked.findings) == 1 else " (make validate shows them)"
        say(summary(checked, root) + (hint if checked.findings else ""))

"""The last words of a run: what the check of the new folder comes to, and what to type next."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from ..tools import TOKEN_COMMAND
from ..validate import Checked, summary
from .keep import is_kept
from .questions import placeholders
from .session import Run


def verdict(checked: Checked, folder: Path) -> str:
    """Return in a line what the check of the folder comes to, and how to see what it found."""
    count = len(checked.findings)
    return summary(checked, folder) + (f" make validate shows {'them' if count > 1 else 'it'}." if count else "")


def next_steps(run: Run, answers: Mapping[str, str], folder: Path) -> str:
    """Return what is next: answers that are still missing, and the commands up to the first step."""
    place = _shortest(folder, run.started_in)
    lines = [""]
    if held := placeholders(answers):
        lines += [f"Still placeholders: {', '.join(held)}. To answer them:", ""]
        lines += [f"  {run.command(Path(place, 'answers.yml'), over=True, asks=True)}", ""]
    lines += [f"{folder.name} is ready. Next:", ""]
    lines += [f"  cd {shlex.quote(place)}"] if folder != run.started_in else []
    lines += ["  make setup", f"  {TOKEN_COMMAND}   # paste the token", "  make preflight"]
    lines += ["", "Its README.md is the runbook for all that follows."]
    if run.config_file and is_kept(run.config_file):
        kept = _shortest(run.config_file, run.started_in)
        lines.append(f"{kept} may go: its answers are in {place}/answers.yml.")
    return "\n".join(lines)


def _shortest(path: Path, start: Path) -> str:
    """Return a path as one types it: from where cookiecutter was started, or from the root if that is shorter."""
    return min(os.path.relpath(path, start), str(path), key=len)

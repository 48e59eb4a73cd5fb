"""make version: what a report of a problem has to name."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

from . import VERSION
from .folder.layout import own_folder
from .output import say
from .process import SECONDS, at_once
from .tools import SEQERAKIT, TW, check_tool

_TEMPLATE = re.compile("^# Template: (.+)$", re.M)


def show_versions() -> None:
    """Print the versions of the folder's template, this program, Python, tw and seqerakit, a line each."""
    with at_once() as pool:
        tools = [
            (tool.command, pool.submit(check_tool, tool, Path.cwd(), dict(os.environ), SECONDS))
            for tool in (TW, SEQERAKIT)
        ]
        say(f"template: {_template_of(own_folder())}")
        say(f"program: fusion-snapshots {VERSION}")
        say(f"python: {platform.python_version()}, {platform.platform()}")
        for name, found in tools:
            say(f"{name}: {found.result().text}")


def _template_of(folder: Path) -> str:
    """Return the version of the template that rendered a folder, by its answers.yml."""
    try:
        found = _TEMPLATE.search((folder / "answers.yml").read_text(encoding="utf-8", errors="replace"))
    except OSError:
        found = None
    return found[1] if found else f"not known, as answers.yml of {folder} does not say"

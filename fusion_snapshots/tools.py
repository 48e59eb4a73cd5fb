"""The programs that the steps need: their names, oldest versions, and how to get them."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import NamedTuple

from .folder.layout import own_folder


class Tool(NamedTuple):
    """A program: its command, the oldest version that does, and what to do where it is missing or older."""

    command: str
    oldest: tuple[int, int, int]
    remedy: str


def how_to_install(requirements: str = "requirements.txt") -> str:
    """Return the command that makes the Python packages available: by the folder's own environment where it has one."""
    own = own_folder() / ".venv"
    if own.is_dir() and own != Path(sys.prefix):
        place = ".venv" if own.parent == Path.cwd() else str(own)
        return f". {shlex.quote(f'{place}/bin/activate')}"
    return f"python3 -m pip install -r {requirements}"


def describe_missing(missing: ModuleNotFoundError) -> str:
    """Return what a person does about a Python package that is not installed."""
    own = own_folder()
    return (
        f"{missing.name} is not installed. Run: {how_to_install(shlex.quote(str(own / 'requirements.txt')))}"
        f"  (or, to check alone, with nothing installed: uv run {shlex.quote(str(own / 'validate.py'))})"
    )


SEQERAKIT = Tool("seqerakit", (0, 5, 7), f"run: {how_to_install()}")
TW = Tool("tw", (0, 21, 0), "install it from https://github.com/seqeralabs/tower-cli/releases")
PYTHON = (3, 10)
TOKEN_COMMAND = "read -rs TOWER_ACCESS_TOKEN && export TOWER_ACCESS_TOKEN"
TOKEN_REMEDY = f"paste it after: {TOKEN_COMMAND}"

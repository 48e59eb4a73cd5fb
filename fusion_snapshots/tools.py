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


def how_to_install() -> str:
    """Return the command that makes the Python packages available: by the folder's own environment, once it has one."""
    own = own_folder()
    here = own == Path.cwd()
    if (own / ".venv").is_dir() and own / ".venv" != Path(sys.prefix):
        return f". {shlex.quote('.venv/bin/activate' if here else str(own / '.venv/bin/activate'))}"
    return "make setup" if here else f"make -C {shlex.quote(str(own))} setup"


def describe_missing(missing: ModuleNotFoundError) -> str:
    """Return what a person does about a Python package that is not installed."""
    check = shlex.quote(str(own_folder() / "validate.py"))
    return (
        f"{missing.name} is not installed. Run: {how_to_install()}"
        f"  (or, to check alone, with nothing installed: uv run {check})"
    )


SEQERAKIT = Tool("seqerakit", (0, 5, 7), f"run: {how_to_install()}")
TW = Tool("tw", (0, 21, 0), "install it from https://github.com/seqeralabs/tower-cli/releases")
PYTHON = (3, 10)
TOKEN_COMMAND = "read -rs TOWER_ACCESS_TOKEN && export TOWER_ACCESS_TOKEN"
TOKEN_REMEDY = f"paste it after: {TOKEN_COMMAND}"

"""The programs that the steps need: their names, oldest versions, how to get them, and whether they are here."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from .findings import Result, failed, ok
from .folder.layout import own_folder
from .folder.variables import Variables
from .process import run_bounded


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


def check_python() -> Result:
    """Tell whether this Python is one that the program was made for."""
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < PYTHON:
        return failed("python", f"{found}; install {'.'.join(map(str, PYTHON))} or newer")
    return ok("python", found)


def check_tool(tool: Tool, root: Path, env: Variables, seconds: float) -> Result:
    """Tell whether a program is there, names a version, and the version is not too old."""
    name = tool.command
    try:
        ran = run_bounded([name, "--version"], env, root, seconds)
    except FileNotFoundError:
        return failed(name, f"not installed; {tool.remedy}")
    except subprocess.TimeoutExpired:
        return failed(name, f"{name} --version does not end within {seconds:g} seconds; {tool.remedy}")
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", ran.stdout)
    if ran.returncode or not found:
        return failed(name, f"{name} --version names no version, so this may be another program; {tool.remedy}")
    if tuple(map(int, found.groups())) < tool.oldest:
        return failed(name, f"{found[0]} is older than {'.'.join(map(str, tool.oldest))}; {tool.remedy}")
    return ok(name, found[0])

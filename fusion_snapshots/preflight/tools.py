"""Are the programs here that the steps run, and new enough?"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from ..folder.variables import Variables
from ..process import run_bounded
from ..tools import PYTHON, Tool
from .result import Result, failed, ok


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

"""The real programs that tests use where they are on PATH, and what is said of them at the end."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

# How each is asked for its version, and what the answer must hold.
PROGRAMS = {
    "tw": (["tw", "--version"], r"Tower CLI version ([\d.]+)"),
    "seqerakit": (["seqerakit", "--version"], r"seqerakit ([\d.]+)"),
    "nextflow": (["nextflow", "-version"], r"version ([\d.]+)"),
    "aws": (["aws", "--version"], r"aws-cli/([\d.]+)"),
    "ajv": (["ajv", "help"], r"ajv compile -s()"),  # says no version
    "yaml-language-server": (["yaml-language-server", "--version"], r"^([\d.]+)"),
    "zsh": (["zsh", "--version"], r"zsh ([\d.]+)"),
    "chromium": (["chromium", "--version"], r"(?:Chromium|Google Chrome)[\w ]* ([\d.]+)"),
}


class Program(NamedTuple):
    """A real program: where it is, and its version."""

    path: str
    version: str


@cache
def find(name: str) -> Program | None:
    """Return the program on PATH if it is there and says its version as the real one does."""
    command, pattern = PROGRAMS[name]
    path = shutil.which(name)
    if not path:
        return None
    try:
        ran = subprocess.run([path, *command[1:]], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(pattern, ran.stdout + ran.stderr)
    return Program(path, found[1]) if found and ran.returncode == 0 else None


def missing() -> list[str]:
    """Return the programs that are not on PATH."""
    return [name for name in PROGRAMS if not find(name)]


def summary(taking_part: Sequence[str]) -> str:
    """Return a line that says which programs took part in how many tests, each test naming it once, and which did not."""
    counts = Counter(taking_part)
    found = {name: find(name) for name in PROGRAMS}
    tests = {name: f" ({count} test{'s' * (count > 1)})" for name, count in counts.items()}
    here = [f"{name} {it.version}".rstrip() + tests.get(name, "") for name, it in found.items() if it]
    absent = [name for name, it in found.items() if not it]
    return f"Real programs: {', '.join(here) or 'none'}" + (f"; not on PATH: {', '.join(absent)}" if absent else "")

"""The variables that env.sh exports, as the check sees them: with their lines, and with what is wrong."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ..findings import Finding, Severity
from .rules import Rules, nearest
from .variables import SECONDS, Sourced, Variables, source

NAME = "env.sh"
WINDOWS_LINE_ENDS = "has the line ends of Windows, which bash takes for a part of each line; end lines by a line feed"
_MAX_BYTES = 1_000_000
# All that env.sh finds; what else the caller's shell holds must not decide what the check says.
_GIVEN = ("PATH", "HOME", "USER")
_SHELLS_OWN = ("PWD", "OLDPWD", "SHLVL", "_")


class Environment(NamedTuple):
    """What env.sh exports; works tells whether bash ran it, unsound are the variables that are wrong themselves."""

    values: Variables
    works: bool
    unsound: frozenset[str]
    lines: dict[str, int]
    faults: list[Finding]

    def finding(self, severity: Severity, check: str, name: str, message: str, got: object = None) -> Finding:
        """Return a finding at the line that sets a variable."""
        return Finding(NAME, self.lines.get(name, 1), 1, severity, check, name, message, got)

    def nearest(self, name: str) -> str:
        """Return a hint for an undefined variable: braces left out, or a name one slip away."""
        for known in sorted(self.values, key=len, reverse=True):
            if name.startswith(known):
                return f"; did you mean ${{{known}}}{name[len(known) :]}?"
        near = nearest(name, self.values)
        return f"; did you mean ${near}?" if near else ""


def read_environment(root: Path, rules: Rules, seconds: float = SECONDS) -> Environment:
    """Return the variables of a folder's env.sh, run with PATH, HOME and USER alone; raises UserError without bash."""
    path = root / NAME
    if not path.is_file():
        return _broken("is missing; every other file needs its variables")
    if path.stat().st_size > _MAX_BYTES:
        return _broken(f"is larger than {_MAX_BYTES} bytes; move out of it what is not needed")
    data = path.read_bytes()
    if b"\r" in data:
        return _broken(WINDOWS_LINE_ENDS, data[: data.index(b"\r")].count(b"\n") + 1)
    text = data.decode(errors="replace").splitlines()
    lines = {}
    for number, line in enumerate(text, 1):
        if match := re.match(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=", line):
            lines[match[1]] = number
    given = {name: os.environ[name] for name in _GIVEN if name in os.environ}
    try:
        sourced = source(root, given, seconds)
    except subprocess.TimeoutExpired:
        return _broken(f"does not end within {seconds:g} seconds")
    if sourced.values is None:
        return _broken(*_where_bash_stopped(sourced.errors, text, lines))
    values = {name: value for name, value in sourced.values.items() if name not in (*_GIVEN, *_SHELLS_OWN)}
    wrong = rules.variable_faults(values)
    env = Environment(values, True, frozenset(str(fault.key[0]) for fault in wrong), lines, [])
    for fault in wrong:
        name = str(fault.key[0])
        got = None if name == "TOWER_ACCESS_TOKEN" else fault.got
        env.faults.append(env.finding("error", "schema", name, fault.message, got))
    env.faults.extend(_left_behind(root, sourced, given, text, env))
    return env


def _broken(message: str, line: int = 1, got: object = None) -> Environment:
    return Environment({}, False, frozenset(), {}, [Finding(NAME, line, 1, "error", "env", "", message, got)])


def _where_bash_stopped(errors: str, text: list[str], lines: dict[str, int]) -> tuple[str, int, str]:
    """Return what to say of an env.sh that bash does not get through, the line to change, and bash's own words."""
    stopped = re.search(rf"{re.escape(NAME)}: line (\d+): (.*)", errors)
    line, got = (int(stopped[1]), stopped[2]) if stopped else (1, errors[-200:])
    if quote := re.search("looking for matching `(['\"])'", errors):
        # bash names the line where it gave up, not the one whose quote stays open.
        line = next((n for n in sorted(lines.values()) if text[n - 1].count(quote[1]) % 2), line)
    hint = "; no space may stand beside the =" if "not a valid identifier" in got else ""
    return f"bash stops here under set -eu{hint}", line, got


def _left_behind(
    root: Path, sourced: Sourced, given: Variables, text: list[str], env: Environment
) -> Iterator[Finding]:
    """Yield what env.sh does beside setting variables, and that every command that sources it would meet."""
    if sourced.printed:
        message = "prints on standard output, which spoils commands that source it; print on standard error"
        yield Finding(NAME, 1, 1, "error", "env-effects", "", message, sourced.printed)
    if Path(sourced.folder).resolve() != root.resolve():
        line = next((number for number, words in enumerate(text, 1) if re.match(r"\s*(?:cd|pushd)\b", words)), 1)
        message = "changes the working directory; leave it, as the files are found from the folder's root"
        yield Finding(NAME, line, 1, "error", "env-effects", "", message, sourced.folder)
    path = (sourced.values or {}).get("PATH")
    if "PATH" in given and path != given["PATH"]:
        message = "must be left as it is; the steps find seqerakit, tw and python3 by it"
        line = next((number for number, words in enumerate(text, 1) if re.search(r"\bPATH\b", words)), 1)
        yield Finding(NAME, line, 1, "error", "env-effects", "PATH", message, path or "unset")

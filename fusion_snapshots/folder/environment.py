"""The variables that env.sh exports, as the check sees them: with their lines, and with what is wrong."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ..findings import Finding, Severity, nearest
from .rules import Rules
from .shell_script import Script, read_script
from .variables import Variables, refusal_of

NAME = "env.sh"
WINDOWS_LINE_ENDS = "has the line ends of Windows, which bash takes for a part of each line; end lines by a line feed"
_MAX_BYTES = 100_000
# All that env.sh finds; what else the caller's shell holds must not decide what the check says.
_GIVEN = ("PATH", "HOME", "USER")
_TOKEN = "TOWER_ACCESS_TOKEN"
_SPACE_AT_EQUALS = re.compile("command not found|not a valid identifier")


class Environment(NamedTuple):
    """What env.sh exports, where that is known; works tells whether bash takes it.

    unknown are those which it sets to what reading does not tell, is_open tells whether it may export others, too;
    unsound are the variables that are wrong themselves, or unknown.
    """

    values: Variables
    works: bool
    unknown: frozenset[str]
    is_open: bool
    unsound: frozenset[str]
    lines: dict[str, int]
    faults: list[Finding]

    @property
    def is_unsure(self) -> bool:
        """Tell whether running env.sh would tell more of its variables than reading it does."""
        return self.is_open or bool(self.unknown)

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


def read_environment(root: Path, rules: Rules, known: Mapping[str, str] | None = None) -> Environment:
    """Return what a folder's env.sh exports, as read: nothing of it is run. Raises UserError without bash.

    Of the caller's variables it is read with PATH, HOME and USER alone. Where env.sh was run before, known holds the
    variables that it left, which tell what reading does not.
    """
    path = root / NAME
    if not path.is_file():
        return _elsewhere(rules)
    if path.stat().st_size > _MAX_BYTES:
        return _broken(f"is larger than {_MAX_BYTES} bytes; move out of it what is not needed")
    data = path.read_bytes()
    if b"\r" in data:
        return _broken(WINDOWS_LINE_ENDS, data[: data.index(b"\r")].count(b"\n") + 1)
    text = data.decode(errors="replace")
    lines = text.split("\n")
    given = {name: os.environ[name] for name in _GIVEN if name in os.environ}
    if errors := refusal_of(path):
        return _broken(*_where_bash_stops(errors, lines))
    try:
        script = read_script(text, given)
    except RecursionError:
        return _broken("is nested too deeply to be read")
    if stop := next((each for each in script.remarks if each.kind == "stops"), None):
        hint = "; no space may stand beside the =" if _SPACE_AT_EQUALS.search(stop.got) else ""
        return _broken(f"bash stops here under set -eu{hint}", stop.line, stop.got)
    env = _judge(script, rules, known)
    env.faults.extend(_beside(script, given))
    return env


def _broken(message: str, line: int = 1, got: object = None) -> Environment:
    nothing: frozenset[str] = frozenset()
    return Environment(
        {}, False, nothing, False, nothing, {}, [Finding(NAME, line, 1, "error", "env", "", message, got)]
    )


def _elsewhere(rules: Rules) -> Environment:
    """Return this shell's variables for a folder without env.sh, whose variables come from elsewhere."""
    values = {name: value for name, value in os.environ.items() if name not in (*_GIVEN, _TOKEN)}
    nothing: frozenset[str] = frozenset()
    faults = rules.variable_faults(values)
    wrong = frozenset(str(fault.key[0]) for fault in faults if fault.key[0] in values)
    env = Environment(values, True, nothing, True, wrong, {}, [])
    if missing := [str(fault.key[0]) for fault in faults if fault.key[0] not in values]:
        message = f"is missing; every other file needs its variables, and this shell lacks {', '.join(missing)}"
        env.faults.append(Finding(NAME, 1, 1, "error", "env", "", message))
    else:
        env.faults.append(Finding(NAME, 1, 1, "note", "env", "", "is missing; its variables are taken from this shell"))
    for fault in faults:
        if str(fault.key[0]) in wrong:
            env.faults.append(env.finding("error", "schema", str(fault.key[0]), fault.message, fault.got))
    return env


def _judge(script: Script, rules: Rules, known: Mapping[str, str] | None) -> Environment:
    """Return the variables that a script exports, with what is wrong with them."""
    exported = {name: value for name, value in script.values.items() if name not in _GIVEN}
    is_open = script.is_open and known is None
    if known is not None:
        more = {name: value for name, value in known.items() if script.is_open and os.environ.get(name) != value}
        exported = {name: known.get(name) if value is None else value for name, value in (more | exported).items()}
    values = {name: value for name, value in exported.items() if value is not None}
    unknown = frozenset(exported) - frozenset(values)
    wrong = [
        fault
        for fault in rules.variable_faults(values)
        if fault.key[0] in values or not (is_open or fault.key[0] in unknown)
    ]
    unsound = unknown | {str(fault.key[0]) for fault in wrong}
    env = Environment(values, True, unknown, is_open, unsound, script.lines, [])
    for fault in wrong:
        name = str(fault.key[0])
        env.faults.append(env.finding("error", "schema", name, fault.message, None if name == _TOKEN else fault.got))
    return env


def _where_bash_stops(errors: str, text: list[str]) -> tuple[str, int, str]:
    """Return what to say of an env.sh whose form bash does not take, the line to change, and bash's own words."""
    stopped = re.search(rf"{re.escape(NAME)}: line (\d+): (.*)", errors)
    line, got = (int(stopped[1]), stopped[2]) if stopped else (1, errors[-200:])
    if quote := re.search("looking for matching `(['\"])'", errors):
        # bash may name the line where it gave up, not the one whose quote stays open.
        assigns = re.compile(r"\s*(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*=")
        line = next((n for n, words in enumerate(text, 1) if assigns.match(words) and words.count(quote[1]) % 2), line)
    return "bash stops here under set -eu", line, got


def _beside(script: Script, given: Variables) -> Iterator[Finding]:
    """Yield what env.sh does beside setting variables to what can be read."""
    for remark in script.remarks:
        names = [name for name in remark.names if script.values.get(name, "") is None]
        key = names[0] if len(names) == 1 else ""
        got = None if _TOKEN in remark.names else remark.got
        if remark.kind == "prints":
            message = "prints on standard output, which spoils commands that source it; print on standard error"
            yield Finding(NAME, remark.line, 1, "error", "env-effects", "", message, got)
        elif remark.kind == "moves":
            message = "changes the working directory; leave it, as the files are found from the folder's root"
            yield Finding(NAME, remark.line, 1, "error", "env-effects", "", message, got)
        elif remark.kind == "runs":
            message = "runs what a check does not run" + _not_known(names, script)
            yield Finding(NAME, remark.line, 1, "warning", "env-runs", key, message, got)
        elif names:
            message = "is set to what only a shell can tell" + _not_known(names, script)
            yield Finding(NAME, remark.line, 1, "note", "env-unknown", key, message, got)
    path = script.values.get("PATH", "")
    if "PATH" in given and path != given["PATH"]:
        message = "must be left as it is; the steps find seqerakit, tw and python3 by it"
        yield Finding(NAME, script.lines.get("PATH", 1), 1, "error", "env-effects", "PATH", message, path or "unset")


def _not_known(names: list[str], script: Script) -> str:
    if script.is_open and not names:
        return "; variables that it may set are not known, and what depends on them is not checked"
    what = ", ".join(names)
    return f"; the value of {what} is not known, and what depends on it is not checked" if names else ""

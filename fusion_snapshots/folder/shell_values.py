"""The variables of a shell script that is read, and what its words come to with them; nothing is run for it."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from typing import Literal

from .shell_words import Part, Token, tokens_of

Kind = Literal["stops", "moves", "prints", "runs", "unclear"]
KINDS: tuple[Kind, ...] = ("stops", "moves", "prints", "runs", "unclear")  # of a command, the first is remarked

ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(\+?)=")
_DATE = re.compile(r"date (?:-u )?['\"]?\+(?P<form>(?:[^%'\"]|%[YmdHMSsFTjyUWuVGgeaAbB%])+)['\"]?")
_BRACES = re.compile(r"(?<!\$)\{[^{}'\"]*(?:,|\.\.)")  # of which bash makes several arguments
_BY_CHANCE = re.compile(r"\$\{(?P<letters>[A-Za-z_]\w*):\$\(\(RANDOM % (?P<of>[1-9][0-9]{0,3})\)\):1\}")
_RUNS = re.compile(r"\$\((?!\()|`")
# What the shell itself holds: set, to what nobody can know.
_SHELLS_OWN = frozenset(
    "BASH BASHPID BASH_SOURCE BASH_VERSION EPOCHSECONDS EUID FUNCNAME HOSTNAME HOSTTYPE IFS LINENO MACHTYPE "
    "OLDPWD OPTIND OSTYPE PPID PWD RANDOM SECONDS SHELLOPTS SHLVL UID".split()
)


class ShellVariables:
    """The variables so far, None where the value is unknown, and why something of the command at hand is not known."""

    def __init__(self, given: Mapping[str, str]) -> None:
        """Begin with variables that are exported."""
        self.values: dict[str, str | None] = dict(given)
        self.exported = set(given)
        self.lines: dict[str, int] = {}
        self.options = {"a": False, "u": True}  # set -a, set -u
        self.is_open = False  # others may be set, too
        self.begin(1)

    def begin(self, line: int) -> None:
        """Begin with another command."""
        self.causes: dict[Kind, str] = {}
        self.lost: list[str] = []  # variables that are unknown since then
        self._line = line

    def assign(self, name: str, value: str | None, line: int, *, maybe: bool) -> None:
        """Set a variable; maybe tells that it may not come to that."""
        before = self.values.get(name, "")
        self.values[name] = None if maybe and before != value else value
        if self.values[name] is None and before is not None:
            self.lost.append(name)
        self.lines[name] = line
        if self.options["a"]:
            self.exported.add(name)

    def argument(self, word: Token) -> str | None:
        """Return what an argument comes to, be it an assignment or not."""
        match = ASSIGNMENT.match(word.raw)
        value = self.value(word.behind(match.end()) if match else word.parts)
        if _BRACES.search(word.raw):
            self.causes.setdefault("unclear", word.raw)
            return None
        return match[0] + value if match and value is not None else value

    def value(self, parts: Sequence[Part]) -> str | None:
        """Return what a word comes to, None where only a shell can tell; why is noted."""
        found: list[str | None] = []
        for number, part in enumerate(parts):
            if part.kind == "text":
                from_home = not number and (part.text.startswith("~/") or [part.text] == ["~"] * len(parts))
                home = self.values.get("HOME") if from_home else None
                found.append(home + part.text[1:] if home and not part.quoted else part.text)
            elif part.kind == "variable":
                found.append(self._variable(part))
            else:
                known = _known(part.text) if part.kind == "command" else self._by_chance(part.text)
                found.append(known)
                if known is None:
                    kind: Kind = "runs" if part.kind == "command" or _RUNS.search(part.text) else "unclear"
                    self.causes.setdefault(kind, part.text)
        return None if None in found else "".join(each or "" for each in found)

    def _by_chance(self, written: str) -> str | None:
        """Return the first of the letters from which env.sh's own ${letters:$((RANDOM % 36)):1} takes one."""
        match = _BY_CHANCE.fullmatch(written)
        letters = self.values.get(match["letters"]) if match else None
        return letters[0] if match and letters and int(match["of"]) <= len(letters) else None

    def _variable(self, part: Part) -> str | None:
        is_set = part.text in self.values or part.text in _SHELLS_OWN
        value = self.values.get(part.text)
        if (is_set and value is None) or (not is_set and self.is_open):
            self.value(part.rest)
            return None
        empty = not is_set or (part.how.startswith(":") and not value)
        if part.how.endswith("+"):
            return "" if empty else self.value(part.rest)
        if not empty:
            return value
        if part.how.endswith("?"):
            self.causes.setdefault("stops", f"{part.text}: {self.value(part.rest) or 'parameter null or not set'}")
        elif part.how:
            value = self.value(part.rest)
            if part.how.endswith("="):
                self.assign(part.text, value, self._line, maybe=False)
            return value
        elif not is_set and self.options["u"]:
            self.causes.setdefault("stops", f"{part.text}: unbound variable")
        return ""


def _known(command: str) -> str | None:
    """Return what a command of env.sh's own prints: date, in the local time."""
    words = " ".join(token.plain or token.raw for token in tokens_of(command))
    match = _DATE.fullmatch(words)
    return time.strftime(match["form"]) if match else None

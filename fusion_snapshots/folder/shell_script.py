"""What a shell script that sets variables comes to, as far as reading tells: nothing of it is run.

It knows assignments, export, unset and conditions, and the commands that env.sh is rendered with. Whatever else a line
would do is remarked, and a variable that it sets is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from .shell_commands import LOOPS, Command, commands_of
from .shell_values import ASSIGNMENT, KINDS, Kind, ShellVariables
from .shell_words import Token

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DECLARE = ("export", "readonly", "declare", "typeset")
_NOTHING = (":", "true", "[", "test", "[[")
_PRINT = "echo printf cat pwd env printenv date ls which type whoami hostname id".split()
_MOVE = ("cd", "pushd", "popd")
_SET = "source . eval read mapfile readarray getopts let local".split()  # any variable, for all one can tell
_NOWHERE = re.compile(r"(?:1?>[>|]?|&>>?)(?:/dev/null|/dev/stderr)|1?>&2")


class Remark(NamedTuple):
    """What a line does beside setting variables to what can be read, and the variables that are unknown by it.

    runs: it would run a command; unclear: only a shell can tell what it sets; prints: it would, on standard output;
    moves: it changes the working directory; stops: bash would stop here, under set -eu.
    """

    kind: Kind
    line: int
    got: str
    names: tuple[str, ...] = ()


class Script(NamedTuple):
    """The variables that are exported at a script's end, None where unknown; the line that sets each; the remarks.

    With is_open, it may set others, too.
    """

    values: dict[str, str | None]
    lines: dict[str, int]
    remarks: list[Remark]
    is_open: bool


def read_script(text: str, given: Mapping[str, str]) -> Script:
    """Return what a script comes to on top of exported variables; raises RecursionError where it nests too deeply."""
    commands, functions = commands_of(text)
    known = ShellVariables(given)
    reader = _Reader(known, functions)
    for command in commands:
        reader.take(command)
        if reader.has_ended:
            break
    values = {name: known.values[name] for name in sorted(known.exported) if name in known.values}
    return Script(values, known.lines, reader.remarks, known.is_open)


class _Reader:
    """Takes the commands in their order, and keeps what there is to remark."""

    def __init__(self, known: ShellVariables, functions: frozenset[str]) -> None:
        self._known, self._functions = known, functions
        self.remarks: list[Remark] = []
        self.has_ended = False

    def take(self, command: Command) -> None:
        """Take the next command that the script would come to."""
        self._known.begin(command.line)
        words = command.words
        assigned = [each for each in words if ASSIGNMENT.match(each.raw)]
        if words and words[0].raw in LOOPS:
            self._known.causes["runs"] = f"a {words[0].raw} loop"
            if words[0].raw in ("for", "select") and len(words) > 1:
                self._known.assign(words[1].raw, None, words[1].line, maybe=True)
        elif len(assigned) == len(words):
            for word in words:
                right = self._known.value(word.behind(word.raw.index("=") + 1))
                self._take_assignment(word, right, maybe=command.maybe)
        else:
            self._perform(command, [self._known.argument(word) for word in words])
        if (where := command.output) and not _NOWHERE.fullmatch(where):
            self._known.causes.setdefault("runs", command.written)
        self._remark(command)

    def _remark(self, command: Command) -> None:
        causes, unknown = self._known.causes, tuple(self._known.lost)
        if not causes and unknown:
            causes["unclear"] = command.written
        for kind in KINDS:
            if kind in causes and not (kind == "stops" and command.maybe):
                self.remarks.append(Remark(kind, command.line, causes[kind], unknown))
                self.has_ended = kind == "stops"
                break

    def _perform(self, command: Command, values: list[str | None]) -> None:
        name = values[0]
        act = self._ACTS.get(name or "")
        if act:
            act(self, command, values)
        elif name in _DECLARE:
            self._declare(command, values)
        elif name in _PRINT:
            if not command.output and not command.elsewhere:
                self._known.causes["prints"] = command.written
        elif name in _MOVE:
            self._known.causes["moves"] = command.written
        elif len(values) > 1 and command.words[1].raw.startswith("="):
            self._known.causes["stops"] = f"{name}: command not found"
        elif name not in _NOTHING:
            self._known.causes["runs"] = command.written
            self._known.is_open = self._known.is_open or name is None or name in _SET or name in self._functions

    def _unset(self, command: Command, values: list[str | None]) -> None:
        for name in values[1:]:
            if command.maybe and name in self._known.values:
                self._known.assign(name, None, command.line, maybe=True)
            elif not command.maybe and name:
                self._known.values.pop(name, None)
                self._known.exported.discard(name)
                self._known.lines[name] = command.line

    def _set(self, command: Command, values: list[str | None]) -> None:
        words = [value or "" for value in values[1:]]
        for word, following in zip(words, [*words[1:], ""], strict=True):
            if re.fullmatch("[-+][A-Za-z]+", word):
                letters = {"allexport": "a", "nounset": "u"}.get(following, "") if word[1:] == "o" else word[1:]
                self._known.options |= dict.fromkeys(letters, word[0] == "-")

    def _exit(self, command: Command, values: list[str | None]) -> None:
        kind: Kind = "runs" if command.maybe else "stops"
        self._known.causes[kind] = command.written

    def _return(self, command: Command, values: list[str | None]) -> None:
        if command.maybe:
            self._known.causes["runs"] = command.written
        else:
            self.has_ended = True

    _ACTS = {"unset": _unset, "set": _set, "exit": _exit, "return": _return}  # noqa: RUF012

    def _declare(self, command: Command, values: list[str | None]) -> None:
        options = {letter for value in values[1:] if value and re.match("-[A-Za-z]", value) for letter in value[1:]}
        if "p" in options or len(values) == 1:
            self._known.causes["prints"] = command.written
        exports = values[0] == "export" or "x" in options
        for word, value in zip(command.words[1:], values[1:], strict=True):
            match = ASSIGNMENT.match(word.raw)
            name = match[1] if match else value
            if name is None:
                self._known.causes.setdefault("unclear", command.written)
                self._known.is_open = True
            elif name.startswith("-") or "f" in options:
                continue
            elif not _NAME.fullmatch(name):
                self._known.causes["stops"] = f"{values[0]}: `{name}': not a valid identifier"
                return
            else:
                if match:
                    right = None if value is None or options - set("xrg") else value[match.end() :]
                    self._take_assignment(word, right, maybe=command.maybe)
                if exports:
                    (self._known.exported.discard if "n" in options else self._known.exported.add)(name)

    def _take_assignment(self, word: Token, value: str | None, *, maybe: bool) -> None:
        match = ASSIGNMENT.match(word.raw)
        if match and match[2]:  # NAME+=
            before = self._known.values.get(match[1], "")
            value = None if before is None or value is None else before + value
        self._known.assign(match[1] if match else "", value, word.line, maybe=maybe)

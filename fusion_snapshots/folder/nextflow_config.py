"""A Nextflow configuration as far as its text tells: its settings by their full names, and brackets left open.

Nextflow itself is the judge where it is installed; this knows scopes, dotted names, strings, comments and closures.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from ..findings import Finding, Severity, Written

_SELECTOR = re.compile(r"\.'?with(?:Name|Label):(?:'[^']*'|\"[^\"]*\"|[^.'\"]*)'?")
_PROFILES = "profiles."
_GIB = {"K": 1 / 1024**2, "M": 1 / 1024, "G": 1, "T": 1024}  # Nextflow's units are binary
_CLOSES = {"}": "{", ")": "(", "]": "["}
_TOKEN = re.compile(
    r"""(?P<comment> //[^\n]* | /\*.*?\*/ )
    | (?P<string> '''.*?''' | \"\"\".*?\"\"\" | '(?:\\.|[^'\\\n])*' | "(?:\\.|[^"\\\n])*"
        | (?: (?<=[(,=~\[{:]) | (?<=[(,=~\[{:][ ]) ) / (?:\\.|[^/\\\n])+ / )
    | (?P<open> /\* | ''' | \"\"\" | ' | " )
    | (?P<name> [A-Za-z_]\w* (?:\.[A-Za-z_]\w*)* )
    | (?P<end> [\n;] )
    | (?P<space> \s+ )
    | (?P<other> [0-9.]+ | . )""",
    re.S | re.X,
)


class Statement(NamedTuple):
    """A setting with its full name and value, or a call such as includeConfig, whose value is None; with its place."""

    name: str
    value: str | None
    line: int
    column: int

    @property
    def plain_name(self) -> str:
        """Its name without selectors: process.cpus is that of process.withName:'X'.cpus, too."""
        return _SELECTOR.sub("", self.name)

    @property
    def number(self) -> int | None:
        """Its value, where that is a whole number."""
        return int(self.value) if self.value and self.value.isdecimal() else None

    def finding(self, file: str, severity: Severity, check: str, message: str, key: str = "") -> Finding:
        """Return a finding at it; key is its name unless given."""
        got = None if self.value is None else Written(self.value)
        return Finding(file, self.line, self.column, severity, check, key or self.name, message, got)


class ConfigFault(NamedTuple):
    """What keeps a configuration from being read, with the line and column where it begins."""

    message: str
    line: int
    column: int


class _Token(NamedTuple):
    kind: str
    text: str
    line: int
    column: int


class NextflowConfig:
    """The statements of a configuration, in their order, and what keeps it from being read, if anything does."""

    def __init__(self, text: str) -> None:
        """Read a configuration's text, whatever it holds."""
        self._tokens = _tokens_of(text)
        self.fault = _fault_of(self._tokens)
        self.statements = [] if self.fault else self._read()

    def last(self, name: str) -> Statement | None:
        """Return the setting of a full name that counts, such as process.resourceLimits, or None."""
        return next((each for each in reversed(self.statements) if each.name == name and each.value is not None), None)

    def settings(self, profiles: Collection[str] = ()) -> dict[str, Statement]:
        """Return the settings that count with some profiles chosen, by their full names without the profile."""
        found = {each.name: each for each in self.statements if not each.name.startswith(_PROFILES)}
        for each in self.statements:
            profile, dot, name = each.name.removeprefix(_PROFILES).partition(".")
            if each.name.startswith(_PROFILES) and dot and profile in profiles:
                found[name] = each._replace(name=name)
        return found

    def calls(self, name: str) -> list[Statement]:
        """Return the calls of a name, such as includeConfig, in whichever block."""
        return [each for each in self.statements if each.value is None and each.name.rpartition(".")[2] == name]

    def _read(self) -> list[Statement]:
        statements: list[Statement] = []
        scopes: list[str] = []
        at = 0
        while at < len(self._tokens):
            token = self._tokens[at]
            begins = at + 1
            if token.text == "}":
                scopes = scopes[:-1]
            elif token.kind == "name" or (token.kind == "string" and self._text(at + 1) == "{"):
                begins, selector = self._skip_selector(at + 1)
                following = self._text(begins)
                name = ".".join([*scopes, token.text + selector])
                if following == "{":
                    scopes.append(token.text + selector)
                    begins += 1
                else:
                    end = self._end_of_statement(begins + (following == "="))
                    value = self._value(begins + 1, end) if following == "=" else None
                    statements.append(Statement(name, value, token.line, token.column))
                    begins = end
            elif token.kind != "end":
                begins = self._end_of_statement(at)
            at = max(begins, at + 1)
        return statements

    def _text(self, at: int) -> str:
        return self._tokens[at].text if at < len(self._tokens) else ""

    def _value(self, begin: int, end: int) -> str:
        """Return a value without spaces, line ends and comments, so that two that mean the same are the same."""
        return "".join(token.text for token in self._tokens[begin:end] if token.kind != "end")

    def _skip_selector(self, at: int) -> tuple[int, str]:
        """Return what stands between a name and its block, as in withName: 'X' {, and where it ends."""
        if self._text(at) == ":" and self._text(at + 2) == "{":
            return at + 2, f":{self._text(at + 1)}"
        return at, ""

    def _end_of_statement(self, at: int) -> int:
        depth, begun = 0, False
        for index in range(at, len(self._tokens)):
            token = self._tokens[index]
            if token.kind == "end" and begun and not depth:
                return index
            begun = begun or token.kind != "end"
            if token.text in _CLOSES.values():
                depth += 1
            elif token.text in _CLOSES:
                if not depth:
                    return index
                depth -= 1
        return len(self._tokens)


def _tokens_of(text: str) -> list[_Token]:
    """Return what a configuration consists of, without spaces and comments."""
    tokens = []
    line, begin = 1, 0
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        if kind not in ("space", "comment"):
            tokens.append(_Token(kind, match[0], line, match.start() - begin + 1))
        if kind == "open":
            break  # what follows may belong to it
        if newlines := match[0].count("\n"):
            line += newlines
            begin = match.start() + match[0].rindex("\n") + 1
    return tokens


def _fault_of(tokens: list[_Token]) -> ConfigFault | None:
    opened: list[_Token] = []
    for token in tokens:
        place = (token.line, token.column)
        if token.kind == "open":
            return ConfigFault(f"this {token.text} has no end", *place)
        if token.kind == "other" and token.text in _CLOSES.values():
            opened.append(token)
        elif token.kind == "other" and token.text in _CLOSES:
            if not opened:
                return ConfigFault(f"this {token.text} closes nothing", *place)
            last = opened.pop()
            if last.text != _CLOSES[token.text]:
                message = f"this {last.text} is not closed before the {token.text} on line {token.line}"
                return ConfigFault(message, last.line, last.column)
    if not opened:
        return None
    last = opened[-1]
    return ConfigFault(f"this {last.text} is never closed", last.line, last.column)


def limits_in(value: str) -> tuple[float, float]:
    """Return the CPUs and the memory in GiB to which a setting limits tasks, 0 where its text does not tell."""
    cpus = re.search(r"\bcpus:['\"]?(\d+)", value)
    memory = re.search(r"\bmemory:['\"]?(\d+(?:\.\d+)?)\s*\.?\s*([KMGT])B?\b", value)
    return float(cpus[1]) if cpus else 0, float(memory[1]) * _GIB[memory[2]] if memory else 0

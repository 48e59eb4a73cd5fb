"""The simple commands of a shell script in their order, and what is known of each without running any."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import NamedTuple

from .shell_words import Token, tokens_of

_BEGIN = {"if": "condition", "while": "loop", "until": "loop", "{": "group"}
_END = ("fi", "done", "esac", "}")
_BETWEEN = ("then", "else", "elif", "do", "!", "time")
LOOPS = ("while", "until", "for", "select")


class Command(NamedTuple):
    """A simple command: its words and redirections; a loop stands as a command of its own before what it repeats.

    maybe: a condition, a loop or a pipe decides whether it takes effect; elsewhere: what encloses or follows it takes
    its standard output.
    """

    words: list[Token]
    redirects: list[Token]
    maybe: bool
    elsewhere: bool

    @property
    def line(self) -> int:
        """The line where it begins."""
        return (self.words or self.redirects)[0].line

    @property
    def written(self) -> str:
        """The command as it is written, on one line."""
        return " ".join(token.raw for token in (*self.words, *self.redirects))

    @property
    def output(self) -> str:
        """The redirection of the standard output, or an empty text."""
        return next((each.raw for each in reversed(self.redirects) if re.match(r"1?>|&>", each.raw)), "")


class _Open(NamedTuple):
    kind: str
    begins: int  # the number of commands before it


def commands_of(text: str) -> tuple[list[Command], frozenset[str]]:
    """Return a script's commands but for those in functions, and the functions' names.

    The text is one that `bash -n` takes. Raises RecursionError where it is nested too deeply.
    """
    walk = _Walk()
    tokens = tokens_of(text)
    for token, following in zip_longest(tokens, tokens[1:]):
        walk.take(token, following.raw if following else "")
    walk.take(Token("operator", "\n", 0), "")
    return walk.commands, frozenset(walk.functions)


class _Walk:
    """Takes the tokens one by one, and knows where each stands."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.functions: set[str] = set()
        self._open: list[_Open] = []
        self._words: list[Token] = []
        self._redirects: list[Token] = []
        self._before = ""  # the operator that joins the next command to the one before
        self._closed: _Open | None = None
        self._defines = self._in_pattern = False

    def take(self, token: Token, following: str) -> None:
        """Take the next token; following is how the one after it is written."""
        if token.kind == "redirect":
            self._redirects.append(token)
        elif token.kind == "operator":
            self._operator(token.raw, following)
        elif not self._in_pattern or token.raw == "esac":
            self._word(token)

    def _word(self, token: Token) -> None:
        if not self._words and token.raw in (*_BEGIN, *_END, *_BETWEEN):
            if token.raw in LOOPS:
                self._add([token], [], maybe=False)
            if token.raw in _BEGIN:
                self._begin(_BEGIN[token.raw])
            elif token.raw in _END:
                self._end()
            return
        self._words.append(token)
        first = self._words[0].raw
        if first == "case" and token.raw == "in" and len(self._words) > 2:
            self._begin("condition")
            self._words, self._in_pattern = [], True
        elif first == "function" and len(self._words) == 2:
            self._define(token.raw)

    def _operator(self, raw: str, following: str) -> None:
        if self._in_pattern:
            self._in_pattern = raw != ")"
        elif raw == "(" and following == ")" and (len(self._words) == 1 or self._defines):
            self._define(self._words[0].raw if self._words else "")
        elif raw == "(":
            self._begin("subshell")
        elif raw != ")":
            self._finish(raw)
            self._in_pattern = raw in (";;", ";&", ";;&")
        elif self._words or not self._defines:
            self._finish("")
            self._end()

    def _begin(self, kind: str) -> None:
        self._open.append(_Open("function" if self._defines else kind, len(self.commands)))
        self._defines = False

    def _end(self) -> None:
        self._in_pattern = False
        self._closed = self._open.pop() if self._open else None

    def _define(self, name: str) -> None:
        self.functions |= {name} - {""}
        self._words, self._defines = [], True

    def _finish(self, after: str) -> None:
        """Add the simple command that ends at an operator, or see where the output of a compound one goes."""
        words, redirects, before, closed = self._words, self._redirects, self._before, self._closed
        self._words, self._redirects, self._closed = [], [], None
        joined = after in ("&&", "||", "|", "|&")
        if words or redirects or closed or joined:
            self._before = after if joined else ""
        if closed and not words:
            if redirects or after in ("|", "|&"):
                inside = self.commands[closed.begins :]
                self.commands[closed.begins :] = [each._replace(elsewhere=True) for each in inside]
            return
        if words and words[0].raw in LOOPS:
            self._add(words, redirects, maybe=False)
            self._begin("loop")
        elif words or redirects:
            piped = {before, after} & {"|", "|&", "&"}
            self._add(words, redirects, maybe=bool(before or piped), elsewhere=after in ("|", "|&"))

    def _add(self, words: list[Token], redirects: list[Token], *, maybe: bool, elsewhere: bool = False) -> None:
        if all(each.kind != "function" for each in self._open):
            maybe = maybe or any(each.kind != "group" for each in self._open)
            self.commands.append(Command(words, redirects, maybe, elsewhere))

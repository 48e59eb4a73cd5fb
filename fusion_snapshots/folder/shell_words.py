"""The words of a shell script as its text tells, for a reader that runs nothing: quotes, variables and operators.

What the words mean is another module's. The text is one that `bash -n` takes; of any other, this ends at its end.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

_SPACE = re.compile(r"(?:[ \t]|\\\n)+")
# Runs of characters that stand for themselves, outside and inside of double quotes; what the other quotes hold.
_PLAIN = re.compile(r"[^ \t\n;&|()<>{}'\"\\`$]+")
_PLAIN_QUOTED = re.compile(r"[^\"\\`$]+")
_IN_SINGLE = re.compile(r"[^']*'?")
_IN_ANSI = re.compile(r"(?:\\.|[^'\\])*'?", re.S)
_IN_BACKTICKS = re.compile(r"(?:\\.|[^`\\])*`?", re.S)
_LINE = re.compile(r"[^\n]*\n?")
_OPERATOR = re.compile(r";;&|;;|;&|&&|\|\||\|&|[;&|()\n]")
_REDIRECT = re.compile(r"(?:\{[A-Za-z_]\w*\}|[0-9]*)(?:>>|>\||>&|<&|<>|<<<|<<-?|>|<)|&>>?")
_SUBSTITUTES = re.compile(r"[<>]\(")
_ENDS = re.compile(r"[ \t\n;&|()<>]")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BRACED = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?:(?P<how>:?[-+=?])(?P<rest>.*))?", re.S)
_ARRAY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")


class Part(NamedTuple):
    """A piece of a word: its text, the name of a variable, the text of a command in $(…) or backticks, or other.

    A variable may say how (:-, +, …) it takes what else: the parts after that. Other is what only the shell works out.
    """

    kind: Literal["text", "variable", "command", "other"]
    text: str
    quoted: bool = False
    how: str = ""
    rest: tuple[Part, ...] = ()


class Token(NamedTuple):
    """A word with its parts, an operator, or a redirection with the word that it leads to; raw is as it is written."""

    kind: Literal["word", "operator", "redirect"]
    raw: str
    line: int
    parts: tuple[Part, ...] = ()

    @property
    def plain(self) -> str:
        """The text that a word is, without its quotes; nothing where any part is more than text."""
        return "".join(part.text for part in self.parts) if all(part.kind == "text" for part in self.parts) else ""

    def behind(self, end: int) -> tuple[Part, ...]:
        """Return the parts behind a number of plain characters at the word's beginning."""
        first, *rest = self.parts
        return (first._replace(text=first.text[end:]), *rest)


def tokens_of(text: str) -> list[Token]:
    """Return the words, operators and redirections of a script; raises RecursionError where it is nested too deeply."""
    return _Scanner(text).tokens()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text, self._at, self._line, self._counted = text, 0, 1, 0
        self._here: list[tuple[str, bool]] = []  # the ends of here-documents that begin at the next line

    def tokens(self) -> list[Token]:
        found: list[Token] = []
        while (token := self._next()) is not None:
            found.append(token)
            if token.raw == "[[" and token.kind == "word":
                found.append(self._condition(token.line))
        return found

    def _next(self) -> Token | None:
        while (space := _SPACE.match(self._text, self._at)) or self._peek() == "#":
            end = self._text.find("\n", self._at)
            self._at = space.end() if space else end if end >= 0 else len(self._text)
        if self._at >= len(self._text):
            return None
        self._line += self._text.count("\n", self._counted, self._at)
        line, begin, self._counted = self._line, self._at, self._at
        substitutes = _SUBSTITUTES.match(self._text, self._at)
        if not substitutes and (redirect := _REDIRECT.match(self._text, self._at)):
            self._at = redirect.end()
            return self._redirect(redirect[0], line)
        if operator := _OPERATOR.match(self._text, self._at):
            self._at = operator.end()
            if operator[0] == "\n":
                self._skip_here_documents()
            return Token("operator", operator[0], line)
        parts = self._word()
        return Token("word", self._text[begin : self._at], line, parts)

    def _peek(self, length: int = 1) -> str:
        return self._text[self._at : self._at + length]

    def _redirect(self, operator: str, line: int) -> Token:
        if space := _SPACE.match(self._text, self._at):
            self._at = space.end()
        begin, parts = self._at, self._word()
        target = self._text[begin : self._at]
        if "<<" in operator and "<<<" not in operator:
            self._here.append((re.sub(r"['\"\\]", "", target), operator.endswith("-")))
        return Token("redirect", operator + target, line, parts)

    def _skip_here_documents(self) -> None:
        for end, tabs in self._here:
            while self._at < len(self._text):
                line = self._take(_LINE)[:-1]
                if (line.lstrip("\t") if tabs else line) == end:
                    break
        self._here = []

    def _condition(self, line: int) -> Token:
        """Return what stands in [[ … ]], whose brackets and < are no operators, as one word."""
        closed = re.compile(r"\s\]\](?=[\s;&|)]|$)").search(self._text, self._at)
        inside = self._text[self._at : closed.start() if closed else len(self._text)]
        self._at = closed.end() if closed else len(self._text)
        return Token("word", inside, line, _Scanner(inside).parts(until=""))

    def parts(self, until: str) -> tuple[Part, ...]:
        """Return the parts of a text that is no list of words: up to a double quote, or all where until is empty."""
        found: list[Part] = []
        while self._at < len(self._text) and self._peek() != until:
            found += self._piece(quoted=until == '"')
        return tuple(found)

    def _word(self) -> tuple[Part, ...]:
        found: list[Part] = []
        begin = self._at
        while self._at < len(self._text):
            if _SUBSTITUTES.match(self._text, self._at):
                self._at += 1
                found.append(Part("command", self._balanced("(", ")")[1:-1]))
                continue
            if _ENDS.match(self._text, self._at):
                break
            found += self._piece(quoted=False)
            if self._peek() == "(" and _ARRAY.fullmatch(self._text, begin, self._at):
                found.append(Part("other", self._balanced("(", ")")))
        return tuple(found)

    def _piece(self, *, quoted: bool) -> tuple[Part, ...]:
        """Return what begins here: a run of plain characters, a quoted text with its parts, or what $ and ` begin."""
        if plain := (_PLAIN_QUOTED if quoted else _PLAIN).match(self._text, self._at):
            self._at = plain.end()
            return (Part("text", plain[0], quoted),)
        character = self._peek()
        if character == "$":
            return (self._dollar(quoted=quoted),)
        self._at += 1
        if character == "`":
            return (Part("command", self._take(_IN_BACKTICKS)[:-1], quoted),)
        if character == "\\" and (following := self._peek()) and (not quoted or following in '$`"\\\n'):
            self._at += 1
            return (Part("text", following.replace("\n", ""), quoted=True),)
        if character == "'" and not quoted:
            return (Part("text", self._take(_IN_SINGLE)[:-1], quoted=True),)
        if character == '"' and not quoted:
            inside = self.parts(until='"')
            self._at += 1
            return (Part("text", "", quoted=True), *inside)
        return (Part("text", character, quoted),)

    def _dollar(self, *, quoted: bool) -> Part:
        begin = self._at
        self._at += 1
        following = self._peek()
        if self._peek(2) == "((":
            return Part("other", "$" + self._balanced("(", ")"), quoted)
        if following == "(":
            return Part("command", self._balanced("(", ")")[1:-1], quoted)
        if following == "{":
            inside = self._balanced("{", "}")[1:-1]
            if match := _BRACED.fullmatch(inside):
                rest = _Scanner(match["rest"] or "").parts(until="")
                return Part("variable", match["name"], quoted, match["how"] or "", rest)
            return Part("other", f"${{{inside}}}", quoted)
        if name := _NAME.match(self._text, self._at):
            self._at = name.end()
            return Part("variable", name[0], quoted)
        if following and (following in "0123456789?#@*!$-" or (following == "'" and not quoted)):
            self._at += 1
            if following == "'":
                self._take(_IN_ANSI)
            return Part("other", self._text[begin : self._at], quoted)
        return Part("text", "$", quoted)

    def _take(self, pattern: re.Pattern[str]) -> str:
        """Return what a pattern, which matches anywhere, matches here, and go on behind it."""
        match = pattern.match(self._text, self._at)
        begin, self._at = self._at, match.end() if match else len(self._text)
        return self._text[begin : self._at]

    def _balanced(self, opening: str, closing: str) -> str:
        """Return what stands between brackets, with them; those in quotes do not count."""
        begin, depth = self._at, 0
        while self._at < len(self._text):
            character = self._peek()
            if character in (opening, closing):
                depth += 1 if character == opening else -1
                self._at += 1
                if not depth:
                    break
            else:
                self._piece(quoted=False)
        return self._text[begin : self._at]

"""What a check finds, as data; and its text, in which secrets are masked before anything is shortened."""

from __future__ import annotations

import enum
import itertools
import json
import os
import re
from collections.abc import Iterable
from functools import partial
from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "note"]

SEVERITIES: dict[Severity, str] = {"error": "31", "warning": "33", "note": "36"}  # with the colour of a terminal
# What scanners of repositories take for a secret: the Platform's tokens and other JWTs, tokens of GitHub and GitLab,
# AWS's access keys with the examples of its documentation, private keys, and who signs in within an address.
_SECRET = re.compile(
    r"""eyJ[A-Za-z0-9_-]{16,}[A-Za-z0-9_.=-]*
    | (?<![A-Za-z0-9]) (?: gh[pousr]_[A-Za-z0-9]{20,} | github_pat_[A-Za-z0-9_]{20,} )
    | (?<![A-Za-z0-9]) gl(?:pat|ptt|dt|rt|cbt|oas|soat|ft|imt|agent)-[A-Za-z0-9_.=-]{20,}
    | (?<![A-Za-z0-9]) (?:A[KSB]IA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16} (?![A-Za-z0-9])
    | (?<![A-Za-z0-9/+]) [A-Za-z0-9/+]{20,}EXAMPLEKEY[A-Za-z0-9/+]*
    | (?P<named> (?i:secret_?(?:access_?)?key) ["'\s]*[:=]["'\s]* ) [A-Za-z0-9/+]{40} (?![A-Za-z0-9/+=])
    | (?<![A-Za-z0-9/+]) (?P<bare> [A-Za-z0-9/+]{40} ) (?![A-Za-z0-9/+=])
    | -----BEGIN[A-Z ]*PRIVATE\ KEY----- (?: .*?-----END[A-Z ]*PRIVATE\ KEY----- | .* )
    | (?<=://) (?!git@) [^\s/?\#'"<>]+ (?=@)
    """,
    re.S | re.X,
)
# What each of them begins with or holds; most lines have neither, and need no closer look.
_LIKE_A_SECRET = re.compile(r"[A-Za-z0-9/+_.=-]{19}|-----BEGIN|://")
# An AWS secret key without its name is told from paths and names by how often small and capital letters, digits and
# signs take turns among its 40 characters: 25 times by chance, with a standard deviation of 3.
_LEAST_TURNS = 16
# Control characters move the cursor or colour the terminal; bidi marks turn the text around.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\u2028\u2029\ud800-\udfff]"
)
_SHORTEST_TOKEN = 8  # a shorter one would mask half of what is said
_LONGEST = 80  # characters of a value that are shown


class Finding(NamedTuple):
    """One thing found, in the order in which findings are sorted; line and column count from 1.

    check is the id by which schemas/README.md tells of it, and by which a comment silences it.
    """

    file: str
    line: int
    column: int
    severity: Severity
    check: str
    key: str
    message: str
    got: object = None


class Written(str):
    """A value as a file writes it, shown without quotes: a number, or True."""


def mask(text: str) -> str:
    """Return a text without what looks like a secret, and without the token that this shell holds."""
    token = os.environ.get("TOWER_ACCESS_TOKEN", "")
    if len(token) >= _SHORTEST_TOKEN:
        text = text.replace(token, "<secret>")
    return _SECRET.sub(lambda match: (match["named"] or "") + "<secret>" if _is_secret(match) else match[0], text)


def find_secret(text: str) -> int | None:
    """Return where the first thing in a text begins that looks like a secret, or None."""
    if not _LIKE_A_SECRET.search(text):
        return None
    return next((match.start() for match in _SECRET.finditer(text) if _is_secret(match)), None)


def _is_secret(match: re.Match[str]) -> bool:
    if not (text := match["bare"]):
        return True
    kinds = ["a" if each.islower() else "A" if each.isupper() else "0" if each.isdigit() else "/" for each in text]
    turns = sum(one != other for one, other in itertools.pairwise(kinds))
    return {"a", "A", "0"} <= set(kinds) and turns >= _LEAST_TURNS


def printable(text: str) -> str:
    """Return a text with control characters and bidi marks escaped; line ends and tabs stay."""
    return _UNPRINTABLE.sub(lambda match: match[0].encode("unicode_escape", "backslashreplace").decode(), text)


def shorten(value: object) -> str:
    """Return a value as a message shows it: masked, on one line, escaped, at most 80 characters."""
    if isinstance(value, Written):
        text = mask(value)
    elif isinstance(value, str):
        text = repr(mask(value))
    else:
        try:
            text = mask(json.dumps(value, default=str))
        except (ValueError, TypeError, RecursionError):  # an alias to itself, a key that is a list
            text = f"a {type(value).__name__}"
    text = printable(text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 10] + "…" + text[-9:]


def message_of(finding: Finding) -> str:
    """Return what a finding says, on one line, without its place: key: message (got: value) [check]."""
    said = printable(mask((f"{finding.key}: " if finding.key else "") + finding.message)).replace("\n", " ")
    got = "" if finding.got is None else f" (got: {shorten(finding.got)})"
    return f"{said}{got} [{finding.check}]"


def text_of(finding: Finding, *, coloured: bool = False) -> str:
    """Return a finding as one line: FILE:LINE:COLUMN: severity: key: message (got: value) [check]."""
    severity = f"\033[{SEVERITIES[finding.severity]}m{finding.severity}\033[0m" if coloured else finding.severity
    place = printable(f"{mask(finding.file)}:{finding.line}:{finding.column}").replace("\n", "\\n")
    return f"{place}: {severity}: {message_of(finding)}"


def nearest(name: object, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return the known name that is most like a misspelt one, in whatever case, or an empty text."""
    folded = {each.casefold(): each for each in known}
    text = str(name).casefold()
    if text in folded:
        return folded[text]
    import difflib  # loaded where it is used, as what is spelt right has no use for it

    found = difflib.get_close_matches(text, folded, n=1, cutoff=cutoff)
    return folded[found[0]] if found else ""


def count_of(number: int, noun: str) -> str:
    """Return a count in words that agree with it: 1 warning, 2 warnings."""
    return f"{number} {noun}{'s' * (number != 1)}"


class State(enum.Enum):
    """How a check ended; the value is what is printed."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    NOT_CHECKED = "not checked"


class Result(NamedTuple):
    """How a check ended, its subject, and in words what was found and what to do."""

    state: State
    subject: str
    text: str


# Each makes a result of a subject and a text.
ok, warning = partial(Result, State.OK), partial(Result, State.WARNING)
failed, not_checked = partial(Result, State.FAILED), partial(Result, State.NOT_CHECKED)

"""What a check finds, as data; and its text, in which secrets are masked before anything is shortened."""

from __future__ import annotations

import json
import os
import re
from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "note"]

SEVERITIES: dict[Severity, str] = {"error": "31", "warning": "33", "note": "36"}  # with the colour of a terminal
# A Platform token or an AWS access key.
SECRET = re.compile(r"eyJ[A-Za-z0-9_-]{16,}[A-Za-z0-9_.=-]*|\bA[KS]IA[0-9A-Z]{16}\b")
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
    """Return a text without what looks like a token or key, and without the token that this shell holds."""
    token = os.environ.get("TOWER_ACCESS_TOKEN", "")
    if len(token) >= _SHORTEST_TOKEN:
        text = text.replace(token, "<secret>")
    return SECRET.sub("<secret>", text)


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
    place = printable(f"{finding.file}:{finding.line}:{finding.column}")
    return f"{place}: {severity}: {message_of(finding)}"


def count_of(number: int, noun: str) -> str:
    """Return a count in words that agree with it: 1 warning, 2 warnings."""
    return f"{number} {noun}{'s' * (number != 1)}"

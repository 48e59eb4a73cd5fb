"""What a check of preflight found."""

from __future__ import annotations

import enum
from typing import NamedTuple


class State(enum.Enum):
    """How a check ended; the value is what is printed."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    NOT_CHECKED = "not checked"


class Result(NamedTuple):
    """A check's subject, how it ended, and in words what was found and what to do."""

    subject: str
    state: State
    text: str


def ok(subject: str, text: str) -> Result:
    return Result(subject, State.OK, text)


def warning(subject: str, text: str) -> Result:
    return Result(subject, State.WARNING, text)


def failed(subject: str, text: str) -> Result:
    return Result(subject, State.FAILED, text)


def not_checked(subject: str, text: str) -> Result:
    return Result(subject, State.NOT_CHECKED, text)

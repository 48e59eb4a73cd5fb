"""What .proof.log of a task tells: a count a second, with the time and the host's name, across Snapshots or not."""

from __future__ import annotations

import enum
import re
from itertools import pairwise
from typing import NamedTuple

COUNTS = 900  # lines of a whole log: pipelines/proof.config counts so far
LONGEST_STEP = 10  # seconds from one line to the next; a longer one is a pause

_LINE = re.compile(r"(\d{1,9}) (\d{1,12}) (\S{1,253})", re.ASCII)


class Line(NamedTuple):
    """A line: the count, the time in seconds since 1970, and the name of the host."""

    number: int
    time: int
    host: str


class Outcome(enum.Enum):
    """What became of a task's memory, as far as its log tells."""

    EMPTY = enum.auto()  # nothing that could be read
    UNBROKEN = enum.auto()  # it counted on all the time
    PAUSED = enum.auto()  # it counted on after a pause, on a host of the same name
    RESTORED = enum.auto()  # it counted on, on another host
    RESTARTED = enum.auto()  # it began again at 0


class Break(NamedTuple):
    """Where the count was broken: the count before and after, the seconds between, whether the host is another."""

    before: int
    after: int
    seconds: int
    moved: bool

    @property
    def restarted(self) -> bool:
        return self.after == 0


class Log(NamedTuple):
    """A task's log: what became of its memory, each break in order, and the last count, -1 where there is none."""

    outcome: Outcome
    breaks: tuple[Break, ...]
    last: int

    @property
    def complete(self) -> bool:
        return self.last == COUNTS - 1


def analyse(text: str) -> Log:
    """Return what a log tells. Lines that are not whole, as the last one of a killed task, do not count."""
    lines = [Line(int(found[1]), int(found[2]), found[3]) for found in map(_LINE.fullmatch, text.splitlines()) if found]
    breaks = []
    for before, after in pairwise(lines):
        seconds, moved = after.time - before.time, after.host != before.host
        if moved or seconds > LONGEST_STEP or after.number != before.number + 1:
            breaks.append(Break(before.number, after.number, seconds, moved))
    return Log(_outcome(lines, breaks), tuple(breaks), lines[-1].number if lines else -1)


def _outcome(lines: list[Line], breaks: list[Break]) -> Outcome:
    if not lines:
        return Outcome.EMPTY
    if any(each.restarted for each in breaks):
        return Outcome.RESTARTED
    if any(each.moved for each in breaks):
        return Outcome.RESTORED
    return Outcome.PAUSED if breaks else Outcome.UNBROKEN


def describe(log: Log) -> str:
    """Return in words what a log tells, as a clause."""
    if log.outcome is Outcome.EMPTY:
        return "its log is empty, or there is none"
    said = " and ".join(_describe_break(each) for each in log.breaks) or "counted without a break"
    return said if log.complete else f"{said}; its log ends at {log.last} of {COUNTS - 1}"


def _describe_break(each: Break) -> str:
    if each.restarted:
        return f"began again at 0 after {each.before}: the task was restarted, not restored"
    host = "another host" if each.moved else "a host of the same name"
    again = each.before + 1 - each.after
    repeated = f", counting the last {again} again" if again > 0 else ""
    return f"counted on at {each.after} after a pause of {each.seconds} s, on {host}{repeated}"

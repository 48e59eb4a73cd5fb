"""What one run took, summed up in a single pass over its attempts, of which there may be very many."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from ..runs.run import Run, sum_known
from ..runs.tasks import Task


class Lost(NamedTuple):
    """The attempts that did not end well."""

    attempts: int
    task_hours: float | None
    cost_usd: float | None


_NONE = Lost(0, 0, 0)


@dataclass
class Totals:
    """The sums of a run; hours and USD are of what is reported, and None where there are attempts and none tells.

    completed and ignored count tasks by process, seconds holds those of each task that ended well, waited the records
    that span several hosts, and so may hold the wait for one.
    """

    attempts: int = 0
    task_hours: float | None = None
    cpu_hours: float | None = None
    untimed: int = 0
    unpriced: int = 0
    lost: Lost = _NONE
    exits: Counter[int | None] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    machine_hours: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    completed: Counter[str] = field(default_factory=Counter)
    ignored: Counter[str] = field(default_factory=Counter)
    seconds: defaultdict[str, array[float]] = field(default_factory=lambda: defaultdict(lambda: array("d")))
    waited: list[Task] = field(default_factory=list)


def sum_up(run: Run) -> Totals:
    """Return the sums of a run that has no task from a cache."""
    tasks = run.tasks
    found = Totals(attempts=len(tasks))
    for kind, number in tasks.count_kinds():
        found.exits[kind.exit] += number
        found.models[kind.price_model] += number
        if not kind.lost:
            found.completed[kind.process] += number
        elif kind.ignored:
            found.ignored[kind.process] += number
    hours = cpu_hours = 0.0
    told = timed = 0
    for kind, seconds in zip(tasks.kinds, tasks.seconds_by_kind(), strict=True):
        if not seconds:
            continue
        timed += len(seconds)
        spent = sum(seconds) / 3600
        hours += spent
        if kind.cpus is not None:
            told += len(seconds)
            cpu_hours += spent * kind.cpus
        if kind.machine_type:
            found.machine_hours[kind.machine_type] += spent
        if kind.process and not kind.lost:
            found.seconds[kind.process] += seconds
    found.untimed = found.attempts - timed
    found.unpriced = sum(usd != usd for usd in tasks.usd)
    found.waited = [tasks[place] for place in tasks.where(lambda kind: bool(kind.interruptions and kind.spans))]
    found.task_hours = hours if timed or not found.attempts else None
    found.cpu_hours = cpu_hours if told or not found.attempts else None
    lost = tasks.where(lambda kind: kind.lost)
    found.lost = Lost(
        len(lost),
        _sum_told(tasks.seconds[place] / 3600 for place in lost),
        _sum_told(tasks.usd[place] for place in lost),
    )
    return found


def _sum_told(values: Iterable[float]) -> float | None:
    return sum_known(None if value != value else value for value in values)


def add_lost(each: Iterable[Lost]) -> Lost:
    """Return what several runs lost."""
    listed = list(each)
    some = [lost for lost in listed if lost.attempts]
    return Lost(
        sum(lost.attempts for lost in listed),
        sum_known(lost.task_hours for lost in some),
        sum_known(lost.cost_usd for lost in some),
    )

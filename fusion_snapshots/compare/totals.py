"""What one run took, summed up in a single pass over its attempts, of which there may be very many."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from ..runs.run import Run, Task, sum_known


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
    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    waited: list[Task] = field(default_factory=list)


def sum_up(run: Run) -> Totals:
    """Return the sums of a run that has no task from a cache."""
    found = Totals(attempts=len(run.tasks))
    lost: list[Task] = []
    hours = cpu_hours = 0.0
    told = 0
    found.exits.update(map(attrgetter("exit"), run.tasks))
    found.models.update(map(attrgetter("price_model"), run.tasks))
    for task in run.tasks:
        seconds = task.seconds
        found.unpriced += task.usd is None
        if seconds is not None:
            spent = seconds / 3600
            hours += spent
            if task.cpus is not None:
                told += 1
                cpu_hours += spent * task.cpus
            if task.machine_type:
                found.machine_hours[task.machine_type] += spent
        else:
            found.untimed += 1
        if task.interruptions and task.spans:
            found.waited.append(task)
        if task.lost:
            lost.append(task)
            if task.ignored:
                found.ignored[task.process] += 1
        else:
            found.completed[task.process] += 1
            if task.process and seconds is not None:
                found.seconds[task.process].append(seconds)
    found.task_hours = hours if found.untimed < found.attempts or not found.attempts else None
    found.cpu_hours = cpu_hours if told or not found.attempts else None
    found.lost = Lost(
        len(lost),
        sum_known(None if task.seconds is None else task.seconds / 3600 for task in lost),
        sum_known(task.usd for task in lost),
    )
    return found


def add_lost(each: Iterable[Lost]) -> Lost:
    """Return what several runs lost."""
    listed = list(each)
    some = [lost for lost in listed if lost.attempts]
    return Lost(
        sum(lost.attempts for lost in listed),
        sum_known(lost.task_hours for lost in some),
        sum_known(lost.cost_usd for lost in some),
    )

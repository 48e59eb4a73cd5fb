"""What interruptions cost on average, in closed form: docs/model.md derives it.

A rate is in interruptions of an instance in an hour. Times are in hours.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..settings import MOST_RATE

NOTICE = 2 / 60  # AWS's notice: the task is frozen, and paid for
FREE = 5 / 60  # of each task: Fusion's first periodic dump comes after five minutes
_LEAST_RATE = 1e-5
_STEPS = 96  # between these, in which a first crossing is looked for
_FEW = 400  # tasks, up to which each is reckoned with by itself
_HOURS_APART, _MOVES_APART = math.log(1.03), math.log(1.25)  # of tasks that are merged: runs, and moves to new hosts
_LONGEST = 700.0  # expected interruptions in a task: e to that is the largest number there is


class Work(NamedTuple):
    """A task as the model sees it.

    hours it runs undisturbed, cost of an hour of it, hours a restore takes, chance that a dump is saved in time, and
    when it was submitted and ended, in hours of its run's clock.
    """

    hours: float
    price: float
    restore: float
    saved: float
    submitted: float
    ended: float


@dataclass(frozen=True)
class Costs:
    """What Snapshots add: the share of a task's time that periodic dumps take (overhead), beyond its first minutes."""

    overhead: float

    def watched(self, hours: float) -> float:
        """Return the hours a task takes undisturbed, with its periodic dumps."""
        return hours + self.overhead * (hours - FREE) if hours > FREE else hours

    def spot(self, work: Work, rate: float) -> float:
        """Return the busy hours of a task that begins again from scratch at each interruption."""
        return restarted(work.hours, rate)

    def snapshots(self, work: Work, rate: float) -> float:
        """Return the busy hours of a task that goes on elsewhere where its dump was saved in time."""
        kept, restore, hours = rate * work.saved, work.restore, work.hours
        if hours > FREE:  # as watched does, which would take longer here
            hours += self.overhead * (hours - FREE)
        # A restore may be interrupted, too; where that is all but certain, none would ever end.
        repeat = kept * restore
        hours *= 1 + kept * (NOTICE + restore) / (1 - (repeat if repeat < 0.9 else 0.9))
        return restarted(hours, rate * (1 - work.saved))


BusyHours = Callable[[Work, float], float]


def restarted(hours: float, rate: float) -> float:
    """Return the mean hours until a work of that many hours has run through once without an interruption."""
    if rate * hours < 1e-12:
        return hours
    return math.expm1(rate * hours) / rate if rate * hours < _LONGEST else math.inf


def cost_of(works: Sequence[Work], busy: BusyHours, rate: float) -> float:
    """Return the mean cost of all tasks at a rate."""
    return sum([work.price * busy(work, rate) for work in works])


def merge_alike(works: Sequence[Work]) -> list[Work]:
    """Return fewer works that together cost as much as very many: those that last and move about as long are one.

    Their prices are added up; hours and restores are means by price. A cost is off by less than a thousandth, where a
    task meets up to six interruptions.
    """
    if len(works) <= _FEW:
        return list(works)
    alike: defaultdict[tuple[object, ...], list[Work]] = defaultdict(list)
    for work in works:
        moved = _step(NOTICE + work.restore, _MOVES_APART) if work.saved else None
        alike[_step(work.hours, _HOURS_APART), moved, work.saved, work.hours > FREE].append(work)
    return [own[0] if len(own) == 1 else _merge(own) for own in alike.values()]


def _step(value: float, apart: float) -> int | None:
    return round(math.log(value) / apart) if value > 0 else None


def _merge(works: Sequence[Work]) -> Work:
    price = sum(work.price for work in works)
    weight = price or len(works)
    hours, restore = (
        sum(each * (work.price if price else 1) for each, work in pairs) / weight
        for pairs in (((work.hours, work) for work in works), ((work.restore, work) for work in works))
    )
    return works[0]._replace(hours=hours, price=price, restore=restore)


def break_even(works: Sequence[Work], costs: Costs) -> float | None:
    """Return the smallest rate at which Snapshots cost no more than Spot alone; None where there is none up to 5.

    0 where they pay at any rate, as without overhead they may.
    """
    rates = [_LEAST_RATE * (MOST_RATE / _LEAST_RATE) ** (step / _STEPS) for step in range(_STEPS + 1)]
    before = 0.0
    for rate in rates:
        if _pays(works, costs, rate):
            return _bisect(works, costs, before, rate) if before else 0.0
        before = rate
    return None


def _bisect(works: Sequence[Work], costs: Costs, low: float, high: float) -> float:
    """Return the rate between two from which Snapshots pay, to a thousandth of it."""
    while high / low > 1.001:
        middle = math.sqrt(low * high)
        low, high = (low, middle) if _pays(works, costs, middle) else (middle, high)
    return high


def _pays(works: Sequence[Work], costs: Costs, rate: float) -> bool:
    return cost_of(works, costs.snapshots, rate) <= cost_of(works, costs.spot, rate)


def chance_to_die(hours: Sequence[float], rate: float, attempts: int) -> float:
    """Return the chance that some task is interrupted in each of its attempts, so that its run fails."""
    lost = ((-math.expm1(-rate * each)) ** attempts for each in hours)
    return -math.expm1(sum(math.log1p(-chance) if chance < 1 else -math.inf for chance in lost))

"""A run's time and cost, drawn: each task waits for the one that had ended last when it was submitted.

Only what is interrupted is drawn: on the hours of all tasks, laid end to end, interruptions are a Poisson process. Each
task has one predecessor at most, so the tasks are a forest. Laid out parents first, those that descend from a task
follow it at once, and what delays it delays them all.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from math import exp, floor, log, log1p, sqrt
from typing import NamedTuple

from .costs import NOTICE, Costs, Work

_MANY = 24  # restarts of one task, after which the rest is drawn at once


class Drawn(NamedTuple):
    """A run of one draw: its cost, and its hours."""

    cost: float
    hours: float


class Forest:
    """A run's tasks in their order of dependence, on an arm."""

    def __init__(self, works: Sequence[Work], costs: Costs, *, snapshots: bool) -> None:
        by_end = sorted(works, key=lambda work: (work.ended, work.submitted))
        ends = [work.ended for work in by_end]
        parents = [bisect_right(ends, work.submitted) - 1 for work in by_end]
        planned = [costs.watched(work.hours) if snapshots else work.hours for work in by_end]
        shifts = _shift(parents, [long - work.hours for long, work in zip(planned, by_end, strict=True)])
        order, after = _lay_out(parents)
        self._snapshots = snapshots
        self._works = [by_end[index] for index in order]
        self._planned = [planned[index] for index in order]
        self._after = after  # the place behind a task's last descendant
        last = _last_ends([work.ended + shift for work, shift in zip(by_end, shifts, strict=True)], parents)
        self._last = [last[index] for index in order]
        self._edges = [0.0, *accumulate(self._planned)]
        self._began = min((work.submitted for work in works), default=0.0)
        self.hours = max(self._last, default=0.0) - self._began  # undisturbed
        self.cost = sum(work.price * long for work, long in zip(self._works, self._planned, strict=True))

    def draw(self, rate: float, wait: float, chance: random.Random) -> Drawn:
        """Return a run at a rate; wait is the hours until there is another instance."""
        cost, end = self.cost, self.hours + self._began
        delays: list[tuple[int, float]] = []  # of the interrupted tasks above: the place behind the descendants, delay
        place, task = chance.expovariate(rate), 0
        while place < self._edges[-1]:
            task = bisect_right(self._edges, place, task) - 1
            busy, waits = self._interrupt(task, place - self._edges[task], rate, chance)
            cost += self._works[task].price * busy
            while delays and delays[-1][0] <= task:
                delays.pop()
            delay = busy + waits * wait + (delays[-1][1] if delays else 0.0)
            delays.append((self._after[task], delay))
            end = max(end, self._last[task] + delay)
            task += 1
            place = self._edges[task] + chance.expovariate(rate)
        return Drawn(cost, end - self._began)

    def _interrupt(self, task: int, place: float, rate: float, chance: random.Random) -> tuple[float, int]:
        """Return the busy hours that a task takes in addition, and how often it waits for another instance.

        place is the hours of its work that are done at its first interruption.
        """
        work, planned = self._works[task], self._planned[task]
        saved = work.saved if self._snapshots else 0.0
        notice = NOTICE if self._snapshots else 0.0
        busy, waits, restarts = 0.0, 0, 0
        while place < planned:
            waits += 1
            busy += notice
            if saved and (saved >= 1 or chance.random() < saved):
                again, more = _restore(work.restore, rate, chance)
                busy, waits = busy + again, waits + more
            else:
                busy, place, restarts = busy + place, 0.0, restarts + 1
                if restarts == _MANY:
                    lost, more = _restart(planned, rate * (1 - saved), chance)
                    return busy + lost + more * notice, waits + more
            place += chance.expovariate(rate)
        return busy, waits


def _restore(hours: float, rate: float, chance: random.Random) -> tuple[float, int]:
    """Return the busy hours of a restore that is itself interrupted at times, and how often it is."""
    busy, times = hours, 0
    if rate * hours < 5:  # else it would hardly ever end
        while (place := chance.expovariate(rate)) < hours:
            busy, times = busy + place + NOTICE, times + 1
    return busy, times


def _restart(hours: float, rate: float, chance: random.Random) -> tuple[float, int]:
    """Return the hours lost, and the number of attempts lost, before a work runs through: many at once."""
    passes = exp(-min(rate * hours, 700.0))
    number = floor(log(1 - chance.random()) / log1p(-passes))
    mean = 1 / rate - hours * passes / (1 - passes)
    variance = 1 / rate**2 - hours**2 * passes / (1 - passes) ** 2
    return max(0.0, number * mean + chance.gauss(0, 1) * sqrt(max(0.0, number * variance))), number


def _shift(parents: Sequence[int], own: Sequence[float]) -> list[float]:
    """Return by how much each task ends later, with its own delay and that of all before it."""
    shifts: list[float] = []
    for parent, delay in zip(parents, own, strict=True):
        shifts.append(delay + (shifts[parent] if parent >= 0 else 0.0))
    return shifts


def _lay_out(parents: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return the tasks' indices, parents first and each followed by its descendants; and the place behind these."""
    sizes = [1] * len(parents)
    for index in range(len(parents) - 1, -1, -1):
        if parents[index] >= 0:
            sizes[parents[index]] += sizes[index]
    places, following, roots = [0] * len(parents), [0] * len(parents), 0
    for index, parent in enumerate(parents):
        if parent >= 0:
            places[index], following[parent] = following[parent], following[parent] + sizes[index]
        else:
            places[index], roots = roots, roots + sizes[index]
        following[index] = places[index] + 1
    order, after = [0] * len(parents), [0] * len(parents)
    for index, place in enumerate(places):
        order[place], after[place] = index, place + sizes[index]
    return order, after


def _last_ends(ends: Sequence[float], parents: Sequence[int]) -> list[float]:
    """Return when the last of each task and its descendants ends."""
    last = list(ends)
    for index in range(len(ends) - 1, -1, -1):
        if parents[index] >= 0:
            last[parents[index]] = max(last[parents[index]], last[index])
    return last

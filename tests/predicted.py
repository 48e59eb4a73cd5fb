"""What the tests of predict share: works, a replay written from the model's text, and runs that are simulated."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from archives import BEGAN, iso, task

from fusion_snapshots.predict.costs import Work

RECORDED = "../shared/runs"  # of real runs, where they are at hand


def work(
    hours: float = 1.0, *, price: float = 1.0, restore: float = 0.01, saved: float = 1.0, after: float = 0.0
) -> Work:
    """Return a task that was submitted after so many hours, and ran at once."""
    return Work(hours, price, restore, saved, after, after + hours)


class Replayed(NamedTuple):
    """A run that was replayed."""

    cost: float
    hours: float


def replay(
    works: Sequence[Work], rate: float, chance: random.Random, *, overhead: float | None, wait: float
) -> Replayed:
    """Return a run as the model's text tells it, task by task; overhead of None is Spot without Snapshots."""
    ended: list[tuple[float, float]] = []  # as recorded, and now
    cost = 0.0
    for each in sorted(works, key=lambda each: each.ended):
        busy, hits = _on_spot(each, rate, chance) if overhead is None else _saved(each, rate, chance, overhead)
        before = [pair for pair in ended if pair[0] <= each.submitted]
        late = max(before)[1] - max(before)[0] if before else 0.0
        ended.append((each.ended, each.ended + late + busy - each.hours + hits * wait))
        cost += each.price * busy
    return Replayed(cost, max(now for _, now in ended) - min(each.submitted for each in works))


def _on_spot(each: Work, rate: float, chance: random.Random) -> tuple[float, int]:
    lost, hits = 0.0, 0
    while (place := chance.expovariate(rate)) < each.hours:
        lost, hits = lost + place, hits + 1
    return lost + each.hours, hits


def _saved(each: Work, rate: float, chance: random.Random, overhead: float) -> tuple[float, int]:
    whole = each.hours + overhead * max(0.0, each.hours - 5 / 60)
    left, restoring, busy, hits = whole, 0.0, 0.0, 0
    while (place := chance.expovariate(rate)) < restoring + left:
        busy, hits = busy + place + 2 / 60, hits + 1
        left -= max(0.0, place - restoring)
        restoring, left = (each.restore, left) if chance.random() < each.saved else (0.0, whole)
    return busy + restoring + left, hits


def random_run(chance: random.Random, tasks: int) -> Iterator[Work]:
    """Yield the tasks of a made-up run: each is submitted as one of the last few ends, or at the beginning."""
    ends = [0.0]
    for _ in range(tasks):
        submitted = chance.choice(ends[-8:]) + chance.uniform(0, 0.003)
        hours = chance.lognormvariate(-0.5, 0.8)
        yield Work(
            hours,
            chance.uniform(0.05, 0.5),
            chance.uniform(0.002, 0.03),
            float(chance.random() < 0.9),
            submitted,
            submitted + hours,
        )
        ends.append(submitted + hours)
        ends.sort()


def attempts_of(works: Sequence[Work], **more: Any) -> list[dict[str, Any]]:
    """Return tasks of an archive with the hours and costs of works, to a second."""
    return [
        task(
            minutes=round(each.hours * 3600) / 60,
            usd=each.price * each.hours,
            after=round(each.submitted * 3600) / 60,
            submit=iso(BEGAN + timedelta(seconds=round(each.submitted * 3600))),
            **more,
        )
        for each in works
    ]

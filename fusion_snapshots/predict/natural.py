"""What the runs of a comparison say of nature: the statement that compare ends with, and its chart."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from ..folder.layout import BASELINE, SNAPSHOTS, WITHOUT_SNAPSHOTS
from ..folder.model import Folder
from ..runs.run import Run
from ..runs.tasks import STANDARD, Task, Tasks
from ..settings import Predict
from .advice import show_cost, show_rate, tell_break_even
from .picture import draw_chart
from .prediction import Prediction, predict_from
from .recorded import Recorded, rate_from
from .terms import Measured, read_terms

_MOST_TASKS = 3000  # that are predicted from, about: the runs of one workflow are alike


class Natural(NamedTuple):
    """The statement at the natural rate, and the chart of both Spot arms' costs over the rate, as an SVG."""

    text: str
    chart: str


def predict_natural(folder: Folder, runs: Sequence[Run], storm: Collection[str], measured: Measured) -> Natural | None:
    """Return what the runs of a comparison let expect where nobody interrupts anything; None where no task completed.

    storm holds the arms that make interrupt has hit, whose interruptions are not nature's; measured is
    what the comparison found of Snapshots. Tasks are taken from the
    runs without Snapshots, which neither dump nor wait; their prices and interruptions from all.
    """
    plain = [run for run in runs if run.arm in (BASELINE, WITHOUT_SNAPSHOTS) and run.succeeded]
    kept = [(run, places) for run in plain if (places := _find_kept(run.own_attempts))]
    if not kept:
        return None
    few = [_thin(run, places) for run, places in kept[: max(1, _MOST_TASKS // len(kept[0][1]))]]
    found = predict_from(
        few,
        folder.catalog,
        read_terms(folder, folder.catalog, Predict(), measured),
        {},
        folder.root,
        priced=[Recorded("", "", "", "", _sum_by_price(runs), None)],
        own=rate_from((run.hits, _count_exposed(run.own_attempts)) for run in runs if run.arm not in storm),
    )
    rate, label = found.own.value, "your rate" if found.own.counted else "assumed rate"
    return Natural(_tell(found), draw_chart(found.model, found.break_even, rate, found.in_usd, label))


def _find_kept(tasks: Tasks) -> list[int]:
    """Return the places of the tasks that Recorded.kept keeps."""
    seconds, started = tasks.seconds, tasks.started
    completed = tasks.where(lambda kind: kind.status == "COMPLETED")
    return [place for place in completed if seconds[place] > 0 and started[place] == started[place]]


def _sum_by_price(runs: Iterable[Run]) -> list[Task]:
    """Return what tasks that count cost and took, as one task for each machine type, price model and size."""
    sums: dict[tuple[str, str, float | None, float | None], tuple[Task, list[float]]] = {}
    for run in runs:
        tasks = run.own_attempts
        kinds, of_kind, seconds, started, usd = tasks.kinds, tasks.of_kind, tasks.seconds, tasks.started, tasks.usd
        for place in _some(range(len(tasks))):
            kind, memory = kinds[of_kind[place]], tasks.memory[place]
            if (
                kind.status == "COMPLETED"
                and seconds[place] > 0
                and started[place] == started[place]
                and usd[place] > 0
            ):
                key = kind.machine_type, kind.price_model, kind.cpus, memory if memory == memory else None
                _, whole = sums.setdefault(key, (kind, [0.0, 0.0]))
                whole[0] += usd[place]
                whole[1] += seconds[place]
    return [
        kind._replace(usd=cost, seconds=took, memory=key[-1], started=0.0) for key, (kind, (cost, took)) in sums.items()
    ]


def _count_exposed(tasks: Tasks) -> float:
    """Return the hours that Recorded.exposed counts."""
    exposed = [kind.price_model != STANDARD for kind in tasks.kinds]
    attempts = zip(tasks.of_kind, tasks.seconds, strict=True)
    return sum([seconds for kind, seconds in attempts if exposed[kind] and seconds == seconds]) / 3600


def _thin(run: Run, kept: list[int]) -> Recorded:
    """Return a run with some of the tasks that count, at prices by which they cost as much as all."""
    some, usd = _some(kept), run.own_attempts.usd
    whole, part = (sum(usd[place] if usd[place] > 0 else 0 for place in places) for places in (kept, some))
    by = whole / part if part else 1
    tasks = [task._replace(usd=None if task.usd is None else task.usd * by) for task in run.own_attempts.pick(some)]
    return Recorded(run.name, run.pipeline, "", run.status, tasks, run.hits)


def _some(places: Sequence[int]) -> Sequence[int]:
    """Return at most _MOST_TASKS places, by chance but the same ones each time."""
    return places if len(places) <= _MOST_TASKS else random.Random(0).sample(places, _MOST_TASKS)


def _tell(found: Prediction) -> str:
    rate = found.own
    spot, snapshots = (found.model.mean_cost(arm, rate.value) for arm in (WITHOUT_SNAPSHOTS, SNAPSHOTS))
    whose = "as these runs met" if rate.counted else "assumed, as no natural one is known of these runs"
    return (
        f"At {show_rate(rate.value)}, {whose}, a result would cost {show_cost(found, spot)} on Spot and "
        f"{show_cost(found, snapshots)} with Snapshots. {tell_break_even(found)} make predict tells more."
    )

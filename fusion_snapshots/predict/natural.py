"""What the runs of a comparison say of nature: the statement that compare ends with, and its chart."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from typing import NamedTuple

from ..benchmark import Benchmark
from ..folder.layout import BASELINE, SNAPSHOTS, WITHOUT_SNAPSHOTS
from ..folder.model import Folder
from ..runs.run import Run, Task
from ..settings import Predict
from .advice import show_cost, show_rate, tell_break_even
from .picture import draw_chart
from .prediction import Prediction, predict_from
from .recorded import Recorded, of_run
from .terms import Measured, read_terms

_MOST_TASKS = 3000  # that are predicted from, about: the runs of one workflow are alike


class Natural(NamedTuple):
    """The statement at the natural rate, and the chart of both Spot arms' costs over the rate, as an SVG."""

    text: str
    chart: str


def predict_natural(
    benchmark: Benchmark, runs: Sequence[Run], storm: Collection[str], measured: Measured
) -> Natural | None:
    """Return what the runs of a comparison let expect where nobody interrupts anything; None where no task completed.

    storm holds the arms that make interrupt has hit, whose interruptions are not nature's; measured is
    what the comparison found of Snapshots. Tasks are taken from the
    runs without Snapshots, which neither dump nor wait; their prices and interruptions from all.
    """
    recorded = {run: of_run(run) for run in runs}
    plain = [each for run, each in recorded.items() if run.arm in (BASELINE, WITHOUT_SNAPSHOTS) and run.succeeded]
    plain = [each for each in plain if each.kept]
    if not plain:
        return None
    few = [_thin(each) for each in plain[: max(1, _MOST_TASKS // len(plain[0].kept))]]
    folder = Folder(benchmark.root)
    found = predict_from(
        few,
        folder.catalog,
        read_terms(folder, folder.catalog, Predict(), measured),
        {},
        benchmark.root,
        priced=[each._replace(tasks=_some(each.tasks)) for each in recorded.values()],
        counted=[each for run, each in recorded.items() if run.arm not in storm],
    )
    rate, label = found.own.value, "your rate" if found.own.counted else "assumed rate"
    return Natural(_tell(found), draw_chart(found.model, found.break_even, rate, found.in_usd, label))


def _thin(run: Recorded) -> Recorded:
    """Return a run of very many tasks with some of them, which cost as much as all."""
    kept = run.kept
    some = _some(kept)
    whole, part = (sum(task.usd or 0 for task in tasks) for tasks in (kept, some))
    by = whole / part if part else 1
    return run._replace(tasks=[task._replace(usd=None if task.usd is None else task.usd * by) for task in some])


def _some(tasks: list[Task]) -> list[Task]:
    """Return at most _MOST_TASKS tasks, by chance but the same ones each time."""
    return tasks if len(tasks) <= _MOST_TASKS else random.Random(0).sample(tasks, _MOST_TASKS)


def _tell(found: Prediction) -> str:
    rate = found.own
    spot, snapshots = (found.model.mean_cost(arm, rate.value) for arm in (WITHOUT_SNAPSHOTS, SNAPSHOTS))
    whose = "as these runs met" if rate.counted else "assumed, as no natural one is known of these runs"
    return (
        f"At {show_rate(rate.value)}, {whose}, a result would cost {show_cost(found, spot)} on Spot and "
        f"{show_cost(found, snapshots)} with Snapshots. {tell_break_even(found)} make predict tells more."
    )

"""Made-up benchmarks whose truth is known: runs as they are read from archives, without the archives."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from archives import BEGAN

from fusion_snapshots.compare.assessment import Result, assess_runs, find_whole
from fusion_snapshots.compare.snapshots import SnapshotLogs
from fusion_snapshots.runs.run import Run
from fusion_snapshots.runs.tasks import Task, Tasks

ARMS = ("fusion_ondemand", "fusion_snapshots", "fusion_spot")
DAY_DEVIATION, RUN_DEVIATION = 0.05, 0.03  # of an arm from day to day, and of a run


def make_run(
    arm: str, number: int, usd: float, hours: float, *, hits: int = 0, after: float = 0, status: str = "SUCCEEDED"
) -> Run:
    """Return a run of two tasks that began so many hours after the first one of all, and met so many interruptions."""
    model = "standard" if arm == "fusion_ondemand" else "spot"
    began = BEGAN + timedelta(hours=after)
    tasks = [
        Task(
            process=process, attempt=1, status="COMPLETED", exit=0, machine_type="c6id.8xlarge", price_model=model,
            seconds=1800 * hours, usd=usd / 2, interruptions=own, cpus=4, workdir="", submitted=began.timestamp(),
            started=began.timestamp(), memory=8, peak=4, zone="eu-west-1a", native_id="", error_action="",
            name=f"{process} (sample)",
        )
        for process, own in (("ALIGN", hits), ("CALL", 0))
    ]  # fmt: skip
    return Run(
        id=f"{arm}{number}", name=f"w-{arm.replace('_', '-')}-20260302-100000-{number}", arm=arm, status=status,
        pipeline="acme/workflow", began=began, ended=began + timedelta(hours=hours), hours=hours, nextflow="26.04.6",
        fusion="2.5.9", provisioning=model, snapshots=arm == "fusion_snapshots", cost_reported=usd,
        interruptions_reported=None, resumed=False, counted=2, facts={}, tasks=Tasks.of(tasks),
    )  # fmt: skip


def judge_runs(runs: Iterable[Run]) -> Result:
    """Return what make compare makes of runs."""
    return assess_runs(find_whole(list(runs)), [], SnapshotLogs([], 0, ""), [])


def draw_world(
    seed: int, cost: Mapping[str, float], rounds: int = 8, apart: float = 24, more: Callable[[int], float] = lambda _: 1
) -> Result:
    """Return what make compare makes of a benchmark, of which each arm's mean cost is given.

    Its rounds begin so many hours apart. more is what a day makes dearer for all arms alike.
    """
    draw = random.Random(seed)
    runs = []
    for number in range(rounds):
        for arm in ARMS:
            usd = cost[arm] * more(number) * _spread(draw)
            runs.append(make_run(arm, number + 1, usd, 5 * _spread(draw), hits=2, after=apart * number))
    return judge_runs(runs)


def _spread(draw: random.Random) -> float:
    return draw.lognormvariate(0, DAY_DEVIATION) * draw.lognormvariate(0, RUN_DEVIATION)

"""A made-up benchmark, the same every time: a workflow on demand, on Spot, and on Spot with Snapshots."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from archives import RECLAIMED, make_folder, task

ROUNDS = 8
TASKS_AT_ONCE = 11.5
# How many tasks a run has of each process, the minutes of one on a quiet machine, its CPUs and memory in GiB.
PROCESSES = {
    "ACME:READS:TRIM": (24, 9, 4, 8),
    "ACME:READS:QUALITY": (24, 4, 2, 4),
    "ACME:MAP:ALIGN": (24, 64, 16, 30),
    "ACME:MAP:SORT": (24, 18, 4, 16),
    "ACME:MAP:MARK_DUPLICATES": (24, 33, 4, 26),
    "ACME:VARIANTS:CALL": (48, 41, 4, 15),
    "ACME:VARIANTS:JOIN": (4, 27, 8, 24),
    "ACME:VARIANTS:ANNOTATE": (4, 22, 4, 12),
    "ACME:REPORT": (1, 6, 2, 6),
}
MACHINES = ("c6id.8xlarge", "m6id.4xlarge", "c6id.12xlarge", "m6id.8xlarge")
USD_PER_CPU_HOUR = 0.0504
SPOT_SHARE = 0.41  # of the on-demand price
RECLAIMS_PER_HOUR = 0.15  # of a task on Spot, as under make interrupt
DUMPS_FAIL = 0.12  # of all dumps


def write_benchmark(root: Path) -> None:
    """Write a folder's arms, report/runs.csv, and the archives of its runs."""
    arms = {"fusion_ondemand": "EC2", "fusion_snapshots": "SPOT", "fusion_spot": "SPOT"}
    make_folder(root, {arm: [_run(arm, model, number) for number in range(ROUNDS)] for arm, model in arms.items()})


def _run(arm: str, model: str, number: int) -> dict[str, Any]:
    draw = random.Random(f"{arm} {number}")
    failed = (arm, number) == ("fusion_spot", 3)
    tasks = list(_tasks(draw, arm, stop=110 if failed else None))
    return {
        "tasks": tasks,
        "days": number,
        "hours": sum(_minutes(item) for item in tasks) / 60 / TASKS_AT_ONCE * draw.uniform(0.97, 1.04),
        "status": "FAILED" if failed else "SUCCEEDED",
        "launch": {"computeEnv": {"config": {"forge": {"type": model}, "fusionSnapshots": arm == "fusion_snapshots"}}},
    }


def _tasks(draw: random.Random, arm: str, stop: int | None) -> Iterator[dict[str, Any]]:
    made = 0
    for process, (number, usual, cpus, memory) in PROCESSES.items():
        for _ in range(number):
            made += 1
            if stop and made > stop:
                return
            minutes = usual * draw.lognormvariate(0, 0.16)
            yield from _attempts(draw, arm, process, minutes, cpus, memory)


def _attempts(
    draw: random.Random, arm: str, process: str, minutes: float, cpus: int, memory: int
) -> Iterator[dict[str, Any]]:
    """Yield the attempts of one task: on Spot, a host may go; without Snapshots, the work begins again."""
    more: dict[str, Any] = {"cpus": cpus, "memory": memory << 30, "machineType": draw.choice(MACHINES)}
    rate = USD_PER_CPU_HOUR * cpus / 60 * (1 if arm == "fusion_ondemand" else SPOT_SHARE)
    if arm == "fusion_ondemand":
        yield task(process, minutes=minutes, usd=minutes * rate, priceModel="standard", **more)
        return
    attempt = 1
    while (gone := draw.expovariate(RECLAIMS_PER_HOUR / 60)) < minutes:
        if arm == "fusion_snapshots" and draw.random() > DUMPS_FAIL:
            # Restored inside AWS Batch: one record, whose time spans dump, waiting and restore.
            minutes += draw.uniform(3, 6)
            yield task(process, minutes=minutes, usd=minutes * rate, numSpotInterruptions=1, attempt=attempt, **more)
            return
        code = 175 if arm == "fusion_snapshots" else RECLAIMED
        lost: dict[str, Any] = {"status": "FAILED", "exit": code, "exitStatus": code, "errorAction": "RETRY"}
        yield task(process, minutes=gone, usd=gone * rate, numSpotInterruptions=1, attempt=attempt, **lost, **more)
        attempt += 1
    yield task(process, minutes=minutes, usd=minutes * rate, numSpotInterruptions=0, attempt=attempt, **more)


def _minutes(item: dict[str, Any]) -> float:
    begun, ended = (str(item[key]) for key in ("start", "complete"))
    hours = [int(text[11:13]) * 60 + int(text[14:16]) + int(text[17:19]) / 60 for text in (begun, ended)]
    return hours[1] - hours[0]

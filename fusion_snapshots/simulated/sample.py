"""A made-up benchmark, the same every time: a workflow on demand, on Spot, and on Spot with Snapshots."""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from .made_up import RECLAIMED
from .recordings import BEGAN, iso, task

ROUNDS = 8
SAMPLES = 24
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


def sample_runs(samples: int = SAMPLES, **workflow: str) -> dict[str, list[dict[str, Any]]]:
    """Return the runs of each arm, one of each round, as `documents` and `write_archive` take them.

    Fewer samples make the runs smaller; other keys are of workflow.json.
    """
    arms = {"fusion_ondemand": "EC2", "fusion_snapshots": "SPOT", "fusion_spot": "SPOT"}
    runs = {arm: [_run(arm, model, number, samples) for number in range(ROUNDS)] for arm, model in arms.items()}
    return {arm: [run | workflow for run in each] for arm, each in runs.items()}


def _run(arm: str, model: str, number: int, samples: int) -> dict[str, Any]:
    draw = random.Random(f"{arm} {number}")
    failed = (arm, number) == ("fusion_spot", 3)
    at_once = max(1.0, TASKS_AT_ONCE * samples / SAMPLES)
    tasks = list(_tasks(draw, arm, samples, stop=110 * samples // SAMPLES if failed else None))
    _queue(tasks, math.ceil(at_once))
    return {
        "tasks": tasks,
        "days": number,
        "hours": sum(_minutes(item) for item in tasks) / 60 / at_once * draw.uniform(0.97, 1.04),
        "status": "FAILED" if failed else "SUCCEEDED",
        "launch": {"computeEnv": {"config": {"forge": {"type": model}, "fusionSnapshots": arm == "fusion_snapshots"}}},
    }


def _tasks(draw: random.Random, arm: str, samples: int, stop: int | None) -> Iterator[dict[str, Any]]:
    made = 0
    for process, (number, usual, cpus, memory) in PROCESSES.items():
        for _ in range(max(1, number * samples // SAMPLES)):
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


def _queue(tasks: list[dict[str, Any]], at_once: int) -> None:
    """Let tasks run a number at once, each submitted as another ends; an attempt after a lost one follows that."""
    free, lost_until = [0.0] * at_once, 0.0
    for item in tasks:
        begin, minutes = max(heapq.heappop(free), lost_until), _minutes(item)
        heapq.heappush(free, begin + minutes)
        lost_until = begin + minutes if item["status"] == "FAILED" else 0.0
        start = BEGAN + timedelta(minutes=begin)
        item |= {"submit": iso(start), "start": iso(start), "complete": iso(start + timedelta(minutes=minutes))}


def _minutes(item: dict[str, Any]) -> float:
    begun, ended = (datetime.fromisoformat(item[key].removesuffix("Z")) for key in ("start", "complete"))
    return (ended - begun).total_seconds() / 60

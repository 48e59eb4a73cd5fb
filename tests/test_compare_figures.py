"""The arms' figures and comparisons, against sums done by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from archives import RECLAIMED, task, write_archive

from fusion_snapshots.compare.figures import ArmFigures, are_separated, compare_processes
from fusion_snapshots.runs.run import Run, read_run

LOST: dict[str, Any] = {"status": "FAILED", "exit": RECLAIMED, "exitStatus": RECLAIMED}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.tar.gz"


def run_of(path: Path, tasks: list[dict[str, Any]], **more: Any) -> Run:
    write_archive(path, tasks, **more)
    return read_run(path, "1abc", "workflow-1", "arm")


def arm_of(*runs: Run) -> ArmFigures:
    return ArmFigures("arm", list(runs), 0)


def test_sums_are_of_all_runs_and_medians_of_those_that_succeeded(path: Path) -> None:
    arm = arm_of(
        run_of(path, [task(usd=4, cpus=2, minutes=60)], hours=1),
        run_of(path, [task(usd=2, cpus=4, minutes=30), task(usd=1, cpus=1, minutes=120)], hours=3),
        run_of(path, [task(usd=1, minutes=30, status="FAILED", exit=1)], hours=0.5, status="FAILED"),
        run_of(
            path, [task(usd=0.5, minutes=15), task(usd=0, status="ABORTED", minutes=6)], hours=9, status="CANCELLED"
        ),
    )
    assert (len(arm.runs), len(arm.succeeded)) == (4, 2)
    assert arm.wall_hours == [1, 3]
    assert arm.costs == [4, 3]
    assert arm.cost_usd == pytest.approx(4 + 3 + 1 + 0.5)
    assert arm.usd_per_result == pytest.approx(8.5 / 2)
    assert arm.hours_per_result == pytest.approx((1 + 3 + 0.5 + 9) / 2)
    assert arm.attempts == 6
    assert arm.task_hours == pytest.approx(1 + 0.5 + 2 + 0.5 + 0.25 + 0.1)
    assert arm.cpu_hours == pytest.approx(2 * 1 + 4 * 0.5 + 1 * 2 + 2 * 0.5 + 2 * 0.25 + 2 * 0.1)
    assert list(arm.lost) == [2, pytest.approx(0.6), pytest.approx(1)]


def test_reclaimed_attempts_are_lost_work(path: Path) -> None:
    tasks = [
        task(minutes=15, usd=0.25, **LOST),
        task(minutes=45, usd=0.75, attempt=2, **LOST),
        task(minutes=60, usd=1, attempt=3),
        task(minutes=6, usd=0.1, status="FAILED", exit=175),
        task(minutes=6, usd=0.1, status="FAILED", exit=175),
        task(minutes=6, usd=0.1, status="FAILED", exit=176),
        task(minutes=6, usd=0.1, status="FAILED", exit=1),
    ]
    arm = arm_of(run_of(path, tasks))
    assert list(arm.lost) == [6, pytest.approx(1.4), pytest.approx(1.4)]
    assert arm.exits == {174: 0, 175: 2, 176: 1, 177: 0}
    assert arm.interruptions == 5


def test_what_is_not_reported_is_none(path: Path) -> None:
    silent = task(usd=None, cpus=None, machineType=None, priceModel=None) | {"complete": None}
    arm = arm_of(run_of(path, [silent, silent | {"status": "FAILED"}], hours=None))
    assert (arm.wall_hours, arm.costs) == ([], [])
    assert (arm.cost_usd, arm.usd_per_result, arm.task_hours, arm.cpu_hours) == (None, None, None, None)
    assert list(arm.lost) == [1, None, None]
    assert (arm.machine_types, arm.price_models) == ({}, {"spot": 0, "standard": 0})


def test_a_run_without_a_cost_makes_the_sum_unknown_and_not_smaller(path: Path) -> None:
    arm = arm_of(run_of(path, [task(usd=4)]), run_of(path, [task(usd=None)]))
    assert arm.costs == [4]
    assert arm.cost_usd is None
    assert arm.usd_per_result is None


def test_without_a_result_there_is_no_cost_per_result(path: Path) -> None:
    arm = arm_of(run_of(path, [task(usd=4)], status="FAILED"))
    assert arm.cost_usd == 4
    assert arm.usd_per_result is None


@pytest.mark.parametrize(
    ("counts", "interruptions"),
    [([0, 0], 0), ([0, None], 0), ([2, None], 2), ([None, None], None), ([1, 3], 4), ([], None)],
)
def test_interruptions_of_an_arm(path: Path, counts: list[int | None], interruptions: int | None) -> None:
    runs = [run_of(path, [task(numSpotInterruptions=count)]) for count in counts]
    assert arm_of(*runs).interruptions == interruptions


def test_machine_types_and_price_models(path: Path) -> None:
    tasks = [
        task(minutes=60, machineType="c6id.8xlarge"),
        task(minutes=90, machineType="m6id.4xlarge", priceModel="standard"),
        task(minutes=45, machineType="c6id.8xlarge"),
    ]
    arm = arm_of(run_of(path, tasks))
    assert list(arm.machine_types.items()) == [("c6id.8xlarge", 1.75), ("m6id.4xlarge", 1.5)]
    assert arm.price_models == {"spot": 2, "standard": 1}


@pytest.mark.parametrize(
    ("tasks", "rate"),
    [
        ([task(minutes=90, numSpotInterruptions=3), task(minutes=30, numSpotInterruptions=0)], 150),
        ([task(minutes=60)], None),
        ([task(minutes=60, numSpotInterruptions=0)], 0),
    ],
)
def test_interruptions_in_100_task_hours(path: Path, tasks: list[dict[str, Any]], rate: float | None) -> None:
    assert arm_of(run_of(path, tasks)).hits_per_100_task_hours == rate


@pytest.mark.parametrize(
    ("ours", "theirs", "apart"),
    [
        ([1.0, 2], [3.0, 4], True),
        ([3.0, 4], [1.0, 2], True),
        ([1.0, 3], [2.0, 4], False),
        ([1.0, 2], [2.0, 3], False),
        ([], [2.0], None),
    ],
)
def test_separated_sides(ours: list[float], theirs: list[float], apart: bool | None) -> None:
    assert are_separated(ours, theirs) is apart


def test_processes_are_compared_by_tasks_that_ended_well(path: Path) -> None:
    ours = [
        run_of(
            path, [task("A", minutes=10), task("A", minutes=30), task("B", minutes=6), task("A", minutes=1, **LOST)]
        ),
        run_of(path, [task("A", minutes=20), task("B", minutes=6), task("OURS")]),
        run_of(path, [task("A", minutes=99)], status="FAILED"),
    ]
    theirs = [run_of(path, [task("A", minutes=40), task("B", minutes=3), task("THEIRS")])]
    changes = compare_processes(arm_of(*ours), arm_of(*theirs))
    assert list(changes) == ["A", "B"]
    assert (changes["A"].arm_seconds, changes["A"].baseline_seconds, changes["A"].ratio) == (1200, 2400, 0.5)
    # An hour of A in two runs against 40 minutes in one.
    assert changes["A"].hours == pytest.approx(0.5 - 40 / 60)
    assert (changes["B"].arm_seconds, changes["B"].ratio) == (360, 2)


def test_a_process_that_took_no_time_has_no_ratio(path: Path) -> None:
    ours, theirs = (arm_of(run_of(path, [task("A", minutes=minutes)])) for minutes in (1, 0))
    assert compare_processes(ours, theirs)["A"].ratio is None

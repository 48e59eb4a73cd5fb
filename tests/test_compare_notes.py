"""What is said beside the figures: each note whole, and none where there is no reason for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from archives import read_arm, task

from fusion_snapshots.compare.figures import ArmFigures
from fusion_snapshots.compare.notes import ESTIMATES, write_excesses, write_notes
from fusion_snapshots.compare.snapshots import SnapshotLogs, TaskSnapshots
from fusion_snapshots.runs.fetch import LeftOut
from fusion_snapshots.runs.listed import Row

NO_LOGS = SnapshotLogs([], 0, "")


def notes(*arms: ArmFigures, left_out: tuple[LeftOut, ...] = (), logs: SnapshotLogs = NO_LOGS) -> list[str]:
    """Return the notes on arms, the baseline first; the last note is always that on estimates."""
    written = write_notes(arms, left_out, logs)
    assert written[-1] == ESTIMATES
    return written[:-1]


@pytest.fixture
def ondemand(tmp_path: Path) -> ArmFigures:
    """Four runs of 10 to 13 USD and 2 to 2.3 hours, on demand."""
    return read_arm(
        tmp_path,
        "fusion_ondemand",
        [{"tasks": [task(usd=10 + n, priceModel="standard")], "hours": 2 + n / 10} for n in range(4)],
    )


def snapshots(
    folder: Path, *extra: dict[str, Any], name: str = "fusion_snapshots", caused: int = 0, **run: Any
) -> ArmFigures:
    """Return an arm of four runs of 5 to 8 USD that met no interruption, with more tasks."""
    runs = []
    for number in range(4):
        more = [item for index, item in enumerate(extra) if index % 4 == number]
        tasks = [task(usd=5 + number, numSpotInterruptions=0), *more]
        runs.append({"tasks": tasks, "hours": 2.4 + number / 10, **run})
    return read_arm(folder, name, runs, caused)


def test_plain_runs_need_no_note_but_that_on_estimates(tmp_path: Path, ondemand: ArmFigures) -> None:
    assert notes(ondemand, snapshots(tmp_path)) == []
    assert "estimates" in ESTIMATES
    assert "Storage, network, the head job and idle capacity are left out" in ESTIMATES


CASES: dict[str, tuple[list[dict[str, Any]], dict[str, Any], list[str]]] = {
    "interruptions that were caused": (
        [task(numSpotInterruptions=3)],
        {"caused": 2},
        [
            "fusion_snapshots: make interrupt sent 2 instances its notice during these runs. Interruptions that tasks "
            "met: 3."
        ],
    ),
    "exit codes": (
        [task(status="FAILED", exit=175, numSpotInterruptions=0) for _ in range(2)]
        + [task(status="FAILED", exit=176, numSpotInterruptions=0)],
        {},
        [
            "fusion_snapshots: attempts that ended with exit codes of Fusion: 2 with 175 (a dump failed), 1 with 176 (a "
            "restore failed)."
        ],
    ),
    "a run without a cost": (
        [task(usd=None, numSpotInterruptions=0)],
        {"load": {"cost": None}},
        [
            "fusion_snapshots: the Platform reports no cost for fusion_snapshots-1, so none is given for a result.",
        ],
    ),
    "an attempt without a cost": (
        [task(usd=None, numSpotInterruptions=0)],
        {"load": {"cost": 7}},
        ["fusion_snapshots: no cost is reported for 1 attempt; what was lost may have cost more."],
    ),
    "attempts without times": (
        [task(numSpotInterruptions=0) | {"complete": None}],
        {},
        ["fusion_snapshots: 1 attempt without start or end, so the sums of hours are too small."],
    ),
    "an archive that lacks attempts": (
        [],
        {"load": {"succeeded": 9}},
        [
            f"fusion_snapshots-{n}: its archive holds 1 of 9 attempts. Delete report/runs/{n}fusion_snapshots.tar.gz to have "
            "it fetched again."
            for n in (1, 2, 3, 4)
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_notes_on_an_arm(tmp_path: Path, ondemand: ArmFigures, name: str) -> None:
    extra, more, expected = CASES[name]
    assert notes(ondemand, snapshots(tmp_path, *extra, **more)) == expected


def test_tasks_above_the_limit_are_named(tmp_path: Path, ondemand: ArmFigures) -> None:
    arm = snapshots(tmp_path, task("STAR", memory=500 * 1024**3, numSpotInterruptions=0))
    assert write_excesses([ondemand, arm], {"fusion_ondemand": 109, "fusion_snapshots": 109}) == [
        "fusion_snapshots: 1 attempt of STAR had up to 500 GB, above resourceLimits of 109 GB: a selector or script of the "
        "pipeline takes its place. Snapshots may not save tasks of that size in time."
    ]
    assert write_excesses([ondemand, arm], {"fusion_ondemand": 109}) == []


def test_failed_runs(tmp_path: Path, ondemand: ArmFigures) -> None:
    arm = snapshots(tmp_path)
    failed = read_arm(
        tmp_path / "failed", "fusion_snapshots", [{"tasks": [task(numSpotInterruptions=0)], "status": "FAILED"}]
    )
    assert notes(ondemand, ArmFigures(arm.name, [*arm.runs, *failed.runs], 0)) == [
        "fusion_snapshots: 1 of 5 runs did not succeed. What they cost and took is part of what a result costs and "
        "takes. Medians are of the others."
    ]


def test_runs_that_are_left_out(tmp_path: Path, ondemand: ArmFigures) -> None:
    left_out = [
        LeftOut(Row(f"1{name}", name, "acme_fusion_snapshots", ""), status)
        for name, status in (("a", "RUNNING"), ("b", "SUBMITTED"), ("c", "DELETED"))
    ]
    assert notes(ondemand, snapshots(tmp_path), left_out=tuple(left_out)) == [
        "Left out, as they are under way: a, b. To wait for them: make compare WAIT=yes",
        "Left out, as the Platform does not have them any more: c.",
    ]


def test_snapshots_that_were_seen(tmp_path: Path, ondemand: ArmFigures) -> None:
    arm = snapshots(tmp_path)
    run = arm.runs[0]
    seen = [
        TaskSnapshots(run, run.tasks[0], 7, 2, 1, [27.2, 61.5], 70.0),
        TaskSnapshots(run, run.tasks[0], 0, 1, 0, [], None),
    ]
    assert notes(ondemand, arm, logs=SnapshotLogs(seen, 3, "")) == [
        "Snapshots of 2 of 3 interrupted tasks: 3 full and 7 incremental dumps, 1 restore. Full dumps took 27 s to 1.0 min."
    ]
    assert notes(ondemand, arm, logs=SnapshotLogs([], 3, "aws is not installed")) == [
        "Snapshots taken and restored: not checked (aws is not installed)."
    ]

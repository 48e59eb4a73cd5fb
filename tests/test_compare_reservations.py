"""The reservations that forbid no claim, each with what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from worlds import ARMS, make_run

from fusion_snapshots.compare.assessment import assess_runs, find_whole
from fusion_snapshots.compare.snapshots import SnapshotLogs
from fusion_snapshots.runs.run import Run
from fusion_snapshots.runs.tasks import Tasks

RUNS = [make_run(arm, n, 10, 2, hits=0, after=24 * n) for n in range(8) for arm in ARMS]


def texts(runs: list[Run], code: str, not_billed: str = "") -> list[str]:
    result = assess_runs(find_whole(runs), [], SnapshotLogs([], 0, ""), [], not_billed)
    return [each.text for each in result.reservations if each.code == code]


def test_an_arm_that_met_no_interruption() -> None:
    assert texts(RUNS, "not-interrupted") == [
        "fusion_snapshots: it met no interruption, so its figures are of Spot's price and say nothing of what Snapshots "
        "save. To cause some: make interrupt ARM=all"
    ]
    assert texts([replace(run, interruptions_reported=2) for run in RUNS], "not-interrupted") == []


def test_interruptions_that_are_not_reported_are_not_none() -> None:
    silent = [replace(run, tasks=Tasks.of(task._replace(interruptions=None) for task in run.tasks)) for run in RUNS]
    assert texts(silent, "not-interrupted") == []
    assert texts(silent, "not-reported") == [
        "fusion_snapshots: Spot interruptions are not reported, which does not mean none. Reports take Nextflow 25.10.4 or "
        "newer, and a Platform of 2026."
    ]


def test_an_arm_that_was_not_on_spot() -> None:
    tasks = Tasks.of(task._replace(price_model="standard") for task in RUNS[0].tasks)
    assert texts([replace(run, tasks=tasks) for run in RUNS], "not-interrupted") == [
        "fusion_snapshots: none of its tasks ran on Spot, so this says nothing of Snapshots. Look at its queue."
    ]


def test_two_arms_measure_both_together() -> None:
    assert texts(RUNS, "together") == []
    assert texts([run for run in RUNS if run.arm != "fusion_spot"], "together") == [
        "The figures are of Spot's price and of Snapshots together. To tell them apart, render again with "
        "spot_without_snapshots=yes."
    ]


@pytest.mark.parametrize(
    ("version", "old"),
    [("2.4.14", True), ("2.4.19", False), ("2.5.7", True), ("2.5.8", False), ("2.6.0", False), ("3.0.1", False), ("2.3.30", True), ("", False), ("snap", False)],
)  # fmt: skip
def test_a_fusion_without_periodic_snapshots(version: str, old: bool) -> None:
    found = texts([replace(run, fusion=version) for run in RUNS], "fusion-version")
    assert found == (
        [
            f"fusion_snapshots: Fusion {version} saves no Snapshot while a task runs, only when its host goes. Launch again "
            "with Nextflow 26.04 or newer, which brings Fusion 2.5.8 or newer."
        ]
        if old
        else []
    )


def test_different_versions_of_fusion() -> None:
    runs = [replace(run, fusion="2.6.0") if run.arm == "fusion_spot" else run for run in RUNS[:6]]
    assert texts(runs, "fusion-version") == [
        "The runs had different versions of Fusion, which may differ in speed: 2.5.9 in "
        "w-fusion-ondemand-20260302-100000-0, w-fusion-ondemand-20260302-100000-1, w-fusion-snapshots-20260302-100000-0 and "
        "1 more; 2.6.0 in w-fusion-spot-20260302-100000-0, w-fusion-spot-20260302-100000-1. Pin one with "
        "fusion.containerConfigUrl, the same in all arms."
    ]


def test_waits_that_records_hold() -> None:
    moved = [make_run(run.arm, n, 10, 2, hits=1 if run.arm == "fusion_spot" else 0) for n, run in enumerate(RUNS)]
    assert texts(moved, "restored", "aws is not installed") == [
        "fusion_spot: 8 tasks moved to another host. Their 8.00 task-hours and 40.00 USD hold the waits for it, which cost "
        "nothing, at the first host's price. AWS knows them for about a week (aws is not installed): run make compare where "
        "aws is signed in."
    ]

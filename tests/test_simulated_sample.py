"""The made-up benchmark: what its runs hold, task by task."""

from __future__ import annotations

import hashlib
import math
from typing import Any

import pytest

from fusion_snapshots.simulated.call import epoch
from fusion_snapshots.simulated.made_up import RECLAIMED
from fusion_snapshots.simulated.sample import (
    PROCESSES,
    ROUNDS,
    SPOT_SHARE,
    TASKS_AT_ONCE,
    USD_PER_CPU_HOUR,
    sample_runs,
)

Task = dict[str, Any]
RUNS = sample_runs(projectName="acme/x")
DONE = {"fusion_ondemand": RUNS["fusion_ondemand"], "fusion_snapshots": RUNS["fusion_snapshots"]}
DONE |= {"fusion_spot": [run for run in RUNS["fusion_spot"] if run["status"] == "SUCCEEDED"]}


def minutes(item: Task) -> float:
    return (epoch(item["complete"]) - epoch(item["start"])) / 60


def tasks_of(arm: str, status: str = "COMPLETED") -> list[Task]:
    return [item for run in DONE[arm] for item in run["tasks"] if item["status"] == status]


def test_each_arm_runs_once_each_day() -> None:
    assert {arm: [run["days"] for run in runs] for arm, runs in RUNS.items()} == {
        arm: list(range(ROUNDS)) for arm in RUNS
    }
    assert [run["launch"]["computeEnv"]["config"] for run in (RUNS[arm][0] for arm in RUNS)] == [
        {"forge": {"type": "EC2"}, "fusionSnapshots": False},
        {"forge": {"type": "SPOT"}, "fusionSnapshots": True},
        {"forge": {"type": "SPOT"}, "fusionSnapshots": False},
    ]
    assert {run["projectName"] for runs in RUNS.values() for run in runs} == {"acme/x"}


def test_one_run_fails_in_the_middle() -> None:
    failed = [(arm, run["days"]) for arm, runs in RUNS.items() for run in runs if run["status"] != "SUCCEEDED"]
    assert failed == [("fusion_spot", 3)]
    run = RUNS["fusion_spot"][3]
    assert sum(item["status"] == "COMPLETED" for item in run["tasks"]) == 110


def test_every_other_run_completes_all_tasks() -> None:
    for runs in DONE.values():
        for run in runs:
            done = [item["process"] for item in run["tasks"] if item["status"] == "COMPLETED"]
            assert {process: done.count(process) for process in PROCESSES} == {
                process: number for process, (number, *_) in PROCESSES.items()
            }


def test_fewer_samples_make_fewer_tasks_but_one_of_each_process() -> None:
    run = sample_runs(12)["fusion_ondemand"][0]
    done = [item["process"] for item in run["tasks"]]
    assert [done.count(process) for process in PROCESSES] == [12, 12, 12, 12, 12, 24, 2, 2, 1]
    small = sample_runs(1)
    assert [item["process"] for item in small["fusion_ondemand"][0]["tasks"]] == [
        process for process, (number, *_) in PROCESSES.items() for _ in range(max(1, number // 24))
    ]
    begins = [item["start"] for item in small["fusion_ondemand"][0]["tasks"]]
    assert begins == sorted(set(begins))  # one at once


@pytest.mark.parametrize("arm", RUNS)
def test_what_tasks_ask_for_and_cost(arm: str) -> None:
    share = 1 if arm == "fusion_ondemand" else SPOT_SHARE
    for item in [*tasks_of(arm), *tasks_of(arm, "FAILED")]:
        _, _, cpus, memory = PROCESSES[item["process"]]
        assert (item["cpus"], item["memory"]) == (cpus, memory << 30)
        assert item["priceModel"] == ("standard" if arm == "fusion_ondemand" else "spot")
        assert item["cost"] == pytest.approx(minutes(item) / 60 * cpus * USD_PER_CPU_HOUR * share, abs=0.02 / 60 * cpus)


def test_tasks_last_about_what_is_usual() -> None:
    for process, (_, usual, _, _) in PROCESSES.items():
        found = [minutes(item) for item in tasks_of("fusion_ondemand") if item["process"] == process]
        assert usual * 0.5 < min(found) <= max(found) < usual * 1.8
        assert sum(found) / len(found) == pytest.approx(usual, rel=0.16)


@pytest.mark.parametrize("arm", RUNS)
def test_so_many_run_at_once_and_the_next_begins_as_one_ends(arm: str) -> None:
    for run in DONE[arm]:
        starts = sorted(item["start"] for item in run["tasks"])
        most = math.ceil(TASKS_AT_ONCE)
        assert starts[:most] == [starts[0]] * most or arm != "fusion_ondemand"
        for item in run["tasks"]:
            during = [each for each in run["tasks"] if each["start"] <= item["start"] < each["complete"]]
            assert len(during) <= most + 1  # times are whole seconds
        ended = {each["complete"] for each in run["tasks"]} | {starts[0]}
        if arm == "fusion_ondemand":
            assert {item["start"] for item in run["tasks"]} <= ended
        assert all(item["submit"] == item["start"] for item in run["tasks"])


def test_a_run_takes_its_tasks_time_on_so_many_places() -> None:
    for runs in DONE.values():
        for run in runs:
            usual = sum(minutes(item) for item in run["tasks"]) / 60 / TASKS_AT_ONCE
            assert 0.969 * usual <= run["hours"] <= 1.041 * usual


def test_on_spot_work_is_lost_and_begins_again() -> None:
    lost = tasks_of("fusion_spot", "FAILED")
    assert {(item["exit"], item["exitStatus"], item["errorAction"], item["numSpotInterruptions"]) for item in lost} == {(RECLAIMED, RECLAIMED, "RETRY", 1)}  # fmt: skip
    assert {item["numSpotInterruptions"] for item in tasks_of("fusion_spot")} == {0}
    assert "numSpotInterruptions" not in tasks_of("fusion_ondemand")[0]
    hours = sum(minutes(item) for item in [*tasks_of("fusion_spot"), *lost]) / 60
    assert len(lost) / hours == pytest.approx(0.15, rel=0.15)


def test_with_snapshots_most_go_on_and_few_dumps_fail() -> None:
    lost, done = tasks_of("fusion_snapshots", "FAILED"), tasks_of("fusion_snapshots")
    assert {item["exit"] for item in lost} == {175}
    restored = sum(item["numSpotInterruptions"] for item in done)
    assert 0.02 < len(lost) / (len(lost) + restored) < 0.22


@pytest.mark.parametrize("arm", ["fusion_snapshots", "fusion_spot"])
def test_an_attempt_follows_the_one_that_was_lost(arm: str) -> None:
    for run in DONE[arm]:
        for before, item in zip(run["tasks"], run["tasks"][1:], strict=False):
            lost = before["status"] == "FAILED"
            assert item["attempt"] == (before["attempt"] + 1 if lost else 1)
            if lost:
                assert item["process"] == before["process"]
                assert item["start"] >= before["complete"]


def test_what_is_made_up_stays_the_same() -> None:
    """docs/comparison.svg and the pages of the demonstration show it."""
    runs = [run for own in RUNS.values() for run in own]
    text = "".join(f"{item | {'cost': round(item['cost'], 6)}}" for run in runs for item in run["tasks"])
    text += " ".join(f"{run['hours']:.6f}" for run in runs)
    assert (
        hashlib.sha256(text.encode()).hexdigest() == "593918760a8898e684d3f5718047317568eceb367699e656d677975a3a2e5735"
    )

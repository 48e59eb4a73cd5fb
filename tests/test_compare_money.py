"""What restored tasks cost: by AWS Batch's own times, kept beside the archives, and without them at least."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import backends
import pytest
from archives import RECLAIMED, read_arm, task
from aws_world import World
from test_compare_cases import compared, pair, run_of

from fusion_snapshots.aws import Aws
from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.compare.money import MOST_JOBS, bill_attempts, cost_at_least
from fusion_snapshots.runs.fetch import ARCHIVES

NAMES = {"ORGANIZATION_NAME": "acme", "WORKSPACE_NAME": "ws", "AWS_REGION": "eu-west-1"}
NO_AWS = {**NAMES, "PATH": "/nowhere"}


@pytest.fixture
def signed_in(world: World) -> dict[str, str]:
    """The variables with which aws asks moto."""
    return world.env(**NAMES, PATH=os.pathsep.join([*backends.PROGRAMS, os.environ["PATH"]]))


def restored(usd: float, minutes: float, job: str, **more: Any) -> dict[str, Any]:
    return task("ALIGN", usd=usd, minutes=minutes, nativeId=job, **{"numSpotInterruptions": 1, **more})


def test_a_wait_of_two_hours_is_not_paid(tmp_path: Path, world: World, signed_in: dict[str, str]) -> None:
    """The records say 20 % more; AWS billed 20 % less."""
    theirs = [run_of(10 + n / 100, hits=None) for n in range(8)]
    baseline = [{**run, "tasks": [item | {"priceModel": "standard"} for item in run["tasks"]]} for run in theirs]
    ours = []
    for n in range(8):
        # Three hours of a record, of which an hour and a minute ran; the rate is 3 USD an hour.
        job = world.ended_job((0, 1800), (9000, 10860))
        ours.append({"tasks": [restored(9, 180, job), task("CALL", usd=4.95 + n / 100)], "hours": 6})
    found = compared(tmp_path, {"fusion_ondemand": baseline, "fusion_snapshots": ours}, env=signed_in)
    cost = pair(found, "fusion_snapshots", "fusion_ondemand")["cost"]
    assert cost["ratio"] == pytest.approx(0.8, rel=0.01)
    assert (cost["claim"], found["answer"]) == ("less", "yes")
    assert found["arms"]["fusion_snapshots"]["task_hours"] == pytest.approx(8 * (1 + 61 / 60))
    assert not {"waited", "restored"} & {each["code"] for each in found["reservations"]}


def test_what_aws_told_is_kept_and_not_asked_for_again(tmp_path: Path, world: World, signed_in: dict[str, str]) -> None:
    (tmp_path / ARCHIVES).mkdir(parents=True)
    job = world.ended_job((0, 1800))
    runs = read_arm(tmp_path, "fusion_snapshots", [{"tasks": [restored(2, 60, job), restored(3, 60, "gone")]}]).runs
    first = bill_attempts(Benchmark(tmp_path, signed_in), runs)
    assert [(t.seconds, t.usd, t.spans) for t in first.runs[0].tasks] == [(1800, 1, 0), (3600, 3, 1)]
    assert first.not_asked == ""
    kept = tmp_path / ARCHIVES / "1fusion_snapshots.jobs.json"
    assert json.loads(kept.read_text()) == {"busy_seconds": {job: 1800.0}}
    again = bill_attempts(Benchmark(tmp_path, NO_AWS), runs)
    assert [t.usd for t in again.runs[0].tasks] == [1, 3]
    assert again.not_asked.startswith("aws is not installed")
    kept.write_text("{")
    assert [t.usd for t in bill_attempts(Benchmark(tmp_path, NO_AWS), runs).runs[0].tasks] == [2, 3]


@pytest.mark.parametrize(
    ("more", "asked"),
    [
        ({}, True),
        ({"numSpotInterruptions": 0}, False),
        ({"numSpotInterruptions": None}, True),  # nothing tells whether it moved
        ({"numSpotInterruptions": None, "priceModel": "standard"}, False),
        ({"status": "FAILED", "exit": RECLAIMED}, False),  # its only host went
        ({"status": "FAILED", "exit": RECLAIMED, "numSpotInterruptions": 2}, True),
        ({"nativeId": None}, False),
    ],
)
def test_only_what_may_have_moved_is_asked_for(tmp_path: Path, more: dict[str, Any], asked: bool) -> None:
    runs = read_arm(tmp_path, "fusion_snapshots", [{"tasks": [restored(2, 60, "job") | more]}]).runs
    assert bool(bill_attempts(Benchmark(tmp_path, NO_AWS), runs).not_asked) is asked


def test_those_known_to_have_moved_are_asked_for_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(_: Aws, jobs: list[str]) -> dict[str, float]:
        asked.extend(jobs)
        return {}

    monkeypatch.setattr("fusion_snapshots.compare.money.find_busy_seconds", ask)
    silent = [restored(1, 1 + n, f"job-{n}", numSpotInterruptions=None) for n in range(MOST_JOBS + 5)]
    tasks = [*silent, restored(1, 1, "moved")]
    bill_attempts(Benchmark(tmp_path, NO_AWS), read_arm(tmp_path, "fusion_snapshots", [{"tasks": tasks}]).runs)
    assert (len(asked), asked[:2], asked[-1]) == (MOST_JOBS, ["moved", f"job-{MOST_JOBS + 4}"], "job-6")


def test_what_a_run_cost_without_the_waits_it_may_hold(tmp_path: Path) -> None:
    alone = read_arm(tmp_path, "fusion_ondemand", [{"tasks": [task("ALIGN", usd=9, minutes=60)]}])
    moved = [{"tasks": [restored(6, 180, "a"), task("CALL", usd=1, minutes=30)]}]
    ours, theirs = (read_arm(tmp_path, name, moved) for name in ("fusion_snapshots", "fusion_spot"))
    # With Snapshots it went on: an hour of three is explained. Without, it began anew: an hour for each host.
    assert cost_at_least([alone, ours, theirs]) == {
        "1fusion_snapshots": pytest.approx(2 + 1),
        "1fusion_spot": pytest.approx(4 + 1),
    }
    assert cost_at_least([alone]) == {}
    # Nothing tells what it takes alone, so all of it may be waiting.
    assert cost_at_least([ours]) == {"1fusion_snapshots": pytest.approx(1)}

"""Tasks that are made up from a run's name: the same at every look, as far as the run has come."""

from __future__ import annotations

import hashlib
import json
import random
from typing import Any

import pytest

from fusion_snapshots.simulated.call import epoch
from fusion_snapshots.simulated.made_up import LASTS, _task, tasks
from fusion_snapshots.simulated.state import Json

ON_DEMAND: Json = {"forge": {"type": "EC2"}}
SPOT: Json = {"forge": {"type": "SPOT"}}
SNAPSHOTS: Json = SPOT | {"fusionSnapshots": True}


def made(config: Json, status: str = "SUCCEEDED", name: str = "one") -> list[Json]:
    return tasks({"runName": name, "status": status, "submit": "2026-03-02T10:00:00Z"}, config, "s3://acme/work")


def test_on_demand_twelve_tasks_succeed_at_once() -> None:
    found = made(ON_DEMAND)
    assert [(each["process"], each["name"]) for each in found[:3]] == [
        ("PREPARE", "PREPARE (sample1)"),
        ("FASTQC", "FASTQC (sample1)"),
        ("FASTQC", "FASTQC (sample2)"),
    ]
    assert [each["process"] for each in found] == [
        "PREPARE",
        *["FASTQC"] * 4,
        *["ALIGN"] * 4,
        "CALL",
        "CALL",
        "MULTIQC",
    ]
    expected = {"status": "COMPLETED", "exit": 0, "exitStatus": 0, "attempt": 1, "errorAction": None}
    expected |= {"priceModel": "standard", "numSpotInterruptions": None}
    for number, each in enumerate(found):
        assert {key: each[key] for key in expected} == expected
        assert (each["taskId"], each["id"]) == (number + 1, 1000 + number)
    assert found == made(ON_DEMAND) == made({})
    assert found != made(ON_DEMAND, name="two")


def test_tasks_lie_within_what_the_run_takes() -> None:
    for config in (ON_DEMAND, SPOT):
        for each in made(config):
            begin, end = epoch(each["start"]), epoch(each["complete"])
            assert epoch("2026-03-02T10:00:00Z") + 30 <= begin <= end
            assert end <= epoch("2026-03-02T10:00:00Z") + LASTS
            assert epoch(each["submit"]) == begin - 20
            assert end - begin in (each["realtime"] // 1000, each["realtime"] // 1000 + 1)
            assert each["duration"] == each["realtime"] + 20000
    starts = [epoch(each["start"]) for each in made(ON_DEMAND)]
    assert {later - starts[place] for place, later in enumerate(starts[1:])} == {15}


def by_name(found: list[Json]) -> dict[str, list[Json]]:
    names: dict[str, list[Json]] = {}
    for each in found:
        names.setdefault(each["name"], []).append(each)
    return names


def test_on_spot_attempts_are_lost_before_the_one_that_succeeds() -> None:
    found = by_name(made(SPOT))
    assert len(found) == 12
    assert {len(attempts) for attempts in found.values()} == {1, 2, 3}
    for attempts in found.values():
        assert [each["attempt"] for each in attempts] == list(range(1, len(attempts) + 1))
        *lost, last = attempts
        assert (last["status"], last["exit"]) == ("COMPLETED", 0)
        assert {(each["status"], each["exit"], each["errorAction"], each["rchar"], each["peakRss"], each["pcpu"], each["pmem"]) for each in lost} <= {("FAILED", 2147483647, "RETRY", None, None, None, None)}  # fmt: skip
        assert {each["numSpotInterruptions"] for each in attempts} == {0}
        assert all(0.1 * last["realtime"] <= each["realtime"] + 1 and each["realtime"] <= 0.9 * last["realtime"] for each in lost)  # fmt: skip
        assert {each["priceModel"] for each in attempts} == {"spot"}


def test_with_snapshots_most_count_as_interruptions_instead() -> None:
    found = by_name([each for number in range(20) for each in made(SNAPSHOTS, name=f"run{number}")])
    without = by_name([each for number in range(20) for each in made(SPOT, name=f"run{number}")])

    def lost(names: dict[str, list[Json]]) -> int:
        return sum(each["status"] == "FAILED" for attempts in names.values() for each in attempts)

    continued = sum(
        each["numSpotInterruptions"] for attempts in found.values() for each in attempts if each["exit"] == 0
    )
    assert 0 < lost(found) < lost(without) / 3
    assert continued > 2 * lost(found)


@pytest.mark.parametrize(
    ("status", "number", "last"),
    [
        ("SUBMITTED", 0, None),
        ("RUNNING", 6, {"status": "RUNNING", "exit": None, "exitStatus": None, "complete": None, "duration": None, "realtime": None}),
        ("CANCELLED", 6, {"status": "ABORTED", "exit": None, "exitStatus": None}),
        ("FAILED", 12, {"status": "FAILED", "exit": 175, "exitStatus": 175, "errorAction": "TERMINATE"}),
        ("SUCCEEDED", 12, {"status": "COMPLETED"}),
    ],
)  # fmt: skip
def test_tasks_as_far_as_the_run_has_come(status: str, number: int, last: Json | None) -> None:
    found = made(ON_DEMAND, status)
    assert len(found) == number
    if last:
        assert {key: found[-1][key] for key in last} == last
        assert {each["status"] for each in found[:-1]} == {"COMPLETED"}


def test_what_a_task_tells() -> None:
    (task,) = (each for each in made(ON_DEMAND) if each["name"] == "ALIGN (sample2)")
    assert (task["cpus"], task["memory"], task["tag"], task["queue"]) == (8, 30 << 30, "sample2", "TowerForge-work")
    assert 0.7 * 180_000 <= task["realtime"] <= 1.4 * 180_000
    assert (task["rchar"], task["wchar"]) == (9000 * task["realtime"], 4000 * task["realtime"])
    assert {task[key] for key in ("rss", "peakRss", "vmem", "peakVmem")} == {task["rss"]}
    assert 0.4 * task["memory"] <= task["rss"] <= 0.95 * task["memory"]
    assert task["pcpu"] == pytest.approx(100 * 8 * task["rss"] / task["memory"], abs=0.1)
    head, tail = task["hash"].split("/")
    assert task["workdir"].startswith(f"s3://acme/work/{head}/{tail}")
    assert (len(head), len(tail), len(task["workdir"].rpartition("/")[2])) == (2, 6, 30)


@pytest.mark.parametrize(("model", "least", "most"), [("spot", 0.01, 0.02), ("standard", 0.03, 0.06)])
def test_what_a_task_costs(model: str, least: float, most: float) -> None:
    def cost(**more: Any) -> float:
        what = {"cpus": 4, "memory": 1 << 30, "priceModel": model}
        return float(_task(0, what, 1, False, 0, 3_600_000, random.Random("x"), "s3://w")["cost"])

    assert 4 * least <= cost() <= 4 * most


def test_what_is_made_up_stays_the_same() -> None:
    """Recorded answers of tw and pages of the demonstration hold it."""
    found = [made(config, status) for config in (ON_DEMAND, SPOT, SNAPSHOTS) for status in ("SUCCEEDED", "RUNNING")]
    assert (
        hashlib.sha256(json.dumps(found).encode()).hexdigest()
        == "dfe7a549ef440943ac4fb8f52a019904c2c881be4c83091b7ddd9f1f5f41b687"
    )

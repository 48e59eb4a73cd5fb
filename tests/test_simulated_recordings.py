"""Recordings, made up: what their files hold, and that what is None is left out."""

from __future__ import annotations

import io
import json
import tarfile
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from fusion_snapshots.simulated.recordings import BEGAN, documents, iso, pack, task, write_archive


def members(data: bytes) -> dict[str, str]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        files = {name: archive.extractfile(name) for name in archive.getnames()}
        return {name: file.read().decode() for name, file in files.items() if file}


def test_times_as_the_platform_writes_them() -> None:
    assert iso(datetime(2026, 3, 2, 4, 5, 6, 999, tzinfo=timezone.utc)) == "2026-03-02T04:05:06Z"


def test_a_task_ran_for_so_long() -> None:
    found = task("SORT", minutes=1.5, usd=0.25, after=90, cpus=7)
    assert (found["start"], found["complete"], found["submit"]) == ("2026-03-02T11:30:00Z", "2026-03-02T11:31:30Z", "2026-03-02T10:00:00Z")  # fmt: skip
    assert (found["name"], found["cost"], found["cpus"], found["memory"]) == ("SORT (sample)", 0.25, 7, 8 << 30)
    assert task() == {
        "taskId": 1, "process": "ALIGN", "name": "ALIGN (sample)", "tag": "sample", "status": "COMPLETED", "hash": "ab/cdef01",
        "workdir": "s3://acme-fusion/work/ab/cdef0123456789", "attempt": 1, "exit": 0, "exitStatus": 0, "cpus": 2,
        "memory": 8 << 30, "submit": "2026-03-02T10:00:00Z", "start": "2026-03-02T10:00:00Z",
        "complete": "2026-03-02T11:00:00Z", "duration": 1, "realtime": 1, "cost": 1, "machineType": "c6id.8xlarge",
        "cloudZone": "eu-west-1a", "priceModel": "spot", "executor": "awsbatch", "module": [], "script": "",
    }  # fmt: skip
    assert (task()["complete"], task(minutes=0)["complete"]) == ("2026-03-02T11:00:00Z", "2026-03-02T10:00:00Z")


def test_a_task_that_never_started() -> None:
    found = task(minutes=None, usd=None)
    assert (found["start"], found["complete"], found["cost"]) == (None, None, None)


def test_a_run_of_some_hours_and_days() -> None:
    found = documents([task()], hours=1.5, days=2, revision="9")["workflow.json"]
    assert (found["submit"], found["start"], found["complete"]) == ("2026-03-04T09:55:00Z", "2026-03-04T10:00:00Z", "2026-03-04T11:30:00Z")  # fmt: skip
    assert (found["duration"], found["revision"], found["status"]) == (5_400_000, "9", "SUCCEEDED")
    assert documents([], hours=None)["workflow.json"]["duration"] is None
    assert documents([], hours=0)["workflow.json"]["duration"] == 0


@pytest.mark.parametrize(
    ("tasks", "expected"),
    [
        ([], {"succeeded": 0, "failed": 0, "cached": 0, "aborted": 0, "cost": None}),
        ([task(usd=None)], {"succeeded": 1, "failed": 0, "cached": 0, "aborted": 0, "cost": None}),
        (
            [
                task(usd=1),
                task(usd=0.5, status="FAILED"),
                task(status="CACHED") | {"cost": "?"},
                task(usd=2, status="ABORTED"),
            ],
            {"succeeded": 1, "failed": 1, "cached": 1, "aborted": 1, "cost": 3.5},
        ),
    ],
)
def test_the_platform_counts_tasks_and_sums_up_costs(tasks: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    assert documents(tasks)["workflow-load.json"] == expected
    assert documents(tasks, load={"cost": 9})["workflow-load.json"] == expected | {"cost": 9}


def test_the_launch_is_there_where_it_is_known() -> None:
    assert "workflow-launch.json" not in documents([])
    assert documents([], launch={"a": 1})["workflow-launch.json"] == {"a": 1}
    assert documents([], launch={})["workflow-launch.json"] == {}


def test_an_archive_leaves_out_what_is_none() -> None:
    data = pack({"a.json": {"x": None, "y": [{"z": None}, None, 0, False, ""]}, "b.log": "é\n", "c": b"\x00"})
    found = members(data)
    assert json.loads(found.pop("a.json")) == {"y": [{}, None, 0, False, ""]}
    assert found == {"b.log": "é\n", "c": "\0"}


def test_the_same_files_make_the_same_bytes() -> None:
    assert pack({"a": "x"}) == pack({"a": "x"})
    assert pack({"a": "x"})[4:8] == bytes(4)  # no time of gzip's


def test_a_written_archive_is_the_run(tmp_path: Path) -> None:
    path = tmp_path / "new/folder/run.tar.gz"
    write_archive(path, [task()], runName="r")
    found = members(path.read_bytes())
    assert json.loads(found["workflow.json"])["runName"] == "r"
    assert [each["start"] for each in json.loads(found["workflow-tasks.json"])] == [iso(BEGAN)]
    assert found["nextflow.log"] == "N E X T F L O W\n"

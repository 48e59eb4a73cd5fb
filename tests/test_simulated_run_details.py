"""The simulated API's tasks, progress, metrics and logs of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from archives import documents, pack, task
from calls import call, refused, with_env

from fusion_snapshots.simulated.call import RefusedError
from fusion_snapshots.simulated.run_details import _load, download_log, list_tasks, show_metrics, show_progress
from fusion_snapshots.simulated.state import Json

RUN: Json = {"id": "run1", "runName": "one", "computeEnv": "env1", "submit": "2026-03-02T10:00:00Z", "status": "SUCCEEDED", "looks": 0, "launch": {"pipeline": "x"}}  # fmt: skip


def with_run(**values: Any) -> Json:
    return with_env(runs=[RUN | values])


def replaying(tmp_path: Path, tasks: list[Json], leave: str = "") -> Json:
    """Return a state whose run replays a recording of some tasks, without one of its files."""
    files = documents(tasks)
    files.pop(leave, None)
    (tmp_path / "run.tar.gz").write_bytes(pack(files))
    return with_run(recording=str(tmp_path / "run.tar.gz"))


def ran(**values: Any) -> Json:
    """Return a task of a process P that ran for a second on two CPUs."""
    known = {"process": "P", "status": "COMPLETED", "attempt": 1, "cpus": 2, "memory": 100, "peakRss": 25}
    return known | {"realtime": 1000, "pcpu": 150, "readBytes": 7, "writeBytes": 5, "volCtxt": 3} | values


def test_tasks_are_made_up_on_the_runs_compute_environment() -> None:
    found = list_tasks(call(with_run(), id="run1"))
    assert (len(found["tasks"]), found["total"]) == (len(found["tasks"]), len(found["tasks"]))
    assert {each["task"]["priceModel"] for each in found["tasks"]} == {"spot"}
    assert found["tasks"][0]["task"]["workdir"].startswith("s3://acme/work/")
    elsewhere = list_tasks(call(with_run(computeEnv="gone", launch={"pipeline": "x", "workDir": "s3://b"}), id="run1"))
    assert {each["task"]["priceModel"] for each in elsewhere["tasks"]} == {"standard"}
    assert elsewhere["tasks"][0]["task"]["workdir"].startswith("s3://b/")


def test_tasks_are_replayed_searched_and_a_hundred_at_once(tmp_path: Path) -> None:
    state = replaying(tmp_path, [task("A" if number else "B", taskId=number) for number in range(101)])
    found = list_tasks(call(state, id="run1", max=500))
    assert (len(found["tasks"]), found["total"]) == (100, 101)
    assert list_tasks(call(state, id="run1", search="b (s"))["total"] == 1
    assert [each["task"]["taskId"] for each in list_tasks(call(state, id="run1", offset=99))["tasks"]] == [99, 100]


def test_a_load_is_what_tasks_add_up_to() -> None:
    load = _load([ran(), ran(attempt=2, status="FAILED", peakRss=None), ran(status="RUNNING", realtime=7, pcpu=None)])
    expected = {
        "pending": 0, "submitted": 0, "running": 1, "cached": 0, "succeeded": 1, "failed": 1, "aborted": 0, "retries": 1,
        "loadTasks": 1, "peakTasks": 2, "cpus": 6, "memoryReq": 300, "memoryRss": 50, "readBytes": 21, "writeBytes": 15,
        "volCtxSwitch": 9, "cpuTime": 4014, "cpuLoad": 3000, "peakCpus": 6, "peakMemory": 300,
        "cpuEfficiency": round(100 * 3000 / 4014, 5), "memoryEfficiency": round(100 * 50 / 300, 5),
    }  # fmt: skip
    assert {key: load[key] for key in expected} == expected


def test_a_load_of_nothing_has_no_efficiency() -> None:
    load = _load([])
    assert (load["cpuEfficiency"], load["memoryEfficiency"], load["cpuTime"]) == (None, None, 0)


def test_progress_of_a_made_up_run() -> None:
    state = with_run()
    tasks = [each["task"] for each in list_tasks(call(state, id="run1"))["tasks"]]
    progress = show_progress(call(state, id="run1"))["progress"]
    load = progress["workflowProgress"]
    assert load["cost"] == round(sum(each["cost"] for each in tasks), 9)
    assert load["numSpotInterruptions"] == sum(each["numSpotInterruptions"] for each in tasks)
    assert (load["executors"], load["lastUpdated"]) == (["awsbatch"], RUN["submit"])
    assert (progress["totalProcesses"], progress["processesProgress"][1]["process"]) == (5, "FASTQC")
    assert sum(each["succeeded"] for each in progress["processesProgress"]) == load["succeeded"] == 12


def test_progress_of_a_run_that_has_not_begun() -> None:
    load = show_progress(call(with_run(status="SUBMITTED"), id="run1"))["progress"]["workflowProgress"]
    assert (load["cost"], load["executors"], load["numSpotInterruptions"]) == (None, None, None)


def test_on_demand_nothing_is_counted_as_interrupted() -> None:
    load = show_progress(call(with_run(computeEnv=None), id="run1"))["progress"]["workflowProgress"]
    assert load["numSpotInterruptions"] is None


def test_progress_is_replayed(tmp_path: Path) -> None:
    progress = show_progress(call(replaying(tmp_path, [ran(name="P", cost=3)]), id="run1"))["progress"]
    assert progress["workflowProgress"] == {"succeeded": 1, "failed": 0, "cached": 0, "aborted": 0, "cost": 3}
    assert [each["process"] for each in progress["processesProgress"]] == ["P"]


def test_metrics_are_spread_over_each_processs_tasks(tmp_path: Path) -> None:
    tasks = [ran(name=f"n{value}", realtime=value, pcpu=None) for value in (40, 10, 20, 30, 50)]
    state = replaying(tmp_path, [*tasks, ran(process="Q", name="q")], leave="workflow-metrics.json")
    first, second = show_metrics(call(state, id="run1"))["metrics"]
    assert first["time"] == {
        "mean": 30.0, "warnings": [], "min": 10, "minLabel": "n10", "q1": 20, "q1Label": "n20", "q2": 30, "q2Label": "n30",
        "q3": 40, "q3Label": "n40", "max": 50, "maxLabel": "n50",
    }  # fmt: skip
    assert (first["process"], first["cpu"], second["time"]["mean"], second["cpu"]["q2"]) == ("P", None, 1000, 150)


def test_metrics_are_replayed(tmp_path: Path) -> None:
    assert show_metrics(call(replaying(tmp_path, [ran(name="n")]), id="run1"))["metrics"] == []


def test_the_log_is_made_replayed_or_gone(tmp_path: Path) -> None:
    state = with_run()
    log = download_log(call(state, id="run1", fileName="nf.log")).text
    assert log == "2026-03-02T10:00:00Z [main] DEBUG nextflow.cli.Launcher - $> nextflow run -name one\n"
    assert download_log(call(replaying(tmp_path, []), id="run1", fileName="nf.log")).text == "N E X T F L O W\n"
    state["unlogged"] = ["on"]
    with pytest.raises(RefusedError) as error:
        download_log(call(state, id="run1", fileName="nf.log"))
    assert refused(error) == (404, "Unable to find file nf.log")

"""What an archive tells of a run, and above all what it does not tell."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from archives import RECLAIMED, task, write_archive

from fusion_snapshots.runs.reported import read_time
from fusion_snapshots.runs.run import Run, read_run, sum_known


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.tar.gz"


def run_of(path: Path, tasks: list[dict[str, Any]], **more: Any) -> Run:
    write_archive(path, tasks, **more)
    return read_run(path, "1abc", "workflow-1", "fusion_spot")


def test_a_run_as_the_platform_tells_it(path: Path) -> None:
    config = {"forge": {"type": "SPOT"}, "fusionSnapshots": True}
    load = {"cost": 3.5, "numSpotInterruptions": 2}
    run = run_of(path, [task(usd=1.5), task(usd=2)], hours=1.5, load=load, launch={"computeEnv": {"config": config}})
    assert (run.id, run.name, run.arm, run.status) == ("1abc", "workflow-1", "fusion_spot", "SUCCEEDED")
    assert (run.pipeline, run.nextflow, run.fusion) == ("acme/workflow", "25.10.4", "2.5.8")
    assert (run.hours, run.cost, run.hits, run.resumed) == (1.5, 3.5, 2, False)
    assert (run.provisioning, run.snapshots) == ("spot", True)
    assert run.began == datetime(2026, 3, 2, 9, 55, tzinfo=timezone.utc)
    assert run.ended == datetime(2026, 3, 2, 11, 30, tzinfo=timezone.utc)
    assert run.succeeded


def test_a_task_as_the_platform_tells_it(path: Path) -> None:
    more = {"numSpotInterruptions": 1, "attempt": 2, "nativeId": "job-1", "peakRss": 5 << 29}
    (seen,) = run_of(path, [task("A:B", minutes=90, usd=2.5, after=30, **more)]).tasks
    assert seen._asdict() == {
        "process": "A:B", "attempt": 2, "status": "COMPLETED", "exit": 0, "machine_type": "c6id.8xlarge",
        "price_model": "spot", "seconds": 5400, "usd": 2.5, "interruptions": 1, "cpus": 2,
        "workdir": "s3://acme-fusion/work/ab/cdef0123456789", "submitted": 1772445600.0, "started": 1772447400.0,
        "memory": 8, "peak": 2.5, "zone": "eu-west-1a", "native_id": "job-1", "error_action": "",
        "name": "A:B (sample)", "billed": False,
    }  # fmt: skip


def test_a_run_that_tells_almost_nothing(path: Path) -> None:
    files = dict.fromkeys(task()) | {"status": "FAILED", "start": "2026-03-02T10:00:00Z"}
    nothing = dict.fromkeys(
        ("submit", "start", "complete", "nextflow", "fusion", "params", "projectName", "repository")
    )
    nothing |= dict.fromkeys(("commitId", "revision", "profile"))
    run = run_of(path, [files], hours=None, status="FAILED", load={"succeeded": None}, **nothing)
    assert (run.hours, run.cost, run.hits, run.began, run.ended) == (None, None, None, None, None)
    assert (run.pipeline, run.nextflow, run.fusion, run.provisioning, run.snapshots) == ("", "", "", "", None)
    assert (run.counted, run.facts) == (None, {})
    (seen,) = run.tasks
    assert (seen.process, seen.attempt, seen.exit, seen.machine_type) == ("", None, None, "")
    assert (seen.seconds, seen.usd, seen.interruptions, seen.cpus) == (None, None, None, None)
    assert seen.lost


GONE: dict[str, Any] = {"status": "FAILED", "exit": RECLAIMED, "exitStatus": RECLAIMED, "usd": 0.25, "minutes": 15}


@pytest.mark.parametrize(
    ("attempt", "hits"),
    [
        (task(), 0),
        (task(numSpotInterruptions=2), 2),
        (task(**GONE), 1),
        (task(**GONE, numSpotInterruptions=0), 0),  # an image that cannot be pulled, a Docker that does not start
        (task(**GONE, numSpotInterruptions=1), 1),
        (task(**GONE, priceModel="standard"), 0),  # nobody takes away an on-demand host
        (task(**GONE | {"minutes": None}, machineType=None), 0),  # it never started
        (task(**GONE | {"minutes": 0}), 0),  # nor did this one: start and end are when Nextflow saw that it was gone
        (task(**GONE | {"minutes": 1 / 60}), 0),
        (task(**GONE | {"minutes": 1 / 30}), 1),
        (task(status="FAILED", exit=175), 1),
        (task(status="FAILED", exit=176, numSpotInterruptions=1), 2),
        (task(status="FAILED", exit=1), 0),
    ],
)
def test_interruptions_that_an_attempt_met(path: Path, attempt: dict[str, Any], hits: int) -> None:
    run = run_of(path, [attempt, task(attempt=2)])
    assert [seen.hits for seen in run.tasks] == [hits, 0]
    assert run.hits == (hits if hits or "numSpotInterruptions" in attempt else None)


def test_a_failure_that_the_run_ignored(path: Path) -> None:
    tasks = [task(**GONE, errorAction="IGNORE"), task(**GONE, errorAction="RETRY"), task(errorAction="IGNORE")]
    assert [seen.ignored for seen in run_of(path, tasks).tasks] == [True, False, False]


def test_the_hosts_that_a_record_spans(path: Path) -> None:
    counts = [task(), task(numSpotInterruptions=2), task(**GONE, numSpotInterruptions=2), task(**GONE)]
    assert [seen.spans for seen in run_of(path, counts).tasks] == [0, 2, 1, 0]


def test_a_resumed_run(path: Path) -> None:
    assert run_of(path, [task()], resume=True).resumed


@pytest.mark.parametrize(
    ("tasks", "load", "cost"),
    [
        ([task(usd=1.25), task(usd=2)], {}, 3.25),
        ([task(usd=1e-12)], {}, 1e-12),
        ([task(usd=None)], {}, None),
        ([task(usd=None)], {"cost": 4.5}, 4.5),  # the run's own sum, where single tasks lack theirs
        ([task(usd=1), task(usd=None)], {"cost": None}, None),
        ([task(usd=1), task(usd=None)], {"cost": 4.5}, 4.5),
        ([task(usd=1), task(status="CACHED", usd=9)], {"cost": 10}, 1),  # an earlier run paid for that
        ([task(usd=None), task(status="CACHED", usd=9)], {"cost": 10}, None),
        ([task(usd=1), task(status="ABORTED", minutes=None, usd=None)], {}, 1),  # it never started
        ([], {}, 0),
        ([task(usd=-1)], {"cost": None}, None),
        ([task() | {"cost": "12"}], {"cost": None}, None),
    ],
)
def test_cost_is_what_is_reported(
    path: Path, tasks: list[dict[str, Any]], load: dict[str, Any], cost: float | None
) -> None:
    assert run_of(path, tasks, load={"cost": None, **load}).cost == cost


@pytest.mark.parametrize(
    ("counts", "load", "hits"),
    [
        ([None, None], None, None),
        ([0, 0], None, 0),
        ([0, None], None, 0),
        ([2, None], None, 2),
        ([1, 2], None, 3),
        ([None, None], 0, 0),
        ([1, 1], 0, 2),
        ([1, None], 4, 4),
    ],
)
def test_interruptions_that_are_not_reported_are_never_zero(
    path: Path, counts: list[int | None], load: int | None, hits: int | None
) -> None:
    tasks = [task(numSpotInterruptions=count) for count in counts]
    assert run_of(path, tasks, load={"numSpotInterruptions": load}).hits == hits


@pytest.mark.parametrize(
    ("status", "start", "complete", "seconds"),
    [
        ("COMPLETED", "2026-03-02T10:00:00Z", "2026-03-02T10:00:30.500Z", 30.5),
        ("COMPLETED", "2026-03-02T10:00:00+01:00", "2026-03-02T10:00:00Z", 3600),
        ("COMPLETED", "2026-03-02T10:00:00Z", None, None),
        ("COMPLETED", None, "2026-03-02T10:00:00Z", None),
        ("COMPLETED", "2026-03-02T10:00:30Z", "2026-03-02T10:00:00Z", None),  # clocks that disagree
        ("COMPLETED", "yesterday", "2026-03-02T10:00:00Z", None),
        ("ABORTED", None, None, 0),  # it never started
        ("ABORTED", "2026-03-02T10:00:00Z", None, None),
    ],
)
def test_seconds_go_from_start_to_completion(
    path: Path, status: str, start: str | None, complete: str | None, seconds: float | None
) -> None:
    (seen,) = run_of(path, [task(status=status) | {"start": start, "complete": complete}]).tasks
    assert seen.seconds == seconds


def test_fusion_that_is_off_has_no_version(path: Path) -> None:
    assert run_of(path, [], fusion={"enabled": False, "version": "2.5.8"}).fusion == ""


def test_sums_of_what_is_known() -> None:
    assert sum_known([]) == 0
    assert sum_known([1, None, 2]) == 3
    assert sum_known([None]) is None


def test_times_without_a_zone_are_utc() -> None:
    assert read_time("2026-03-02T10:00:00") == datetime(2026, 3, 2, 10, tzinfo=timezone.utc)
    assert read_time(None) is None


def test_texts_are_such_that_files_and_terminals_hold_them(path: Path) -> None:
    (seen,) = run_of(path, [task("A\ud800\x1b[2J\u202eB" + "x" * 900)]).tasks
    assert seen.process == "A\\ud800\\x1b[2J\\u202eB" + "x" * 492


ODD: list[Any] = [-1, 10**400, "x", True, [], {"a": 1}, "9999-12-31T23:59:59Z", ""]


@pytest.mark.parametrize("value", ODD, ids=lambda value: str(value)[:20])
def test_values_of_the_wrong_kind_are_not_reported(path: Path, value: Any) -> None:
    item = dict.fromkeys(("start", "attempt", "exit", "exitStatus", "cost", "numSpotInterruptions", "cpus"), value)
    run = run_of(path, [task() | item], load=dict.fromkeys(("cost", "numSpotInterruptions"), value), duration=value)
    (seen,) = run.tasks
    assert (seen.attempt, seen.exit, seen.seconds, seen.usd, seen.interruptions, seen.cpus) == (None,) * 6
    assert (run.hours, run.cost, run.hits) == (None, None, None)

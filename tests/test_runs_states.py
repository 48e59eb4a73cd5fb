"""How far runs are, by the Platform: what is asked again, what is deleted, what is refused, what counts."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from backends import Platform
from conftest import variables

from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.errors import UserError
from fusion_snapshots.runs.listed import WHEN, Row, add_run
from fusion_snapshots.runs.states import (
    Detail,
    counts,
    find_compared_rows,
    look_at,
    may_start,
    read_states,
)

ONE, TWO = (
    Row(f"4nAbC1dEfGhI{n}", f"workflow-fusion-{arm}-{n}", f"x_fusion_{arm}", "2026-11-25T12:00:00Z")
    for n, arm in (("01", "ondemand"), ("02", "snapshots"))
)


@pytest.fixture
def benchmark(folder: Path, platform: Platform) -> Benchmark:
    return Benchmark(folder, {**os.environ, **variables(folder), **platform.env})


def put(platform: Platform, row: Row, status: str) -> None:
    platform.add_run(id=row.id, runName=row.name, status=status)


def sent(minutes: float) -> str:
    return (datetime.now(timezone.utc) - timedelta(minutes=minutes)).strftime(WHEN)


@pytest.mark.parametrize(
    ("identifier", "when", "may"),
    [("", 9, True), ("", 11, False), ("4nAbC", 1, False), ("", None, False)],
)
def test_a_run_that_is_not_known_may_start_for_ten_minutes(identifier: str, when: int | None, may: bool) -> None:
    moment = "yesterday" if when is None else sent(when)
    assert may_start(Row(identifier, "workflow-x", "x_fusion_ondemand", moment)) is may


@pytest.mark.parametrize(
    ("status", "resumed", "count"),
    [
        ("SUCCEEDED", False, True), ("RUNNING", False, True), ("PAUSED", False, True), ("SUCCEEDED", True, False),
        ("FAILED", False, False), ("CANCELLED", False, False), ("UNKNOWN", False, False), ("DELETED", False, False),
    ],
)  # fmt: skip
def test_what_counts_as_one_of_its_arms_runs(status: str, resumed: bool, count: bool) -> None:
    assert counts(ONE, {ONE.id: Detail(status, None, resumed)}) is count
    assert counts(ONE._replace(id="", when=sent(1)), {}) is True
    assert counts(ONE._replace(id="", when=sent(99)), {}) is False


def test_only_what_has_not_ended_is_asked_again(benchmark: Benchmark, platform: Platform) -> None:
    put(platform, ONE, "SUCCEEDED")
    put(platform, TWO, "FAILED")
    known = {ONE.id: "CANCELLED", TWO.id: "RUNNING"}
    assert read_states(benchmark.workspace, [ONE, TWO], known) == {ONE.id: "CANCELLED", TWO.id: "FAILED"}
    assert platform.requests(f"GET /workflow/{ONE.id}") == []


def test_a_run_that_the_list_lacks_too_was_deleted(benchmark: Benchmark, platform: Platform) -> None:
    put(platform, TWO, "FAILED")
    seen = look_at(benchmark.workspace, [ONE, TWO])
    assert {identifier: each.status for identifier, each in seen.items()} == {ONE.id: "DELETED", TWO.id: "FAILED"}
    assert seen[ONE.id].compute_env == "-"


def test_one_that_the_list_has_was_only_refused(benchmark: Benchmark, platform: Platform) -> None:
    put(platform, ONE, "RUNNING")
    platform.fault(f"GET /workflow/{ONE.id}", 403)
    with pytest.raises(UserError) as refused:
        look_at(benchmark.workspace, [ONE])
    assert str(refused.value).startswith(f"{ONE.name} ({ONE.id}): ")


def test_rows_that_are_not_compared_are_named(
    benchmark: Benchmark, platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    name = benchmark.env["COMPUTE_ENV_PREFIX"]
    arm = f"{name}_fusion_ondemand"
    rows = [
        Row("4nHello0run001", "hello-a", arm, sent(60)),
        Row("4nProof0run001", "proof-a", arm, sent(60)),
        Row("", "workflow-new", arm, sent(1)),
        Row("", "workflow-never", arm, sent(60)),
        Row("4nElse0where01", "workflow-elsewhere", "other", sent(60)),
    ]
    for row in rows:
        add_run(benchmark.root, row)
    with pytest.raises(UserError, match="lists no run of the workflow"):
        find_compared_rows(benchmark)
    assert capsys.readouterr().out.splitlines() == [
        "workflow-new: whether it started is not known yet; left out",
        "workflow-never: never started; you may delete its row from report/runs.csv",
        "workflow-elsewhere: ran on other, which is no arm of this folder; left out",
    ]
    add_run(benchmark.root, ONE._replace(compute_env=arm))
    assert [row.id for row in find_compared_rows(benchmark)] == [ONE.id]

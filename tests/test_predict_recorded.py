"""The runs that are predicted from, and those that are refused."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from archives import RECLAIMED, task, write_archive
from test_predict_trace import RAW

from fusion_snapshots.errors import UserError
from fusion_snapshots.predict.rates import Rate
from fusion_snapshots.predict.recorded import ASSUMED_RATE, rate_of, read_recorded

LOST: dict[str, Any] = {"status": "FAILED", "exit": RECLAIMED, "exitStatus": RECLAIMED}


def write(path: Path, *tasks: dict[str, Any], **more: Any) -> Path:
    write_archive(path, tasks, **more)
    return path


def test_what_counts_of_a_run(tmp_path: Path) -> None:
    tasks = [
        task(),
        task(minutes=0),
        task(status="CACHED"),
        task(**LOST, minutes=30),
        task(attempt=2),
        task(status="FAILED"),
    ]
    (run,) = read_recorded([write(tmp_path / "1abc.tar.gz", *tasks)])
    assert (run.name, run.pipeline, run.day, run.status) == ("1abc", "acme/workflow", "2026-03-02", "SUCCEEDED")
    assert [(each.attempt, each.seconds) for each in run.kept] == [(1, 3600), (2, 3600)]
    assert (run.hits, run.exposed) == (1, 3.5)


def test_the_rate_of_several_runs_is_pooled(tmp_path: Path) -> None:
    first = write(tmp_path / "one.tar.gz", task(minutes=600), task(**LOST, minutes=60))
    second = write(tmp_path / "two.tar.gz", task(minutes=540, numSpotInterruptions=2))
    assert rate_of(read_recorded([first, second])) == Rate(3 / 20, 3, 20)


def test_hours_on_demand_show_no_rate(tmp_path: Path) -> None:
    path = write(tmp_path / "one.tar.gz", task(minutes=600, priceModel="standard"), task(**LOST, minutes=60))
    assert rate_of(read_recorded([path])) == Rate(1, 1, 1)


@pytest.mark.parametrize("count", [0, None])
def test_where_none_was_lost_a_rate_is_assumed(tmp_path: Path, count: int | None) -> None:
    path = write(tmp_path / "one.tar.gz", task(numSpotInterruptions=count))
    assert rate_of(read_recorded([path])) == Rate(ASSUMED_RATE)


def test_a_trace(tmp_path: Path) -> None:
    path = tmp_path / "trace.txt"
    path.write_text(RAW)
    (run,) = read_recorded([path])
    assert (run.name, run.pipeline, run.day, run.is_trace, run.lacking) == (
        "trace.txt",
        "",
        "2026-03-02",
        True,
        ("attempt",),
    )
    assert (len(run.kept), run.hits) == (2, 1)


def refusal(*paths: Path) -> str:
    with pytest.raises(UserError) as raised:
        read_recorded(paths)
    assert raised.value.code == 1
    return str(raised.value).replace(f"{paths[0].parent}/", "")


def test_what_is_refused(tmp_path: Path) -> None:
    going = write(tmp_path / "going.tar.gz", task(), status="RUNNING")
    assert refusal(going) == "going.tar.gz: its run is RUNNING; predict from one that has ended"
    nothing = write(tmp_path / "nothing.tar.gz", task(status="FAILED"), task(status="CACHED"))
    assert refusal(nothing) == "nothing.tar.gz: no task of it completed, so there is nothing to predict from"
    neither = tmp_path / "neither.txt"
    neither.write_text("what, no table?\n")
    assert refusal(neither) == "neither.txt: neither an archive of tw runs dump nor a trace of Nextflow"
    damaged = tmp_path / "damaged.tar.gz"
    damaged.write_bytes(gzip.compress(b"no tar"))
    assert refusal(damaged).startswith("damaged.tar.gz: not an archive of tw runs dump: it ")
    trace = tmp_path / "trace.txt"
    trace.write_text(RAW.replace("FAILED", "SUBMITTED"))
    assert refusal(trace) == "trace.txt: its run is RUNNING; predict from one that has ended"
    assert refusal(tmp_path / "absent") == "absent: cannot be read: No such file or directory"


def test_what_is_not_pooled(tmp_path: Path) -> None:
    one = write(tmp_path / "one.tar.gz", task())
    other = write(tmp_path / "other.tar.gz", task(), projectName="acme/other")
    assert (
        refusal(one, other) == "these runs are of different pipelines, which are not pooled: acme/other, acme/workflow"
    )
    trace = tmp_path / "trace.txt"
    trace.write_text(RAW)
    assert refusal(one, trace) == "an archive has prices and a trace has none: predict from the one or the other"

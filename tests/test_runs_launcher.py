"""A launch and its row: written before it is sent, with its id when that is known, taken out where tw refuses."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from backends import Platform
from conftest import BIN, variables
from steps import done, edit, names, rows, step, untimed

from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.errors import UserError
from fusion_snapshots.runs.launcher import _Outcome, _tell_of_stopped
from fusion_snapshots.runs.listed import WHEN, Row, add_run, read_runs
from fusion_snapshots.runs.states import find_runs, may_start
from fusion_snapshots.runs.store import locked

ARMS = ["workflow-fusion-ondemand-TIME", "workflow-fusion-snapshots-TIME"]


def begin(folder: Path, platform: Platform, *words: str, **options: Any) -> subprocess.Popen[str]:
    """Start a step."""
    pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    env = dict(os.environ) | platform.env | {"PYTHONUNBUFFERED": "1"}
    command = [str(BIN / "python"), "-m", "fusion_snapshots", *words]
    return subprocess.Popen(command, cwd=folder, env=env, text=True, **pipes | options)


def wait_for(happened: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.05)


def listed(folder: Path) -> list[list[str]]:
    """Return the rows of report/runs.csv, none where there is no file yet."""
    return rows(folder)[1:] if (folder / "report/runs.csv").exists() else []


def benchmark(folder: Path, platform: Platform) -> Benchmark:
    return Benchmark(folder, {**os.environ, **variables(folder), **platform.env})


def ago(minutes: float) -> str:
    return (datetime.now(timezone.utc) - timedelta(minutes=minutes)).strftime(WHEN)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_round_is_listed_before_it_is_sent(ready: Path, platform: Platform, number: signal.Signals) -> None:
    platform.fault("POST /workflow/launch", "hang", seconds=10)
    process = begin(ready, platform, "launch")
    wait_for(lambda: "POST /workflow/launch" in [request.partition("?")[0] for request in platform.requests("POST")])
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode in (-number, 128 + number)
    assert [(row[0], untimed(row[1])) for row in listed(ready)] == [("", name) for name in ARMS]


def test_a_log_on_a_full_disk_loses_no_run(ready: Path, platform: Platform) -> None:
    with Path("/dev/full").open("w") as full:
        process = begin(ready, platform, "launch", stdout=full)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert {row[0] for row in listed(ready)} == {run["id"] for run in platform.all("runs")}
    assert len(listed(ready)) == 2


def test_a_launch_that_tw_refuses_leaves_no_row(ready: Path, platform: Platform) -> None:
    platform.fault("POST /workflow/launch", 403, holds="workflow-fusion-snapshots")
    ran = step(ready, platform, "launch")
    assert ran.returncode == 1
    assert names(ready) == ARMS[:1]


@pytest.mark.parametrize(("do", "known"), [("cut", True), ("lose", True), ("drop", False)])
def test_a_launch_whose_answer_is_lost(ready: Path, platform: Platform, do: str, known: bool) -> None:
    platform.fault("POST /workflow/launch", do, nth=1, holds="hello-fusion-ondemand")
    ran = step(ready, platform, "hello")
    assert [bool(row[0]) for row in listed(ready)] == [known, True]
    if not known:
        assert untimed(ran.stderr).startswith("hello: hello-fusion-ondemand-TIME: whether it started is not known: ")
        assert (
            "Its row in report/runs.csv has no id yet; the next step asks for it again. 1 of 2 runs started. "
            in ran.stderr
        )


def test_the_next_step_asks_for_an_id_that_lacks(launched: Path, platform: Platform) -> None:
    (first, *_) = platform.all("runs")
    add_run(launched, Row("", "workflow-fusion-ondemand-lost", "x_fusion_ondemand", ago(11)))
    add_run(launched, Row("", "workflow-fusion-ondemand-sent", "x_fusion_ondemand", ago(9)))
    text = (launched / "report/runs.csv").read_text()
    (launched / "report/runs.csv").write_text(text.replace(first["id"], "", 1))
    ran = step(launched, platform, "report")
    assert "workflow-fusion-ondemand-lost: never started; you may delete its row from report/runs.csv\n" in ran.stdout
    assert "workflow-fusion-ondemand-sent: whether it started is not known yet; left out\n" in ran.stdout
    assert [row.id for row in read_runs(launched)][:4] == [*(run["id"] for run in platform.all("runs")[:2]), "", ""]


def test_for_ten_minutes_a_run_may_turn_up() -> None:
    assert may_start(Row("", "a", "b", ago(9.9)))
    assert not may_start(Row("", "a", "b", ago(10.1)))
    assert not may_start(Row("4nAb", "a", "b", ago(1)))
    assert not may_start(Row("", "a", "b", "yesterday"))


def test_launches_at_once_list_what_they_start(ready: Path, platform: Platform) -> None:
    with ThreadPoolExecutor() as pool:
        for ran in pool.map(lambda _: step(ready, platform, "launch"), range(3)):
            done(ran)
    assert len(platform.all("runs")) == len(listed(ready)) == 6
    assert {row[0] for row in listed(ready)} == {run["id"] for run in platform.all("runs")}


def test_a_name_is_used_once(ready: Path, platform: Platform) -> None:
    edit(ready, "env.sh", "export TIME\n", "export TIME=20260131-093000\n")
    done(step(ready, platform, "launch"))
    message = (
        "launch: workflow-fusion-ondemand-20260131-093000 is in report/runs.csv already, and a name is used once; it was "
        "not launched. Fix that (make pipelines adds what the Launchpad lacks), then: make launch"
    )
    ran = step(ready, platform, "launch")
    assert (ran.returncode, ran.stderr) == (1, message + "\n")
    assert len(platform.all("runs")) == len(listed(ready)) == 2


def test_a_second_launch_waits_for_the_moment_in_which_one_is_sent(ready: Path, platform: Platform) -> None:
    with locked(ready):
        process = begin(ready, platform, "launch")
        assert process.stdout
        said = "Another step of this folder is launching a run: waiting for it.\n"
        assert said in iter(process.stdout.readline, "")
        assert listed(ready) == []
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert names(ready) == ARMS


def test_a_list_that_cannot_be_written_launches_nothing(ready: Path, platform: Platform) -> None:
    for path in (ready / "report").iterdir():
        path.unlink()
    (ready / "report").rmdir()
    (ready / "report").write_text("a file where the folder should be")
    ran = step(ready, platform, "hello")
    assert ran.returncode in (1, 2)
    assert "Traceback" not in ran.stderr
    assert platform.all("runs") == []


def test_ids_are_asked_for_once_each(launched: Path, platform: Platform) -> None:
    platform.forget()
    assert [row.id for row in find_runs(benchmark(launched, platform))] == [run["id"] for run in platform.all("runs")]
    assert platform.calls() == []


NOT_KNOWN = (
    "w: whether it started is not known. Its row in report/runs.csv has no id yet; the next step asks for it again."
)
LOST = Row("", "w", "acme", "")


@pytest.mark.parametrize(
    ("outcome", "out", "err"),
    [
        (_Outcome(LOST, "started as 1abc"), "w: started as 1abc", ""),
        (_Outcome(LOST, "did not start", UserError("no")), "", "w: did not start"),
        (_Outcome(LOST, "", UserError("lost")), "", NOT_KNOWN),
        ("under way", "", NOT_KNOWN),
        ("cancelled", "", NOT_KNOWN),
        (None, "", NOT_KNOWN),
    ],
)
def test_what_became_of_a_launch_that_a_stop_came_upon(
    capsys: pytest.CaptureFixture[str], outcome: _Outcome | str | None, out: str, err: str
) -> None:
    sent: Future[_Outcome] = Future()
    if isinstance(outcome, _Outcome):
        sent.set_result(outcome)
    elif outcome == "cancelled":
        sent.cancel()
    _tell_of_stopped(LOST, None if outcome is None else sent)
    said = capsys.readouterr()
    assert (said.out.strip(), said.err.strip().removeprefix("fusion_snapshots: ")) == (out, err)

"""make status: what it says of runs under way, of ended ones and of none; it starts and writes nothing."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

from archives import task, write_archive
from backends import Platform
from conftest import run
from steps import done, make, refused, rows, step, untimed

from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.json_reply import Reply
from fusion_snapshots.runs.interruptions import NEVER_STARTED, STARTING, Interruption, add_interruptions
from fusion_snapshots.runs.listed import Row
from fusion_snapshots.runs.run import read_run
from fusion_snapshots.status import (
    RunStatus,
    Waiting,
    _status_of,
    describe_arms,
    describe_waiting,
    draw_runs,
    find_next,
    find_waiting,
    number_rounds,
)

NOW = datetime(2026, 11, 28, 12, tzinfo=timezone.utc)


def status(name: str, arm: str, state: str) -> RunStatus:
    return RunStatus(Row(name, name, f"x_{arm}", ""), arm, state, 1.0, 2.0)


def digest(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != ".shown")
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def test_without_runs_it_names_the_step_that_starts_some(ready: Path, platform: Platform) -> None:
    ran = done(step(ready, platform, "status"))
    assert ran.stdout.splitlines()[-1] == "report/runs.csv lists no run of the workflow. Next: make launch"


def test_runs_under_way_show_what_they_cost_so_far(ready: Path, platform: Platform) -> None:
    platform.set(run_polls=9)
    done(step(ready, platform, "launch"))
    for name in ("ondemand", "snapshots"):
        (launched,) = (run["runName"] for run in platform.all("runs") if name in run["runName"])
        platform.change("runs", launched, status="RUNNING", looks=2)
    before, asked = digest(ready), len(platform.calls())
    ran = done(make(ready, platform, "status"))
    assert digest(ready) == before
    assert len(platform.all("runs")) == 2
    lines = untimed(ran.stdout).splitlines()[1:]
    assert re.fullmatch(r"round  arm +run +state +hours +USD", lines[0])
    assert re.fullmatch(r"1      fusion_ondemand   workflow-fusion-ondemand-TIME\S* +RUNNING +0\.0 +\d\.\d\d", lines[1])
    assert lines[-1] == "Next: wait for 2 runs under way: make compare WAIT=yes"
    # One listing, and for each run under way one question.
    commands = [" ".join(call).partition(" --id")[0] for call in platform.calls()[asked:]]
    assert sorted(commands)[0].endswith("runs list --max 100 --workspace acme-genomics/fusion-benchmark")
    assert len(commands) == 3


def test_an_answer_that_fails_hides_no_other_run(ready: Path, platform: Platform) -> None:
    platform.set(run_polls=9)
    done(step(ready, platform, "launch"))
    platform.fault(f"GET /workflow/{rows(ready)[1][0]}", 500)
    ran = done(step(ready, platform, "status"))
    assert untimed(ran.stderr).startswith("workflow-fusion-ondemand-TIME")
    assert "workflow-fusion-snapshots-TIME" in untimed(ran.stdout)


def test_a_list_that_cannot_be_had_is_refused(ready: Path, platform: Platform) -> None:
    done(step(ready, platform, "launch"))
    platform.fault("GET /workflow", 502, body="<html><title>Bad gateway</title></html>")
    message = "status: tw runs list: a web page answers, titled 'Bad gateway' (check TOWER_API_ENDPOINT in env.sh, and your proxy)"
    refused(step(ready, platform, "status"), 2, message)


def test_an_archive_that_is_kept_tells_cost_and_interruptions(ready: Path, platform: Platform) -> None:
    done(step(ready, platform, "launch"))
    (ready / "report/runs").mkdir()
    tasks = [task(usd=3.5, numSpotInterruptions=2), task(usd=1.25, numSpotInterruptions=0)]
    write_archive(ready / f"report/runs/{rows(ready)[2][0]}.tar.gz", tasks)
    ran = done(step(ready, platform, "status"))
    assert "fusion_snapshots: 1 SUCCEEDED; 4.75 USD; 2 interruptions met." in ran.stdout


def test_what_waits_long_is_told_by_process() -> None:
    def waiting(process: str, minutes: int, state: str = "SUBMITTED") -> Reply:
        submit = (NOW - timedelta(minutes=minutes)).isoformat()
        return Reply({"process": process, "status": state, "submit": submit}, "tw runs view")

    tasks = [
        waiting("STAR", 90),
        waiting("STAR", 45),
        waiting("STAR", 29),
        waiting("FASTQC", 29),
        waiting("SORT", 300, "RUNNING"),
        waiting("INDEX", 30, "NEW"),
        Reply({"status": "SUBMITTED", "process": "ODD"}, "tw runs view"),
        Reply({"status": "SUBMITTED", "submit": "2026-11-28T11:00:00Z"}, "tw runs view"),
    ]
    assert list(find_waiting(tasks, NOW)) == [
        Waiting("STAR", 2, 90.0),
        Waiting("INDEX", 1, 30.0),
        Waiting("?", 1, 60.0),
    ]
    told = status("w", "a", "RUNNING")._replace(waiting=(Waiting("STAR", 2, 90.4), Waiting("INDEX", 1, 30.0)))
    assert list(describe_waiting([status("v", "a", "RUNNING"), told])) == [
        "w: 2 tasks of STAR wait to start, the first for 90 minutes.",
        "w: 1 task of INDEX wait to start, the first for 30 minutes.",
        "No instance may be free, or none can hold such a task: look at the job queue in the AWS console, and at the Spot "
        "quota (make preflight).",
    ]
    assert list(describe_waiting([status("v", "a", "RUNNING")])) == []


def test_what_is_next_depends_on_the_arm_that_has_the_fewest_results() -> None:
    both = [status(f"{arm}-{number}", arm, "SUCCEEDED") for number in range(7) for arm in ("a", "b")]
    assert find_next(both) == "make compare"
    assert find_next(both[:-1]) == "make launch UNTIL=7, or make compare for what 6 a side can tell"
    going = [*both, status("b-8", "b", "PAUSED")]
    assert find_next(going) == "make compare"
    assert find_next([*both, status("b-8", "b", "RUNNING")]) == "wait for 1 run under way: make compare WAIT=yes"


def test_runs_launched_together_are_a_round() -> None:
    names = ["w-a-20261128-090000-abc123", "w-b-20261128-090000-abc123", "w-a-20261128-110000-abc124", "other"]
    assert list(number_rounds([status(name, "a", "RUNNING") for name in names]).values()) == [1, 1, 2, 3]


def test_make_lists_it(folder: Path) -> None:
    assert "make status" in run(["make", "help"], cwd=folder).stdout


def test_the_runs_of_a_round_stand_beneath_each_other() -> None:
    first, second = "w-a-20261128-090000-abc123", "w-b-20261128-110000-abc124"
    runs = [status(second, "fusion_spot", "RUNNING"), status(first, "a", "not listed")._replace(hours=None, usd=None)]
    runs += [status(second.replace("b", "a", 1), "a", "SUCCEEDED")._replace(hours=12.34, usd=1234.5)]
    assert list(draw_runs(runs)) == [
        "round  arm          run                         state       hours       USD",
        "1      fusion_spot  w-b-20261128-110000-abc124  RUNNING       1.0      2.00",
        "1      a            w-a-20261128-110000-abc124  SUCCEEDED    12.3  1,234.50",
        "2      a            w-a-20261128-090000-abc123  not listed",
    ]


def test_a_line_an_arm_tells_of_all_its_runs(tmp_path: Path) -> None:
    def notice(number: int, state: str, arm: str = "a") -> Interruption:
        return Interruption("2026-11-28T09:00:00Z", arm, f"i-{number}", "c6id", "1", f"EXP{number}", state)

    states = ("completed", "running", STARTING, "failed", NEVER_STARTED)
    (tmp_path / "report").mkdir()
    add_interruptions(tmp_path, *[notice(number, state) for number, state in enumerate(states)])
    add_interruptions(tmp_path, *[notice(9, STARTING, "b")])
    runs = [
        status("1", "a", "SUCCEEDED")._replace(interruptions=2, usd=1000),
        status("2", "a", "SUCCEEDED")._replace(usd=None),
    ]
    runs += [
        status("3", "a", "FAILED")._replace(interruptions=0),
        status("4", "b", "RUNNING"),
        status("5", "c", "RUNNING")._replace(usd=None),
    ]
    assert list(describe_arms(Benchmark(tmp_path, {}), runs)) == [
        "a: 2 SUCCEEDED, 1 FAILED; 1,002.00 USD for 2 of them; 2 interruptions met; 2 notices sent by make interrupt; whether "
        "1 notice more went out is not known.",
        "b: 1 RUNNING; 2.00 USD; whether 1 notice more went out is not known.",
        "c: 1 RUNNING.",
    ]


def test_where_a_run_stands(folder: Path, tmp_path: Path) -> None:
    benchmark = Benchmark(folder, {})
    row = Row("1", "w", "x_fusion_spot", "2026-11-28T09:00:00Z")

    def seen(**values: str) -> RunStatus:
        return _status_of(benchmark, row, Reply({"status": "RUNNING", **values}, "tw runs list"), None, NOW)

    assert (seen().hours, seen().usd, seen().state, seen().arm) == (None, None, "RUNNING", "x_fusion_spot")
    assert seen(submit="2026-11-28T10:30:00Z").hours == 1.5
    assert seen(submit="2026-11-28T10:00:00Z", complete="2026-11-28T10:15:00Z").hours == 0.25
    assert _status_of(benchmark, row, None, None, NOW).state == "not listed"
    assert not _status_of(benchmark, row, None, None, NOW).under_way
    unsent = row._replace(id="", compute_env="x_fusion_snapshots")
    assert (_status_of(benchmark, unsent, None, None, NOW).state, _status_of(benchmark, unsent, None, None, NOW).arm) == ("never started", "fusion_snapshots")  # fmt: skip
    just = unsent._replace(when=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert _status_of(benchmark, just, None, None, NOW).state == "not known yet"
    write_archive(tmp_path / "run.tar.gz", [task(usd=3, numSpotInterruptions=1)], hours=2)
    kept = read_run(tmp_path / "run.tar.gz", "1", "w", "fusion_spot")
    found = _status_of(benchmark, row, None, kept, NOW)
    assert (found.state, found.hours, found.usd, found.interruptions) == ("SUCCEEDED", 2, 3, 1)
    assert [status("w", "a", state).under_way for state in ("RUNNING", "SUCCEEDED", "never started", "not known yet")] == [True, False, False, False]  # fmt: skip

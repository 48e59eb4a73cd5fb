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

from fusion_snapshots.json_reply import Reply
from fusion_snapshots.runs.listed import Row
from fusion_snapshots.status import RunStatus, Waiting, find_next, find_waiting, number_rounds

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
    ]
    assert list(find_waiting(tasks, NOW)) == [Waiting("STAR", 2, 90.0)]


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

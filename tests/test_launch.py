"""make hello and make launch: rounds of one run of each arm, each listed in report/runs.csv whatever goes wrong."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml
from backends import Platform, run_tw
from conftest import BIN
from steps import ONDEMAND, SNAPSHOTS, done, edit, make, names, refused, rows, step, untimed
from test_runs_launcher import begin, wait_for

from fusion_snapshots.runs.listed import WHEN
from fusion_snapshots.simulated.state import Json

FIRST = ["id", "name", "compute environment", "when"]


def test_each_round_has_a_run_of_each_arm_and_a_folder_for_each_run(ready: Path, platform: Platform) -> None:
    ran = done(make(ready, platform, "launch", "RUNS=3", "NOWAIT=yes"))
    sides = ("fusion-ondemand", "fusion-snapshots")
    expected = [f"workflow-{side}-TIME{end}" for end in ("", "-2", "-3") for side in sides]
    assert names(ready) == expected
    runs = {run["runName"]: run for run in platform.all("runs")}
    assert [row[0] for row in rows(ready)[1:]] == [runs[row[1]]["id"] for row in rows(ready)[1:]]
    assert [row[2] for row in rows(ready)[1:]] == [ONDEMAND, SNAPSHOTS] * 3
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row[3]) for row in rows(ready)[1:])
    for name, run in runs.items():
        arm = "fusion_ondemand" if "ondemand" in name else "fusion_snapshots"
        assert params_of(run) == {"outdir": f"s3://acme-fusion/results/{arm}/{name}"}
    assert len(re.findall(r"^workflow-fusion-\w+-\S+: started as \w+: https://\S+$", ran.stdout, re.M)) == 6


def params_of(launched: Json) -> Json:
    """Return the parameters that a run was launched with."""
    return dict(yaml.safe_load(launched["launch"]["paramsText"]))


@pytest.mark.parametrize("number", ["0", "101", "three", "1.5", "-1"])
def test_the_number_of_rounds_is_a_small_whole_number(ready: Path, platform: Platform, number: str) -> None:
    ran = step(ready, platform, "launch", f"--runs={number}")
    refused(ran, 2, f"launch: nothing was done.\n  RUNS={number}: must be a whole number from 1 to 100, e.g. RUNS=7")
    assert platform.calls() == []


@pytest.mark.slow
def test_parameters_of_the_workflow_reach_every_arm(ready: Path, platform: Platform) -> None:
    edit(ready, "params.yml", "{}\n", 'input: "s3://acme-fusion/sheet.csv"\ngenome: "GRCh38"\n')
    done(step(ready, platform, "launch"))
    for run in platform.all("runs"):
        assert {**params_of(run), "outdir": ""} == {
            "outdir": "",
            "input": "s3://acme-fusion/sheet.csv",
            "genome": "GRCh38",
        }


def test_a_launch_that_fails_keeps_what_started(ready: Path, platform: Platform) -> None:
    platform.fault("POST /workflow/launch", 500, holds="hello-fusion-snapshots")
    ran = step(ready, platform, "hello")
    assert ran.returncode == 1
    message = (
        "hello-fusion-snapshots-TIME: did not start\n"
        "hello: tw launch: error. 1 of 2 runs started. Fix that (make pipelines adds what the Launchpad lacks), then: "
        "make hello\n"
    )
    assert untimed(ran.stderr) == message
    assert names(ready) == ["hello-fusion-ondemand-TIME"]
    platform.well()
    before = rows(ready)
    done(step(ready, platform, "hello"))
    assert rows(ready)[:2] == before
    assert names(ready) == [f"hello-fusion-{arm}-TIME" for arm in ("ondemand", "ondemand", "snapshots")]


def test_a_launch_whose_answer_is_lost_is_found_by_its_name(ready: Path, platform: Platform) -> None:
    platform.fault("POST /workflow/launch", "cut", nth=1)
    done(step(ready, platform, "launch"))
    assert names(ready) == ["workflow-fusion-ondemand-TIME", "workflow-fusion-snapshots-TIME"]
    assert {row[0] for row in rows(ready)[1:]} <= {run["id"] for run in platform.all("runs")}


@pytest.mark.slow
def test_a_launch_of_which_nothing_is_known_leaves_its_row(ready: Path, platform: Platform) -> None:
    platform.fault("POST /workflow/launch", "cut", holds="workflow-fusion-snapshots")
    platform.fault("GET /workflow", 502, body="<html><title>Bad gateway</title></html>")
    ran = step(ready, platform, "launch")
    assert ran.returncode == 1
    assert "workflow-fusion-snapshots-TIME: whether it started is not known" in untimed(ran.stderr)
    assert [bool(row[0]) for row in rows(ready)[1:]] == [True, False]


@pytest.mark.parametrize("verb", ["hello", "launch"])
def test_a_token_that_is_refused_starts_nothing(ready: Path, platform: Platform, verb: str) -> None:
    ran = step(ready, platform, verb, TOWER_ACCESS_TOKEN="another-token")
    assert ran.returncode == 2
    assert "Unauthorized" in ran.stderr
    assert rows(ready) == [FIRST]


def test_nothing_is_launched_that_could_not_be_recorded(ready: Path, platform: Platform) -> None:
    (ready / "report/runs.csv").mkdir()
    message = "launch: report/runs.csv: cannot be written: Is a directory; nothing was launched"
    refused(step(ready, platform, "launch"), 2, message)
    assert platform.all("runs") == []


def test_a_list_of_runs_that_lacks_a_column_is_refused_before_a_launch(ready: Path, platform: Platform) -> None:
    (ready / "report/runs.csv").write_text("name,id,when\n")
    message = "launch: report/runs.csv:1: the first line lacks compute environment; nothing was launched"
    refused(step(ready, platform, "launch"), 2, message)
    assert platform.all("runs") == []


def test_ctrl_c_while_launching_keeps_what_started(ready: Path, platform: Platform) -> None:
    platform.fault("POST /workflow/launch", "hang", holds="hello-fusion-snapshots", seconds=60)
    process = subprocess.Popen(
        [str(BIN / "python"), "-m", "fusion_snapshots", "hello"], cwd=ready, env=dict(os.environ) | platform.env,
        text=True, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    wait_for(lambda: len(platform.requests("POST /workflow/launch")) == 2 and bool(rows(ready)[1][0]))
    os.killpg(process.pid, signal.SIGINT)
    said, errors = process.communicate(timeout=60)
    assert process.returncode == 130, said + errors
    assert untimed(errors) == (
        "hello-fusion-snapshots-TIME: whether it started is not known. Its row in report/runs.csv has no id yet; "
        "the next step asks for it again.\n\n"
        "hello: interrupted. What was done stays; to go on: make hello\n"
    )
    assert [bool(row[0]) for row in rows(ready)[1:]] == [True, False]


def test_a_round_waits_for_the_one_before_and_for_its_hour(ready: Path, platform: Platform) -> None:
    platform.set(run_polls=2)
    done(step(ready, platform, "launch"))
    process = begin(ready, platform, "launch", "RUNS=4", "--poll", "0")
    assert process.stdout
    lines = (untimed(line) for line in iter(process.stdout.readline, ""))
    waiting = "round 1 of 4 waits until these have ended: workflow-fusion-ondemand-TIME, workflow-fusion-snapshots-TIME"
    assert any(line.startswith(waiting) for line in lines)
    assert any(
        re.match(r"round 1 of 4 waits until \d\d:\d\d UTC, an hour after the one before began", x) for x in lines
    )
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 143
    assert errors == "\nlaunch: interrupted. What was done stays; to go on: make launch RUNS=4\n"
    assert len(rows(ready)) == 3


def test_what_is_left_is_named(ready: Path, platform: Platform) -> None:
    platform.fault("POST /workflow/launch", "hang", nth=3, seconds=10)
    process = begin(ready, platform, "launch", "RUNS=4", "NOWAIT=yes")
    wait_for(lambda: len(platform.requests("POST /workflow/launch")) > 2)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert errors.endswith("launch: interrupted. What was done stays; to go on: make launch RUNS=3 NOWAIT=yes\n")


def old(folder: Path, minutes: float) -> None:
    """Let all that is listed have begun so long ago."""
    when = (datetime.now(timezone.utc) - timedelta(minutes=minutes)).strftime(WHEN)
    path = folder / "report/runs.csv"
    path.write_text(re.sub(r"\d{4}-\d\d-\d\dT\S+Z", when, path.read_text()))


def test_after_an_hour_a_round_begins_and_tells_what_a_further_one_costs(launched: Path, platform: Platform) -> None:
    old(launched, 61)
    ran = done(step(launched, platform, "launch", "RUNS=1", "--poll", "0"))
    assert names(launched) == ["workflow-fusion-ondemand-TIME", "workflow-fusion-snapshots-TIME"] * 2
    words = ["-o", "json", "runs", "view", "--stats", "--workspace", "acme-genomics/fusion-benchmark", "--id"]
    views = [json.loads(run_tw(platform, [*words, row[0]], launched).stdout) for row in rows(launched)[1:3]]
    assert ran.stdout.splitlines()[-1] == (
        f"A further round costs about {sum(view['stats']['cost'] for view in views):.2f} USD. Next: make compare WAIT=yes, "
        "which waits until the runs have ended."
    )


def test_one_arm_alone(ready: Path, platform: Platform) -> None:
    done(make(ready, platform, "launch", "ARM=fusion_snapshots"))
    assert names(ready) == ["workflow-fusion-snapshots-TIME"]
    message = "launch: ARM=x: no such arm; this folder has fusion_ondemand, fusion_snapshots; e.g. ARM=fusion_snapshots"
    refused(step(ready, platform, "launch", "ARM=x"), 2, message)


def test_until_every_arm_has_so_many_runs_that_count(ready: Path, platform: Platform) -> None:
    platform.set(failing=["workflow-fusion-ondemand"])
    done(step(ready, platform, "launch"))
    done(step(ready, platform, "launch", "UNTIL=1", "NOWAIT=yes"))
    assert [name.split("-")[2] for name in names(ready)] == ["ondemand", "snapshots", "ondemand"]
    platform.set(run_polls=10**6)
    ran = done(make(ready, platform, "launch", "UNTIL=1"))
    assert ran.stdout.endswith("Every arm has 1 run that succeeded or is under way: nothing to launch.\n")
    assert len(names(ready)) == 3


def test_rounds_and_until_exclude_each_other(ready: Path, platform: Platform) -> None:
    message = "launch: nothing was done.\n  RUNS=2 UNTIL=3: give one of them"
    refused(step(ready, platform, "launch", "RUNS=2", "UNTIL=3"), 2, message)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["RUNS=11"], "11 rounds with 22 runs in all"),
        (["RUNS=6", "NOWAIT=yes"], "6 rounds with 12 runs in all"),
    ],
)
def test_much_is_asked_about_first(ready: Path, platform: Platform, words: list[str], text: str) -> None:
    cost = "what a round costs is not known, as none has ended"
    message = f"launch: nothing was launched: {text}; {cost}. To launch them: make launch {' '.join(words)} CONFIRM=yes"
    ran = refused(step(ready, platform, "launch", *words), 1, message)
    assert f"{text}; {cost}.\n" in ran.stdout
    assert platform.all("runs") == []


def test_all_at_once_says_what_that_costs_in_meaning(ready: Path, platform: Platform) -> None:
    ran = done(make(ready, platform, "launch", "RUNS=6", "NOWAIT=yes", "CONFIRM=yes"))
    assert "make compare takes them for one, and claims nothing from one.\n" in ran.stdout
    assert len(rows(ready)) == 13

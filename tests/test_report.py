"""make report: the runs that succeeded, like with like, become nf-aggregate's samplesheet, dataset and launch."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
import yaml
from backends import Platform
from conftest import BIN, WORKSPACE
from steps import ONDEMAND, PREFIX, Ran, done, edit, refused, rows, step, untimed

EMPTY = "id,workspace,group\n"


@pytest.fixture
def ended(launched: Path, platform: Platform) -> Path:
    """A folder whose workflow has run once on each arm, to the end."""
    for run in platform.all("runs"):
        platform.change("runs", run["runName"], status="SUCCEEDED")
    return launched


def report(folder: Path, platform: Platform, *words: str) -> Ran:
    return step(folder, platform, "report", *words)


def sheet(folder: Path) -> str:
    return (folder / "report/samplesheet.csv").read_text()


@pytest.mark.slow
def test_each_report_is_another_version_of_one_dataset_and_lies_in_its_own_folder(
    ended: Path, platform: Platform
) -> None:
    ran = done(report(ended, platform))
    ids = [row[0] for row in rows(ended)[1:]]
    expected = f"{EMPTY}{ids[0]},{WORKSPACE},fusion_ondemand\n{ids[1]},{WORKSPACE},fusion_snapshots\n"
    assert sheet(ended) == expected
    assert "report/samplesheet.csv: 1 on fusion_ondemand and 1 on fusion_snapshots.\n" in ran.stdout
    assert "benchmark_aws_cur_report in report/launch.yml is null" in ran.stdout
    last = untimed(ran.stdout.splitlines()[-1])
    assert last == "Once this run has ended, the report is in s3://acme-fusion/results/report/report-TIME."
    (dataset,) = platform.all("datasets")
    assert dataset["name"] == f"{PREFIX}_runs"
    (run,) = [run for run in platform.all("runs") if run["runName"].startswith("report-")]
    params = yaml.safe_load(run["launch"]["paramsText"])
    assert params["input"] in (ended / "report/params.yml").read_text()
    assert "/v/1/" in params["input"]
    assert params["outdir"] == f"s3://acme-fusion/results/report/{run['runName']}"
    assert (params["generate_benchmark_report"], params["remove_failed_tasks"]) == (True, False)
    while time.strftime("%Y%m%d-%H%M%S") in run["runName"]:
        time.sleep(0.05)
    done(report(ended, platform))
    assert len(platform.all("datasets")) == 1
    assert "/v/2/" in (ended / "report/params.yml").read_text()


@pytest.mark.slow
def test_a_cost_report_is_passed_on(ended: Path, platform: Platform) -> None:
    edit(
        ended,
        "report/launch.yml",
        "benchmark_aws_cur_report: null",
        'benchmark_aws_cur_report: "s3://acme-fusion/cur.parquet"',
    )
    ran = done(report(ended, platform))
    assert "is null" not in ran.stdout
    (run,) = [run for run in platform.all("runs") if run["runName"].startswith("report-")]
    assert yaml.safe_load(run["launch"]["paramsText"])["benchmark_aws_cur_report"] == "s3://acme-fusion/cur.parquet"


def test_an_arm_without_a_success_is_named(ended: Path, platform: Platform) -> None:
    platform.change("runs", platform.all("runs")[1]["runName"], status="FAILED")
    message = "report: no run on fusion_snapshots has succeeded, so there is nothing to compare. Launch: make launch"
    ran = refused(report(ended, platform), 1, message)
    assert re.search(r"workflow-fusion-snapshots-\S+  FAILED", ran.stdout)
    assert platform.all("datasets") == []
    assert sheet(ended) == EMPTY


def test_runs_under_way_are_not_compared(launched: Path, platform: Platform) -> None:
    platform.set(run_polls=10**6)
    message = (
        "report: no run on fusion_ondemand and fusion_snapshots has succeeded, so there is nothing to compare. "
        "Wait for those under way: make report WAIT=yes"
    )
    refused(report(launched, platform), 1, message)


def test_no_run_at_all(ready: Path, platform: Platform) -> None:
    message = "report: report/runs.csv lists no run of the workflow. Launch it first: make launch"
    refused(report(ready, platform), 1, message)


@pytest.mark.slow
def test_waiting_shows_progress_and_outlasts_a_missed_answer(launched: Path, platform: Platform) -> None:
    platform.set(run_polls=3)
    platform.fault("GET /workflow/", 502, nth=3, body="<html><title>Bad gateway</title></html>")
    ran = done(report(launched, platform, "--wait"))
    assert "0 of 2 runs have ended, workflow-fusion-ondemand-" in ran.stdout
    assert "2 of 2 runs have ended" in ran.stdout
    assert "asking again in 0.1 seconds" in ran.stderr


def test_ctrl_c_while_waiting_writes_nothing(launched: Path, platform: Platform) -> None:
    platform.set(run_polls=10**6)
    words = [str(BIN / "python"), "-m", "fusion_snapshots", "report", "--wait", "--poll", "0.2"]
    process = subprocess.Popen(
        words, cwd=launched, env=dict(os.environ) | platform.env, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    ends = time.monotonic() + 60
    while platform.commands().count("runs view") < 4:
        assert time.monotonic() < ends
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    said, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors == "\nreport: interrupted. What was done stays; to go on: make report WAIT=yes\n"
    assert "0 of 2 runs have ended, workflow-fusion-ondemand-" in said
    assert sheet(launched) == EMPTY


@pytest.mark.slow
def test_a_deleted_run_is_named_and_stops_nothing(ended: Path, platform: Platform) -> None:
    with (ended / "report/runs.csv").open("a") as file:
        file.write(f"1goneaway99,workflow-gone,{ONDEMAND},2025-01-01T00:00:00Z\n")
        file.write("1elsewhere9,workflow-elsewhere,other,2025-01-01T00:00:00Z\n")
        file.write(f",workflow-never,{ONDEMAND},2025-01-01T00:00:00Z\n")
    ran = done(report(ended, platform))
    assert "1goneaway99  workflow-gone  DELETED\n" in ran.stdout
    assert "workflow-elsewhere: ran on other, which is no arm of this folder; left out\n" in ran.stdout
    assert "workflow-never: never started; you may delete its row from report/runs.csv\n" in ran.stdout
    assert sheet(ended).count("\n") == 3


@pytest.mark.slow
def test_a_row_without_an_id_gets_it_and_own_columns_stay(ended: Path, platform: Platform) -> None:
    path = ended / "report/runs.csv"
    first, *rest = path.read_text().splitlines()
    unknown = rest[0].partition(",")[2]
    path.write_text("\n".join([f"{first},note", f",{unknown},ours", f"{rest[1]},theirs", ""]))
    params = ended / "report/params.yml"
    params.write_text(params.read_text() + "# ours\nmultiqc_title: ours\n")
    done(report(ended, platform))
    kept, _, started = path.read_text().rpartition("theirs\n")
    assert kept == "\n".join([f"{first},note", f"{rest[0]},ours", f"{rest[1]},"])
    assert started.count(",report-") == 1
    assert "# ours\nmultiqc_title: ours\n" in params.read_text()
    assert len(re.findall("^input: ", params.read_text(), re.M)) == 1


@pytest.mark.parametrize("odd", ["{}", "null", "[]", '{"general": {}}', '{"general": {"status": 5}}'])
def test_an_odd_answer_is_one_line(ended: Path, platform: Platform, programs: Path, odd: str) -> None:
    (programs / "tw").write_text(f"#!/bin/sh\necho '{odd}'\n")
    (programs / "tw").chmod(0o755)
    path = f"{programs}:{platform.env['PATH']}"
    ran = step(ended, platform, "report", PATH=path)
    assert ran.returncode in (1, 2)
    assert ran.stderr.startswith("report: tw runs view: ") or "no run on" in ran.stderr
    assert ran.stderr.count("\n") == 1


@pytest.mark.slow
def test_few_calls_of_tw_follow_one_another(ended: Path, platform: Platform) -> None:
    done(report(ended, platform))
    platform.forget()
    done(report(ended, platform))
    asked = platform.commands()
    assert asked.count("runs view") + asked.count("runs dump") <= 4
    assert len(set(asked)) <= 8

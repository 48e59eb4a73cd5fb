"""make destroy: shows what goes, deletes that and no more, and looks again."""

from __future__ import annotations

import os
from pathlib import Path

import pexpect
import pytest
from backends import Platform
from conftest import slow_after
from steps import ONDEMAND, PREFIX, SNAPSHOTS, done, edit, refused, rows, step

from fusion_snapshots.runs.listed import Row, add_run, now
from fusion_snapshots.simulated.state import Json

KINDS = ("computeEnvs", "pipelines", "datasets")
NOTHING = "destroy: nothing was deleted. To delete them: make destroy CONFIRM=yes"


def test_all_goes_and_nothing_else(launched: Path, platform: Platform) -> None:
    with platform.store.changing() as state:
        for kind in KINDS[:2]:
            state[kind].append({**state[kind][0], "id": "other", "pipelineId": 999, "name": "somebody-elses"})
    refused(step(launched, platform, "destroy"), 1, NOTHING)
    ran = done(step(launched, platform, "destroy", "--confirm", "yes"))
    assert [[item["name"] for item in platform.all(kind)] for kind in KINDS] == [["somebody-elses"]] * 2 + [[]]
    shown, _, rest = ran.stdout.partition("Deleting ")
    for name in (ONDEMAND, SNAPSHOTS):
        assert f"  compute environment {name} (created 20" in shown
    assert shown.count(", region eu-west-1, work directory s3://acme-fusion/work)\n") == 2
    assert f"  pipeline {PREFIX}_hello\n" in shown
    assert rest.partition("What remains:")[2].count("s3://acme-fusion") == 3
    assert len(rows(launched)) == 3
    ran = done(step(launched, platform, "destroy", "--confirm", "yes"))
    assert "Nothing of these files is in acme-genomics/fusion-benchmark.\n" in ran.stdout


def test_on_a_terminal_it_asks(ready: Path, platform: Platform) -> None:
    for answer, left in (("no", 2), ("yes", 0)):
        child = pexpect.spawn("make", ["destroy"], cwd=str(ready), env=dict(os.environ) | platform.env, timeout=120)
        child.expect("Type yes to delete them: ")
        child.sendline(answer)
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == (2 if left else 0)
        assert len(platform.all("computeEnvs")) == left


def test_what_another_folder_made_under_our_names_is_not_deleted(ready: Path, platform: Platform) -> None:
    platform.change("computeEnvs", ONDEMAND, config={"workDir": "s3://colleague/work"})
    message = (
        f"destroy: nothing was deleted.\n  {ONDEMAND} is not what its file describes: work-dir is s3://colleague/work, the "
        "file says s3://acme-fusion/work\n  Another folder with the same COMPUTE_ENV_PREFIX may have made them: delete them "
        "in the Platform"
    )
    refused(step(ready, platform, "destroy", "--confirm", "yes"), 1, message)
    assert len(platform.all("computeEnvs")) == 2


def test_a_pipeline_that_became_another_repositorys_is_not_deleted(ready: Path, platform: Platform) -> None:
    name, file = f"{PREFIX}_hello", "https://github.com/nextflow-io/hello"
    platform.change("pipelines", name, launch={"pipeline": "https://github.com/acme/theirs"})
    message = (
        f"destroy: nothing was deleted.\n  {name} is not what its file describes: url is https://github.com/acme/theirs, the "
        f"file says {file}\n  Another folder with the same COMPUTE_ENV_PREFIX may have made them: delete them in the "
        "Platform. Or, where you edited a pipeline's files since: make pipelines REPLACE=yes"
    )
    refused(step(ready, platform, "destroy", "--confirm", "yes"), 1, message)
    assert [len(platform.all(kind)) for kind in KINDS] == [2, 3, 0]


def test_a_dataset_of_another_description_is_not_deleted(ready: Path, platform: Platform) -> None:
    with platform.store.changing() as state:
        dataset: Json = {
            "id": "77",
            "name": f"{PREFIX}_runs",
            "description": "Theirs",
            "mediaType": None,
            "versions": [],
        }
        state["datasets"].append(
            dataset | {"dateCreated": "2026-01-05T09:00:00Z", "lastUpdated": "2026-01-05T09:00:00Z"}
        )
    message = (
        f"destroy: nothing was deleted.\n  {PREFIX}_runs is not what its file describes: description is Theirs, the file "
        "says Runs of the Fusion Snapshots benchmark\n  Another folder with the same COMPUTE_ENV_PREFIX may have made "
        "them: delete them in the Platform"
    )
    refused(step(ready, platform, "destroy", "--confirm", "yes"), 1, message)
    assert [len(platform.all(kind)) for kind in KINDS] == [2, 3, 1]


def test_a_pipeline_that_tw_cannot_view_goes_by_its_address(ready: Path, platform: Platform) -> None:
    platform.set(unversioned=True)
    ran = done(step(ready, platform, "destroy", "--confirm", "yes"))
    why = "tw cannot view it, as this Platform sends no pipeline version, which tw 0.23 and newer needs"
    assert f"  pipeline {PREFIX}_hello ({why})\n" in ran.stdout
    assert platform.all("pipelines") == []


@pytest.mark.parametrize("words", [["destroy", "--confirm", "yes"], ["prove"]])
def test_edits_that_wait_stop_it(ready: Path, platform: Platform, words: list[str]) -> None:
    (ready / "env.sh.edited").write_text("export COMPUTE_ENV_PREFIX=mine\n")
    message = "your edits wait in env.sh.edited; take over what you need, and remove or rename these files"
    refused(step(ready, platform, *words), 2, f"{words[0]}: {message}")
    assert len(platform.all("computeEnvs")) == 2


@pytest.mark.parametrize(
    ("status", "goes"),
    [("RUNNING", False), *slow_after(0, [("UNKNOWN", True), ("SUCCEEDED", True)])],
)
def test_a_run_of_another_clone_on_these_environments_counts(
    ready: Path, platform: Platform, status: str, goes: bool
) -> None:
    with platform.store.changing() as state:
        (env,) = [item["id"] for item in state["computeEnvs"] if item["name"] == SNAPSHOTS]
    platform.add_run(id="1theirs", runName="theirs", status=status, computeEnv=env, looks=1)
    platform.add_run(id="2elsewhere", runName="elsewhere", status="RUNNING", computeEnv=None, looks=0)
    for number in range(120):  # newer ones, which fill the list's first page
        platform.add_run(id=f"3other{number}", runName=f"other-{number}", status="SUCCEEDED", computeEnv=None, looks=0)
    platform.set(run_polls=10**6)
    ran = step(ready, platform, "destroy", "--confirm", "yes")
    if goes:
        done(ran)
    else:
        message = (
            "destroy: nothing was deleted.\n  theirs (1theirs), which report/runs.csv does not list, is "
            f"{status} on {SNAPSHOTS}\n  Wait for them, or cancel each: tw runs cancel --workspace "
            "acme-genomics/fusion-benchmark --id ID"
        )
        refused(ran, 1, message)
    assert len(platform.all("computeEnvs")) == (0 if goes else 2)


def test_where_tw_cannot_read_a_runs_state_nothing_is_deleted(launched: Path, platform: Platform) -> None:
    platform.change("runs", rows(launched)[1][1], status="PAUSED")
    ran = step(launched, platform, "destroy", "--confirm", "yes")
    message = (
        "Error reading entity from input stream (the Platform answers what this tw does not know: install a newer one)"
    )
    refused(ran, 2, f"destroy: tw runs view: {message}")
    assert len(platform.all("computeEnvs")) == 2


def test_runs_under_way_are_waited_for_or_cancelled_first(launched: Path, platform: Platform) -> None:
    platform.set(run_polls=10**6)
    for run in platform.all("runs"):
        platform.change("runs", run["runName"], status="RUNNING")
    ran = step(launched, platform, "destroy", "--confirm", "yes")
    first, *lines, last = ran.stderr.splitlines()
    assert (ran.returncode, first) == (1, "destroy: nothing was deleted.")
    assert len(lines) == 2
    assert all(line.endswith((" is RUNNING", " is SUBMITTED")) for line in lines)
    assert last == "  Wait for them, or cancel each: tw runs cancel --workspace acme-genomics/fusion-benchmark --id ID"
    assert len(platform.all("computeEnvs")) == 2


def test_a_launch_that_was_just_sent_is_waited_for(launched: Path, platform: Platform) -> None:
    add_run(launched, Row("", "workflow-fusion-ondemand-sent", ONDEMAND, now()))
    ran = step(launched, platform, "destroy", "--confirm", "yes")
    assert ran.stderr.splitlines()[:2] == [
        "destroy: nothing was deleted.",
        "  workflow-fusion-ondemand-sent: whether it started is not known yet",
    ]
    assert len(platform.all("computeEnvs")) == 2


@pytest.mark.slow
def test_more_than_a_hundred_pipelines_hide_nothing(ready: Path, platform: Platform) -> None:
    with platform.store.changing() as state:
        for number in range(120):
            state["pipelines"].insert(
                0, {**state["pipelines"][-1], "pipelineId": 10**6 + number, "name": f"other{number}"}
            )
    platform.forget()
    ran = done(step(ready, platform, "pipelines"))
    assert ran.stdout.count(": there already\n") == 3
    assert platform.requests("POST") == []
    done(step(ready, platform, "destroy", "--confirm", "yes"))
    assert {item["name"][:5] for item in platform.all("pipelines")} == {"other"}


@pytest.mark.slow
def test_it_waits_until_aws_has_taken_all_apart(ready: Path, platform: Platform) -> None:
    platform.set(polls=4)
    ran = done(step(ready, platform, "destroy", "--confirm", "yes"))
    assert "2 things not gone yet: compute environment" in ran.stdout
    assert "All 5 are gone from acme-genomics/fusion-benchmark.\n" in ran.stdout


@pytest.mark.slow
def test_what_cannot_be_deleted_is_named_and_the_rest_goes(ready: Path, platform: Platform) -> None:
    with platform.store.changing() as state:
        (identifier,) = [item["id"] for item in state["computeEnvs"] if item["name"] == SNAPSHOTS]
    platform.fault(f"DELETE /compute-envs/{identifier}", 409, body={"message": "It has active jobs"})
    ran = step(ready, platform, "destroy", "--confirm", "yes")
    message = (
        f"destroy: these are left:\n  compute environment {SNAPSHOTS}: tw compute-envs delete: It has active jobs\n"
        "  Fix that, then again: make destroy"
    )
    refused(ran, 1, message)
    assert [item["name"] for item in platform.all("computeEnvs")] == [SNAPSHOTS]
    platform.well()
    done(step(ready, platform, "destroy", "--confirm", "yes"))


def test_nothing_runs_that_the_check_would_refuse(ready: Path, platform: Platform, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    edit(ready, "pipelines/hello.yml", "Hello world, a smoke test", f"$(touch {mark}) Hello world")
    for verb in (["destroy"], ["plan"]):
        platform.forget()
        ran = step(ready, platform, *verb)
        assert ran.returncode == 1
        assert "pipelines/hello.yml:" in ran.stdout
        assert ran.stderr == f"{verb[0]}: the files of this folder have errors. Fix them first\n"
    assert not mark.exists()
    assert platform.calls() == []


@pytest.mark.parametrize(
    "answer", slow_after(1, ["nonsense", "{}", "[]", "null", '{"computeEnvs": [{"name": []}]}', "[" * 50_000, ""])
)
def test_a_tw_that_says_nothing_is_not_believed(ready: Path, platform: Platform, tmp_path: Path, answer: str) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "answer").write_text(answer)
    tw = tmp_path / "bin/tw"
    tw.write_text(
        f"#!/bin/sh\ncase $1 in --version) echo 'Tower CLI version 0.38.0';; *) cat {tmp_path}/answer;; esac\n"
    )
    tw.chmod(0o755)
    path = f"{tmp_path / 'bin'}:{platform.env['PATH']}"
    for verb in (["destroy", "--confirm", "yes"], ["compute-envs"], ["pipelines"]):
        ran = step(ready, platform, *verb, PATH=path)
        assert ran.returncode in (1, 2)
        assert ran.stderr.startswith(f"{verb[0]}: "), ran.stderr
        assert "Traceback" not in ran.stderr + ran.stdout


def test_a_row_of_another_prefix_is_named_and_stays(launched: Path, platform: Platform) -> None:
    with (launched / "report/runs.csv").open("a") as file:
        file.write("1elsewhere9,workflow-x,other_fusion_ondemand,2025-01-01T00:00:00Z\n")
    ran = step(launched, platform, "destroy")
    assert "Not of these files, so they stay: other_fusion_ondemand (report/runs.csv names them).\n" in ran.stdout

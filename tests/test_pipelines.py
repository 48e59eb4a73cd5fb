"""make pipelines: what is on the Launchpad already is launched as it is, and so must be what the files say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from backends import Platform
from conftest import slow_after
from steps import ONDEMAND, PREFIX, SNAPSHOTS, done, edit, make, refused, step

from fusion_snapshots import pipelines
from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.errors import UserError
from fusion_snapshots.simulated.state import Json

FILE = "pipelines/workflow_fusion_snapshots.yml"
NAME = f"{PREFIX}_workflow_fusion_snapshots"


def pipeline(platform: Platform, name: str) -> Json:
    """Return the Launchpad's pipeline of this name."""
    (found,) = [item for item in platform.all("pipelines") if item["name"] == name]
    return found


def test_a_second_time_changes_nothing(ready: Path, platform: Platform) -> None:
    before = platform.all("pipelines")
    platform.forget()
    ran = done(step(ready, platform, "pipelines"))
    assert ran.stdout.count(": there already\n") == 3
    assert platform.all("pipelines") == before
    assert [request for request in platform.requests() if not request.startswith("GET")] == []


SO = (
    "\n  To make them so: make pipelines REPLACE=yes"
    "\n  If another folder made them, set another COMPUTE_ENV_PREFIX in env.sh instead"
)
CONFIG = "pipelines/nextflow_fusion_snapshots.config"
LAST = '    pre-run: "pipelines/pre-run.sh"\n'
EDITS = [
    (FILE, 'revision: "1.2.0"', 'revision: "1.3.0"', "revision is 1.2.0, the file says 1.3.0"),
    (FILE, "nf-core/demo", "nf-core/rnaseq", "url is https://github.com/nf-core/demo, the file says https://github.com/nf-core/rnaseq"),
    (FILE, '"$PIPELINE_PROFILE"', '"docker,test"', "profile is test, the file says docker,test"),
    (FILE, '"$AWS_WORK_DIR"', '"s3://acme-fusion/other"', "work-dir is s3://acme-fusion/work, the file says s3://acme-fusion/other"),
    (FILE, LAST, LAST + "    pull-latest: True\n", "pull-latest is False, the file says True"),
    (FILE, LAST, LAST + "    labels: team=bio,once\n", "labels is not set, the file says once,team=bio"),
    (FILE, LAST, LAST + "    params: {many: 3}\n", "params is not set, by the file it is"),
    (FILE, LAST, "", "pre-run is set, by the file it is not"),
    (CONFIG, "\n", "\n\n", "config differs from line 2 on: there "),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "difference"), slow_after(1, EDITS))
def test_one_that_differs_is_not_taken_for_the_files(
    ready: Path, platform: Platform, file: str, old: str, new: str, difference: str
) -> None:
    edit(ready, file, old, new)
    before = platform.all("pipelines")
    for verb, nothing in (("pipelines", "added"), ("launch", "launched")):
        message = f"{verb}: nothing was {nothing}.\n  {NAME} is not what {FILE} says: {difference}"
        ran = step(ready, platform, verb)
        assert ran.returncode == 1
        assert ran.stderr.startswith(message)
        assert ran.stderr.endswith(SO + "\n")
    assert platform.all("pipelines") == before
    assert platform.all("runs") == []
    ran = done(step(ready, platform, "pipelines", "--replace"))
    assert f"{NAME} becomes what {FILE} says:\n  {difference.split()[0]}" in ran.stdout
    done(step(ready, platform, "launch"))


def test_one_of_another_arm_is_not_taken_for_the_files(ready: Path, platform: Platform) -> None:
    (other,) = [env["id"] for env in platform.all("computeEnvs") if env["name"] == ONDEMAND]
    platform.change("pipelines", NAME, launch={"computeEnvId": other})
    difference = f"compute-env is {ONDEMAND}, the file says {SNAPSHOTS}"
    message = f"pipelines: nothing was added.\n  {NAME} is not what {FILE} says: {difference}{SO}"
    refused(step(ready, platform, "pipelines"), 1, message)


def test_edited_texts_are_shown_line_by_line_and_updated_in_place(ready: Path, platform: Platform) -> None:
    (old,) = [line for line in (ready / "pipelines/pre-run.sh").read_text().splitlines() if "NXF_VER=" in line]
    edit(ready, "pipelines/pre-run.sh", old, "export NXF_VER=25.10.7")
    before = {item["name"]: item["pipelineId"] for item in platform.all("pipelines")}
    platform.forget()
    ran = done(make(ready, platform, "pipelines", "REPLACE=yes"))
    change = "  pre-run:\n  --- the Launchpad\n  +++ the file\n"
    assert ran.stdout.count(change) == 3
    assert ran.stdout.count(f"  -{old}\n  +export NXF_VER=25.10.7\n") == 3
    assert ran.stdout.count(": there already\n") == 3
    assert {item["name"]: item["pipelineId"] for item in platform.all("pipelines")} == before
    assert platform.requests("DELETE") == []
    text = (ready / "pipelines/pre-run.sh").read_text()
    assert [item["launch"]["preRunScript"] for item in platform.all("pipelines")] == [text] * 3


def test_what_an_update_cannot_do_is_deleted_and_added_again(ready: Path, platform: Platform) -> None:
    edit(ready, FILE, LAST, "    labels: team=bio\n")
    done(step(ready, platform, "pipelines", "--replace"))
    (label,) = [label for label in platform.all("labels") if (label["name"], label["value"]) == ("team", "bio")]
    assert pipeline(platform, NAME)["labelIds"] == [label["id"]]
    assert "preRunScript" not in pipeline(platform, NAME)["launch"]
    platform.forget()
    edit(ready, FILE, '"1.2.0"', '"1.3.0"')  # tw's update would take the labels away
    done(step(ready, platform, "pipelines", "--replace"))
    assert [request.partition("/")[0] for request in platform.requests() if "GET" not in request] == [
        "DELETE ",
        "POST ",
        "POST ",
    ]
    assert pipeline(platform, NAME)["labelIds"] == [label["id"]]
    assert pipeline(platform, NAME)["launch"]["revision"] == "1.3.0"


def test_the_reports_pipeline_is_replaced_where_there_is_one(ready: Path, platform: Platform) -> None:
    done(step(ready, platform, "pipelines", "--replace"))
    assert len(platform.all("pipelines")) == 3
    with platform.store.changing() as state:
        launch = state["pipelines"][0]["launch"] | {"labelIds": None}
        other = {
            "name": f"{PREFIX}_report",
            "pipelineId": 999,
            "repository": "https://github.com/a/b",
            "launch": launch,
        }
        state["pipelines"].append(state["pipelines"][0] | other)
    done(step(ready, platform, "pipelines", "--replace"))
    assert pipeline(platform, f"{PREFIX}_report")["repository"] == "https://github.com/seqeralabs/nf-aggregate"


def test_what_the_platform_may_do_to_texts_is_no_difference(ready: Path, platform: Platform) -> None:
    edit(ready, FILE, LAST, LAST + "    params: {many: 3, few: [1, 2]}\n")
    done(step(ready, platform, "pipelines", "--replace"))
    launch = pipeline(platform, NAME)["launch"]
    texts = {key: launch[key].rstrip("\n") for key in ("configText", "preRunScript")}
    platform.change("pipelines", NAME, launch={**texts, "paramsText": '{"few":[1,2],"many":3}'})
    with platform.store.changing() as state:
        state["labels"].append({"id": 77, "name": "all", "value": "ours", "resource": True, "isDefault": True})
    platform.change("pipelines", NAME, labelIds=[77])
    ran = done(step(ready, platform, "pipelines"))
    assert ran.stdout.count(": there already\n") == 3


def test_windows_line_ends_on_the_launchpad_are_a_difference(ready: Path, platform: Platform) -> None:
    text = pipeline(platform, NAME)["launch"]["preRunScript"]
    platform.change("pipelines", NAME, launch={"preRunScript": text.replace("\n", "\r\n")})
    assert "pre-run differs from line 1 on: there " in step(ready, platform, "launch").stderr


def test_where_tw_cannot_view_a_pipeline_it_is_said_and_gone_on(ready: Path, platform: Platform) -> None:
    platform.set(unversioned=True)
    why = "tw cannot view it, as this Platform sends no pipeline version, which tw 0.23 and newer needs"
    remedy = "To be sure that it is the same: make pipelines REPLACE=yes\n"
    ran = done(step(ready, platform, "launch"))
    assert ran.stderr.count(f": {why}. {remedy}") == 2
    assert f"{NAME}: not compared with {FILE}: {why}. {remedy}" in ran.stderr
    platform.change("pipelines", NAME, repository="https://github.com/nf-core/rnaseq")
    ran = step(ready, platform, "launch")
    assert ran.returncode == 1
    assert f"{NAME} is not what {FILE} says: url is https://github.com/nf-core/rnaseq, the file says" in ran.stderr
    platform.forget()
    ran = done(step(ready, platform, "pipelines", "--replace"))
    assert len(platform.requests("DELETE /pipelines/")) == len(platform.requests("POST /pipelines")) == 3
    assert f"  {why}: so it is deleted and added again\n" in ran.stdout
    assert pipeline(platform, NAME)["repository"] == "https://github.com/nf-core/demo"


def test_what_a_file_leaves_to_the_platform_is_no_difference(ready: Path, platform: Platform) -> None:
    edit(ready, FILE, '    work-dir: "$AWS_WORK_DIR"\n', "")
    ran = done(step(ready, platform, "pipelines"))
    assert f"pipeline {NAME}: there already\n" in ran.stdout


def test_all_that_could_not_be_added_is_told_and_the_rest_is_added(
    folder: Path, platform: Platform, stages: tuple[Json, ...]
) -> None:
    platform.store.write(stages[0] | {"pipelines": []})
    for arm in ("ondemand", "snapshots"):
        why = {"message": f"No {arm} today"}
        platform.fault("POST /pipelines", 400, holds=f"{PREFIX}_workflow_fusion_{arm}", body=why)
    files = [f"pipelines/workflow_fusion_{arm}.yml" for arm in ("ondemand", "snapshots")]
    message = (
        f"pipelines: {' '.join(files)}: did not finish, see above. Fix that (make compute-envs creates what is missing), "
        "then: make pipelines"
    )
    ran = refused(step(folder, platform, "pipelines"), 1, message)
    begins = [line for line in ran.stdout.splitlines() if line.startswith("$ ")]
    assert begins == [f"$ seqerakit --on-exists ignore {file}" for file in ("pipelines/hello.yml", *files)]
    assert 0 < ran.stdout.index("No ondemand today") < ran.stdout.index("No snapshots today")
    assert [item["name"] for item in platform.all("pipelines")] == [f"{PREFIX}_hello"]


def test_a_seqerakit_that_does_not_end_is_stopped_and_the_other_files_are_told_of(
    folder: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "#!/bin/sh\ncase $3 in *hello*) sleep 600 & wait ;; *) echo no; exit 3 ;; esac\n"
    (programs / "seqerakit").write_text(script)
    (programs / "seqerakit").chmod(0o755)
    (programs / "sleep").symlink_to(str(shutil.which("sleep")))
    monkeypatch.setattr(pipelines, "SECONDS", 1.0)
    benchmark = Benchmark(folder, {"PATH": str(programs)})
    with pytest.raises(UserError) as caught:
        pipelines._apply(benchmark, ["pipelines/hello.yml", FILE], again="make pipelines")
    assert str(caught.value) == (
        f"{FILE}: did not finish, see above. Fix that (make compute-envs creates what is missing), then: make pipelines\n"
        "  pipelines/hello.yml: seqerakit did not end within 1 seconds and was stopped; some of it may be done. Look at "
        "the workspace, then: make pipelines"
    )
    assert caught.value.code == 1

"""make pipelines: what is on the Launchpad already is launched as it is, and so must be what the files say."""

from __future__ import annotations

from pathlib import Path

import pytest
from backends import Platform
from conftest import slow_after
from steps import ONDEMAND, PREFIX, SNAPSHOTS, done, edit, refused, step

FILE = "pipelines/workflow_fusion_snapshots.yml"
NAME = f"{PREFIX}_workflow_fusion_snapshots"


def test_a_second_time_changes_nothing(ready: Path, platform: Platform) -> None:
    before = platform.all("pipelines")
    platform.forget()
    ran = done(step(ready, platform, "pipelines"))
    assert ran.stdout.count(": there already\n") == 3
    assert platform.all("pipelines") == before
    assert [request for request in platform.requests() if not request.startswith("GET")] == []


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    slow_after(1, [
        ('revision: "1.2.0"', 'revision: "1.3.0"', "revision is 1.2.0, the file says 1.3.0"),
        ("nf-core/demo", "nf-core/rnaseq", "url is https://github.com/nf-core/demo, the file says https://github.com/nf-core/rnaseq"),
        ('"$PIPELINE_PROFILE"', '"docker,test"', "profile is test, the file says docker,test"),
        ('"$AWS_WORK_DIR"', '"s3://acme-fusion/other"', "work-dir is s3://acme-fusion/work, the file says s3://acme-fusion/other"),
    ]),
)  # fmt: skip
def test_one_that_differs_is_not_taken_for_the_files(
    ready: Path, platform: Platform, old: str, new: str, difference: str
) -> None:
    edit(ready, FILE, old, new)
    before = platform.all("pipelines")
    again = f"Delete it (. ./env.sh && seqerakit --delete {FILE}) and repeat the step"
    message = f"pipelines: nothing was added.\n  {NAME} exists and differs: {difference}. {again}"
    refused(step(ready, platform, "pipelines"), 1, message)
    assert platform.all("pipelines") == before


def test_one_of_another_arm_is_not_taken_for_the_files(ready: Path, platform: Platform) -> None:
    (other,) = [env["id"] for env in platform.all("computeEnvs") if env["name"] == ONDEMAND]
    platform.change("pipelines", NAME, launch={"computeEnvId": other})
    ran = step(ready, platform, "pipelines")
    assert ran.returncode == 1
    assert f"{NAME} exists and differs: compute-env is {ONDEMAND}, the file says {SNAPSHOTS}. Delete it" in ran.stderr


def test_what_a_file_leaves_to_the_platform_is_no_difference(ready: Path, platform: Platform) -> None:
    edit(ready, FILE, '    work-dir: "$AWS_WORK_DIR"\n', "")
    ran = done(step(ready, platform, "pipelines"))
    assert f"pipeline {NAME}: there already\n" in ran.stdout

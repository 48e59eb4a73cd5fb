"""Fusion's logs of interrupted tasks, listed and read by the real aws from moto's S3."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

import backends
import boto3
import pytest
from archives import RECLAIMED, read_arm, task

from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.compare.snapshots import SnapshotLogs, read_snapshots, seconds_of
from fusion_snapshots.runs.run import Run

DONE = "(00.000012) Version: 4.0\n(27.100000) Writing stats\n(27.197458) Dumping finished successfully\n"
CUT = "(00.000012) Version: 4.0\n(121.651460) 90 fdinfo 330: pos: 0x4380000\n"


def runs_of(folder: Path, arm: str, *tasks: dict[str, Any], **more: Any) -> list[Run]:
    return read_arm(folder, arm, [{"tasks": tasks, **more}]).runs


def met(place: str = "s3://acme-snap/work/ab/cd", **more: Any) -> dict[str, Any]:
    """Return a task that met an interruption."""
    return task(workdir=place, **{"numSpotInterruptions": 1, **more})


@pytest.mark.parametrize(
    ("log", "seconds"),
    [(DONE, 27.197458), (CUT, None), ("", None), ("Dumping finished successfully", None), (DONE + CUT, None)],
)
def test_a_dump_that_finished_tells_its_seconds(log: str, seconds: float | None) -> None:
    assert seconds_of(log) == seconds


@pytest.fixture
def aws(moto_endpoint: str) -> dict[str, str]:
    """The variables with which aws asks moto, where a bucket holds two tasks' logs."""
    env = {
        "AWS_ENDPOINT_URL": moto_endpoint, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_REGION": "eu-west-1", "AWS_WORK_DIR": "s3://acme-snap/work", "PATH": os.pathsep.join([*backends.PROGRAMS, os.environ["PATH"]]), "HOME": "/nowhere",
    }  # fmt: skip
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    s3 = boto3.client("s3", region_name="eu-west-1", endpoint_url=moto_endpoint, **keys)
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket="acme-snap", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    logs = {
        "ab/cd/.fusion/dump/1/pre_1.log": "(66.658902) Pre-dumping finished successfully\n",
        "ab/cd/.fusion/dump/2/dump_2.log": DONE,
        "ab/cd/.fusion/dump/2/restore_2.log": "(145.8) Restore finished successfully\n",
        "ab/cd/.fusion/dump/2/pages-1.img": "memory",
        "ab/cd/.fusion/dump/dump_metadata": "{}",
        "ab/cd/.command.log": "x",
        "ef/with a space/.fusion/dump/1/dump_1.log": CUT,
    }
    for name, text in logs.items():
        s3.put_object(Bucket="acme-snap", Key=f"work/{name}", Body=text.encode())
    return env


def test_logs_of_interrupted_tasks(tmp_path: Path, aws: dict[str, str]) -> None:
    tasks = [
        met("s3://acme-snap/work/ef/with a space/", minutes=90, machineType="m9x.huge", status="FAILED", exit=175),
        met(minutes=80),
        met("s3://acme-snap/work/gone", minutes=70),
        task(workdir="s3://acme-snap/work/ab/cd"),
    ]
    logs = read_snapshots(Benchmark(tmp_path, aws), runs_of(tmp_path, "fusion_snapshots", *tasks))
    assert (logs.interrupted, logs.not_checked) == (3, "")
    seen = [(t.incremental, t.full, t.restores, t.seconds, t.predicted) for t in logs.tasks]
    # c6id.8xlarge is the type of Seqera's own estimate: 70 seconds.
    assert seen == [(0, 1, 0, [], None), (1, 1, 1, [27.197458], 70.0), (0, 0, 0, [], 70.0)]


def test_where_aws_may_not_list_nothing_is_checked(tmp_path: Path, aws: dict[str, str]) -> None:
    runs = runs_of(tmp_path, "fusion_snapshots", met(), met("s3://acme-other/work/x"))
    allowed = {"AWS_COMPUTE_ENV_ALLOWED_BUCKETS": "s3://acme-snap,s3://acme-other"}
    logs = read_snapshots(Benchmark(tmp_path, {**aws, **allowed}), runs)
    assert (logs.tasks, logs.interrupted) == ([], 2)
    assert logs.not_checked == (
        "aws s3: An error occurred (NoSuchBucket) when calling the ListObjectsV2 operation: The specified bucket does not exist"
    )


def test_without_aws_nothing_is_checked(tmp_path: Path) -> None:
    runs = runs_of(tmp_path, "fusion_snapshots", met(exit=RECLAIMED, numSpotInterruptions=None))
    env = {"PATH": "/nowhere", "AWS_REGION": "eu-west-1", "AWS_WORK_DIR": "s3://acme-snap/work/"}
    assert read_snapshots(Benchmark(tmp_path, env), runs) == SnapshotLogs([], 1, "aws is not installed")


@pytest.mark.parametrize(
    "place", ["s3://acme-others/work/ab", "s3://acme-snapshots/work/ab", "s3://acme-snap/works/ab", "s3://acme-snap"]
)
def test_an_archive_does_not_decide_which_bucket_is_asked(tmp_path: Path, place: str) -> None:
    """aws asks as whoever reads the comparison, with all that they may do."""
    asked = tmp_path / "bin/aws"
    asked.parent.mkdir()
    asked.write_text(f'#!/bin/sh\necho "$*" >> {tmp_path}/asked\n')
    asked.chmod(0o755)
    runs = runs_of(tmp_path, "fusion_snapshots", met(place, minutes=90), met("s3://acme-snap/work/ab"))
    env = {
        "PATH": f"{asked.parent}:{os.environ['PATH']}", "AWS_REGION": "eu-west-1", "AWS_WORK_DIR": "s3://acme-snap/work",
        "AWS_COMPUTE_ENV_ALLOWED_BUCKETS": "s3://acme-own/data,s3://acme-more",
    }  # fmt: skip
    logs = read_snapshots(Benchmark(tmp_path, env), runs)
    assert (len(logs.tasks), logs.interrupted, logs.not_checked) == (1, 2, "")
    assert (tmp_path / "asked").read_text() == (
        "s3api list-objects-v2 --bucket acme-snap --prefix work/ab/.fusion/dump/ --query Contents[?contains(Key, "
        "'/.fusion/dump/') && ends_with(Key, '.log')].[Size, Key] --output text --region eu-west-1\n"
    )
    alone = read_snapshots(Benchmark(tmp_path, env), runs_of(tmp_path, "fusion_snapshots", met(place)))
    assert alone == SnapshotLogs(
        [], 1, "the tasks worked outside of this folder's work directory and buckets, all that aws is asked about"
    )
    assert (tmp_path / "asked").read_text().count("\n") == 1


OFF, ON = ({"computeEnv": {"config": {"fusionSnapshots": value}}} for value in (False, True))


@pytest.mark.parametrize(
    ("arm", "item", "launch", "asked"),
    [
        ("fusion_snapshots", met(), None, 1),
        ("fusion_snapshots", met(), OFF, 0),
        ("fusion_spot", met(), None, 0),
        ("mine", met(), ON, 1),
        ("fusion_snapshots", task(), None, 0),
        ("fusion_snapshots", met(numSpotInterruptions=0), None, 0),
        ("fusion_snapshots", met("/local/work"), None, 0),
        ("fusion_snapshots", met(status="CACHED"), None, 0),
    ],
)
def test_only_interrupted_tasks_with_snapshots_are_looked_at(
    tmp_path: Path, arm: str, item: dict[str, Any], launch: dict[str, Any] | None, asked: int
) -> None:
    runs = runs_of(tmp_path, arm, item, launch=launch)
    assert (
        read_snapshots(Benchmark(tmp_path, {"PATH": "/nowhere", "AWS_REGION": "eu-west-1"}), runs).interrupted == asked
    )

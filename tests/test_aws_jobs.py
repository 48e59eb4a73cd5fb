"""AWS Batch's own times of jobs, asked of moto by the real aws."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import backends
import pytest
from aws_world import World
from moto.batch.models import BatchBackend

from fusion_snapshots.aws import Aws, AwsError
from fusion_snapshots.aws.jobs import find_busy_seconds

SHELL = {"AWS_REGION": "eu-west-1", "PATH": os.pathsep.join([*backends.PROGRAMS, os.environ["PATH"]])}


def test_the_attempts_of_a_job_are_summed_up(tmp_path: Path, world: World) -> None:
    moved = world.ended_job((0, 600), (7800, 8400))
    never, single = world.ended_job(), world.ended_job((0, 90.5))
    aws = Aws(world.env(**SHELL), tmp_path)
    asked = [moved, never, single, "00000000-0000-0000-0000-000000000000", "--region"]
    assert find_busy_seconds(aws, asked) == {moved: 1200.0, single: 90.5}


def test_a_hundred_jobs_are_asked_for_at_a_time(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = [world.ended_job((0, 60))]
    aws = Aws(world.env(**SHELL), tmp_path)
    others = [f"0000{n:04}-0000-0000-0000-000000000000" for n in range(250)]
    asked, describe = [], BatchBackend.describe_jobs

    def counting(backend: BatchBackend, wanted: list[str]) -> Any:
        asked.append(len(wanted))
        return describe(backend, wanted)

    monkeypatch.setattr(BatchBackend, "describe_jobs", counting)
    assert find_busy_seconds(aws, [*others, *jobs]) == {jobs[0]: 60.0}
    assert asked == [100, 100, 51]


def test_what_cannot_be_asked_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AwsError, match="aws is not installed"):
        find_busy_seconds(Aws({"PATH": "/nowhere", "AWS_REGION": "eu-west-1"}, tmp_path), ["a"])
    assert find_busy_seconds(Aws({"PATH": "/nowhere", "AWS_REGION": "eu-west-1"}, tmp_path), []) == {}

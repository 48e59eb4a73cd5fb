"""What a workspace holds, looked up by name, however much there is of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from backends import Platform
from conftest import WORKSPACE, variables

from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.platform.workspace import Workspace, is_under_way


@pytest.fixture
def workspace(folder: Path, platform: Platform) -> Workspace:
    return Benchmark(folder, {**os.environ, **variables(folder), **platform.env}).workspace


@pytest.mark.parametrize(
    ("status", "under_way"),
    [
        ("SUBMITTED", True), ("RUNNING", True), ("PAUSED", True), ("", True),
        ("SUCCEEDED", False), ("FAILED", False), ("CANCELLED", False), ("UNKNOWN", False), ("DELETED", False),
    ],
)  # fmt: skip
def test_any_state_that_is_no_end_is_under_way(status: str, under_way: bool) -> None:
    assert is_under_way(status) is under_way


@pytest.mark.parametrize("number", [99, 100, 101, 250])
def test_runs_are_listed_to_the_last_page(workspace: Workspace, platform: Platform, number: int) -> None:
    for each in range(number):
        platform.add_run(id=f"4nRun{each:09}", runName=f"run-{each}", status="SUCCEEDED")
    assert workspace.name == WORKSPACE
    assert len(workspace.runs()) == number
    assert len(workspace.newest_runs()) == min(number, 100)


def test_a_run_is_found_by_its_whole_name(workspace: Workspace, platform: Platform) -> None:
    for each, name in enumerate(["run-1", "run-11", "a-run-1"]):
        platform.add_run(id=f"4nRun{each:09}", runName=name, status="SUCCEEDED")
    assert workspace.find_run("run-1") == "4nRun000000000"
    assert workspace.find_run("run") == ""
    assert len(workspace.runs_named("run-1")) == 3

"""What seqerakit would do for several files is asked in one dry run, and told file by file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import edit, variables

from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.plan import files_of_steps
from fusion_snapshots.platform import seqerakit
from fusion_snapshots.platform.seqerakit import Command, PlanError


@pytest.fixture
def benchmark(folder: Path) -> Benchmark:
    return Benchmark(folder, {**os.environ, **variables(folder)})


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The files of each dry run."""
    calls: list[tuple[str, ...]] = []
    ask = seqerakit._dry_run

    def note(root: Path, env: dict[str, str], files: tuple[str, ...]) -> list[str]:
        calls.append(files)
        return ask(root, env, files)

    monkeypatch.setattr(seqerakit, "_dry_run", note)
    return calls


def one_by_one(benchmark: Benchmark, files: list[str]) -> dict[str, list[Command]]:
    return {file: benchmark.seqerakit.planned(file) for file in files}


def test_all_files_take_one_dry_run_and_tell_what_each_tells(
    benchmark: Benchmark, asked: list[tuple[str, ...]]
) -> None:
    files = files_of_steps(benchmark)
    # Blocks come in seqerakit's own order, whatever the order of the files.
    together = benchmark.seqerakit.planned_of(files[::-1])
    assert asked == [tuple(files[::-1])]
    assert list(together) == files[::-1]
    assert together == one_by_one(benchmark, files)
    assert sum(map(len, together.values())) == 12


def test_files_that_seqerakit_refuses_together_are_asked_about_one_by_one(
    benchmark: Benchmark, asked: list[tuple[str, ...]]
) -> None:
    launches = ["launch/workflow_fusion_ondemand.yml", "launch/workflow_fusion_snapshots.yml"]
    edit(benchmark.root, launches[1], "workflow-fusion-snapshots-", "workflow-fusion-ondemand-")  # one name twice
    assert [len(commands) for commands in benchmark.seqerakit.planned_of(launches).values()] == [1, 1]
    assert sorted(asked[1:]) == [(file,) for file in launches]


def test_a_file_that_cannot_be_planned_is_named(benchmark: Benchmark) -> None:
    edit(benchmark.root, "launch/hello.yml", "${COMPUTE_ENV_PREFIX}", "${NOWHERE}")
    with pytest.raises(PlanError, match=r"^seqerakit refuses launch/hello.yml; run python3 validate.py \("):
        benchmark.seqerakit.planned_of(["pipelines/hello.yml", "launch/hello.yml"])

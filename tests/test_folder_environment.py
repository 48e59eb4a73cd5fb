"""env.sh as the check sees it; what it may not do is among the rejections."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import ROOT, await_end

from fusion_snapshots.findings import text_of
from fusion_snapshots.folder.environment import Environment, read_environment
from fusion_snapshots.folder.rules import Rules

RULES = Rules(ROOT / "schemas")


def read(tmp_path: Path, script: str | None, seconds: float = 10) -> Environment:
    if script is not None:
        (tmp_path / "env.sh").write_text(script)
    return read_environment(tmp_path, RULES, seconds)


def test_values_lines_and_what_is_missing(tmp_path: Path) -> None:
    env = read(tmp_path, "export AWS_REGION=eu-west-1\n  MINE='a b'; export MINE\n")
    assert (env.values["AWS_REGION"], env.values["MINE"]) == ("eu-west-1", "a b")
    assert env.lines == {"AWS_REGION": 1, "MINE": 2}
    assert "AWS_REGION" not in env.unsound
    assert "AWS_WORK_DIR" in env.unsound
    assert "env.sh:1:1: error: AWS_WORK_DIR: is not exported [schema]" in [text_of(fault) for fault in env.faults]
    assert not {"PATH", "HOME", "PWD", "SHLVL"} & set(env.values)


def test_the_callers_own_variables_do_not_count(tmp_path: Path) -> None:
    os.environ["AWS_WORK_DIR"] = "s3://acme/work"
    try:
        assert "AWS_WORK_DIR" not in read(tmp_path, "export AWS_REGION=eu-west-1\n").values
    finally:
        del os.environ["AWS_WORK_DIR"]


def test_hints_for_variables_that_are_none(tmp_path: Path) -> None:
    env = read(tmp_path, "export AWS_REGION=eu-west-1 PREFIX=acme\n")
    assert env.nearest("PREFIX_fusion") == "; did you mean ${PREFIX}_fusion?"
    assert env.nearest("aws_regoin") == "; did you mean $AWS_REGION?"
    assert env.nearest("SOMETHING") == ""


def test_one_finding_where_it_cannot_be_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fusion_snapshots.folder.variables.MOST_KIBIBYTES", 100_000)  # which is reached sooner
    for script, words in (
        (None, "is missing; every other file needs its variables"),
        ("# x\n" * 300_000, "is larger than 1000000 bytes; move out of it what is not needed"),
        ("while :; do :; done\n", "does not end within 0.5 seconds"),
        ("x=xxxxxxxxxxxxxxxx\nuntil false; do x=$x$x; done\n", "bash stops here under set -eu"),
    ):
        (fault,) = read(tmp_path, script, 0.5 if script and "while" in script else 60).faults
        assert words in text_of(fault)


def test_what_it_starts_ends_with_the_check(tmp_path: Path) -> None:
    env = read(tmp_path, "(sleep 600 & echo $! > child) & wait $!\nsleep 600 & export CHILD=$!\n")
    for child in (env.values["CHILD"], (tmp_path / "child").read_text().strip()):
        await_end(child)

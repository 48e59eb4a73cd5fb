"""env.sh as the check reads it; what it may not do is among the rejections."""

from __future__ import annotations

import os
from pathlib import Path

from conftest import ROOT

from fusion_snapshots.findings import text_of
from fusion_snapshots.folder.environment import Environment, read_environment
from fusion_snapshots.folder.rules import Rules

RULES = Rules(ROOT / "schemas")


def read(tmp_path: Path, script: str | None, known: dict[str, str] | None = None) -> Environment:
    if script is not None:
        (tmp_path / "env.sh").write_text(script)
    return read_environment(tmp_path, RULES, known)


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


def test_one_finding_where_it_cannot_be_read(tmp_path: Path) -> None:
    for script, words in (
        (None, "env.sh:1:1: error: is missing; every other file needs its variables"),
        ("# x\n" * 300_000, "env.sh:1:1: error: is larger than 100000 bytes; move out of it what is not needed"),
        ("A=1\nB=2\r\n", "env.sh:2:1: error: has the line ends of Windows, which bash takes for a part of each line; "),
        (
            "A=1\nfi\n",
            "env.sh:2:1: error: bash stops here under set -eu (got: \"syntax error near unexpected token `fi'",
        ),
        (f"A={'${A:-' * 15_000}{'}' * 15_000}\n", "env.sh:1:1: error: is nested too deeply to be read"),
    ):
        (fault,) = read(tmp_path, script).faults
        assert text_of(fault).startswith(words)


def test_it_runs_nothing_and_says_once_what_is_not_known(tmp_path: Path) -> None:
    env = read(tmp_path, "export AWS_REGION=$(touch pwned; echo eu-west-1) TWO=$(touch pwned)\n. ./more.sh\n")
    assert not (tmp_path / "pwned").exists()
    assert [text_of(fault) for fault in env.faults] == [
        "env.sh:1:1: warning: runs what a check does not run; the value of AWS_REGION, TWO is not known, and what "
        "depends on it is not checked (got: 'touch pwned; echo eu-west-1') [env-runs]",
        "env.sh:2:1: warning: runs what a check does not run; variables that it may set are not known, and what depends "
        "on them is not checked (got: '. ./more.sh') [env-runs]",
    ]
    assert env.values == {}
    assert env.is_open
    assert env.unknown == {"AWS_REGION", "TWO"}


def test_what_a_step_found_by_running_it_fills_the_gaps(tmp_path: Path) -> None:
    script = "export AWS_REGION=$(region) AWS_CREDENTIALS=acme\n. ./more.sh\n"
    env = read(tmp_path, script, {"AWS_REGION": "eu-west-1", "AWS_CREDENTIALS": "other", "AWS_WORK_DIR": "work"})
    assert env.values == {"AWS_REGION": "eu-west-1", "AWS_CREDENTIALS": "acme", "AWS_WORK_DIR": "work"}
    assert not env.is_unsure
    errors = {fault.key for fault in env.faults if fault.severity == "error"}
    assert {"AWS_WORK_DIR", "COMPUTE_ENV_PREFIX"} <= errors
    assert "AWS_REGION" not in errors


def test_a_token_is_not_shown(tmp_path: Path) -> None:
    env = read(tmp_path, "export TOWER_ACCESS_TOKEN=$(echo sesame)\nexport TOWER_ACCESS_TOKEN=sesame\n")
    assert any(fault.key == "TOWER_ACCESS_TOKEN" for fault in env.faults)
    assert not any("sesame" in text_of(fault) for fault in env.faults)

"""env.sh as the check reads it; what it may not do is among the rejections."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from conftest import ROOT

from fusion_snapshots.findings import text_of
from fusion_snapshots.folder.environment import Environment, read_environment
from fusion_snapshots.folder.rules import Rules

RULES = Rules(ROOT / "schemas")
REQUIRED = json.loads((ROOT / "schemas/env.schema.json").read_text())["required"]
GOOD = {
    "AWS_WORK_DIR": "s3://acme/work", "AWS_COMPUTE_ENV_ALLOWED_BUCKETS": "s3://acme", "PIPELINE_OUTDIR_PREFIX": "s3://acme/x",
    "TOWER_API_ENDPOINT": "https://api.cloud.seqera.io", "TIME": "20260302-100000", "COMPUTE_ENV_PREFIX": "acme",
    "ORGANIZATION_NAME": "acme", "WORKSPACE_NAME": "work", "AWS_CREDENTIALS": "acme",
}  # fmt: skip


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


def told(env: Environment) -> list[str]:
    """Return the findings but for variables that are missing."""
    return [text_of(fault) for fault in env.faults if "is not exported" not in fault.message]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo hi", ["env.sh:1:1: error: prints on standard output, which spoils commands that source it; print on standard error (got: 'echo hi') [env-effects]"]),
        ("\ncd /x", ["env.sh:2:1: error: changes the working directory; leave it, as the files are found from the folder's root (got: 'cd /x') [env-effects]"]),
        ("\n\ntouch x", ["env.sh:3:1: warning: runs what a check does not run (got: 'touch x') [env-runs]"]),
        ("export A=$(id)", ["env.sh:1:1: warning: A: runs what a check does not run; the value of A is not known, and what depends on it is not checked (got: 'id') [env-runs]"]),
        ("export A=$(id) B=`ls`", ["env.sh:1:1: warning: runs what a check does not run; the value of A, B is not known, and what depends on it is not checked (got: 'id') [env-runs]"]),
        ("eval x", ["env.sh:1:1: warning: runs what a check does not run; variables that it may set are not known, and what depends on them is not checked (got: 'eval x') [env-runs]"]),
        ("export A=$((1 + 1))", ["env.sh:1:1: note: A: is set to what only a shell can tell; the value of A is not known, and what depends on it is not checked (got: '$((1 + 1))') [env-unknown]"]),
        ("A=$((1 + 1))", []),  # which nothing sees
        ("\nexport PATH=/x", ["env.sh:2:1: error: PATH: must be left as it is; the steps find seqerakit, tw and python3 by it (got: '/x') [env-effects]"]),
        ("unset PATH", ["env.sh:1:1: error: PATH: must be left as it is; the steps find seqerakit, tw and python3 by it (got: 'unset') [env-effects]"]),
        ("export PATH", []),
        ("export A=1\nB = 2", ["env.sh:2:1: error: bash stops here under set -eu; no space may stand beside the = (got: 'B: command not found') [env]"]),
        ("\nexit 3", ["env.sh:2:1: error: bash stops here under set -eu (got: 'exit 3') [env]"]),
        ("export A=1\nexport B='x\nexport C=2\n", ["env.sh:2:1: error: bash stops here under set -eu (got: \"unexpected EOF while looking for matching `''\") [env]"]),
        ("export A=1\r\n", ["env.sh:1:1: error: has the line ends of Windows, which bash takes for a part of each line; end lines by a line feed [env]"]),
        ("#\n#\r\n", ["env.sh:2:1: error: has the line ends of Windows, which bash takes for a part of each line; end lines by a line feed [env]"]),
    ],
)  # fmt: skip
def test_what_it_does_beside_setting_variables(tmp_path: Path, script: str, said: list[str]) -> None:
    assert told(read(tmp_path, script)) == said


def test_how_large_it_may_be(tmp_path: Path) -> None:
    assert read(tmp_path, "#" * 100_000).works
    env = read(tmp_path, "#" * 100_001)
    assert (env.works, told(env)) == (False, ["env.sh:1:1: error: is larger than 100000 bytes; move out of it what is not needed [env]"])  # fmt: skip


@pytest.mark.parametrize(
    ("script", "unsure", "is_open", "unknown"),
    [
        ("export A=1", False, False, set()),
        ("export A=$(id)", True, False, {"A"}),
        ("eval x", True, True, set()),
        ("eval x; export A=$(id)", True, True, {"A"}),
    ],
)
def test_whether_running_it_would_tell_more(
    tmp_path: Path, script: str, unsure: bool, is_open: bool, unknown: set[str]
) -> None:
    env = read(tmp_path, script)
    assert (env.is_unsure, env.is_open, {*env.unknown}) == (unsure, is_open, unknown)
    assert unknown <= env.unsound


def test_without_it_this_shells_variables_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in REQUIRED:
        monkeypatch.setenv(name, GOOD.get(name, "x"))
    monkeypatch.setenv("AWS_REGION", "nowhere")
    env = read(tmp_path, None)
    assert (env.works, env.is_open, {*env.unsound}) == (True, True, {"AWS_REGION"})
    first, second = map(text_of, env.faults)
    assert first == "env.sh:1:1: note: is missing; its variables are taken from this shell [env]"
    assert second.startswith("env.sh:1:1: error: AWS_REGION: ")
    monkeypatch.delenv("AWS_WORK_DIR")
    assert text_of(read(tmp_path, None).faults[0]) == (
        "env.sh:1:1: error: is missing; every other file needs its variables, and this shell lacks AWS_WORK_DIR [env]"
    )

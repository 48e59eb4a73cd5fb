"""env.sh is run once, in bash, within bounds; what it starts ends with it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from conftest import await_end

from fusion_snapshots.errors import UserError
from fusion_snapshots.folder.variables import read_variables, source

OWN = {"PATH": os.environ["PATH"]}


def sourced(tmp_path: Path, script: str, seconds: float = 10) -> tuple[dict[str, str] | None, str]:
    (tmp_path / "env.sh").write_text(script)
    return source(tmp_path, OWN, seconds)


def test_variables_are_read_whatever_env_sh_does_to_the_shell(tmp_path: Path) -> None:
    script = "IFS=x; trap 'echo trap' DEBUG; export A='two\nlines' B='\"x\" $y'"
    values, _ = sourced(tmp_path, script)
    assert values
    assert (values["A"], values["B"]) == ("two\nlines", '"x" $y')


def test_what_it_starts_in_the_background_ends(tmp_path: Path) -> None:
    values, _ = sourced(tmp_path, "sleep 600 & export CHILD=$!")
    assert values
    await_end(values["CHILD"])


def test_where_bash_stops_there_are_no_variables(tmp_path: Path) -> None:
    values, errors = sourced(tmp_path, "export A=1\nfalse\n")
    assert values is None
    values, errors = sourced(tmp_path, "echo $undefined\n")
    assert values is None
    assert "undefined: unbound variable" in errors


def test_it_may_not_run_for_ever_nor_take_all_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        sourced(tmp_path, "while :; do :; done", seconds=0.5)
    monkeypatch.setattr("fusion_snapshots.folder.variables.MOST_KIBIBYTES", 100_000)  # which is reached sooner
    values, errors = sourced(tmp_path, "x=xxxxxxxxxxxxxxxx\nuntil false; do x=$x$x; done", seconds=60)
    assert values is None
    assert "cannot allocate" in errors


def test_steps_say_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"holds no env.sh; run this in a rendered folder"):
        read_variables(tmp_path)
    (tmp_path / "env.sh").write_text("export AWS_REGION=eu-west-1")
    with pytest.raises(UserError, match=r"env.sh does not export COMPUTE_ENV_PREFIX, .*; run python3 validate.py"):
        read_variables(tmp_path)
    (tmp_path / "env.sh").write_text("x=\nfi")
    with pytest.raises(UserError, match=r"env.sh: bash stops in it; run python3 validate.py"):
        read_variables(tmp_path)


def test_a_value_may_hold_what_parts_name_and_value(tmp_path: Path) -> None:
    (tmp_path / "env.sh").write_text("export A='b=c=d' B=\n")
    values = source(tmp_path, {"PATH": os.environ["PATH"]}).values
    assert values is not None
    assert (values["A"], values["B"]) == ("b=c=d", "")

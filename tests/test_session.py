"""A run of cookiecutter: what it says, keeps and ends with where it is stopped by what nobody foresaw."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
from conftest import COOKIECUTTER, copy_template, edit, run
from test_generation import generate

from fusion_snapshots.template import accounts
from fusion_snapshots.template.session import Run

PARAMS: dict[str, Any] = {
    "template": "gh:org/x", "checkout": "v1", "directory": None, "output_dir": "..", "overwrite_if_exists": False,
    "skip_if_file_exists": False, "no_input": True, "config_file": None, "default_config": True, "replay": False,
    "replay_file": None, "extra_context": {},
}  # fmt: skip


@pytest.mark.parametrize(
    ("uv", "over", "asks", "command"),
    [
        ("", False, False, "cookiecutter gh:org/x --checkout v1 --output-dir .. --no-input --config-file 'a b.yml'"),
        (
            "/bin/uv", True, True,
            "uvx --with jsonschema cookiecutter gh:org/x --checkout v1 --output-dir .. --overwrite-if-exists "
            "--config-file 'a b.yml'",
        ),
    ],
)  # fmt: skip
def test_the_command_that_goes_on(
    monkeypatch: pytest.MonkeyPatch, uv: str, over: bool, asks: bool, command: str
) -> None:
    monkeypatch.setenv("UV", uv)
    assert Run(PARAMS).command(Path("a b.yml"), over=over, asks=asks) == command


def test_an_unexpected_error_is_kept_in_a_log_and_the_answers_in_a_file(tmp_path: Path) -> None:
    template, logs = copy_template(tmp_path / "template"), tmp_path / "logs"
    logs.mkdir()
    edit(
        template,
        "fusion_snapshots/template/finish.py",
        "    landed = ",
        "    {}['AKIAIOSFODNN7EXAMPLE']\n    landed = ",
    )
    home = {"HOME": str(tmp_path / "home")}
    ran = run(
        [COOKIECUTTER, template, "--no-input", "project_slug=one"],
        cwd=tmp_path,
        env={**home, "TMPDIR": str(logs)},
    )
    assert ran.returncode == 3
    (log,) = logs.glob("fusion-snapshots-*.log")
    _, said, last = ran.stderr.splitlines()
    assert said == (
        f"fusion-snapshots: unexpected error: KeyError: '<secret>'. The log is {log}; read it for what is not to be told, "
        "then report it: https://github.com/org/fusion-snapshots/issues"
    )
    assert "finish.py" in log.read_text()
    command = last.removeprefix(
        "one is not complete; running again completes it, and keeps what you had edited. To resume: "
    )
    edit(template, "fusion_snapshots/template/finish.py", "    {}['AKIAIOSFODNN7EXAMPLE']\n", "")
    again = run([*shlex.split(command)], cwd=tmp_path, env=home)
    assert again.returncode == 0, again.stderr


def test_what_cookiecutter_alone_meets_is_its_own(tmp_path: Path) -> None:
    ran = generate("nowhere/at/all", tmp_path)
    assert ran.returncode == 1
    assert "unexpected" not in ran.stderr


def test_rendering_accounts_has_the_same_last_resort(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(accounts, "render_all", lambda files, output: 1 / 0)
    assert accounts.main(["a.yml", "--output-dir", str(tmp_path)]) == 3
    said = capsys.readouterr().err
    assert said.startswith("render_accounts.py: unexpected error: ZeroDivisionError: division by zero. The log is ")

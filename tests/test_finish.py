"""The last words of a generation: what was found, what is missing, and commands that work as they stand."""

from __future__ import annotations

import shlex
from pathlib import Path

from conftest import ACME, COOKIECUTTER, ROOT, run, variables
from test_generation import SLUG

WORDS = [f"{key}={value}" for key, value in ACME.items()]


def said_last(cwd: Path, *words: str, uv: str = "") -> list[str]:
    ran = run([COOKIECUTTER, ROOT, "--no-input", *words], cwd=cwd, env={"HOME": str(cwd / "home"), "UV": uv})
    assert (ran.returncode, ran.stderr) == (0, "")
    said = ran.stdout.splitlines()
    (start,) = [number for number, line in enumerate(said) if line.startswith("All is well: ")]
    return said[start:]


def ready(slug: str, place: str) -> list[str]:
    return [
        f"{slug} is ready. Next:",
        "",
        f"  cd {place}",
        "  make setup",
        "  read -rs TOWER_ACCESS_TOKEN && export TOWER_ACCESS_TOKEN   # paste the token",
        "  make preflight",
        "",
        "Its README.md is the runbook for all that follows.",
    ]


def test_with_every_answer_given(tmp_path: Path) -> None:
    slug = "fusion-snapshots-fusion-benchmark_eu-west-1"
    assert said_last(tmp_path, *WORDS)[1:] == ["", *ready(slug, slug)]


def test_placeholders_are_named_with_a_command_that_answers_them(tmp_path: Path) -> None:
    said = said_last(tmp_path, "-o", "out", uv="/usr/bin/uv")
    command = (
        f"uvx --with jsonschema cookiecutter {ROOT} --output-dir out --overwrite-if-exists "
        f"--config-file out/{SLUG}/answers.yml"
    )
    assert said[0].endswith(" make validate shows them.")
    assert said[1:] == [
        "",
        "Still placeholders: organization_name, workspace_name, aws_credentials, aws_work_dir. To answer them:",
        "",
        f"  {command}",
        "",
        *ready(SLUG, f"out/{SLUG}"),
    ]
    # The command, answered by arguments here, renders the folder anew.
    words = shlex.split(command.partition(f"{ROOT} ")[2])
    said_last(tmp_path, *words, *WORDS, f"project_slug={SLUG}")
    assert variables(tmp_path / "out" / SLUG)["ORGANIZATION_NAME"] == "acme-genomics"


def test_kept_answers_may_go_once_they_are_rendered(tmp_path: Path) -> None:
    run([COOKIECUTTER, ROOT, "--no-input", "max_cpus=x", *WORDS], cwd=tmp_path, env={"HOME": str(tmp_path / "home")})
    kept = "fusion-snapshots-answers.yml"
    said = said_last(tmp_path, "--config-file", kept, "max_cpus=8", "project_slug=one")
    assert said[-1] == f"{kept} may go: its answers are in one/answers.yml."

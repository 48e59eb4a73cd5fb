"""The place in which cookiecutter renders: made by the hooks alone, one for each process, and cleared away."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from jinja2 import Environment

from fusion_snapshots.template.staging import TEMPLATE, StagingExtension, place, stage, staging_of


@pytest.fixture
def answers(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "one").mkdir()
    return {"_output_dir": str(tmp_path), "project_slug": "one"}


def test_files_go_to_the_folder_itself_unless_a_place_was_made(answers: dict[str, str], tmp_path: Path) -> None:
    assert place({}) == stage({}) == place(answers) == stage(answers) == ""
    assert place(answers) == f".rendering-{os.getpid()}/"
    assert staging_of(tmp_path / "one") == tmp_path / "one" / place(answers)[:-1]
    folders = {path.relative_to(TEMPLATE) for path in TEMPLATE.rglob("*") if path.is_dir()}
    staging = staging_of(tmp_path / "one")
    assert {path.relative_to(staging) for path in staging.rglob("*")} == folders


def test_what_stopped_runs_left_is_cleared_away_and_that_of_running_ones_not(
    answers: dict[str, str], tmp_path: Path
) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = [tmp_path / f"one/.rendering-{name}" for name in (ended.pid, os.getpid(), os.getppid(), "mine")]
    for path in left:
        path.mkdir()
        (path / "env.sh").touch()
    stage(answers)
    assert [(path / "env.sh").exists() for path in left] == [False, False, True, True]


def test_links_and_files_in_the_way_of_folders_are_moved(answers: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "one/launch").symlink_to("/nowhere")
    (tmp_path / "one/iam").write_text("mine")
    (tmp_path / "one/schemas").symlink_to(tmp_path)
    (tmp_path / "one/report").mkdir()
    stage(answers)
    names = sorted(path.name for path in (tmp_path / "one").iterdir() if path != staging_of(tmp_path / "one"))
    assert names == ["iam.edited", "launch.edited", "report", "schemas.edited"]


def test_only_names_of_files_get_another_place(answers: dict[str, str]) -> None:
    environment = Environment(variable_start_string="<<", variable_end_string=">>")
    environment.filters["check"] = str  # as the template's other extension is there before
    environment.add_extension(StagingExtension)
    stage(answers)
    for source in ("env.sh", "launch/hello.yml"):
        assert environment.from_string(source).render(cookiecutter=answers) == place(answers) + source
        assert environment.from_string(source).render(cookiecutter={}) == source
    for source in ("launch", "other.yml", "./env.sh"):
        assert environment.from_string(source).render(cookiecutter=answers) == source

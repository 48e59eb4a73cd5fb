"""Folders that would bear the same names in one workspace are found by their env.sh, and a prefix is proposed."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ACME, COOKIECUTTER, ROOT, Bake, run

from fusion_snapshots.template.neighbours import Names, names_in, prefix_from


def test_names_are_those_of_env_sh(bake: Bake, tmp_path: Path) -> None:
    folder = bake(**ACME)
    names = Names("https://api.cloud.seqera.io", "acme-genomics", "fusion-benchmark", "fusion-benchmark_eu-west-1")
    assert names_in(folder.parent) == {names: folder.name}
    (tmp_path / "other").mkdir()
    (tmp_path / "other/env.sh").write_text("export COMPUTE_ENV_PREFIX='x'\n")
    assert names_in(tmp_path) == {}


@pytest.mark.parametrize(
    ("stem", "prefix"), [("acme", "acme"), ("team b.eu", "team-b-eu"), ("ü", "another"), ("x" * 80, "x" * 70)]
)
def test_a_prefix_is_made_of_a_files_name(stem: str, prefix: str) -> None:
    assert prefix_from(stem) == prefix


def test_a_second_folder_of_the_same_names_is_noted(tmp_path: Path) -> None:
    words = [f"{question}={answer}" for question, answer in ACME.items()]
    command: list[str | Path] = [COOKIECUTTER, ROOT, "--no-input", "--output-dir", tmp_path / "out", *words]
    env = {"HOME": str(tmp_path)}
    assert "Note: the folder" not in run([*command, "project_slug=a"], cwd=tmp_path, env=env).stdout
    said = run([*command, "project_slug=b"], cwd=tmp_path, env=env).stdout
    assert "Note: the folder a has the same workspace and compute_env_prefix" in said

"""Installed, the program checks any folder by its own rules, and leaves alone what runs inside cookiecutter."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a release holds of the package, so that building leaves nothing in this checkout."""
    place = tmp_path_factory.mktemp("source")
    for name in ("fusion_snapshots", "schemas"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, place)
    return place


def uvx(source: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    command = ["uvx", "--from", str(source), *map(str, words)]
    return subprocess.run(command, cwd=source.parent, capture_output=True, text=True, timeout=300)


def test_it_checks_a_folder_that_carries_no_program(source: Path, acme: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(acme, tmp_path / "acme"))
    for name in ("fusion_snapshots", "schemas"):
        shutil.rmtree(folder / name)
    ran = uvx(source, "fusion-snapshots", "validate", folder)
    assert (ran.returncode, ran.stdout) == (0, "All is well: 11 seqerakit files and env.sh checked.\n"), ran.stderr
    (folder / "launch/hello.yml").write_text("lunch: []\n")
    ran = uvx(source, "fusion-snapshots", "validate", folder)
    assert ran.returncode == 1
    assert ran.stdout.startswith("launch/hello.yml:1:1: error: lunch: ")


def test_of_what_runs_inside_cookiecutter_only_the_refusal_is_installed(source: Path) -> None:
    check = "import fusion_snapshots.template as t, os; print(sorted(os.listdir(os.path.dirname(t.__file__))))"
    ran = uvx(source, "python", "-B", "-c", check)
    assert (ran.returncode, ran.stdout) == (0, "['__init__.py', 'extension.py']\n"), ran.stderr

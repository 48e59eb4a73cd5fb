"""Installed, the program checks any folder by its own rules, and leaves alone what runs inside cookiecutter."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from archives import task, write_archive
from conftest import BIN, ROOT

from fusion_snapshots.template.landing import copied_files


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a release holds of the package, so that building leaves nothing in this checkout."""
    place = tmp_path_factory.mktemp("source")
    for name in ("fusion_snapshots", "schemas", "hooks", "templates", "<<cookiecutter.project_slug>>"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "cookiecutter.json"):
        shutil.copy(ROOT / name, place)
    return place


def uvx(source: Path, *words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command of the installed package, on a PATH that has none of this repository's own."""
    command = [str(shutil.which("uvx")), "--from", str(source), *map(str, words)]
    env = {name: value for name, value in os.environ.items() if name not in ("TOWER_ACCESS_TOKEN", "VIRTUAL_ENV")}
    env["PATH"] = os.pathsep.join(place for place in env["PATH"].split(os.pathsep) if place != str(BIN))
    return subprocess.run(
        command,
        cwd=cwd or source.parent,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
    )


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


def test_it_runs_all_that_it_lists(source: Path, acme: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(acme, tmp_path / "acme"))
    for name in ("fusion_snapshots", "schemas"):
        shutil.rmtree(folder / name)
    (folder / "report/runs.csv").write_text(
        "id,name,compute environment,when\n1a,w-1,acme_fusion_ondemand,x\n1b,w-2,acme_fusion_snapshots,x\n"
    )
    for identifier in ("1a", "1b"):
        write_archive(folder / f"report/runs/{identifier}.tar.gz", [task()])
    listed = uvx(source, "fusion-snapshots")
    verbs = set(re.findall(r"^    ([a-z-]+)", listed.stdout, re.M))
    assert (listed.returncode, verbs >= {"validate", "plan", "compare", "version", "demo"}) == (0, True), listed.stderr
    ended = {}
    for verb in verbs - {"demo"}:  # which has a test of its own
        ran = uvx(source, "fusion-snapshots", verb, cwd=folder)
        assert not re.search("Traceback|unexpected error|seqerakit is not installed", ran.stdout + ran.stderr), verb
        ended[verb] = ran.returncode
    assert {verb for verb, code in ended.items() if code == 0} == {"validate", "plan", "compare", "predict", "version"}
    assert (folder / "report/comparison.html").read_text().startswith("<!doctype html>")


def test_of_what_runs_inside_cookiecutter_only_the_refusal_is_installed(source: Path) -> None:
    check = "import fusion_snapshots.template as t, os; print(sorted(os.listdir(os.path.dirname(t.__file__))))"
    ran = uvx(source, "python", "-B", "-c", check)
    assert (ran.returncode, ran.stdout) == (0, "['__init__.py', 'extension.py']\n"), ran.stderr


def test_it_renders_and_demonstrates_with_nothing_beside_it(source: Path, tmp_path: Path) -> None:
    ran = uvx(source, "fusion-snapshots", "demo", cwd=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    folder = tmp_path / "fusion-snapshots-demo"
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files >= {*copied_files(), "report/comparison.html", "report/prediction.svg"}
    assert [name for name in files if "/simulated/" in name or "/template/" in name] == []


def test_it_predicts_outside_a_folder(source: Path, tmp_path: Path) -> None:
    write_archive(tmp_path / "run.tar.gz", [task() for _ in range(60)])
    ran = uvx(source, "fusion-snapshots", "predict", tmp_path / "run.tar.gz", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "(the template's)" in " ".join(ran.stdout.split())

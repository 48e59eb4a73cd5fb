"""README: its commands run, its workflow for CI passes, and what it lists and pins is what there is."""

from __future__ import annotations

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ACME, BIN, QUESTIONS, ROOT, run

README = (ROOT / "README.md").read_text(encoding="utf-8")
FIRST = "uvx --with jsonschema cookiecutter gh:org/fusion-snapshots\n"
WITHOUT_UV = """python3 -m venv ~/.fusion-snapshots &&
  ~/.fusion-snapshots/bin/pip install -q cookiecutter jsonschema &&
  ~/.fusion-snapshots/bin/cookiecutter gh:org/fusion-snapshots
"""
TESTS = "uv run pytest -n auto\n"
VERSION = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))["_version"]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.M | re.S)


def loaded(key: str) -> dict[str, Any]:
    """Return the one YAML block of README that has this key."""
    (found,) = [each for block in blocks("yaml") if key in (each := yaml.safe_load(block) or {})]
    return dict(found)


def local(command: str) -> str:
    """Return a command of README as it runs here: this template, this environment's programs, no network."""
    command = re.sub(r"gh:org/fusion-snapshots( --checkout \S+)?", f"'{ROOT}'", command)
    installed = "uvx --from git+https://github.com/org/fusion-snapshots fusion-snapshots"
    command = command.replace(installed, f"PYTHONPATH='{ROOT}' {sys.executable} -m fusion_snapshots")
    command = command.replace("uv run --no-project --with-requirements requirements.txt ", "")
    return command.replace("uvx --with jsonschema ", "").replace("uvx ", "").replace("uv run", sys.executable)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with all that README's commands expect: answers, rendered folders and a clone of the template."""
    (tmp_path / "acme.yml").write_text(blocks("yaml")[0])
    (tmp_path / "accounts").mkdir()
    (tmp_path / "accounts/one.yml").write_text(blocks("yaml")[0])
    (tmp_path / "fusion-snapshots").symlink_to(ROOT)
    words = [f"{key}={value}" for key, value in ACME.items()]
    made = run(["cookiecutter", str(ROOT), "--no-input", *words], cwd=tmp_path, env={"HOME": str(tmp_path / "home")})
    assert made.returncode == 0, made.stderr
    rendered = next(tmp_path.glob("fusion-snapshots-*"))
    for name in ("OLD", "FOLDER"):
        shutil.copytree(rendered, tmp_path / name)
    shutil.rmtree(rendered)
    return tmp_path


def bash(command: str, place: Path, **options: float) -> subprocess.CompletedProcess[str]:
    env = {"HOME": str(place / "home")}
    return run(["bash", "-euc", local(command)], cwd=place, env=env, stdin=subprocess.DEVNULL, **options)


def test_readme_generates_first_and_tests_last() -> None:
    assert (blocks("bash")[0], blocks("bash")[-1]) == (f"# with uv\n{FIRST}\n# without\n{WITHOUT_UV}", TESTS)
    assert (ROOT / ".ci/run").read_text().endswith(TESTS)


def test_without_a_terminal_the_first_command_asks_and_stops(place: Path) -> None:
    assert bash(FIRST, place).returncode == 1


@pytest.mark.skipif(not find_spec("ensurepip"), reason="Debian's python3-venv is missing, as README says")
def test_without_uv_a_virtual_environment_does(place: Path) -> None:
    # pip fetches and compiles two dozen packages anew: many times as long on a busy machine or a slow line.
    ran = bash(WITHOUT_UV.rstrip() + " --no-input project_slug=one\n", place, timeout=900)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert (place / "one/env.sh").is_file()


@pytest.mark.parametrize("block", blocks("bash")[1:-1], ids=lambda block: " ".join(block.split()[3:7]))
def test_every_command_of_the_readme(block: str, place: Path) -> None:
    ran = bash(block, place)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_workflow_for_ci_passes(place: Path) -> None:
    for step in loaded("jobs")["jobs"]["plan"]["steps"]:
        if step.get("name") not in (None, "Install uv"):
            ran = bash(step["run"], place / step.get("working-directory", "."))
            assert ran.returncode == 0, ran.stdout + ran.stderr
            assert "Traceback" not in ran.stderr


def test_the_workflow_for_ci_uses_the_actions_that_ours_uses() -> None:
    pinned = set(re.findall(r"uses: (.+)", README))
    assert pinned
    assert pinned <= set(re.findall(r"uses: (.+)", (ROOT / ".github/workflows/ci.yml").read_text()))


def test_readme_pins_this_release() -> None:
    assert set(re.findall(r"(?:--checkout|rev:) v(\S+?)[`\s]", README)) == {VERSION}


def test_readme_lists_the_questions() -> None:
    docs = runpy.run_path(str(ROOT / "tools/render_docs.py"))
    listed = [question for questions in docs["groups"]().values() for question in questions]
    assert sorted(listed) == sorted(QUESTIONS)
    assert docs["with_questions"](README) == README, "run: uv run tools/render_docs.py"


def test_the_hook_for_precommit_names_the_program(place: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert loaded("repos")["repos"][0]["hooks"] == [{"id": hook["id"]}]
    program, verb = hook["entry"].split()
    assert f"\n{program} = " in (ROOT / "pyproject.toml").read_text()
    ran = run(
        [BIN / "python", "-m", "fusion_snapshots", verb], cwd=place / "FOLDER", env={"PYTHONPATH": os.fspath(ROOT)}
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr

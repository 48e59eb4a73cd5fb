"""benchmarks/run.py: what it compares is alike, and each of its rows can be measured."""

from __future__ import annotations

import filecmp
import os
import re
import sys
from pathlib import Path

import pytest
from conftest import BIN, COOKIECUTTER, ROOT, run


def test_plain_cookiecutter_renders_the_same_files(acme: Path, tmp_path: Path) -> None:
    env = {"PYTHONPATH": str(ROOT)}
    made = run([sys.executable, ROOT / "benchmarks/plain_templates.py", acme, tmp_path / "plain"], env=env)
    assert made.returncode == 0, made.stderr
    env = {"PYTHONPATH": str(tmp_path / "plain/extension"), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    ran = run([COOKIECUTTER, tmp_path / "plain/cookiecutter", "--no-input"], cwd=tmp_path, env=env)
    assert ran.returncode == 0, ran.stderr
    rendered, plain = (
        {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
        for root in (acme, tmp_path / acme.name)
    )
    assert rendered - plain == {".rendered.json"}
    assert filecmp.cmpfiles(acme, tmp_path / acme.name, plain, shallow=False)[1:] == ([], [])


@pytest.mark.slow
def test_rows_are_measured() -> None:
    ran = run([sys.executable, ROOT / "benchmarks/run.py", "1", "validate", "plan", "generation", "compare"])
    assert ran.returncode == 0, ran.stderr
    ratios = re.findall(
        r"^\| .+ \| \d+\.\d\d s, \d+ MiB \| .+ \| (?:\*\*\d+\.\d\d\*\*|not measured) \| .+ \|$", ran.stdout, re.M
    )
    assert len(ratios) == 7, ran.stdout


def test_an_unknown_row_is_refused() -> None:
    ran = run([sys.executable, ROOT / "benchmarks/run.py", "1", "validat"])
    assert (ran.returncode, ran.stdout) == (2, "")
    known = "validate, plan, generation, accounts, compare, tasks, rounds, aws"
    assert ran.stderr.splitlines()[-1] == f"run.py: error: no such row: validat; there are {known}"

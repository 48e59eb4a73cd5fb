"""Nextflow reads the configurations itself, where it is asked to and installed; a check alone never asks it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import BIN, edit, run
from rejections import CONFIG

from fusion_snapshots.validate import check_folder

needs_nextflow = pytest.mark.skipif(not shutil.which("nextflow"), reason="nextflow is not on PATH")


@needs_nextflow
def test_what_nextflow_refuses_is_found(folder: Path) -> None:
    assert check_folder(folder, nextflow=True).findings == []
    edit(folder, CONFIG, "", "= 4\n")
    assert check_folder(folder).findings == []
    (finding,) = check_folder(folder, nextflow=True).findings
    assert (finding.file, finding.severity) == (CONFIG, "error")
    assert finding.message.startswith("Nextflow refuses it: ")


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Nextflow on PATH that cannot run; where it is asked, this file comes to be."""
    program, seen = tmp_path / "bin/nextflow", tmp_path / "asked"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n: > '{seen}'\necho 'java: command not found' >&2\nexit 127\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    return seen


def test_nextflow_runs_only_where_it_is_asked_to(folder: Path, asked: Path) -> None:
    edit(folder, CONFIG, "", "// read anew\n")
    for words in ([], ["--strict"], ["--format", "json"]):
        assert run([BIN / "python", "validate.py", *words], cwd=folder).returncode == 0
    assert not asked.exists()
    ran = run([BIN / "python", "validate.py", "--nextflow"], cwd=folder)
    assert asked.exists()
    assert ran.stdout.splitlines()[0] == (
        "pipelines/nextflow_fusion_snapshots.config:1:1: note: nextflow config cannot run here: java: command not found: "
        "no more than the text was looked at [nextflow-not-run]"
    )
    assert run(["make", "plan"], cwd=folder).returncode == 0


def test_a_nextflow_that_cannot_run_is_a_note(folder: Path, asked: Path) -> None:
    edit(folder, CONFIG, "", "// read once more\n")
    assert check_folder(folder).findings == []
    assert [finding.severity for finding in check_folder(folder, nextflow=True).findings] == ["note"]


def test_it_is_said_where_nextflow_is_missed(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bash").symlink_to(str(shutil.which("bash")))
    monkeypatch.setenv("PATH", str(tmp_path))
    edit(folder, CONFIG, "", "// mine\n")
    assert check_folder(folder, nextflow=True).text_alone == "Nextflow is not installed"

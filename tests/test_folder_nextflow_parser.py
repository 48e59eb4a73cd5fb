"""Where Nextflow is installed, it reads the configurations itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import edit
from rejections import CONFIG

from fusion_snapshots.findings import text_of
from fusion_snapshots.validate import check_folder

needs_nextflow = pytest.mark.skipif(not shutil.which("nextflow"), reason="nextflow is not on PATH")


@needs_nextflow
def test_what_nextflow_refuses_is_found(folder: Path) -> None:
    assert check_folder(folder).findings == []
    edit(folder, CONFIG, "", "process.cpus = 4 4\n")
    (finding,) = check_folder(folder).findings
    assert (finding.file, finding.severity) == (CONFIG, "error")
    assert finding.message.startswith("Nextflow refuses it: ")


def test_a_nextflow_that_cannot_run_is_a_note(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin/nextflow"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'java: command not found' >&2\nexit 127\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    edit(folder, CONFIG, "", "// read anew\n")
    assert [text_of(finding) for finding in check_folder(folder).findings] == [
        "pipelines/nextflow_fusion_snapshots.config:1:1: note: nextflow config cannot run here: java: command not found: "
        "no more than the text was looked at [nextflow-not-run]"
    ]

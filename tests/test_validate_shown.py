"""Steps show the check's warnings once after an edit, and then only count them."""

from __future__ import annotations

from pathlib import Path

import pytest

from fusion_snapshots.findings import Finding
from fusion_snapshots.validate import Checked, show_once

ONE = [Finding("env.sh", 3, 1, "warning", "region", "AWS_REGION", "is odd")]
TWO = [*ONE, Finding("env.sh", 4, 1, "note", "placeholder", "AWS_WORK_DIR", "still holds a placeholder")]
LINES = [
    "env.sh:3:1: warning: AWS_REGION: is odd [region]",
    "env.sh:4:1: note: AWS_WORK_DIR: still holds a placeholder [placeholder]",
]
GOOD = "All is well: 11 seqerakit files and env.sh checked"


def shown(root: Path, findings: list[Finding], capsys: pytest.CaptureFixture[str]) -> list[str]:
    show_once(Checked(findings, 11), root)
    return capsys.readouterr().out.splitlines()


def test_what_is_ignored_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show_once(Checked([], 11, ignored=2), tmp_path)
    assert capsys.readouterr().out == f"{GOOD}, 2 ignored.\n"


def test_what_is_known_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(tmp_path, [], capsys) == [f"{GOOD}."]
    assert shown(tmp_path, ONE, capsys) == [LINES[0], f"{GOOD}, 1 warning."]
    assert shown(tmp_path, ONE, capsys) == [f"{GOOD}, 1 warning. (make validate shows it)"]
    assert shown(tmp_path, TWO, capsys) == [*LINES, f"{GOOD}, 1 warning, 1 note."]
    assert shown(tmp_path, TWO, capsys) == [f"{GOOD}, 1 warning, 1 note. (make validate shows them)"]
    assert shown(tmp_path, ONE, capsys)[0] == LINES[0]


def test_errors_are_always_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    error = [Finding("env.sh", 3, 1, "error", "schema", "AWS_REGION", "is missing")]
    for _ in range(2):
        first, last = shown(tmp_path, error, capsys)
        assert first == "env.sh:3:1: error: AWS_REGION: is missing [schema]"
        assert last.startswith(f"1 error in {tmp_path}. Fix it and run this check again")


def test_a_folder_that_cannot_be_written_shows_them_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".shown").mkdir()
    for _ in range(2):
        assert shown(tmp_path, ONE, capsys)[0] == LINES[0]

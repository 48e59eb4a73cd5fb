"""Each check, on a rendered folder: what it finds of one edit, all of it, and what it lets alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import edit
from legitimate import LEGITIMATE, Edit
from rejections import REJECTIONS, Rejection

from fusion_snapshots.findings import Finding, text_of
from fusion_snapshots.validate import check_folder


@pytest.fixture
def folder(acme: Path, tmp_path: Path) -> Path:
    """A copy of the acme folder, to be changed, without the program: the one of this repository checks it."""
    program = shutil.ignore_patterns("fusion_snapshots", "schemas")
    return Path(shutil.copytree(acme, tmp_path / acme.name, ignore=program))


def findings(folder: Path) -> list[Finding]:
    """Return what is found but for notes."""
    return [each for each in check_folder(folder).findings if each.severity != "note"]


def line_of(folder: Path, name: str, text: str) -> set[int]:
    """Return the lines of a file that hold a text and are no comments."""
    lines = (folder / name).read_text().splitlines(keepends=True)
    return {number for number, line in enumerate(lines, 1) if text in line and not line.startswith(("#", "//"))}


@pytest.mark.parametrize(
    "case", REJECTIONS, ids=[f"{n}-{each.key}-{each.words[:40]}" for n, each in enumerate(REJECTIONS)]
)
def test_an_edit_gives_one_finding_at_its_line(folder: Path, case: Rejection) -> None:
    edit(folder, case.file, case.old, case.new)
    (found,) = findings(folder)
    where = case.found_in or case.file
    assert (found.file, found.severity, found.key) == (where, case.severity, case.key), text_of(found)
    assert case.words in text_of(found)
    if case.at:
        assert line_of(folder, where, case.at) == {found.line}, text_of(found)


@pytest.mark.parametrize("edits", LEGITIMATE.values(), ids=LEGITIMATE.keys())
def test_a_legitimate_edit_is_let_alone(folder: Path, edits: list[Edit]) -> None:
    for name, old, new in edits:
        edit(folder, name, old, new)
    assert [text_of(each) for each in findings(folder)] == []

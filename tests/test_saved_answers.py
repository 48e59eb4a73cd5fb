"""Answers as a file: nothing that people wrote there is lost, and it lies somewhere whatever happens."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import yaml

from fusion_snapshots.template.questions import DEFAULTS
from fusion_snapshots.template.saved_answers import ANSWERS_FILE, answers_yaml, is_saved, save_answers

ANSWERS = {**dict.fromkeys(DEFAULTS, ""), "organization_name": "acme", "aws_region": "eu-west-1"}
FIRST, SECOND = (answers_yaml({**ANSWERS, "workspace_name": name}) for name in ("one", "two"))


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


def test_it_is_readable_by_its_user_alone(tmp_path: Path) -> None:
    kept = save_answers(FIRST, [tmp_path], None)
    assert kept == tmp_path / ANSWERS_FILE
    assert (stat.S_IMODE(kept.stat().st_mode), files(tmp_path)) == (0o600, {ANSWERS_FILE: FIRST})


def test_an_earlier_file_that_holds_something_else_gets_another_name(tmp_path: Path) -> None:
    for text in (FIRST, FIRST, SECOND, FIRST):
        save_answers(text, [tmp_path], None)
    stem = ANSWERS_FILE.removesuffix(".yml")
    assert files(tmp_path) == {ANSWERS_FILE: FIRST, f"{stem}-1.yml": FIRST, f"{stem}-2.yml": SECOND}


def test_of_the_file_that_the_answers_came_from_only_answers_may_go(tmp_path: Path) -> None:
    source = save_answers(FIRST, [tmp_path], None)
    save_answers(SECOND, [tmp_path], source)
    assert files(tmp_path) == {ANSWERS_FILE: SECOND}
    source.write_text(SECOND + "# mine\n")
    save_answers(FIRST, [tmp_path], source)
    assert sorted(files(tmp_path)) == [f"{source.stem}-1.yml", ANSWERS_FILE]


def test_where_no_place_takes_it_it_is_a_temporary_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    kept = save_answers(FIRST, [tmp_path / "nowhere", tmp_path / "at/all"], None)
    assert (kept.parent, is_saved(kept), files(tmp_path)) == (tmp_path, True, {kept.name: FIRST})


def test_the_first_place_that_takes_it_is_taken(tmp_path: Path) -> None:
    assert save_answers(FIRST, [tmp_path / "nowhere", tmp_path], None) == tmp_path / ANSWERS_FILE


@pytest.mark.parametrize(
    ("name", "kept"), [(ANSWERS_FILE, True), ("fusion-snapshots-answers-7.yml", True), ("answers.yml", False)]
)
def test_such_a_file_is_known_by_its_name(name: str, kept: bool) -> None:
    assert is_saved(Path("x") / name) is kept


@pytest.mark.parametrize("text", ["", " a b ", *(chr(code) for code in range(32, 256)), "\n", "\u2028", "'\\\"#: "])
def test_an_answer_is_written_as_yaml_writes_it(text: str) -> None:
    (line,) = [each for each in answers_yaml({"labels": text}).splitlines() if "labels: " in each]
    assert line == "  labels: " + yaml.safe_dump(text, default_style='"', allow_unicode=True).rstrip("\n")
    assert yaml.safe_load(line) == {"labels": text}

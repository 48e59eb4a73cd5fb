"""What becomes of one file, by what its user and the template made of it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from fusion_snapshots.template.merge import Merged, Outcome, merge_file
from fusion_snapshots.template.record import Record, Written, checksum_of, written

BASE = "".join(f"line {number}\n" for number in range(12))
THEIRS = BASE.replace("line 2\n", "new 2\n")
MINE = BASE.replace("line 9\n", "mine 9\nmine too\n")
BOTH = MINE.replace("line 2\n", "new 2\n")
CLASH = BASE.replace("line 2\n", "mine 2\n")


def settled(ours: str | bytes | None, theirs: str = THEIRS, *, base: str | None = BASE, name: str = "env.sh") -> Merged:
    """Settle a file that the template wrote as base and writes anew as theirs."""
    old = Record({} if base is None else {name: written(base)})
    data = ours.encode() if isinstance(ours, str) else ours
    return merge_file(name, data, old.replaced_by({name: written(theirs)}), theirs.encode())


def test_what_nobody_edited_is_replaced() -> None:
    assert settled(None) == settled(BASE) == settled(None, base=None) == (Outcome.WRITTEN, THEIRS.encode())
    assert settled(THEIRS) == settled(THEIRS, base=None) == (Outcome.WRITTEN, None)


def test_an_edit_stays_and_what_is_new_comes_in() -> None:
    assert settled(MINE) == (Outcome.KEPT, BOTH.encode())
    assert settled(BOTH) == (Outcome.KEPT, None)
    assert settled(MINE, BASE) == (Outcome.KEPT, None)


def test_an_edit_that_the_template_has_now_is_none() -> None:
    assert settled(MINE, BOTH) == (Outcome.WRITTEN, BOTH.encode())


@pytest.mark.parametrize("ours", [CLASH, "mine\n", "line 0", "\0", b"\xff\n"], ids=repr)
def test_edits_of_what_changed_meet_it(ours: str | bytes) -> None:
    assert settled(ours) == (Outcome.CONFLICT, THEIRS.encode())


def test_an_edit_that_meets_what_is_new_takes_no_other_edit_away() -> None:
    ours = MINE.replace("line 2\n", "mine 2\n")
    assert settled(ours) == (Outcome.CONFLICT, BOTH.encode())
    assert settled(crlf(ours)) == (Outcome.CONFLICT, crlf(BOTH))


def test_a_users_own_file_in_the_way_is_no_edit_of_the_templates() -> None:
    assert settled("mine\n", base=None) == (Outcome.CONFLICT, THEIRS.encode())


def test_a_users_own_gitignore_goes_on_ignoring() -> None:
    settled_ = settled("mine/\n.venv/\n", ".venv/\n.shown\n", base=None, name=".gitignore")
    assert (settled_.outcome, set((settled_.data or b"").split())) == (Outcome.KEPT, {b"mine/", b".venv/", b".shown"})


def test_of_a_checksum_alone_no_edit_is_merged() -> None:
    record = Record({"env.sh": Written(checksum_of(BASE.encode()))}).replaced_by({"env.sh": written(THEIRS)})
    assert merge_file("env.sh", MINE.encode(), record, THEIRS.encode()) == (Outcome.CONFLICT, THEIRS.encode())
    assert merge_file("env.sh", BASE.encode(), record, THEIRS.encode()) == (Outcome.WRITTEN, THEIRS.encode())


@pytest.mark.parametrize("ours", ["", " \n\n"])
def test_an_emptied_file_holds_nothing_to_keep(ours: str) -> None:
    assert settled(ours) == (Outcome.WRITTEN, THEIRS.encode())
    assert settled(ours, BASE) == (Outcome.KEPT, None)


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def test_line_ends_are_the_users() -> None:
    assert settled(crlf(BASE)) == (Outcome.WRITTEN, crlf(THEIRS))
    assert settled(crlf(THEIRS)) == (Outcome.WRITTEN, None)
    assert settled(crlf(MINE)) == (Outcome.KEPT, crlf(BOTH))
    assert settled(crlf(MINE), BASE) == (Outcome.KEPT, None)
    assert settled(crlf(CLASH)) == (Outcome.CONFLICT, crlf(THEIRS))
    assert settled(MINE.replace("line 4\n", "line 4\r\n")) == (Outcome.KEPT, BOTH.encode())


def test_without_git_an_edit_meets_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert settled(MINE) == (Outcome.CONFLICT, THEIRS.encode())
    assert settled(MINE, BASE) == (Outcome.KEPT, None)
    (tmp_path / "git").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "git").chmod(0o755)
    assert settled(MINE) == (Outcome.CONFLICT, THEIRS.encode())


def test_another_repository_and_its_settings_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text("[merge]\n\tconflictStyle = diff3\n[core]\n\tautocrlf = true\n\teol = crlf\n")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    shutil.copy(tmp_path / "config", tmp_path / ".gitconfig")
    before = sorted(os.listdir(tmp_path))
    assert settled(MINE) == (Outcome.KEPT, BOTH.encode())
    assert sorted(os.listdir(tmp_path)) == before


ANSWERS = """# Answers
default_context:
  # Largest number
  max_cpus: "1000"
  # VPC
  vpc_id: ""
  # Revision
  pipeline_revision: "1.0.2"
  # Follows
  # compute_env_prefix: "acme"
"""


@pytest.mark.parametrize("bare", ["500", "'500'", '"500"'])
def test_an_answer_without_its_quotes_is_no_edit(bare: str) -> None:
    theirs = ANSWERS.replace('"1000"', '"500"')
    ours = ANSWERS.replace('"1000"', bare)
    assert settled(ours, theirs, base=ANSWERS, name="answers.yml").outcome is Outcome.WRITTEN
    assert settled(ANSWERS.replace('"1000"', "1000"), theirs, base=ANSWERS, name="answers.yml") == (
        Outcome.WRITTEN,
        theirs.encode(),
    )
    # In any other file it is one.
    assert settled(ours, theirs, base=ANSWERS).outcome is (Outcome.WRITTEN if bare == '"500"' else Outcome.CONFLICT)


@pytest.mark.parametrize(
    ("written_as", "answer"),
    [("0123456", "0123456"), ("1_0", "1_0"), ("", ""), ("~", "~"), ("yes # mine", "yes"), ("Größe", "Größe")],
)
def test_a_bare_answer_is_taken_as_it_stands(written_as: str, answer: str) -> None:
    ours = ANSWERS.replace('pipeline_revision: "1.0.2"', f"pipeline_revision: {written_as}".strip())
    theirs = ANSWERS.replace('"1.0.2"', f'"{answer}"')
    outcome = Outcome.CONFLICT if "#" in written_as else Outcome.WRITTEN
    assert settled(ours, theirs, base=ANSWERS, name="answers.yml").outcome is outcome


def test_own_comments_among_the_answers_stay() -> None:
    ours = ANSWERS.replace("# Answers\n", "# Answers\n# Mine\n").replace('"1000"', "1000")
    theirs = ANSWERS.replace('"1.0.2"', '"1.1"')
    merged = ANSWERS.replace("# Answers\n", "# Answers\n# Mine\n").replace('"1.0.2"', '"1.1"')
    assert settled(ours, theirs, base=ANSWERS, name="answers.yml") == (Outcome.KEPT, merged.encode())


@pytest.mark.parametrize("ours", ["a: [", "- a\n", "\x00", "default_context: 5\n", "? {a: b}\n: c\n", "&a [*a]\n"])
def test_answers_that_are_no_answers_are_kept_like_any_text(ours: str) -> None:
    theirs = ANSWERS.replace('"1000"', '"500"')
    assert settled(ours, theirs, base=ANSWERS, name="answers.yml") == (Outcome.CONFLICT, theirs.encode())

"""The record of what was written: what it tells of a file, and that it survives anything done to it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from fusion_snapshots.folder.edited import RECORD
from fusion_snapshots.template.record import Record, Written, checksum_of, read_record, write_record, written

OLD, NEW = written("a\nb\n"), written("a\nc\n")


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    path = tmp_path / ".scratch"
    path.mkdir()
    return path


def test_a_record_is_read_as_it_was_written(tmp_path: Path, scratch: Path) -> None:
    files = {"env.sh": written("é\n\nno end"), "empty": written(""), "schemas/a.json": Written(checksum_of(b"{}"))}
    for record in (
        Record(files),
        Record(files, digest="0a"),
        Record(files, {}),
        Record(files, {"env.sh": [OLD, NEW], "new": []}),
    ):
        write_record(tmp_path, record, scratch)
        assert read_record(tmp_path) == record
        first = (tmp_path / RECORD).read_bytes()
        text = json.dumps(json.loads(first), indent=1, ensure_ascii=False, sort_keys=True)
        assert first.decode() == f"{text}\n"
        turned = dict(sorted(record.files.items(), reverse=True))
        write_record(tmp_path, record._replace(files=turned), scratch)
        assert (tmp_path / RECORD).read_bytes() == first
    assert not list(scratch.iterdir())


def test_a_changed_line_is_a_changed_line_of_the_record(tmp_path: Path, scratch: Path) -> None:
    texts = []
    for version in (OLD, NEW):
        write_record(tmp_path, Record({"env.sh": version}), scratch)
        texts.append((tmp_path / RECORD).read_text().splitlines())
    assert [pair for pair in zip(*texts, strict=True) if pair[0] != pair[1]] == [('   "b",', '   "c",')]


def test_a_file_is_known_by_its_text_whatever_its_line_ends() -> None:
    record = Record({"env.sh": NEW}, {"env.sh": [OLD]})
    assert record.holds("env.sh", b"a\r\nb\r\n")
    assert record.holds("env.sh", b"a\nc\n")
    assert not record.holds("env.sh", b"a\n")
    assert not record.holds("other", b"a\nc\n")


def test_edits_start_from_the_version_before() -> None:
    once = Record({"same": OLD, "changes": OLD}).replaced_by({"same": OLD, "changes": NEW, "comes": NEW})
    assert [once.base(name) for name in ("same", "changes", "comes", "unknown")] == [OLD.text, OLD.text, None, None]
    # A run that was stopped is followed by one with other answers: any of the versions may lie there.
    last = written("a\nd\n")
    again = once.replaced_by({"same": OLD, "changes": last, "comes": last})
    assert again.versions("changes") == [OLD, NEW, last]
    assert again.base("changes") == OLD.text
    assert again.versions("comes") == [NEW, last]
    # And by one with the answers it had.
    assert once.replaced_by(once.files) == once


def test_checksums_of_the_first_version_are_read_and_go(tmp_path: Path, scratch: Path) -> None:
    digest = hashlib.sha256(b"a\nb\n").hexdigest()
    checksums = tmp_path / ".rendered.sha256"
    checksums.write_text(f"{digest}  env.sh\n<<<<<<< ours\n{digest}  ../elsewhere\n{digest}  /etc/passwd\n")
    record = read_record(tmp_path)
    assert record == Record({"env.sh": Written(digest)})
    assert record.holds("env.sh", b"a\nb\n")
    assert record.base("env.sh") is None
    write_record(tmp_path, record, scratch)
    assert not checksums.exists()


@pytest.mark.parametrize(
    "damage",
    ["", "\xff", "[", "[]", "{}", '{"files": 1}', '{"files": {"a": 1}}', '{"files": {"a": [1]}}', "[" * 100_000,
     '{"files": {}, "before": [1]}', '{"files": {}, "before": {"a": 1}}', '<<<<<<< ours\n{"files": {}}\n'],
    ids=lambda text: text[:30],
)  # fmt: skip
def test_of_a_damaged_record_nothing_is_known(tmp_path: Path, damage: str) -> None:
    (tmp_path / RECORD).write_text(damage, encoding="latin-1")
    assert read_record(tmp_path).files == {}


def test_a_record_leads_to_no_file_elsewhere(tmp_path: Path) -> None:
    names = ["../x", "/x", "a/../../x", "a/b"]
    (tmp_path / RECORD).write_text(
        json.dumps({"files": dict.fromkeys(names, "0"), "before": {name: [] for name in names}})
    )
    record = read_record(tmp_path)
    assert list(record.files) == ["a/b"]
    assert list(record.before or {}) == ["a/b"]

"""report/runs.csv: rows are appended under a lock, ids filled in, and nothing that people wrote is lost."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from fusion_snapshots.errors import UserError
from fusion_snapshots.runs.listed import Row, add_run, fill_in_ids, read_runs

HEADER = "id,name,compute environment,when\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "report").mkdir()
    return tmp_path


def text(root: Path) -> str:
    return (root / "report/runs.csv").read_text()


def add_many(root: Path, name: str) -> None:
    for number in range(50):
        add_run(root, Row(f"{name}{number}", f"run-{name}", "ce", "now"))


def test_launches_at_once_lose_no_row_and_write_one_header(root: Path) -> None:
    processes = [multiprocessing.Process(target=add_many, args=(root, name)) for name in "abcd"]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert text(root).count(HEADER) == 1
    assert len({row.id for row in read_runs(root)}) == 200


def test_a_row_typed_without_a_line_end_is_kept(root: Path) -> None:
    (root / "report/runs.csv").write_text(HEADER + "1abc,mine,ce,yesterday")
    add_run(root, Row("2abc", "a, b", "ce", "now"))
    assert text(root) == HEADER + '1abc,mine,ce,yesterday\n2abc,"a, b",ce,now\n'


def test_ids_are_filled_in_and_own_columns_and_later_rows_stay(root: Path) -> None:
    (root / "report/runs.csv").write_text(HEADER.replace("\n", ",note\n") + ",one,ce,now,mine\n1abc,two,ce,now,\n")
    add_run(root, Row("", "three", "ce", "now"))
    fill_in_ids(root, {"one": "9xyz", "two": "other"})
    expected = HEADER.replace("\n", ",note\n") + "9xyz,one,ce,now,mine\n1abc,two,ce,now,\n,three,ce,now,\n"
    assert text(root) == expected
    assert [row.id for row in read_runs(root)] == ["9xyz", "1abc", ""]


@pytest.mark.parametrize(
    ("written", "message"),
    {
        "name,id\n1,2\n": "report/runs.csv:1: the first line must begin with id,name,compute environment,when",
        HEADER
        + "1abc,one\n": "report/runs.csv:2: a row needs id,name,compute environment,when, under a first line that says so",
    }.items(),
)
def test_what_the_launches_did_not_write_is_refused(root: Path, written: str, message: str) -> None:
    (root / "report/runs.csv").write_text(written)
    with pytest.raises(UserError) as refused:
        read_runs(root)
    assert str(refused.value) == message


def test_no_file_is_no_rows(root: Path) -> None:
    assert read_runs(root) == []
    add_run(root)
    assert text(root) == HEADER

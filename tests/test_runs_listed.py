"""report/runs.csv: rows are appended under a lock, ids filled in, and nothing that people wrote is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from fusion_snapshots.errors import UserError
from fusion_snapshots.runs.listed import Row, add_run, fill_in_ids, read_runs, remove_run, round_of

HEADER = "id,name,compute environment,when\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "report").mkdir()
    return tmp_path


def text(root: Path) -> str:
    return (root / "report/runs.csv").read_text()


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


def test_a_row_that_did_not_start_is_taken_out_and_no_other_of_its_name(root: Path) -> None:
    add_run(root, Row("", "one", "ce", "now"), Row("1abc", "one", "ce", "now"), Row("", "two", "ce", "now"))
    remove_run(root, "one")
    assert text(root) == HEADER + "1abc,one,ce,now\n,two,ce,now\n"


def test_what_the_launches_did_not_write_is_refused(root: Path) -> None:
    (root / "report/runs.csv").write_text("name,id\n1,2\n")
    with pytest.raises(UserError) as refused:
        read_runs(root)
    assert str(refused.value) == "report/runs.csv:1: the first line lacks compute environment, when"


@pytest.mark.parametrize(
    ("name", "round"),
    [
        ("workflow-fusion-ondemand-20260131-093000-a1b2c3", "20260131-093000-a1b2c3"),
        ("workflow-fusion-ondemand-20260131-093000-a1b2c3-2", "20260131-093000-a1b2c3-2"),
        ("workflow-fusion-snapshots-20260131-093000-123456-100", "20260131-093000-123456-100"),
        ("workflow-fusion-spot-20260131-093000", "20260131-093000"),
        ("workflow-fusion-spot-20260131-093000-7", "20260131-093000-7"),
        ("happy_curie", ""),
        ("20260131-093000-mine", ""),
    ],
)
def test_runs_that_were_launched_together_are_a_round(name: str, round: str) -> None:
    assert round_of(name) == round


def test_no_file_is_no_rows(root: Path) -> None:
    assert read_runs(root) == []
    add_run(root)
    assert text(root) == HEADER

"""report/interruptions.csv, as steps write it and people edit it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fusion_snapshots.errors import UserError
from fusion_snapshots.runs.interruptions import Interruption, read_interruptions


def test_rows_that_people_edited_are_read(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    path = tmp_path / "report/interruptions.csv"
    path.write_text("\ufeffnote,when,arm,instance,type,tasks,experiment,state\n\nours,w,a,i,t,2,e,completed\nours,w\n")
    row = Interruption("w", "a", "i", "t", "2", "e", "completed")
    assert read_interruptions(tmp_path) == [row, Interruption("w", "", "", "", "", "", "")]
    path.write_text("when,arm\n")
    with pytest.raises(
        UserError, match=r"interruptions\.csv:1: the first line lacks instance, type, tasks, experiment, "
    ):
        read_interruptions(tmp_path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match=r"interruptions\.csv: cannot be read: "):
        read_interruptions(tmp_path)

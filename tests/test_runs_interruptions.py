"""report/interruptions.csv, as steps write it and people edit it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fusion_snapshots.errors import UserError
from fusion_snapshots.runs.interruptions import Interruption, add_interruptions, read_interruptions, record_outcome


def test_rows_that_people_edited_are_read(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    path = tmp_path / "report/interruptions.csv"
    path.write_text("\ufeffnote,when,arm,instance,type,tasks,experiment,state\n\nours,w,a,i,t,2,e,starting\n")
    row = Interruption("w", "a", "i", "t", "2", "e", "starting")
    assert read_interruptions(tmp_path) == [row]
    record_outcome(tmp_path, "w", ["i"], "e", "completed")
    add_interruptions(tmp_path, *[row])
    assert path.read_text() == (
        "note,when,arm,instance,type,tasks,experiment,state,rate,seed,host number,age in minutes,task hashes\n\n"
        "ours,w,a,i,t,2,e,completed,,,,,\n,w,a,i,t,2,e,starting,,,,,\n"
    )
    path.write_text("when,arm\n")
    with pytest.raises(
        UserError, match=r"interruptions\.csv:1: the first line lacks instance, type, tasks, experiment, "
    ):
        read_interruptions(tmp_path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match=r"interruptions\.csv: cannot be read: "):
        read_interruptions(tmp_path)

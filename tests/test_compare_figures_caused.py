"""Interruptions that `make interrupt` caused: those that are known count, the others are told."""

from __future__ import annotations

from pathlib import Path

from archives import read_arm, task

from fusion_snapshots.compare.figures import count_notices, describe_unknown
from fusion_snapshots.runs.interruptions import Interruption
from fusion_snapshots.runs.listed import WHEN


def test_a_notice_of_which_nobody_knows_is_told_and_not_counted(tmp_path: Path) -> None:
    runs = read_arm(tmp_path, "fusion_spot", [{"tasks": [task()]}]).runs
    assert runs[0].began
    rows = [Interruption(runs[0].began.strftime(WHEN), "fusion_spot", "i-1", "", "1", "EXT1", "starting")]
    assert count_notices(rows, runs) == 0
    assert list(describe_unknown(rows, runs)) == [
        "Whether make interrupt sent 1 notice more during these runs is not known, and none of them is counted. The next "
        "make interrupt asks AWS."
    ]
    assert list(describe_unknown([row._replace(state="never started") for row in rows], runs)) == []

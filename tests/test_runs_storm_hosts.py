"""report/storm.csv: hosts are numbered once, by their launch, and keep their number."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from fusion_snapshots.errors import UserError
from fusion_snapshots.runs.storm_hosts import (
    PASSED_OVER,
    StormHost,
    add_storm_hosts,
    number_hosts,
    pass_over,
    read_storm_hosts,
)

NOON = datetime(2026, 11, 25, 12, tzinfo=timezone.utc)
ARM, OTHER = "fusion_snapshots", "fusion_spot"


def up(**minutes: float) -> dict[str, datetime]:
    """Return instances with their launches, as minutes after noon."""
    return {name: NOON + timedelta(minutes=after) for name, after in minutes.items()}


def test_new_hosts_are_numbered_by_launch_and_then_by_id() -> None:
    assert number_hosts([], ARM, 7, up(b=1, c=0, a=1)) == [
        StormHost(ARM, "7", "1", "c", "2026-11-25T12:00:00Z"),
        StormHost(ARM, "7", "2", "a", "2026-11-25T12:01:00Z"),
        StormHost(ARM, "7", "3", "b", "2026-11-25T12:01:00Z"),
    ]


def test_known_hosts_keep_their_numbers_and_gaps_are_not_filled() -> None:
    known = [StormHost(ARM, "7", "9", "a", ""), StormHost(ARM, "7", "3", "gone", "")]
    assert [(row.number, row.instance) for row in number_hosts(known, ARM, 7, up(a=0, b=5))] == [("10", "b")]
    assert number_hosts(iter(known), ARM, 7, up(a=0)) == []


def test_rows_are_of_one_arm_and_seed(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    ours = number_hosts([], ARM, 7, up(a=0, b=1))
    add_storm_hosts(tmp_path, ours)
    add_storm_hosts(tmp_path, number_hosts([], ARM, 8, up(a=0)))
    add_storm_hosts(tmp_path, number_hosts([], OTHER, 7, up(c=0)))
    assert read_storm_hosts(tmp_path, ARM, 7) == ours
    assert [row.instance for row in read_storm_hosts(tmp_path, OTHER, 7)] == ["c"]
    assert read_storm_hosts(tmp_path, OTHER, 8) == []


def test_nothing_is_written_for_no_host(tmp_path: Path) -> None:
    add_storm_hosts(tmp_path, iter(()))
    pass_over(tmp_path, ARM, 7, [])
    assert list(tmp_path.rglob("*")) == []
    assert read_storm_hosts(tmp_path, ARM, 7) == []


def test_hosts_that_were_idle_when_due_are_noted(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    for arm, seed in ((ARM, 7), (ARM, 8), (OTHER, 7)):
        add_storm_hosts(tmp_path, number_hosts([], arm, seed, up(a=0, b=1)))
    pass_over(tmp_path, ARM, 7, iter(["b", "unknown"]))
    notes = [[row.note for row in read_storm_hosts(tmp_path, arm, seed)] for arm, seed in ((ARM, 7), (ARM, 8), (OTHER, 7))]  # fmt: skip
    assert notes == [["", PASSED_OVER], ["", ""], ["", ""]]


def test_a_file_that_is_not_the_storms_is_refused(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    (tmp_path / "report/storm.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UserError, match=r"report/storm\.csv"):
        read_storm_hosts(tmp_path, ARM, 7)

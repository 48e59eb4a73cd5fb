"""Values of the Platform, made plain."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from fusion_snapshots.runs.reported import LONGEST, number_of, read_time, seconds_of, text_of, whole_of


def test_texts_are_such_that_files_and_terminals_hold_them() -> None:
    assert text_of("A\ud800\x1b[2J\u202eB\0") == "A\\ud800\\x1b[2J\\u202eB\\x00"
    assert text_of("x" * 900) == "x" * LONGEST
    assert [text_of(value) for value in (None, 1, ["x"])] == ["", "", ""]


@pytest.mark.parametrize(
    ("value", "number", "whole"),
    [(2, 2.0, 2), (0, 0.0, 0), (2.5, 2.5, None), (-1, None, None), (-0.5, None, None), (True, None, None),
     ("2", None, None), (None, None, None), (1e15, None, None), (10**15, None, 10**15), (1 << 53, None, None)],
)  # fmt: skip
def test_numbers_from_0_on_within_bounds(value: Any, number: float | None, whole: int | None) -> None:
    assert (number_of(value), whole_of(value)) == (number, whole)


def test_times_without_a_zone_are_utc() -> None:
    assert read_time("2026-03-02T10:00:00") == datetime(2026, 3, 2, 10, tzinfo=timezone.utc)
    assert read_time(None) is None
    assert seconds_of("2026-03-02T10:00:00Z") == 1772445600
    assert seconds_of("2026-03-02T10:00:00.500+01:00") == 1772442000.5
    assert seconds_of("yesterday") is None

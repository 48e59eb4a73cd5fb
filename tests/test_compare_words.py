"""How figures are said: bounds of units and decimals, and what is not reported."""

from __future__ import annotations

import pytest

from fusion_snapshots.compare.words import (
    describe_change,
    join_names,
    show_count,
    show_duration,
    show_hours,
    show_middle,
    show_p,
    show_range,
    show_rate,
    show_usd,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "not reported"), (0, "0.00"), (0.01, "0.01"), (0.00999, "0.01"), (0.0042, "0.004"), (1234.567, "1,234.57")],
)
def test_amounts(value: float | None, text: str) -> None:
    assert show_usd(value) == text


def test_hours_counts_and_rates() -> None:
    assert [show_hours(None), show_hours(0), show_hours(1234.567)] == ["not reported", "0.00", "1,234.57"]
    assert [show_count(None), show_count(0), show_count(1234)] == ["not reported", "0", "1,234"]
    assert [show_rate(None), show_rate(0), show_rate(1234.56)] == ["not reported", "0.0", "1,234.6"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.4, "59 s"), (60, "1.0 min"), (210, "3.5 min"), (3599, "60.0 min"), (3600, "1.00 h"), (4500, "1.25 h")],
)  # fmt: skip
def test_durations_in_the_largest_unit(seconds: float, text: str) -> None:
    assert show_duration(seconds) == text


def test_the_middle_and_its_range() -> None:
    assert show_middle([]) == "not reported"
    assert show_middle([7.125]) == "7.12"
    assert show_middle([1000, 3]) == "501.50 (3.00–1,000.00)"
    assert show_middle([3, 1, 2], 0) == "2 (1–3)"
    assert show_middle([2], 1) == "2.0"


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.00099, "p < 0.001"), (0.001, "p = 0.001"), (0.0164, "p = 0.016"), (0.0999, "p = 0.100"), (0.1, "p = 0.10"), (1, "p = 1.00")],
)  # fmt: skip
def test_ps(p: float, text: str) -> None:
    assert show_p(p) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (0.62, "38 % less"),
        (1.12, "12 % more"),
        (2.4, "2.4 times as much"),
        (2, "2.0 times as much"),
        (1.996, "100 % more"),
        (1, "as much"),
        (1.0004, "as much"),
        (0.9996, "as much"),
        (1.0006, "0.1 % more"),
        (0.951, "4.9 % less"),
        (0.9006, "9.9 % less"),
        (0.9004, "10 % less"),
    ],
)
def test_a_change_in_words(ratio: float, text: str) -> None:
    assert describe_change(ratio, "less", "more", "as much") == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.79, 0.92, "8 to 21 % less"),
        (1.08, 1.21, "8 to 21 % more"),
        (0.95, 1.12, "5 % less to 12 % more"),
        (1, 1.12, "0 % less to 12 % more"),
        (0.9, 1, "10 % less to 0 % more"),
        (2.1, 2.6, "2.10 to 2.60 times"),
        (1.5, 2, "1.50 to 2.00 times"),
        (0.5, None, "0.50 to more times"),
        (0.995, 1.004, "0.5 % less to 0.4 % more"),
        (0.9999, 1.0001, "less than 0.1 % either way"),
        (0.895, 0.905, "9.5 to 10.5 % less"),
        (0.895, 0.9104, "9 to 10 % less"),
        (0.5, 0.5, "50.0 % less"),
        (1.5, 1.5, "50.0 % more"),
    ],
)
def test_an_interval_in_words(low: float, high: float | None, text: str) -> None:
    assert show_range(low, high) == text


def test_names_as_a_list() -> None:
    names = list("abcdefgh")
    assert [join_names([]), join_names(["a"]), join_names(names[:6])] == ["", "a", "a, b, c, d, e, f"]
    assert join_names(names[:7]) == "a, b, c, d, e, f and 1 more"
    assert join_names(names, 2) == "a, b and 6 more"
    assert join_names(names[:2], 2) == "a, b"

"""The exact rank test against tables, and against counting every way to deal the values out."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fusion_snapshots.compare.significance import are_separated, can_show, compare_medians, find_least_runs, p_value

# From the published tables of the two-sided exact test: the smallest p of n values a side.
APART = {2: 1 / 3, 3: 0.1, 4: 2 / 70, 5: 2 / 252, 6: 2 / 924}


@pytest.mark.parametrize("number", APART)
def test_sides_that_do_not_overlap_have_the_smallest_p(number: int) -> None:
    low, high = list(range(number)), list(range(100, 100 + number))
    assert p_value(low, high) == pytest.approx(APART[number])
    assert p_value(high, low) == pytest.approx(APART[number])


@pytest.mark.parametrize(
    ("ours", "theirs", "p"),
    [
        ([1, 3, 5], [2, 4, 6], 0.7),  # U = 3, of the 20 ways 7 have at most 3
        ([1, 2, 2], [2, 3, 4], 0.3),  # ties: the rank sums at most as small are 3 of 20
        ([7, 7], [7, 7], 1.0),
        ([1, 2, 3, 4], [5, 6], 2 / 15),
    ],
)
def test_known_values(ours: list[float], theirs: list[float], p: float) -> None:
    assert p_value(ours, theirs) == pytest.approx(p)


@pytest.mark.parametrize(("ours", "theirs"), [([], []), ([1], [2]), ([1], [2, 3, 4, 5]), ([1, 2, 3], [])])
def test_below_two_a_side_there_is_no_p(ours: list[float], theirs: list[float]) -> None:
    assert p_value(ours, theirs) is None
    assert not can_show(len(ours), len(theirs))


values = st.lists(st.sampled_from([0.5, 1, 1.5, 2, 3, 8]), min_size=2, max_size=5)


@given(values, values)
def test_p_is_the_share_of_all_deals(ours: list[float], theirs: list[float]) -> None:
    both = [*ours, *theirs]
    ranks = [sum(other < value for other in both) + sum(other == value for other in both) / 2 for value in both]
    sums = [sum(dealt) for dealt in combinations(ranks, len(ours))]
    seen = sum(ranks[: len(ours)])
    lower, upper = sum(each <= seen for each in sums), sum(each >= seen for each in sums)
    assert p_value(ours, theirs) == pytest.approx(min(1, 2 * min(lower, upper) / len(sums)))


def test_many_runs_are_counted_exactly_too() -> None:
    assert p_value(range(40), range(40, 80)) == pytest.approx(2 / math.comb(80, 40))


def test_four_a_side_can_show_a_difference_and_three_cannot() -> None:
    assert find_least_runs() == 4
    assert can_show(4, 4)
    assert not can_show(3, 3)
    assert can_show(3, 5)
    assert not can_show(2, 7)


@pytest.mark.parametrize(
    ("ours", "theirs", "apart"),
    [
        ([1, 2], [3, 4], True),
        ([3, 4], [1, 2], True),
        ([1, 3], [2, 4], False),
        ([1, 2], [2, 3], False),
        ([1], [2], True),
    ],
)
def test_separated_sides(ours: list[float], theirs: list[float], apart: bool) -> None:
    assert are_separated(ours, theirs) is apart


def test_ratio_is_of_the_medians() -> None:
    assert compare_medians([1, 2, 30], [4, 4, 4]) == 0.5
    assert compare_medians([1, 2], [2, 4]) == 0.5
    assert compare_medians([], [1]) is None
    assert compare_medians([1], [0]) is None

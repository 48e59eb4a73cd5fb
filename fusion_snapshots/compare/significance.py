"""What a few measurements can show, in the manner of benchstat: medians, an exact rank test, no assumption, no outlier.

golang.org/x/perf does the same: a Mann-Whitney U-test instead of a t-test, as run times are not normal, and "~" instead
of a claim where the difference may be chance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

ALPHA = 0.05  # a difference that chance makes more often than this is none


def p_value(ours: Sequence[float], theirs: Sequence[float]) -> float | None:
    """Return the two-sided p of the exact Mann-Whitney test, ties included; None below two values a side.

    It is the share of all ways to deal the ranks to the two sides in which they lie as far apart as here, or further.
    """
    if min(len(ours), len(theirs)) < 2:
        return None
    ranks = _doubled_ranks([*ours, *theirs])
    seen = sum(ranks[: len(ours)])
    ways = _ways(ranks, len(ours))
    lower = sum(ways[: seen + 1])
    upper = sum(ways[seen:])
    return min(1.0, 2 * min(lower, upper) / math.comb(len(ranks), len(ours)))


def find_least_runs() -> int:
    """Return how many runs a side it takes at least, that any difference can show: 4, as 2 / C(8, 4) is 0.029."""
    return next(runs for runs in range(2, 100) if can_show(runs, runs))


def can_show(ours: int, theirs: int) -> bool:
    """Tell whether so many runs of each side could show a difference, were they ever so far apart."""
    return min(ours, theirs) >= 2 and 2 / math.comb(ours + theirs, ours) <= ALPHA


def are_separated(ours: Sequence[float], theirs: Sequence[float]) -> bool:
    """Tell whether no value of one side lies within the other's range."""
    return max(ours) < min(theirs) or max(theirs) < min(ours)


def compare_medians(ours: Sequence[float], theirs: Sequence[float]) -> float | None:
    """Return the ratio of the medians; None where a side has none, or the other's is 0."""
    if not ours or not theirs or not median(theirs):
        return None
    return median(ours) / median(theirs)


def _doubled_ranks(values: list[float]) -> list[int]:
    """Return each value's rank, twice, so that the mean rank of equal values is a whole number, too."""
    ordered = sorted(values)
    first: dict[float, int] = {}
    last: dict[float, int] = {}
    for place, value in enumerate(ordered, 1):
        first.setdefault(value, place)
        last[value] = place
    return [first[value] + last[value] for value in values]


def _ways(ranks: list[int], chosen: int) -> list[int]:
    """Return, by sum, in how many ways so many of the ranks can be chosen that they have it.

    The counts for all sums are digits of one large integer, wide enough that none overflows into the next.
    """
    width = len(ranks) + 1
    packed = [1] + [0] * chosen
    for rank in ranks:
        for count in range(chosen, 0, -1):
            packed[count] += packed[count - 1] << (rank * width)
    digit = (1 << width) - 1
    return [packed[chosen] >> (total * width) & digit for total in range(sum(ranks) + 1)]

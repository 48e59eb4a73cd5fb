"""An exact test of what a result costs on two sides, and the interval of the ratio from the same test.

The unit is a block: the runs of one arm in one hour, pooled to a total and a number of results. If the arms do not
differ, a block's figure says nothing of the arm that it belongs to. So all ways to exchange the figures are alike, and
a difference is shown where few of them are as large. From SWAPPED complete blocks on, the arms' figures are exchanged
within blocks; with fewer, all figures are dealt to the arms anew. The number of blocks decides, never the figures.

The interval comes from the test itself: a ratio r is in it unless the test refuses "our figures are r times theirs".
Scaling ours by 1 / r leaves each exchange one ratio at which it is exactly as large as what was seen (its threshold).
Where all results count alike that is the ratio of what the exchange takes to what it gives, so Hartigan's "typical
values" (1969): so the exchanges are drawn once, and the interval's ends are two of their sorted thresholds.
docs/method.md explains.
"""

from __future__ import annotations

import math
import random
from array import array
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from operator import add
from typing import NamedTuple

ALPHA = 0.05  # for all that is claimed of one pair of arms together, and for what the intervals miss
SWAPPED = 7  # complete blocks, as 2 / 2**7 is below ALPHA / 2 and 2 / 2**6 is not
DEALT = 5  # blocks a side, as 2 / C(10, 5) is below ALPHA / 2 and 2 / C(8, 4) is not
MOST = 20_000  # exchanges; where there are more, this number is drawn
_SEED = 1
_CHUNK = 12  # blocks whose sums of all subsets are kept in one table
_ROUNDING = 1e-9  # relative: closer figures are the same


class Figure(NamedTuple):
    """What an arm's runs of one block took together (USD or hours), and how many of them succeeded."""

    total: float
    results: int


class Block(NamedTuple):
    """The figures of both sides in one block; None where a side has no run in it."""

    ours: Figure | None
    theirs: Figure | None


class Estimate(NamedTuple):
    """The ratio of ours to theirs, its interval at 95 %, and the two-sided p; None is what cannot be told."""

    ratio: float
    low: float | None
    high: float | None
    p: float | None


def count_complete(blocks: Sequence[Block]) -> int:
    """Return how many blocks both sides have runs in."""
    return sum(block.ours is not None and block.theirs is not None for block in blocks)


def count_missing(blocks: Sequence[Block]) -> int:
    """Return how many more complete blocks it takes at least that any difference can show, 0 where these suffice."""
    fewer = min(sum(block.ours is not None for block in blocks), sum(block.theirs is not None for block in blocks))
    return max(0, min(SWAPPED - count_complete(blocks), DEALT - fewer))


def compare_blocks(blocks: Sequence[Block]) -> Estimate | None:
    """Return how the totals for a result compare; None where a side has no result, or theirs took nothing."""
    ours = [block.ours for block in blocks if block.ours]
    theirs = [block.theirs for block in blocks if block.theirs]
    mine, yours = _sum(ours), _sum(theirs)
    if not mine.results or not yours.results or not yours.total:
        return None
    ratio = mine.total / mine.results / (yours.total / yours.results)
    if min(len(ours), len(theirs)) < 2:
        return Estimate(ratio, None, None, None)
    pairs = [(block.ours, block.theirs) for block in blocks if block.ours and block.theirs]
    exchanged = _swap(pairs, mine) if len(pairs) >= SWAPPED else _deal(ours, theirs)
    always, thresholds = _find_thresholds(exchanged, mine, yours)
    return Estimate(ratio, *_invert(always, thresholds), _p_value(always, thresholds))


def find_claims(cost: float | None, time: float | None) -> tuple[bool, bool]:
    """Return which of two p a pair of arms may claim by Holm's method, at ALPHA for both together."""
    first, second = sorted(math.inf if p is None else p for p in (cost, time))
    allowed = 0.0 if first > ALPHA / 2 else ALPHA / 2 if second > ALPHA else ALPHA
    return cost is not None and cost <= allowed, time is not None and time <= allowed


def _sum(figures: Sequence[Figure]) -> Figure:
    return Figure(math.fsum(each.total for each in figures), sum(each.results for each in figures))


class _Exchanged(NamedTuple):
    """Of each exchange, what our side then holds: of our own total, of theirs, and in results."""

    kept: list[float]
    gained: list[float]
    results: list[float]


def _swap(pairs: Sequence[tuple[Figure, Figure]], mine: Figure) -> _Exchanged:
    """Return all ways to exchange the figures within blocks, the first of which exchanges none."""
    drawn = _draw_swaps(len(pairs))
    return _Exchanged(
        _sums(drawn, [-ours.total for ours, _ in pairs], mine.total),
        _sums(drawn, [theirs.total for _, theirs in pairs], 0),
        _sums(drawn, [theirs.results - ours.results for ours, theirs in pairs], mine.results),
    )


def _deal(ours: Sequence[Figure], theirs: Sequence[Figure]) -> _Exchanged:
    """Return all ways to deal the figures to the sides, the first of which leaves them as they are."""
    drawn = _draw_deals(len(ours) + len(theirs), len(ours))
    return _Exchanged(
        _sums(drawn, [*(each.total for each in ours), *(0.0 for _ in theirs)], 0),
        _sums(drawn, [*(0.0 for _ in ours), *(each.total for each in theirs)], 0),
        _sums(drawn, [each.results for each in (*ours, *theirs)], 0),
    )


class _Drawn(NamedTuple):
    """Which blocks each way takes, as bits: of each _CHUNK of blocks, a number for each way."""

    ways: int
    chunks: list[array[int]]


@lru_cache(8)  # cost and time of all pairs of arms are exchanged alike
def _draw_swaps(number: int) -> _Drawn:
    if 1 << number <= MOST:
        return _in_chunks(range(1 << number), number)
    draw = random.Random(_SEED)
    return _in_chunks([0, *(draw.getrandbits(number) for _ in range(MOST))], number)


@lru_cache(8)
def _draw_deals(number: int, chosen: int) -> _Drawn:
    return _in_chunks([sum(1 << place for place in dealt) for dealt in _dealings(number, chosen)], number)


def _in_chunks(masks: Sequence[int], number: int) -> _Drawn:
    last = (1 << _CHUNK) - 1
    chunks = [array("H", [mask >> start & last for mask in masks]) for start in range(0, number, _CHUNK)]
    return _Drawn(len(masks), chunks)


def _dealings(number: int, chosen: int) -> Iterator[Sequence[int]]:
    if math.comb(number, chosen) <= MOST:
        yield from combinations(range(number), chosen)
        return
    draw = random.Random(_SEED)
    yield range(chosen)
    for _ in range(MOST):
        yield draw.sample(range(number), chosen)


def _sums(drawn: _Drawn, values: Sequence[float], base: float) -> list[float]:
    """Return, for each way, base and the sum of the values that it takes, by tables of all sums of a few."""
    sums = [base] * drawn.ways
    if not any(values):
        return sums
    for number, chunk in enumerate(drawn.chunks):
        table = [0.0]
        for value in values[number * _CHUNK : (number + 1) * _CHUNK]:
            table += [value + known for known in table]
        sums = list(map(add, sums, map(table.__getitem__, chunk)))
    return sums


def _find_thresholds(exchanged: _Exchanged, mine: Figure, yours: Figure) -> tuple[int, list[float]]:
    """Return how many exchanges are as large as what was seen at any ratio, and of the others, sorted, from which on.

    Those that are as large only up to a ratio are counted among the former: that widens the interval, if anything.
    They need results that count very unlike in the blocks.
    """
    seen, against = mine.total / mine.results, yours.total / yours.results
    least, small = seen * _ROUNDING, against * _ROUNDING
    every = mine.results + yours.results
    always, thresholds = 0, []
    for kept, gained, results in zip(*exchanged, strict=True):
        rest = every - results
        if not results or not rest:
            always += 1
            continue
        lost = seen - kept / results + (mine.total - kept) / rest
        won = against + gained / results - (yours.total - gained) / rest
        if won > small:
            thresholds.append(lost / won if lost > least else 0.0)
        elif lost > least:
            thresholds.append(math.inf)
        elif lost < -least and won > -small:
            thresholds.append(0.0)
        else:
            always += 1
    thresholds.sort()
    return always, thresholds


def _p_value(always: int, thresholds: Sequence[float]) -> float:
    """Return twice the share of the exchanges that are at least as large as what was seen, on the rarer side."""
    larger = always + sum(each <= 1 + _ROUNDING for each in thresholds)
    smaller = always + sum(each >= 1 - _ROUNDING for each in thresholds)
    return min(1.0, 2 * min(larger, smaller) / (always + len(thresholds)))


def _invert(always: int, thresholds: Sequence[float]) -> tuple[float | None, float | None]:
    """Return the ends of the ratios that the test does not refuse at ALPHA; None where it can refuse none."""
    allowed = math.floor(ALPHA / 2 * (always + len(thresholds)) + _ROUNDING)
    place = allowed - always  # of the threshold with which more than the allowed are as large
    if not 0 <= place < len(thresholds):
        return None, None
    low, high = thresholds[place], thresholds[-1 - place]
    return low, None if math.isinf(high) else high

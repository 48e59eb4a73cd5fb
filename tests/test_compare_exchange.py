"""The exact test against counting every exchange out, and its interval against asking the test at many ratios."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import combinations, product

import pytest

from fusion_snapshots.compare.exchange import (
    ALPHA,
    MOST,
    Block,
    Estimate,
    Figure,
    compare_blocks,
    count_complete,
    count_missing,
    find_claims,
)


def blocks_of(ours: Sequence[float], theirs: Sequence[float]) -> list[Block]:
    """Return complete blocks, in each of which both sides have one result."""
    return [Block(Figure(mine, 1), Figure(yours, 1)) for mine, yours in zip(ours, theirs, strict=True)]


def estimate(blocks: Sequence[Block]) -> Estimate:
    found = compare_blocks(blocks)
    assert found
    return found


def exchanges(blocks: Sequence[Block], ratio: float) -> Iterator[tuple[list[Figure], list[Figure]]]:
    """Yield both sides of every exchange, ours divided by a ratio; the first one exchanges nothing."""
    pairs = [(Figure(b.ours.total / ratio, b.ours.results), b.theirs) for b in blocks if b.ours and b.theirs]
    if len(pairs) >= 7:
        for swapped in product((False, True), repeat=len(pairs)):
            sides = [(b, a) if other else (a, b) for other, (a, b) in zip(swapped, pairs, strict=True)]
            yield [a for a, _ in sides], [b for _, b in sides]
        return
    ours = [Figure(b.ours.total / ratio, b.ours.results) for b in blocks if b.ours]
    both = [*ours, *(b.theirs for b in blocks if b.theirs)]
    for dealt in combinations(range(len(both)), len(ours)):
        yield [both[n] for n in dealt], [both[n] for n in range(len(both)) if n not in dealt]


def per_result(side: Sequence[Figure]) -> float:
    return sum(each.total for each in side) / sum(each.results for each in side)


def count_out(blocks: Sequence[Block], ratio: float = 1) -> float:
    """Return the p that ours is a ratio of theirs, by counting."""
    differences = [per_result(ours) - per_result(theirs) for ours, theirs in exchanges(blocks, ratio)]
    seen = differences[0]
    larger = sum(each >= seen - 1e-9 for each in differences)
    smaller = sum(each <= seen + 1e-9 for each in differences)
    return min(1.0, 2 * min(larger, smaller) / len(differences))


@pytest.mark.parametrize(("number", "p"), [(4, 2 / 70), (5, 2 / 252), (6, 2 / 924), (7, 2 / 2**7), (8, 2 / 2**8)])
def test_sides_that_do_not_overlap_have_the_smallest_p(number: int, p: float) -> None:
    low, high = [1 + n / 10 for n in range(number)], [9 + n / 10 for n in range(number)]
    assert estimate(blocks_of(low, high)).p == pytest.approx(p)
    assert estimate(blocks_of(high, low)).p == pytest.approx(p)


@pytest.mark.parametrize("seed", range(40))
def test_p_and_interval_are_those_of_counting_every_exchange(seed: int) -> None:
    draw = random.Random(seed)
    number = draw.choice((5, 6, 7, 8))

    def figure(mean: float) -> Figure:
        results = draw.choice((1, 1, 1, 2))
        return Figure(round(results * draw.gauss(mean, 1), 1), results)

    blocks = [Block(figure(9), figure(10)) for _ in range(number)]
    found = estimate(blocks)
    assert found.p == pytest.approx(count_out(blocks))
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.ratio <= found.high
    for end, inner in ((found.low, 1.0005), (found.high, 0.9995)):
        assert count_out(blocks, end * inner) > ALPHA
        assert count_out(blocks, end / inner) <= ALPHA


def test_a_block_of_one_side_counts_in_the_ratio_and_stays_where_it_is() -> None:
    complete = blocks_of([8.0 + n / 10 for n in range(7)], [10.0 + n / 10 for n in range(7)])
    found = estimate([*complete, Block(Figure(30, 1), None)])
    assert found.ratio == pytest.approx((sum(8 + n / 10 for n in range(7)) + 30) / 8 / (sum(10 + n / 10 for n in range(7)) / 7))  # fmt: skip
    # Its 30 USD make every exchange's side larger alike: of 128 only what was seen is as small.
    assert found.p == pytest.approx(2 / 128)


def test_failed_runs_make_a_result_dearer() -> None:
    ours = [Figure(10, 1), Figure(10, 1), Figure(4, 0), Figure(10, 1), Figure(10, 1)]
    blocks = [Block(own, Figure(10, 1)) for own in ours]
    assert estimate(blocks).ratio == pytest.approx(1.1)


@pytest.mark.parametrize(
    ("blocks", "found"),
    [
        ([], None),
        ([Block(Figure(4, 0), Figure(5, 1))], None),  # no result
        ([Block(Figure(4, 1), None)], None),
        ([Block(Figure(4, 1), Figure(0, 1))], None),
        ([Block(Figure(4, 1), Figure(5, 1))], Estimate(0.8, None, None, None)),
        (blocks_of([4, 4], [5, 5]), Estimate(0.8, None, None, 1 / 3)),
        (blocks_of([5.0] * 8, [5.0] * 8), Estimate(1, 1, 1, 1)),
        (blocks_of([0.0] * 8, [5.0] * 8), Estimate(0, 0, 0, 2 / 256)),
    ],
)
def test_what_cannot_be_told_is_none(blocks: list[Block], found: Estimate | None) -> None:
    assert compare_blocks(blocks) == found


def test_where_there_are_too_many_exchanges_they_are_drawn_alike_each_time() -> None:
    draw = random.Random(1)
    blocks = blocks_of([draw.gauss(9, 1) for _ in range(40)], [draw.gauss(10, 1) for _ in range(40)])
    found = estimate(blocks)
    assert found == estimate(blocks)
    assert found.p is not None
    assert 1 / (MOST + 1) <= found.p < 0.001
    apart = [Block(block.ours, None) for block in blocks] + [Block(None, block.theirs) for block in blocks]
    dealt = estimate(apart)
    assert dealt == estimate(apart)
    assert dealt.ratio == pytest.approx(found.ratio)


@pytest.mark.parametrize(
    ("complete", "ours", "theirs", "missing"),
    [(1, 0, 0, 4), (4, 0, 0, 1), (5, 0, 0, 0), (7, 0, 0, 0), (0, 5, 5, 0), (0, 4, 9, 1), (2, 2, 9, 1), (0, 0, 0, 5)],
)
def test_how_many_blocks_are_missing(complete: int, ours: int, theirs: int, missing: int) -> None:
    figure = Figure(1, 1)
    blocks = [Block(figure, figure)] * complete + [Block(figure, None)] * ours + [Block(None, figure)] * theirs
    assert count_complete(blocks) == complete
    assert count_missing(blocks) == missing


@pytest.mark.parametrize(
    ("cost", "time", "claims"),
    [
        (0.025, 0.05, (True, True)),
        (0.026, 0.026, (False, False)),
        (0.031, 0.3, (False, False)),
        (0.008, 0.3, (True, False)),
        (0.3, 0.008, (False, True)),
        (0.04, 0.02, (True, True)),
        (None, 0.02, (False, True)),
        (0.04, None, (False, False)),
        (None, None, (False, False)),
    ],
)
def test_two_claims_share_five_percent(cost: float | None, time: float | None, claims: tuple[bool, bool]) -> None:
    assert find_claims(cost, time) == claims

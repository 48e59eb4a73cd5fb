"""The method on many made-up benchmarks: how often it claims what is not there, and finds what is.

docs/method.md holds the figures that these tests print.
"""

from __future__ import annotations

import pytest
from worlds import draw_world

from fusion_snapshots.compare.assessment import Result
from fusion_snapshots.compare.pairs import Comparison

WORLDS = 1000
SPOT = {"fusion_ondemand": 100.0, "fusion_spot": 60.0}

pytestmark = pytest.mark.slow


def pair(result: Result, arm: str, baseline: str) -> Comparison:
    (found,) = [c for c in result.comparisons if (c.arm.name, c.baseline.name) == (arm, baseline)]
    return found


def claims(cheaper: float, worlds: int = WORLDS, **more: float) -> tuple[list[tuple[str, str]], list[str], float]:
    """Return what is claimed of Snapshots (cost, time), of Spot's cost, and the share of intervals that hold the truth."""
    of_snapshots, of_spot, held = [], [], 0
    cost = SPOT | {"fusion_snapshots": 60 * (1 - cheaper)}
    for seed in range(worlds):
        result = draw_world(seed, cost, **more)  # type: ignore[arg-type]
        found = pair(result, "fusion_snapshots", "fusion_spot")
        of_snapshots.append((found.cost.claim, found.time.claim))
        of_spot.append(pair(result, "fusion_spot", "fusion_ondemand").cost.claim)
        estimate = found.cost.estimate
        assert estimate
        held += estimate.low is not None and estimate.high is not None and estimate.low <= 1 - cheaper <= estimate.high
    return of_snapshots, of_spot, held / worlds


def test_where_nothing_differs_hardly_anything_is_claimed() -> None:
    found, _, held = claims(0)
    wrong = sum(claim != ("none", "none") for claim in found)
    print(f"no difference: {wrong} of {WORLDS} claim any; {held:.1%} of the intervals hold it")
    assert wrong <= 0.05 * WORLDS
    assert held >= 0.93


def test_fifteen_percent_are_found_and_never_with_the_wrong_sign() -> None:
    found, of_spot, held = claims(0.15)
    costs = [cost for cost, _ in found]
    print(f"15 % cheaper: {costs.count('less')} of {WORLDS} find it; {held:.1%} of the intervals hold it")
    print(f"Spot 40 % cheaper: {of_spot.count('less')} of {WORLDS} find it")
    assert costs.count("less") >= 0.9 * WORLDS
    assert costs.count("more") == of_spot.count("more") == 0
    assert of_spot.count("less") >= 0.98 * WORLDS
    assert held >= 0.93


@pytest.mark.parametrize("rounds", [5, 7, 20])
def test_with_other_numbers_of_rounds(rounds: int) -> None:
    found, _, held = claims(0, worlds=400, rounds=rounds)
    wrong = sum(claim != ("none", "none") for claim in found)
    print(f"no difference, {rounds} rounds: {wrong} of 400 claim any; {held:.1%} of the intervals hold it")
    # Of the true 5 %, 400 worlds show more than 29 once in 40 times.
    assert wrong <= 29
    assert held >= 0.92


def test_rounds_of_one_hour_claim_nothing() -> None:
    found, of_spot, _ = claims(0.15, worlds=50, apart=0.1)
    assert set(found) == {("none", "none")}
    assert set(of_spot) == {"none"}

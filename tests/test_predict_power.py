"""How much it takes to see a difference, against draws."""

from __future__ import annotations

import random
from statistics import NormalDist, fmean, variance

import pytest
from predicted import random_run, replay, work

from fusion_snapshots.predict.costs import Costs
from fusion_snapshots.predict.power import LEAST_HITS, LEAST_ROUNDS, STORM_RATE, Power, power_of

COSTS = Costs(0.01)


def test_rounds_are_those_of_the_normal_distribution() -> None:
    works = list(random_run(random.Random(5), 40))
    chance = random.Random(1)
    spot, snapshots = (
        [replay(works, 0.2, chance, overhead=overhead, wait=0).cost for _ in range(4000)] for overhead in (None, 0.01)
    )
    quantiles = NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(0.8)
    wanted = quantiles**2 * (variance(spot) + variance(snapshots)) / (fmean(spot) - fmean(snapshots)) ** 2
    found = power_of([works], COSTS, 0.2).rounds
    assert found is not None
    assert found == pytest.approx(max(LEAST_ROUNDS, wanted), rel=0.15, abs=1)


def test_hits_are_those_of_the_runs_that_it_takes() -> None:
    small, large = ([work(1.0)] * number for number in (20, 2000))
    assert power_of([small], COSTS, STORM_RATE).hits == pytest.approx(
        power_of([large], COSTS, STORM_RATE).hits, rel=0.05
    )


def test_never_fewer_than_compare_takes() -> None:
    assert power_of([[work(0.5)] * 500], Costs(0.2), 0.3) == Power(LEAST_ROUNDS, LEAST_HITS)


def test_what_no_number_shows() -> None:
    assert power_of([[work(0.01)]], COSTS, 1e-9) == Power(None, None)
    assert power_of([[work(2000.0)]], COSTS, 1) == Power(None, None)

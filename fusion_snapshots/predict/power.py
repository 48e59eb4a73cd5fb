"""How much it takes to see the difference that is predicted: rounds at the natural rate, or hits of a storm."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

from .costs import NOTICE, Costs, Work, cost_of

STORM_RATE = 0.3  # an instance-hour, at which make interrupt shows the difference in few runs
LEAST_ROUNDS, LEAST_HITS = 7, 10  # below these make compare claims nothing
MOST_ROUNDS = 1000
# Two-sided at 5 %, found in 80 of 100 cases.
_QUANTILES = NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(0.8)


class Power(NamedTuple):
    """Rounds at the natural rate, and hits on each Spot arm at STORM_RATE; None where they would be too many."""

    rounds: int | None
    hits: int | None


def power_of(runs: Sequence[Sequence[Work]], costs: Costs, rate: float) -> Power:
    """Return what shows the difference of the two Spot arms' costs with 80 % power."""
    rounds, hits = _runs_for(runs, costs, rate), _runs_for(runs, costs, STORM_RATE)
    # The mean number of interruptions of a task that begins again each time.
    each = sum(math.expm1(min(STORM_RATE * work.hours, 700.0)) for works in runs for work in works) / len(runs)
    return Power(
        max(LEAST_ROUNDS, math.ceil(rounds)) if rounds <= MOST_ROUNDS else None,
        max(LEAST_HITS, math.ceil(hits * each)) if hits <= MOST_ROUNDS else None,
    )


def _runs_for(runs: Sequence[Sequence[Work]], costs: Costs, rate: float) -> float:
    """Return how many runs a side show the difference, where interruptions alone make runs differ."""
    spot, snapshots = (
        sum(cost_of(works, busy, rate) for works in runs) / len(runs) for busy in (costs.spot, costs.snapshots)
    )
    spread = 0.0
    for works in runs:
        for work in works:
            spread += work.price**2 * (_restarts(work.hours, rate) + _restores(work, costs, rate)) / len(runs)
    return _QUANTILES**2 * spread / (spot - snapshots) ** 2 if spot != snapshots and spread < math.inf else math.inf


def _restarts(hours: float, rate: float) -> float:
    """Return the variance of the hours of a task that begins again from scratch."""
    x = rate * hours
    if x > 300:
        return math.inf
    if x < 1e-3:
        return rate * hours**3 / 3
    return (math.exp(2 * x) - 2 * x * math.exp(x) - 1) / rate**2


def _restores(work: Work, costs: Costs, rate: float) -> float:
    """Return the variance of the hours of a task that is restored, or begins again where its dump is not saved."""
    hours = costs.watched(work.hours)
    return rate * work.saved * hours * (NOTICE + work.restore) ** 2 + _restarts(hours, rate * (1 - work.saved))

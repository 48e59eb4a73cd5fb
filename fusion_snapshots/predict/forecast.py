"""The prediction itself: what a result costs and takes on each arm, and from which rate on Snapshots pay."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ..folder.layout import BASELINE, SNAPSHOTS, WITHOUT_SNAPSHOTS
from .costs import Costs, Work, break_even, chance_to_die, cost_of, merge_alike
from .power import Power, power_of
from .rates import Rate
from .replay import Forest

_EVENTS = 200_000  # that are drawn on an arm at a rate, about: fewer draws where each has many
_MOST_DRAWS, _LEAST_DRAWS = 10_000, 200
_HAIR = 1e-6  # of a cost


class Usd(NamedTuple):
    """The mean cost of a result, and the ends of an interval that holds it in 90 of 100 runs."""

    mean: float
    low: float
    high: float


class Hours(NamedTuple):
    """The mean hours of a run, and what 95 of 100 runs take at most."""

    mean: float
    p95: float


class ArmForecast(NamedTuple):
    """An arm: cost is None where it is not known; dies is the chance that reclaims kill a run."""

    usd: Usd | None
    hours: Hours
    dies: float


class AtRate(NamedTuple):
    """All arms at a rate."""

    rate: Rate
    arms: dict[str, ArmForecast]
    power: Power


@dataclass(frozen=True)
class Model:
    """The runs that are predicted from, as tasks of the model, and what is assumed."""

    runs: list[list[Work]]
    costs: Costs
    wait: float
    saving: float | None
    attempts: dict[str, int]
    seed: int

    @property
    def works(self) -> list[Work]:
        return [work for works in self.runs for work in works]

    @cached_property
    def _alike(self) -> list[Work]:
        """The tasks as the closed forms take them, which are asked for hundreds of rates."""
        return merge_alike(self.works)

    def mean_cost(self, arm: str, rate: float) -> float:
        """Return the mean cost of a result on a Spot arm."""
        busy = self.costs.snapshots if arm == SNAPSHOTS else self.costs.spot
        return cost_of(self._alike, busy, rate) / len(self.runs)

    def break_even(self) -> float | None:
        """Return the rate from which Snapshots pay, None where they never do."""
        return break_even(self._alike, self.costs)

    def at(self, rate: Rate) -> AtRate:
        """Return what each arm costs and takes at a rate."""
        arms = {BASELINE: self._on_demand()} | {arm: self._spot(arm, rate) for arm in (WITHOUT_SNAPSHOTS, SNAPSHOTS)}
        return AtRate(rate, arms, power_of(self.runs, self.costs, rate.value))

    def _on_demand(self) -> ArmForecast:
        forests = [Forest(works, self.costs, snapshots=False) for works in self.runs]
        hours = sorted(forest.hours for forest in forests)
        usd = None
        if self.saving is not None:
            prices = sorted(forest.cost / (1 - self.saving) for forest in forests)
            usd = Usd(sum(prices) / len(prices), prices[0], prices[-1])
        return ArmForecast(usd, Hours(sum(hours) / len(hours), hours[-1]), 0.0)

    def _spot(self, arm: str, rate: Rate) -> ArmForecast:
        forests = [Forest(works, self.costs, snapshots=arm == SNAPSHOTS) for works in self.runs]
        # Each arm draws for itself, so that neither depends on what is drawn for the other.
        chance = random.Random(f"{self.seed}:{arm}:{rate.value}")
        drawn = []
        for number in range(self._draws(rate.value)):
            # Of a rate that was counted, each draw takes another that may be the true one.
            value = chance.gammavariate(rate.events + 0.5, 1 / rate.hours) if rate.counted else rate.value
            drawn.append(forests[number % len(forests)].draw(value, self.wait, chance))
        costs, hours = sorted(each.cost for each in drawn), sorted(each.hours for each in drawn)
        lasting = [[work.hours for work in works] for works in self.runs]
        deaths = [chance_to_die(each, rate.value, self.attempts[arm]) for each in lasting]
        return ArmForecast(
            Usd(self.mean_cost(arm, rate.value), *interval_of(costs)),
            Hours(sum(hours) / len(hours), hours[95 * len(hours) // 100]),
            sum(deaths) / len(deaths),
        )

    def _draws(self, rate: float) -> int:
        events = cost_of([work._replace(price=rate) for work in self.works], self.costs.spot, rate) / len(self.runs)
        return round(min(_MOST_DRAWS, max(_LEAST_DRAWS, _EVENTS / max(events, 1e-9))))


def interval_of(values: Sequence[float]) -> tuple[float, float]:
    """Return an interval that holds 90 of 100 sorted values: at most 5 below it, and the rest above.

    Where many runs meet no interruption, the least cost is that of all of them, and nothing lies below. Both ends are
    a millionth further apart, so that such a value does not fall out by how it is rounded.
    """
    number = len(values)
    low = values[5 * number // 100]
    high = values[min(number - 1, bisect_left(values, low * (1 - _HAIR)) + 90 * number // 100)]
    return low * (1 - _HAIR), high * (1 + _HAIR)

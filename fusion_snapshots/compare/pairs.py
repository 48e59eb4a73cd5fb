"""Two arms against each other: the ratios of what a result costs and takes, and what may be claimed of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..runs.run import Run
from .blocks import pool
from .doubts import (
    NO_RESULT,
    OF_COST,
    UNEQUAL_WORK,
    WAITED,
    Reservation,
    find_few_blocks,
    find_odd_prices,
    find_unequal_exposure,
    find_unequal_work,
)
from .exchange import Estimate, compare_blocks, find_claims
from .figures import ArmFigures, ProcessChange, are_separated, compare_processes

LESS, MORE, NONE = "less", "more", "none"


class Measure(NamedTuple):
    """What a result took on both sides, how they compare, and what is claimed: less, more or none."""

    ours: float | None
    theirs: float | None
    estimate: Estimate | None
    claim: str

    @property
    def ratio(self) -> float | None:
        return self.estimate.ratio if self.estimate else None


class Comparison(NamedTuple):
    """An arm against another; reservations are why nothing may be claimed, of the cost or at all."""

    arm: ArmFigures
    baseline: ArmFigures
    cost: Measure
    time: Measure
    reservations: list[Reservation]
    by_process: dict[str, ProcessChange]

    @property
    def same_work(self) -> bool:
        """Whether both sides did the same work; where not, their ratios say nothing."""
        return all(each.code != UNEQUAL_WORK for each in self.reservations)

    @property
    def separated(self) -> bool | None:
        """Whether no run of one side lies within the other's range, in cost and in time, as far as reported."""
        sides = ((self.arm.costs, self.baseline.costs), (self.arm.wall_hours, self.baseline.wall_hours))
        known = [apart for ours, theirs in sides if (apart := are_separated(ours, theirs)) is not None]
        return all(known) if known else None


def compare_arms(
    arm: ArmFigures, baseline: ArmFigures, blocks: Sequence[Sequence[Run]], rounds: int, at_least: Mapping[str, float]
) -> Comparison:
    """Return how an arm compares with another.

    blocks are the runs of all arms, by block. at_least is by a run's id what it cost without the waits that its records
    may hold, for runs with such records: a claim on cost must hold with and without them.
    """

    def test(value: Callable[[Run], float | None]) -> Estimate | None:
        pooled = pool(blocks, arm.name, baseline.name, value)
        return compare_blocks(pooled) if pooled else None

    cost, time = test(lambda run: run.cost), test(lambda run: run.hours)
    least = test(lambda run: at_least.get(run.id, run.cost)) if at_least else cost
    reservations = list(_doubt(arm, baseline, blocks, rounds))
    p_time = time.p if time else None
    sure_cost, sure_time = find_claims(_p_of_both(cost, least), p_time)
    if not sure_cost and cost and find_claims(cost.p, p_time)[0]:
        reservations.append(
            Reservation(
                WAITED,
                f"{arm.name} against {baseline.name}: some records span several hosts, and the waits between may make "
                "all of the difference in cost. AWS knows them for about a week: run make compare where aws is signed "
                "in.",
            )
        )
    void_cost, void_time = bool(reservations), any(each.code not in OF_COST for each in reservations)
    return Comparison(
        arm,
        baseline,
        Measure(arm.usd_per_result, baseline.usd_per_result, cost, _claim(cost, sure_cost and not void_cost)),
        Measure(arm.hours_per_result, baseline.hours_per_result, time, _claim(time, sure_time and not void_time)),
        reservations,
        compare_processes(arm, baseline),
    )


def _doubt(
    arm: ArmFigures, baseline: ArmFigures, blocks: Sequence[Sequence[Run]], rounds: int
) -> Iterator[Reservation]:
    """Yield why nothing may be claimed, the weightiest first."""
    if bad := [side for side in (arm, baseline) if not side.succeeded]:
        told = " and ".join(side.name for side in bad)
        yield Reservation(NO_RESULT, f"No run succeeded on {told}. Look at its runs in the Platform, then: make launch")
        return
    yield from find_unequal_work(arm, baseline)
    yield from find_few_blocks(pool(blocks, arm.name, baseline.name, lambda _: 0.0) or [], rounds)
    yield from find_unequal_exposure(arm, baseline)
    yield from find_odd_prices(arm, baseline)


def _p_of_both(one: Estimate | None, other: Estimate | None) -> float | None:
    """Return the p with which two tests say the same, 1 where they differ in what is less."""
    if not one or not other or one.p is None or other.p is None:
        return None
    return max(one.p, other.p) if (one.ratio < 1) == (other.ratio < 1) else 1.0


def _claim(estimate: Estimate | None, sure: bool) -> str:
    if not estimate or not sure or estimate.ratio == 1:
        return NONE
    return LESS if estimate.ratio < 1 else MORE

"""Two arms against each other: what is claimed, and what forbids it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from worlds import make_run

from fusion_snapshots.compare.blocks import count_rounds, find_blocks
from fusion_snapshots.compare.doubts import NO_RESULT, UNEQUAL_WORK, WAITED
from fusion_snapshots.compare.exchange import Estimate
from fusion_snapshots.compare.figures import ArmFigures
from fusion_snapshots.compare.pairs import LESS, MORE, NONE, Comparison, Measure, compare_arms
from fusion_snapshots.runs.run import Run
from fusion_snapshots.runs.tasks import Tasks

BASELINE = "fusion_ondemand"


def runs(arm: str, usd: float, hours: float, number: int = 8, **more: Any) -> list[Run]:
    """Return a run a day, hardly any like another."""
    return [make_run(arm, n, usd * (1 + n / 1000), hours * (1 + n / 1000), after=24 * n, hits=0 if arm == BASELINE else 2, **more) for n in range(number)]  # fmt: skip


def compare(ours: Sequence[Run], theirs: Sequence[Run], at_least: Mapping[str, float] | None = None) -> Comparison:
    blocks = find_blocks([*ours, *theirs])
    arm, baseline = ArmFigures(ours[0].arm, list(ours), 0), ArmFigures(theirs[0].arm, list(theirs), 0)
    return compare_arms(arm, baseline, blocks, count_rounds(blocks), at_least or {})


@pytest.mark.parametrize(
    ("usd", "hours", "cost", "time"),
    [(5, 6, LESS, MORE), (20, 4, MORE, LESS), (10, 5, NONE, NONE), (5, 5, LESS, NONE)],
)
def test_what_is_claimed(usd: float, hours: float, cost: str, time: str) -> None:
    found = compare(runs("fusion_snapshots", usd, hours), runs(BASELINE, 10, 5))
    assert (found.cost.claim, found.time.claim, found.reservations) == (cost, time, [])
    assert found.cost.ratio == pytest.approx(usd / 10)
    assert found.time.ratio == pytest.approx(hours / 5)
    assert (found.cost.ours, found.cost.theirs) == (found.arm.usd_per_result, found.baseline.usd_per_result)
    assert (found.time.ours, found.time.theirs) == (found.arm.hours_per_result, found.baseline.hours_per_result)
    assert found.same_work
    assert found.by_process["ALIGN"].ratio == pytest.approx(hours / 5)


def test_few_blocks_claim_nothing() -> None:
    found = compare(runs("fusion_snapshots", 5, 2, 3), runs(BASELINE, 10, 5, 3))
    assert (found.cost.claim, found.time.claim, len(found.reservations)) == (NONE, NONE, 1)
    assert found.cost.ratio == pytest.approx(0.5)


def test_a_side_without_a_result_is_all_that_is_said() -> None:
    failed = runs("fusion_snapshots", 5, 5, 2, status="FAILED")
    found = compare(failed, runs(BASELINE, 10, 5, status="FAILED"))
    assert [(each.code, each.text) for each in found.reservations] == [
        (
            NO_RESULT,
            "No run succeeded on fusion_snapshots and fusion_ondemand. Look at its runs in the Platform, then: make launch",
        )
    ]
    (only,) = compare(failed, runs(BASELINE, 10, 5)).reservations
    assert only.text.startswith("No run succeeded on fusion_snapshots. ")
    assert (found.cost.estimate, found.cost.ratio, found.cost.claim) == (None, None, NONE)


def test_other_work_claims_nothing() -> None:
    short = [replace(run, tasks=run.tasks[:1]) for run in runs("fusion_snapshots", 5, 2)]
    found = compare(short, runs(BASELINE, 10, 5))
    assert [each.code for each in found.reservations] == [UNEQUAL_WORK]
    assert (found.same_work, found.cost.claim, found.time.claim) == (False, NONE, NONE)


def test_what_is_not_reported_is_not_compared() -> None:
    silent = [replace(run, cost_reported=None, tasks=Tasks.of([t._replace(usd=None) for t in run.tasks])) for run in runs("fusion_snapshots", 5, 2)]  # fmt: skip
    found = compare(silent, runs(BASELINE, 10, 5))
    assert (found.cost, found.time.claim) == (Measure(None, found.cost.theirs, None, NONE), LESS)


DEARER = runs("fusion_snapshots", 12, 2)


@pytest.mark.parametrize(
    ("least", "claim", "codes"),
    [
        (None, MORE, []),
        (11.0, MORE, []),  # dearer with and without the waits
        (10.0, NONE, [WAITED]),
        (9.0, NONE, [WAITED]),  # then it would be cheaper
    ],
)
def test_a_cost_is_claimed_where_waits_make_no_difference(least: float | None, claim: str, codes: list[str]) -> None:
    at_least = {run.id: least * (1 + n / 1000) for n, run in enumerate(DEARER)} if least else {}
    found = compare(DEARER, runs(BASELINE, 10, 5), at_least)
    assert (found.cost.claim, [each.code for each in found.reservations]) == (claim, codes)
    assert found.time.claim == LESS  # whose hours are not in doubt
    assert found.cost.ratio == pytest.approx(1.2)


def test_waits_matter_only_to_what_would_be_claimed() -> None:
    alike = runs("fusion_snapshots", 10, 2)
    assert compare(alike, runs(BASELINE, 10, 5), {run.id: 5 for run in alike}).reservations == []


@pytest.mark.parametrize(
    ("usd", "hours", "separated"),
    [
        (5, 2, True),
        (5, 5, False),
        (10, 2, False),
        (10, 5, False),
        (None, 2, True),
        (None, 5, False),
        (None, None, None),
    ],
)
def test_sides_are_separated_in_all_that_is_reported(usd: float | None, hours: float | None, separated: bool | None) -> None:  # fmt: skip
    ours = runs("fusion_snapshots", usd or 1, hours or 1)
    if usd is None:
        ours = [
            replace(run, cost_reported=None, tasks=Tasks.of([t._replace(usd=None) for t in run.tasks])) for run in ours
        ]
    if hours is None:
        ours = [replace(run, hours=None) for run in ours]
    assert compare(ours, runs(BASELINE, 10, 5)).separated is separated


def test_a_measure_has_a_ratio_where_it_has_an_estimate() -> None:
    assert Measure(1, 2, Estimate(0.5, None, None, None), NONE).ratio == 0.5
    assert Measure(1, 2, None, NONE).ratio is None

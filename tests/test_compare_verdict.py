"""The one sentence: it claims what the runs show, and says why they may show nothing of Snapshots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from archives import RECLAIMED, read_arm, task

from fusion_snapshots.compare.figures import ArmFigures, compare_arms
from fusion_snapshots.compare.verdict import write_verdict

Arm = Callable[..., ArmFigures]


@pytest.fixture
def arm(tmp_path: Path) -> Arm:
    """Return a function that makes an arm of runs of one task each, from their USD and hours."""

    def make(
        name: str,
        usd: Sequence[float | None],
        hours: Sequence[float | None],
        *,
        caused: int = 0,
        status: str = "SUCCEEDED",
        **more: Any,
    ) -> ArmFigures:
        pairs = zip(usd, hours, strict=True)
        runs = [{"tasks": [task(usd=cost, **more)], "hours": lasted, "status": status} for cost, lasted in pairs]
        return read_arm(tmp_path, name, runs, caused)

    return make


@pytest.fixture
def ondemand(arm: Arm) -> ArmFigures:
    return arm("fusion_ondemand", [10, 11, 12, 13], [2, 2.1, 2.2, 2.3], priceModel="standard")


def verdict(*arms: ArmFigures) -> str:
    return write_verdict([compare_arms(each, arms[0]) for each in arms[1:]])


MET = {"numSpotInterruptions": 1}
INTERRUPTED = "it met 4 Spot interruptions."


@pytest.mark.parametrize(
    ("usd", "hours", "says"),
    [
        ([5, 5.5, 6, 6.5], [2.4, 2.5, 2.6, 2.7], "fusion_snapshots cost 50 % less (p = 0.029) and took 19 % longer (p = 0.029)"),
        ([30, 31, 32, 33], [1, 1.1, 1.2, 1.3], "fusion_snapshots cost 2.7 times as much (p = 0.029) and took 47 % less time (p = 0.029)"),
        ([5, 5.5, 6, 6.5], [2.05, 2.15, 2.25, 2.0], "fusion_snapshots cost 50 % less (p = 0.029); it took 2 % less time, which may be chance (p = 0.77)"),
        ([9, 12, 11, 14], [2.4, 2.5, 2.6, 2.7], "fusion_snapshots took 19 % longer (p = 0.029); it cost as much, which may be chance (p = 1.00)"),
        ([9, 12, 11, 14], [2.05, 2.15, 2.25, 2.0], "fusion_snapshots cost as much and took 2 % less time, which may be chance (p = 1.00 and 0.77)"),
        ([None] * 4, [2.4, 2.5, 2.6, 2.7], "fusion_snapshots took 19 % longer (p = 0.029); its cost is not reported"),
        ([5, 5.5, 6, 6.5], [None] * 4, "fusion_snapshots cost 50 % less (p = 0.029); its time is not reported"),
        ([5, 6, 7, None], [2.4, 2.5, 2.6, 2.7], "fusion_snapshots took 19 % longer (p = 0.029); it cost 48 % less in 3 and 4 runs, which may be chance (4 a side can rule that out)"),
        ([None] * 4, [None] * 4, "cost and time of fusion_snapshots are not reported"),
    ],
)  # fmt: skip
def test_enough_runs(
    arm: Arm, ondemand: ArmFigures, usd: list[float | None], hours: list[float | None], says: str
) -> None:
    assert (
        verdict(ondemand, arm("fusion_snapshots", usd, hours, **MET))
        == f"Against fusion_ondemand, {says}; {INTERRUPTED}"
    )


def test_three_runs_a_side_claim_nothing(arm: Arm) -> None:
    baseline = arm("fusion_ondemand", [10, 11, 12], [2, 2.1, 2.2], priceModel="standard")
    ours = arm("fusion_snapshots", [5, 5.5, 6], [2.2, 2.1, 2.3], **MET)
    assert verdict(baseline, ours) == (
        "Against fusion_ondemand, fusion_snapshots cost 50 % less and took 5 % longer in 3 runs a side, which may be "
        "chance (4 a side can rule that out); it met 3 Spot interruptions."
    )


def test_one_run_a_side_claims_nothing(arm: Arm) -> None:
    ours = arm("fusion_snapshots", [10], [2], **MET)
    assert verdict(arm("fusion_ondemand", [10], [2], priceModel="standard"), ours) == (
        "Against fusion_ondemand, fusion_snapshots cost as much and took as long in 1 run a side, which may be chance "
        "(4 a side can rule that out); it met 1 Spot interruption."
    )


def test_sides_of_different_size(arm: Arm, ondemand: ArmFigures) -> None:
    assert verdict(ondemand, arm("fusion_snapshots", [5, 6], [2.1, 2.2], **MET)).startswith(
        "Against fusion_ondemand, fusion_snapshots cost 52 % less and took as long in 2 and 4 runs, which may be chance"
    )


def test_a_side_with_failures_only(arm: Arm, ondemand: ArmFigures) -> None:
    failed = arm("fusion_snapshots", [1, 2.5], [0.1, 0.2], status="FAILED")
    assert verdict(ondemand, failed) == (
        "No run succeeded on fusion_snapshots (2 runs, 3.50 USD), so there is no result to compare."
    )
    assert verdict(arm("fusion_ondemand", [None], [1], status="CANCELLED"), failed) == (
        "No run succeeded on fusion_snapshots (2 runs, 3.50 USD) and fusion_ondemand (1 run, cost not reported), so "
        "there is no result to compare."
    )


USD, HOURS = [5, 5.5, 6, 6.5], [2.4, 2.5, 2.6, 2.7]
STRAYS = "some tasks ran at another price model than their compute environment's"
PRICES = (
    "no Spot run of it was interrupted, so this compares prices, not Snapshots: make interrupt causes interruptions"
)
UNKNOWN = (
    "whether Spot interrupted it is not reported, so this may compare prices only: make interrupt causes interruptions"
)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"numSpotInterruptions": 0}, f"; {PRICES}."),
        ({}, f"; {UNKNOWN}."),
        ({"caused": 2}, "."),
        ({"caused": 2, "numSpotInterruptions": 0}, f"; {UNKNOWN}."),
        ({"exit": RECLAIMED}, f"; {INTERRUPTED}"),
        (
            {"numSpotInterruptions": 0, "priceModel": "standard"},
            f"; {STRAYS}; none of its tasks ran on Spot, so this says nothing of Snapshots.",
        ),
        ({"priceModel": "standard"}, f"; {STRAYS}; none of its tasks ran on Spot, so this says nothing of Snapshots."),
        ({"priceModel": None}, f"; {UNKNOWN}."),
    ],
)
def test_whether_it_speaks_of_snapshots_at_all(arm: Arm, ondemand: ArmFigures, more: dict[str, Any], says: str) -> None:
    assert verdict(ondemand, arm("fusion_snapshots", USD, HOURS, **more)) == (
        f"Against fusion_ondemand, fusion_snapshots cost 50 % less (p = 0.029) and took 19 % longer (p = 0.029){says}"
    )


def test_the_arm_with_snapshots_is_spoken_of_whatever_other_arms_there_are(arm: Arm, ondemand: ArmFigures) -> None:
    others = [arm("fusion_a", [1], [1]), arm("fusion_snapshots", USD, HOURS, **MET), arm("fusion_spot", [1], [1])]
    assert verdict(ondemand, *others) == verdict(ondemand, others[1])


def test_an_arm_of_ones_own_that_is_not_on_spot_is_not_blamed_for_that(arm: Arm, ondemand: ArmFigures) -> None:
    plain = arm("plain_s3", USD, HOURS, priceModel="standard")
    assert verdict(ondemand, plain) == (
        "Against fusion_ondemand, plain_s3 cost 50 % less (p = 0.029) and took 19 % longer (p = 0.029)."
    )


def test_tasks_from_a_cache_are_no_whole_run(arm: Arm, ondemand: ArmFigures, tmp_path: Path) -> None:
    tasks = [task(usd=5, numSpotInterruptions=1), task(usd=50, status="CACHED")]
    ours = read_arm(tmp_path, "fusion_snapshots", [{"tasks": tasks, "hours": 2}])
    assert verdict(ondemand, ours) == (
        "Against fusion_ondemand, fusion_snapshots cost 57 % less and took 7 % less time in 1 and 4 runs, which may be "
        "chance (4 a side can rule that out); some tasks are CACHED, so not all of these are whole runs; it met 1 Spot interruption."
    )


def test_failed_runs_are_told_with_what_a_result_cost(arm: Arm, ondemand: ArmFigures) -> None:
    good, failed = arm("fusion_snapshots", USD, HOURS, **MET), arm("fusion_snapshots", [40], [1], status="FAILED")
    both = ArmFigures("fusion_snapshots", [*good.runs, *failed.runs], 0)
    assert verdict(ondemand, both) == (
        "Against fusion_ondemand, fusion_snapshots cost 50 % less (p = 0.029) and took 19 % longer (p = 0.029); with "
        "failed runs counted, a result cost 15.75 USD, against 11.50 USD; it met 4 Spot interruptions."
    )


def test_what_snapshots_change_beside_the_price_of_spot(arm: Arm, ondemand: ArmFigures) -> None:
    ours = arm("fusion_snapshots", USD, HOURS, **MET)
    spot = arm("fusion_spot", [5.1, 5.4, 6.1, 6.4], [4, 4.1, 4.2, 4.3], **MET)
    comparisons = [compare_arms(ours, ondemand), compare_arms(spot, ondemand)]
    assert write_verdict(comparisons, compare_arms(ours, spot)).endswith(
        f"; {INTERRUPTED} Against fusion_spot, fusion_snapshots took 39 % less time (p = 0.029); it cost as much, which may be "
        "chance (p = 1.00): this is what Snapshots change, the rest is the price of Spot."
    )

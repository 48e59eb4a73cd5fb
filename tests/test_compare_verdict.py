"""The headline and the sentences: they claim what the runs show, and say of what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from worlds import make_run

from fusion_snapshots.compare.assessment import Result, assess_runs, find_whole
from fusion_snapshots.compare.snapshots import SnapshotLogs
from fusion_snapshots.runs.run import Run
from fusion_snapshots.runs.tasks import Tasks

STEADY = [1.0 + n / 1000 for n in range(8)]  # what lets every difference show


def arm_runs(
    name: str, usd: float | None, hours: float | None, *, of: Sequence[float] = STEADY, hits: int = 2, **more: Any
) -> list[Run]:
    """Return a run a day, each of them so many times dearer and longer; None is what is not reported."""
    runs = []
    for day, factor in enumerate(of):
        run = make_run(name, day, (usd or 1) * factor, (hours or 1) * factor, hits=hits, after=24 * day, **more)
        if usd is None:
            run = replace(run, tasks=Tasks.of(task._replace(usd=None) for task in run.tasks), cost_reported=None)
        runs.append(run if hours else replace(run, hours=None))
    return runs


def result_of(*arms: Sequence[Run]) -> Result:
    return assess_runs(find_whole([run for own in arms for run in own]), [], SnapshotLogs([], 0, ""), [])


ONDEMAND = arm_runs("fusion_ondemand", 10, 5)
TOGETHER = "Spot's price and Snapshots are measured together: against fusion_ondemand,"
MET = "Interruptions: fusion_snapshots met 16 and fusion_ondemand ran on demand."


@pytest.mark.parametrize(
    ("usd", "hours", "says", "headline"),
    [
        (5, 6, "a result on fusion_snapshots cost 50 % less (50.0 % less, p = 0.008) and took 20 % longer (20.0 % more, p = 0.008).", "Yes: a result costs 50 % less, by Spot's price and Snapshots together."),
        (25, 3, "a result on fusion_snapshots cost 2.5 times as much (2.50 to 2.50 times, p = 0.008) and took 40 % less time (40.0 % less, p = 0.008).", "No: a result costs 2.5 times as much, by Spot's price and Snapshots together."),
        (5, 5, "a result on fusion_snapshots cost 50 % less (50.0 % less, p = 0.008); that it took as long (less than 0.1 % either way, p = 1.00) is not shown.", "Yes: a result costs 50 % less, by Spot's price and Snapshots together."),
        (10, 5, "a result on fusion_snapshots cost as much (less than 0.1 % either way, p = 1.00) and took as long (less than 0.1 % either way, p = 1.00); neither is shown.", "Not shown: any difference in cost may be chance."),
        (None, 4, "a result on fusion_snapshots took 20 % less time (20.0 % less, p = 0.008); its cost is not reported.", "Not shown: the cost of a result is not reported."),
        (None, None, "cost and time of a result on fusion_snapshots are not reported.", "Not shown: the cost of a result is not reported."),
    ],
)  # fmt: skip
def test_two_arms_measure_price_and_snapshots_together(
    usd: float | None, hours: float | None, says: str, headline: str
) -> None:
    result = result_of(ONDEMAND, arm_runs("fusion_snapshots", usd, hours))
    assert result.verdict == f"{TOGETHER} {says} {MET}"
    assert result.headline == headline


def test_with_three_arms_the_two_on_spot_speak_of_snapshots() -> None:
    result = result_of(ONDEMAND, arm_runs("fusion_snapshots", 5.1, 5), arm_runs("fusion_spot", 6, 5.5))
    assert (result.answer, result.headline) == ("yes", "Yes: with Snapshots a result costs 15 % less.")
    assert result.sentences == [
        "Against fusion_spot, a result on fusion_snapshots cost 15 % less (15.0 % less, p = 0.008) and took 9.1 % less time "
        "(9.1 % less, p = 0.008). Interruptions: fusion_snapshots met 16 and fusion_spot met 16.",
        "Against fusion_ondemand, a result on fusion_snapshots cost 49 % less (49.0 % less, p = 0.008); that it took as long "
        "(less than 0.1 % either way, p = 1.00) is not shown.",
        "Against fusion_ondemand, a result on fusion_spot cost 40 % less (40.0 % less, p = 0.008) and took 10 % longer (10.0 "
        "% more, p = 0.008).",
    ]
    dearer = result_of(ONDEMAND, arm_runs("fusion_snapshots", 7.2, 5), arm_runs("fusion_spot", 6, 5.5))
    assert (dearer.answer, dearer.headline) == ("no", "No: with Snapshots a result costs 20 % more.")


def test_an_interval_stands_where_the_runs_vary() -> None:
    spread = [1, 1.1, 0.93, 1.04, 0.97, 1.12, 0.9, 1.02]
    result = result_of(ONDEMAND, arm_runs("fusion_snapshots", 9.6, 5, of=spread))
    assert result.verdict.startswith(
        f"{TOGETHER} a result on fusion_snapshots cost 3.4 % less (10 % less to 3 % more, p = 0.23) and took 0.6 % longer"
    )


def test_an_arm_of_ones_own_is_not_spoken_of_as_snapshots() -> None:
    result = result_of(ONDEMAND, arm_runs("plain_s3", 5, 5, hits=0))
    assert result.headline == "Yes: a result costs 50 % less."
    assert result.verdict.startswith("Against fusion_ondemand, a result on plain_s3 cost 50 % less")


def test_sides_without_a_result() -> None:
    failed = arm_runs("fusion_snapshots", 2, 1, of=[1, 1], status="FAILED")
    result = result_of(ONDEMAND, failed)
    assert result.verdict == (
        "No run succeeded on fusion_snapshots (2 runs, 4.00 USD), so there is no result to compare."
    )
    assert (result.answer, result.headline) == ("not shown", "Not shown: one side has no result to compare.")
    assert next(each.code for each in result.reservations) == "no-result"
    nothing = arm_runs("fusion_ondemand", None, 1, of=[1], status="CANCELLED")
    assert result_of(nothing, failed).verdict == (
        "No run succeeded on fusion_snapshots (2 runs, 4.00 USD) and fusion_ondemand (1 run, cost not reported), so there is "
        "no result to compare."
    )


def test_a_failed_run_counts_in_what_a_result_costs() -> None:
    ours = arm_runs("fusion_snapshots", 5, 5)
    failed = replace(make_run("fusion_snapshots", 99, 8, 5, hits=2, after=24), status="FAILED")
    result = result_of(ONDEMAND, [*ours, failed])
    mean = 5 * sum(STEADY) / 8
    assert result.first.cost.ours == pytest.approx(mean + 1)
    assert result.first.cost.ratio == pytest.approx((mean + 1) / (2 * mean))

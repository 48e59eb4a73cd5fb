"""The table on the terminal: its rows, and what stands in them where there is nothing to tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from worlds import judge_runs, make_run

from fusion_snapshots.compare.assessment import Result
from fusion_snapshots.compare.exchange import Estimate
from fusion_snapshots.compare.figures import ArmFigures
from fusion_snapshots.compare.pairs import LESS, NONE, Measure
from fusion_snapshots.compare.table import draw_table, exits_of, interruptions_of, ratio_of, rows_of
from fusion_snapshots.runs.run import Run
from fusion_snapshots.runs.tasks import Tasks


def runs(arm: str, usd: float, hours: float, number: int = 8, hits: int = 2) -> list[Run]:
    return [make_run(arm, n, usd * (1 + n / 1000), hours, hits=hits, after=24 * n) for n in range(number)]


def table(*arms: Sequence[Run]) -> dict[str, list[str]]:
    return dict(rows_of(judge_runs(run for own in arms for run in own)))


ONDEMAND = runs("fusion_ondemand", 10, 5, hits=0)


def test_the_rows_of_three_arms() -> None:
    found = table(ONDEMAND, runs("fusion_snapshots", 5, 6), runs("fusion_spot", 6, 5))
    assert found == {
        "USD per result": ["10.04", "5.02", "6.02"],
        "hours per result": ["5.00", "6.00", "5.00"],
        "cost, fusion_ondemand = 1": ["1", "0.50 (0.50–0.50)", "0.60 (0.60–0.60)"],
        "time, fusion_ondemand = 1": ["1", "1.20 (1.20–1.20)", "~ 1.00 (1.00–1.00)"],
        "cost, fusion_spot = 1": ["", "0.83 (0.83–0.83)", "1"],
        "time, fusion_spot = 1": ["", "1.20 (1.20–1.20)", "1"],
        "runs": ["8", "8", "8"],
        "  that succeeded": ["8", "8", "8"],
        "interruptions": ["not on Spot", "16", "16"],
        "  in 100 task-hours": ["–", "33.3", "40.0"],
        "  failed dumps": ["0", "0", "0"],
        "USD of a run": ["10.04 (10.00–10.07)", "5.02 (5.00–5.03)", "6.02 (6.00–6.04)"],
        "hours of a run": ["5.00 (5.00–5.00)", "6.00 (6.00–6.00)", "5.00 (5.00–5.00)"],
        "USD of all runs": ["80.28", "40.14", "48.17"],
        "tasks, every attempt": ["16", "16", "16"],
        "  on Spot / on demand": ["0 / 16", "16 / 0", "16 / 0"],
        "task-hours": ["40.00", "48.00", "40.00"],
        "CPU-hours": ["160.00", "192.00", "160.00"],
        "lost attempts": ["0", "0", "0"],
        "  task-hours": ["0.00", "0.00", "0.00"],
        "  USD": ["0.00", "0.00", "0.00"],
        "exits 174 to 177": ["0", "0", "0"],
    }


def test_an_arm_without_a_result() -> None:
    failed = [replace(run, status="FAILED") for run in runs("fusion_snapshots", 5, 5)]
    found = table(ONDEMAND, failed)
    assert found["USD per result"][1] == found["hours per result"][1] == "no result"
    assert found["cost, fusion_ondemand = 1"] == ["1", "–"]
    assert (found["runs"][1], found["  that succeeded"][1]) == ("8", "0")


def test_other_work_has_no_ratio() -> None:
    short = [replace(run, tasks=run.tasks[:1]) for run in runs("fusion_snapshots", 5, 5)]
    assert table(ONDEMAND, short)["cost, fusion_ondemand = 1"] == ["1", "–"]
    assert table(ONDEMAND, short)["time, fusion_ondemand = 1"] == ["1", "–"]


@pytest.mark.parametrize(
    ("estimate", "claim", "text"),
    [
        (None, NONE, "–"),
        (Estimate(0.6249, 0.55, 0.7, 0.01), LESS, "0.62 (0.55–0.70)"),
        (Estimate(0.62, 0.55, 1.1, 0.2), NONE, "~ 0.62 (0.55–1.10)"),
        (Estimate(0.62, 0.55, None, 0.2), NONE, "~ 0.62 (0.55–)"),
        (Estimate(0.62, None, None, None), NONE, "~ 0.62"),
    ],
)
def test_a_ratio_with_its_interval(estimate: Estimate | None, claim: str, text: str) -> None:
    assert ratio_of(Measure(1, 1, estimate, claim)) == text


def figures(**change: Any) -> ArmFigures:
    run = make_run("fusion_snapshots", 1, 1, 1, hits=1)
    return ArmFigures(
        "fusion_snapshots", [replace(run, tasks=Tasks.of([task._replace(**change) for task in run.tasks]))], 0
    )


def test_interruptions_and_exits_of_an_arm() -> None:
    assert interruptions_of(figures(interruptions=2)) == "4"
    assert interruptions_of(figures(price_model="standard")) == "not on Spot"
    assert interruptions_of(figures(price_model="")) == "1"
    assert exits_of(figures()) == "0"
    two = figures(exit=175)
    two.runs.append(replace(two.runs[0], tasks=Tasks.of([two.runs[0].tasks[0]._replace(exit=174)])))
    assert exits_of(two) == "1 × 174, 2 × 175"


def with_notices(result: Result, *sent: int) -> Result:
    return result._replace(arms=[replace(arm, notices_sent=n) for arm, n in zip(result.arms, sent, strict=True)])


def test_notices_of_make_interrupt_stand_below_interruptions() -> None:
    result = judge_runs([*ONDEMAND, *runs("fusion_snapshots", 5, 5)])
    rows = rows_of(with_notices(result, 0, 3))
    place = [label for label, _ in rows].index("  by make interrupt")
    assert rows[place][1] == ["0", "3"]
    assert [rows[place - 1][0], rows[place + 1][0]] == ["  in 100 task-hours", "  failed dumps"]
    assert "  by make interrupt" not in dict(rows_of(with_notices(result, 0, 0)))


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    lines = draw_table(judge_runs([*ONDEMAND, *runs("fusion_snapshots", 5, 5)])).splitlines()
    assert lines[0] == f"{'':25}  {'fusion_ondemand':>19}  {'fusion_snapshots':>18}"
    assert lines[1] == f"{'USD per result':25}  {'10.04':>19}  {'5.02':>18}"
    assert {len(line) for line in lines} == {len(lines[0])}

"""The geometry of the charts: axes, bars, dots and the processes that gained most."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from archives import read_arm, task
from worlds import judge_runs, make_run

from fusion_snapshots.compare.charts import MOST_PROCESSES, Chart, chart_cost, chart_lost, chart_time, rank_processes
from fusion_snapshots.compare.figures import ArmFigures
from fusion_snapshots.runs.run import Run
from fusion_snapshots.runs.tasks import Tasks


def arms_of(folder: Path, *costs: list[float]) -> list[ArmFigures]:
    return [
        read_arm(folder, f"arm{number}", [{"tasks": [task(usd=usd)]} for usd in own])
        for number, own in enumerate(costs)
    ]


@pytest.mark.parametrize(
    ("costs", "ticks"),
    [
        ([[10], [40]], ["0", "10", "20", "30", "40"]),
        ([[0.9]], ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        ([[1234]], ["0", "250", "500", "750", "1000", "1250"]),
        ([[1]], ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        ([[0]], ["0", "1"]),
    ],
)
def test_axes_begin_at_zero_and_end_above_the_largest(
    tmp_path: Path, costs: list[list[float]], ticks: list[str]
) -> None:
    chart = chart_cost(arms_of(tmp_path, *costs))
    assert [text for _, text in chart.ticks] == ticks
    assert (chart.ticks[0][0], chart.ticks[-1][0]) == (0, 100)
    for bar in chart.bars:
        assert all(0 <= dot.x <= 100 for dot in bar.dots)


def test_dots_lie_where_their_values_are_and_do_not_hide_one_another(tmp_path: Path) -> None:
    (bar,) = chart_cost(arms_of(tmp_path, [5, 10, 5.01, 5.02])).bars
    assert [(round(dot.x, 1), dot.lane) for dot in bar.dots] == [(50, 0), (50.1, -1), (50.2, 1), (100, 0)]
    assert bar.width == pytest.approx(62.575)  # the mean of all four


def test_lost_work_is_of_all_runs(tmp_path: Path) -> None:
    lost = task(minutes=30, status="FAILED", exit=1)
    arm = read_arm(
        tmp_path, "arm", [{"tasks": [task()]}, {"tasks": [lost, lost]}, {"tasks": [lost], "status": "FAILED"}]
    )
    (bar,) = chart_lost([arm]).bars
    assert bar.text == "0.50 task-hours"
    assert [dot.x for dot in bar.dots] == [0, 50, 100]


def test_processes_are_ranked_by_the_hours_of_a_run(tmp_path: Path) -> None:
    tasks = [[task("ROOT:A", minutes=a), task("B", minutes=b), task("C", minutes=30)] for a, b in ((60, 20), (90, 10))]
    theirs, ours = (read_arm(tmp_path, f"arm{n}", [{"tasks": own}]) for n, own in enumerate(tasks))
    baseline, arm = (replace(each.runs[0], arm=name) for each, name in ((theirs, "fusion_ondemand"), (ours, "mine")))
    changes = rank_processes(judge_runs([baseline, arm]).first)
    assert [(c.label, c.process, c.text, c.gained, round(c.x, 1), round(c.width, 1)) for c in changes] == [
        ("A", "ROOT:A", "+30.0 min", False, 50, 50),
        ("B", "B", "−10.0 min", True, 33.3, 16.7),
    ]
    assert changes[0].detail == "a task 1.00 h → 1.50 h"


def costing(*usd: float) -> Chart:
    """Return the chart of an arm whose runs cost this."""
    return chart_cost([ArmFigures("arm", [make_run("arm", n, each, 1) for n, each in enumerate(usd)], 0)])


@pytest.mark.parametrize(
    ("largest", "ticks"),
    [
        (5, ["0", "1", "2", "3", "4", "5"]),
        (5.01, ["0", "2", "4", "6"]),
        (10.1, ["0", "2.5", "5", "7.5", "10", "12.5"]),
        (12.6, ["0", "5", "10", "15"]),
        (25.1, ["0", "10", "20", "30"]),
        (0.004, ["0", "0.001", "0.002", "0.003", "0.004"]),
        (0.05, ["0", "0.01", "0.02", "0.03", "0.04", "0.05"]),
    ],
)
def test_an_axis_has_five_steps_of_few_digits_at_most(largest: float, ticks: list[str]) -> None:
    chart = costing(largest)
    assert [text for _, text in chart.ticks] == ticks
    assert [place for place, _ in chart.ticks] == pytest.approx([100 * n / (len(ticks) - 1) for n in range(len(ticks))])


def test_a_bar_says_what_it_is_and_dots_name_their_runs() -> None:
    runs = [make_run("arm", 2, 8, 2), make_run("arm", 1, 2, 3, status="FAILED")]
    other = ArmFigures("other", [make_run("other", 1, 4, 1)], 0)
    cost, time = chart_cost([ArmFigures("arm", runs, 0), other]), chart_time([ArmFigures("arm", runs, 0), other])
    assert (cost.name, cost.title, cost.unit) == ("cost", "Cost of a result", "USD")
    assert cost.summary == "arm: 10.00 USD, 2 runs; other: 4.00 USD, 1 runs"
    assert [(bar.arm, bar.label, bar.text, bar.width) for bar in cost.bars] == [
        (0, "arm", "10.00 USD", 100),
        (1, "other", "4.00 USD", 40),
    ]
    assert [(dot.x, dot.lane, dot.succeeded, dot.title) for dot in cost.bars[0].dots] == [
        (20, 0, False, "w-arm-20260302-100000-1: 2.00 USD, failed"),
        (80, 0, True, "w-arm-20260302-100000-2: 8.00 USD, succeeded"),
    ]
    assert (time.name, time.unit, time.bars[0].text, time.bars[0].dots[0].title) == (
        "time",
        "hours",
        "5.00 hours",
        "w-arm-20260302-100000-2: 2.00 hours, succeeded",
    )


def test_dots_that_are_near_take_three_lanes_in_turn() -> None:
    (bar,) = costing(100, 50, 50, 50, 50, 51.6).bars
    assert [dot.lane for dot in bar.dots] == [0, -1, 1, 0, 0, 0]


@pytest.mark.parametrize(("usd", "lane"), [(51.4, -1), (51.5, 0)])
def test_dots_are_near_within_one_and_a_half_percent(usd: float, lane: int) -> None:
    (bar,) = costing(100, 50, usd).bars
    assert [dot.lane for dot in bar.dots][1] == lane


def test_small_amounts_are_shown_as_such() -> None:
    assert costing(0.004).bars[0].text == "0.004 USD"


def without_cost(run: Run) -> Run:
    return replace(run, cost_reported=None, tasks=Tasks.of([task._replace(usd=None) for task in run.tasks]))


def test_a_bar_without_a_figure_says_why() -> None:
    failed = make_run("arm", 1, 2, 3, status="FAILED")
    bars = chart_cost(
        [
            ArmFigures("failed", [failed], 0),
            ArmFigures("silent", [without_cost(make_run("arm", 1, 2, 3))], 0),
            ArmFigures("both", [without_cost(failed)], 0),
        ]
    ).bars
    assert [(bar.text, bar.width, len(bar.dots)) for bar in bars] == [
        ("no run succeeded", None, 1),
        ("not reported", None, 0),
        ("not reported", None, 0),
    ]


def test_work_lost_of_which_nothing_is_known() -> None:
    lost = make_run("arm", 1, 2, 3)
    lost = replace(lost, tasks=Tasks.of([task._replace(status="FAILED", seconds=None) for task in lost.tasks]))
    (bar,) = chart_lost([ArmFigures("arm", [lost], 0)]).bars
    assert (bar.text, bar.width, bar.dots) == ("not reported", None, [])


def test_the_ten_processes_that_changed_most_by_name_where_alike(tmp_path: Path) -> None:
    names = [f"P{number:02}" for number in range(MOST_PROCESSES + 2)]
    theirs, ours = (
        read_arm(
            tmp_path, arm, [{"tasks": [task(name, minutes=base + 30 * (name in more)) for name in reversed(names)]}]
        )
        for arm, base, more in (("fusion_ondemand", 60, []), ("mine", 60, names[1:]))
    )
    changes = rank_processes(judge_runs([*theirs.runs, *ours.runs]).first)
    assert [change.process for change in changes] == names[1:11]
    assert {(change.x, change.width, change.gained) for change in changes} == {(50, 50, False)}
    assert rank_processes(judge_runs([*theirs.runs, *(replace(run, arm="x") for run in theirs.runs)]).first) == []

"""What forbids a claim: each with its words, and none where there is no reason for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from worlds import make_run

from fusion_snapshots.compare.doubts import (
    find_few_blocks,
    find_odd_prices,
    find_unequal_exposure,
    find_unequal_work,
)
from fusion_snapshots.compare.exchange import Block, Figure
from fusion_snapshots.compare.figures import ArmFigures
from fusion_snapshots.runs.run import Run
from fusion_snapshots.runs.tasks import Task, Tasks


def arm(name: str, *, hits: int = 5, runs: int = 2, change: Callable[[Run], Run] = lambda run: run) -> ArmFigures:
    """Return an arm of runs of two tasks each, of which the last one is changed."""
    made = [make_run(name, n, 10, 2, hits=hits) for n in range(runs)]
    return ArmFigures(name, [*made[:-1], change(made[-1])], 0)


def with_tasks(change: Callable[[list[Task]], list[Task]]) -> Callable[[Run], Run]:
    return lambda run: replace(run, tasks=Tasks.of(change(list(run.tasks))))


ONDEMAND, SNAPSHOTS, SPOT = arm("fusion_ondemand", hits=0), arm("fusion_snapshots"), arm("fusion_spot")


def test_arms_that_are_alike_leave_no_doubt() -> None:
    for find in (find_unequal_work, find_unequal_exposure, find_odd_prices):
        assert list(find(SNAPSHOTS, SPOT)) == []
        assert list(find(SNAPSHOTS, ONDEMAND)) == []


def test_work_that_is_missing_is_named_by_process_and_number() -> None:
    short = arm("fusion_snapshots", change=with_tasks(lambda tasks: tasks[:1]))
    (found,) = find_unequal_work(short, ONDEMAND)
    assert (found.code, found.text) == (
        "unequal-work",
        "Not the same work as in w-fusion-ondemand-20260302-100000-0: w-fusion-snapshots-20260302-100000-1 completed 0 "
        "tasks of CALL, there 1. Nothing is claimed. Look at these runs in the Platform, and launch again what lacks tasks.",
    )


def test_retries_and_failed_runs_are_no_other_work() -> None:
    retried = arm("fusion_snapshots", change=with_tasks(lambda t: [t[0]._replace(status="FAILED", exit=1), *t]))
    failed = arm("fusion_snapshots", change=lambda run: replace(run, status="FAILED", tasks=run.tasks[:1]))
    assert list(find_unequal_work(retried, ONDEMAND)) == list(find_unequal_work(failed, ONDEMAND)) == []


def test_failures_that_were_ignored_are_named() -> None:
    def ignore(tasks: list[Task]) -> list[Task]:
        return [*tasks, tasks[1]._replace(status="FAILED", exit=1, error_action="IGNORE")]

    (found,) = find_unequal_work(arm("fusion_snapshots", change=with_tasks(ignore)), ONDEMAND)
    assert found.text == (
        "fusion_snapshots: 1 task of CALL failed for good and were ignored, so its results lack them, and nothing is "
        "claimed. Let such tasks fail the run (errorStrategy), and launch again."
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "why"),
    [
        (5, 5, ""),
        (5, 7, ""),
        (5, 8, "in 100 task-hours 250.0 and 400.0, so more than a factor 1.5 apart"),
        (4, 5, "what Snapshots change shows from 10 on each side"),
        (5, 0, "what Snapshots change shows from 10 on each side"),
    ],
)
def test_interruptions_must_be_enough_and_alike(ours: int, theirs: int, why: str) -> None:
    found = list(find_unequal_exposure(arm("fusion_snapshots", hits=ours), arm("fusion_spot", hits=theirs)))
    assert [each.code for each in found] == (["unequal-exposure"] if why else [])
    if why:
        met = f"{2 * ours} on fusion_snapshots and {2 * theirs} on fusion_spot"
        assert found[0].text == (
            f"Interruptions met: {met}; {why}. Nothing is claimed of Snapshots. Interrupt both Spot arms alike: "
            "make interrupt ARM=all"
        )


def test_what_is_not_reported_is_too_few() -> None:
    silent = arm(
        "fusion_spot", runs=1, change=with_tasks(lambda tasks: [t._replace(interruptions=None) for t in tasks])
    )
    (found,) = find_unequal_exposure(SNAPSHOTS, silent)
    assert found.text.startswith("Interruptions met: 10 on fusion_snapshots and not reported on fusion_spot;")


def test_attempts_at_another_price() -> None:
    stray = arm("fusion_snapshots", change=with_tasks(lambda t: [t[0], t[1]._replace(price_model="standard")]))
    (found,) = find_odd_prices(stray, ONDEMAND)
    assert (found.code, found.text) == (
        "price-model",
        "fusion_snapshots: 1 of 4 attempts were on-demand, though its compute environment is Spot, so no cost is claimed. "
        "Look which queue they took.",
    )


FIGURE = Figure(1, 1)


@pytest.mark.parametrize(
    ("complete", "rounds", "codes"),
    [
        (1, 1, ["one-block", "few-rounds"]),
        (1, 8, ["one-block"]),
        (2, 8, ["few-rounds"]),
        (4, 4, ["few-rounds"]),
        (5, 5, []),
        (7, 7, []),
    ],
)
def test_blocks_that_are_too_few(complete: int, rounds: int, codes: list[str]) -> None:
    found = list(find_few_blocks([Block(FIGURE, FIGURE)] * complete, rounds))
    assert [each.code for each in found] == codes
    assert all(f"make launch RUNS={5 - complete}" in each.text for each in found)

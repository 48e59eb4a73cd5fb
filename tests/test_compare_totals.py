"""What a run took, summed up: what is not reported is not counted as nothing."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import Any

import pytest
from worlds import make_run

from fusion_snapshots.compare.totals import Lost, add_lost, sum_up
from fusion_snapshots.runs.run import Run
from fusion_snapshots.runs.tasks import Tasks


def run_of(*changes: dict[str, Any]) -> Run:
    """Return a run of tasks of an hour, a dollar and 4 CPUs, each changed so."""
    run = make_run("fusion_snapshots", 1, 2, 2)
    task = run.tasks[0]._replace(process="P")
    return replace(run, tasks=Tasks.of([task._replace(**change) for change in changes]))


FAILED = {"status": "FAILED", "exit": 1}


def test_the_sums_of_all_attempts() -> None:
    found = sum_up(
        run_of({}, {**FAILED, "seconds": 1800.0}, {"process": "Q", "price_model": "standard", "machine_type": "m6id"})
    )
    assert (found.attempts, found.task_hours, found.cpu_hours, found.untimed, found.unpriced) == (3, 2.5, 10, 0, 0)
    assert found.lost == Lost(1, 0.5, 1)
    assert (found.exits, found.models) == ({0: 2, 1: 1}, {"spot": 2, "standard": 1})
    assert found.machine_hours == {"c6id.8xlarge": 1.5, "m6id": 1}
    assert (found.completed, found.seconds) == (
        {"P": 1, "Q": 1},
        {"P": array("d", [3600]), "Q": array("d", [3600])},
    )
    assert (found.ignored, found.waited) == ({}, [])


def test_a_run_of_no_attempts_took_nothing() -> None:
    found = sum_up(run_of())
    assert (found.attempts, found.task_hours, found.cpu_hours, found.lost) == (0, 0, 0, Lost(0, 0, 0))


def test_what_is_not_reported_is_none_only_where_nothing_is() -> None:
    silent = {"seconds": None, "usd": None}
    found = sum_up(run_of(silent, {}))
    assert (found.task_hours, found.cpu_hours, found.untimed, found.unpriced) == (1, 4, 1, 1)
    assert found.seconds == {"P": array("d", [3600])}
    assert found.completed == {"P": 2}
    nothing = sum_up(run_of(silent, silent | FAILED))
    assert (nothing.task_hours, nothing.cpu_hours, nothing.lost) == (None, None, Lost(1, None, None))


def test_cpus_that_are_not_reported() -> None:
    assert sum_up(run_of({"cpus": None}, {"cpus": 2.0})).cpu_hours == 2
    assert sum_up(run_of({"cpus": None})).cpu_hours is None
    assert sum_up(run_of({"machine_type": ""})).machine_hours == {}
    assert sum_up(run_of({"seconds": 0.0})).task_hours == 0


def test_failures_that_were_ignored_count_by_process() -> None:
    found = sum_up(run_of({**FAILED, "error_action": "IGNORE"}, {**FAILED, "error_action": "RETRY"}, {}))
    assert (found.ignored, found.completed, found.lost.attempts) == ({"P": 1}, {"P": 1}, 2)


def test_a_task_of_no_process_has_no_list_of_its_own() -> None:
    assert sum_up(run_of({"process": ""})).seconds == {}


@pytest.mark.parametrize(
    ("change", "number"),
    [({"interruptions": 1}, 1), ({"interruptions": 0}, 0), ({"interruptions": None}, 0), ({"interruptions": 1, "exit": 2147483647}, 0), ({"interruptions": 1, "billed": True}, 0)],
)  # fmt: skip
def test_records_that_span_several_hosts_may_hold_waits(change: dict[str, Any], number: int) -> None:
    assert len(sum_up(run_of(change, {"interruptions": 0})).waited) == number


def test_what_several_runs_lost() -> None:
    nothing = Lost(0, 0, 0)
    assert add_lost(iter([])) == nothing
    assert add_lost([nothing, Lost(2, 1, None), Lost(1, None, 3)]) == Lost(3, 1, 3)
    assert add_lost([nothing, Lost(1, None, None)]) == Lost(1, None, None)

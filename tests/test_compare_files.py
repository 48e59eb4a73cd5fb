"""comparison.json and tasks.csv: what is written for other programs, and what a spreadsheet makes of it."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from worlds import judge_runs, make_run

from fusion_snapshots.compare.assessment import Result
from fusion_snapshots.compare.figures import ArmFigures
from fusion_snapshots.compare.files import TASK_COLUMNS, write_json, write_tasks
from fusion_snapshots.compare.measured import Estimated, Measured
from fusion_snapshots.runs.run import Run
from fusion_snapshots.runs.tasks import Tasks


def result_of(**change: Any) -> Result:
    runs = [make_run(arm, n, usd, 2, hits=hits, after=24 * n) for arm, usd, hits in (("fusion_ondemand", 10, 0), ("fusion_snapshots", 5, 1)) for n in range(2)]  # fmt: skip
    return judge_runs(runs)._replace(**change)


def written(result: Result) -> dict[str, Any]:
    return dict(json.loads(write_json(result)))


def rows(*runs: Run) -> list[list[str]]:
    """Return the rows of tasks.csv, read as CSV."""
    return list(csv.reader("".join(write_tasks([ArmFigures("arm", list(runs), 0)])).splitlines(keepends=True)))


def with_tasks(**change: Any) -> Run:
    run = make_run("arm", 1, 2, 3)
    return replace(run, tasks=Tasks.of([task._replace(**change) for task in run.tasks]))


def test_numbers_have_six_decimals_and_what_is_not_reported_is_null() -> None:
    arm = written(result_of())["arms"]["fusion_snapshots"]
    assert (arm["runs"], arm["succeeded"], arm["failed"]) == (2, 2, 0)
    assert arm["wall_hours"] == {"median": 2.0, "min": 2.0, "max": 2.0}
    odd = [replace(make_run("fusion_ondemand", 1, 10, 1 / 3, status="FAILED"), hours=None), make_run("x", 1, 1 / 3, 2)]
    found = written(judge_runs(odd))["arms"]
    assert found["fusion_ondemand"]["wall_hours"] == {"median": None, "min": None, "max": None}
    assert (found["fusion_ondemand"]["failed"], found["x"]["cost_usd"]) == (1, 0.333333)


def test_a_comparison_with_and_without_an_estimate() -> None:
    (found,) = written(result_of())["comparisons"]
    assert (found["arm"], found["baseline"], found["cost_ratio"], found["cost_ratio_p"]) == ("fusion_snapshots", "fusion_ondemand", 0.5, found["cost"]["p"])  # fmt: skip
    assert (found["time_ratio"], found["time"]["claim"], found["separated"]) == (1.0, "none", False)
    assert found["by_process"]["ALIGN"] == {"arm_seconds": 3600.0, "baseline_seconds": 3600.0, "ratio": 1.0}
    failed = judge_runs([make_run("fusion_ondemand", 1, 1, 1), make_run("x", 1, 1, 1, status="FAILED")])
    (found,) = written(failed)["comparisons"]
    assert (found["cost_ratio"], found["cost_ratio_p"], found["time_ratio_p"]) == (None, None, None)
    assert found["cost"] == {"ratio": None, "low": None, "high": None, "p": None, "claim": "none"}


def test_what_was_measured_stands_by_the_models_symbols() -> None:
    measured = Measured(None, Estimated(1.5, 1, 2, 3), {"c6id": Estimated(0.9, 0.8, 1, 7)})
    assert written(result_of(measured=measured))["measured"] == {
        "e": None,
        "R": {"value": 1.5, "low": 1, "high": 2, "number": 3},
        "q": {"c6id": {"value": 0.9, "low": 0.8, "high": 1, "number": 7}},
    }


def test_secrets_are_masked_in_texts_lists_and_keys() -> None:
    key = "AKIAIOSFODNN7EXAMPLE"
    text = write_json(result_of(notes=[f"a {key}"], measured=Measured(None, None, {key: Estimated(1, 1, 1, 1)})))
    assert key not in text
    assert json.loads(text)["notes"] == ["a <secret>"]


def test_an_attempt_a_row_with_empty_cells_for_what_is_not_reported() -> None:
    run = with_tasks(seconds=1 / 3, usd=1234567.25, interruptions=0)
    found = rows(run, with_tasks(attempt=None, exit=None, seconds=None, usd=None, interruptions=None))
    assert found[0] == list(TASK_COLUMNS)
    assert found[1] == ["arm", run.name, "ALIGN", "1", "COMPLETED", "0", "c6id.8xlarge", "spot", "0.3333333333", "1234567.25", "0"]  # fmt: skip
    assert found[3] == ["arm", run.name, "ALIGN", "", "COMPLETED", "", "c6id.8xlarge", "spot", "", "", ""]
    assert len(found) == 5


def test_rows_come_in_pieces() -> None:
    run = make_run("arm", 1, 2, 3)
    many = replace(run, tasks=Tasks.of([*run.tasks] * 500))
    assert [piece.count("\n") for piece in write_tasks([ArmFigures("arm", [many], 0)])] == [1, 1000]
    assert [piece.count("\n") for piece in write_tasks([])] == [1]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ('@x,\n"y"', '\'@x,\n"y"'),
        ("+a", "'+a"),
        ("-a", "'-a"),
        ("\ta", "'\ta"),
        # Excel takes ; for what parts cells where the comma is for decimals, and quotes within a cell for nothing then.
        ("a;=1+1", "a;'=1+1"),
        ("b; @x", "b; '@x"),
        ("c,\n=2", "c,\n'=2"),
        ('d;"-e', "d;\"'-e"),
        ("f;g-h", "f;g-h"),
        ("x,-y", "x,-y"),
        ("a=b", "a=b"),
    ],
)
def test_no_text_is_a_formula_whatever_parts_cells(text: str, cell: str) -> None:
    found = rows(replace(with_tasks(process=text, machine_type=text, status=text, price_model=text), name=text))
    assert [found[1][place] for place in (1, 2, 4, 6, 7)] == [cell] * 5


def test_secrets_in_names_of_tasks_are_masked() -> None:
    assert rows(with_tasks(process="GET https://me:sesame@host/x"))[1][2] == "GET https://<secret>@host/x"


def test_every_arm_and_run_is_listed() -> None:
    def arms(*numbers: Sequence[int]) -> list[ArmFigures]:
        return [ArmFigures(f"arm{n}", [make_run(f"arm{n}", m, 1, 1) for m in own], 0) for n, own in enumerate(numbers)]

    text = "".join(write_tasks(arms([1, 2], [3])))
    assert [line.split(",")[0] for line in text.splitlines()[1:]] == ["arm0"] * 4 + ["arm1"] * 2

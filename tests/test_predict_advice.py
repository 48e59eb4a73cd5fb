"""The sentences of a prediction."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from archives import task
from test_predict_prediction import NOTHING, predicted

from fusion_snapshots.predict.advice import (
    advise,
    assumptions_of,
    show_hours,
    show_percent,
    show_rate,
    tell_break_even,
    tell_decisive,
    tell_rate,
)

LONG: list[dict[str, Any]] = [task(minutes=240, usd=4)] * 20
SHORT: list[dict[str, Any]] = [task(minutes=3, usd=1)] * 20


@pytest.mark.parametrize(
    ("tasks", "rate", "discount", "told"),
    [
        (LONG, 0.1, 60, "Take Spot with Snapshots: a result costs 17.6 % less than on Spot alone, and the worst run in 20 takes "),
        (LONG, 0.004, None, "Take Spot alone unless time counts: Snapshots cost 0.2 % more on average. What they insure is time: the worst run in 20 takes "),
        (SHORT, 0.1, None, "Take Spot alone: Snapshots cost 0.1 % more on average, and the worst run in 20 takes no less time."),
        (LONG, 0.1, 1, "Stay on demand: Spot saves nothing here, as a result would cost "),
        ([task(minutes=60000, peakRss=60 << 30)], 5.0, None, "Stay on demand: at this rate a run on Spot hardly ever ends."),
    ],
)  # fmt: skip
def test_which_arm(tmp_path: Path, tasks: list[dict[str, Any]], rate: float, discount: float | None, told: str) -> None:
    given = replace(NOTHING, rate=(rate,), discount=discount)
    assert advise(predicted(tmp_path, tasks, given=given)).startswith(told)


def test_what_spot_saves_is_said(tmp_path: Path) -> None:
    found = advise(predicted(tmp_path, LONG, given=replace(NOTHING, rate=(0.01,), discount=60)))
    assert found.endswith(" of the price on demand.")


def test_from_which_rate_on(tmp_path: Path) -> None:
    assert tell_break_even(predicted(tmp_path, LONG)).startswith("Snapshots pay above one interruption an instance in ")
    assert (
        tell_break_even(predicted(tmp_path, [task(minutes=3)]))
        == "Snapshots pay at no rate below 5 interruptions an hour."
    )
    free = replace(NOTHING, overhead=0)
    assert tell_break_even(predicted(tmp_path, LONG, given=free)) == "Snapshots pay at any rate."


def test_whose_rate(tmp_path: Path) -> None:
    counted = [task(minutes=1200, numSpotInterruptions=1)]
    assert tell_rate(predicted(tmp_path, counted)) == (
        "Yours: one interruption an instance in 20 h (0.05 an hour); 90 % sure: 0.0088 to 0.2."
    )
    assert tell_rate(predicted(tmp_path, counted, given=replace(NOTHING, rate=(0.5,)))) == (
        "Predicted for: 0.5 an hour. Yours: one interruption an instance in 20 h (0.05 an hour)."
    )
    assert tell_rate(predicted(tmp_path, SHORT)) == "Assumed: one interruption an instance in 100 h (0.01 an hour)."


def test_rates_in_words() -> None:
    assert show_rate(1 / 61) == "one interruption an instance in 61 h (0.016 an hour)"
    assert show_rate(0.4) == "0.4 an hour"


def test_what_it_rests_on(tmp_path: Path) -> None:
    found = {
        each.name: each for each in assumptions_of(predicted(tmp_path, [task(machineType="", usd=1)], status="FAILED"))
    }
    assert list(found) == [
        "rate",
        "overhead",
        "wait",
        "restore",
        "saved in time",
        "Spot's saving",
        "limit",
        "instance type",
        "whole run",
    ]
    assert found["overhead"][1:] == ("1.00 % of run time", "assumed; nobody publishes it, so measure it")
    assert found["instance type"][1:] == ("for 1 task the smallest that fits", "of c6id.4xlarge and 6 more")
    assert found["limit"][1:] == ("109 GB and 15 attempts a task", "the template's")


def test_what_decides(tmp_path: Path) -> None:
    told = tell_decisive(predicted(tmp_path, LONG, given=replace(NOTHING, rate=(0.001,))))
    assert told.startswith("The overhead decides most. Snapshots against Spot: at 0.0033 +")


@pytest.mark.parametrize(
    ("hours", "text"),
    [(0.994, "0.99"), (1, "1.0"), (1234.56, "1,234.6"), (1e6, "1,000,000.0"), (1.1e6, "endless"), (0, "0.00")],
)
def test_hours_of_a_run(hours: float, text: str) -> None:
    assert show_hours(hours) == text


def test_shares_in_percent() -> None:
    assert [show_percent(0.1234, 1), show_percent(0.5, 0)] == ["12.3 %", "50 %"]

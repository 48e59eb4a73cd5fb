"""From recorded runs to a prediction's figures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from archives import task, write_archive
from test_predict_works import CATALOG

from fusion_snapshots.predict.prediction import Prediction, predict_from
from fusion_snapshots.predict.recorded import read_recorded
from fusion_snapshots.predict.terms import read_terms
from fusion_snapshots.settings import Predict

NOTHING = Predict()


def predicted(folder: Path, *runs: list[dict[str, Any]], given: Predict = NOTHING, **more: Any) -> Prediction:
    """Return what runs of such tasks let expect, outside of any folder and without aws."""
    paths = [folder / f"{number}.tar.gz" for number in range(len(runs))]
    for path, tasks in zip(paths, runs, strict=True):
        write_archive(path, tasks, **more)
    return predict_from(read_recorded(paths), CATALOG, read_terms(None, CATALOG, given), {"PATH": ""}, folder)


def test_on_demand_is_known_by_what_is_given_or_by_the_runs(tmp_path: Path) -> None:
    spot, demand = [task(usd=1)], [task(usd=2, priceModel="standard")]
    assert predicted(tmp_path, spot).saving is None
    assert predicted(tmp_path, spot, given=replace(NOTHING, discount=60)).saving == (0.6, "--discount")
    both = predicted(tmp_path, spot, demand)
    assert both.saving == (0.5, "the runs' own prices of c6id")
    usd = both.first.arms["fusion_ondemand"].usd
    assert usd is not None
    assert usd.mean == pytest.approx(2)
    assert both.model.mean_cost("fusion_spot", 1e-9) == pytest.approx(1)


def test_what_ran_on_demand_alone_has_no_costs_on_spot(tmp_path: Path) -> None:
    found = predicted(tmp_path, [task(usd=2, priceModel="standard")])
    assert (found.in_usd, found.saving) == (False, None)
    assert found.model.mean_cost("fusion_spot", 1e-9) == pytest.approx(1)
    known = predicted(tmp_path, [task(usd=2, priceModel="standard")], given=replace(NOTHING, discount=75))
    assert known.in_usd
    assert known.model.mean_cost("fusion_spot", 1e-9) == pytest.approx(0.5)


def test_the_runs_own_rate_or_those_that_are_given(tmp_path: Path) -> None:
    tasks = [task(minutes=600, numSpotInterruptions=3)]
    own = predicted(tmp_path, tasks)
    assert own.first.rate == own.own == (0.3, 3, 10)
    given = predicted(
        tmp_path,
        tasks,
        given=replace(
            NOTHING,
            rate=(
                0.1,
                0.2,
            ),
        ),
    )
    assert [each.rate.value for each in given.at] == [0.1, 0.2]
    assert given.own.counted
    assert not given.first.rate.counted


@pytest.mark.parametrize(
    ("overhead", "hours", "decides"),
    [(0.05, 1.0, "overhead"), (0.0001, 6.0, "rate")],
)
def test_what_decides(tmp_path: Path, overhead: float, hours: float, decides: str) -> None:
    found = predicted(tmp_path, [task(minutes=60 * hours)] * 5, given=replace(NOTHING, overhead=overhead, rate=(0.05,)))
    assert found.swings[0].name == decides
    assert {swing.name for swing in found.swings} == {"overhead", "rate", "restore"}


def test_runs_that_did_not_succeed_are_named(tmp_path: Path) -> None:
    assert predicted(tmp_path, [task()], status="FAILED").incomplete == ["0"]
    assert predicted(tmp_path, [task()]).incomplete == []

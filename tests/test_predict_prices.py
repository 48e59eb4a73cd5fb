"""What an hour of a task costs on Spot, and what Spot saves by the runs themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from archives import task
from test_predict_works import MACHINES, runs_of

from fusion_snapshots.predict.prices import PerHour, saving_in
from fusion_snapshots.runs.tasks import Task


def kept(folder: Path, *tasks: dict[str, Any]) -> list[Task]:
    (run,) = runs_of(folder, *tasks)
    return run.kept


def prices(tasks: list[Task], saving: float | None) -> tuple[bool, list[Any]]:
    found = PerHour(tasks, MACHINES.share, saving)
    return found.in_usd, [pytest.approx(found.of(each, MACHINES.share(each)[1])) for each in tasks]


def test_what_ran_on_spot_costs_what_it_cost(tmp_path: Path) -> None:
    assert prices(kept(tmp_path, task(minutes=30, usd=2), task(usd=0)), None) == (True, [4, 0])


def test_a_cost_that_is_not_reported_is_that_of_others_on_the_type(tmp_path: Path) -> None:
    half: dict[str, Any] = {"cpus": 16, "memory": 1 << 30}
    tasks = kept(
        tmp_path, task(usd=2, **half), task(usd=None, cpus=8, memory=1 << 30), task(usd=9, machineType="m6id.4xlarge")
    )
    assert prices(tasks, None) == (True, [2, 1, 9])


def test_without_prices_an_instance_is_the_unit(tmp_path: Path) -> None:
    tasks = kept(tmp_path, task(usd=None, cpus=16), task(usd=None, cpus=8, memory=32 << 30))
    assert prices(tasks, 0.5) == (False, [0.5, 0.5])


def test_what_ran_on_demand_costs_less_on_spot(tmp_path: Path) -> None:
    tasks = kept(tmp_path, task(usd=2, priceModel="standard"), task(usd=1))
    assert prices(tasks, 0.6) == (True, [0.8, 1])


def test_without_the_saving_prices_on_demand_are_relative(tmp_path: Path) -> None:
    tasks = kept(tmp_path, task(usd=2, priceModel="standard"), task(usd=4, priceModel="standard"))
    assert prices(tasks, None) == (False, [2, 4])
    mixed = kept(tmp_path, task(usd=2, priceModel="standard", cpus=8), task(usd=4, cpus=16, machineType="m6id.8xlarge"))
    assert prices(mixed, None) == (False, [0.25, 0.5])


def test_the_saving_that_runs_at_both_prices_show(tmp_path: Path) -> None:
    # 32 of 32 vCPUs at 1.6 USD against 16 of 48 at 0.24 USD an hour: 0.05 against 0.015 USD a vCPU.
    demand = task(usd=1.6, priceModel="standard", cpus=32)
    spot = task(usd=0.24, cpus=16, memory=1 << 30, machineType="c6id.12xlarge")
    found = saving_in(kept(tmp_path, demand, spot), MACHINES.share)
    assert found is not None
    assert (round(found.value, 9), found.source) == (0.7, "the runs' own prices of c6id")
    assert saving_in(kept(tmp_path, demand, spot | {"machineType": "m6id.8xlarge"}), MACHINES.share) is None
    assert saving_in(kept(tmp_path, spot), MACHINES.share) is None

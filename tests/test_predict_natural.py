"""What a comparison's runs say of nature."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from archives import RECLAIMED, make_folder, task
from test_predict_works import MACHINES

from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.folder.model import Folder
from fusion_snapshots.predict.natural import Natural, _sum_by_price, predict_natural
from fusion_snapshots.predict.prices import saving_in
from fusion_snapshots.predict.recorded import Recorded
from fusion_snapshots.predict.terms import Measured
from fusion_snapshots.runs.fetch import gather_runs

ENV = {"ORGANIZATION_NAME": "acme", "WORKSPACE_NAME": "ws", "AWS_REGION": "eu-west-1", "PATH": "/nowhere"}
LOST: dict[str, Any] = {"status": "FAILED", "exit": RECLAIMED, "exitStatus": RECLAIMED}


def natural(folder: Path, arms: dict[str, list[dict[str, Any]]], storm: tuple[str, ...] = ()) -> Natural | None:
    make_folder(folder, {arm: [{"tasks": tasks}] for arm, tasks in arms.items()})
    benchmark = Benchmark(folder, ENV)
    return predict_natural(Folder(benchmark.root), gather_runs(benchmark, wait=False, every=0).runs, storm, Measured())


ARMS = {
    "fusion_ondemand": [task(minutes=240, usd=4, priceModel="standard")],
    "fusion_spot": [task(minutes=240, usd=2), task(minutes=60, usd=0.5, **LOST)],
    "fusion_snapshots": [task(minutes=300, usd=2.5)],
}


def test_the_rate_and_the_prices_are_those_of_the_runs(tmp_path: Path) -> None:
    found = natural(tmp_path, ARMS)
    assert found is not None
    # One in five hours on Spot without Snapshots, and none in the five with them.
    assert found.text == (
        "At one interruption an instance in 10 h (0.1 an hour), as these runs met, a result would cost 2.46 USD on "
        "Spot and 2.03 USD with Snapshots. Snapshots pay above one interruption an instance in 202 h (0.005 an hour). "
        "make predict tells more."
    )
    assert "your rate: 0.1" in found.chart


def test_what_spot_saves_is_told_by_all_tasks(tmp_path: Path) -> None:
    sizes = [
        ("c6id.8xlarge", 16 << 30),
        ("c6id.8xlarge", 32 << 30),
        ("c6id.12xlarge", None),
        ("m6id.8xlarge", 16 << 30),
    ]
    tasks = {
        price: [
            task(machineType=kind, memory=memory, priceModel=price, minutes=30 + number, usd=usd * (number % 5))
            for number in range(60)
            for kind, memory in (sizes[number % 4],)
        ]
        for price, usd in (("standard", 1), ("spot", 0.4))
    }
    tasks["spot"] += [task(priceModel="spot", usd=9, **LOST), task(priceModel="spot", usd=9, start=None)]
    make_folder(tmp_path, {arm: [{"tasks": each}] for arm, each in zip(ARMS, tasks.values(), strict=False)})
    runs = gather_runs(Benchmark(tmp_path, ENV), wait=False, every=0).runs
    some = _sum_by_price(runs)
    every = [each for run in runs for each in Recorded("", "", "", "", list(run.own_attempts), None).kept]
    assert len(some) < 10 < len(every)
    found, wanted = saving_in(some, MACHINES.share), saving_in(every, MACHINES.share)
    assert found is not None
    assert wanted is not None
    assert found.value == pytest.approx(wanted.value)
    assert found.source == "the runs' own prices of c6id, m6id"


def test_some_of_very_many_tasks_cost_what_all_cost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = [task(minutes=30 + number % 7, usd=1 + number % 3, priceModel="standard") for number in range(300)]
    arms = {
        arm: [{**each, "priceModel": price} for each in tasks]
        for arm, price in (("fusion_ondemand", "standard"), ("fusion_spot", "spot"))
    }
    whole = natural(tmp_path / "whole", arms)
    monkeypatch.setattr("fusion_snapshots.predict.natural._MOST_TASKS", 150)
    some = natural(tmp_path / "some", arms)
    assert whole is not None
    assert some is not None
    costs = [float(each.text.partition(" would cost ")[2].partition(" USD")[0]) for each in (whole, some)]
    assert costs[0] > 600
    assert costs[1] == pytest.approx(costs[0], rel=0.05)


def test_a_storm_is_not_nature(tmp_path: Path) -> None:
    found = natural(tmp_path, ARMS, ("fusion_spot",))
    assert found is not None
    assert found.text.startswith(
        "At one interruption an instance in 100 h (0.01 an hour), assumed, as no natural one is known of these runs, "
    )
    assert "assumed rate: 0.01" in found.chart


@pytest.mark.parametrize("arm", ["fusion_ondemand", "fusion_spot"])
def test_without_a_task_that_completed_nothing_is_said(tmp_path: Path, arm: str) -> None:
    assert natural(tmp_path, {arm: [task(**LOST)], "fusion_snapshots": [task()]}) is None

"""Benchmarks on which a verdict could go wrong, each by make compare as a whole: no wrong claim, and ratios of totals."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from archives import RECLAIMED, make_folder, task
from conftest import ROOT
from jsonschema import Draft7Validator

from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.compare import compare

ENV = {"ORGANIZATION_NAME": "acme", "WORKSPACE_NAME": "ws", "AWS_REGION": "eu-west-1", "PATH": "/nowhere"}
SCHEMA = json.loads((ROOT / "schemas" / "comparison.schema.json").read_text())
GONE: dict[str, Any] = {"status": "FAILED", "exit": RECLAIMED, "exitStatus": RECLAIMED}
ON_SPOT = ("fusion_snapshots", "fusion_spot")


def run_of(usd: float, *more: dict[str, Any], hits: int | None = 2, hours: float = 5, **run: Any) -> dict[str, Any]:
    """Return a run of two tasks that cost so much together and met so many interruptions, with more tasks."""
    own = [task("ALIGN", usd=usd / 2, numSpotInterruptions=hits), task("CALL", usd=usd / 2, numSpotInterruptions=0)]
    return {"tasks": [*own, *more], "hours": hours, **run}


def ondemand(number: int = 8) -> list[dict[str, Any]]:
    runs = [run_of(120 + n % 3, hits=None) for n in range(number)]
    return [{**run, "tasks": [item | {"priceModel": "standard"} for item in run["tasks"]]} for run in runs]


def compared(
    folder: Path, arms: Mapping[str, Sequence[dict[str, Any]]], *, days: float = 1, env: Mapping[str, str] = ENV
) -> dict[str, Any]:
    """Return comparison.json of arms whose n-th runs began together, so many days after the ones before."""
    dated = {arm: [{"days": days * n, **run} for n, run in enumerate(runs)] for arm, runs in arms.items()}
    make_folder(folder, dated)
    compare(Benchmark(folder, dict(env)), False)
    found = dict(json.loads((folder / "report" / "comparison.json").read_text()))
    assert [error.message for error in Draft7Validator(SCHEMA).iter_errors(found)] == []
    assert len(found["headline"].split()) <= 16
    assert found["headline"].startswith({"yes": "Yes", "no": "No:", "not shown": "Not shown"}[found["answer"]])
    assert "fusion_" not in found["headline"]
    assert "p =" not in found["headline"]
    return found


def pair(found: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return the comparison of two arms."""
    (own,) = [each for each in found["comparisons"] if (each["arm"], each["baseline"]) == (names or ON_SPOT)]
    return dict(own)


def codes(found: dict[str, Any]) -> set[str]:
    return {reservation["code"] for reservation in found["reservations"]}


def test_a_loss_in_two_rounds_of_eight_counts(tmp_path: Path) -> None:
    spot = [run_of(40 + n / 10, hits=2) for n in range(8)]
    spot[2], spot[5] = run_of(283.4), run_of(283.4)
    found = compared(
        tmp_path,
        {"fusion_ondemand": ondemand(), "fusion_snapshots": [run_of(94.08 + n / 100) for n in range(8)], "fusion_spot": spot},
    )  # fmt: skip
    cost = pair(found)["cost"]
    total = sum(40 + n / 10 for n in range(8)) - 40.2 - 40.5 + 2 * 283.4
    assert cost["ratio"] == pytest.approx(sum(94.08 + n / 100 for n in range(8)) / total, rel=0.001)
    assert cost["ratio"] < 1
    assert cost["claim"] == "none"
    assert found["answer"] == "not shown"


def test_one_restore_loop_in_four_runs_is_no_saving(tmp_path: Path) -> None:
    ours = [run_of(32), run_of(32.1), run_of(32.2), run_of(320.9)]
    found = compared(tmp_path, {"fusion_ondemand": [run_of(40.6, hits=None)] * 4, "fusion_snapshots": ours})
    cost = pair(found, "fusion_snapshots", "fusion_ondemand")["cost"]
    assert cost["ratio"] == pytest.approx(104.3 / 40.6, rel=0.001)
    assert cost["claim"] == "none"
    assert "few-rounds" in codes(found)
    assert found["headline"] == "Not shown: there are too few rounds to show any difference."
    (text,) = [each["text"] for each in found["reservations"] if each["code"] == "few-rounds"]
    assert text == (
        "4 blocks of rounds can show no difference, however large: 7 complete ones can, or 5 a side, 1 more. Rounds that "
        "begin within an hour of one another are one. Launch: make launch RUNS=1"
    )


def test_what_one_arm_alone_met_is_not_what_snapshots_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arms = {
        "fusion_ondemand": ondemand(),
        "fusion_snapshots": [run_of(11.4 + n / 100, hits=4) for n in range(8)],
        "fusion_spot": [run_of(10 + n / 100, hits=0) for n in range(8)],
    }
    found = compared(tmp_path, arms)
    cost = pair(found)["cost"]
    assert (round(cost["ratio"], 2), cost["claim"], cost["p"]) == (1.14, "none", 0.007812)
    assert (found["answer"], codes(found)) == ("not shown", {"unequal-exposure", "restored"})
    assert "Interruptions: fusion_snapshots met 32 and fusion_spot met 0." in found["verdict"]
    assert [found["arms"][name]["interruptions"] for name in ON_SPOT] == [32, 0]
    assert "interruptions                         not on Spot                   32                    0" in capsys.readouterr().out  # fmt: skip
    text = found["reservations"][0]["text"]
    assert text == (
        "Interruptions met: 32 on fusion_snapshots and 0 on fusion_spot; what Snapshots change shows from 10 on each side. "
        "Nothing is claimed of Snapshots. Interrupt both Spot arms alike: make interrupt ARM=all"
    )


def test_rates_that_differ_by_more_than_half_claim_nothing(tmp_path: Path) -> None:
    arms = {
        "fusion_ondemand": ondemand(),
        "fusion_snapshots": [run_of(8 + n / 100, hits=2) for n in range(8)],
        "fusion_spot": [run_of(10 + n / 100, hits=4) for n in range(8)],
    }
    found = compared(tmp_path, arms)
    assert pair(found)["cost"]["claim"] == "none"
    assert "so more than a factor 1.5 apart" in found["reservations"][0]["text"]
    assert [found["arms"][name]["hits_per_100_task_hours"] for name in ON_SPOT] == [100, 200]


def test_rounds_of_one_hour_speak_of_that_hour(tmp_path: Path) -> None:
    arms = {
        "fusion_ondemand": ondemand(),
        "fusion_snapshots": [run_of(9 + n / 100) for n in range(8)],
        "fusion_spot": [run_of(10 + n / 100) for n in range(8)],
    }
    found = compared(tmp_path, arms, days=1 / 24 / 10)
    cost = pair(found)["cost"]
    assert cost == {"ratio": pytest.approx(0.9, abs=0.001), "low": None, "high": None, "p": None, "claim": "none"}
    assert (found["rounds"], found["blocks"]) == (8, 1)
    assert {"one-block"} <= codes(found) <= {"one-block", "restored"}
    assert found["headline"] == "Not shown: all runs are of one hour, and speak of that hour alone."
    assert "these figures are of one hour, and of that hour alone" in found["verdict"]


def test_work_that_was_ignored_is_no_saving(tmp_path: Path) -> None:
    whole = [{"tasks": [task(usd=10, priceModel="standard")] * 3, "hours": 5} for _ in range(8)]
    ignored = task(usd=0.8, minutes=5, errorAction="IGNORE", **GONE)
    half = [{"tasks": [task(usd=3.2), ignored, ignored], "hours": 2.6} for _ in range(8)]
    found = compared(tmp_path, {"fusion_ondemand": whole, "fusion_snapshots": half})
    each = pair(found, "fusion_snapshots", "fusion_ondemand")
    assert (each["cost"]["claim"], each["time"]["claim"]) == ("none", "none")
    assert (each["cost"]["ratio"], found["answer"]) == (pytest.approx(0.16, rel=0.02), "not shown")
    assert found["headline"] == "Not shown: the two sides did not do the same work."
    texts = [item["text"] for item in found["reservations"] if item["code"] == "unequal-work"]
    assert texts[0].startswith("fusion_snapshots: 16 tasks of ALIGN failed for good and were ignored")
    assert "completed 1 task of ALIGN, there 3" in texts[1]


def test_dumps_that_failed_are_interruptions_and_images_that_could_not_be_pulled_are_not(tmp_path: Path) -> None:
    def attempts(code: int) -> list[dict[str, Any]]:
        return [task("CALL", usd=1, minutes=9, status="FAILED", exit=code, numSpotInterruptions=0, errorAction="RETRY")]

    arms = {
        "fusion_ondemand": ondemand(6),
        "fusion_snapshots": [run_of(10, *attempts(175) * 2, hits=0) for _ in range(6)],
        "fusion_spot": [run_of(10, *attempts(RECLAIMED), hits=0) for _ in range(6)],
    }
    found = compared(tmp_path, arms)
    ours, theirs = (found["arms"][name] for name in ON_SPOT)
    assert (ours["interruptions"], ours["failed_dumps"]) == (12, 12)
    assert (theirs["interruptions"], theirs["failed_dumps"]) == (0, 0)
    assert "not-interrupted" not in codes(found)
    assert "unequal-exposure" in codes(found)


def test_attempts_that_never_started_met_nothing(tmp_path: Path) -> None:
    waited = task(**GONE, minutes=None, usd=None, machineType=None, errorAction="RETRY")
    arms = {
        "fusion_ondemand": [{"tasks": [task(priceModel="standard")] * 3 + [waited]}] * 4,
        "fusion_snapshots": [{"tasks": [task()] * 3 + [waited, waited]}] * 4,
    }
    found = compared(tmp_path, arms)
    assert [found["arms"][name]["interruptions"] for name in arms] == [None, None]
    assert "host" not in found["verdict"]
    assert "not-reported" in codes(found)


def test_spot_that_nextflow_records_as_on_demand_is_named_by_its_cause(tmp_path: Path) -> None:
    old = {"nextflow": {"version": "25.10.0"}}
    forge = {"launch": {"computeEnv": {"config": {"forge": {"type": "SPOT"}, "fusionSnapshots": True}}}}
    ours = [{**run, **old, **forge} for run in ondemand(8)]
    found = compared(tmp_path, {"fusion_ondemand": [{**run, **old} for run in ondemand(8)], "fusion_snapshots": ours})
    (text,) = [item["text"] for item in found["reservations"] if item["code"] == "price-model"]
    assert text == (
        "fusion_snapshots: Nextflow 25.10.0 records Spot as on-demand, so its costs are at on-demand prices and too high. "
        "Launch again with Nextflow 25.10.3 or newer (pipelines/pre-run.sh)."
    )
    assert pair(found, "fusion_snapshots", "fusion_ondemand")["cost"]["claim"] == "none"
    assert "none of its tasks ran on Spot" not in json.dumps(found)


def test_resumed_runs_and_those_with_cached_tasks_are_left_out_and_named(tmp_path: Path) -> None:
    ours = [run_of(10 + n / 100) for n in range(8)]
    ours[3] = run_of(1, task(status="CACHED", usd=30))
    ours[4] = run_of(2, resume=True)
    found = compared(tmp_path, {"fusion_ondemand": ondemand(), "fusion_snapshots": ours})
    assert found["arms"]["fusion_snapshots"]["runs"] == 6
    (text,) = [item["text"] for item in found["reservations"] if item["code"] == "resumed"]
    assert "fusion_snapshots-4, fusion_snapshots-5" in text
    assert found["arms"]["fusion_snapshots"]["usd_per_result"] == pytest.approx(10.035)


def test_a_restored_tasks_wait_makes_nothing_dearer(tmp_path: Path) -> None:
    """Its record spans two hours of waiting at the first host's price; AWS, which is not asked here, billed less."""
    whole = [run_of(10 + n / 100, hits=None) for n in range(8)]
    ondemands = [{**run, "tasks": [item | {"priceModel": "standard"} for item in run["tasks"]]} for run in whole]
    restored = [
        {"tasks": [task("ALIGN", usd=9, minutes=180, numSpotInterruptions=1), task("CALL", usd=3)], "hours": 6}
        for _ in range(8)
    ]
    found = compared(tmp_path, {"fusion_ondemand": ondemands, "fusion_snapshots": restored})
    each = pair(found, "fusion_snapshots", "fusion_ondemand")
    assert (each["cost"]["ratio"], each["cost"]["claim"]) == (pytest.approx(1.2, rel=0.01), "none")
    assert found["answer"] == "not shown"
    assert {"waited", "restored"} <= codes(found)
    (text,) = [item["text"] for item in found["reservations"] if item["code"] == "restored"]
    assert text == (
        "fusion_snapshots: 8 tasks moved to another host. Their 24.00 task-hours and 72.00 USD hold the waits for it, which "
        "cost nothing, at the first host's price. AWS knows them for about a week: run make compare where aws is signed in."
    )

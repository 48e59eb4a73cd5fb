"""A prediction as JSON, by its schema."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from archives import task
from conftest import ROOT
from jsonschema import Draft7Validator
from test_predict_prediction import NOTHING, predicted

from fusion_snapshots.predict.documents import write_document

SCHEMA = json.loads((ROOT / "schemas/prediction.schema.json").read_text())


@pytest.mark.parametrize(
    "tasks",
    [
        [task(minutes=90, peakRss=130 << 30)],
        [task(usd=None, numSpotInterruptions=2)],
        [task(minutes=1)],
        [task(minutes=60 * 300)],  # whose mean at the highest rate is without end
    ],
)
def test_the_schema_holds(tmp_path: Path, tasks: list[dict[str, object]]) -> None:
    for given in (
        NOTHING,
        replace(
            NOTHING,
            rate=(
                5.0,
                0.01,
            ),
            discount=50,
        ),
    ):
        document = json.loads(write_document(predicted(tmp_path, tasks, given=given)))
        assert list(Draft7Validator(SCHEMA).iter_errors(document)) == []


def test_figures_that_were_computed_by_hand(tmp_path: Path) -> None:
    tasks = [task("A:STAR", minutes=60, usd=2, peakRss=130 << 30, numSpotInterruptions=1, cpus=32)]
    found = json.loads(write_document(predicted(tmp_path, tasks, given=replace(NOTHING, discount=50))))
    spot, demand = found["arms"]["fusion_spot"], found["arms"]["fusion_ondemand"]
    assert (found["rate_per_hour"], found["cost_unit"], found["break_even_per_hour"]) == (1, "USD", None)
    assert spot["usd"]["mean"] == 3.436564  # 2 (e - 1)
    assert demand["usd"] == {"mean": 4, "low": 4, "high": 4}
    assert found["over_limit"] == [{"process": "A:STAR", "peak_gib": 130, "limit_gib": 109}]
    assert [(each["process"], each["peak_gib"]) for each in found["unsavable"]] == [("A:STAR", 130)]
    assert spot["dies"] == pytest.approx((1 - 0.36787944) ** 15, abs=1e-6)
    assert found["rate_interval"] == [pytest.approx(0.175923, abs=1e-6), pytest.approx(3.907364, abs=1e-6)]

"""What a prediction says to other programs: schemas/prediction.schema.json describes it."""

from __future__ import annotations

import json
import math
from typing import Any

from .advice import advise, assumptions_of
from .forecast import ArmForecast, AtRate, Usd
from .prediction import Prediction

_DECIMALS = 6


def write_document(prediction: Prediction) -> str:
    """Return a prediction as JSON."""
    first, rate = prediction.first, prediction.first.rate
    document = {
        "pipeline": prediction.runs[0].pipeline or None,
        "runs": [run.name for run in prediction.runs],
        "tasks": prediction.tasks,
        "task_hours": prediction.task_hours,
        "cost_unit": "USD" if prediction.in_usd else "an uninterrupted run on Spot",
        **_at(first),
        "rate_interval": list(rate.interval) if rate.counted else None,
        "break_even_per_hour": prediction.break_even,
        "rates": [_at(each) for each in prediction.at],
        "over_limit": [each._asdict() for each in prediction.over_limit],
        "unsavable": [each._asdict() for each in prediction.unsavable],
        "advice": advise(prediction),
        "assumptions": [each._asdict() for each in assumptions_of(prediction)],
        "decides": prediction.swings[0].name,
    }
    return json.dumps(_rounded(document), indent=2, ensure_ascii=False, allow_nan=False)


def _at(each: AtRate) -> dict[str, Any]:
    return {
        "rate_per_hour": each.rate.value,
        "arms": {name: _arm(arm) for name, arm in each.arms.items()},
        "rounds_for_80_percent_power": each.power.rounds,
        "hits_for_80_percent_power": each.power.hits,
    }


def _arm(arm: ArmForecast) -> dict[str, Any]:
    return {
        "usd": arm.usd._asdict() if arm.usd else dict.fromkeys(Usd._fields),
        "hours": arm.hours._asdict(),
        "dies": arm.dies,
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    if isinstance(value, float):
        return round(value, _DECIMALS) if math.isfinite(value) else None
    return value

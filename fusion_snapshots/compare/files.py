"""comparison.json and tasks.csv: the figures for other programs, units in the names."""

from __future__ import annotations

import json
from collections.abc import Sequence
from statistics import median
from typing import Any

from ..runs.store import csv_text
from .figures import ArmFigures, Comparison
from .judge import Result

TASK_COLUMNS = (
    "arm", "run", "process", "attempt", "status", "exit", "machine type", "price model", "seconds", "USD",
    "interruptions",
)  # fmt: skip
_DECIMALS = 6
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what makes a spreadsheet take a text for a formula


def write_json(result: Result) -> str:
    """Return comparison.json. null is what is not reported; what is estimated is said in the notes."""
    value = {
        "arms": {arm.name: _arm(arm) for arm in result.arms},
        "comparisons": [_comparison(each) for each in result.comparisons],
        "verdict": result.verdict,
        "notes": result.notes,
    }
    return json.dumps(_rounded(value), indent=2) + "\n"


def write_tasks(arms: Sequence[ArmFigures]) -> str:
    """Return tasks.csv: an attempt a row. A cached task has no seconds and no cost here, as another run made it."""
    lines: list[Sequence[object]] = [TASK_COLUMNS]
    for arm in arms:
        for run in arm.runs:
            for task in run.tasks:
                seconds, usd = (None, None) if task.cached else (task.seconds, task.usd)
                texts = [_plain(t) for t in (task.status, task.process, task.machine_type, task.price_model)]
                status, process, machine, price = texts
                row = [arm.name, _plain(run.name), process, task.attempt, status, task.exit, machine, price]
                lines.append([*row, _number(seconds), _number(usd), task.interruptions])
    return csv_text(lines)


def _arm(arm: ArmFigures) -> dict[str, Any]:
    walls = arm.wall_hours
    return {
        "runs": len(arm.runs),
        "succeeded": len(arm.good),
        "failed": len(arm.runs) - len(arm.good),
        "wall_hours": {
            "median": median(walls) if walls else None,
            "min": min(walls, default=None),
            "max": max(walls, default=None),
        },
        "cost_usd": arm.cost_usd,
        "cost_usd_per_result": arm.cost_usd_per_result,
        "tasks": len(arm.tasks),
        "task_hours": arm.task_hours,
        "cpu_hours": arm.cpu_hours,
        "interruptions": arm.interruptions,
        "lost": arm.lost._asdict(),
        "exits": {str(code): number for code, number in arm.exits.items()},
        "price_models": arm.price_models,
        "machine_types": arm.machine_types,
    }


def _comparison(each: Comparison) -> dict[str, Any]:
    return {
        "arm": each.arm.name,
        "baseline": each.baseline.name,
        "cost_ratio": each.cost.ratio,
        "cost_ratio_p": each.cost.p,
        "time_ratio": each.time.ratio,
        "time_ratio_p": each.time.p,
        "separated": each.separated,
        "by_process": {
            name: {
                "arm_seconds": change.arm_seconds,
                "baseline_seconds": change.baseline_seconds,
                "ratio": change.ratio,
            }
            for name, change in each.by_process.items()
        },
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return round(value, _DECIMALS) if isinstance(value, float) else value


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"


def _plain(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text

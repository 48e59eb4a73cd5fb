"""comparison.json and tasks.csv: the figures for other programs, units in the names."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from statistics import median
from typing import Any

from ..findings import mask
from ..runs.run import Run
from ..runs.store import csv_text
from ..runs.tasks import Task
from .assessment import Result
from .exchange import Estimate
from .figures import ArmFigures
from .pairs import Comparison, Measure

TASK_COLUMNS = (
    "arm", "run", "process", "attempt", "status", "exit", "machine type", "price model", "seconds", "USD",
    "interruptions",
)  # fmt: skip
_DECIMALS = 6
# Behind what may part cells (Excel takes ; for that in half of Europe), what a spreadsheet takes for a formula.
_FORMULA = re.compile(r"((?:^|[;\t\r\n])[ \"]*)(?=[=+@\t\r-])")


def write_json(result: Result) -> str:
    """Return comparison.json. null is what is not reported; what is estimated is said in the notes."""
    measured = result.measured
    value = {
        "answer": result.answer,
        "headline": result.headline,
        "verdict": result.verdict,
        "rounds": result.rounds,
        "blocks": result.blocks,
        "reservations": [reservation._asdict() for reservation in result.reservations],
        "arms": {arm.name: _arm(arm) for arm in result.arms},
        "comparisons": [_comparison(each) for each in result.comparisons],
        # What predict takes in the place of its assumptions, by the model's symbols.
        "measured": {
            "e": measured.overhead and measured.overhead._asdict(),
            "R": measured.restore and measured.restore._asdict(),
            "q": {kind: each._asdict() for kind, each in measured.saved.items()},
        },
        "notes": result.notes,
    }
    return json.dumps(_shown(value), indent=2) + "\n"


def write_tasks(arms: Sequence[ArmFigures]) -> Iterator[str]:
    """Yield tasks.csv in pieces: an attempt a row."""
    yield csv_text([TASK_COLUMNS])
    for arm in arms:
        for run in arm.runs:
            yield from _rows_of(arm.name, run)


def _rows_of(arm: str, run: Run) -> Iterator[str]:
    """Yield the rows of a run in pieces; what the attempts of a kind share is made once."""
    tasks, first = run.tasks, _cells(arm, _plain(run.name))
    around = [_around(kind) for kind in tasks.kinds]
    before, after = [first + shared for shared, _ in around], [shared for _, shared in around]
    rows = zip(tasks.of_kind, tasks.seconds, tasks.usd, strict=True)
    while piece := "".join(
        f"{before[kind]}{seconds:.10g},{usd:.10g}{after[kind]}"
        if seconds == seconds and usd == usd
        else f"{before[kind]}{_number(seconds)},{_number(usd)}{after[kind]}"
        for kind, seconds, usd in islice(rows, 1000)
    ):
        yield piece


@functools.lru_cache(4096)  # runs of one pipeline have the same kinds
def _around(kind: Task) -> tuple[str, str]:
    """Return what stands before and behind seconds and USD in the rows of a kind."""
    status, process, machine, price = map(_plain, (kind.status, kind.process, kind.machine_type, kind.price_model))
    before = _cells(process, kind.attempt, status, kind.exit, machine, price)
    return before, f",{_cells(kind.interruptions)}"[:-1] + "\n"


def _cells(*values: object) -> str:
    """Return cells as CSV, each with a comma behind it."""
    return csv_text([[*values, ""]])[:-1]


def _arm(arm: ArmFigures) -> dict[str, Any]:
    walls = arm.wall_hours
    return {
        "runs": len(arm.runs),
        "succeeded": len(arm.succeeded),
        "failed": len(arm.runs) - len(arm.succeeded),
        "wall_hours": {
            "median": median(walls) if walls else None,
            "min": min(walls, default=None),
            "max": max(walls, default=None),
        },
        "cost_usd": arm.cost_usd,
        "cost_usd_per_result": arm.usd_per_result,
        "usd_per_result": arm.usd_per_result,
        "hours_per_result": arm.hours_per_result,
        "tasks": arm.attempts,
        "task_hours": arm.task_hours,
        "cpu_hours": arm.cpu_hours,
        "interruptions": arm.interruptions,
        "failed_dumps": arm.failed_dumps,
        "hits_per_100_task_hours": arm.hits_per_100_task_hours,
        "lost": arm.lost._asdict(),
        "exits": {str(code): number for code, number in arm.exits.items()},
        "price_models": arm.price_models,
        "machine_types": arm.machine_types,
    }


def _comparison(each: Comparison) -> dict[str, Any]:
    return {
        "arm": each.arm.name,
        "baseline": each.baseline.name,
        "cost": _measure(each.cost),
        "time": _measure(each.time),
        "cost_ratio": each.cost.ratio,
        "cost_ratio_p": each.cost.estimate.p if each.cost.estimate else None,
        "time_ratio": each.time.ratio,
        "time_ratio_p": each.time.estimate.p if each.time.estimate else None,
        "separated": each.separated,
        "by_process": {
            name: {"arm_seconds": c.arm_seconds, "baseline_seconds": c.baseline_seconds, "ratio": c.ratio}
            for name, c in each.by_process.items()
        },
    }


def _measure(measure: Measure) -> dict[str, Any]:
    estimate = measure.estimate._asdict() if measure.estimate else dict.fromkeys(Estimate._fields)
    return {**estimate, "claim": measure.claim}


def _shown(value: Any) -> Any:
    """Return a value with numbers rounded and secrets in texts masked."""
    if isinstance(value, dict):
        return {mask(key): _shown(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_shown(item) for item in value]
    if isinstance(value, str):
        return mask(value)
    return round(value, _DECIMALS) if isinstance(value, float) else value


def _number(value: float) -> str:
    return f"{value:.10g}" if value == value else ""


@functools.lru_cache(4096)  # of very many tasks, few have another process or type
def _plain(text: str) -> str:
    """Return a text with secrets masked, of which no spreadsheet takes any part for a formula, whatever parts cells."""
    return _FORMULA.sub(r"\1'", mask(text))

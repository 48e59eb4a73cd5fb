"""The table on the terminal: an arm a column."""

from __future__ import annotations

from ..output import align
from ..runs.tasks import SPOT, STANDARD
from .assessment import Result
from .figures import ArmFigures
from .pairs import NONE, Comparison, Measure
from .words import show_count, show_hours, show_middle, show_rate, show_usd


def rows_of(result: Result) -> list[tuple[str, list[str]]]:
    """Return the table's rows: a label, and a text for each arm."""
    arms = result.arms
    rates = ["–" if arm.on_spot is False else show_rate(arm.hits_per_100_task_hours) for arm in arms]
    rows = [
        ("USD per result", [show_usd(arm.usd_per_result) if arm.succeeded else "no result" for arm in arms]),
        ("hours per result", [show_hours(arm.hours_per_result) if arm.succeeded else "no result" for arm in arms]),
        *_ratios(result),
        ("runs", [str(len(arm.runs)) for arm in arms]),
        ("  that succeeded", [str(len(arm.succeeded)) for arm in arms]),
        ("interruptions", [interruptions_of(arm) for arm in arms]),
        ("  in 100 task-hours", rates),
        ("  failed dumps", [show_count(arm.failed_dumps) for arm in arms]),
        ("USD of a run", [show_middle(arm.costs) for arm in arms]),
        ("hours of a run", [show_middle(arm.wall_hours) for arm in arms]),
        ("USD of all runs", [show_usd(arm.cost_usd) for arm in arms]),
        ("tasks, every attempt", [show_count(arm.attempts) for arm in arms]),
        ("  on Spot / on demand", [f"{arm.price_models[SPOT]:,} / {arm.price_models[STANDARD]:,}" for arm in arms]),
        ("task-hours", [show_hours(arm.task_hours) for arm in arms]),
        ("CPU-hours", [show_hours(arm.cpu_hours) for arm in arms]),
        ("lost attempts", [show_count(arm.lost.attempts) for arm in arms]),
        ("  task-hours", [show_hours(arm.lost.task_hours) for arm in arms]),
        ("  USD", [show_usd(arm.lost.cost_usd) for arm in arms]),
        ("exits 174 to 177", [exits_of(arm) for arm in arms]),
    ]
    if any(arm.notices_sent for arm in arms):
        place = [label for label, _ in rows].index("  failed dumps")
        rows.insert(place, ("  by make interrupt", [str(arm.notices_sent) for arm in arms]))
    return rows


def draw_table(result: Result) -> str:
    """Return the table as text."""
    rows = [("", *(arm.name for arm in result.arms)), *((label, *cells) for label, cells in rows_of(result))]
    return "\n".join(align(rows, left=1))


def interruptions_of(arm: ArmFigures) -> str:
    """Return the interruptions that an arm met in words."""
    return "not on Spot" if arm.on_spot is False else show_count(arm.interruptions)


def exits_of(arm: ArmFigures) -> str:
    """Return Fusion's exit codes with their numbers, or 0."""
    return ", ".join(f"{number} × {code}" for code, number in arm.exits.items() if number) or "0"


def ratio_of(measure: Measure) -> str:
    """Return a ratio with its interval: 0.62 (0.55–0.70), after ~ where no difference is claimed."""
    estimate = measure.estimate
    if estimate is None:
        return "–"
    high = "" if estimate.high is None else f"{estimate.high:.2f}"
    within = "" if estimate.low is None else f" ({estimate.low:.2f}–{high})"
    return f"{'~ ' if measure.claim == NONE else ''}{estimate.ratio:.2f}{within}"


def _ratios(result: Result) -> list[tuple[str, list[str]]]:
    """Return the rows of ratios: two for each arm that others are compared with."""
    rows = []
    for theirs in dict.fromkeys(each.baseline.name for each in result.comparisons):
        against = {each.arm.name: each for each in result.comparisons if each.baseline.name == theirs}
        for word in ("cost", "time"):
            cells = [_cell(against.get(arm.name), word) for arm in result.arms]
            rows.append((f"{word}, {theirs} = 1", ["1" if arm.name == theirs else cell
                                                   for arm, cell in zip(result.arms, cells, strict=True)]))  # fmt: skip
    return rows


def _cell(comparison: Comparison | None, word: str) -> str:
    if comparison is None:
        return ""
    return ratio_of(comparison.cost if word == "cost" else comparison.time) if comparison.same_work else "–"

"""The table on the terminal: an arm a column."""

from __future__ import annotations

from collections.abc import Sequence

from ..runs.run import SPOT, STANDARD
from .figures import ArmFigures, Comparison, Measure
from .judge import Result
from .verdict import Interrupted, find_interrupted
from .words import show_chance, show_count, show_hours, show_middle, show_usd


def rows_of(result: Result) -> list[tuple[str, list[str]]]:
    """Return the table's rows: a label, and a text for each arm."""
    rows = [
        ("runs", [str(len(arm.runs)) for arm in result.arms]),
        ("  that succeeded", [str(len(arm.good)) for arm in result.arms]),
        ("hours of a run", [show_middle(arm.wall_hours) for arm in result.arms]),
        ("USD of a run", [show_middle(arm.costs) for arm in result.arms]),
        ("USD of all runs", [show_usd(arm.cost_usd) for arm in result.arms]),
        ("USD per result", [show_usd(arm.cost_usd_per_result) if arm.good else "no result" for arm in result.arms]),
        ("tasks, every attempt", [show_count(len(arm.tasks)) for arm in result.arms]),
        ("  on Spot / on demand", [_models(arm) for arm in result.arms]),
        ("task-hours", [show_hours(arm.task_hours) for arm in result.arms]),
        ("CPU-hours", [show_hours(arm.cpu_hours) for arm in result.arms]),
        ("interruptions", [interruptions_of(arm) for arm in result.arms]),
        ("lost attempts", [show_count(arm.lost.attempts) for arm in result.arms]),
        ("  task-hours", [show_hours(arm.lost.task_hours) for arm in result.arms]),
        ("  USD", [show_usd(arm.lost.cost_usd) for arm in result.arms]),
        ("exits 174 to 177", [exits_of(arm) for arm in result.arms]),
    ]
    if any(arm.caused for arm in result.arms):
        rows.insert(11, ("  by make interrupt", [str(arm.caused) for arm in result.arms]))
    by_arm = {each.arm.name: each for each in result.comparisons}
    rows.append(("cost, to baseline", [_ratio(by_arm.get(arm.name), "cost") for arm in result.arms]))
    rows.append(("time, to baseline", [_ratio(by_arm.get(arm.name), "time") for arm in result.arms]))
    return rows


def draw_table(result: Result) -> str:
    """Return the table as text."""
    lines = [("", [arm.name for arm in result.arms]), *rows_of(result)]
    first = max(len(label) for label, _ in lines)
    widths = [max(len(cells[column]) for _, cells in lines) for column in range(len(result.arms))]
    return "\n".join(_line(label, cells, first, widths) for label, cells in lines)


def interruptions_of(arm: ArmFigures) -> str:
    """Return the reported interruptions in words."""
    return "not on Spot" if find_interrupted(arm) is Interrupted.NOT_ON_SPOT else show_count(arm.interruptions)


def exits_of(arm: ArmFigures) -> str:
    """Return Fusion's exit codes with their numbers, or 0."""
    return ", ".join(f"{number} × {code}" for code, number in arm.exits.items() if number) or "0"


def ratio_of(measure: Measure) -> str:
    """Return a ratio with what its p says: 0.62 (p = 0.029)."""
    if measure.ratio is None:
        return "–"
    return f"{measure.ratio:.2f} ({show_chance(measure.p if measure.enough else None)})"


def _line(label: str, cells: Sequence[str], first: int, widths: Sequence[int]) -> str:
    shown = "  ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
    return f"{label.ljust(first)}  {shown}".rstrip()


def _models(arm: ArmFigures) -> str:
    return f"{arm.price_models[SPOT]:,} / {arm.price_models[STANDARD]:,}"


def _ratio(comparison: Comparison | None, measure: str) -> str:
    if comparison is None:
        return "1"
    return ratio_of(comparison.cost if measure == "cost" else comparison.time)

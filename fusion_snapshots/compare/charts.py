"""The geometry of the charts: places in percent of the width, so that a chart fits any; charts.svg.j2 draws them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import fmean
from typing import NamedTuple

from ..runs.run import Run
from .figures import ArmFigures
from .pairs import Comparison
from .words import NOT_REPORTED, show_count, show_duration, show_hours, show_usd

MOST_PROCESSES = 10
_NEAR = 1.5  # percent: nearer dots would hide one another


class Dot(NamedTuple):
    """A run: its place in percent, its shift in lanes off the middle, whether it succeeded, and what it is."""

    x: float
    lane: int
    succeeded: bool
    title: str


class Bar(NamedTuple):
    """An arm: its number, its mean's place in percent (None where there is none) and text, and its runs."""

    arm: int
    label: str
    text: str
    width: float | None
    dots: list[Dot]


class Chart(NamedTuple):
    """Bars over one axis; ticks are places in percent, each with its text."""

    name: str
    title: str
    unit: str
    bars: list[Bar]
    ticks: list[tuple[float, str]]
    summary: str


class Change(NamedTuple):
    """A process: a bar from the middle, to the left where it gained; places in percent."""

    label: str
    process: str
    text: str
    detail: str
    x: float
    width: float
    gained: bool


def chart_cost(arms: Sequence[ArmFigures]) -> Chart:
    """Return the costs in USD: a bar is what a result cost, a dot a run."""
    values = [[(run, run.cost) for run in arm.runs] for arm in arms]
    return _chart("cost", "Cost of a result", "USD", arms, [arm.usd_per_result for arm in arms], values)


def chart_time(arms: Sequence[ArmFigures]) -> Chart:
    """Return the wall-clock hours: a bar is what a result took, a dot a run."""
    values = [[(run, run.hours) for run in arm.runs] for arm in arms]
    return _chart("time", "Time of a result", "hours", arms, [arm.hours_per_result for arm in arms], values)


def chart_lost(arms: Sequence[ArmFigures]) -> Chart:
    """Return the task-hours of attempts that did not end well: a bar is the mean of all runs, a dot a run."""
    values = [[(run, totals.lost.task_hours) for run, totals in zip(arm.runs, arm.totals, strict=True)] for arm in arms]
    known = [[value for _, value in own if value is not None] for own in values]
    return _chart("lost", "Work lost in a run", "task-hours", arms, [fmean(k) if k else None for k in known], values)


def rank_processes(comparison: Comparison) -> list[Change]:
    """Return the processes that gained or lost most hours of a run."""
    ranked = sorted(comparison.by_process.items(), key=lambda item: (-abs(item[1].hours), item[0]))[:MOST_PROCESSES]
    ranked = [(name, change) for name, change in ranked if change.hours]
    most = max((abs(change.hours) for _, change in ranked), default=1)
    changes = []
    for name, change in ranked:
        width = abs(change.hours) / most * 50
        sign = "−" if change.hours < 0 else "+"
        changes.append(
            Change(
                label=name.rpartition(":")[2],
                process=name,
                text=f"{sign}{show_duration(abs(change.hours) * 3600)}",
                detail=f"a task {show_duration(change.baseline_seconds)} → {show_duration(change.arm_seconds)}",
                x=50 - width if change.hours < 0 else 50,
                width=width,
                gained=change.hours < 0,
            )
        )
    return changes


def _chart(
    name: str,
    title: str,
    unit: str,
    arms: Sequence[ArmFigures],
    means: Sequence[float | None],
    values: Sequence[Sequence[tuple[Run, float | None]]],
) -> Chart:
    known = [value for own in values for _, value in own if value is not None]
    known += [mean for mean in means if mean is not None]
    step, end = _scale(max(known, default=0))
    shown = show_usd if unit == "USD" else show_hours
    bars = []
    for number, (arm, middle, own) in enumerate(zip(arms, means, values, strict=True)):
        text = f"{shown(middle)} {unit}" if middle is not None else _nothing(arm, own)
        dots = _dots([(run, value) for run, value in own if value is not None], end, lambda v: f"{shown(v)} {unit}")
        bars.append(Bar(number, arm.name, text, None if middle is None else 100 * middle / end, dots))
    ticks = [(100 * place * step / end, f"{place * step:g}") for place in range(round(end / step) + 1)]
    summary = "; ".join(f"{bar.label}: {bar.text}, {show_count(len(bar.dots))} runs" for bar in bars)
    return Chart(name, title, unit, bars, ticks, summary)


def _nothing(arm: ArmFigures, own: Sequence[tuple[Run, float | None]]) -> str:
    return "no run succeeded" if any(value is not None for _, value in own) and not arm.succeeded else NOT_REPORTED


def _dots(values: list[tuple[Run, float]], end: float, shown: Callable[[float], str]) -> list[Dot]:
    """Return the runs' dots; those that would hide one another take other lanes: 0, -1, 1, 0, ..."""
    dots: list[Dot] = []
    near = 0
    for run, value in sorted(values, key=lambda pair: (pair[1], pair[0].name)):
        x = 100 * value / end
        near = near + 1 if dots and x - dots[-1].x < _NEAR else 0
        lane = (0, -1, 1)[near % 3]
        dots.append(Dot(x, lane, run.succeeded, f"{run.name}: {shown(value)}, {run.status.lower()}"))
    return dots


def _scale(largest: float) -> tuple[float, float]:
    """Return an axis's step and end, both of few digits, of at most five steps."""
    if not largest:
        return 1.0, 1.0
    power = 10.0 ** math.floor(math.log10(largest / 5))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power * 5 >= largest * 0.999999)
    return step, step * math.ceil(largest / step - 1e-9)

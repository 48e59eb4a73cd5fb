"""The prediction on a terminal: at most 30 lines of 100 columns."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence

from ..findings import count_of
from ..folder.layout import BASELINE
from .advice import (
    NAMES,
    NOT_KNOWN,
    advise,
    assumptions_of,
    show_hours,
    show_percent,
    tell_break_even,
    tell_decisive,
    tell_rate,
)
from .forecast import ArmForecast
from .power import STORM_RATE
from .prediction import Prediction
from .works import Large

WIDTH = 100
_MOST_LARGE = 2  # processes that are named of each kind
_MOST_RATES = 2  # further ones that are shown


def draw_screen(prediction: Prediction) -> str:
    """Return the prediction as text."""
    rests_on = "; ".join(f"{each.name} {each.value} ({each.source})" for each in assumptions_of(prediction))
    paragraphs = [
        [_heading(prediction)],
        [*_table(prediction), *_other_rates(prediction)],
        [*_wrap(tell_break_even(prediction), tell_rate(prediction)), *_wrap(advise(prediction))],
        [*_large(prediction), *_wrap(_power(prediction))],
        [*_wrap(f"It rests on: {rests_on}."), *_wrap(tell_decisive(prediction), f"Not known here: {NOT_KNOWN}.")],
    ]
    return "\n\n".join("\n".join(line.rstrip() for line in lines) for lines in paragraphs)


def _wrap(*sentences: str) -> list[str]:
    return textwrap.wrap(" ".join(sentences), WIDTH)


def _heading(prediction: Prediction) -> str:
    runs = prediction.runs
    named = runs[0].pipeline or runs[0].name
    days = sorted({run.day for run in runs if run.day})
    when = f", {days[0]}" + (f" to {days[-1]}" if days[1:] else "") if days else ""
    of = f", {len(runs)} runs" if runs[1:] else ""
    text = f"{named}: {count_of(prediction.tasks, 'task')}, {prediction.task_hours:,.1f} task-hours{of}{when}"
    return textwrap.shorten(text, WIDTH, placeholder=" …")


def _table(prediction: Prediction) -> Iterator[str]:
    unit = "USD of a result" if prediction.in_usd else "cost, Spot = 1"
    yield _row("", unit, "90 of 100 runs", "hours", "worst 1 in 20", "killed by reclaims")
    for name, arm in prediction.first.arms.items():
        yield _row(NAMES[name], *_cells(prediction, name, arm))


def _cells(prediction: Prediction, name: str, arm: ArmForecast) -> Sequence[str]:
    mean = "not known" if arm.usd is None else _cost(prediction, arm.usd.mean)
    spread = ""
    if arm.usd and name != BASELINE:
        spread = f"{_cost(prediction, arm.usd.low)}–{_cost(prediction, arm.usd.high)}"
    dies = "" if name == BASELINE else "below 0.1 %" if arm.dies < 0.0005 else show_percent(arm.dies, 1)
    return mean, spread, show_hours(arm.hours.mean), show_hours(arm.hours.p95), dies


def _row(name: str, *cells: str) -> str:
    widths = (16, 19, 8, 15, 20)
    return f"{name:<20}" + "".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))


def _cost(prediction: Prediction, value: float) -> str:
    if not math.isfinite(value):
        return "without end"
    return f"{value:,.2f}" if prediction.in_usd else f"{value:.3f}"


def _other_rates(prediction: Prediction) -> Iterator[str]:
    others = prediction.at[1:]
    for each in others[:_MOST_RATES]:
        told = [
            f"{NAMES[name]} {_cost(prediction, arm.usd.mean)}, {show_hours(arm.hours.mean)} h"
            for name, arm in each.arms.items()
            if name != BASELINE and arm.usd
        ]
        yield f"At {each.rate.value:g} an hour: {'; '.join(told)}"
    if others[_MOST_RATES:]:
        yield f"{count_of(len(others) - _MOST_RATES, 'further rate')}: --format json"


def _large(prediction: Prediction) -> Iterator[str]:
    limit, room = f"{prediction.terms.limit_gib:g} GB", prediction.unsavable
    yield from _large_of(prediction.over_limit, f"Over {prediction.terms.place} limit of {limit}")
    yield from _large_of(room, f"No listed type saves above {room[0].limit_gib:.0f} GiB in time" if room else "")


def _large_of(found: Sequence[Large], what: str) -> Iterator[str]:
    if found:
        named = [f"{each.process.rpartition(':')[2]} ({each.peak_gib:.0f} GiB)" for each in found[:_MOST_LARGE]]
        rest = f" and {len(found) - _MOST_LARGE} more" if found[_MOST_LARGE:] else ""
        yield textwrap.shorten(f"{what}: {', '.join(named)}{rest}", WIDTH, placeholder=" …")


def _power(prediction: Prediction) -> str:
    power = prediction.first.power
    rounds = "more than 1,000 rounds" if power.rounds is None else count_of(power.rounds, "round")
    hits = f"{power.hits} hits on each Spot arm" if power.hits else "no number of hits"
    storm = f"{hits} (make interrupt RATE={STORM_RATE:g})"
    return f"To show the difference in cost with 80 % power: {rounds} at this rate, or {storm}."

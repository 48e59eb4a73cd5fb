"""The picture: what a result costs on both Spot arms over the rate of interruptions, by hand as an SVG.

Places are in percent and text is in pixels, so that it stays legible at any width; the curves alone are stretched.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ..folder.layout import SNAPSHOTS, WITHOUT_SNAPSHOTS
from .advice import NAMES
from .forecast import Model
from .prediction import Prediction

_STYLE = Path(__file__).resolve().parents[1] / "compare" / "page.css"  # the comparison page's colours, light and dark
_COLOURS = {WITHOUT_SNAPSHOTS: "arm-2", SNAPSHOTS: "arm-1"}
_TOP, _HEIGHT = 76, 200  # of the plot, in pixels
_POINTS = 121
_STAND_ALONE = """:root { font-family: system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; }
.paper { fill: var(--paper); }
"""
# What the chart needs beside page.css.
STYLE = """.curve { fill: none; stroke: var(--arm); stroke-width: 2.5; vector-effect: non-scaling-stroke; }
.dashed { stroke-dasharray: 7 4; }
.mark { stroke: var(--ink); stroke-dasharray: 2 3; }
.on-top { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
"""


class Plot(NamedTuple):
    """A plane: rates on a log scale from left to right, costs from below to above."""

    least_rate: float
    most_rate: float
    least_cost: float
    most_cost: float

    def x(self, rate: float) -> float:
        """Return the place of a rate, in percent from the left."""
        return 100 * math.log(rate / self.least_rate) / math.log(self.most_rate / self.least_rate)

    def y(self, cost: float) -> float:
        """Return the place of a cost, in pixels from the top of the plot."""
        return _HEIGHT * (1 - (cost - self.least_cost) / (self.most_cost - self.least_cost))


def draw_picture(prediction: Prediction) -> str:
    """Return the picture as a file of its own."""
    rate = prediction.first.rate
    label = "your rate" if rate.counted or prediction.terms.settings.rate else "assumed rate"
    chart = draw_chart(prediction.model, prediction.break_even, rate.value, prediction.in_usd, label)
    named = prediction.runs[0].pipeline or prediction.runs[0].name
    height = _TOP + _HEIGHT + 76
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="{height}" font-size="14">\n'
        f"<style>\n{_STYLE.read_text(encoding='utf-8')}{_STAND_ALONE}{STYLE}</style>\n"
        f'<rect class="paper" width="100%" height="100%"/>\n'
        f'<svg x="2%" y="12" width="96%" height="{height - 12}">\n'
        f'<text class="name" x="0" y="16">{html.escape(named)}</text>\n'
        f'<svg x="0" y="16" width="100%" height="{height - 28}">{chart}</svg>\n</svg>\n</svg>\n'
    )


def draw_chart(model: Model, break_even: float | None, rate: float, in_usd: bool, label: str) -> str:
    """Return the chart as an SVG that a page with page.css and STYLE can hold."""
    plot = _plot_of(model, break_even, rate)
    unit = "USD" if in_usd else "in uninterrupted runs on Spot"
    told = "they cost the same at no rate below 5" if break_even is None else f"break-even at {break_even:.2g}"
    return "\n".join(
        [
            f'<svg width="100%" height="{_TOP + _HEIGHT + 44}" role="img" aria-labelledby="rates-title rates-text">',
            '<title id="rates-title">Cost of a result over the rate of interruptions</title>',
            f'<desc id="rates-text">{told}; {label}: {rate:.2g} an hour</desc>',
            f'<text x="0" y="16">Cost of a result, {unit}</text>',
            *_legend(),
            *_grid(plot),
            *_curves(model, plot),
            *_costs(plot),
            *_marks(plot, break_even, rate, label),
            f'<text class="soft" x="50%" y="{_TOP + _HEIGHT + 38}" text-anchor="middle">'
            "interruptions of an instance in an hour (log scale)</text>",
            "</svg>",
        ]
    )


def _plot_of(model: Model, break_even: float | None, rate: float) -> Plot:
    marked = [each for each in (break_even, rate) if each]
    least, most = min([0.001, *(each / 2 for each in marked)]), max([1.0, *(each * 2 for each in marked)])
    base = [model.mean_cost(arm, least) for arm in _COLOURS]
    # What is told apart is a few percent: a curve that leaves the plot is cut off.
    shown = [model.mean_cost(arm, max(0.1, *marked)) for arm in _COLOURS]
    top = min(base) * 1.02 if max(shown) == math.inf else max(shown)
    low = min(base)
    return Plot(least, most, low - 0.08 * (top - low), top + 0.25 * (top - low))


def _legend() -> Iterator[str]:
    for number, (arm, colour) in enumerate(_COLOURS.items()):
        dashed = " dashed" if arm == WITHOUT_SNAPSHOTS else ""
        x = number * 84
        yield (
            f'<g class="{colour}"><line class="curve{dashed}" x1="{x}" x2="{x + 28}" y1="34" y2="34"/>'
            f'<text class="soft" x="{x + 34}" y="38">{NAMES[arm]}</text></g>'
        )


def _grid(plot: Plot) -> Iterator[str]:
    bottom = _TOP + _HEIGHT
    for power in range(
        math.ceil(math.log10(plot.least_rate) - 1e-9), math.floor(math.log10(plot.most_rate) + 1e-9) + 1
    ):
        x = plot.x(10.0**power)
        anchor = "start" if x < 2 else "end" if x > 98 else "middle"
        yield f'<line class="grid" x1="{x:.2f}%" x2="{x:.2f}%" y1="{_TOP}" y2="{bottom}"/>'
        yield f'<text class="soft" x="{x:.2f}%" y="{bottom + 18}" text-anchor="{anchor}">{10.0**power:g}</text>'
    for cost in _ticks(plot.least_cost, plot.most_cost):
        y = _TOP + plot.y(cost)
        yield f'<line class="grid" x1="0" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>'
    yield f'<line class="axis" x1="0" x2="100%" y1="{bottom}" y2="{bottom}"/>'


def _costs(plot: Plot) -> Iterator[str]:
    for cost in _ticks(plot.least_cost, plot.most_cost):
        yield f'<text class="soft on-top" x="0" y="{_TOP + plot.y(cost) - 4:.1f}">{cost:,.6g}</text>'


def _ticks(low: float, high: float) -> Sequence[float]:
    """Return three to six costs of few digits between two."""
    power = 10.0 ** math.floor(math.log10((high - low) / 3))
    step = next(factor * power for factor in (1, 2, 5, 10) if (high - low) / (factor * power) < 5)
    first = math.ceil(low / step)
    return [round(number * step, 10) for number in range(first, math.floor(high / step) + 1)]


def _curves(model: Model, plot: Plot) -> Iterator[str]:
    yield (
        f'<svg x="0" y="{_TOP}" width="100%" height="{_HEIGHT}" viewBox="0 0 100 {_HEIGHT}" '
        'preserveAspectRatio="none" style="overflow: hidden">'
    )
    for arm, colour in _COLOURS.items():
        points = []
        for number in range(_POINTS):
            rate = plot.least_rate * (plot.most_rate / plot.least_rate) ** (number / (_POINTS - 1))
            cost = model.mean_cost(arm, rate)
            points.append(f"{plot.x(rate):.2f},{max(-_HEIGHT, plot.y(cost)) if cost < math.inf else -_HEIGHT:.2f}")
        dashed = " dashed" if arm == WITHOUT_SNAPSHOTS else ""
        yield f'<g class="{colour}"><polyline class="curve{dashed}" points="{" ".join(points)}"/></g>'
    yield "</svg>"


def _marks(plot: Plot, break_even: float | None, rate: float, label: str) -> Iterator[str]:
    marks = [(plot.x(rate), 56, f"{label}: {rate:.2g}")]
    if break_even:
        marks.append((plot.x(break_even), 72, f"break-even: {break_even:.2g}"))
    leftmost = min(x for x, _, _ in marks)
    for x, y, text in marks:
        # Away from the other mark, where there is room.
        left = x > 70 or (x == leftmost and x > 30 and len(marks) > 1)
        anchor, shift = ("end", -5) if left else ("start", 5)
        yield f'<line class="mark" x1="{x:.2f}%" x2="{x:.2f}%" y1="{y - 10}" y2="{_TOP + _HEIGHT}"/>'
        yield f'<text class="soft on-top" x="{x:.2f}%" dx="{shift}" y="{y}" text-anchor="{anchor}">{text}</text>'

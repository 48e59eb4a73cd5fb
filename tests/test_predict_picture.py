"""The picture: well-formed, with both curves and both marks where they belong."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from archives import task
from test_predict_prediction import NOTHING, predicted

from fusion_snapshots.predict.picture import Plot, _costs, _grid, _legend, _marks, _plot_of, _ticks, draw_picture

SVG = "{http://www.w3.org/2000/svg}"


def drawn(folder: Path, **given: Any) -> ET.Element:
    tasks = [task(minutes=240, usd=4)] * 20
    return ET.fromstring(
        draw_picture(predicted(folder, tasks, given=replace(NOTHING, **given), projectName="acme/<&>"))
    )


def texts(picture: ET.Element) -> list[str]:
    return [element.text or "" for element in picture.iter(f"{SVG}text")]


def test_what_it_says(tmp_path: Path) -> None:
    found = texts(drawn(tmp_path, rate=(0.02,)))
    assert found[:4] == ["acme/<&>", "Cost of a result, USD", "Spot", "Spot with Snapshots"]
    assert {"0.001", "0.01", "0.1", "1", "your rate: 0.02", "break-even: 0.005"} <= set(found)


def test_marks_stand_at_their_rates(tmp_path: Path) -> None:
    picture = drawn(tmp_path, rate=(0.02,))
    places = [
        float(line.attrib["x1"].rstrip("%")) for line in picture.iter(f"{SVG}line") if line.get("class") == "mark"
    ]
    assert places == [pytest.approx(100 * math.log(rate / 0.001) / math.log(1000), abs=0.3) for rate in (0.02, 0.00495)]


def test_curves_cross_at_the_break_even(tmp_path: Path) -> None:
    spot, snapshots = (
        [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
        for line in drawn(tmp_path, rate=(0.02,)).iter(f"{SVG}polyline")
    )
    crossed = next(x for (x, y), (_, other) in zip(spot, snapshots, strict=True) if y < other)  # y goes downwards
    assert crossed == pytest.approx(100 * math.log(4.95) / math.log(1000), abs=1.5)


@pytest.mark.parametrize("given", [{"rate": (0.0001,)}, {"rate": (5.0,)}, {"overhead": 0.5}, {"overhead": 0.0}])
def test_it_is_drawn_at_any_rate(tmp_path: Path, given: dict[str, Any]) -> None:
    picture = drawn(tmp_path, **given)
    for line in picture.iter(f"{SVG}polyline"):
        assert all(
            math.isfinite(float(number)) for point in line.attrib["points"].split() for number in point.split(",")
        )
    assert len([text for text in texts(picture) if " rate: " in text]) == 1


PLOT = Plot(0.001, 1.0, 0.0, 10.0)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 10, [0, 5, 10]),
        (0, 9.9, [0, 2, 4, 6, 8]),
        (0, 12, [0, 5, 10]),
        (3, 7.9, [3, 4, 5, 6, 7]),
        (0.31, 0.66, [0.4, 0.5, 0.6]),
        (0, 25, [0, 10, 20]),
        (0, 24.9, [0, 5, 10, 15, 20]),
        (90, 300, [100, 150, 200, 250, 300]),
    ],
)
def test_costs_at_the_lines_have_few_digits(low: float, high: float, ticks: list[float]) -> None:
    assert list(_ticks(low, high)) == ticks


@pytest.mark.parametrize(
    ("break_even", "rate", "sides"),
    [
        (None, 0.05, ["start"]),
        (None, 0.1258, ["start"]),  # at 70 percent
        (None, 0.126, ["end"]),
        (0.5, 0.01, ["end", "end"]),  # away from the other mark, and from the edge
        (0.1, 0.01, ["end", "start"]),
        (0.1, 0.0079, ["start", "start"]),  # at 30 percent, where there is no room
        (0.01, 0.1, ["start", "end"]),
        (0.01, 0.01, ["end", "end"]),
    ],
)
def test_what_a_mark_is_called_stands_where_there_is_room(break_even: float | None, rate: float, sides: list[str]) -> None:  # fmt: skip
    lines = list(_marks(PLOT, break_even, rate, "your rate"))
    assert [re.findall('text-anchor="(.*?)"', line)[0] for line in lines[1::2]] == sides
    assert [re.findall('dx="(.*?)"', line)[0] for line in lines[1::2]] == ["-5" if side == "end" else "5" for side in sides]  # fmt: skip


def test_both_marks_reach_from_their_names_to_the_axis() -> None:
    assert list(_marks(PLOT, 0.1, 0.012, "your rate")) == [
        '<line class="mark" x1="35.97%" x2="35.97%" y1="46" y2="276"/>',
        '<text class="soft on-top" x="35.97%" dx="-5" y="56" text-anchor="end">your rate: 0.012</text>',
        '<line class="mark" x1="66.67%" x2="66.67%" y1="62" y2="276"/>',
        '<text class="soft on-top" x="66.67%" dx="5" y="72" text-anchor="start">break-even: 0.1</text>',
    ]


def test_a_line_for_each_power_of_ten_and_each_cost() -> None:
    assert list(_grid(PLOT)) == [
        '<line class="grid" x1="0.00%" x2="0.00%" y1="76" y2="276"/>',
        '<text class="soft" x="0.00%" y="294" text-anchor="start">0.001</text>',
        '<line class="grid" x1="33.33%" x2="33.33%" y1="76" y2="276"/>',
        '<text class="soft" x="33.33%" y="294" text-anchor="middle">0.01</text>',
        '<line class="grid" x1="66.67%" x2="66.67%" y1="76" y2="276"/>',
        '<text class="soft" x="66.67%" y="294" text-anchor="middle">0.1</text>',
        '<line class="grid" x1="100.00%" x2="100.00%" y1="76" y2="276"/>',
        '<text class="soft" x="100.00%" y="294" text-anchor="end">1</text>',
        '<line class="grid" x1="0" x2="100%" y1="276.0" y2="276.0"/>',
        '<line class="grid" x1="0" x2="100%" y1="176.0" y2="176.0"/>',
        '<line class="grid" x1="0" x2="100%" y1="76.0" y2="76.0"/>',
        '<line class="axis" x1="0" x2="100%" y1="276" y2="276"/>',
    ]
    assert list(_costs(PLOT)) == [
        '<text class="soft on-top" x="0" y="272.0">0</text>',
        '<text class="soft on-top" x="0" y="172.0">5</text>',
        '<text class="soft on-top" x="0" y="72.0">10</text>',
    ]


def test_the_legend_has_both_arms() -> None:
    assert list(_legend()) == [
        '<g class="arm-2"><line class="curve dashed" x1="0" x2="28" y1="34" y2="34"/>'
        '<text class="soft" x="34" y="38">Spot</text></g>',
        '<g class="arm-1"><line class="curve" x1="84" x2="112" y1="34" y2="34"/>'
        '<text class="soft" x="118" y="38">Spot with Snapshots</text></g>',
    ]


def test_a_curve_has_a_point_for_each_of_many_rates(tmp_path: Path) -> None:
    for line in drawn(tmp_path, rate=(0.02,)).iter(f"{SVG}polyline"):
        places = [float(point.partition(",")[0]) for point in line.attrib["points"].split()]
        assert places == [pytest.approx(100 * number / 120, abs=0.006) for number in range(121)]


@pytest.mark.parametrize(
    ("rate", "least", "most"),
    [(0.02, 0.001, 1), (0.0005, 0.00025, 1), (0.002, 0.001, 1), (0.5, 0.001, 1), (2, 0.001, 4)],
)
def test_the_plot_holds_each_mark_and_the_usual_rates(tmp_path: Path, rate: float, least: float, most: float) -> None:
    model = predicted(tmp_path, [task(minutes=240, usd=4)] * 20, given=replace(NOTHING, rate=(rate,))).model
    found = _plot_of(model, None, rate)
    assert (found.least_rate, found.most_rate) == (least, most)
    costs = [model.mean_cost(arm, found.least_rate) for arm in ("fusion_spot", "fusion_snapshots")]
    top = max(model.mean_cost(arm, max(0.1, rate)) for arm in ("fusion_spot", "fusion_snapshots"))
    if math.isfinite(top):
        assert found.least_cost == pytest.approx(min(costs) - 0.08 * (top - min(costs)))
        assert found.most_cost == pytest.approx(top + 0.25 * (top - min(costs)))
    else:
        assert found.most_cost == pytest.approx(min(costs) * 1.025)

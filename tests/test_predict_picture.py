"""The picture: well-formed, with both curves and both marks where they belong."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from archives import task
from test_predict_prediction import NOTHING, predicted

from fusion_snapshots.predict.picture import draw_picture

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

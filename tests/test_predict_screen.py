"""The screen: what stands on it, and that it fits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from archives import RECLAIMED, task
from test_predict_prediction import NOTHING, predicted

from fusion_snapshots.predict.screen import draw_screen


def test_it_fits_whatever_there_is_to_say(tmp_path: Path) -> None:
    name = "A_WORKFLOW_WITH_LONG_NAMES:OF_ITS_SUBWORKFLOWS:AND_OF_PROCESSES_THAT_NEED_MUCH_MEMORY_"
    large = [task(f"{name}{number}", minutes=500, peakRss=(150 + number) << 30, machineType="") for number in range(9)]
    lost = [task(status="FAILED", exit=RECLAIMED, exitStatus=RECLAIMED)] * 3
    given = replace(
        NOTHING,
        rate=(
            0.02,
            0.1,
            0.2,
            0.3,
            0.4,
        ),
        discount=60,
        overhead=0.02,
        wait=10,
    )
    shown = draw_screen(
        predicted(tmp_path, large + lost, large, given=given, status="FAILED", projectName="acme/" + "w" * 200)
    )
    lines = shown.splitlines()
    assert len(lines) <= 30
    assert max(map(len, lines)) <= 100
    assert "2 further rates: --format json" in lines


@pytest.mark.parametrize(("usd", "unit", "spot"), [(1.0, "USD of a result", "1.01"), (None, "cost, Spot = 1", "1.005")])
def test_units(tmp_path: Path, usd: float | None, unit: str, spot: str) -> None:
    lines = draw_screen(predicted(tmp_path, [task(usd=usd)])).splitlines()
    assert unit in lines[2]
    assert lines[4].split()[:2] == ["Spot", spot]

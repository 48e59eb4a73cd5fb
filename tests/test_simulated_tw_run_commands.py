"""The stand-in's tw runs, compared with the real tw's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from answers import ANSWERS, played, steps_about
from backends import REFERENCE, run_tw, stand_in

from fusion_snapshots.simulated.tw import run_commands


@pytest.mark.parametrize(("scenario", "number"), steps_about(run_commands))
def test_each_step_is_answered_as_tw_answered_it(scenario: str, number: int) -> None:
    assert played(scenario)[number] == ANSWERS[scenario][number]


def test_labels_of_a_run_are_shown_with_their_values(tmp_path: Path) -> None:
    platform = stand_in(tmp_path / "platform")
    labels = [{"id": 1, "name": "once", "value": None}, {"id": 2, "name": "team", "value": "bio"}]
    platform.set(labels=labels)
    platform.add_run(id="1abc", launch={"pipeline": "https://x.test/y", "labelIds": [1, 2]})
    ran = run_tw(platform, ["-o", "json", "runs", "view", "-w", REFERENCE, "-i", "1abc"], tmp_path)
    assert json.loads(ran.stdout)["general"]["labels"] == "once,team=bio"

"""What a command of the stand-in for tw has at hand: its workspace, its pages, its options."""

from __future__ import annotations

import pytest
from answers import ANSWERS, played, steps_about

from fusion_snapshots.simulated.tw import command


@pytest.mark.parametrize(("scenario", "number"), steps_about(command))
def test_each_step_is_answered_as_tw_answered_it(scenario: str, number: int) -> None:
    assert played(scenario)[number] == ANSWERS[scenario][number]

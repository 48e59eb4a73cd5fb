"""How the stand-in for tw asks the Platform, and what it says where that fails, as the real tw did."""

from __future__ import annotations

import pytest
from answers import ANSWERS, played, steps_about

from fusion_snapshots.simulated.tw import client


@pytest.mark.parametrize(("scenario", "number"), steps_about(client))
def test_each_step_is_answered_as_tw_answered_it(scenario: str, number: int) -> None:
    assert played(scenario)[number] == ANSWERS[scenario][number]

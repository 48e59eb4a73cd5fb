"""The stand-in's tw datasets, compared with the real tw's."""

from __future__ import annotations

import pytest
from answers import ANSWERS, played, steps_about

from fusion_snapshots.simulated.tw import dataset_commands


@pytest.mark.parametrize(("scenario", "number"), steps_about(dataset_commands))
def test_each_step_is_answered_as_tw_answered_it(scenario: str, number: int) -> None:
    assert played(scenario)[number] == ANSWERS[scenario][number]

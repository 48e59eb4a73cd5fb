"""The stand-in's options: what tw's own table of options lets through, and what is refused."""

from __future__ import annotations

import pytest
from answers import ANSWERS, played, steps_about

from fusion_snapshots.simulated.tw import options


@pytest.mark.parametrize(("scenario", "number"), steps_about(options))
def test_each_step_is_answered_as_tw_answered_it(scenario: str, number: int) -> None:
    assert played(scenario)[number] == ANSWERS[scenario][number]

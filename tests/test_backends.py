"""The real tw answers as tests/tw-answers.json records, in every scenario of scenarios.py.

So does the stand-in: the test files of its modules (test_simulated_tw_*.py) compare each step of a scenario. A stand-in
that drifts shows, and so does a tw that has changed. record_tw_answers.py writes the file.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from answers import ANSWERS, play, steps_about
from backends import real
from scenarios import SCENARIOS

from fusion_snapshots.simulated import tw


@pytest.mark.needs("tw")
@pytest.mark.parametrize("name", SCENARIOS)
def test_tw_answers_as_recorded(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    with real(tmp_path / "platform") as platform:
        assert play(platform, name, folder) == ANSWERS[name]


def test_every_step_is_compared_with_the_stand_in_once_and_nothing_else_is_recorded() -> None:
    steps = sorted((name, number) for name, answers in ANSWERS.items() for number in range(len(answers)))
    modules = [tw.client, tw.command, tw.compute_env_commands, tw.dataset_commands, tw.general_commands, tw.options, tw.pipeline_commands, tw.run_commands]  # fmt: skip
    assert sorted(step for module in modules for step in steps_about(module)) == steps
    for module in modules:
        file = Path(__file__).with_name(f"test_simulated_tw_{module.__name__.rpartition('.')[2]}.py")
        assert "steps_about" in file.read_text()

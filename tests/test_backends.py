"""The stand-in for tw answers as the real tw answers, in every scenario of scenarios.py.

tests/tw-answers.json holds what the real tw answered. The stand-in is compared with it everywhere, the real tw wherever
it is on PATH: so a stand-in that drifts shows, and so does a tw that has changed. record_tw_answers.py writes the file.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from answers import RECORDED, play
from backends import Platform
from scenarios import SCENARIOS

ANSWERS = json.loads(RECORDED.read_text())


@pytest.mark.parametrize("name", SCENARIOS)
def test_tw_answers_as_recorded(platform: Platform, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    assert play(platform, name, folder) == ANSWERS[name]


def test_nothing_else_is_recorded() -> None:
    assert list(ANSWERS) == list(SCENARIOS)

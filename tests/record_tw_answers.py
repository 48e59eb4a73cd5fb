"""Writes tests/tw-answers.json: what the real tw on PATH answers in every scenario.

uv run tests/record_tw_answers.py, after a change of scenarios.py, or with a newer tw on PATH; review the difference.
"""

from __future__ import annotations

import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from answers import RECORDED, play
from backends import real
from scenarios import SCENARIOS
from simulated.store import Json


def record(name: str) -> list[Json]:
    """Return what the real tw answers in a scenario."""
    with tempfile.TemporaryDirectory() as folder, real(Path(folder) / "platform") as platform:
        here = Path(folder) / "here"
        here.mkdir()
        return play(platform, name, here)


if __name__ == "__main__":
    with ThreadPoolExecutor(max_workers=4) as pool:
        found = dict(zip(SCENARIOS, pool.map(record, SCENARIOS), strict=True))
    RECORDED.write_text(json.dumps(found, indent=1) + "\n")

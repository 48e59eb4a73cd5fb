"""Writes tests/tw-answers.json: what the real tw on PATH answers in every scenario, or in those that are named.

uv run tests/record_tw_answers.py, after a change of scenarios.py, or with a newer tw on PATH; review the difference.
"""

from __future__ import annotations

import json
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a program, this finds the tests beside it, and not the package

from answers import RECORDED, play  # noqa: E402
from backends import real  # noqa: E402
from scenarios import SCENARIOS  # noqa: E402

from fusion_snapshots.simulated.state import Json  # noqa: E402


def record(name: str) -> list[Json]:
    """Return what the real tw answers in a scenario."""
    with tempfile.TemporaryDirectory() as folder, real(Path(folder) / "platform") as platform:
        here = Path(folder) / "here"
        here.mkdir()
        return play(platform, name, here)


if __name__ == "__main__":
    names = sys.argv[1:] or list(SCENARIOS)
    with ThreadPoolExecutor(max_workers=4) as pool:
        found = json.loads(RECORDED.read_text()) | dict(zip(names, pool.map(record, names), strict=True))
    RECORDED.write_text(json.dumps({name: found[name] for name in SCENARIOS}, indent=1) + "\n")

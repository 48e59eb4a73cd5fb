"""README's picture of the page: what is committed is what the tool draws, and it says that the runs are simulated."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

from conftest import ROOT, run


def test_picture_is_what_the_tool_draws(tmp_path: Path) -> None:
    ran = run(["python", ROOT / "tools" / "render_picture.py", tmp_path / "picture.svg"])
    assert ran.returncode == 0, ran.stderr
    picture = (tmp_path / "picture.svg").read_text(encoding="utf-8")
    assert picture == (ROOT / "docs/comparison.svg").read_text(encoding="utf-8"), "run: uv run tools/render_picture.py"
    texts = [element.text for element in ET.fromstring(picture).iter()]
    assert "SIMULATED RUNS" in texts

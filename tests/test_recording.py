"""The recording in README shows what the terminal shows today."""

from __future__ import annotations

import html
import re
import sys
import xml.etree.ElementTree
from pathlib import Path

from conftest import ROOT, run

RECORDING = ROOT / "docs/recording.svg"


def rows(svg: str) -> list[str]:
    """Return the pieces of text that the picture shows."""
    return [html.unescape(text).replace("\xa0", " ") for text in re.findall(r"<text [^>]*>([^<]*)</text>", svg)]


def test_the_recording_is_current(tmp_path: Path) -> None:
    ran = run([sys.executable, ROOT / "tools/record.py", tmp_path / "new.svg"])
    assert ran.returncode == 0, ran.stderr
    new = (tmp_path / "new.svg").read_text(encoding="utf-8")
    old = RECORDING.read_text(encoding="utf-8")
    assert rows(new) == rows(old), "run tools/record.py and look at docs/recording.svg"
    assert new == old, "run tools/record.py and look at docs/recording.svg"


def test_it_shows_the_first_command_a_refusal_and_the_end() -> None:
    shown = rows(RECORDING.read_text(encoding="utf-8"))
    (command, *_) = re.findall(r"^uvx .+$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M)
    assert f"$ {command}" in shown
    assert any("'eu-west-1b' must be an AWS region" in text for text in shown)
    assert any("have defaults. Enter keeps them, r reviews them." in text for text in shown)
    assert any("is ready. Next:" in text for text in shown)


def test_it_loads_nothing() -> None:
    svg = RECORDING.read_text(encoding="utf-8")
    xml.etree.ElementTree.fromstring(svg)
    assert re.findall(r"https?:[^\"]+", svg) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"@import|@font-face|href=|<script|url\((?!#)", svg)

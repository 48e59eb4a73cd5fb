"""The pages as people see them, in a real browser: at three widths, dark and printed, nothing cut off or written over."""

from __future__ import annotations

import html
import json
import re
import struct
import subprocess
import zlib
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from archives import make_folder

from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.compare import compare
from fusion_snapshots.predict import predict
from fusion_snapshots.settings import Predict
from fusion_snapshots.simulated.sample import sample_runs

pytestmark = pytest.mark.needs("chromium")

WIDTHS = (400, 800, 1200)
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars"
).split()
DARK = "--blink-settings=preferredColorScheme=0"
PAPER = {"light": (0xFF, 0xFF, 0xFF), "dark": (0x14, 0x18, 0x1C)}  # page.css
# Tells the page around its frame where things are: left, top, right and bottom in pixels.
LOOK = """<script>
const box = (e) => { const r = e.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom].map(Math.round); };
const all = (place, what) => [...place.querySelectorAll(what)];
const outer = all(document, "svg").filter((svg) => !svg.parentElement.closest("svg"));
parent.document.documentElement.setAttribute("data-" + frameElement.id, JSON.stringify({
  width: innerWidth,
  needed: document.documentElement.scrollWidth,
  rows: all(document, ".key tr").map((row) => all(row, "th, td").map(box)),
  charts: outer.map((svg) => all(svg, "text").map((text) => [text.textContent, box(text)])),
}));
</script>"""

Box = tuple[int, int, int, int]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a folder with three arms, compared and predicted."""
    folder = tmp_path_factory.mktemp("seen") / "folder"
    first, *_ = make_folder(folder, sample_runs(6))
    env = {"ORGANIZATION_NAME": "acme", "WORKSPACE_NAME": "acme", "AWS_REGION": "eu-west-1", "PATH": ""}
    benchmark = Benchmark(folder, env | {"AWS_WORK_DIR": "s3://acme-fusion/work"})
    compare(benchmark, wait=False)
    predict(benchmark, Predict(run=(first,), rate=(0.15,)))
    return folder / "report"


def chromium(place: Path, *options: str) -> str:
    """Run the browser, which knows nothing of earlier runs, and return what it prints."""
    command = ["chromium", *FLAGS, f"--user-data-dir={place / 'profile'}", *options]
    ran = subprocess.run(command, cwd=place, text=True, capture_output=True, timeout=120, stdin=subprocess.DEVNULL)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def look(page: str, place: Path) -> dict[int, Any]:
    """Return what LOOK tells of a page at each width: in frames, as the browser's own window is 500 pixels at least."""
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)  # it allows no script
    source = html.escape(page + LOOK)
    frames = (f'<iframe id="w{width}" width="{width}" height="900" srcdoc="{source}"></iframe>' for width in WIDTHS)
    (place / "frames.html").write_text("<style>iframe { border: 0 }</style>" + "".join(frames), encoding="utf-8")
    told = chromium(place, "--dump-dom", (place / "frames.html").as_uri())
    found = dict(re.findall(r'data-w(\d+)="([^"]*)"', told))
    return {int(width): json.loads(html.unescape(text)) for width, text in found.items()}


def written_over(texts: list[tuple[str, Box]]) -> list[tuple[str, str]]:
    """Return the pairs of texts that share a place."""
    return [
        (one, other)
        for (one, a), (other, b) in combinations(texts, 2)
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


@pytest.mark.parametrize("name", ["comparison.html", "prediction.svg"])
def test_at_any_width_nothing_is_cut_off_or_written_over(name: str, report: Path, tmp_path: Path) -> None:
    text = (report / name).read_text(encoding="utf-8")
    page = text if name.endswith("html") else f'<!doctype html><body style="margin: 0">{text}'
    seen = look(page, tmp_path)
    assert sorted(seen) == list(WIDTHS)  # frames come in any order
    for width, told in seen.items():
        assert told["width"] == width
        assert told["needed"] <= width, "the page is scrolled sideways"
        assert told["charts"]
        for texts in told["charts"]:
            assert [text for text, box in texts if box[0] < 0 or box[2] > width] == [], f"cut off at {width}"
            assert written_over(texts) == [], f"at {width}"


def test_both_arms_stand_side_by_side(report: Path, tmp_path: Path) -> None:
    for width, told in look((report / "comparison.html").read_text(encoding="utf-8"), tmp_path).items():
        assert len(told["rows"]) > 4
        for label, ours, theirs in told["rows"]:
            assert label[1] == ours[1] == theirs[1], f"not in one row at {width}"
            assert label[2] <= ours[0] < ours[2] <= theirs[0] < theirs[2] <= width


def first_pixel(picture: Path) -> tuple[int, ...]:
    """Return the colour of a PNG's upper left corner, which no filter of PNG changes."""
    data, place, packed = picture.read_bytes(), 8, b""
    while place < len(data):
        size, kind = struct.unpack_from(">I4s", data, place)
        packed += data[place + 8 : place + 8 + size] if kind == b"IDAT" else b""
        place += 12 + size
    return tuple(zlib.decompress(packed)[1:4])


@pytest.mark.parametrize("scheme", list(PAPER))
@pytest.mark.parametrize("name", ["comparison.html", "prediction.svg"])
def test_it_is_dark_where_the_reader_wants_it(name: str, scheme: str, report: Path, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    options = [DARK] if scheme == "dark" else []
    chromium(tmp_path, f"--screenshot={picture}", "--window-size=800,1200", *options, (report / name).as_uri())
    assert first_pixel(picture) == PAPER[scheme]


def test_it_is_printed_on_few_sheets(report: Path, tmp_path: Path) -> None:
    paper = tmp_path / "page.pdf"
    chromium(tmp_path, f"--print-to-pdf={paper}", "--no-pdf-header-footer", (report / "comparison.html").as_uri())
    data = paper.read_bytes()
    sheets = len(re.findall(rb"/Type ?/Page\b", data))
    assert 3 <= sheets <= 10

"""Write docs/comparison.svg, README's picture of comparison.html, from simulated runs.

    uv run tools/render_picture.py             # docs/comparison.svg
    uv run tools/render_picture.py OTHER.svg

It is drawn by the page's own charts from archives like those of `tw runs dump`, and is the same every time.
"""

from __future__ import annotations

import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs/comparison.svg"
NAMES = {"ORGANIZATION_NAME": "acme", "WORKSPACE_NAME": "acme"}  # of a workspace that is not asked
PROCESSES = "Task-hours, Snapshots against on demand"
LINE = 66  # characters of the headline on a line of the picture


def draw(folder: Path) -> str:
    """Return the picture of a simulated benchmark that is written to a folder."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    from archives import make_folder

    from fusion_snapshots.benchmark import Benchmark
    from fusion_snapshots.compare.assessment import assess_runs, find_whole
    from fusion_snapshots.compare.page import make_page, make_templates
    from fusion_snapshots.compare.snapshots import SnapshotLogs
    from fusion_snapshots.runs.fetch import gather_runs
    from fusion_snapshots.simulated.sample import sample_runs

    make_folder(folder, sample_runs())
    # Everything is kept already: neither tw nor a token is needed.
    runs, left_out = gather_runs(Benchmark(folder, NAMES), wait=False, every=0)
    page = make_page(assess_runs(find_whole(runs), left_out, SnapshotLogs([], 0, ""), []))
    environment = make_templates(ROOT / "tools")
    charts: Any = environment.get_template("charts.svg.j2").module
    (changes,) = [
        each for each in page.processes if (each.arm, each.baseline) == ("fusion_snapshots", "fusion_ondemand")
    ]
    panels = [
        *((chart.title, charts.bars(chart)) for chart in (page.cost, page.time, page.lost)),
        (PROCESSES, charts.changes("processes", PROCESSES, changes.changes[:4])),
    ]
    lines = textwrap.wrap(page.headline, LINE)
    keys = []
    for key in page.keys[:4]:
        told = f"{key.ours} : {key.theirs}; {key.detail}" if key.value else key.detail
        keys.append((key, key.value or f"{key.ours} : {key.theirs}", textwrap.wrap(told, 28)))
    template = environment.get_template("picture.svg.j2")
    return template.render(page=page, lines=lines, keys=keys, panels=panels, height=764 + 30 * len(lines))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        target = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE
        target.write_text(draw(Path(name)), encoding="utf-8")

"""make compare: what the runs of each arm took, side by side, with a verdict that claims no more than they show."""

from __future__ import annotations

from ..benchmark import Benchmark
from ..output import say
from ..runs.fetch import gather_runs
from ..runs.interruptions import read_interruptions
from ..runs.store import write_whole
from .files import write_json, write_tasks
from .judge import judge, require_comparable
from .page import draw_page
from .snapshots import read_snapshots
from .table import draw_table

COMPARISON, TASKS, PAGE = "report/comparison.json", "report/tasks.csv", "report/comparison.html"


def compare(benchmark: Benchmark, wait: bool, every: float = 30.0) -> None:
    """Fetch the ended runs of report/runs.csv, write and print how their arms compare.

    wait waits until all runs have ended, asking every so many seconds. Raises UserError where nothing can be compared.
    """
    runs, left_out = gather_runs(benchmark, wait=wait, every=every)
    require_comparable(runs, left_out)
    result = judge(runs, left_out, read_snapshots(benchmark, runs), read_interruptions(benchmark.root))
    texts = {COMPARISON: write_json(result), TASKS: write_tasks(result.arms), PAGE: draw_page(result)}
    say(draw_table(result))
    say(f"\n{result.verdict}\n")
    for note in result.notes:
        say(f"- {note}")
    for path, text in texts.items():
        write_whole(benchmark.root, path, text)
    say(f"\n{PAGE} shows it as a page; {COMPARISON} and {TASKS} hold the figures.")

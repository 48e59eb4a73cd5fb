"""make compare: what the runs of each arm took, side by side, with a verdict that claims no more than they show."""

from __future__ import annotations

from collections.abc import Iterator

from ..benchmark import Benchmark
from ..folder.arm_config import arm_configs
from ..folder.layout import COMPARISON
from ..folder.model import Folder
from ..output import say, showing
from ..predict.natural import predict_natural
from ..runs.fetch import gather_runs
from ..runs.interruptions import read_interruptions
from ..runs.store import write_whole
from .assessment import assess_runs, find_whole, require_comparable
from .files import write_json, write_tasks
from .measured import as_terms
from .money import bill_attempts
from .page import draw_page
from .snapshots import read_snapshots
from .table import draw_table

TASKS, PAGE = "report/tasks.csv", "report/comparison.html"


def compare(benchmark: Benchmark, wait: bool, every: float = 30.0) -> None:
    """Fetch the ended runs of report/runs.csv, write and print how their arms compare.

    wait waits until all runs have ended, asking at that interval. Raises UserError where nothing can be compared.
    """
    runs, left_out = gather_runs(benchmark, wait=wait, every=every)
    whole = find_whole(runs)
    require_comparable(whole, left_out)
    with showing("comparing the runs"):
        logs = read_snapshots(benchmark, whole.runs)
        billed = bill_attempts(benchmark, whole.runs)
        interruptions = read_interruptions(benchmark.root)
        folder = Folder(benchmark.root)
        limits = {config.arm: config.limits[1] for config in arm_configs(folder)}
        result = assess_runs(whole._replace(runs=billed.runs), left_out, logs, interruptions, billed.not_asked, limits)
        storm = [arm.name for arm in result.arms if arm.notices_sent]
        natural = predict_natural(folder, whole.runs, storm, as_terms(result.measured))
    texts: dict[str, str | Iterator[str]] = {
        COMPARISON: write_json(result),
        TASKS: write_tasks(result.arms),
        PAGE: draw_page(result, natural),
    }
    say(draw_table(result))
    say(f"\n{result.headline}\n{result.verdict}\n")
    for reservation in result.reservations:
        say(f"! {reservation.text}")
    for note in result.notes:
        say(f"- {note}")
    if natural:
        say(f"\n{natural.text}")
    for path, text in texts.items():
        write_whole(benchmark.root, path, text)
    say(f"\n{PAGE} shows it as a page; {COMPARISON} and {TASKS} hold the figures.")

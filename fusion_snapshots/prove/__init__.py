"""make prove: in twenty minutes, whether Snapshots work in this account: count, be interrupted, and count on."""

from __future__ import annotations

from ..aws.hosts import Host
from ..benchmark import Benchmark
from ..errors import UserError
from ..folder.layout import SNAPSHOTS
from ..interrupt import alone
from ..interrupt.rounds import Place, run_round
from ..interrupt.show import describe_cost
from ..interrupt.targets import Target
from ..output import is_confirmed, say
from ..runs.fetch import fetch_runs
from ..runs.interruptions import read_interruptions
from ..runs.listed import Row
from ..runs.states import wait_for_runs
from ..runs.store import write_whole
from ..settings import Prove
from .outcome import Verdict, assess, describe_task
from .proof import KEPT, find_or_launch, read_logs, wait_for_host


def prove(benchmark: Benchmark, settings: Prove) -> None:
    """Launch the proof, interrupt an instance of it, wait for its end and say what its logs tell.

    A proof that is under way, or that has ended and was not read, is resumed. Raises UserError, also where nothing is
    proven.
    """
    workspace = benchmark.workspace
    with alone(benchmark, SNAPSHOTS, settings.role) as (place, (target,)):
        row = find_or_launch(benchmark, target, settings.poll)
        interrupted = [each for each in read_interruptions(benchmark.root) if each.arm == target.arm]
        if not any(each.when >= row.when and each.may_count for each in interrupted):
            host = wait_for_host(workspace, place.aws, target, row, settings.poll)
            if host:
                _interrupt(place, target, host, row, settings)
        wait_for_runs(workspace, [row], settings.poll)
        _conclude(benchmark, row)


def _interrupt(place: Place, target: Target, host: Host, row: Row, settings: Prove) -> None:
    others = host.tasks - host.runs[row.id]
    say(f"{host.id} ({host.type}) runs {host.runs[row.id]} tasks of {row.name}, and {others} of other runs.")
    say(describe_cost(1, place.aws.region))
    if others and not is_confirmed(settings.confirm, "Type yes to interrupt it: "):
        again = f"{row.name} is still under way. Wait until it is alone, or: make prove CONFIRM=yes"
        raise UserError(f"nothing was interrupted, as other runs share {host.id}. {again}", 1)
    run_round(place, {target: [host]}, rehearse=False, every=settings.poll)


def _conclude(benchmark: Benchmark, row: Row) -> None:
    """Say and keep what an ended run shows; raises UserError where that is not that Snapshots work."""
    (run,) = fetch_runs(benchmark, [row])
    read = read_logs(benchmark.aws, run)
    verdict = assess(run, [seen for seen, _ in read])
    lines = [describe_task(seen) for seen, _ in read]
    kept = KEPT.format(row.id)
    logs = [f"\n{seen.task.workdir}\n{text}" for seen, text in read]
    write_whole(benchmark.root, kept, "\n".join([f"{row.name} ({row.id})", *lines, verdict.value, *logs]))
    for line in lines:
        say(line)
    if verdict is not Verdict.WORK:
        raise UserError(f"{verdict.value} {kept} has the logs.", 1)
    say(f"{verdict.value} {kept} has the logs.")

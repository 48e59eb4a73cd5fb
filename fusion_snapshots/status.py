"""make status: how far the runs of each arm are, what they cost so far, what waits, and what is next; it only reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import NamedTuple

from .benchmark import Benchmark
from .errors import UserError
from .findings import count_of
from .folder.layout import HELLO_RUN, PROOF_RUN, REPORT_RUN, RUNS, arm_of
from .json_reply import Reply
from .output import align, say, showing, warn
from .platform.workspace import ACTIVE, is_under_way
from .process import at_once
from .runs.fetch import read_kept
from .runs.interruptions import read_interruptions
from .runs.listed import Row, read_runs, round_of
from .runs.reported import read_time
from .runs.run import Run
from .runs.states import may_start

LONG_WAIT_MINUTES = 30  # instances come up in about five
ROUNDS = 7  # on different days or hours: the least that shows anything within rounds
_MOST_PAGES = 10  # of 100 tasks, looked at for what waits
_NOT_LISTED = "not listed"  # older than the newest 100 runs of the workspace, or deleted
_COUNTS = ("pending", "submitted", "running", "cached", "succeeded", "failed")  # by which tw counts the tasks
_NOT_STARTED, _NOT_KNOWN = "never started", "not known yet"  # of a launch that no run is known of
_WAITS = ("SUBMITTED", "NEW")


class Waiting(NamedTuple):
    """Tasks of a process that AWS Batch has not started: their number, and for how many minutes the first waits."""

    process: str
    number: int
    minutes: float


class RunStatus(NamedTuple):
    """Where a run stands. hours since its submission, or as long as it took; usd and hours are None if not reported."""

    row: Row
    arm: str
    state: str
    hours: float | None
    usd: float | None
    interruptions: int | None = None  # as its archive reports them
    waiting: tuple[Waiting, ...] = ()

    @property
    def under_way(self) -> bool:
        return self.state not in (_NOT_LISTED, _NOT_STARTED, _NOT_KNOWN) and is_under_way(self.state)


def show_status(benchmark: Benchmark) -> None:
    """Print the runs of the arms, and what is next; raises UserError. Nothing is started or written."""
    rows = [row for row in read_runs(benchmark.root) if not row.name.startswith((HELLO_RUN, PROOF_RUN, REPORT_RUN))]
    if not rows:
        say(f"{RUNS} lists no run of the workflow. Next: make launch")
        return
    with showing("asking how far the runs are"):
        runs = find_statuses(benchmark, rows, datetime.now(timezone.utc))
    for line in (*draw_runs(runs), "", *describe_arms(benchmark, runs), *describe_waiting(runs)):
        say(line)
    say(f"Next: {find_next(runs)}")


def find_statuses(benchmark: Benchmark, rows: Sequence[Row], now: datetime) -> list[RunStatus]:
    """Return where each run stands: by the Platform's list, its archive if that is kept, and for those under way by tw.

    Raises UserError where the list cannot be had.
    """
    listed = benchmark.workspace.newest_runs()
    by_name = {run.text("runName", ""): identifier for identifier, run in listed.items()}
    named = [row._replace(id=row.id or by_name.get(row.name, "")) for row in rows]
    kept = read_kept(benchmark, [row for row in named if row.id])
    found = [_status_of(benchmark, row, listed.get(row.id), kept.get(row.id), now) for row in named]
    going = [run for run in found if run.under_way]
    with at_once() as pool:
        seen = dict(zip(going, pool.map(lambda run: _look(benchmark, run, now), going), strict=True))
    return [seen.get(run, run) for run in found]


def _status_of(benchmark: Benchmark, row: Row, seen: Reply | None, kept: Run | None, now: datetime) -> RunStatus:
    arm = arm_of(row.compute_env, benchmark.arms) or row.compute_env
    if kept:
        return RunStatus(row, arm, kept.status, kept.hours, kept.cost, kept.hits)
    if seen is None:
        unlisted = _NOT_KNOWN if may_start(row) else _NOT_STARTED
        return RunStatus(row, arm, _NOT_LISTED if row.id else unlisted, None, None)
    began, ended = (read_time(seen.text(key, "")) for key in ("submit", "complete"))
    hours = ((ended or now) - began).total_seconds() / 3600 if began else None
    return RunStatus(row, arm, seen.text("status"), hours, None)


def _look(benchmark: Benchmark, run: RunStatus, now: datetime) -> RunStatus:
    """Return a run that is under way with its cost so far and what of it waits; tw is asked."""
    try:
        seen = benchmark.workspace.ask("runs", "view", "--id", run.row.id, "--stats", "--status")
        counts = seen.get("status")
        submitted = counts.number("submitted", 0)
        tasks = sum(counts.number(key, 0) for key in _COUNTS)
        waiting = find_waiting(benchmark.workspace.tasks(run.row.id, int(tasks), _MOST_PAGES), now) if submitted else ()
        usd = seen.get("stats").number("cost", -1)
    except UserError as error:
        warn(f"{run.row.name}: {error}")
        return run
    return run._replace(usd=usd if usd >= 0 else None, waiting=tuple(waiting))


def find_waiting(tasks: Iterable[Reply], now: datetime) -> Iterator[Waiting]:
    """Yield by process the tasks that have been submitted for LONG_WAIT_MINUTES and have not started."""
    since: dict[str, list[float]] = {}
    for task in tasks:
        submitted = read_time(task.text("submit", ""))
        if task.text("status", "") in _WAITS and submitted:
            since.setdefault(task.text("process", "?"), []).append((now - submitted).total_seconds() / 60)
    for process, minutes in since.items():
        if (longest := max(minutes)) >= LONG_WAIT_MINUTES:
            yield Waiting(process, sum(each >= LONG_WAIT_MINUTES for each in minutes), longest)


def draw_runs(runs: Sequence[RunStatus]) -> list[str]:
    """Return a table of runs, those of one round beneath each other."""
    rounds = number_rounds(runs)
    lines = [("round", "arm", "run", "state", "hours", "USD")]
    for run in sorted(runs, key=lambda run: rounds[run.row.name]):
        hours = "" if run.hours is None else f"{run.hours:.1f}"
        usd = "" if run.usd is None else f"{run.usd:,.2f}"
        lines.append((str(rounds[run.row.name]), run.arm, run.row.name, run.state, hours, usd))
    return align(lines, left=4)


def number_rounds(runs: Sequence[RunStatus]) -> Mapping[str, int]:
    """Return the number of each run's round, by the run's name; runs that were launched together are a round."""
    shared = [round_of(run.row.name) or run.row.name for run in runs]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(shared), 1)}
    return {run.row.name: numbers[name] for run, name in zip(runs, shared, strict=True)}


def describe_arms(benchmark: Benchmark, runs: Sequence[RunStatus]) -> Iterator[str]:
    """Yield a line an arm: its runs by state, their cost so far, the interruptions that were met, and those sent."""
    notices = read_interruptions(benchmark.root)
    sent, unknown = [row.arm for row in notices if row.counts], [row.arm for row in notices if row.is_unknown]
    for arm in dict.fromkeys(run.arm for run in runs):
        own = [run for run in runs if run.arm == arm]
        states = Counter(run.state for run in own)
        parts = [", ".join(f"{number} {state}" for state, number in states.items())]
        known = [run.usd for run in own if run.usd is not None]
        if known:
            rest = f" for {len(known)} of them" if len(known) < len(own) else ""
            parts.append(f"{sum(known):,.2f} USD{rest}")
        met = [run.interruptions for run in own if run.interruptions is not None]
        parts += [f"{count_of(sum(met), 'interruption')} met"] if met else []
        parts += [f"{count_of(sent.count(arm), 'notice')} sent by make interrupt"] if arm in sent else []
        parts += (
            [f"whether {count_of(unknown.count(arm), 'notice')} more went out is not known"] if arm in unknown else []
        )
        yield f"{arm}: {'; '.join(parts)}."


def describe_waiting(runs: Iterable[RunStatus]) -> Iterator[str]:
    """Yield what waits long, and why that may be."""
    found = False
    for run in runs:
        for each in run.waiting:
            found = True
            tasks = count_of(each.number, "task")
            yield f"{run.row.name}: {tasks} of {each.process} wait to start, the first for {each.minutes:.0f} minutes."
    if found:
        yield (
            "No instance may be free, or none can hold such a task: look at the job queue in the AWS console, and at "
            "the Spot quota (make preflight)."
        )


def find_next(runs: Sequence[RunStatus]) -> str:
    """Return the command that comes next, and why."""
    if going := [run for run in runs if run.state in ACTIVE]:
        return f"wait for {count_of(len(going), 'run')} under way: make compare WAIT=yes"
    succeeded = [sum(run.arm == arm and run.state == "SUCCEEDED" for run in runs) for arm in {run.arm for run in runs}]
    if min(succeeded) < ROUNDS:
        return f"make launch UNTIL={ROUNDS}, or make compare for what {min(succeeded)} a side can tell"
    return "make compare"

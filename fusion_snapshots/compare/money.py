"""What restored tasks cost: by AWS Batch's own times where these are known; elsewhere, by how much records may be off.

A task that AWS Batch moved to another host is one record, from its first start to its end, so it holds the wait for
that host, which nobody pays. `batch describe-jobs` tells when each attempt ran; its answers are kept beside the
archives.
"""

from __future__ import annotations

import heapq
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace
from functools import cache
from itertools import compress
from pathlib import Path
from statistics import median
from typing import NamedTuple

from ..aws import AwsError
from ..aws.jobs import find_busy_seconds
from ..benchmark import Benchmark
from ..json_reply import Reply, ReplyError
from ..runs.fetch import ARCHIVES
from ..runs.run import Run
from ..runs.store import write_whole
from ..runs.tasks import STANDARD, Task, Tasks
from .figures import ArmFigures

MOST_JOBS = 500  # asked of in one go, those known to have moved first, then those that ran longest


class Billed(NamedTuple):
    """The runs with what AWS knows of their jobs, how many tasks that changed, and why AWS was not asked, or empty."""

    runs: list[Run]
    corrected: int
    not_asked: str


class _Job(NamedTuple):
    """A job of AWS Batch: its run and id, whether it is known to have moved, and the seconds of its record."""

    run: Run
    id: str
    moved: bool
    seconds: float


def bill_attempts(benchmark: Benchmark, runs: Sequence[Run]) -> Billed:
    """Return the runs, each task that AWS Batch moved with the seconds that its attempts ran, and their cost.

    Raises UserError where the answers cannot be kept.
    """
    known = {run.id: _read_kept(benchmark.root, run) for run in runs}
    unknown = (job for run in runs for job in _find_moved(run) if job.id not in known[run.id])
    asked = heapq.nsmallest(MOST_JOBS, unknown, key=lambda job: (not job.moved, -job.seconds))
    not_asked = ""
    if asked:
        try:
            found = find_busy_seconds(benchmark.aws, [job.id for job in asked])
        except (AwsError, ReplyError) as error:
            found, not_asked = {}, str(error)
        _keep(benchmark.root, known, [job for job in asked if job.id in found], found)
    corrected = [_correct(run, known[run.id]) for run in runs]
    changed = sum(len(known[run.id]) for run in runs)
    return Billed(corrected, changed, not_asked)


def cost_at_least(arms: Sequence[ArmFigures]) -> dict[str, float]:
    """Return by a run's id what it cost without the waits that its records may hold, for runs with such records.

    Such a record is cut to what the same task takes uninterrupted, in any arm; without Snapshots, to as much again for
    each interruption, as the work may have begun anew.
    """
    if not any(arm.waited for arm in arms):
        return {}
    usual = _usual_seconds(arms, {key for arm in arms for task in arm.waited for key in (task.name, task.process)})
    least = {}
    for arm in arms:
        for run, totals in zip(arm.runs, arm.totals, strict=True):
            if totals.waited and run.cost is not None:
                times = [(task, 1 if arm.has_snapshots else 1 + task.spans) for task in totals.waited]
                least[run.id] = run.cost - sum(_excess(task, times_, usual) for task, times_ in times)
    return least


def _may_have_moved(task: Task) -> bool:
    """Tell whether a record may span several hosts: it says so, or nothing is reported of its interruptions."""
    return bool(task.spans) or (task.interruptions is None and bool(task.seconds) and task.price_model != STANDARD)


def _find_moved(run: Run) -> Iterator[_Job]:
    """Yield the jobs of tasks that may have moved."""
    tasks = run.tasks
    may = [_may_have_moved(kind._replace(seconds=1)) for kind in tasks.kinds]
    moved = [kind.spans for kind in tasks.kinds]
    for kind, seconds, job in zip(tasks.of_kind, tasks.seconds, tasks.native_ids(), strict=True):
        if may[kind] and job and (seconds > 0 or moved[kind]):
            yield _Job(run, job, moved[kind] > 0, seconds if seconds > 0 else 0)


def _excess(task: Task, times: int, usual: dict[str, float]) -> float:
    if not task.usd or not task.seconds:
        return 0.0
    explained = times * usual.get(task.name or task.process, usual.get(task.process, 0.0))
    return task.usd * max(0.0, 1 - explained / task.seconds)


def _usual_seconds(arms: Iterable[ArmFigures], wanted: Set[str]) -> dict[str, float]:
    """Return the median seconds of uninterrupted tasks by name and by process, as far as wanted."""
    seconds: defaultdict[str, list[float]] = defaultdict(list)

    @cache  # the runs have the same processes
    def ends_behind(begin: str) -> Set[str]:
        return {key[len(begin) :] for key in wanted if key.startswith(begin)}

    for arm in arms:
        for run in arm.succeeded:
            tasks = run.tasks
            processes = [kind.process if kind.process in wanted else None for kind in tasks.kinds]
            ends = [ends_behind(kind.name) for kind in tasks.kinds]
            rows = zip(tasks.of_kind, tasks.seconds, tasks.name_ends(), strict=True)
            for kind, took, end in compress(rows, tasks.mask_unhit(lambda kind: not kind.lost)):
                if took == took:
                    if (process := processes[kind]) is not None:
                        seconds[process].append(took)
                    if end in ends[kind] and (name := tasks.kinds[kind].name + end) != tasks.kinds[kind].process:
                        seconds[name].append(took)
    return {name: median(own) for name, own in seconds.items()}


def _correct(run: Run, busy: dict[str, float]) -> Run:
    """Return a run whose moved tasks hold the seconds that their attempts ran, and cost their rate for these."""
    if not busy:
        return run
    tasks = Tasks.of(
        task._replace(
            seconds=busy[task.native_id],
            usd=None if task.usd is None or not task.seconds else task.usd / task.seconds * busy[task.native_id],
            billed=True,
        )
        if task.native_id in busy and _may_have_moved(task)
        else task
        for task in run.tasks
    )
    return replace(run, tasks=tasks)


def _name_of(run: Run) -> str:
    return f"{ARCHIVES}/{run.id}.jobs.json"


def _read_kept(root: Path, run: Run) -> dict[str, float]:
    """Return the seconds kept of a run's jobs; what cannot be read is asked for again."""
    try:
        kept = Reply.parse((root / _name_of(run)).read_text(encoding="utf-8"), ARCHIVES)
        seconds = kept.get("busy_seconds")
        return {job: seconds.number(job) for job in seconds.raw()}
    except (OSError, UnicodeDecodeError, ReplyError):
        return {}


def _keep(root: Path, known: dict[str, dict[str, float]], told: Sequence[_Job], found: dict[str, float]) -> None:
    """Add what AWS told to what is known, and write it beside the archives; raises UserError."""
    for job in told:
        known[job.run.id][job.id] = found[job.id]
    for run in {job.run.id: job.run for job in told}.values():
        text = json.dumps({"busy_seconds": known[run.id]}, indent=1, sort_keys=True) + "\n"
        write_whole(root, _name_of(run), text)

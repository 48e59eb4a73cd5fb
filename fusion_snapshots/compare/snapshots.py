"""The Snapshots that interrupted tasks took and were restored from, by Fusion's small logs in their work directories.

No API tells of them. Below <task's work directory>/.fusion/dump/ lies a folder for each dump, with the log of an
incremental dump (pre_*.log), a full one (dump_*.log) or a restore (restore_*.log). They are CRIU's: each line begins
with the seconds since the beginning in brackets, and the last one says whether it finished.
"""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import NamedTuple, TypeVar

from ..benchmark import Benchmark
from ..findings import mask, printable
from ..folder.layout import SCHEMAS, SNAPSHOTS, bucket_of, is_ours
from ..instance_types import Catalog
from ..output import Progress
from ..process import run_all
from ..runs.run import Run
from ..runs.tasks import Task

SECONDS = 60.0  # for one call of aws
MOST_TASKS = 40  # looked at, those that ran longest first
MOST_LOGS = 200  # read, a call of aws each

_LISTED = re.compile(r"\S+ \S+ +\d+ (\S.*/\.fusion/dump/.*/(pre|dump|restore)_[^/]*\.log)")
_SINCE = re.compile(r"^\((\d+\.\d+)\)", re.MULTILINE)
_FINISHED = {"dump": "Dumping finished successfully", "restore": "Restore finished successfully"}

_ELSEWHERE = "the tasks worked outside of this folder's work directory and buckets, all that aws is asked about"

K = TypeVar("K")


class TaskSnapshots(NamedTuple):
    """What the logs of one interrupted task tell; seconds are those of its full dumps and restores that finished.

    predicted is what a dump of all memory of its instance type takes at most; None for a type that is not known.
    """

    run: Run
    task: Task
    incremental: int
    full: int
    restores: int
    seconds: list[float]
    predicted: float | None
    restore_seconds: tuple[float, ...] = ()


class SnapshotLogs(NamedTuple):
    """What was seen of the interrupted tasks; not_checked is why nothing was, or empty."""

    tasks: list[TaskSnapshots]
    interrupted: int
    not_checked: str


class _AwsFailedError(Exception):
    """aws could not be asked, or refuses."""


def read_snapshots(benchmark: Benchmark, runs: Sequence[Run]) -> SnapshotLogs:
    """Return what Fusion's logs tell of the tasks that met an interruption, on arms with Snapshots."""
    interrupted = [
        (run, task)
        for run in runs
        if run.snapshots or (run.snapshots is None and run.arm == SNAPSHOTS)
        for task in run.own_attempts.find_hit()
        if task.workdir.startswith("s3://")
    ]
    interrupted.sort(key=lambda pair: -(pair[1].seconds or 0))
    ours = [(run, task) for run, task in interrupted if is_ours(task.workdir, benchmark.env)]
    chosen = dict(enumerate(ours[:MOST_TASKS]))
    if not chosen:
        return SnapshotLogs([], len(interrupted), _ELSEWHERE if interrupted else "")
    try:
        logs = _list_logs(benchmark, {key: task for key, (_, task) in chosen.items()})
        seconds = {kind: _read_seconds(benchmark, logs, kind) for kind in _FINISHED}
    except FileNotFoundError:
        return SnapshotLogs([], len(interrupted), "aws is not installed")
    except _AwsFailedError as error:
        return SnapshotLogs([], len(interrupted), str(error))
    types = Catalog(SCHEMAS).types
    seen = []
    for key, (run, task) in chosen.items():
        kinds = Counter(kind for _, kind in logs[key])
        known = types.get(task.machine_type)
        counts = (kinds["pre"], kinds["dump"], kinds["restore"])
        took = seconds["dump"].get(key, [])
        restored = tuple(seconds["restore"].get(key, ()))
        seen.append(TaskSnapshots(run, task, *counts, took, known.seconds if known else None, restored))
    return SnapshotLogs(seen, len(interrupted), "")


def seconds_of(log: str, kind: str = "dump") -> float | None:
    """Return how many seconds a full dump, or a restore, took by its log; None where it did not finish."""
    lines = log.strip().splitlines()
    found = _SINCE.findall(log)
    return float(found[-1]) if found and _FINISHED[kind] in lines[-1] else None


def _list_logs(benchmark: Benchmark, tasks: Mapping[int, Task]) -> dict[int, list[tuple[str, str]]]:
    """Return of each task the addresses of its logs, each with its kind."""
    places = {key: f"{task.workdir.rstrip('/')}/.fusion/dump/" for key, task in tasks.items()}
    commands = {key: ["aws", "s3", "ls", "--recursive", place] for key, place in places.items()}
    logs = {}
    for key, listing in _ask(benchmark, commands, "snapshots of interrupted tasks").items():
        bucket = bucket_of(places[key])
        logs[key] = [(f"s3://{bucket}/{name}", kind) for name, kind in _LISTED.findall(listing)]
    return logs


def _read_seconds(
    benchmark: Benchmark, logs: Mapping[int, list[tuple[str, str]]], wanted: str
) -> dict[int, list[float]]:
    places = [(key, place) for key, listed in logs.items() for place, kind in listed if kind == wanted][:MOST_LOGS]
    commands = {(key, place): ["aws", "s3", "cp", place, "-"] for key, place in places}
    seconds: dict[int, list[float]] = {}
    for (key, _), log in _ask(benchmark, commands, f"{wanted}s timed").items():
        if (took := seconds_of(log, wanted)) is not None:
            seconds.setdefault(key, []).append(took)
    return seconds


def _ask(benchmark: Benchmark, commands: Mapping[K, list[str]], what: str) -> dict[K, str]:
    """Return what aws prints for each command; raises _AwsFailedError at the first that fails."""
    region = ["--region", benchmark.aws.region]
    said: dict[K, str] = {}
    whole = {key: [*command, *region] for key, command in commands.items()}
    with Progress() as progress, closing(run_all(whole, benchmark.aws.env, benchmark.root, SECONDS)) as ended:
        for key, ran in ended:
            if ran is None:
                raise _AwsFailedError(f"aws s3: no answer within {SECONDS:g} seconds")
            # aws s3 ls exits with 1, without a word, where there is nothing to list.
            if ran.returncode and (ran.returncode != 1 or ran.stderr.strip()):
                raise _AwsFailedError(_last_words(ran))
            said[key] = ran.stdout
            progress.show(f"{what}: {len(said)} of {len(whole)}")
    return said


def _last_words(ran: subprocess.CompletedProcess[str]) -> str:
    lines = ran.stderr.strip().splitlines() or [f"exit code {ran.returncode}"]
    return f"aws s3: {printable(mask(lines[-1].strip().rstrip('.')))}"

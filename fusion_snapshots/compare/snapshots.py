"""The Snapshots that interrupted tasks took and were restored from, by Fusion's small logs in their work directories.

No API tells of them. The logs are CRIU's: each line begins with the seconds since the beginning in brackets, and the
last one says whether it finished.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ..benchmark import Benchmark
from ..folder.layout import SCHEMAS, SNAPSHOTS, is_ours
from ..instance_types import Catalog
from ..runs.run import Run
from ..runs.tasks import Task
from .dump_logs import LogsError, read_dump_logs

MOST_TASKS = 40  # looked at, those that ran longest first

_SINCE = re.compile(r"^\((\d+\.\d+)\)", re.MULTILINE)
_FINISHED = {"dump": "Dumping finished successfully", "restore": "Restore finished successfully"}

_ELSEWHERE = "the tasks worked outside of this folder's work directory and buckets, all that aws is asked about"


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


def read_snapshots(benchmark: Benchmark, runs: Sequence[Run]) -> SnapshotLogs:
    """Return what Fusion's logs tell of the tasks that met an interruption, on arms with Snapshots."""
    with_snapshots = [run for run in runs if run.snapshots or (run.snapshots is None and run.arm == SNAPSHOTS)]
    met = ((run, run.own_attempts[place]) for run in with_snapshots for place in run.own_attempts.hit)
    interrupted = [(run, task) for run, task in met if task.workdir.startswith("s3://")]
    interrupted.sort(key=lambda pair: -(pair[1].seconds or 0))
    ours = [(run, task) for run, task in interrupted if is_ours(task.workdir, benchmark.env)]
    chosen = ours[:MOST_TASKS]
    if not chosen:
        return SnapshotLogs([], len(interrupted), _ELSEWHERE if interrupted else "")
    try:
        logs = read_dump_logs(benchmark, list(dict.fromkeys(_folder_of(task) for _, task in chosen)))
    except FileNotFoundError:
        return SnapshotLogs([], len(interrupted), "aws is not installed")
    except LogsError as error:
        return SnapshotLogs([], len(interrupted), str(error))
    types = Catalog(SCHEMAS).types
    seen = []
    for run, task in chosen:
        if (own := logs.get(_folder_of(task))) is not None:
            known = types.get(task.machine_type)
            kinds = Counter(log.kind for log in own)
            counts = (kinds["pre"], kinds["dump"], kinds["restore"])
            took, restored = (
                [seconds for log in own if log.kind == kind and (seconds := seconds_of(log.text, kind)) is not None]
                for kind in _FINISHED
            )
            seen.append(TaskSnapshots(run, task, *counts, took, known.seconds if known else None, tuple(restored)))
    return SnapshotLogs(seen, len(interrupted), "")


def seconds_of(log: str, kind: str = "dump") -> float | None:
    """Return how many seconds a full dump, or a restore, took by its log; None where it did not finish."""
    lines = log.strip().splitlines()
    found = _SINCE.findall(log)
    return float(found[-1]) if found and _FINISHED[kind] in lines[-1] else None


def _folder_of(task: Task) -> str:
    return task.workdir.rstrip("/")

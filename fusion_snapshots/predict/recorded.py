"""What is predicted from: one run or several of a pipeline, from archives of `tw runs dump` or traces of Nextflow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from ..errors import UserError
from ..platform.workspace import ENDED, SUCCEEDED
from ..runs.archive import DamagedError
from ..runs.run import Run, read_run
from ..runs.tasks import STANDARD, Task
from .rates import Rate
from .trace import is_trace, read_trace

ASSUMED_RATE = 0.01  # an hour, where no interruption was seen: about what 2025's Spot markets showed


class Recorded(NamedTuple):
    """A run: its pipeline (empty where a trace does not tell), day, status, and the attempts that it made itself.

    hits are the interruptions it met, None where that is not reported; lacking is what a trace does not tell.
    """

    name: str
    pipeline: str
    day: str
    status: str
    tasks: list[Task]
    hits: int | None
    lacking: tuple[str, ...] = ()
    is_trace: bool = False

    @property
    def kept(self) -> list[Task]:
        """The tasks that count: completed by this run, after they started, as stamps are whole seconds."""
        return [task for task in self.tasks if task.status == "COMPLETED" and task.seconds and task.started is not None]

    @property
    def exposed(self) -> float:
        """Hours of attempts whose instance could have been taken away."""
        return sum(task.seconds or 0 for task in self.tasks if task.price_model != STANDARD) / 3600


def read_recorded(paths: Sequence[Path]) -> list[Recorded]:
    """Return the runs of archives and traces; raises UserError for what is neither, or cannot be pooled."""
    runs = [_read(path) for path in paths]
    if len(names := {run.pipeline for run in runs if run.pipeline}) > 1:
        raise UserError(f"these runs are of different pipelines, which are not pooled: {', '.join(sorted(names))}", 1)
    if len({run.is_trace for run in runs}) > 1:
        raise UserError("an archive has prices and a trace has none: predict from the one or the other", 1)
    return runs


def rate_of(runs: Sequence[Recorded]) -> Rate:
    """Return the rate that runs show; where they show none, or do not tell, one that is assumed."""
    return rate_from((run.hits, run.exposed) for run in runs)


def rate_from(runs: Iterable[tuple[int | None, float]]) -> Rate:
    """Return the rate that runs show, as rate_of does, of each the interruptions that it met and Recorded.exposed."""
    listed = list(runs)
    events, hours = sum(hits or 0 for hits, _ in listed), sum(exposed for _, exposed in listed)
    return Rate(events / hours, events, hours) if events and hours else Rate(ASSUMED_RATE)


def _read(path: Path) -> Recorded:
    try:
        with path.open("rb") as file:
            zipped = file.read(2) == b"\x1f\x8b"
        run = _of_archive(path) if zipped else _of_trace(path)
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}", 1) from None
    if run.status not in ENDED:
        raise UserError(f"{path}: its run is {run.status or 'of no known status'}; predict from one that has ended", 1)
    if not run.kept:
        raise UserError(f"{path}: no task of it completed, so there is nothing to predict from", 1)
    return run


def _of_archive(path: Path) -> Recorded:
    try:
        run: Run = read_run(path, path.name, path.name, "")
    except DamagedError as error:
        raise UserError(f"{path}: not an archive of tw runs dump: {error}", 1) from None
    day = run.began.date().isoformat() if run.began else ""
    name = path.name.removesuffix(".tar.gz")
    return Recorded(name, run.pipeline, day, run.status, list(run.own_attempts), run.hits)


def _of_trace(path: Path) -> Recorded:
    text = path.read_text(encoding="utf-8", errors="replace")
    if not is_trace(text):
        raise UserError(f"{path}: neither an archive of tw runs dump nor a trace of Nextflow", 1)
    found = read_trace(text, str(path))
    hits = sum(task.hits for task in found.tasks)
    status = "RUNNING" if found.under_way else SUCCEEDED
    return Recorded(path.name, "", found.day, status, found.tasks, hits or None, found.lacking, True)

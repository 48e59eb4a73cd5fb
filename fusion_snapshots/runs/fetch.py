"""Getting the runs: one `tw runs dump` for each that has ended, kept as report/runs/<id>.tar.gz.

tw overwrites what is there, closes a valid archive on an error, and dumps a run that is still under way: so it writes
under another name, and an archive counts once it holds the tasks of a run that has ended.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, as_completed
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from ..benchmark import Benchmark
from ..errors import UserError
from ..findings import count_of
from ..folder.layout import RUNS, Arm, arm_of
from ..output import Progress, showing, warn
from ..platform.tw_failure import read_failure
from ..platform.workspace import ACTIVE, ENDED, is_under_way
from ..process import AT_ONCE, at_once, run_all, start
from .archive import DamagedError
from .listed import Row
from .run import Run, read_run
from .states import find_compared_rows, read_states, wait_for_runs

ARCHIVES = "report/runs"
DUMP_SECONDS = 900.0  # for one run: tw asks for 100 tasks at a time, and has no limit of its own
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")


class LeftOut(NamedTuple):
    """A run that is not compared, with the status that is the reason."""

    row: Row
    status: str

    @property
    def under_way(self) -> bool:
        return is_under_way(self.status)

    def __str__(self) -> str:
        return self.row.name if self.status in ACTIVE else f"{self.row.name} ({self.status})"


class Gathered(NamedTuple):
    """The ended runs of all arms in the order of report/runs.csv, and those left out."""

    runs: list[Run]
    left_out: list[LeftOut]


def gather_runs(benchmark: Benchmark, *, wait: bool, every: float) -> Gathered:
    """Return the runs of report/runs.csv that have ended, fetching what is not kept yet.

    wait waits until all have ended, asking at that interval. Raises UserError as fetch_runs does.
    """
    rows = find_compared_rows(benchmark)
    with showing("reading the runs that are kept"):
        runs = read_kept(benchmark, rows)
    missing = [row for row in rows if row.id not in runs]
    states: dict[str, str] = {}
    if missing:
        workspace = benchmark.workspace
        states = wait_for_runs(workspace, missing, every) if wait else read_states(workspace, missing)
        ended = [row for row in missing if states[row.id] in ENDED]
        runs |= _dump(benchmark, ended)
    left_out = [LeftOut(row, states[row.id]) for row in missing if row.id not in runs]
    return Gathered([runs[row.id] for row in rows if row.id in runs], left_out)


def fetch_runs(benchmark: Benchmark, rows: Sequence[Row], known: Mapping[str, Run] = MappingProxyType({})) -> list[Run]:
    """Return runs that have ended, in this order, fetching what is neither known, by id, nor kept yet.

    Raises UserError where one cannot be fetched; those that could are kept.
    """
    runs = dict(known) | read_kept(benchmark, [row for row in rows if row.id not in known])
    runs |= _dump(benchmark, [row for row in rows if row.id not in runs])
    return [runs[row.id] for row in rows]


@contextlib.contextmanager
def fetching(
    benchmark: Benchmark, rows: Sequence[Row], states: Future[dict[str, str]]
) -> Iterator[Callable[[], dict[str, Run]]]:
    """Begin to fetch runs while their states are asked for; yields a function that returns those that have ended by id.

    Once the states are known, tw is stopped where a run has not ended. What cannot be fetched so is for fetch_runs to
    tell. Raises UserError.
    """
    kept = read_kept(benchmark, rows)
    with _parts(benchmark.root) as folder, at_once() as pool:
        dumps = {
            pool.submit(_dump_unless_under_way, benchmark, row, folder, states): row
            for row in rows
            if row.id not in kept
        }

        def finish() -> dict[str, Run]:
            ended = [future for future, row in dumps.items() if states.result()[row.id] in ENDED]
            tries = (future.result() for future in as_completed(ended))
            return kept | {run.id: run for run in _shown(tries, len(ended)) if run}

        yield finish


def _dump_unless_under_way(benchmark: Benchmark, row: Row, folder: Path, states: Future[dict[str, str]]) -> Run | None:
    workspace, has_ended = benchmark.workspace, threading.Event()
    command = _command_of(row, workspace.name, folder)
    try:
        with start(command, workspace.tw.env, benchmark.root, DUMP_SECONDS) as program:

            def stop(known: Future[dict[str, str]]) -> None:
                if not has_ended.is_set() and (known.exception() or known.result()[row.id] not in ENDED):
                    program.stop(signal.SIGKILL)

            states.add_done_callback(stop)
            for _ in program.lines():
                pass
            has_ended.set()
        return _keep(benchmark, row, folder)
    except (DamagedError, OSError):
        return None


def _name_of(row: Row) -> str:
    return f"{row.id}.tar.gz"


def read_kept(benchmark: Benchmark, rows: Sequence[Row]) -> dict[str, Run]:
    """Return the runs whose archives are kept, by id; raises UserError for what is no id, and so no name of a file."""
    if odd := [row.id for row in rows if not _ID.fullmatch(row.id)]:
        raise UserError(f"{RUNS}: no run has the id {', '.join(map(repr, odd))}; an id is like 4nAbC1dEfGhIjK")
    root, runs = benchmark.root, {}
    for row in rows:
        path = root / ARCHIVES / _name_of(row)
        if path.exists():
            try:
                runs[row.id] = _read_ended(path, row, benchmark.arms)
            except DamagedError as error:
                warn(f"{path.relative_to(root)} is damaged, {error}; {row.name} is fetched again")
    return runs


def _read_ended(path: Path, row: Row, sides: list[Arm]) -> Run:
    run = read_run(path, row.id, row.name, arm_of(row.compute_env, sides))
    if run.status not in ENDED:
        raise DamagedError(f"its run is {run.status or 'of no known status'}, and not ended")
    return run


def _dump(benchmark: Benchmark, rows: Sequence[Row]) -> dict[str, Run]:
    """Fetch runs a few at a time, keeping each as soon as it is there; raises UserError where one cannot be."""
    if not rows:
        return {}
    found, troubles = _dump_to(benchmark, rows)
    if troubles:
        kept = f"Fetched and kept: {count_of(len(found), 'run')}. " if found else ""
        again = f"{kept}Fix that, or delete the rows of runs that are gone from {RUNS}, then repeat the step"
        raise UserError("\n  ".join(["these runs could not be fetched:", *troubles, again]), 1)
    return found


def _dump_to(benchmark: Benchmark, rows: Sequence[Row]) -> tuple[dict[str, Run], list[str]]:
    """Return the runs that could be fetched, and a line for each that could not; raises UserError."""
    troubles: list[str] = []
    workspace = benchmark.workspace

    def keep(ended: Iterable[tuple[Row, subprocess.CompletedProcess[str] | None]]) -> Iterator[Run | None]:
        for row, ran in ended:
            try:
                yield _keep(benchmark, row, folder)
            except DamagedError as error:
                troubles.append(f"{row.name} ({row.id}): tw runs dump: {_reason_of(ran, error)}")
                yield None

    with _parts(benchmark.root) as folder:
        commands = {row: _command_of(row, workspace.name, folder) for row in rows}
        with closing(run_all(commands, workspace.tw.env, benchmark.root, DUMP_SECONDS, AT_ONCE)) as ended:
            found = {run.id: run for run in _shown(keep(ended), len(rows)) if run}
    return found, troubles


def _shown(tries: Iterable[Run | None], number: int) -> Iterator[Run | None]:
    """Yield the runs that are fetched, None for one that cannot be, showing how far they are of a number."""
    fetched = 0
    with Progress() as progress:
        if number:
            progress.show(f"fetching {count_of(number, 'run')}")
        for run in tries:
            fetched += run is not None
            progress.show(f"fetched {fetched} of {count_of(number, 'run')}")
            yield run


@contextlib.contextmanager
def _parts(root: Path) -> Iterator[Path]:
    """Yield a folder for archives that are not whole yet; raises UserError."""
    try:
        (root / ARCHIVES).mkdir(parents=True, exist_ok=True)
        # tw tells the form of an archive by the end of its name, so it is the folder that is temporary.
        with tempfile.TemporaryDirectory(prefix=".part-", dir=root / ARCHIVES) as folder:
            yield Path(folder)
    except OSError as error:
        raise UserError(f"{ARCHIVES}: cannot be written: {error.strerror}", 1) from None


def _keep(benchmark: Benchmark, row: Row, folder: Path) -> Run:
    """Return the run that was dumped to a folder, its archive put where it is kept; raises DamagedError and OSError."""
    run = _read_ended(folder / _name_of(row), row, benchmark.arms)
    os.replace(folder / _name_of(row), benchmark.root / ARCHIVES / _name_of(row))
    return run


def _reason_of(ran: subprocess.CompletedProcess[str] | None, error: DamagedError) -> str:
    """Return why there is no archive: what tw says, or where it says nothing, what is wrong with what it wrote."""
    if ran is None:
        return f"no answer within {DUMP_SECONDS:g} seconds"
    return str(read_failure(ran)) if ran.returncode else str(error)


def _command_of(row: Row, workspace: str, folder: Path) -> list[str]:
    return ["tw", "runs", "dump", "-i", row.id, "-w", workspace, "-o", str(folder / _name_of(row)), "--silent"]

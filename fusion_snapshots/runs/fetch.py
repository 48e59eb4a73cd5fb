"""Getting the runs: one `tw runs dump` for each that has ended, kept as report/runs/<id>.tar.gz.

tw overwrites what is there, closes a valid archive on an error, and dumps a run that is still under way: so it writes
under another name, and an archive counts once it holds the tasks of a run that has ended.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from ..benchmark import Benchmark
from ..errors import UserError
from ..findings import count_of
from ..folder.layout import RUNS, Arm, arm_of
from ..output import Progress, warn
from ..platform.tw_failure import read_failure
from ..platform.workspace import ACTIVE, ENDED, is_under_way
from ..process import run_all
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


def fetch_runs(benchmark: Benchmark, rows: Sequence[Row]) -> list[Run]:
    """Return runs that have ended, in this order, fetching what is not kept yet.

    Raises UserError where one cannot be fetched; those that could are kept.
    """
    runs = read_kept(benchmark, rows)
    runs |= _dump(benchmark, [row for row in rows if row.id not in runs])
    return [runs[row.id] for row in rows]


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
    try:
        (benchmark.root / ARCHIVES).mkdir(parents=True, exist_ok=True)
        found, troubles = _dump_to(benchmark, rows)
    except OSError as error:
        raise UserError(f"{ARCHIVES}: cannot be written: {error.strerror}", 1) from None
    if troubles:
        kept = f"Fetched and kept: {count_of(len(found), 'run')}. " if found else ""
        again = f"{kept}Fix that, or delete the rows of runs that are gone from {RUNS}, then repeat the step"
        raise UserError("\n  ".join(["these runs could not be fetched:", *troubles, again]), 1)
    return found


def _dump_to(benchmark: Benchmark, rows: Sequence[Row]) -> tuple[dict[str, Run], list[str]]:
    """Return the runs that could be fetched, and a line for each that could not; raises OSError."""
    found: dict[str, Run] = {}
    troubles: list[str] = []
    root, workspace, progress = benchmark.root, benchmark.workspace, Progress()
    progress.show(f"fetching {count_of(len(rows), 'run')}")
    # tw tells the form of an archive by the end of its name, so it is the folder that is temporary.
    with tempfile.TemporaryDirectory(prefix=".part-", dir=root / ARCHIVES) as folder:
        commands = {row: _command_of(row, workspace.name, Path(folder)) for row in rows}
        with closing(run_all(commands, workspace.tw.env, root, DUMP_SECONDS)) as ended:
            for row, ran in ended:
                partial = Path(folder) / _name_of(row)
                try:
                    found[row.id] = _read_ended(partial, row, benchmark.arms)
                    os.replace(partial, root / ARCHIVES / _name_of(row))
                except DamagedError as error:
                    troubles.append(f"{row.name} ({row.id}): tw runs dump: {_reason_of(ran, error)}")
                progress.show(f"fetched {len(found)} of {count_of(len(rows), 'run')}")
    progress.end()
    return found, troubles


def _reason_of(ran: subprocess.CompletedProcess[str] | None, error: DamagedError) -> str:
    """Return why there is no archive: what tw says, or where it says nothing, what is wrong with what it wrote."""
    if ran is None:
        return f"no answer within {DUMP_SECONDS:g} seconds"
    return str(read_failure(ran)) if ran.returncode else str(error)


def _command_of(row: Row, workspace: str, folder: Path) -> list[str]:
    return ["tw", "runs", "dump", "-i", row.id, "-w", workspace, "-o", str(folder / _name_of(row)), "--silent"]

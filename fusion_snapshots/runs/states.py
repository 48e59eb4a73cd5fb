"""The runs of report/runs.csv that are compared: their ids, their arms, and how far they are."""

from __future__ import annotations

import time
from typing import NamedTuple

from ..benchmark import Benchmark
from ..errors import UserError
from ..folder.layout import HELLO_RUN, PROOF_RUN, REPORT_RUN, RUNS, arm_of
from ..output import Progress, say, warn
from ..platform.tw import TwError
from ..platform.tw_failure import Kind
from ..platform.workspace import DELETED, Workspace, is_under_way
from ..process import at_once
from .listed import Row, fill_in_ids, read_runs

MISSED_ANSWERS = 5  # while waiting, so many times in a row tw may fail to answer


def find_compared_rows(benchmark: Benchmark) -> list[Row]:
    """Return the rows of the arms' runs, each id once, with the ids that they lacked.

    Says which rows are left out. Raises UserError, TwError and OSError.
    """
    rows = [row for row in read_runs(benchmark.root) if not row.name.startswith((HELLO_RUN, PROOF_RUN, REPORT_RUN))]
    unknown = [row.name for row in rows if not row.id]
    with at_once() as pool:
        found = dict(zip(unknown, pool.map(lambda name: benchmark.workspace.find_run(name), unknown), strict=True))
    if any(found.values()):
        fill_in_ids(benchmark.root, {name: identifier for name, identifier in found.items() if identifier})
    for name in (name for name, identifier in found.items() if not identifier):
        say(f"{name}: never started; you may delete its row from {RUNS}")
    sides = benchmark.arms
    chosen: dict[str, Row] = {}
    for row in rows:
        identifier = row.id or found[row.name]
        if identifier and arm_of(row.compute_env, sides):
            chosen[identifier] = row._replace(id=identifier)
        elif identifier:
            say(f"{row.name}: ran on {row.compute_env}, which is no arm of this folder; left out")
    if not chosen:
        raise UserError(f"{RUNS} lists no run of the workflow. Launch it first: make launch", 1)
    return list(chosen.values())


class Seen(NamedTuple):
    """What the Platform says of a run: its status, and the name of its compute environment, - where it has none."""

    status: str
    compute_env: str


def look_at(workspace: Workspace, rows: list[Row]) -> dict[str, Seen]:
    """Return what the Platform says of each run, by its id; raises TwError."""
    with at_once(8) as pool:
        seen = pool.map(lambda row: _look_at(workspace, row), rows)
        return {row.id: each for row, each in zip(rows, seen, strict=True)}


def read_states(workspace: Workspace, rows: list[Row], known: dict[str, str] | None = None) -> dict[str, str]:
    """Return the status of each run by its id, asking only for those not known to have ended; raises TwError."""
    states = dict(known or {})
    asked = look_at(workspace, _not_ended(rows, states))
    return states | {identifier: seen.status for identifier, seen in asked.items()}


def _not_ended(rows: list[Row], states: dict[str, str]) -> list[Row]:
    return [row for row in rows if row.id not in states or is_under_way(states[row.id])]


def _look_at(workspace: Workspace, row: Row) -> Seen:
    try:
        general = workspace.ask("runs", "view", "--id", row.id).get("general")
        return Seen(general.text("status", "WITHOUT A STATE"), general.text("computeEnv", "-"))
    except TwError as error:
        # The Platform refuses a run that was deleted as it does one that may not be seen; the list tells them apart.
        if error.kind not in (Kind.FORBIDDEN, Kind.NOT_FOUND, Kind.OTHER):
            raise
        if row.id in workspace.runs_named(row.name):
            raise UserError(f"{row.name} ({row.id}): {error}") from None
        return Seen(DELETED, "-")


def wait_for_runs(workspace: Workspace, rows: list[Row], every: float) -> dict[str, str]:
    """Return the status of each run once all have ended, showing how far they are; raises TwError.

    every is in seconds.
    """
    states: dict[str, str] = {}
    progress, missed = Progress(), 0
    while True:
        try:
            states = read_states(workspace, rows, states)
            missed = 0
        except TwError as error:
            missed += 1
            if missed == MISSED_ANSWERS:
                raise
            warn(f"{error}; asking again in {every:g} seconds")
        going = _not_ended(rows, states)
        named = "".join(f", {row.name} {states.get(row.id, 'not known yet')}" for row in going)
        progress.show(f"{len(rows) - len(going)} of {len(rows)} runs have ended{named}")
        if not going:
            progress.end()
            return states
        time.sleep(every)

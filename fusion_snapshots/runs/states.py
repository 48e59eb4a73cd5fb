"""The runs of report/runs.csv that are compared: their ids, their arms, and how far they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from statistics import mean
from typing import NamedTuple

from ..benchmark import Benchmark
from ..errors import UserError
from ..folder.layout import HELLO_RUN, PROOF_RUN, REPORT_RUN, RUNS, Arm, arm_of
from ..json_reply import Reply
from ..output import say
from ..platform.tw import TwError
from ..platform.tw_failure import Kind
from ..platform.workspace import DELETED, SUCCEEDED, Workspace, is_under_way
from ..polling import poll
from ..process import at_once
from .listed import Row, fill_in_ids, read_runs
from .reported import read_time

UNKNOWN_MINUTES = 10  # from a launch on, so long its run may not be there yet
NO_STATE = "WITHOUT A STATE"


def find_runs(benchmark: Benchmark) -> list[Row]:
    """Return the rows of report/runs.csv, asking for the ids that they lack; raises UserError."""
    rows = read_runs(benchmark.root)
    unknown = [row.name for row in rows if not row.id]
    with at_once() as pool:
        found = dict(zip(unknown, pool.map(benchmark.workspace.find_run, unknown), strict=True))
    if any(found.values()):
        fill_in_ids(benchmark.root, found)
    return [row if row.id else row._replace(id=found[row.name]) for row in rows]


def may_start(row: Row) -> bool:
    """Tell whether a run that the Platform does not know may yet turn up there, as its launch was sent just now."""
    sent = read_time(row.when)  # None where people typed something else
    return not row.id and sent is not None and datetime.now(timezone.utc) - sent < timedelta(minutes=UNKNOWN_MINUTES)


def find_workflow_runs(benchmark: Benchmark) -> list[Row]:
    """Return the rows of the arms' runs that have started, or may start yet; raises UserError."""
    rows = [row for row in find_runs(benchmark) if not row.name.startswith((HELLO_RUN, PROOF_RUN, REPORT_RUN))]
    return [row for row in rows if (row.id or may_start(row)) and arm_of(row.compute_env, benchmark.arms)]


def find_compared_rows(benchmark: Benchmark) -> list[Row]:
    """Return the rows of the arms' runs, each id once, with the ids that they lacked.

    Says which rows are left out. Raises UserError.
    """
    chosen: dict[str, Row] = {}
    for row in find_runs(benchmark):
        if row.name.startswith((HELLO_RUN, PROOF_RUN, REPORT_RUN)):
            continue
        if may_start(row):
            say(f"{row.name}: whether it started is not known yet; left out")
        elif not row.id:
            say(f"{row.name}: never started; you may delete its row from {RUNS}")
        elif arm_of(row.compute_env, benchmark.arms):
            chosen[row.id] = row
        else:
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
    with at_once() as pool:
        seen = pool.map(lambda row: _look_at(workspace, row), rows)
        return {row.id: each for row, each in zip(rows, seen, strict=True)}


def read_states(workspace: Workspace, rows: list[Row], known: dict[str, str] | None = None) -> dict[str, str]:
    """Return the status of each run by its id, asking only for those not known to have ended; raises TwError."""
    states = dict(known or {})
    asked = look_at(workspace, _not_ended(rows, states))
    return states | {identifier: seen.status for identifier, seen in asked.items()}


def _not_ended(rows: list[Row], states: dict[str, str]) -> list[Row]:
    return [row for row in rows if row.id not in states or is_under_way(states[row.id])]


class Detail(NamedTuple):
    """What the Platform tells of a run: its state, its cost so far, whether it took over what another had done."""

    status: str
    usd: float | None
    resumed: bool


def read_details(workspace: Workspace, rows: list[Row]) -> dict[str, Detail]:
    """Return the state, cost and origin of each run by its id; raises TwError."""
    with at_once() as pool:
        return {
            row.id: detail
            for row, detail in zip(rows, pool.map(lambda row: _read_detail(workspace, row), rows), strict=True)
        }


def _read_detail(workspace: Workspace, row: Row) -> Detail:
    seen = _view(workspace, row, "--stats", "--status", "--command")
    if seen is None:
        return Detail(DELETED, None, False)
    stats = seen.get("stats") if seen.has("stats") else None
    cached = seen.get("status").number("cached", 0) if seen.has("status") else 0
    usd = stats.number("cost") if stats and stats.has("cost") else None
    resumed = bool(cached) or " -resume" in seen.text("command", "")
    return Detail(seen.get("general").text("status", NO_STATE), usd, resumed)


def counts(row: Row, details: Mapping[str, Detail]) -> bool:
    """Tell whether a run counts as one of its arm's: it succeeded or is under way, and did all its work itself."""
    if not row.id:
        return may_start(row)
    detail = details[row.id]
    return (detail.status == SUCCEEDED or is_under_way(detail.status)) and not detail.resumed


def estimate_round(benchmark: Benchmark, sides: Sequence[Arm]) -> float | None:
    """Return what a round costs in USD by the ended runs of its arms, None where one has none; raises UserError."""
    rows = [row for row in find_workflow_runs(benchmark) if row.id]
    details = read_details(benchmark.workspace, rows)
    total = 0.0
    for arm in sides:
        own = [details[row.id] for row in rows if arm_of(row.compute_env, benchmark.arms) == arm.name]
        costs = [each.usd for each in own if each.usd is not None and not is_under_way(each.status)]
        if not costs:
            return None
        total += mean(costs)
    return total


def _look_at(workspace: Workspace, row: Row) -> Seen:
    seen = _view(workspace, row)
    general = seen and seen.get("general")
    return Seen(general.text("status", NO_STATE), general.text("computeEnv", "-")) if general else Seen(DELETED, "-")


def _view(workspace: Workspace, row: Row, *parts: str) -> Reply | None:
    """Return what the Platform tells of a run, None where it was deleted; raises UserError."""
    try:
        return workspace.ask("runs", "view", "--id", row.id, *parts)
    except TwError as error:
        # The Platform refuses a run that was deleted as it does one that may not be seen; the list tells them apart.
        if error.kind not in (Kind.FORBIDDEN, Kind.NOT_FOUND, Kind.OTHER):
            raise
        if row.id in workspace.runs_named(row.name):
            raise UserError(f"{row.name} ({row.id}): {error}") from None
        return None


def wait_for_runs(workspace: Workspace, rows: list[Row], every: float) -> dict[str, str]:
    """Return the status of each run once all have ended, showing how far they are; raises TwError.

    every is in seconds.
    """
    states: dict[str, str] = {}

    def look() -> list[Row]:
        nonlocal states
        states = read_states(workspace, rows, states)
        return _not_ended(rows, states)

    def describe(going: list[Row]) -> str:
        named = "".join(f", {row.name} {states.get(row.id, 'not known yet')}" for row in going)
        return f"{len(rows) - len(going)} of {len(rows)} runs have ended{named}"

    poll(look, lambda going: not going, describe, every)
    return states

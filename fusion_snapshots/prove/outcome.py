"""What a proof run shows, from its tasks as the Platform records them and from their logs."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import NamedTuple

from ..nextflow_facts import HOST_GONE
from ..platform.workspace import SUCCEEDED
from ..runs.run import Run
from ..runs.tasks import Task
from .log import Log, Outcome, describe

EXITS = {
    174: "Fusion could not read or write",
    175: "the dump failed",
    176: "the restore failed",
    177: "Fusion gives no reason",
    HOST_GONE: "its host was gone",
}


class Verdict(enum.Enum):
    """The answer to: do Snapshots work here?"""

    WORK = "Snapshots work: the count went on where it was, on another host."
    RESTARTED = "Snapshots did not work: the task was restarted, not restored."
    FAILED = "Not proven: the run failed."
    CANCELLED = "Not proven: the run was cancelled."
    PAUSED = "Not proven: the count went on after a pause, but on a host of the same name."
    UNREADABLE = "Not proven: the logs do not tell."
    NOT_INTERRUPTED = "Not proven: nothing was interrupted."


class Seen(NamedTuple):
    """A task of the run and its log."""

    task: Task
    log: Log


def assess(run: Run, seen: Sequence[Seen]) -> Verdict:
    """Return what a run shows that has ended."""
    outcomes = {each.log.outcome for each in seen if not each.task.lost}
    lost = any(each.task.lost for each in seen)
    if run.status != SUCCEEDED:
        return Verdict.CANCELLED if run.status == "CANCELLED" else Verdict.FAILED
    if lost or Outcome.RESTARTED in outcomes:
        return Verdict.RESTARTED
    if Outcome.RESTORED in outcomes:
        return Verdict.WORK
    if Outcome.PAUSED in outcomes:
        return Verdict.PAUSED
    if not outcomes or any(not each.log.complete for each in seen):
        return Verdict.UNREADABLE
    return Verdict.NOT_INTERRUPTED


def describe_task(each: Seen) -> str:
    """Return a line about a task: what its log tells, and how it failed, if it did."""
    task = each.task
    ended = ""
    if task.lost:
        code = "no exit code" if task.exit is None else f"exit code {task.exit}"
        why = f" ({EXITS[task.exit]})" if task.exit in EXITS else ""
        ended = f"; it ended {task.status} with {code}{why}"
    return f"{task.process}, attempt {task.attempt or 1}: {describe(each.log)}{ended}"

"""What a reader must know beside the figures: each a sentence or two, the most important first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..findings import count_of
from ..platform.workspace import DELETED, UNKNOWN
from ..runs.fetch import LeftOut
from .figures import ArmFigures
from .snapshots import SnapshotLogs
from .words import join_names, show_count, show_duration

ESTIMATES = (
    "Costs are the Platform's estimates: a machine's hourly price, by the larger of a task's CPU and memory share, "
    "for its time. Storage, network, the head job and idle capacity are left out. With an AWS cost report, "
    "make report has the last word."
)


def write_notes(arms: Sequence[ArmFigures], left_out: Sequence[LeftOut], logs: SnapshotLogs) -> list[str]:
    """Return the notes."""
    notes = [*_left_out(left_out), *_failures(arms)]
    for arm in arms:
        notes += _tell_of_interruptions(arm)
    notes += _snapshots(logs)
    for arm in arms:
        notes += [*_costs(arm), *_incomplete(arm)]
    return [*notes, ESTIMATES]


def write_excesses(arms: Sequence[ArmFigures], limits: Mapping[str, float]) -> list[str]:
    """Return a note for each arm whose tasks asked for more memory than its configuration's limit, in GiB by arm."""
    notes = []
    for arm in arms:
        limit = limits.get(arm.name, 0)
        # In the columns, what is not reported is not a number, and so above nothing.
        sizes = [
            (gib, run.tasks.kinds[kind].process)
            for run in arm.runs
            if limit
            for kind, gib in zip(run.tasks.of_kind, run.tasks.memory, strict=True)
            if gib > limit
        ]
        if sizes:
            names = join_names(sorted({process for _, process in sizes}))
            most = max(sizes)[0]
            notes.append(
                f"{arm.name}: {count_of(len(sizes), 'attempt')} of {names} had up to {most:.0f} GB, above "
                f"resourceLimits of {limit:g} GB: a selector or script of the pipeline takes its place. "
                "Snapshots may not save tasks of that size in time."
            )
    return notes


def _left_out(left_out: Sequence[LeftOut]) -> Iterator[str]:
    if going := [str(item) for item in left_out if item.under_way]:
        yield f"Left out, as they are under way: {join_names(going)}. To wait for them: make compare WAIT=yes"
    if lost := [item.row.name for item in left_out if item.status == UNKNOWN]:
        yield f"Left out, as the Platform does not know how they ended: {join_names(lost)}."
    if gone := [item.row.name for item in left_out if item.status == DELETED]:
        yield f"Left out, as the Platform does not have them any more: {join_names(gone)}."


def _failures(arms: Sequence[ArmFigures]) -> Iterator[str]:
    for arm in arms:
        if failed := len(arm.runs) - len(arm.succeeded):
            yield (
                f"{arm.name}: {failed} of {count_of(len(arm.runs), 'run')} did not succeed. "
                "What they cost and took is part of what a result costs and takes. Medians are of the others."
            )


def _tell_of_interruptions(arm: ArmFigures) -> Iterator[str]:
    if arm.notices_sent:
        yield (
            f"{arm.name}: make interrupt sent {count_of(arm.notices_sent, 'instance')} its notice during these runs. "
            f"Interruptions that tasks met: {show_count(arm.interruptions)}."
        )
    meanings = {
        174: "Fusion could not read or write",
        175: "a dump failed",
        176: "a restore failed",
        177: "undocumented",
    }
    told = [f"{number} with {code} ({meanings[code]})" for code, number in arm.exits.items() if number]
    if told:
        yield f"{arm.name}: attempts that ended with exit codes of Fusion: {', '.join(told)}."


def _snapshots(logs: SnapshotLogs) -> Iterator[str]:
    if logs.not_checked:
        yield f"Snapshots taken and restored: not checked ({logs.not_checked})."
    elif logs.tasks:
        full, incremental = sum(t.full for t in logs.tasks), sum(t.incremental for t in logs.tasks)
        seconds = sorted(second for task in logs.tasks for second in task.seconds)
        took = f" Full dumps took {show_duration(seconds[0])} to {show_duration(seconds[-1])}." if seconds else ""
        yield (
            f"Snapshots of {len(logs.tasks)} of {count_of(logs.interrupted, 'interrupted task')}: {full} full and "
            f"{incremental} incremental dumps, {count_of(sum(t.restores for t in logs.tasks), 'restore')}.{took}"
        )


def _costs(arm: ArmFigures) -> Iterator[str]:
    unknown = [run.name for run in arm.runs if run.cost is None]
    if unknown:
        names = join_names(unknown)
        yield f"{arm.name}: the Platform reports no cost for {names}, so none is given for a result."
    pairs = zip(arm.runs, arm.totals, strict=True)
    if untold := sum(totals.unpriced for run, totals in pairs if run.cost is not None):
        yield f"{arm.name}: no cost is reported for {count_of(untold, 'attempt')}; what was lost may have cost more."
    if untimed := sum(totals.untimed for totals in arm.totals):
        yield f"{arm.name}: {count_of(untimed, 'attempt')} without start or end, so the sums of hours are too small."


def _incomplete(arm: ArmFigures) -> Iterator[str]:
    for run in arm.runs:
        if run.counted is not None and run.counted > len(run.tasks):
            yield (
                f"{run.name}: its archive holds {len(run.tasks)} of {run.counted} attempts. Delete "
                f"report/runs/{run.id}.tar.gz to have it fetched again."
            )

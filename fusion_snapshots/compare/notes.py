"""What a reader must know beside the figures: each a sentence or two, the most important first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from ..findings import count_of
from ..folder.layout import SNAPSHOTS
from ..platform.workspace import DELETED, UNKNOWN
from ..runs.fetch import LeftOut
from ..runs.run import SPOT, STANDARD
from .figures import WITHOUT_SNAPSHOTS, ArmFigures, Comparison
from .significance import ALPHA, find_least_runs
from .snapshots import SnapshotLogs
from .verdict import Evidence, Interrupted, count_sides, describe, find_first, find_interrupted, weigh
from .words import join_names, show_count, show_duration

_PRICE_WORDS = {SPOT: "Spot", STANDARD: "on-demand"}
ESTIMATES = (
    "Costs are the Platform's estimates: a machine's hourly price, by the larger of a task's CPU and memory share, "
    "for its time. Storage, network, the head job and idle capacity are left out. With an AWS cost report, "
    "make report has the last word."
)


def write_notes(
    arms: Sequence[ArmFigures],
    comparisons: Sequence[Comparison],
    left_out: Sequence[LeftOut],
    logs: SnapshotLogs,
) -> list[str]:
    """Return the notes."""
    notes = [*_findings(comparisons), *_left_out(left_out), *_failures(arms)]
    for comparison in comparisons:
        notes += _few_runs(comparison)
    for arm in arms:
        notes += [*_interruptions(arm), *_restored(arm), *_price_models(arm), *_cached(arm), *_exits(arm)]
    notes += [*_snapshots(logs), *_fusion_versions(arms)]
    for arm in arms:
        notes += [*_costs(arm), *_incomplete(arm)]
    return [*notes, ESTIMATES]


def _left_out(left_out: Sequence[LeftOut]) -> Iterator[str]:
    if going := [str(item) for item in left_out if item.under_way]:
        yield f"Left out, as they are under way: {join_names(going)}. To wait for them: make compare WAIT=yes"
    if lost := [item.row.name for item in left_out if item.status == UNKNOWN]:
        yield f"Left out, as the Platform does not know how they ended: {join_names(lost)}."
    if gone := [item.row.name for item in left_out if item.status == DELETED]:
        yield f"Left out, as the Platform does not have them any more: {join_names(gone)}."


def _failures(arms: Sequence[ArmFigures]) -> Iterator[str]:
    for arm in arms:
        if failed := len(arm.runs) - len(arm.good):
            yield (
                f"{arm.name}: {failed} of {count_of(len(arm.runs), 'run')} did not succeed. "
                "Failed runs count in all sums and in the cost per result, and not in medians and ratios."
            )


def _few_runs(comparison: Comparison) -> Iterator[str]:
    few = [m for m in (comparison.cost, comparison.time) if weigh(m) is Evidence.FEW]
    if not few:
        return
    measure = few[0]
    more = find_least_runs() - min(len(measure.ours), len(measure.theirs))
    several = min(len(measure.ours), len(measure.theirs)) > 1
    apart = "No run of one side lies within the other's range, but " if comparison.separated and several else ""
    yield (
        f"{comparison.arm.name}: {apart}{count_sides(measure)} can show no difference at p = {ALPHA:g}, however "
        f"large. {find_least_runs()} a side can: make launch RUNS={more}"
    )


def _findings(comparisons: Sequence[Comparison]) -> Iterator[str]:
    """Yield what the verdict does not say: what it cannot tell apart, and what other arms took."""
    first = find_first(comparisons).arm
    if WITHOUT_SNAPSHOTS not in {each.arm.name for each in comparisons} and find_interrupted(first) is Interrupted.YES:
        yield (
            f"{first.name}: its figures are of Spot's price and of Snapshots together. To tell them apart, render "
            "again with spot_without_snapshots=yes."
        )
    for each in comparisons:
        if each is not find_first(comparisons) and each.arm.good and each.baseline.good:
            yield f"{describe(each)}."


def _interruptions(arm: ArmFigures) -> Iterator[str]:
    if find_interrupted(arm) is not Interrupted.NOT_ON_SPOT and arm.interruptions is None:
        yield (
            f"{arm.name}: Spot interruptions are not reported, which does not mean none. Reports take Nextflow 25.10.3 "
            "and a Platform of 2026."
        )
    if arm.caused:
        yield (
            f"{arm.name}: make interrupt sent {count_of(arm.caused, 'instance')} its notice during these runs. "
            f"Interruptions of tasks, as reported: {show_count(arm.interruptions)}."
        )


def _restored(arm: ArmFigures) -> Iterator[str]:
    if arm.interruptions and any(run.snapshots or run.arm == SNAPSHOTS for run in arm.runs):
        yield (
            f"{arm.name}: a task that was restored is one record, from its first start to its end. Its hours and cost "
            "hold the waiting for another instance, too, at the price of the first."
        )


def _price_models(arm: ArmFigures) -> Iterator[str]:
    for expected, number in arm.strays.items():
        other = SPOT if expected == STANDARD else STANDARD
        yield (
            f"{arm.name}: {number} of {count_of(len(arm.paid), 'attempt')} were {_PRICE_WORDS[other]}, "
            f"though its compute environment is {_PRICE_WORDS[expected]}."
        )


def _cached(arm: ArmFigures) -> Iterator[str]:
    if arm.cached:
        names = [run.name for run in arm.runs if len(run.paid) < len(run.tasks)]
        yield (
            f"{arm.name}: {count_of(arm.cached, 'task')} of {join_names(names)} are CACHED. They cost this run "
            "nothing, so its cost and time are not those of a whole run."
        )


def _exits(arm: ArmFigures) -> Iterator[str]:
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


def _fusion_versions(arms: Sequence[ArmFigures]) -> Iterator[str]:
    versions: defaultdict[str, list[str]] = defaultdict(list)
    for arm in arms:
        for run in arm.runs:
            if run.fusion:
                versions[run.fusion].append(run.name)
    if len(versions) > 1:
        told = "; ".join(f"{version} in {join_names(names, 3)}" for version, names in sorted(versions.items()))
        yield f"The runs had different versions of Fusion, which may differ in speed: {told}."


def _costs(arm: ArmFigures) -> Iterator[str]:
    unknown = [run.name for run in arm.runs if run.cost is None]
    if unknown:
        names = join_names(unknown)
        yield f"{arm.name}: the Platform reports no cost for {names}, so none is given for all runs together."
    untold = sum(task.usd is None for run in arm.runs if run.cost is not None for task in run.paid)
    if untold:
        yield f"{arm.name}: no cost is reported for {count_of(untold, 'attempt')}; what was lost may have cost more."
    if untimed := sum(task.seconds is None for task in arm.paid):
        yield f"{arm.name}: {count_of(untimed, 'attempt')} without start or end, so the sums of hours are too small."


def _incomplete(arm: ArmFigures) -> Iterator[str]:
    for run in arm.runs:
        if run.counted is not None and run.counted > len(run.tasks):
            yield (
                f"{run.name}: its archive holds {len(run.tasks)} of {run.counted} attempts. Delete "
                f"report/runs/{run.id}.tar.gz to have it fetched again."
            )

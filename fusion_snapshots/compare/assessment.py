"""From runs to what is said of them: the arms' figures, the comparisons, the verdict, reservations and notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ..errors import UserError
from ..folder.layout import BASELINE, SNAPSHOTS, WITHOUT_SNAPSHOTS
from ..runs.fetch import LeftOut
from ..runs.interruptions import Interruption
from ..runs.likeness import find_unlike
from ..runs.run import Run
from .blocks import count_rounds, find_blocks
from .doubts import Reservation
from .figures import ArmFigures, count_notices, describe_unknown
from .measured import Measured, describe_measured, measure
from .money import cost_at_least
from .notes import write_excesses, write_notes
from .pairs import Comparison, compare_arms
from .reservations import list_reservations
from .snapshots import SnapshotLogs
from .verdict import find_first, read_answer, write_headline, write_verdict
from .words import join_names


class Result(NamedTuple):
    """All that is shown; the baseline is the first arm, answer is yes, no or not shown."""

    arms: list[ArmFigures]
    comparisons: list[Comparison]
    rounds: int
    blocks: int
    answer: str
    headline: str
    sentences: list[str]
    reservations: list[Reservation]
    notes: list[str]
    logs: SnapshotLogs
    measured: Measured

    @property
    def verdict(self) -> str:
        return " ".join(self.sentences)

    @property
    def first(self) -> Comparison:
        """The comparison that answers whether Snapshots pay."""
        return find_first(self.comparisons)


class Whole(NamedTuple):
    """The runs that did all of their work themselves, and the names of the others: resumed, or with cached tasks."""

    runs: list[Run]
    resumed: list[str]


def find_whole(runs: Sequence[Run]) -> Whole:
    """Return the runs that did all of their work themselves, and the names of those that did not."""
    partial = {run.id for run in runs if run.resumed or len(run.own_attempts) < len(run.tasks)}
    return Whole([run for run in runs if run.id not in partial], [run.name for run in runs if run.id in partial])


def require_comparable(whole: Whole, left_out: Sequence[LeftOut]) -> None:
    """Raise UserError where there are not two sides, or runs that are not alike."""
    found = {run.arm for run in whole.runs}
    if BASELINE not in found or len(found) < 2:
        going = [str(item) for item in left_out if item.under_way]
        missing = f"{BASELINE} has ended" if BASELINE not in found else f"another arm than {BASELINE} has ended"
        then = (
            f"Under way: {', '.join(going)}. Wait for them: make compare WAIT=yes" if going else "Launch: make launch"
        )
        partial = ""
        if whole.resumed:
            partial = f"Left out, as they were resumed or hold CACHED tasks: {join_names(whole.resumed)}. "
        raise UserError(f"no run of {missing}, so there is nothing to compare. {partial}{then}", 1)
    if lines := find_unlike(whole.runs):
        lines.append(
            "Only like is compared with like, so nothing was written. Launch what is missing (make launch), or delete "
            "the rows of runs that do not belong from report/runs.csv, then: make compare"
        )
        raise UserError("\n  ".join(["these runs are not alike:", *lines]), 1)


def assess_runs(
    whole: Whole,
    left_out: Sequence[LeftOut],
    logs: SnapshotLogs,
    interruptions: Iterable[Interruption],
    not_billed: str = "",
    limits: Mapping[str, float] | None = None,
) -> Result:
    """Return what the runs show; require_comparable must hold for them.

    not_billed is why AWS could not tell for how long attempts ran, or empty; limits are the GiB of memory to which the
    arms' configurations limit tasks, by arm.
    """
    notices, runs = list(interruptions), whole.runs
    arms: dict[str, ArmFigures] = {}
    for name in sorted({run.arm for run in runs}, key=lambda name: (name != BASELINE, name)):
        own = [run for run in runs if run.arm == name]
        arms[name] = ArmFigures(name, own, count_notices(notices, own))
    listed, blocks = list(arms.values()), find_blocks(runs)
    rounds, at_least = count_rounds(blocks), cost_at_least(listed)
    pairs = [(name, BASELINE) for name in arms if name != BASELINE]
    if {SNAPSHOTS, WITHOUT_SNAPSHOTS} <= arms.keys():
        pairs.append((SNAPSHOTS, WITHOUT_SNAPSHOTS))
    comparisons = [compare_arms(arms[ours], arms[theirs], blocks, rounds, at_least) for ours, theirs in pairs]
    measured = measure(runs, logs)
    return Result(
        arms=listed,
        comparisons=comparisons,
        rounds=rounds,
        blocks=len(blocks),
        answer=read_answer(comparisons),
        headline=write_headline(comparisons),
        sentences=write_verdict(comparisons),
        reservations=list_reservations(listed, comparisons, whole.resumed, not_billed),
        notes=[
            *describe_unknown(notices, runs),
            *write_excesses(listed, limits or {}),
            *write_notes(listed, left_out, logs),
            *describe_measured(measured),
        ],
        logs=logs,
        measured=measured,
    )

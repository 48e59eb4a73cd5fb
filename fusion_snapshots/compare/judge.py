"""From runs to what is said of them: the arms' figures, the comparisons, the verdict and the notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..errors import UserError
from ..folder.layout import BASELINE, SNAPSHOTS
from ..runs.fetch import LeftOut
from ..runs.interruptions import Interruption
from ..runs.likeness import find_unlike
from ..runs.run import Run
from .caused import count_caused
from .figures import WITHOUT_SNAPSHOTS, ArmFigures, Comparison, compare_arms
from .notes import write_notes
from .snapshots import SnapshotLogs
from .verdict import write_verdict


class Result(NamedTuple):
    """All that is shown; the baseline is the first arm."""

    arms: list[ArmFigures]
    comparisons: list[Comparison]
    verdict: str
    notes: list[str]
    logs: SnapshotLogs


def require_comparable(runs: Sequence[Run], left_out: Sequence[LeftOut]) -> None:
    """Raise UserError where there are not two sides, or runs that are not alike."""
    found = {run.arm for run in runs}
    if BASELINE not in found or len(found) < 2:
        going = [str(item) for item in left_out if item.under_way]
        missing = f"{BASELINE} has ended" if BASELINE not in found else f"another arm than {BASELINE} has ended"
        then = (
            f"Under way: {', '.join(going)}. Wait for them: make compare WAIT=yes" if going else "Launch: make launch"
        )
        raise UserError(f"no run of {missing}, so there is nothing to compare. {then}", 1)
    if lines := find_unlike(runs):
        lines.append(
            "Only like is compared with like, so nothing was written. Launch what is missing (make launch), or delete "
            "the rows of runs that do not belong from report/runs.csv, then: make compare"
        )
        raise UserError("\n  ".join(["these runs are not alike:", *lines]), 1)


def judge(
    runs: Sequence[Run], left_out: Sequence[LeftOut], logs: SnapshotLogs, interruptions: Iterable[Interruption]
) -> Result:
    """Return what the runs show; require_comparable must hold for them."""
    caused = list(interruptions)
    names = sorted({run.arm for run in runs}, key=lambda name: (name != BASELINE, name))
    arms = {}
    for name in names:
        own = [run for run in runs if run.arm == name]
        arms[name] = ArmFigures(name, own, count_caused(caused, own))
    comparisons = [compare_arms(arms[name], arms[BASELINE]) for name in names if name != BASELINE]
    pair = [arms[name] for name in (SNAPSHOTS, WITHOUT_SNAPSHOTS) if name in arms]
    spot = compare_arms(*pair) if len(pair) == 2 else None
    verdict = write_verdict(comparisons, spot)
    notes = write_notes(list(arms.values()), comparisons, left_out, logs)
    return Result(list(arms.values()), comparisons, verdict, notes, logs)

"""The interruptions that `make interrupt` caused while the compared runs were under way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..runs.interruptions import Interruption
from ..runs.run import Run, read_time


def count_caused(rows: Iterable[Interruption], runs: Sequence[Run]) -> int:
    """Return how many instances of an arm got their notice during one of its runs."""
    return sum(row.counts and any(_happened_during(row, run) for run in runs) for row in rows)


def _happened_during(row: Interruption, run: Run) -> bool:
    when = read_time(row.when)
    if row.arm != run.arm or not (when and run.began and run.ended):
        return False
    return run.began <= when <= run.ended

"""The interruptions that `make interrupt` caused while the compared runs were under way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..findings import count_of
from ..runs.interruptions import Interruption
from ..runs.run import Run, read_time


def count_caused(rows: Iterable[Interruption], runs: Sequence[Run]) -> int:
    """Return how many instances of an arm got their notice during one of its runs."""
    return sum(row.counts and any(_happened_during(row, run) for run in runs) for row in rows)


def describe_unknown(rows: Iterable[Interruption], runs: Sequence[Run]) -> Iterator[str]:
    """Yield that some instances may have got their notice during these runs."""
    unknown = [row for row in rows if row.is_unknown and any(_happened_during(row, run) for run in runs)]
    if unknown:
        yield (
            f"Whether make interrupt sent {count_of(len(unknown), 'notice')} more during these runs is not known, and "
            "none of them is counted. The next make interrupt asks AWS."
        )


def _happened_during(row: Interruption, run: Run) -> bool:
    when = read_time(row.when)
    if row.arm != run.arm or not (when and run.began and run.ended):
        return False
    return run.began <= when <= run.ended

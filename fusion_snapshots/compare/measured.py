"""What the runs tell of Snapshots themselves: what periodic dumps cost, how long restores take, how many dumps succeed.

Each is an estimate with its 95 % interval. docs/model.md explains what a prediction makes of them.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress
from statistics import fmean, variance
from typing import NamedTuple

from ..folder.layout import SNAPSHOTS, WITHOUT_SNAPSHOTS
from ..nextflow_facts import HOST_GONE
from ..predict import terms
from ..runs.run import Run
from ..runs.tasks import DUMP_FAILED, Tasks
from .snapshots import SnapshotLogs

PERIOD_SECONDS = 300.0  # before it no periodic dump is taken, by Seqera's page on Snapshots
_Z = 1.959964  # of the normal distribution, for 95 %


class Estimated(NamedTuple):
    """An estimate, the ends of its 95 % interval, and the number of observations that it rests on."""

    value: float
    low: float
    high: float
    number: int


class Measured(NamedTuple):
    """overhead: share of run time beyond five minutes; restore: seconds per GiB; saved: share of dumps, by type."""

    overhead: Estimated | None
    restore: Estimated | None
    saved: dict[str, Estimated]


def measure(runs: Sequence[Run], logs: SnapshotLogs) -> Measured:
    """Return what runs of the Spot arms, and the logs of Snapshots, tell; None or nothing for what they do not."""
    with_snapshots = [run.own_attempts for run in runs if run.arm == SNAPSHOTS]
    without = [run.own_attempts for run in runs if run.arm == WITHOUT_SNAPSHOTS]
    return Measured(
        measure_overhead(with_snapshots, without),
        measure_restores((seconds, each.task.peak) for each in logs.tasks for seconds in each.restore_seconds),
        measure_saved(with_snapshots),
    )


def as_terms(measured: Measured) -> terms.Measured:
    """Return what a prediction takes in the place of its assumptions."""
    overhead = measured.overhead.value if measured.overhead and measured.overhead.value >= 0 else None
    restore = measured.restore.value if measured.restore else None
    return terms.Measured(overhead, restore, {kind: each.value for kind, each in measured.saved.items()})


def measure_overhead(ours: Iterable[Tasks], theirs: Iterable[Tasks]) -> Estimated | None:
    """Return e: what the uninterrupted tasks of the Snapshots arm took more, as a share of what exceeds five minutes.

    Process by process, so that unlike work cancels out; a process counts by how well both arms know it.
    """
    by_process, references = _seconds_by_process(ours), _seconds_by_process(theirs)
    more = beyond = spread = 0.0
    number = 0
    for process, seconds in by_process.items():
        others = references.get(process, [])
        if min(len(seconds), len(others)) < 2:
            continue
        weight = len(seconds) * len(others) / (len(seconds) + len(others))
        more += weight * (fmean(seconds) - fmean(others))
        beyond += weight * fmean(max(0.0, each - PERIOD_SECONDS) for each in others)
        spread += weight**2 * (variance(seconds) / len(seconds) + variance(others) / len(others))
        number += len(seconds) + len(others)
    return _between(more / beyond, math.sqrt(spread) / beyond, number) if beyond else None


def measure_restores(restores: Iterable[tuple[float, float | None]]) -> Estimated | None:
    """Return R: seconds of restores per GiB of memory, from each restore's seconds and its task's peak in GiB."""
    pairs = [(seconds, gib) for seconds, gib in restores if gib]
    if len(pairs) < 2:
        return None
    whole = sum(gib for _, gib in pairs)
    rate = sum(seconds for seconds, _ in pairs) / whole
    squares = sum((seconds - rate * gib) ** 2 for seconds, gib in pairs)
    return _between(rate, math.sqrt(squares * len(pairs) / (len(pairs) - 1)) / whole, len(pairs))


def measure_saved(runs: Iterable[Tasks]) -> dict[str, Estimated]:
    """Return q: by instance type, the share of interruptions after which a task went on where it was.

    The interval is Wilson's, which holds for few observations, too.
    """
    met: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for tasks in runs:
        for task in tasks.pick(tasks.hit):
            met[task.machine_type] += task.hits
            lost[task.machine_type] += task.exit in (DUMP_FAILED, HOST_GONE)
    return {kind: _wilson(number - lost[kind], number) for kind, number in sorted(met.items()) if kind and number}


def _seconds_by_process(runs: Iterable[Tasks]) -> Mapping[str, list[float]]:
    """Return the seconds of the tasks that completed uninterrupted."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for tasks in runs:
        chosen = tasks.mask_unhit(lambda kind: kind.status == "COMPLETED")
        for kind, seconds in compress(zip(tasks.of_kind, tasks.seconds, strict=True), chosen):
            if seconds > 0:
                found[tasks.kinds[kind].process].append(seconds)
    return found


def _between(value: float, deviation: float, number: int) -> Estimated:
    return Estimated(value, value - _Z * deviation, value + _Z * deviation, number)


def _wilson(successes: int, number: int) -> Estimated:
    share, square = successes / number, _Z**2 / number
    middle, half = share + square / 2, _Z * math.sqrt(share * (1 - share) / number + square / number / 4)
    return Estimated(share, (middle - half) / (1 + square), (middle + half) / (1 + square), number)


def describe_measured(measured: Measured) -> Iterator[str]:
    """Yield in sentences what was measured."""
    if each := measured.overhead:
        yield (
            f"Periodic dumps cost {each.value:.1%} of the time beyond a task's first five minutes "
            f"({each.low:.1%} to {each.high:.1%}; {each.number} tasks that were not interrupted)."
        ).replace("%", " %")
    if each := measured.restore:
        yield (
            f"A restore took {each.value:.1f} s per GiB ({each.low:.1f} to {each.high:.1f}; {each.number} restores)."
        )
    for kind, each in measured.saved.items():
        yield (
            f"{kind}: {each.value:.0%} of {each.number} interruptions were saved in time "
            f"({each.low:.0%} to {each.high:.0%})."
        ).replace("%", " %")

"""What the runs of each arm took: figures only, without words.

Sums are of what is reported, or None where nothing is. What a result costs and takes is the sum over all runs, failed
ones included, divided by the runs that succeeded. Medians are of the latter.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import NamedTuple

from ..findings import count_of
from ..folder.layout import BASELINE, SNAPSHOTS, WITHOUT_SNAPSHOTS
from ..nextflow_facts import misprices_spot
from ..runs.interruptions import Interruption
from ..runs.reported import read_time
from ..runs.run import Run, sum_known
from ..runs.tasks import DUMP_FAILED, FUSION_EXITS, SPOT, STANDARD, Task
from .totals import Lost, Totals, add_lost, sum_up

# By the rendered names, for runs whose archive does not record the compute environment.
_PROVISIONING = {BASELINE: STANDARD, SNAPSHOTS: SPOT, WITHOUT_SNAPSHOTS: SPOT}


@dataclass(frozen=True, eq=False)
class ArmFigures:
    """The runs of one arm, and what they took together."""

    name: str
    runs: list[Run]
    notices_sent: int  # instances that `make interrupt` sent their notice during these runs

    @cached_property
    def succeeded(self) -> list[Run]:
        return [run for run in self.runs if run.succeeded]

    @cached_property
    def totals(self) -> list[Totals]:
        """The sums of each run, in the order of the runs."""
        return [sum_up(run) for run in self.runs]

    @cached_property
    def succeeded_totals(self) -> list[Totals]:
        return [totals for run, totals in zip(self.runs, self.totals, strict=True) if run.succeeded]

    @property
    def attempts(self) -> int:
        return sum(totals.attempts for totals in self.totals)

    @cached_property
    def wall_hours(self) -> list[float]:
        return [run.hours for run in self.succeeded if run.hours is not None]

    @cached_property
    def costs(self) -> list[float]:
        """USD of each run that succeeded, as far as reported."""
        return [cost for run in self.succeeded if (cost := run.cost) is not None]

    @cached_property
    def cost_usd(self) -> float | None:
        """USD of all runs; None where the cost of one is not reported, as the sum would be too small."""
        return _sum_all([run.cost for run in self.runs])

    @property
    def usd_per_result(self) -> float | None:
        return self._per_result(self.cost_usd)

    @property
    def hours_per_result(self) -> float | None:
        """Wall-clock hours of all runs, failed ones included, for each that succeeded."""
        return self._per_result(_sum_all([run.hours for run in self.runs]))

    @cached_property
    def task_hours(self) -> float | None:
        return self._add(lambda totals: totals.task_hours)

    @cached_property
    def cpu_hours(self) -> float | None:
        return self._add(lambda totals: totals.cpu_hours)

    @cached_property
    def interruptions(self) -> int | None:
        """Interruptions that its tasks met; None where nothing tells of any."""
        known = [run.hits for run in self.runs if run.hits is not None]
        return sum(known) if known else None

    @property
    def hits_per_100_task_hours(self) -> float | None:
        if self.interruptions is None or not self.task_hours:
            return None
        return 100 * self.interruptions / self.task_hours

    @property
    def failed_dumps(self) -> int:
        return self.exits[DUMP_FAILED]

    @cached_property
    def lost(self) -> Lost:
        return add_lost(totals.lost for totals in self.totals)

    @cached_property
    def exits(self) -> dict[int, int]:
        return {code: sum(totals.exits[code] for totals in self.totals) for code in FUSION_EXITS}

    @cached_property
    def price_models(self) -> dict[str, int]:
        """Attempts on each price model."""
        return {model: sum(totals.models[model] for totals in self.totals) for model in (SPOT, STANDARD)}

    @cached_property
    def mislabelled(self) -> str:
        """The version of Nextflow that recorded this arm's Spot tasks as on-demand, or an empty text."""
        if self.price_models[SPOT] or not self.on_other_model.get(SPOT):
            return ""
        return next((run.nextflow for run in self.runs if misprices_spot(run.nextflow)), "")

    @property
    def on_spot(self) -> bool | None:
        """Whether any attempt was on Spot; None where that is not reported."""
        if self.price_models[SPOT] or self.mislabelled:
            return True
        return False if self.price_models[STANDARD] == self.attempts else None

    @cached_property
    def on_other_model(self) -> dict[str, int]:
        """Attempts at another price model than their compute environment's, by the latter."""
        counts: Counter[str] = Counter()
        for run, totals in zip(self.runs, self.totals, strict=True):
            expected = run.provisioning or _PROVISIONING.get(run.arm, "")
            other = {SPOT: STANDARD, STANDARD: SPOT}.get(expected, "")
            counts[expected] += totals.models[other] if other else 0
        return {expected: count for expected, count in counts.items() if count}

    @property
    def has_snapshots(self) -> bool:
        return any(run.snapshots or (run.snapshots is None and run.arm == SNAPSHOTS) for run in self.runs)

    @cached_property
    def waited(self) -> list[Task]:
        """The records that span several hosts, and so may hold the wait for one."""
        return [task for totals in self.totals for task in totals.waited]

    @cached_property
    def machine_types(self) -> dict[str, float]:
        """Hours on each machine type, most first."""
        hours: defaultdict[str, float] = defaultdict(float)
        for totals in self.totals:
            for name, spent in totals.machine_hours.items():
                hours[name] += spent
        return dict(sorted(hours.items(), key=lambda item: (-item[1], item[0])))

    def _per_result(self, total: float | None) -> float | None:
        return None if total is None or not self.succeeded else total / len(self.succeeded)

    def _add(self, value: Callable[[Totals], float | None]) -> float | None:
        return sum_known(value(totals) for totals in self.totals if totals.attempts)


class ProcessChange(NamedTuple):
    """A process that ran well on both sides: median seconds of a task, and hours of all its tasks in a run."""

    arm_seconds: float
    baseline_seconds: float
    arm_hours: float
    baseline_hours: float

    @property
    def ratio(self) -> float | None:
        return self.arm_seconds / self.baseline_seconds if self.baseline_seconds else None

    @property
    def hours(self) -> float:
        """Hours that a run gained (below 0) or lost by it."""
        return self.arm_hours - self.baseline_hours


def compare_processes(arm: ArmFigures, baseline: ArmFigures) -> dict[str, ProcessChange]:
    """Return what each process took in the runs that succeeded."""
    ours, theirs = _seconds(arm), _seconds(baseline)
    return {
        name: ProcessChange(
            median(ours[name]),
            median(theirs[name]),
            sum(ours[name]) / len(arm.succeeded) / 3600,
            sum(theirs[name]) / len(baseline.succeeded) / 3600,
        )
        for name in sorted(ours.keys() & theirs.keys())
    }


def are_separated(ours: list[float], theirs: list[float]) -> bool | None:
    """Tell whether no value of one side lies within the other's range; None where a side has none."""
    return max(ours) < min(theirs) or max(theirs) < min(ours) if ours and theirs else None


def _seconds(arm: ArmFigures) -> dict[str, list[float]]:
    """Return the seconds of each process's tasks that ended well."""
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    for totals in arm.succeeded_totals:
        for process, own in totals.seconds.items():
            seconds[process] += own
    return dict(seconds)


def _sum_all(values: list[float | None]) -> float | None:
    return None if None in values else sum_known(values)


def count_notices(rows: Iterable[Interruption], runs: Sequence[Run]) -> int:
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

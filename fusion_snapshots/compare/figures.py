"""What the runs of each arm took, and how the arms compare: figures only, without words.

Sums are of what is reported, or None where nothing is. Medians and ratios are of the runs that succeeded.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import NamedTuple

from ..folder.layout import BASELINE, SNAPSHOTS
from ..runs.run import FUSION_EXITS, SPOT, STANDARD, Run, Task, sum_known
from .significance import are_separated, can_show, compare_medians, p_value

WITHOUT_SNAPSHOTS = "fusion_spot"  # the arm that differs from the one with Snapshots in nothing else
# By the rendered names, for runs whose archive does not record the compute environment.
_PROVISIONING = {BASELINE: STANDARD, SNAPSHOTS: SPOT, WITHOUT_SNAPSHOTS: SPOT}


class Lost(NamedTuple):
    """The attempts that did not end well."""

    attempts: int
    task_hours: float | None
    cost_usd: float | None


@dataclass(frozen=True, eq=False)
class ArmFigures:
    """The runs of one arm, and what they took together."""

    name: str
    runs: list[Run]
    caused: int  # instances that `make interrupt` sent their notice during these runs

    @cached_property
    def good(self) -> list[Run]:
        return [run for run in self.runs if run.succeeded]

    @cached_property
    def tasks(self) -> list[Task]:
        return [task for run in self.runs for task in run.tasks]

    @cached_property
    def paid(self) -> list[Task]:
        return [task for run in self.runs for task in run.paid]

    @cached_property
    def wall_hours(self) -> list[float]:
        return [run.hours for run in self.good if run.hours is not None]

    @cached_property
    def costs(self) -> list[float]:
        """USD of each run that succeeded, as far as reported."""
        return [cost for run in self.good if (cost := run.cost) is not None]

    @cached_property
    def cost_usd(self) -> float | None:
        """USD of all runs; None where the cost of one is not reported, as the sum would be too small."""
        costs = [run.cost for run in self.runs]
        return None if None in costs else sum_known(costs)

    @cached_property
    def cost_usd_per_result(self) -> float | None:
        return None if self.cost_usd is None or not self.good else self.cost_usd / len(self.good)

    @cached_property
    def task_hours(self) -> float | None:
        return _hours(self.paid)

    @cached_property
    def cpu_hours(self) -> float | None:
        return sum_known(t.cpus * t.seconds / 3600 if t.cpus is not None and t.seconds is not None else None
                         for t in self.paid)  # fmt: skip

    @cached_property
    def interruptions(self) -> int | None:
        """Interruptions that its tasks met; None where nothing tells of any."""
        known = [run.hits for run in self.runs if run.hits is not None]
        return sum(known) if known else None

    @cached_property
    def lost(self) -> Lost:
        return lost_of(self.runs)

    @cached_property
    def exits(self) -> dict[int, int]:
        counts = Counter(task.exit for task in self.paid)
        return {code: counts[code] for code in FUSION_EXITS}

    @cached_property
    def price_models(self) -> dict[str, int]:
        """Attempts on each price model."""
        counts = Counter(task.price_model for task in self.paid)
        return {model: counts[model] for model in (SPOT, STANDARD)}

    @cached_property
    def strays(self) -> dict[str, int]:
        """Attempts at another price model than their compute environment's, by the latter."""
        counts: Counter[str] = Counter()
        for run in self.runs:
            expected = run.provisioning or _PROVISIONING.get(run.arm, "")
            models = [task.price_model for task in run.paid if task.price_model in (SPOT, STANDARD)]
            counts[expected] += sum(model != expected for model in models) if expected else 0
        return {expected: count for expected, count in counts.items() if count}

    @cached_property
    def cached(self) -> int:
        """Tasks that an earlier run made."""
        return len(self.tasks) - len(self.paid)

    @cached_property
    def machine_types(self) -> dict[str, float]:
        """Hours on each machine type, most first."""
        hours: defaultdict[str, float] = defaultdict(float)
        for task in self.paid:
            if task.machine_type and task.seconds is not None:
                hours[task.machine_type] += task.seconds / 3600
        return dict(sorted(hours.items(), key=lambda item: (-item[1], item[0])))


class Measure(NamedTuple):
    """One figure of the runs that succeeded, on both sides; p is None below two a side."""

    ours: list[float]
    theirs: list[float]

    @property
    def ratio(self) -> float | None:
        return compare_medians(self.ours, self.theirs)

    @property
    def p(self) -> float | None:
        return p_value(self.ours, self.theirs)

    @property
    def separated(self) -> bool | None:
        return are_separated(self.ours, self.theirs) if self.ours and self.theirs else None

    @property
    def enough(self) -> bool:
        """Whether there are runs enough to show any difference."""
        return can_show(len(self.ours), len(self.theirs))


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


class Comparison(NamedTuple):
    """An arm against the baseline."""

    arm: ArmFigures
    baseline: ArmFigures
    cost: Measure
    time: Measure
    by_process: dict[str, ProcessChange]

    @property
    def separated(self) -> bool | None:
        """Whether no run of one side lies within the other's range, in cost and in time, as far as reported."""
        known = [measure.separated for measure in (self.cost, self.time) if measure.separated is not None]
        return all(known) if known else None


def compare_arms(arm: ArmFigures, baseline: ArmFigures) -> Comparison:
    """Return how an arm compares with another."""
    return Comparison(
        arm,
        baseline,
        Measure(arm.costs, baseline.costs),
        Measure(arm.wall_hours, baseline.wall_hours),
        _by_process(arm.good, baseline.good),
    )


def lost_of(runs: Iterable[Run]) -> Lost:
    """Return what the attempts that did not end well took."""
    tasks = [task for run in runs for task in run.tasks if task.lost]
    return Lost(len(tasks), _hours(tasks), sum_known(task.usd for task in tasks))


def _hours(tasks: Iterable[Task]) -> float | None:
    return sum_known(None if task.seconds is None else task.seconds / 3600 for task in tasks)


def _by_process(ours: Sequence[Run], theirs: Sequence[Run]) -> dict[str, ProcessChange]:
    arm, baseline = _seconds(ours), _seconds(theirs)
    return {
        name: ProcessChange(
            median(arm[name]),
            median(baseline[name]),
            sum(arm[name]) / len(ours) / 3600,
            sum(baseline[name]) / len(theirs) / 3600,
        )
        for name in sorted(arm.keys() & baseline.keys())
    }


def _seconds(runs: Sequence[Run]) -> dict[str, list[float]]:
    """Return the seconds of each process's tasks that ended well."""
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    for run in runs:
        for task in run.paid:
            if task.process and not task.lost and task.seconds is not None:
                seconds[task.process].append(task.seconds)
    return dict(seconds)

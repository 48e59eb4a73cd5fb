"""From recorded tasks to those of the model: what each costs in an hour, and whether its dump is saved in time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..instance_types import WINDOW_SECONDS, Catalog, InstanceType, dump_seconds
from ..runs.tasks import Task
from .costs import Work
from .prices import PerHour
from .recorded import Recorded
from .terms import Terms


class Large(NamedTuple):
    """A process with tasks that are too large: the largest peak in GiB, and what there is room for."""

    process: str
    peak_gib: float
    limit_gib: float


class Machines:
    """Finds the types with NVMe storage on which recorded tasks would run."""

    def __init__(self, catalog: Catalog, listed: Sequence[InstanceType]) -> None:
        self._types, self._listed = catalog.types, sorted(listed, key=lambda each: (each.vcpus, each.memory_gib))
        self._shares: dict[tuple[object, ...], tuple[InstanceType, float]] = {}  # of types that are known

    def share(self, task: Task) -> tuple[InstanceType, float]:
        """Return a task's type, the smallest listed where it is unknown, and the share of an instance that it takes."""
        key = task.machine_type, task.cpus, task.memory
        if share := self._shares.get(key):
            return share
        if machine := self.named(task.machine_type):
            share = self._shares[key] = machine, share_of(task, machine)
            return share
        machine = self._smallest(task)
        return machine, share_of(task, machine)

    def named(self, name: str) -> InstanceType | None:
        """Return the type of a name, for one without NVMe its like with it; None where neither is known."""
        family, dot, size = name.partition(".")
        return self._types.get(name) or self._types.get(f"{family}d{dot}{size}")

    def _smallest(self, task: Task) -> InstanceType:
        cpus, memory = task.cpus or 0, memory_of(task)
        holding = (each for each in self._listed if each.vcpus >= cpus and each.task_gib >= memory)
        return next(holding, self._listed[-1])


def memory_of(task: Task) -> float:
    """Return the GiB that a dump of a task holds: its peak, or what it asked for where no peak is reported."""
    return task.peak or task.memory or 0.0


def share_of(task: Task, machine: InstanceType) -> float:
    """Return the share of an instance that a task takes; all of it where it does not tell."""
    return min(1.0, max((task.cpus or 0) / machine.vcpus, (task.memory or 0) / machine.memory_gib)) or 1.0


def works_of(run: Recorded, machines: Machines, prices: PerHour, terms: Terms) -> list[Work]:
    """Return the tasks of a run as the model sees them, at Spot's prices."""
    works = []
    began = min(task.started or 0 for task in run.kept)
    for task in run.kept:
        started, seconds = task.started or 0.0, task.seconds or 0.0
        machine, share = machines.share(task)
        memory = memory_of(task)
        restore = dump_seconds(memory, machine.baseline_gbps)
        saved = float(restore / share <= WINDOW_SECONDS)
        if terms.measured.restore is not None:
            restore = terms.measured.restore * memory
        submitted = started if task.submitted is None else min(task.submitted, started)
        works.append(
            Work(
                hours=seconds / 3600,
                price=prices.of(task, share),
                restore=restore / 3600,
                saved=terms.measured.saved.get(machine.name, saved),
                submitted=(submitted - began) / 3600,
                ended=(started + seconds - began) / 3600,
            )
        )
    return works


def over_limit(runs: Sequence[Recorded], limit_gib: float) -> list[Large]:
    """Return the processes with tasks whose peak exceeds a limit, the largest first."""
    return _by_process((task for run in runs for task in run.kept if (task.peak or 0) > limit_gib), limit_gib)


def unsavable(runs: Sequence[Recorded], types: Sequence[InstanceType]) -> list[Large]:
    """Return the processes with tasks that no listed type can hold and save in time, though alone on it."""
    room = max(each.largest_task_gib(dumped=True) for each in types)
    return _by_process((task for run in runs for task in run.kept if memory_of(task) > room), room)


def _by_process(found: Iterable[Task], limit: float) -> list[Large]:
    peaks: dict[str, float] = {}
    for task in found:
        peaks[task.process] = max(peaks.get(task.process, 0.0), memory_of(task))
    return [Large(name, peak, limit) for name, peak in sorted(peaks.items(), key=lambda item: (-item[1], item[0]))]

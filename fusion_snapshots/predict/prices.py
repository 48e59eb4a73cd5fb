"""What an hour of a task costs on Spot, and what Spot saves: by the runs, as given, or as AWS says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..instance_types import InstanceType
from ..runs.tasks import SPOT, STANDARD, Task

Share = Callable[[Task], tuple[InstanceType, float]]


class PerHour:
    """Prices of an hour of a task on Spot; in USD, or where that cannot be told, in hours of an instance."""

    def __init__(self, tasks: Sequence[Task], share: Share, saving: float | None) -> None:
        """Take the tasks that count, how to find each one's type and its share of it, and what Spot saves, if known."""
        models = {task.price_model == STANDARD for task in tasks}
        priced = any(task.usd for task in tasks)
        self.in_usd = priced and (True not in models or saving is not None)
        self._relative = not priced or (len(models) > 1 and saving is None)
        self._saving = saving or 0.0
        self._usual = _prices_of_types(tasks, share)

    def of(self, task: Task, share: float) -> float:
        """Return the price of an hour of a task that takes a share of an instance."""
        if self._relative:
            return share
        hours = (task.seconds or 0) / 3600
        if task.usd is None:  # as others on its type, or else on any
            price = share * self._usual.get((task.machine_type, task.price_model), self._usual[("", "")])
        else:
            price = task.usd / hours
        return price * (1 - self._saving) if task.price_model == STANDARD else price


def _prices_of_types(tasks: Sequence[Task], share: Share) -> dict[tuple[str, str], float]:
    """Return what an hour of a whole instance cost, by type and price model; of all together under empty texts."""
    usd: defaultdict[tuple[str, str], float] = defaultdict(float)
    hours: defaultdict[tuple[str, str], float] = defaultdict(float)
    for task in tasks:
        if task.usd is not None:
            for key in ((task.machine_type, task.price_model), ("", "")):
                usd[key] += task.usd
                hours[key] += share(task)[1] * (task.seconds or 0) / 3600
    return {key: usd[key] / hours[key] for key in usd} | ({} if usd else {("", ""): 0.0})


class Saving(NamedTuple):
    """The share of the on-demand price that Spot saves, and where that is from."""

    value: float
    source: str


def saving_in(tasks: Sequence[Task], share: Share) -> Saving | None:
    """Return what Spot saved where tasks ran at both prices, by families of instance types; None where none did.

    Within a family on-demand prices go by vCPUs, so sizes need not be the same.
    """
    usd: defaultdict[tuple[str, str], float] = defaultdict(float)
    hours: defaultdict[tuple[str, str], float] = defaultdict(float)
    for task in tasks:
        if task.usd and task.price_model in (SPOT, STANDARD):
            machine, part = share(task)
            key = machine.name.partition(".")[0], task.price_model
            usd[key] += task.usd
            hours[key] += machine.vcpus * part * (task.seconds or 0) / 3600
    both = [family for family, model in usd if model == SPOT and (family, STANDARD) in usd]
    if not both:
        return None
    paid = sum(usd[family, SPOT] for family in both)
    instead = sum(usd[family, STANDARD] / hours[family, STANDARD] * hours[family, SPOT] for family in both)
    return Saving(1 - paid / instead, f"the runs' own prices of {', '.join(sorted(both))}")

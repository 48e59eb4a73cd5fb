"""The largest task of a comparison: process.resourceLimits, the same in all arms."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from .instance_types import InstanceType


class Bound(NamedTuple):
    """What sets a limit: an arm, and the one of its instance types that does."""

    arm: str
    type: InstanceType


class Limits(NamedTuple):
    """The largest task of a comparison, memory in whole GiB.

    capped: the CPUs are bound by max_cpus, and not by the type; saved: the memory is bound by what the type dumps in
    time. risky are the types that may get a task which they cannot dump in time, the one that dumps least first.
    """

    cpus: int
    cpus_by: Bound
    capped: bool
    memory_gib: int
    memory_by: Bound
    saved: bool
    risky: list[InstanceType]

    @property
    def safe_gib(self) -> int:
        """The memory in whole GiB up to which a task is dumped in time wherever it runs."""
        return math.floor(self.risky[0].savable_gib) if self.risky else self.memory_gib


def limits(arms: Mapping[str, Sequence[InstanceType]], dumping: Collection[str], region: str, max_cpus: int) -> Limits:
    """Return process.resourceLimits for all arms of a comparison: the smallest arm sets each limit.

    Takes the types of each arm by its name, the names of the arms with Snapshots, the region, and the vCPUs that a
    compute environment may have. Memory comes first, for a task that lacks it fails, while one that lacks CPUs is slow:
    the most that every arm can give to one task on some type, and an arm with Snapshots can dump in time there, in
    whole GiB. Then come the most CPUs that every arm has on some one type that can do so. A task of that size may meet
    another type, which cannot dump it: it may lose its work there, where a lower limit would end the run.
    Types that the region lacks hold no task, unless it lacks all of an arm.
    An arm of which no types are known sets no limit; raises ValueError where none is known of any.
    """
    offered = {arm: [t for t in types if region in t.regions] or types for arm, types in arms.items() if types}
    largest = [
        (max((each.largest_task_gib(dumped=arm in dumping), each.vcpus, each) for each in types), arm)
        for arm, types in offered.items()
    ]
    (least, _, roomiest), arm_of_least = min(largest)
    memory_gib = math.floor(least)
    cpus, cpus_by = min(
        max(
            (each.vcpus, Bound(arm, each))
            for each in types
            if each.largest_task_gib(dumped=arm in dumping) >= memory_gib
        )
        for arm, types in offered.items()
    )
    risky = [t for arm in dumping for t in offered.get(arm, ()) if t.savable_gib < min(t.task_gib, memory_gib)]
    return Limits(
        cpus=min(cpus, max_cpus),
        cpus_by=cpus_by,
        capped=max_cpus < cpus,
        memory_gib=memory_gib,
        memory_by=Bound(arm_of_least, roomiest),
        saved=least < roomiest.task_gib,
        risky=sorted(risky, key=lambda each: each.savable_gib),
    )

"""Limits of an arm's tasks, in selectors and outside them, that no instance of the arm can hold, or save in time."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Finding
from ..folder.arm_config import LIMITS, ArmConfig, arm_configs
from ..folder.model import Folder
from ..folder.nextflow_config import Statement, limits_in
from ..instance_types import WINDOW_SECONDS, InstanceType


def check(folder: Folder) -> Iterator[Finding]:
    """Yield limits of arms that are missing, lack a part, or are more than an instance or the environment has."""
    for config in arm_configs(folder):
        if not config.environment:
            continue
        types = folder.catalog.expand(config.environment.text("instance-types"))
        if LIMITS not in config.settings and config.has_snapshots and types:
            message = f"is missing; a task may get more memory than its instance dumps in {WINDOW_SECONDS} seconds"
            yield config.finding("warning", "resource-limits", None, message, LIMITS)
        for setting in config.named(LIMITS):
            yield from _check_limit(config, setting, types)


def _check_limit(config: ArmConfig, setting: Statement, types: list[InstanceType]) -> Iterator[Finding]:
    environment = config.environment
    cpus, gib = limits_in(str(setting.value))
    if str(setting.value).startswith("[") and not (cpus and gib):
        missing = " and ".join(name for name, found in (("cpus", cpus), ("memory", gib)) if not found)
        message = f"sets no {missing}, and takes the place of any other {LIMITS}: there is no such limit then"
        yield config.finding("warning", "resource-limits", setting, message)
    most = environment.values.get("max-cpus") if environment and environment.is_sound("max-cpus") else None
    if isinstance(most, int) and environment and cpus > most:
        message = (
            f"no task may ask for more CPUs than its compute environment has: max-cpus is {most} in "
            f"{environment.file.name}"
        )
        yield config.finding("error", "resource-limits", setting, message)
        return
    holding = [each for each in types if each.vcpus >= cpus and each.task_gib >= gib]
    if types and not holding:
        yield config.finding("error", "resource-limits", setting, _nothing_holds(config, types))
    elif config.has_snapshots and holding and all(each.savable_gib < gib for each in holding):
        yield config.finding("warning", "resource-limits", setting, _nothing_saves(types))


def _nothing_holds(config: ArmConfig, types: list[InstanceType]) -> str:
    roomiest = max(types, key=lambda each: each.task_gib)
    name = config.environment.file.name if config.environment else config.arm
    return (
        f"no instance type of {name} has both for one task, which would wait for ever; "
        f"{roomiest.name} has {roomiest.vcpus} CPUs and {int(roomiest.task_gib)} GB"
    )


def _nothing_saves(types: list[InstanceType]) -> str:
    most, cpus, name = max((each.largest_task_gib(dumped=True), each.vcpus, each.name) for each in types)
    return (
        f"no instance type that holds a task that large can dump it in {WINDOW_SECONDS} seconds: such a task is lost "
        f"when its instance is reclaimed; {name} has {cpus} CPUs and dumps {int(most)} GB"
    )

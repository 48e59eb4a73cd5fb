"""Nextflow configurations that cannot be read, or limit tasks to what no instance can do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..findings import Finding, Severity, Written
from ..folder.layout import BASELINE
from ..folder.model import Folder, Item
from ..folder.nextflow_config import NextflowConfig, Statement
from ..instance_types import WINDOW_SECONDS, InstanceType

_ATTEMPTS = "aws.batch.maxSpotAttempts"
_LIMITS = "process.resourceLimits"
# In these the arms must agree, or they get other treatment than Spot, Snapshots and instance types make.
_ALIKE = (_LIMITS, "process.errorStrategy", "process.maxRetries", "process.resourceLabels")
_GIB = {"KB": 1 / 1024**2, "MB": 1 / 1024, "GB": 1, "TB": 1024}  # Nextflow's units are binary


def check(folder: Folder) -> Iterator[Finding]:
    """Yield what the text of the configurations tells; what Nextflow itself says of them is another check."""
    for name, config in folder.configs.items():
        yield from _check_text(name, config)
    named = {arm.name: config_of(folder, arm.name) for arm in folder.arms}
    faults = {arm: list(_check_limits(folder, arm, name)) for arm, name in named.items() if name}
    for found in faults.values():
        yield from found
    baseline = named.get(BASELINE, "")
    for arm, name in named.items():
        if name and baseline and name != baseline:
            keys = _ALIKE[1:] if faults[arm] or faults[BASELINE] else _ALIKE
            yield from _check_alike(folder, name, baseline, keys)


def config_of(folder: Folder, arm: str) -> str:
    """Return the name of an arm's configuration that can be read in full from its text, or an empty text."""
    items = [item for block in ("launch", "pipelines") for item in folder.items(block) if folder.arm_of(item) == arm]
    name = next((item.text("config") for item in items if item.text("config")), "")
    config = folder.configs.get(name)
    return name if config and not config.fault and not config.calls("includeConfig") else ""


def _finding(name: str, severity: Severity, check: str, statement: Statement | None, key: str, message: str) -> Finding:
    line, column = (statement.line, statement.column) if statement else (1, 1)
    got = Written(statement.value) if statement and statement.value is not None else None
    return Finding(name, line, column, severity, check, key, message, got)


def _check_text(name: str, config: NextflowConfig) -> Iterator[Finding]:
    if fault := config.fault:
        yield Finding(
            name,
            fault.line,
            fault.column,
            "error",
            "nextflow-syntax",
            "",
            f"not a Nextflow configuration: {fault.message}",
        )
    for each in config.calls("includeConfig"):
        message = "the Platform gets the text of this one file; copy the other's lines here"
        yield _finding(name, "error", "include-config", each, "includeConfig", message)
    for each in config.statements:
        if each.name.rpartition(".")[2] == "maxSpotAttempts" and each.name != _ATTEMPTS:
            yield _finding(
                name, "error", "nextflow-setting", each, each.name, f"has no effect here; the setting is {_ATTEMPTS}"
            )


def _check_limits(folder: Folder, arm: str, name: str) -> Iterator[Finding]:
    """Yield limits that no type of the arm can hold, that one with Snapshots cannot dump in time, or their absence."""
    environment = next((each for each in folder.aws_environments() if folder.arm_of(each) == arm), None)
    if not environment or not environment.text("instance-types"):
        return
    types = folder.catalog.expand(environment.text("instance-types"))
    snapshots = environment.values.get("snapshots") is True
    statement = folder.configs[name].last(_LIMITS)
    if statement is None:
        if snapshots:
            message = f"is missing; a task may get more memory than its instance dumps in {WINDOW_SECONDS} seconds"
            yield _finding(name, "warning", "resource-limits", None, _LIMITS, message)
        return
    cpus, gib = _limits_in(str(statement.value))
    if types and not any(each.vcpus >= cpus and each.task_gib >= gib for each in types):
        yield _finding(name, "error", "resource-limits", statement, _LIMITS, _nothing_holds(environment, types))
    elif snapshots and (slow := [each for each in types if each.savable_gib < min(gib, each.task_gib)]):
        yield _finding(name, "warning", "resource-limits", statement, _LIMITS, _nothing_saves(slow))


def _limits_in(value: str) -> tuple[float, float]:
    """Return the CPUs and the memory in GiB to which a setting limits tasks, 0 where its text does not tell."""
    cpus = re.search(r"\bcpus:(\d+)", value)
    memory = re.search(r"\bmemory:['\"]?(\d+(?:\.\d+)?)\s*\.?\s*([KMGT]B)", value)
    return float(cpus[1]) if cpus else 0, float(memory[1]) * _GIB[memory[2]] if memory else 0


def _nothing_holds(environment: Item, types: list[InstanceType]) -> str:
    roomiest = max(types, key=lambda each: each.task_gib)
    return (
        f"no instance type of {environment.file.name} has both for one task, which would wait for ever; "
        f"{roomiest.name} has {roomiest.vcpus} CPUs and {int(roomiest.task_gib)} GB"
    )


def _nothing_saves(slow: list[InstanceType]) -> str:
    least = min(slow, key=lambda each: each.savable_gib)
    names = ", ".join(each.name for each in slow)
    return (
        f"{names} cannot dump a task that large in {WINDOW_SECONDS} seconds, so that it is lost when its instance is "
        f"reclaimed; all can dump {int(least.savable_gib)}.GB"
    )


def _check_alike(folder: Folder, name: str, baseline: str, keys: tuple[str, ...]) -> Iterator[Finding]:
    for key in keys:
        ours, theirs = (folder.configs[each].last(key) for each in (name, baseline))
        if (ours and ours.value) != (theirs and theirs.value):
            shown = f"is missing; {baseline} has it" if not ours else f"is not in {baseline}"
            shown = f"differs from {baseline}" if ours and theirs else shown
            yield _finding(name, "warning", "unfair", ours, key, f"{shown}: the comparison would not be fair")

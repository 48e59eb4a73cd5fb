"""Configurations of the arms that outrank what their compute environments are, or that differ from one another."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Finding
from ..folder.arm_config import ArmConfig, arm_configs
from ..folder.layout import BASELINE, SNAPSHOTS
from ..folder.model import Folder
from ..folder.nextflow_config import Statement
from . import limits, nextflow, retries

_PINS = "fusion.containerConfigUrl"  # which Fusion all arms run
_ATTEMPTS = "aws.batch.maxSpotAttempts"  # means nothing on demand
# What the compute environment says, and a pipeline's configuration says above it.
_ELSEWHERE = ("process.executor", "process.queue", "executor.name", "workDir", "aws.region")
_FUSION = ("fusion", "wave")


def check(folder: Folder) -> Iterator[Finding]:
    """Yield settings that belong to the compute environment, and all in which an arm's differ from the baseline's."""
    configs = arm_configs(folder)
    for config in configs:
        for setting in config.settings.values():
            yield from _check_owner(config, setting, configs)
    by_arm = {config.arm: config for config in configs}
    # What is wrong by itself is put right first.
    wrong = {(each.file, each.key) for each in limits.check(folder)}
    wrong |= {(each.file, each.key) for each in retries.check(folder) if each.severity == "error"}
    for config in configs:
        baseline, on_spot = by_arm.get(BASELINE), by_arm.get(SNAPSHOTS)
        if baseline:
            names = {*config.settings, *baseline.settings} - {_ATTEMPTS}
            yield from _compare(config, baseline, names, wrong)
        if on_spot and config.is_on_spot and config.arm != BASELINE:
            yield from _compare(config, on_spot, {_ATTEMPTS}, wrong)


def _is_owned(setting: str) -> bool:
    return setting in _ELSEWHERE or setting.partition(".")[0] in _FUSION


def _check_owner(config: ArmConfig, setting: Statement, configs: list[ArmConfig]) -> Iterator[Finding]:
    name, value = setting.plain_name, str(setting.value)
    if name == _PINS:
        others = (each.settings.get(setting.name) for each in configs)
        if any(other is None or other.value != setting.value for other in others):
            message = "must be the same in all arms, which run one Fusion"
            yield config.finding("error", "unfair-fusion", setting, message)
    elif name == "process.queue" and value.startswith("{"):
        message = "may send a task to another queue than the arm's, such as one on demand; leave it out"
        yield config.finding("warning", "queue", setting, message)
    elif _is_owned(name):
        runs = "the arm would run elsewhere" if name in _ELSEWHERE else "the arm would not be what its name says"
        message = f"belongs to the compute environment, which it outranks: {runs}; leave it out"
        yield config.finding("error", "outranks", setting, message)


def _compare(config: ArmConfig, other: ArmConfig, names: set[str], wrong: set[tuple[str, str]]) -> Iterator[Finding]:
    if config.file == other.file:
        return
    for name in sorted(names):
        ours, theirs = config.settings.get(name), other.settings.get(name)
        same = (ours and ours.value) == (theirs and theirs.value) and bool(ours) == bool(theirs)
        said = any(each and (_is_owned(each.plain_name) or nextflow.fault_of(each)) for each in (ours, theirs))
        if same or said or {(config.file, name), (other.file, name)} & wrong:
            continue
        shown = f"is missing; {other.file} has it" if not ours else f"is not in {other.file}"
        shown = f"differs from {other.file}" if ours and theirs else shown
        yield config.finding("warning", "unfair", ours, f"{shown}: the comparison would not be fair", name)

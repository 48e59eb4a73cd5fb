"""Attempts that AWS Batch does not make as they are set, and hosts lost on Spot that nothing makes up for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..findings import Finding
from ..folder.arm_config import ArmConfig, arm_configs
from ..folder.model import Folder
from ..folder.nextflow_config import Statement
from ..nextflow_facts import HOST_GONE

_ATTEMPTS, _STRATEGY, _RETRIES = "aws.batch.maxSpotAttempts", "process.errorStrategy", "process.maxRetries"
_MOST_ATTEMPTS = 10  # of a job, that AWS Batch makes
_ENDS = "ends the run"
_LOST = re.compile(f"{HOST_GONE}|MAX_VALUE", re.I)


def check(folder: Folder) -> Iterator[Finding]:
    """Yield attempts that are not what they seem, and error strategies of arms on Spot that give up a lost host."""
    for config in arm_configs(folder):
        if attempts := config.settings.get(_ATTEMPTS):
            yield from _check_attempts(config, attempts)
        if config.is_on_spot:
            yield from _check_strategies(config)


def _check_attempts(config: ArmConfig, setting: Statement) -> Iterator[Finding]:
    value = str(setting.value).strip("'\"")
    if not re.fullmatch(r"-?\d+", value):
        return
    number = int(value)
    if number == -1:
        message = "turns it off: a task whose Spot instance is reclaimed is not started again by AWS Batch"
        yield config.finding("warning", "spot-attempts", setting, message)
    elif number == 0:
        default = "5 attempts with Snapshots" if config.has_snapshots else "no further attempt without Snapshots"
        message = f"does not turn it off, but stands for Nextflow's default: {default}; -1 turns it off"
        yield config.finding("note", "spot-attempts", setting, message)
    elif not 1 <= number <= _MOST_ATTEMPTS:
        message = f"must be 1 to {_MOST_ATTEMPTS}, which AWS Batch takes; Nextflow passes any other number on"
        yield config.finding("error", "spot-attempts", setting, message)


def _check_strategies(config: ArmConfig) -> Iterator[Finding]:
    if _STRATEGY not in config.settings:
        message = f"is missing: on Spot, the first lost host {_ENDS}"
        yield config.finding("warning", "lost-hosts", None, message, _STRATEGY)
    for setting in config.named(_STRATEGY):
        value = str(setting.value)
        if re.search(r"\bignore\b", value, re.I):
            message = "ignores failures, a reclaimed Spot instance among them: results go missing, and nobody is told"
            yield config.finding("warning", "lost-hosts", setting, message)
        elif not _retries_lost(value):
            message = f"does not retry {HOST_GONE}, the exit status of a host lost on Spot: one {_ENDS}"
            yield config.finding("warning", "lost-hosts", setting, message)
    for setting in config.named(_RETRIES):
        if setting.value == "0":
            message = f"retries nothing: on Spot, the first lost host {_ENDS}"
            yield config.finding("warning", "lost-hosts", setting, message)


def _retries_lost(value: str) -> bool:
    """Tell whether a strategy may retry a lost host, as far as its text tells: one without a status retries any."""
    if not re.search(r"\bretry\b", value, re.I):
        return False
    tests = re.search(r"exitStatus", value)
    open_ended = re.search(r"exitStatus\s*(?:>|!)|!\s*\(?[^?]*exitStatus|:\s*['\"]retry['\"]\s*}?$", value)
    return bool(not tests or open_ended or _LOST.search(value))

"""Nextflow configurations that cannot be read, and settings that Nextflow passes over without a word."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Finding, nearest
from ..folder.model import Folder
from ..folder.nextflow_config import Statement

_ATTEMPTS = "aws.batch.maxSpotAttempts"
# Nextflow 26.04's own: all of its options for AWS Batch, and the directives of a process.
_OPTIONS = (
    "cliPath delayBetweenAttempts executionRole forceGlacierTransfer jobRole logsGroup maxParallelTransfers "
    "maxSpotAttempts maxTransferAttempts platformType retryMode schedulingPriority shareIdentifier "
    "terminateUnschedulableJobs volumes"
).split()
_DIRECTIVES = (
    "accelerator afterScript arch array beforeScript cache clusterOptions conda consumableResources container "
    "containerOptions cpus debug disk echo errorStrategy executor ext fair label machineType maxErrors maxForks "
    "maxRetries maxSubmitAwait memory module penv pod publishDir queue resourceLabels resourceLimits scratch secret "
    "shell spack stageInMode stageOutMode storeDir tag time"
).split()


def check(folder: Folder) -> Iterator[Finding]:
    """Yield what the text of the configurations tells; what Nextflow itself says of them is another check."""
    for name, config in folder.configs.items():
        if fault := config.fault:
            message = f"not a Nextflow configuration: {fault.message}"
            yield Finding(name, fault.line, fault.column, "error", "nextflow-syntax", "", message)
        for each in config.calls("includeConfig"):
            message = "the Platform gets the text of this one file; copy the other's lines here"
            yield each.finding(name, "error", "include-config", message, "includeConfig")
        for each in config.statements:
            if message := fault_of(each):
                yield each.finding(name, "error", "nextflow-setting", message)
            elif each.plain_name == "aws.batch.terminateUnschedulableJobs" and each.value == "true":
                message = (
                    "ends tasks that wait for their first instance, too (nextflow#7479); leave it out, and see "
                    "README.md for a task that waits for ever"
                )
                yield each.finding(name, "warning", "ends-waiting-tasks", message)


def fault_of(setting: Statement) -> str:
    """Return why a setting has no effect, or an empty text where it may have one."""
    scope, _, name = setting.plain_name.rpartition(".")
    if name == "maxSpotAttempts":
        return "" if setting.plain_name == _ATTEMPTS else f"has no effect here; the setting is {_ATTEMPTS}"
    known = {"aws.batch": _OPTIONS, "process": _DIRECTIVES}.get(scope)
    if not known or name in known or setting.value is None:
        return ""
    near = nearest(name, known, cutoff=0.8)
    return f"is no setting of Nextflow, which passes over it; did you mean {scope}.{near}?" if near else ""

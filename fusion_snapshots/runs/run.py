"""A workflow run and its tasks as plain data, from an archive of `tw runs dump`.

tw leaves out what is null, so whatever an archive does not tell is None here, and never zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from ..platform.workspace import SUCCEEDED
from .archive import read_archive
from .likeness import facts_of
from .reported import number_of, read_time, text_of, whole_of
from .tasks import FAILED_SNAPSHOTS, KEYS, SPOT, STANDARD, Tasks

_PRICE_MODELS = {"SPOT": SPOT, "EC2": STANDARD}  # Forge's words for a compute environment's provisioning model


@dataclass(frozen=True, eq=False)
class Run:
    """A run that has ended. hours are the Platform's duration; facts are what its like must have in common with it."""

    id: str
    name: str
    arm: str
    status: str
    pipeline: str
    began: datetime | None
    ended: datetime | None
    hours: float | None
    nextflow: str
    fusion: str  # its version, empty where Fusion is off or not reported
    provisioning: str  # price model of its compute environment, empty where not recorded
    snapshots: bool | None  # whether its compute environment has Snapshots on
    cost_reported: float | None  # the Platform's own sum
    interruptions_reported: int | None
    resumed: bool
    counted: int | None  # attempts by the Platform's own count
    facts: dict[str, str]
    tasks: Tasks

    @property
    def succeeded(self) -> bool:
        return self.status == SUCCEEDED

    @cached_property
    def own_attempts(self) -> Tasks:
        """The attempts that this run itself made, so without those from a cache."""
        if any(kind.cached for kind in self.tasks.kinds):
            return Tasks.of(task for task in self.tasks if not task.cached)
        return self.tasks

    @cached_property
    def cost(self) -> float | None:
        """USD by the Platform's estimate; None where it reports none for what ran."""
        attempts = self.own_attempts
        known = math.fsum(attempts.usd)
        if known == known:  # else that of one is not reported
            return known
        # The Platform's own sum may hold what it does not tell of single tasks, but also what was cached.
        return self.cost_reported if len(attempts) == len(self.tasks) else None

    @cached_property
    def hits(self) -> int | None:
        """Interruptions that its tasks met; None where nothing tells of any: not known is not none.

        The Platform's own sum may hold what it does not tell of single tasks.
        """
        own = self.own_attempts
        failed = sum(number for kind, number in own.count_kinds() if kind.exit in FAILED_SNAPSHOTS)
        hits = max(sum(task.hits for task in own.pick(own.hit)), (self.interruptions_reported or 0) + failed)
        counted = any(kind.interruptions is not None for kind, _ in own.count_kinds())
        return hits if hits or counted or self.interruptions_reported is not None else None


def read_run(path: Path, identifier: str, name: str, arm: str) -> Run:
    """Return the run of an archive as a run of an arm, ended or not; raises DamagedError."""
    archive = read_archive(path, KEYS, Tasks.read)
    workflow, load = archive.workflow, archive.load
    nextflow, fusion = _object(workflow, "nextflow"), _object(workflow, "fusion")
    milliseconds = number_of(workflow.get("duration"))
    counts = [whole_of(load.get(key)) for key in ("succeeded", "failed", "cached", "aborted")]
    config = _object(_object(archive.launch, "computeEnv"), "config")
    snapshots = config.get("fusionSnapshots")
    return Run(
        id=identifier,
        name=name,
        arm=arm,
        status=text_of(workflow.get("status")),
        pipeline=text_of(workflow.get("projectName")) or text_of(workflow.get("repository")),
        began=read_time(workflow.get("submit")) or read_time(workflow.get("start")),
        ended=read_time(workflow.get("complete")),
        hours=None if milliseconds is None else milliseconds / 3_600_000,
        nextflow=text_of(nextflow.get("version")),
        fusion=text_of(fusion.get("version")) if fusion.get("enabled") is not False else "",
        provisioning=_PRICE_MODELS.get(text_of(_object(config, "forge").get("type")), ""),
        snapshots=snapshots if isinstance(snapshots, bool) else None,
        cost_reported=number_of(load.get("cost")),
        interruptions_reported=whole_of(load.get("numSpotInterruptions")),
        resumed=workflow.get("resume") is True,
        counted=None if None in counts[:2] else sum(count or 0 for count in counts),
        facts=facts_of(workflow),
        tasks=archive.tasks,
    )


def sum_known(values: Iterable[float | None]) -> float | None:
    """Return the sum of what is reported: 0 for nothing at all, None where there is something and none is reported."""
    listed = list(values)
    known = [value for value in listed if value is not None]
    return math.fsum(known) if known or not listed else None


def _object(value: dict[str, Any], key: str) -> dict[str, Any]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}

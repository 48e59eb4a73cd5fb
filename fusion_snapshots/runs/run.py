"""A workflow run and its tasks as plain data, from an archive of `tw runs dump`.

tw leaves out what is null, so whatever an archive does not tell is None here, and never zero.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ..findings import printable
from ..nextflow_facts import HOST_GONE
from ..platform.workspace import SUCCEEDED
from .archive import read_archive
from .likeness import facts_of

# Of Fusion: 174 I/O error, 175 dump failed, 176 restore failed [documented]; 177 is retried by nf-core like these.
FUSION_EXITS = (174, 175, 176, 177)
DUMP_FAILED = 175
FAILED_SNAPSHOTS = (DUMP_FAILED, 176)  # exits of a task whose host was taken, and whose work is lost
SPOT, STANDARD = "spot", "standard"
_PRICE_MODELS = {"SPOT": SPOT, "EC2": STANDARD}  # Forge's words for a compute environment's provisioning model
_LONGEST = 500  # characters of a name
_GIB = 1 << 30  # bytes


class Task(NamedTuple):
    """An attempt of a task, as the Platform records it; None is what is not reported.

    name is alike in all runs that did the same work. submitted and started are seconds since 1970, seconds are
    complete − start; memory (requested) and peak (resident) are in GiB. zone is such as eu-west-1a, native_id AWS
    Batch's id of the job, error_action what Nextflow did about a failure, such as RETRY.
    """

    process: str
    attempt: int | None
    status: str
    exit: int | None
    machine_type: str
    price_model: str
    seconds: float | None
    usd: float | None
    interruptions: int | None
    cpus: float | None
    workdir: str
    submitted: float | None
    started: float | None
    memory: float | None
    peak: float | None
    zone: str
    native_id: str
    error_action: str
    name: str
    billed: bool = False  # whether seconds and usd are by AWS's own times

    @property
    def cached(self) -> bool:
        """Whether an earlier run made it: its time and cost are then that run's."""
        return self.status == "CACHED"

    @property
    def lost(self) -> bool:
        """Whether it did not end well."""
        return self.status not in ("COMPLETED", "CACHED")

    @property
    def spans(self) -> int:
        """How many hosts it had before its last one, by AWS Batch's own retries: its record spans the waits between."""
        return 0 if self.billed else max(0, (self.interruptions or 0) - (self.exit == HOST_GONE))

    @property
    def ignored(self) -> bool:
        """Whether it failed, and its run went on without it."""
        return self.status == "FAILED" and self.error_action == "IGNORE"

    @property
    def hits(self) -> int:
        """Interruptions that it met: as reported, or else one, where it had started and has no exit code of its own.

        Dumps and restores that failed are not in Nextflow's number, as such a job ends by itself.
        """
        told = self.interruptions
        if told is None:
            told = int(self.exit == HOST_GONE and self.had_started and self.price_model != STANDARD)
        return told + (self.exit in FAILED_SNAPSHOTS)

    @property
    def had_started(self) -> bool:
        """Whether it ran at all: of a job whose host went before, Nextflow notes one moment as start and end.

        Stamps are whole seconds.
        """
        return self.started is not None and (self.seconds is None or self.seconds > 1)


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
    tasks: list[Task]

    @property
    def succeeded(self) -> bool:
        return self.status == SUCCEEDED

    @cached_property
    def own_attempts(self) -> list[Task]:
        """The attempts that this run itself made, so without those from a cache."""
        return [task for task in self.tasks if not task.cached]

    @cached_property
    def cost(self) -> float | None:
        """USD by the Platform's estimate; None where it reports none for what ran."""
        attempts = self.own_attempts
        known = [task.usd for task in attempts if task.usd is not None]
        if len(known) == len(attempts):
            return sum(known)
        # The Platform's own sum may hold what it does not tell of single tasks, but also what was cached.
        return self.cost_reported if len(attempts) == len(self.tasks) else None

    @cached_property
    def hits(self) -> int | None:
        """Interruptions that its tasks met; None where nothing tells of any: not known is not none.

        The Platform's own sum may hold what it does not tell of single tasks.
        """
        failed = sum(task.exit in FAILED_SNAPSHOTS for task in self.own_attempts)
        hits = max(sum(task.hits for task in self.own_attempts), (self.interruptions_reported or 0) + failed)
        counted = any(task.interruptions is not None for task in self.own_attempts)
        return hits if hits or counted or self.interruptions_reported is not None else None


def read_run(path: Path, identifier: str, name: str, arm: str) -> Run:
    """Return the run of an archive as a run of an arm, ended or not; raises DamagedError."""
    archive = read_archive(path, _task)
    workflow, load = archive.workflow, archive.load
    nextflow, fusion = _object(workflow, "nextflow"), _object(workflow, "fusion")
    milliseconds = _number(workflow.get("duration"))
    counts = [_whole(load.get(key)) for key in ("succeeded", "failed", "cached", "aborted")]
    config = _object(_object(archive.launch, "computeEnv"), "config")
    snapshots = config.get("fusionSnapshots")
    return Run(
        id=identifier,
        name=name,
        arm=arm,
        status=_text(workflow.get("status")),
        pipeline=_text(workflow.get("projectName")) or _text(workflow.get("repository")),
        began=read_time(workflow.get("submit")) or read_time(workflow.get("start")),
        ended=read_time(workflow.get("complete")),
        hours=None if milliseconds is None else milliseconds / 3_600_000,
        nextflow=_text(nextflow.get("version")),
        fusion=_text(fusion.get("version")) if fusion.get("enabled") is not False else "",
        provisioning=_PRICE_MODELS.get(_text(_object(config, "forge").get("type")), ""),
        snapshots=snapshots if isinstance(snapshots, bool) else None,
        cost_reported=_number(load.get("cost")),
        interruptions_reported=_whole(load.get("numSpotInterruptions")),
        resumed=workflow.get("resume") is True,
        counted=None if None in counts[:2] else sum(count or 0 for count in counts),
        facts=facts_of(workflow),
        tasks=archive.tasks,
    )


def sum_known(values: Iterable[float | None]) -> float | None:
    """Return the sum of what is reported: 0 for nothing at all, None where there is something and none is reported."""
    listed = list(values)
    known = [value for value in listed if value is not None]
    return sum(known) if known or not listed else None


def _task(item: dict[str, Any]) -> Task:
    try:
        return _read_task(item, _text_seen, _seconds_seen)
    except TypeError:  # a list or an object where a text should be, of which no cache can tell whether it was seen
        return _read_task(item, _text, _seconds)


def _read_task(
    item: dict[str, Any], text: Callable[[object], str], seconds_of: Callable[[object], float | None]
) -> Task:
    get = item.get
    status, name, usd = text(get("status")), text(get("name")), _number(get("cost"))
    began, ended = seconds_of(get("start")), seconds_of(get("complete"))
    seconds = _rounded(ended - began) if began is not None and ended is not None else None
    if began is None and status not in ("COMPLETED", "CACHED"):  # it never started
        seconds, usd = 0.0, usd or 0.0
    memory, peak = _number(get("memory")), _number(get("peakRss"))
    return Task(
        text(get("process")) or sys.intern(name.partition(" (")[0]),
        _whole(get("attempt")),
        status,
        _whole(get("exit")) if get("exit") is not None else _whole(get("exitStatus")),
        text(get("machineType")),
        _lower(text(get("priceModel"))),
        seconds if seconds is None or seconds >= 0 else None,
        usd,
        _whole(get("numSpotInterruptions")),
        _number(get("cpus")),
        text(get("workdir")),
        seconds_of(get("submit")),
        began,
        None if memory is None else _gib(memory),
        None if peak is None else _gib(peak),
        text(get("cloudZone")),
        _text(get("nativeId")),
        text(get("errorAction")),
        name,
    )


def _seconds(value: object) -> float | None:
    """Return an ISO time as seconds since 1970."""
    found = read_time(value)
    return found.timestamp() if found else None


def _object(value: dict[str, Any], key: str) -> dict[str, Any]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str:
    """Return a text that any file and terminal can hold."""
    text = value[:_LONGEST] if isinstance(value, str) else ""
    return text if text.isprintable() else printable(text)


def _number(value: object) -> float | None:
    if type(value) is float:
        return value if 0 <= value < 1e15 else None
    return _float(value) if type(value) is int and 0 <= value < 1e15 else None


def _whole(value: object) -> int | None:
    return value if type(value) is int and 0 <= value < 1 << 53 else None


def read_time(value: object) -> datetime | None:
    """Return an ISO time, in UTC where it names no zone; None for anything else."""
    try:
        found = datetime.fromisoformat(_text(value).replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


# Of very many tasks, few have another process, type, time or size: what is made of it is made once, and held once.
_text_seen, _seconds_seen = lru_cache(1 << 13)(_text), lru_cache(1 << 14)(_seconds)
_float, _lower = lru_cache(1 << 12)(float), lru_cache(64)(str.lower)
_rounded = lru_cache(1 << 13)(lambda seconds: round(seconds, 3))
_gib = lru_cache(1 << 13)(lambda count: count / _GIB)

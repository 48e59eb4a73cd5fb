"""Recordings, made up: archives as `tw runs dump` writes them, without what is None, as tw leaves out what is null."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from .state import drop_none

BEGAN = datetime(2026, 3, 2, 10, 0, tzinfo=timezone.utc)
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def iso(moment: datetime) -> str:
    """Return a time as the Platform writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def task(
    process: str = "ALIGN", *, minutes: float | None = 60, usd: float | None = 1, after: float = 0, **more: Any
) -> dict[str, Any]:
    """Return an attempt that ran and cost what is given, in minutes and USD; other keys are the Platform's own names.

    after is the minutes since the run's beginning; minutes of None is an attempt that never started.
    """
    start = BEGAN + timedelta(minutes=after)
    ran = minutes is not None
    return {
        "taskId": 1,
        "process": process,
        "name": f"{process} (sample)",
        "tag": "sample",
        "status": "COMPLETED",
        "hash": "ab/cdef01",
        "workdir": "s3://acme-fusion/work/ab/cdef0123456789",
        "attempt": 1,
        "exit": 0,
        "exitStatus": 0,
        "cpus": 2,
        "memory": 8 << 30,
        "submit": iso(BEGAN),
        "start": iso(start) if ran else None,
        "complete": iso(start + timedelta(minutes=minutes)) if minutes is not None else None,
        "duration": 1,
        "realtime": 1,
        "cost": usd,
        "machineType": "c6id.8xlarge",
        "cloudZone": "eu-west-1a",
        "priceModel": "spot",
        "executor": "awsbatch",
        "module": [],
        "script": "",
    } | more


def documents(
    tasks: Iterable[Mapping[str, Any]],
    *,
    hours: float | None = 2,
    days: float = 0,
    status: str | None = "SUCCEEDED",
    load: Mapping[str, Any] | None = None,
    launch: Mapping[str, Any] | None = None,
    **workflow: Any,
) -> dict[str, Any]:
    """Return the archive's files by name, as what is in them; other keys are of workflow.json.

    The run began that many days after BEGAN.
    """
    listed = [dict(item) for item in tasks]
    lasted, began = timedelta(hours=hours or 0), BEGAN + timedelta(days=days)
    told = {
        "id": "1run00000001",
        "runName": "workflow",
        "status": status,
        "projectName": "acme/workflow",
        "repository": "https://github.com/acme/workflow",
        "commitId": COMMIT,
        "revision": "1.0",
        "profile": "test",
        "submit": iso(began - timedelta(minutes=5)),
        "start": iso(began),
        "complete": iso(began + lasted),
        "duration": None if hours is None else round(hours * 3_600_000),
        "nextflow": {"version": "25.10.4"},
        "fusion": {"enabled": True, "version": "2.5.8"},
        "params": {"outdir": "s3://acme-fusion/results/one", "input": "s3://acme-fusion/samples.csv"},
    } | workflow
    files: dict[str, Any] = {
        "service-info.json": {"version": "26.1.0"},
        "workflow.json": told,
        "workflow-metadata.json": {"labels": []},
        "workflow-load.json": _count(listed) | dict(load or {}),
    }
    if launch is not None:
        files["workflow-launch.json"] = dict(launch)
    return files | {"workflow-metrics.json": [], "workflow-tasks.json": listed, "nextflow.log": "N E X T F L O W\n"}


def _count(tasks: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the Platform counts and sums up."""
    listed = list(tasks)
    costs = [item["cost"] for item in listed if isinstance(item.get("cost"), (int, float))]
    statuses = {"succeeded": "COMPLETED", "failed": "FAILED", "cached": "CACHED", "aborted": "ABORTED"}
    counts = {key: sum(item["status"] == status for item in listed) for key, status in statuses.items()}
    return {**counts, "cost": sum(costs) if costs else None}


def pack(files: Mapping[str, Any]) -> bytes:
    """Return files as a tar.gz: texts and bytes as they are, everything else as JSON without what is None."""
    data = io.BytesIO()
    with gzip.GzipFile(fileobj=data, mode="wb", mtime=0) as zipped, tarfile.open(fileobj=zipped, mode="w") as tar:
        for name, content in files.items():
            if not isinstance(content, (str, bytes)):
                content = json.dumps(drop_none(content), indent=1)
            raw = content.encode() if isinstance(content, str) else content
            member = tarfile.TarInfo(name)
            member.size = len(raw)
            tar.addfile(member, io.BytesIO(raw))
    return data.getvalue()


def write_archive(path: Path, tasks: Iterable[Mapping[str, Any]], **more: Any) -> None:
    """Write the archive of a run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pack(documents(tasks, **more)))

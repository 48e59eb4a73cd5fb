"""Fusion's logs of dumps and restores, listed and fetched by a few calls of aws, however many tasks were interrupted.

Below <task's work directory>/.fusion/dump/ lies a folder for each dump, with the log of an incremental dump
(pre_*.log), a full one (dump_*.log) or a restore (restore_*.log). Beside them lie images of memory, which are large.
"""

from __future__ import annotations

import glob
import os
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from ..benchmark import Benchmark
from ..findings import mask, printable
from ..folder.layout import bucket_of
from ..output import Progress
from ..process import run_all

SECONDS = 120.0  # for one call of aws, which lists 1,000 objects in about 0.1 seconds
MOST_BUCKETS = 2  # that are asked, those with the most tasks
MOST_LOGS = 200  # fetched, full dumps and restores
MOST_BYTES = 100_000_000  # of all logs that are fetched

_DUMPS = "/.fusion/dump/"
_LISTED = re.compile(r"(\d+)\t(.+/\.fusion/dump/.*/(pre|dump|restore)_[^/\n]*\.log)$", re.MULTILINE)
_QUERY = f"Contents[?contains(Key, '{_DUMPS}') && ends_with(Key, '.log')].[Size, Key]"


class LogsError(Exception):
    """aws could not be asked, or refuses."""


class _OverdueError(LogsError):
    """aws took too long."""


class Log(NamedTuple):
    """A log: pre, dump or restore, and what it says; empty where it was not fetched, as pre is never."""

    kind: str
    text: str = ""


class _Listed(NamedTuple):
    workdir: str
    kind: str
    bytes: int
    key: str


def read_dump_logs(benchmark: Benchmark, workdirs: Sequence[str]) -> dict[str, list[Log]]:
    """Return the logs of each task by its work directory, given without a slash at its end; not all may be looked at.

    Those that matter most come first.

    Raises LogsError where aws refuses or does not answer, FileNotFoundError where there is no aws.
    """
    by_bucket = Counter(map(bucket_of, workdirs))
    asked = [bucket for bucket, _ in by_bucket.most_common(MOST_BUCKETS)]
    looked_at = [workdir for workdir in workdirs if bucket_of(workdir) in asked]
    try:
        listed = _list_logs(benchmark, looked_at)
    except _OverdueError:  # others may share the work directory, and millions of objects lie there
        parents = Counter(map(_parent_of, looked_at))
        fullest = parents.most_common(1)[0][0]
        if len(parents) < 2:
            raise
        looked_at = [workdir for workdir in looked_at if _parent_of(workdir) == fullest]
        listed = _list_logs(benchmark, looked_at)
    texts = _fetch(benchmark, _choose(listed, looked_at))
    found: dict[str, list[Log]] = {workdir: [] for workdir in looked_at}
    for each in listed:
        found[each.workdir].append(Log(each.kind, texts.get(each, "")))
    return found


def _list_logs(benchmark: Benchmark, workdirs: Sequence[str]) -> list[_Listed]:
    """Return the logs below work directories; each bucket is asked once, below what they share."""
    owners: dict[str, dict[str, str]] = {}
    for workdir in workdirs:
        bucket = bucket_of(workdir)
        key = workdir.removeprefix(f"s3://{bucket}/")
        owners.setdefault(bucket, {})[key] = workdir
    commands = {
        bucket: [
            "s3api", "list-objects-v2", "--bucket", bucket, "--prefix", _shared([f"{key}{_DUMPS}" for key in own]),
            "--query", _QUERY, "--output", "text",
        ]
        for bucket, own in owners.items()
    }  # fmt: skip
    listed = []
    for bucket, listing in _ask(benchmark, commands, "snapshots of interrupted tasks").items():
        for size, key, kind in _LISTED.findall(listing):
            owner = owners[bucket].get(key.partition(_DUMPS)[0])
            if owner and ".." not in key.split("/"):
                listed.append(_Listed(owner, kind, int(size), key))
    return listed


def _choose(listed: Sequence[_Listed], workdirs: Sequence[str]) -> list[_Listed]:
    """Return the logs that are fetched: of full dumps and restores, in the order of tasks, as many as may be."""
    order = {workdir: place for place, workdir in enumerate(workdirs)}
    chosen: list[_Listed] = []
    left = MOST_BYTES
    for each in sorted(listed, key=lambda each: order[each.workdir]):
        if each.kind != "pre" and each.bytes <= left and len(chosen) < MOST_LOGS:
            chosen.append(each)
            left -= each.bytes
    return chosen


def _fetch(benchmark: Benchmark, logs: Sequence[_Listed]) -> dict[_Listed, str]:
    """Return what logs say, fetched by one call for each bucket; one that is gone meanwhile is left out."""
    by_bucket: dict[str, list[_Listed]] = {}
    for log in logs:
        by_bucket.setdefault(bucket_of(log.workdir), []).append(log)
    with tempfile.TemporaryDirectory() as folder:
        commands: dict[str, list[str]] = {}
        files: dict[_Listed, Path] = {}
        for bucket, own in by_bucket.items():
            shared, into = _shared([log.key for log in own]), Path(folder) / bucket
            names = {log: log.key.removeprefix(shared) for log in own}
            includes = [word for name in names.values() for word in ("--include", glob.escape(name))]
            commands[bucket] = [
                "s3", "cp", f"s3://{bucket}/{shared}", str(into), "--recursive", "--only-show-errors",
                "--exclude", "*", *includes,
            ]  # fmt: skip
            files |= {log: into / name for log, name in names.items()}
        _ask(benchmark, commands, "their logs")
        return {log: path.read_text(errors="replace") for log, path in files.items() if path.is_file()}


def _shared(keys: Sequence[str]) -> str:
    """Return the folder that keys of objects or folders share."""
    prefix = os.path.commonprefix(keys)  # noqa: RUF071 - S3's keys are texts, in which // is not /
    return prefix[: prefix.rfind("/") + 1]


def _parent_of(workdir: str) -> str:
    """Return where the tasks of a run have their work directories, such as work of work/ab/cdef012."""
    return workdir.rsplit("/", 2)[0]


def _ask(benchmark: Benchmark, commands: Mapping[str, Sequence[str]], what: str) -> dict[str, str]:
    """Return what aws prints for each command; raises LogsError at the first that fails."""
    said: dict[str, str] = {}
    whole = {key: ["aws", *words, "--region", benchmark.aws.region] for key, words in commands.items()}
    with Progress() as progress, closing(run_all(whole, benchmark.aws.env, benchmark.root, SECONDS)) as ended:
        for key, ran in ended:
            if ran is None:
                raise _OverdueError(f"aws s3: no answer within {SECONDS:g} seconds")
            if ran.returncode:
                raise LogsError(_last_words(ran))
            said[key] = ran.stdout
            progress.show(f"{what}: {len(said)} of {len(whole)}")
    return said


def _last_words(ran: subprocess.CompletedProcess[str]) -> str:
    lines = ran.stderr.strip().splitlines() or [f"exit code {ran.returncode}"]
    return f"aws s3: {printable(mask(lines[-1].strip().rstrip('.')))}"

"""Nextflow's own trace of a run: a table whose columns are free, in either of the two forms it writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import NamedTuple

from ..errors import UserError
from ..findings import shorten
from ..runs.tasks import Task

_UNITS = {"ms": 1e-3, "s": 1, "m": 60, "h": 3600, "d": 86400}
_PARTS = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|[smhd])\s*)+")
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhd])")
_BYTES = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGTP]?)B")
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5}
# What a cell must be that does not hold it.
_TIME, _NUMBER = "a time, such as 2026-03-02 10:00:00.000 or 1772445600000", "a number, such as 4"
_DURATION, _SIZE = "a duration, such as 3h 5m or 11100000", "a size, such as 12 GB or 12884901888"
_ALIKE = ("cpus", "memory", "peak_rss", "attempt", "exit")  # what is assumed where a trace lacks it
_UNDER_WAY = ("NEW", "SUBMITTED", "RUNNING")


class Trace(NamedTuple):
    """The attempts of a trace, the day they began, the columns it lacks, and whether some are under way."""

    tasks: list[Task]
    day: str
    lacking: tuple[str, ...]
    under_way: bool


def is_trace(text: str) -> bool:
    """Tell whether a text begins as a trace does."""
    columns = _split(text.partition("\n")[0])
    return len(columns) > 1 and {"status", "submit", "duration", "realtime", "task_id", "hash"} & set(columns) != set()


def read_trace(text: str, name: str) -> Trace:
    """Return what a trace tells; raises UserError where it lacks what cannot be done without.

    Times are those of the machine that ran Nextflow: only their differences are used.
    """
    lines = text.splitlines()
    columns = _split(lines[0])
    missing = [
        shown
        for shown, ways in {
            "status": [{"status"}],
            "process or name": [{"process"}, {"name"}],
            "submit": [{"submit"}, {"start"}],
            "complete, or submit and duration": [{"complete"}, {"submit", "duration"}, {"start", "realtime"}],
            "start, or realtime": [{"start"}, {"realtime"}],
        }.items()
        if not any(way <= set(columns) for way in ways)
    ]
    if missing:
        raise UserError(f"{name}: this trace lacks the columns {'; '.join(missing)}, see trace.fields of Nextflow", 1)
    tasks = []
    for number, line in enumerate(lines[1:], 2):
        if line.strip():
            cells = dict(zip(columns, (cell.strip() for cell in line.split("\t")), strict=False))
            try:
                tasks.append(_task({column: cell for column, cell in cells.items() if cell not in ("", "-")}))
            except ValueError as error:
                raise UserError(f"{name}:{number}: {error}", 1) from None
    began = min((task.started for task in tasks if task.started is not None), default=None)
    day = "" if began is None else datetime.fromtimestamp(began, timezone.utc).date().isoformat()
    lacking = tuple(column for column in _ALIKE if column not in columns)
    return Trace(tasks, day, lacking, any(task.status in _UNDER_WAY for task in tasks))


def _split(line: str) -> list[str]:
    return [cell.strip() for cell in line.lstrip("\ufeff").split("\t")]


def _task(cells: Mapping[str, str]) -> Task:
    submitted, started, ended = (_read(cells.get(key), _moment, _TIME) for key in ("submit", "start", "complete"))
    lasted, ran = (_read(cells.get(key), _seconds, _DURATION) for key in ("duration", "realtime"))
    if ended is None and submitted is not None and lasted is not None:
        ended = submitted + lasted
    if ended is None and started is not None and ran is not None:
        ended = started + ran
    if started is None and ended is not None and ran is not None:
        started = ended - ran
    seconds = ended - started if ended is not None and started is not None and ended >= started else None
    memory, peak = (_read(cells.get(key), _gib, _SIZE) for key in ("memory", "peak_rss"))
    return Task(
        name=cells.get("name", ""),
        process=cells.get("process") or cells.get("name", "").partition(" (")[0],
        attempt=_whole(cells.get("attempt")),
        status=cells.get("status", ""),
        exit=_whole(cells.get("exit")),
        machine_type="",
        price_model="",
        seconds=seconds,
        usd=None,
        interruptions=None,
        cpus=_read(cells.get("cpus"), float, _NUMBER),
        workdir="",
        submitted=submitted,
        started=started,
        memory=memory,
        peak=peak,
        zone="",
        native_id=cells.get("native_id", ""),
        error_action=cells.get("error_action", ""),
    )


def _read(text: str | None, read: Callable[[str], float], wanted: str) -> float | None:
    """Return what a cell comes to, None where there is none; raises ValueError with what is wanted."""
    if text is None:
        return None
    try:
        return read(text)
    except ValueError:
        raise ValueError(f"{shorten(text)} is not {wanted}") from None


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None


def _moment(text: str) -> float:
    """Return seconds since 1970 of a date, or of milliseconds."""
    if text.isdecimal():
        return int(text) / 1000
    found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).timestamp()


def _seconds(text: str) -> float:
    """Return the seconds of a duration, such as 3h 5m, or of milliseconds."""
    if text.isdecimal():
        return int(text) / 1000
    if not _PARTS.fullmatch(text):
        raise ValueError
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))


def _gib(text: str) -> float:
    """Return GiB of a size, such as 12 GB, or of bytes."""
    found = _BYTES.fullmatch(f"{text}B" if text.isdecimal() else text)
    if not found:
        raise ValueError
    return float(found[1]) * 1024.0 ** (_POWERS[found[2]] - 3)

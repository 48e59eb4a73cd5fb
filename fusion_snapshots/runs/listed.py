"""report/runs.csv: every run that was launched. Steps append to it and fill in ids; people may edit it, too."""

from __future__ import annotations

import contextlib
import csv
import fcntl
import io
import os
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

from ..errors import UserError
from ..folder.layout import RUNS

COLUMNS = ("id", "name", "compute environment", "when")


class Row(NamedTuple):
    """A launched run; id is empty while it is not known, when is in UTC."""

    id: str
    name: str
    compute_env: str
    when: str


def now() -> str:
    """Return the time as report/runs.csv holds it, in UTC."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_runs(root: Path) -> list[Row]:
    """Return the rows of report/runs.csv; raises UserError where it is not what the launches wrote."""
    return [Row(*(line[column] for column in COLUMNS)) for line in _read(root)[1]]


def add_run(root: Path, row: Row | None = None) -> None:
    """Append a row to report/runs.csv, which is made if need be, even for no row; raises OSError."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    with lock(root), (root / RUNS).open("a+b") as file:
        size = file.seek(0, os.SEEK_END)
        if not size:
            writer.writerow(COLUMNS)
        else:
            file.seek(size - 1)
            text.write("" if file.read() == b"\n" else "\n")  # a row that was typed may lack its end
        if row:
            writer.writerow(row)
        file.write(text.getvalue().encode())
        file.flush()
        os.fsync(file.fileno())


def fill_in_ids(root: Path, ids: Mapping[str, str]) -> None:
    """Give the rows that have no id the ones known by their names; raises UserError and OSError.

    The file is read again under the lock, so that rows added meanwhile, and people's own columns, stay.
    """
    with lock(root):
        names, lines = _read(root)
        for line in lines:
            line["id"] = line["id"] or ids.get(line["name"], "")
        text = io.StringIO()
        writer = csv.DictWriter(text, names, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(lines)
        write_whole(root / RUNS, text.getvalue())


def _read(root: Path) -> tuple[list[str], list[dict[str, str]]]:
    path = root / RUNS
    if not path.exists():
        return list(COLUMNS), []
    try:
        reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
        lines = [line for line in reader if any(line.values())]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{RUNS}: cannot be read: {error}") from None
    names = list(reader.fieldnames or COLUMNS)
    if tuple(names[: len(COLUMNS)]) != COLUMNS:
        raise UserError(f"{RUNS}:1: the first line must begin with {','.join(COLUMNS)}")
    for number, line in enumerate(lines, 2):
        if any(line.get(column) is None for column in COLUMNS):
            raise UserError(f"{RUNS}:{number}: a row needs {','.join(COLUMNS)}, under a first line that says so")
    return [name for name in names if name], lines


@contextlib.contextmanager
def lock(root: Path) -> Iterator[None]:
    """Let no other step of this folder write its lists meanwhile; raises OSError."""
    # The directory is locked, not the file, as that may be replaced by another.
    descriptor = os.open((root / RUNS).parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all; raises OSError."""
    partial = path.with_name(f".{path.name}.part")
    try:
        partial.write_text(text, encoding="utf-8")
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    partial.replace(path)

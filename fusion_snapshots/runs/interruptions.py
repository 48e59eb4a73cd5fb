"""report/interruptions.csv: every instance that was sent a notice, written before anything is waited for."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from ..aws.fis import ENDED, HARMLESS
from ..errors import UserError
from ..folder.layout import INTERRUPTIONS
from .listed import lock, write_whole

STARTING = "starting"  # the state before FIS has named the experiment; afterwards it is FIS's own word


class Interruption(NamedTuple):
    """A row: when in UTC, the arm, the EC2 instance and its type, how many tasks it ran, FIS's experiment and state."""

    when: str
    arm: str
    instance: str
    type: str
    tasks: str
    experiment: str
    state: str

    @property
    def counts(self) -> bool:
        """Whether the instance got its notice, as far as is known."""
        return self.state not in HARMLESS

    @property
    def is_open(self) -> bool:
        """Whether the experiment's end is not recorded."""
        return bool(self.experiment) and self.state not in ENDED


def read_interruptions(root: Path) -> list[Interruption]:
    """Return the rows of report/interruptions.csv, none where there is no file; raises UserError."""
    path = root / INTERRUPTIONS
    if not path.exists():
        return []
    columns = Interruption._fields
    try:
        reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
        lines = [line for line in reader if any(line.values())]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{INTERRUPTIONS}: cannot be read: {error}") from None
    if missing := [column for column in columns if column not in (reader.fieldnames or columns)]:
        raise UserError(f"{INTERRUPTIONS}:1: the first line lacks {', '.join(missing)}")
    return [Interruption(*(line[column] or "" for column in columns)) for line in lines]


def add_interruptions(root: Path, rows: Iterable[Interruption]) -> None:
    """Append rows; raises UserError, before anything was sent."""
    added = list(rows)
    _rewrite(root, lambda known: [*known, *added])


def settle(root: Path, when: str, arm: str, experiment: str, state: str) -> None:
    """Give the rows of a round and arm their experiment and state; raises UserError."""

    def settled(row: Interruption) -> Interruption:
        return row._replace(experiment=experiment, state=state) if (row.when, row.arm) == (when, arm) else row

    _rewrite(root, lambda known: [settled(row) for row in known])


def _rewrite(root: Path, change: Callable[[list[Interruption]], list[Interruption]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    try:
        with lock(root):
            writer.writerow(Interruption._fields)
            writer.writerows(change(read_interruptions(root)))
            write_whole(root / INTERRUPTIONS, text.getvalue())
    except OSError as error:
        raise UserError(f"{INTERRUPTIONS}: cannot be written: {error.strerror}", 1) from None

"""report/interruptions.csv: every instance that was sent a notice, written before anything is waited for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ..aws.fis import ENDED, HARMLESS
from ..folder.layout import INTERRUPTIONS
from .store import CsvList

STARTING = "starting"  # the state before FIS has named the experiment; afterwards it is FIS's own word


class Interruption(NamedTuple):
    """A row: when in UTC, the arm, the EC2 instance and its type, how many tasks it ran, FIS's experiment and state.

    A field with a default is a column that older files lack.
    """

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


_LIST = CsvList(INTERRUPTIONS, Interruption)


def read_interruptions(root: Path) -> list[Interruption]:
    """Return the rows of report/interruptions.csv, none where there is no file; raises UserError."""
    return _LIST.read(root)


def add_interruptions(root: Path, rows: Iterable[Interruption]) -> None:
    """Append rows; raises UserError, before anything was sent."""
    _LIST.add(root, *rows)


def settle(root: Path, when: str, arm: str, experiment: str, state: str) -> None:
    """Give the rows of a round and arm their experiment and state; raises UserError."""

    def settled(row: Interruption) -> Interruption:
        return row._replace(experiment=experiment, state=state) if (row.when, row.arm) == (when, arm) else row

    _LIST.change(root, settled)

"""report/interruptions.csv: every instance that was sent a notice, written before anything is waited for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ..aws.fis import ENDED, HARMLESS
from ..folder.layout import INTERRUPTIONS
from .store import CsvList

# The state before FIS has named the experiment, in whose place its template stands; afterwards it is FIS's own word.
STARTING = "starting"
NEVER_STARTED = "never started"  # FIS has no experiment of the template


class Interruption(NamedTuple):
    """A row: when in UTC, the arm, the EC2 instance and its type, how many tasks it ran, FIS's experiment and state.

    age is the instance's, in minutes since its launch; hashes are those of its tasks, parted by spaces. Of a storm:
    its rate in interruptions an instance-hour, its seed, and the number of the host. A field with a default is a
    column that older files lack. While the state is STARTING, it is not known whether the notice was sent.
    """

    when: str
    arm: str
    instance: str
    type: str
    tasks: str
    experiment: str
    state: str
    rate: str = ""
    seed: str = ""
    host: str = ""
    age: str = ""
    hashes: str = ""

    @property
    def is_unknown(self) -> bool:
        """Whether it is not known if the instance got its notice."""
        return self.state == STARTING

    @property
    def counts(self) -> bool:
        """Whether it is known that the instance got its notice."""
        return self.state not in (*HARMLESS, STARTING, NEVER_STARTED)

    @property
    def may_count(self) -> bool:
        """Whether the instance got its notice, or may have."""
        return self.counts or self.is_unknown

    @property
    def is_open(self) -> bool:
        """Whether the end of an experiment that is known is not recorded."""
        return self.counts and bool(self.experiment) and self.state not in ENDED


_LIST = CsvList(INTERRUPTIONS, Interruption, host="host number", age="age in minutes", hashes="task hashes")


# Of a folder's root: its rows, none where there is no file, and rows more. Both raise UserError.
read_interruptions, add_interruptions = _LIST.read, _LIST.add


def record_outcome(root: Path, when: str, instances: Iterable[str], experiment: str, state: str) -> None:
    """Give the rows of instances that got their notice at a time their experiment and state; raises UserError."""
    chosen = set(instances)

    def settled(row: Interruption) -> Interruption:
        ours = row.when == when and row.instance in chosen
        return row._replace(experiment=experiment, state=state) if ours else row

    _LIST.change(root, settled)

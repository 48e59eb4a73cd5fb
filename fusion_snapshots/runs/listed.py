"""report/runs.csv: every run that was launched. Steps add it before it is sent, and its id when it is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

from ..folder.layout import RUNS
from .store import CsvList

WHEN = "%Y-%m-%dT%H:%M:%SZ"  # in UTC
# TIME of env.sh, in which names of runs end: when, a random part (not in older folders), and, from the second round of
# a step on, the round's number.
_ROUND = re.compile(r"\d{8}-\d{6}(?:-[a-z\d]{6})?(?:-[1-9]\d{0,2})?$")


class Row(NamedTuple):
    """A launched run; id is empty while it is not known, when is in UTC."""

    id: str
    name: str
    compute_env: str
    when: str


_LIST = CsvList(RUNS, Row, compute_env="compute environment")


def now() -> str:
    """Return the time as report/runs.csv holds it, in UTC."""
    return datetime.now(timezone.utc).strftime(WHEN)


def round_of(name: str) -> str:
    """Return what the names of runs that were launched together share, empty where a name does not tell."""
    found = _ROUND.search(name)
    return found[0] if found else ""


# Of a folder's root: its rows, and rows more, for which it is created if need be. Both raise UserError.
read_runs, add_run = _LIST.read, _LIST.add


def fill_in_ids(root: Path, ids: Mapping[str, str]) -> None:
    """Give the rows that have no id the ones known by their names; raises UserError."""
    _LIST.change(root, lambda row: row if row.id else row._replace(id=ids.get(row.name, "")))


def remove_run(root: Path, name: str) -> None:
    """Take out the row of a run that did not start, so that it has no id; raises UserError."""
    _LIST.change(root, lambda row: row if row.id or row.name != name else None)

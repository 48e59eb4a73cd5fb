"""report/storm.csv: the Spot hosts that storms have seen, each with the number that decides how long it lives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from ..folder.layout import STORM_HOSTS
from .store import CsvList

PASSED_OVER = "passed over: idle when due"


class StormHost(NamedTuple):
    """A row: the arm, the storm's seed, the host's number from 1, its EC2 instance and launch in UTC, and a note."""

    arm: str
    seed: str
    number: str
    instance: str
    launched: str
    note: str = ""


_LIST = CsvList(STORM_HOSTS, StormHost)


def read_storm_hosts(root: Path, arm: str, seed: int) -> list[StormHost]:
    """Return the hosts of an arm that a storm has numbered; raises UserError."""
    return [row for row in _LIST.read(root) if (row.arm, row.seed) == (arm, str(seed))]


def number_hosts(known: Iterable[StormHost], arm: str, seed: int, launches: Mapping[str, datetime]) -> list[StormHost]:
    """Return rows for the instances that have no number yet, by launch and then by id; launches has all that are up."""
    rows = list(known)
    seen, last = {row.instance for row in rows}, max((int(row.number) for row in rows), default=0)
    new = sorted((launched, instance) for instance, launched in launches.items() if instance not in seen)
    return [
        StormHost(arm, str(seed), str(number), instance, launched.strftime("%Y-%m-%dT%H:%M:%SZ"))
        for number, (launched, instance) in enumerate(new, last + 1)
    ]


def add_storm_hosts(root: Path, rows: Iterable[StormHost]) -> None:
    """Append rows; raises UserError."""
    if added := list(rows):
        _LIST.add(root, *added)


def pass_over(root: Path, arm: str, seed: int, instances: Iterable[str]) -> None:
    """Note that hosts were idle when their time came, and get no notice any more; raises UserError."""
    passed = set(instances)

    def noted(row: StormHost) -> StormHost:
        ours = (row.arm, row.seed) == (arm, str(seed)) and row.instance in passed
        return row._replace(note=PASSED_OVER) if ours else row

    if passed:
        _LIST.change(root, noted)

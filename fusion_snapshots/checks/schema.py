"""Keys and values that the schemas refuse."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Finding
from ..folder.model import Folder
from ..folder.rules import BLOCKS


def check(folder: Folder) -> Iterator[Finding]:
    """Yield what schemas/ have against the items, their variables filled in."""
    for block in BLOCKS:
        for item in folder.items(block):
            for fault in item.rule_faults:
                yield item.finding("error", "schema", fault.key, fault.message, fault.got)

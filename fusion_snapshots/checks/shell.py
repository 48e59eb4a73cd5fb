"""Values that /bin/sh would split, glob or run, or that name variables which env.sh does not export."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Finding
from ..folder.model import OTHER_BLOCKS, Folder
from ..folder.rules import BLOCKS


def check(folder: Folder) -> Iterator[Finding]:
    """Yield what keeps a value from reaching tw as it is written."""
    for block in (*BLOCKS, *OTHER_BLOCKS):
        for item in folder.items(block):
            for fault in item.expansion_faults:
                if fault.message:
                    yield item.finding("error", "expansion", fault.key, fault.message, fault.got)

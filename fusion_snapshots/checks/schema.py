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
    for item in folder.items("launch"):  # seqerakit could do without, but the steps look for the run there
        if "workspace" not in item.values and item.is_sound("workspace"):
            message = "is missing; the runs of this folder are in $ORGANIZATION_NAME/$WORKSPACE_NAME"
            yield item.finding("error", "schema", ("workspace",), message)

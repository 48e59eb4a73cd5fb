"""Facts of Nextflow: the exit status of a lost host, versions that record Spot at on-demand prices, who chooses one.

The list of versions is in schemas/types.schema.json, which refuses them as an answer; there is no second one.
"""

from __future__ import annotations

import functools
import json
import re

from .folder.layout import SCHEMAS

# The exit status of a task whose host is gone without one: Java's Integer.MAX_VALUE.
HOST_GONE = 2147483647
# nextflow-io/nextflow#6722: AWS Batch's executor took every Spot task for one on demand.
FIRST_THAT_PRICES_SPOT = "25.10.3"
# What a pre-run script sets; of several lines, the last one counts.
_CHOICE = re.compile(r"^[ \t]*(?:export[ \t]+)?NXF_VER=([^\s;#&]*)", re.M)


@functools.cache
def _table() -> frozenset[str]:
    schema = json.loads((SCHEMAS / "types.schema.json").read_text(encoding="utf-8"))
    return frozenset(schema["definitions"]["nextflow_version"]["not"]["enum"])


def misprices_spot(version: str) -> bool:
    """Tell whether a version of Nextflow records tasks on Spot at the on-demand price; raises OSError."""
    return version in _table()


def chosen_by(script: str) -> re.Match[str] | None:
    """Return where a script's text chooses a version of Nextflow, group 1 being the version as written, or None."""
    return next(reversed(list(_CHOICE.finditer(script))), None)

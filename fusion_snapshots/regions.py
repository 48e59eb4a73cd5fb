"""AWS's regions, as its partitions name them: schemas/aws-regions.json."""

from __future__ import annotations

import difflib
import json
from pathlib import Path


def read_regions(schemas: Path) -> dict[str, str]:
    """Return each region with the name of its place: eu-west-1, Europe (Ireland)."""
    regions: dict[str, str] = json.loads((schemas / "aws-regions.json").read_text(encoding="utf-8"))["regions"]
    return regions


def nearest_region(text: str, regions: dict[str, str]) -> str:
    """Return the region that a misspelt name, or a place such as Ireland, most likely stands for; empty if none is."""
    wanted = text.strip().casefold()
    for region, place in regions.items():
        if len(wanted) > 2 and wanted in place.casefold():
            return region
    near = difflib.get_close_matches(wanted.replace("_", "-"), regions, n=1)
    return near[0] if near else ""

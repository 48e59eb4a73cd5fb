"""A samplesheet of the report that nf-aggregate would refuse."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from ..findings import Finding
from ..folder.layout import SAMPLESHEET
from ..folder.model import Folder
from ..folder.yaml_file import MAX_BYTES
from .paths import is_file

# What nf-aggregate 0.7.0 takes, by its assets/schema_input.json.
COLUMNS = ("id", "workspace", "group")
RUN_ID, RUN_ID_FORM = re.compile("[A-Za-z0-9]{9,14}"), "9 to 14 letters or digits"


def check(folder: Folder) -> Iterator[Finding]:
    """Yield the rows of report/samplesheet.csv, where an item names it, that are not as nf-aggregate wants them."""
    path = folder.root / SAMPLESHEET
    named = any(item.text("file-path") == SAMPLESHEET for item in folder.items("datasets"))
    if not named or not is_file(path) or path.stat().st_size > MAX_BYTES:
        return
    try:
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig", errors="replace").splitlines()))
    except csv.Error as error:  # of a cell without end, or, before Python 3.11, of a NUL
        yield Finding(SAMPLESHEET, 1, 1, "error", "samplesheet", "", f"not CSV: {error}")
        return
    if not rows or tuple(rows[0][:3]) != COLUMNS:
        message = f"the first line must be {','.join(COLUMNS)}"
        yield Finding(SAMPLESHEET, 1, 1, "error", "samplesheet", "", message, ",".join(rows[0]) if rows else "")
        return
    for number, row in enumerate(rows[1:], 2):
        if row:
            yield from _check_row(folder, number, dict(zip(COLUMNS, [*row, "", ""], strict=False)))


def _check_row(folder: Folder, number: int, cells: dict[str, str]) -> Iterator[Finding]:
    workspace = folder.rules.types["workspace"]
    arms = [arm.name for arm in folder.arms]
    for column, good, allowed in (
        ("id", RUN_ID.fullmatch(cells["id"]), f"a run id: {RUN_ID_FORM}"),
        ("workspace", re.search(workspace["pattern"], cells["workspace"]), workspace["errorMessage"]),
        ("group", cells["group"] in arms, " or ".join(arms)),
    ):
        if not good:
            yield Finding(SAMPLESHEET, number, 1, "error", "samplesheet", column, f"must be {allowed}", cells[column])

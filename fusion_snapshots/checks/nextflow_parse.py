"""Nextflow configurations that Nextflow itself does not take, where it is installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from ..errors import UserError
from ..findings import Finding
from ..folder import Folder, text_of
from ..nextflow_parser import refusals


def check(folder: Folder) -> Iterator[Finding]:
    """Yield what Nextflow says of the configurations whose text looks right, or a note that it cannot run."""
    names = [name for name, config in folder.configs.items() if not config.fault]
    if not names or not folder.asks_nextflow or not shutil.which("nextflow"):
        return
    try:
        found = refusals(tuple(text_of(folder.root / name) or "" for name in names))
    except UserError as error:
        yield Finding(names[0], 1, 1, "note", "", f"{error}: no more than the text was looked at")
        return
    for name, refusal in zip(names, found, strict=True):
        if refusal:
            yield Finding(name, refusal.line, refusal.column, "error", "", f"Nextflow refuses it: {refusal.message}")

"""Nextflow configurations that Nextflow itself does not take, where it is installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from ..errors import UserError
from ..findings import Finding
from ..folder.model import Folder
from ..folder.nextflow_parser import refusals


def check(folder: Folder) -> Iterator[Finding]:
    """Yield what Nextflow says of edited configurations whose text looks right, or a note that it cannot run."""
    texts = folder.unproven_configs
    if not texts or not shutil.which("nextflow"):
        return
    try:
        found = refusals(tuple(texts.values()))
    except UserError as error:
        yield Finding(min(texts), 1, 1, "note", "nextflow-not-run", "", f"{error}: no more than the text was looked at")
        return
    for name, refusal in zip(texts, found, strict=True):
        if refusal:
            yield Finding(
                name,
                refusal.line,
                refusal.column,
                "error",
                "nextflow-syntax",
                "",
                f"Nextflow refuses it: {refusal.message}",
            )

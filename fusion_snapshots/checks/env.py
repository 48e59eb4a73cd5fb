"""Variables of env.sh that are missing or wrong, and what env.sh must not do."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Finding
from ..folder.layout import PLACEHOLDER
from ..folder.model import Folder


def check(folder: Folder) -> Iterator[Finding]:
    """Yield what is wrong with env.sh itself, and what is not answered yet."""
    env = folder.env
    yield from env.faults
    for name, value in env.values.items():
        if PLACEHOLDER in value:
            yield env.finding("note", "placeholder", name, "still holds a placeholder", value)

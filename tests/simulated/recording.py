"""Recorded runs: archives as `tw runs dump` writes them."""

from __future__ import annotations

import json
import tarfile
from functools import cache

from .store import Json


@cache
def recording(path: str) -> Json:
    """Return the members of an archive: JSON read, logs as text; raises OSError and tarfile.TarError."""
    members = {}
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member)
            text = file.read().decode() if file else ""
            members[member.name] = json.loads(text) if member.name.endswith(".json") else text
    return members

"""Folders whose compute environments and pipelines would bear the same names in the same workspace."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from .questions import TYPES

_VARIABLES = ("TOWER_API_ENDPOINT", "ORGANIZATION_NAME", "WORKSPACE_NAME", "COMPUTE_ENV_PREFIX")
_PREFIX = 70  # characters, see compute_env_prefix in schemas/types.schema.json


class Names(NamedTuple):
    """By what a folder's names in the Platform begin, and where."""

    endpoint: str
    organization: str
    workspace: str
    prefix: str


def names_of(answers: Mapping[str, str]) -> Names:
    """Return the names that a folder of these answers has."""
    return Names(*(answers[name.lower()] for name in _VARIABLES))


def names_in(place: Path) -> dict[Names, str]:
    """Return the names of the rendered folders in a directory that can be read, with a folder of each."""
    found = {}
    for script in sorted(place.glob("*/env.sh")):
        try:
            text = script.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        values = dict(re.findall(r"^export (\w+)='([^'\n]*)'", text, re.M))
        if all(name in values for name in _VARIABLES):
            found[Names(*(values[name] for name in _VARIABLES))] = script.parent.name
    return found


def prefix_from(stem: str) -> str:
    """Return a prefix of compute environments' names that is made of a file's name without its ending."""
    tidied = re.sub("[^A-Za-z0-9_-]+", "-", stem).strip("-")[:_PREFIX]
    return tidied if re.search(TYPES["compute_env_prefix"]["pattern"], tidied) else "another"

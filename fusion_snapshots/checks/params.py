"""Params files that hold no parameters, or make seqerakit stop."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Finding
from ..folder import Folder
from ..rules import BLOCKS
from ..yaml_file import YamlFile
from .paths import is_file

_SUFFIXES = (".yml", ".yaml", ".json")  # JSON is YAML


def check(folder: Folder) -> Iterator[Finding]:
    """Yield what is wrong with the params files that items name."""
    names = {item.text("params-file") for block in BLOCKS for item in folder.items(block)} - {""}
    for name in sorted(names):
        path = folder.root / name
        if path.suffix.lower() in _SUFFIXES and is_file(path):
            file = YamlFile(path, name)
            yield from file.faults
            if file.is_read and not isinstance(file.data, dict):
                yield file.finding("error", (), "a params file holds name: value lines", file.data)

"""Files that are no YAML, or no blocks of seqerakit's with lists of items."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Finding
from ..folder.model import OTHER_BLOCKS, Folder, block_of
from ..folder.rules import BLOCKS
from ..folder.yaml_file import YamlFile


def check(folder: Folder) -> Iterator[Finding]:
    """Yield what is wrong with the files before their values are looked at."""
    for file in folder.files:
        yield from file.faults
        if isinstance(file.data, dict):
            for name in file.data:
                yield from _check_block(folder, file, name)
        elif file.is_read:
            yield file.finding("error", "block", (), "a seqerakit file starts with a block such as launch:", file.data)


def _check_block(folder: Folder, file: YamlFile, name: object) -> Iterator[Finding]:
    block = block_of(name)
    if str(name).startswith("x-"):
        return  # what anchors stand for
    if name != block:
        hint = f"did you mean {block}?" if block else f"the blocks here are {', '.join(BLOCKS)}"
        message = f"no block of seqerakit's, which would pass over it silently; {hint}"
        yield file.finding("error", "block", (name,), message)
    if not block or block in OTHER_BLOCKS:
        return
    items = file.data[name]
    if not isinstance(items, list) or not items:
        yield file.finding("error", "schema", (name,), folder.rules.list_message(block), items)
        return
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            yield file.finding("error", "schema", (name, index), "must be a set of key: value lines", item)

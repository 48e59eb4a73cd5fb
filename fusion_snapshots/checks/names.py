"""Names given twice, and references to what no file of the folder defines."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Finding, nearest
from ..folder.model import Folder, Item
from ..folder.rules import BLOCKS

_REFERENCES = (
    ("pipelines", ("compute-env",), "compute-envs"),
    ("launch", ("compute-env",), "compute-envs"),
    ("launch", ("pipeline",), "pipelines"),
    ("pipelines", ("params", "dataset"), "datasets"),
    ("launch", ("params", "dataset"), "datasets"),
)
_MOST = 100  # names among which a nearest is looked for


def check(folder: Folder) -> Iterator[Finding]:
    """Yield names that are not unique in their workspace, and references that lead nowhere."""
    for block in BLOCKS:
        yield from _check_unique(folder.items(block))
    for block, key, target in _REFERENCES:
        defined = folder.items(target)
        # Where a definition has no name, or another one's, it may be the one that is missed.
        known = {item.text("name"): item for item in defined if item.text("name")}
        if folder.is_read and len(known) == len(defined):
            for item in folder.items(block):
                yield from _check_reference(item, key, target, known)


def _check_unique(items: list[Item]) -> Iterator[Finding]:
    seen: dict[tuple[object, str], Item] = {}
    for item in items:
        name = item.text("name")
        first = seen.setdefault((item.values.get("workspace"), name), item)
        if name and first is not item:
            message = f"the same name as in {first.place('name')}; the workspace and seqerakit need different ones"
            yield item.finding("error", "duplicate-name", ("name",), message, name)


def _check_reference(item: Item, key: tuple[str, ...], target: str, known: dict[str, Item]) -> Iterator[Finding]:
    name = item.params().get("dataset") if key[0] == "params" else item.values.get(key[0])
    if isinstance(name, str) and item.is_sound(key[0]) and "://" not in name and name not in known:
        near = nearest(name, known if len(known) < _MOST else (), cutoff=0)
        hint = f"; the nearest is {near} ({known[near].file.name})" if near else ""
        message = f"no file here defines {target} of this name; it must exist in the workspace{hint}"
        yield item.finding("warning", "unknown-name", key, message, name)

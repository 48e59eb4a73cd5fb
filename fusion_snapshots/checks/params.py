"""Params files that hold no parameters, or make seqerakit stop."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..findings import Finding
from ..folder.expansion import expand_params
from ..folder.layout import REPORT_LAUNCH, REPORT_PARAMS, WORKFLOW_PARAMS
from ..folder.model import Folder, Item
from ..folder.yaml_file import YamlFile
from .paths import is_file

_SUFFIXES = (".yml", ".yaml", ".json")  # JSON is YAML


def check(folder: Folder) -> Iterator[Finding]:
    """Yield what is wrong with params.yml, and with the params files that items name."""
    users: dict[str, list[Item]] = {WORKFLOW_PARAMS: []}
    for block in ("pipelines", "launch"):
        for item in folder.items(block):
            if name := item.text("params-file"):
                users.setdefault(name, []).append(item)
            if item.file.name != REPORT_LAUNCH:  # where null is no cost report, which make report reads
                yield from _find_dropped(item, item.raw.get("params"), "params")
    for name, items in sorted(users.items()):
        path = folder.root / name
        if path.suffix.lower() in _SUFFIXES and is_file(path):
            yield from _check_file(folder, YamlFile(path, name, holds_params=True), items)


def _check_file(folder: Folder, file: YamlFile, items: list[Item]) -> Iterator[Finding]:
    if file.is_empty:
        yield file.finding("error", "params-file", (), "holds no parameters; write {}, or seqerakit stops at it")
        return
    yield from file.faults
    if file.is_read and not isinstance(file.data, dict):
        yield file.finding("error", "params-file", (), "a params file holds name: value lines", file.data)
    elif any(item.params() for item in items):
        # seqerakit merges it with the item's params, and expands both.
        for fault in expand_params(file.data, folder.env, ()).faults:
            if fault.message:
                yield file.finding("error", "expansion", fault.key, fault.message, fault.got)
    if isinstance(file.data, dict):
        yield from _find_dropped(file, file.data)
        rule = folder.rules.types["parameter_name"]
        for name in file.data:
            if isinstance(name, str) and not re.search(rule["pattern"], name):
                message = f"the name of a parameter must be {rule['errorMessage']}"
                yield file.finding("error", "params-file", (name,), message)
    value = file.data.get("input") if isinstance(file.data, dict) else None
    if is_bare(value) and file.name != REPORT_PARAMS:  # which make report writes
        yield file.finding("warning", "input", ("input",), BARE_INPUT, value)


def _find_dropped(place: YamlFile | Item, params: object, *way: str) -> Iterator[Finding]:
    """Yield the parameters that seqerakit drops, as it merges params files and params without what is null."""
    for name, value in params.items() if isinstance(params, dict) else ():
        if value is None:
            message = (
                "seqerakit drops it, so that the pipeline's own default stays; leave it out, or write '' for nothing"
            )
            yield place.finding("error", "dropped-param", (*way, name), message, "null")


BARE_INPUT = "is no address; the name of a dataset goes under params: of the launches, as dataset:"


def is_bare(value: object) -> bool:
    """Tell whether an input is a mere name, which no workflow can read, and which is most likely a dataset's."""
    return isinstance(value, str) and bool(re.fullmatch("[A-Za-z0-9_-]+", value))

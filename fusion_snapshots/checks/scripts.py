"""Pre-run and post-run scripts that bash, the Platform or Nextflow would not take, or that are never run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..findings import Finding
from ..folder.edited import edited_since
from ..folder.environment import WINDOWS_LINE_ENDS
from ..folder.model import Folder, Item, text_of
from ..folder.rules import BLOCKS
from ..folder.variables import refusal_of
from ..nextflow_facts import chosen_by, misprices_spot
from .paths import is_file

_KEYS = ("pre-run", "post-run")
_BYTES = 1024  # the Platform's limit


def check(folder: Folder) -> Iterator[Finding]:
    """Yield what is wrong with the scripts that items name, and those of environments that are never run."""
    named: dict[str, tuple[Item, str]] = {}
    for block in BLOCKS:
        for item in folder.items(block):
            for key in _KEYS:
                if (name := item.text(key)) and is_file(folder.root / name):
                    named.setdefault(name, (item, key))
    sound = {}
    for name, (item, key) in named.items():
        found = list(_check_text(folder, item, key, name))
        yield from found
        if not found:
            sound[name] = text_of(folder.root / name) or ""
    for name in edited_since(folder.root, sound):
        if stopped := re.search(r": line (\d+): (.*)", refusal_of(folder.root / name)):
            yield Finding(name, int(stopped[1]), 1, "error", "script", "", "bash cannot read it", stopped[2])
    yield from _check_replaced(folder)


def _check_text(folder: Folder, item: Item, key: str, name: str) -> Iterator[Finding]:
    data = (folder.root / name).read_bytes()
    if len(data) > _BYTES:
        message = f"has {len(data)} bytes; the Platform takes at most {_BYTES}"
        yield item.finding("error", "script-size", (key,), message, name)
        return
    if b"\r" in data:
        line = data[: data.index(b"\r")].count(b"\n") + 1
        yield Finding(name, line, 1, "error", "line-ends", "", WINDOWS_LINE_ENDS)
        return
    text = data.decode(errors="replace")
    chosen = chosen_by(text) if key == "pre-run" else None
    version = chosen[1].strip("\"'") if chosen else ""
    rule = folder.rules.types["nextflow_version"]
    if chosen and "$" not in version and (not re.search(rule["pattern"], version) or misprices_spot(version)):
        line = text[: chosen.start(1)].count("\n") + 1
        yield Finding(name, line, 1, "error", "nextflow-version", "NXF_VER", f"must be {rule['errorMessage']}", version)


def _check_replaced(folder: Folder) -> Iterator[Finding]:
    """Yield the pre-run scripts of environments on which a pipeline or launch with one of its own runs."""
    replaced: dict[str, tuple[Item, Item]] = {}
    for block in ("pipelines", "launch"):
        for item in folder.items(block):
            environment = folder.environment_of(item)
            if environment and environment.text("pre-run") not in ("", item.text("pre-run")) and item.text("pre-run"):
                replaced.setdefault(environment.text("name"), (environment, item))
    for environment, item in replaced.values():
        message = f"is not run: {item.text('pre-run')} of {item.file.name} takes its place; put its lines there"
        yield environment.finding("warning", "lost-script", ("pre-run",), message, environment.text("pre-run"))

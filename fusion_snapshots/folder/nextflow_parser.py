"""Nextflow's own word on configurations, for those who ask for it: Nextflow runs what a configuration holds."""

from __future__ import annotations

import functools
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ..errors import UserError
from ..findings import Finding, mask
from ..process import at_once, run_bounded

_SECONDS = 60.0  # Nextflow starts a JVM, on a busy machine slowly
_SOUND = "process.cpus = 1\n"
# What a configuration may ask for of its surroundings; no token is among it.
_GIVEN = ("PATH", "HOME", "USER", "JAVA_HOME", "JAVA_CMD", "NXF_HOME", "NXF_VER", "TMPDIR")
# Both parsers' forms: "… : Unexpected input: '{' @ line 1, column 9." and "Error x.config:1:9: Unexpected input: '{'".
_PLACES = (
    re.compile(r": \d+: (?P<message>[^\n]*?) @ line (?P<line>\d+), column (?P<column>\d+)"),
    re.compile(r"^Error \S+?:(?P<line>\d+):(?P<column>\d+): (?P<message>.*)$", re.M),
)


class Refusal(NamedTuple):
    """What Nextflow has against a configuration, and where."""

    message: str
    line: int
    column: int


def findings_of(texts: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what Nextflow says of configurations, which are given by name, or a note that it cannot run."""
    try:
        found = refusals(tuple(texts.values())) if texts else ()
    except UserError as error:
        message = f"{error}: no more than the text was looked at"
        yield Finding(min(texts), 1, 1, "note", "nextflow-not-run", "", message)
        return
    for name, refusal in zip(texts, found, strict=True):
        if refusal:
            message = f"Nextflow refuses it: {refusal.message}"
            yield Finding(name, refusal.line, refusal.column, "error", "nextflow-syntax", "", message)


@functools.lru_cache(maxsize=100)
def refusals(texts: tuple[str, ...]) -> tuple[Refusal | None, ...]:
    """Return what Nextflow says of each configuration, None where it takes it.

    One run reads them all; only where it fails are they read one by one. Raises UserError where Nextflow cannot run.
    """
    if not _refusal(texts):
        return (None,) * len(texts)
    if refusal := _refusal((_SOUND,)):
        raise UserError(f"nextflow config cannot run here: {refusal.message}")
    with at_once() as threads:
        return tuple(threads.map(lambda text: _refusal((text,)), texts))


def _refusal(texts: tuple[str, ...]) -> Refusal | None:
    env = {name: os.environ[name] for name in _GIVEN if name in os.environ}
    env |= {"NXF_OFFLINE": "true", "NXF_ANSI_LOG": "false"}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, text in enumerate(texts):
            (folder / f"{number}.config").write_text(text, encoding="utf-8")
        all_of_them = "".join(f"includeConfig '{number}.config'\n" for number in range(len(texts)))
        (folder / "all.config").write_text(all_of_them, encoding="utf-8")
        # A configuration alone is read as it is, so that lines are its own.
        main = "all.config" if len(texts) > 1 else "0.config"
        try:
            ran = run_bounded(["nextflow", "-C", main, "config", "-flat", "."], env, folder, _SECONDS)
        except (FileNotFoundError, subprocess.TimeoutExpired) as error:
            raise UserError(f"nextflow config cannot run here: {error}") from None
    return _read(ran.stdout + ran.stderr) if ran.returncode else None


def _read(output: str) -> Refusal:
    for place in _PLACES:
        if match := place.search(output):
            return Refusal(match["message"], int(match["line"]), int(match["column"]))
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return Refusal(mask(" ".join(lines[:2])) if lines else "it says nothing", 1, 1)

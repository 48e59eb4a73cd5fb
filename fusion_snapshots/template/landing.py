"""The rendered folder, and its share of this repository: the program and the schemas."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from .questions import ROOT
from .record import checksum_of

PROGRAM, SCHEMAS = "fusion_snapshots", "schemas"
_UNSEEN = re.compile(r"/(\.|__pycache__/)")
# No folder asks questions, simulates a Platform, follows a newer tw or holds anybody else's files.
_ONLY_HERE = (
    f"{PROGRAM}/template/",
    f"{PROGRAM}/simulated/",
    *(f"{SCHEMAS}/{name}" for name in ("answers.schema.json", "seqerakit.schema.json", "README.md")),
)


def folder_of(answers: Mapping[str, object]) -> Path | None:
    """Return the folder that is rendered with these answers; None while they are still being given."""
    return Path(str(answers["_output_dir"]), str(answers["project_slug"])) if "_output_dir" in answers else None


class Source(NamedTuple):
    """A file of this repository, as it was when it was first read."""

    data: bytes
    checksum: str


@functools.cache
def read_source(path: Path) -> Source:
    """Read a file that many folders get, once in a process; raises OSError."""
    data = path.read_bytes()
    return Source(data, checksum_of(data))


@functools.cache
def copied_files() -> dict[str, Path]:
    """Return what is copied into each rendered folder: paths from its root, with the files here."""
    files = files_in(PROGRAM, SCHEMAS)
    return {n: path for n, path in files.items() if not n.startswith(_ONLY_HERE) and not is_beside_program(n)}


def files_in(*parts: str) -> dict[str, Path]:
    """Return all files in folders of this repository, by their paths from its root."""
    files = [path for part in parts for path in sorted((ROOT / part).rglob("*")) if path.is_file()]
    return {path.relative_to(ROOT).as_posix(): path for path in files}


def is_beside_program(name: str) -> bool:
    """Tell whether Python or others keep what lies at a path beside the program and the schemas; a folder ends in /."""
    return name.startswith((f"{PROGRAM}/", f"{SCHEMAS}/")) and bool(_UNSEEN.search(name))

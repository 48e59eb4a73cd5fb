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
UNSEEN = re.compile(r"(^|/)(\.|__pycache__/)")  # what Python and others keep beside the program
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
    files = [path for part in (PROGRAM, SCHEMAS) for path in sorted((ROOT / part).rglob("*")) if path.is_file()]
    names = {path.relative_to(ROOT).as_posix(): path for path in files}
    return {n: path for n, path in names.items() if not n.startswith(_ONLY_HERE) and not UNSEEN.search(n)}

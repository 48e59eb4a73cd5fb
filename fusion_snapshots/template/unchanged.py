"""Whether a folder is what rendering it again would make, so that there is nothing to do.

That is so where answers, template and files are those of its last rendering, and nothing lies there that another one
would look at: an edited version that waits, say, what a stopped run has left, or a file for the folder's check.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..folder.edited import unmerged
from .landing import PROGRAM, SCHEMAS, files_in, is_beside_program, read_source
from .questions import DEFAULTS, ROOT
from .record import Written, checksum_of, read_record
from .saved_answers import template_version
from .staging import PREFIX, TEMPLATE

# As they are when this process begins: what is rendered later may only be newer.
_SOURCES = {
    name: read_source(path).checksum
    for name, path in files_in(PROGRAM, SCHEMAS, "templates", TEMPLATE.name).items()
    if not is_beside_program(name)
} | {"cookiecutter.json": read_source(ROOT / "cookiecutter.json").checksum}


def digest_of(answers: Mapping[str, object], files: Mapping[str, Written]) -> str:
    """Return a checksum of all that a rendering depends on, and of the files that it made."""
    parts = [
        template_version(),
        _SOURCES,
        {question: answers[question] for question in DEFAULTS},
        {name: each.checksum for name, each in files.items()},
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def is_unchanged(folder: Path, answers: Mapping[str, object]) -> bool:
    """Tell whether a folder holds what these answers, all of them, and this template made of it, and nothing else."""
    try:
        record = read_record(folder)
        same = record.digest == digest_of(answers, record.files)
        return same and not unmerged(folder) and _holds_only(folder, record.files)
    except OSError:  # a rendering will meet it, too, and say so
        return False


def _holds_only(folder: Path, files: Mapping[str, Written]) -> bool:
    """Tell whether a folder holds these files, as they were written, and no other one that its check would read."""
    left = {name: each.checksum for name, each in files.items()}
    for name, entry in _entries(str(folder)):
        checksum = left.pop(name, None)
        if checksum is None and _is_unseen(name):
            continue
        if not entry.is_file(follow_symlinks=False) or checksum != _checksum_at(entry.path):
            return False
    return not left


def _checksum_at(place: str) -> str:
    """Return the checksum of a file: without a Path and a buffer, as a folder has some two hundred."""
    with open(place, "rb", buffering=0) as file:
        return checksum_of(file.read())


def _entries(place: str, below: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield what lies in a folder, and in the folders in there that are looked at, by its path from the root."""
    with os.scandir(place) as entries:
        for entry in entries:
            name = f"{below}{entry.name}"
            if not entry.is_dir(follow_symlinks=False) or name.startswith(PREFIX):
                yield name, entry
            elif not _is_unseen(f"{name}/"):
                yield from _entries(entry.path, f"{name}/")


def _is_unseen(name: str) -> bool:
    """Tell whether neither a rendering nor the folder's check looks at what bears this name."""
    return is_beside_program(name) or ("/." in f"/{name}" and not name.startswith(PREFIX))

""".rendered.json: what the template last wrote into a folder, by which an edit of its user is told from it."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..folder.edited import RECORD

_encode = json.JSONEncoder(ensure_ascii=False).encode
CHECKSUMS = ".rendered.sha256"  # in its place in folders of version 0.1.0, in the form of sha256sum


class Written(NamedTuple):
    """A file as the template wrote it: its checksum, and its text where a user may edit it."""

    checksum: str
    text: str | None = None


class Record(NamedTuple):
    """Files by their paths from the folder's root: as they are written, and as they were before.

    before is there while files are being written, so that it tells of a run that was stopped: of each file that changes
    it has the versions until now, oldest first, none of a new one. Once all files are in place it is None.

    digest is a checksum of what they were made from, see unchanged.py; empty until the folder has passed its check.
    """

    files: Mapping[str, Written]
    before: Mapping[str, list[Written]] | None = None
    digest: str = ""

    def versions(self, name: str) -> list[Written]:
        """Return what the template wrote into a file, oldest first."""
        newest = [self.files[name]] if name in self.files else []
        return [*(self.before or {}).get(name, []), *newest]

    def holds(self, name: str, data: bytes) -> bool:
        """Tell whether these bytes are what the template wrote, whatever their line ends."""
        return checksum_of(data) in {version.checksum for version in self.versions(name)}

    def base(self, name: str) -> str | None:
        """Return the text from which edits of a file start; None where it is not known."""
        versions = (self.before or {}).get(name, self.versions(name))
        return versions[0].text if versions else None

    def replaced_by(self, files: Mapping[str, Written]) -> Record:
        """Return the record to keep while these files are being written in the place of those of this one."""
        changed = {name for name in {*self.files, *files} if self.files.get(name) != files.get(name)}
        names = changed | {*(self.before or {})}
        return Record(files, {n: [each for each in self.versions(n) if each != files.get(n)] for n in sorted(names)})


def with_lf(data: bytes) -> bytes:
    """Return a file's bytes with line feeds alone as line ends."""
    return data.replace(b"\r\n", b"\n") if b"\r" in data else data


def checksum_of(data: bytes) -> str:
    """Return the SHA-256 of a file's bytes, the same for either kind of line ends."""
    return hashlib.sha256(with_lf(data)).hexdigest()


def read_record(folder: Path) -> Record:
    """Return what was written into a folder; of one that cannot be read, nothing is known. Raises OSError."""
    try:
        read = json.loads((folder / RECORD).read_bytes())
        files = {name: _parse(value) for name, value in read["files"].items() if _is_inside(name)}
        if (older := read.get("before")) is None:
            return Record(files, digest=str(read.get("digest", "")))
        return Record(files, {n: [_parse(each) for each in versions] for n, versions in older.items() if _is_inside(n)})
    except FileNotFoundError:
        return Record(_read_checksums(folder / CHECKSUMS))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):  # edited, or merged with its conflicts
        return Record({})


def write_record(folder: Path, record: Record, scratch: Path) -> None:
    """Put a record in the place of the one in a folder, whole or not at all, by way of a scratch folder beside it.

    Raises OSError.
    """
    content: dict[str, object] = {"files": {name: _format(each) for name, each in record.files.items()}}
    if record.before is not None:
        content["before"] = {name: [_format(each) for each in versions] for name, versions in record.before.items()}
    if record.digest:
        content["digest"] = record.digest
    (scratch / RECORD).write_text(f"{_dump(content)}\n", encoding="utf-8")
    os.replace(scratch / RECORD, folder / RECORD)
    (folder / CHECKSUMS).unlink(missing_ok=True)


def _dump(value: Any, gap: str = "\n") -> str:
    """Return what json.dumps does with indent=1, ensure_ascii=False, sort_keys=True, in a fifth of the time."""
    if isinstance(value, str):
        return _encode(value)
    inner = f"{gap} "
    if isinstance(value, dict):
        items = [f"{_encode(name)}: {_dump(value[name], inner)}" for name in sorted(value)]
    else:
        items = [_dump(each, inner) for each in value]
    begin, end = "{}" if isinstance(value, dict) else "[]"
    return f"{begin}{inner}{f',{inner}'.join(items)}{gap}{end}" if items else begin + end


def written(text: str) -> Written:
    """Return what is known of a text that is written into a file."""
    return Written(checksum_of(text.encode()), text)


def _format(version: Written) -> str | list[str]:
    """Return a text as the list of its lines, which a diff of the record shows one by one, or a checksum alone."""
    return version.checksum if version.text is None else version.text.split("\n")


def _parse(value: str | list[str]) -> Written:
    return Written(value) if isinstance(value, str) else written("\n".join(value))


def _read_checksums(path: Path) -> dict[str, Written]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    matches = (re.fullmatch("([0-9a-f]{64})  (.+)", line) for line in lines)
    return {match[2]: Written(match[1]) for match in matches if match and _is_inside(match[2])}


def _is_inside(name: str) -> bool:
    """Tell whether a path stays in the folder, lest a record from elsewhere have other files removed."""
    return not name.startswith("/") and ".." not in name.split("/")

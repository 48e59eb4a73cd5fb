"""Reading an archive of `tw runs dump` without trusting it: nothing is extracted; sizes, items and time are bounded.

A run of 20,000 tasks has about 30 MB of JSON: its tasks are read some at a time, and only what is wanted is kept.
"""

from __future__ import annotations

import codecs
import gzip
import io
import json
import re
import tarfile
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import repeat
from pathlib import Path
from typing import IO, Any, NamedTuple

from .forms import JSON, Forms, shared_forms

WORKFLOW, LOAD, LAUNCH, TASKS = "workflow.json", "workflow-load.json", "workflow-launch.json", "workflow-tasks.json"

_MOST_BYTES = 1 << 30  # of the whole archive, unpacked: nextflow.log is passed over, not kept
_MOST_TASK_BYTES = 512 << 20  # of all tasks, some 400,000 of them
_MOST_TASKS = 1_000_000  # an empty one takes next to nothing, packed; a run of 100,000 is a large one
_MOST_SECONDS = 120.0  # for one archive; 20,000 tasks take about one
_MOST_DOCUMENT_BYTES = 16 << 20  # of each other file that is read
_MOST_HEADER_BYTES = 1 << 20  # between two files: tar lets a header claim any length
_MOST_OBJECT_CHARACTERS = 4 << 20  # of one task
_CHUNK = 1 << 18
_SOME = 200  # tasks that are handed on together, at least
_BETWEEN = re.compile(r"[\s,]*")


Columns = dict[str, list[Any]]  # the values of tasks by key


class DamagedError(Exception):
    """An archive is not what tw writes for a run; the message says in what."""


class Archive(NamedTuple):
    """What an archive tells of a run; of the documents, absent ones are empty."""

    workflow: dict[str, Any]
    load: dict[str, Any]
    launch: dict[str, Any]
    tasks: Any


def read_archive(path: Path, keys: Sequence[str], read_tasks: Callable[[Iterator[Columns]], object]) -> Archive:
    """Return what an archive holds, its tasks as read_tasks makes them of these keys; raises DamagedError."""
    documents: dict[str, dict[str, Any]] = {}
    tasks = None
    try:
        with gzip.open(path) as file:
            for name, member in _members(file):
                if name == TASKS:
                    tasks = read_tasks(_columns(member, keys))
                else:
                    documents[name] = _document(name, member)
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        raise DamagedError(f"it cannot be read ({error})") from None
    except RecursionError:
        raise DamagedError("its JSON is nested too deep") from None
    except ValueError as error:  # no JSON, or no UTF-8
        raise DamagedError(f"its JSON cannot be read ({error})") from None
    if tasks is None or WORKFLOW not in documents:
        raise DamagedError(f"it holds no {TASKS if WORKFLOW in documents else WORKFLOW}")
    return Archive(documents[WORKFLOW], documents.get(LOAD, {}), documents.get(LAUNCH, {}), tasks)


def _members(file: gzip.GzipFile) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the files that are read, by name. The others are passed over to the end, where gzip checks its sum."""
    bounded = _Bounded(file)
    with tarfile.open(fileobj=bounded, mode="r:") as tar:
        while True:
            bounded.left = _MOST_HEADER_BYTES
            member = tar.next()
            if member is None:
                break
            bounded.left = _MOST_BYTES
            data = tar.extractfile(member) if member.isreg() else None
            if data is None:
                continue
            if member.name in (WORKFLOW, LOAD, LAUNCH, TASKS):
                most = _MOST_TASK_BYTES if member.name == TASKS else _MOST_DOCUMENT_BYTES
                if member.size > most:
                    raise DamagedError(f"its {member.name} is larger than {most >> 20} MiB")
                yield member.name, data
            while data.read(_CHUNK):
                pass
    bounded.left = _MOST_HEADER_BYTES
    while bounded.read(_CHUNK):
        pass


class _Bounded(io.RawIOBase):
    """A file of which no more than `left`, and in all no more than _MOST_BYTES, can be read, nor for _MOST_SECONDS.

    What tar skips is read and counted, too; it cannot go back.
    """

    def __init__(self, file: gzip.GzipFile) -> None:
        self._file, self._all, self.left = file, _MOST_BYTES, _MOST_HEADER_BYTES
        self._until = time.monotonic() + _MOST_SECONDS

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.left -= len(data)
        self._all -= len(data)
        if min(self.left, self._all) < 0:
            raise DamagedError(f"unpacked it is larger than {_MOST_BYTES >> 20} MiB, or claims to be")
        if time.monotonic() > self._until:
            raise DamagedError(f"reading it takes longer than {_MOST_SECONDS:g} seconds")
        return data

    def tell(self) -> int:
        return _MOST_BYTES - self._all

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        if place < self.tell():
            raise OSError("invalid offset")  # of a file that claims to be so small; newer tarfiles say the same
        while self.tell() < place and self.read(min(place - self.tell(), _CHUNK)):
            pass
        return self.tell()


def _document(name: str, data: IO[bytes]) -> dict[str, Any]:
    value = json.loads(data.read(), parse_constant=JSON.parse_constant)
    if not isinstance(value, dict):
        raise DamagedError(f"its {name} is no JSON object")
    return value


def _columns(data: IO[bytes], keys: Sequence[str]) -> Iterator[Columns]:
    """Yield the values of the objects of a JSON list by key, some at a time; None is what one does not have."""
    columns: Columns = {key: [] for key in keys}
    number = held = 0
    for count, values in _objects(data, shared_forms(keys)):
        number, held = number + count, held + count
        if number > _MOST_TASKS:
            raise DamagedError(f"its {TASKS} holds more than {_MOST_TASKS:,} tasks")
        for key, column in columns.items():
            column += values[key] if key in values else repeat(None, count)
        if held >= _SOME:
            yield columns
            columns, held = {key: [] for key in keys}, 0
    if held:
        yield columns


def _objects(data: IO[bytes], forms: Forms) -> Iterator[tuple[int, Mapping[str, Sequence[Any]]]]:
    """Yield the objects of a JSON list, those of one form together: how many, and their values by key."""
    text = codecs.getincrementaldecoder("utf-8")()

    def read_more() -> str:
        piece = data.read(_CHUNK)
        return text.decode(piece, final=not piece)

    held = read_more().lstrip()
    if not held.startswith("["):
        raise DamagedError(f"its {TASKS} is no JSON list")
    place = 1
    while True:
        found = _BETWEEN.match(held, place)
        place = found.end() if found else place
        if held.startswith("]", place):
            return
        count, values, place = forms.cut(held, place)
        if count:
            yield count, values
            continue
        try:
            # Behind nothing else, as an error of JSON first counts all lines before it.
            held, place = held[place:], 0
            item, end = JSON.raw_decode(held)
        except json.JSONDecodeError:
            more = read_more()
            held += more
            if not more or len(held) > _MOST_OBJECT_CHARACTERS + _CHUNK:
                raise DamagedError(f"its {TASKS} ends within a task, or holds what is none") from None
            continue
        if not isinstance(item, dict):
            raise DamagedError(f"its {TASKS} holds something else than tasks")
        forms.learn(held[:end], item)
        yield 1, {key: [value] for key, value in item.items()}
        place = end

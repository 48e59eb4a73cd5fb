"""The attempts of a run's tasks: each as plain data, and very many of them by column, as a run may have 100,000.

tw leaves out what is null, so whatever an archive does not tell is None here, and never zero.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property, lru_cache
from itertools import chain
from math import isnan, nan
from operator import add, itemgetter
from typing import Any, NamedTuple, overload

from ..nextflow_facts import HOST_GONE
from .reported import LONGEST, number_of, seconds_of, text_of, whole_of

# Of Fusion: 174 I/O error, 175 dump failed, 176 restore failed [documented]; 177 is retried by nf-core like these.
FUSION_EXITS = (174, 175, 176, 177)
DUMP_FAILED = 175
FAILED_SNAPSHOTS = (DUMP_FAILED, 176)  # exits of a task whose host was taken, and whose work is lost
SPOT, STANDARD = "spot", "standard"
_GIB = 1 << 30  # bytes
_PIECE = 1000  # attempts that are made at once
_MOST_KINDS = 1 << 14  # of attempts, and parts of times, that are known again


class Task(NamedTuple):
    """An attempt of a task, as the Platform records it; None is what is not reported.

    name is alike in all runs that did the same work. submitted and started are seconds since 1970, seconds are
    complete − start; memory (requested) and peak (resident) are in GiB. zone is such as eu-west-1a, native_id AWS
    Batch's id of the job, error_action what Nextflow did about a failure, such as RETRY.
    """

    process: str
    attempt: int | None
    status: str
    exit: int | None
    machine_type: str
    price_model: str
    seconds: float | None
    usd: float | None
    interruptions: int | None
    cpus: float | None
    workdir: str
    submitted: float | None
    started: float | None
    memory: float | None
    peak: float | None
    zone: str
    native_id: str
    error_action: str
    name: str
    billed: bool = False  # whether seconds and usd are by AWS's own times

    @property
    def cached(self) -> bool:
        """Whether an earlier run made it: its time and cost are then that run's."""
        return self.status == "CACHED"

    @property
    def lost(self) -> bool:
        """Whether it did not end well."""
        return self.status not in ("COMPLETED", "CACHED")

    @property
    def spans(self) -> int:
        """How many hosts it had before its last one, by AWS Batch's own retries: its record spans the waits between."""
        return 0 if self.billed else max(0, (self.interruptions or 0) - (self.exit == HOST_GONE))

    @property
    def ignored(self) -> bool:
        """Whether it failed, and its run went on without it."""
        return self.status == "FAILED" and self.error_action == "IGNORE"

    @property
    def hits(self) -> int:
        """Interruptions that it met: as reported, or else one, where it had started and has no exit code of its own.

        Dumps and restores that failed are not in Nextflow's number, as such a job ends by itself.
        """
        told = self.interruptions
        if told is None:
            told = int(self.exit == HOST_GONE and self.had_started and self.price_model != STANDARD)
        return told + (self.exit in FAILED_SNAPSHOTS)

    @property
    def had_started(self) -> bool:
        """Whether it ran at all: of a job whose host went before, Nextflow notes one moment as start and end.

        Stamps are whole seconds.
        """
        return self.started is not None and (self.seconds is None or self.seconds > 1)

    @property
    def may_have_hits(self) -> bool:
        """Whether it may have met interruptions, by what it shares with the others of its kind alone."""
        return bool(self.interruptions) or self.exit in (HOST_GONE, *FAILED_SNAPSHOTS)


class Tasks(Sequence[Task]):
    """Attempts by column: what many share is kept once, as a kind; of the rest, numbers are arrays and texts packed.

    A kind is a Task that holds what its attempts share: process, attempt, status, exit, machine_type, price_model,
    interruptions, cpus, zone, error_action and billed; and as name, what their names begin with. of_kind has for each
    attempt its kind's place in kinds. In the arrays, what is not reported is not a number.
    """

    def __init__(self) -> None:
        """Hold no attempt yet."""
        self.kinds: list[Task] = []
        self.of_kind = array("I")
        self.seconds, self.usd, self.submitted, self.started, self.memory, self.peak = (array("d") for _ in range(6))
        self._workdirs, self._native_ids, self._names = _Texts(), _Texts(), _Texts()

    @classmethod
    def of(cls, tasks: Iterable[Task]) -> Tasks:
        """Return attempts that are at hand."""
        made, listed = cls(), list(tasks)
        places: dict[Task, int] = {}
        for task in listed:
            kind = task._replace(
                seconds=None, usd=None, workdir="", submitted=None, started=None, memory=None, peak=None, native_id="",
                name="",
            )  # fmt: skip
            made.of_kind.append(places.setdefault(kind, len(places)))
        made.kinds = list(places)
        for field in _NUMBERS:
            values = (getattr(task, field) for task in listed)
            getattr(made, field).extend(nan if value is None else value for value in values)
        if listed:
            made._workdirs.add([task.workdir for task in listed])
            made._native_ids.add([task.native_id for task in listed])
            made._names.add([task.name for task in listed])
        return made

    @classmethod
    def read(cls, pieces: Iterable[Mapping[str, Sequence[Any]]]) -> Tasks:
        """Return attempts as an archive has them: in pieces, the values of some of them by each of KEYS."""
        made = cls()
        places = _Places(made.kinds)
        for columns in pieces:
            made._read(columns, places)
        return made

    def _read(self, columns: Mapping[str, Sequence[Any]], places: _Places) -> None:
        names = _texts(columns["name"])
        processes = columns["process"]
        if not all(processes) or not _are(processes, {str}):
            processes = [
                text_of(process) or name.partition(" (")[0] for process, name in zip(processes, names, strict=True)
            ]
        begins = [name.startswith(process) for name, process in zip(names, processes, strict=True)]
        of_kind = places.find(processes, begins, columns)
        started, ended, submitted = (_moments(columns[key]) for key in ("start", "complete", "submit"))
        seconds = _rounded([end - start for start, end in zip(started, ended, strict=True)])
        usd = _numbers(columns["cost"])
        for place, start in enumerate(started):
            if start != start and self.kinds[of_kind[place]].status not in ("COMPLETED", "CACHED"):  # it never started
                seconds[place] = 0.0
                usd[place] = usd[place] if usd[place] > 0 else 0.0
        self.of_kind.extend(of_kind)
        self.seconds.extend(seconds)
        self.usd.extend(usd)
        self.submitted.extend(submitted)
        self.started.extend(started)
        self.memory.extend([count / _GIB for count in _numbers(columns["memory"])])
        self.peak.extend([count / _GIB for count in _numbers(columns["peakRss"])])
        self._workdirs.add(columns["workdir"])
        self._native_ids.add(columns["nativeId"])
        self._names.add(
            [
                name[len(process) :] if begin else name
                for name, process, begin in zip(names, processes, begins, strict=True)
            ]
        )

    def __iter__(self) -> Iterator[Task]:
        """Yield the attempts."""
        texts = zip(self._workdirs, self._native_ids, self._names, strict=True)
        pieces = (range(len(self))[start : start + _PIECE] for start in range(0, len(self), _PIECE))
        for task, (workdir, native_id, name) in zip(chain.from_iterable(map(self._make, pieces)), texts, strict=True):
            yield task._replace(workdir=workdir, native_id=native_id, name=task.name + name)

    def __len__(self) -> int:
        """Return how many attempts there are."""
        return len(self.of_kind)

    @overload
    def __getitem__(self, place: int) -> Task: ...
    @overload
    def __getitem__(self, place: slice) -> Tasks: ...
    def __getitem__(self, place: int | slice) -> Task | Tasks:
        """Return an attempt, or some of them."""
        if isinstance(place, slice):
            return Tasks.of(self[each] for each in range(*place.indices(len(self))))
        place = range(len(self))[place]
        (task,) = self.pick([place])
        return task._replace(
            workdir=self._workdirs[place], native_id=self._native_ids[place], name=task.name + self._names[place]
        )

    def pick(self, places: Sequence[int]) -> list[Task]:
        """Return some attempts without what takes long to find: workdir, native_id and the whole name."""
        return list(self._make(places))

    def _make(self, places: Sequence[int]) -> Iterator[Task]:
        columns = (self.seconds, self.usd, self.submitted, self.started, self.memory, self.peak)
        numbers = zip(*(_known([column[place] for place in places]) for column in columns), strict=True)
        kinds = [self.kinds[self.of_kind[place]] for place in places]
        for kind, (seconds, usd, submitted, started, memory, peak) in zip(kinds, numbers, strict=True):
            yield Task(
                kind.process, kind.attempt, kind.status, kind.exit, kind.machine_type, kind.price_model, seconds, usd,
                kind.interruptions, kind.cpus, "", submitted, started, memory, peak, kind.zone, "", kind.error_action,
                kind.name, kind.billed,
            )  # fmt: skip

    def where(self, test: Callable[[Task], bool]) -> list[int]:
        """Return the places of the attempts whose kind passes a test."""
        passes = [test(kind) for kind in self.kinds]
        return [place for place, kind in enumerate(self.of_kind) if passes[kind]]

    def seconds_by_kind(self) -> list[array[float]]:
        """Return for each kind the seconds of its attempts, as far as they are reported."""
        found = [array("d") for _ in self.kinds]
        keep = [own.append for own in found]
        for kind, seconds in zip(self.of_kind, self.seconds, strict=True):
            if seconds == seconds:
                keep[kind](seconds)
        return found

    @cached_property
    def hit(self) -> list[int]:
        """The places of the attempts that met an interruption."""
        places = self.where(lambda kind: kind.may_have_hits)
        return [place for place, task in zip(places, self.pick(places), strict=True) if task.hits]

    def mask_unhit(self, test: Callable[[Task], bool]) -> bytearray:
        """Return 1 for each attempt that met no interruption and whose kind passes a test, 0 for the others."""
        passes = [test(kind) for kind in self.kinds]
        mask = bytearray(passes[kind] for kind in self.of_kind)
        for place in self.hit:
            mask[place] = 0
        return mask

    def name_ends(self) -> Iterator[str]:
        """Yield the attempts' names, without the beginning that their kinds hold."""
        return iter(self._names)

    def native_ids(self) -> Iterator[str]:
        """Yield the attempts' jobs."""
        return iter(self._native_ids)

    def count_kinds(self) -> list[tuple[Task, int]]:
        """Return the kinds, each with the number of its attempts."""
        return [(self.kinds[place], number) for place, number in Counter(self.of_kind).items()]


class _Places(dict[tuple[Any, ...], int]):
    """The places of kinds by what makes an attempt of one: its process, whether its name begins so, and _SHARED."""

    def __init__(self, kinds: list[Task]) -> None:
        """Know the places in a list of kinds, to which those that were not seen are added."""
        super().__init__()
        self._kinds = kinds

    def find(self, processes: Sequence[str], begins: Sequence[bool], columns: Mapping[str, Sequence[Any]]) -> list[int]:
        """Return the place of each attempt's kind."""
        shared = zip(processes, begins, *(columns[key] for key in _SHARED), strict=True)
        # To a dict, 1 is True, and a list is nothing that it could hold.
        if all(_are(columns[key], types) for key, types in _SHARED.items()):
            return list(map(self.__getitem__, shared))
        return [self._add(_read_kind(*each)) for each in shared]

    def __missing__(self, shared: tuple[Any, ...]) -> int:
        if len(self) > _MOST_KINDS:
            self.clear()
        self[shared] = place = self._add(_seen_kind(*shared))
        return place

    def _add(self, kind: Task) -> int:
        self._kinds.append(kind)
        return len(self._kinds) - 1


class _Texts:
    """Very many texts, packed some at a time."""

    def __init__(self) -> None:
        self._packed: list[str] = []
        self._ends = array("L")
        self._unpacked: tuple[int, list[str]] = -1, []  # which was asked for last, as others of it may be next

    def add(self, values: Sequence[object]) -> None:
        """Add values as texts; none of these holds a NUL, which would be escaped."""
        self._packed.append("\0".join(_texts(values)))
        self._ends.append(len(values) + (self._ends[-1] if self._ends else 0))

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(packed.split("\0") for packed in self._packed)

    def __getitem__(self, place: int) -> str:
        number = bisect_right(self._ends, place)
        if number != self._unpacked[0]:
            self._unpacked = number, self._packed[number].split("\0")
        return self._unpacked[1][place - self._ends[number]]


_WHOLE: frozenset[type] = frozenset({int, type(None)})
_TEXT: frozenset[type] = frozenset({str, type(None)})
# What many attempts share, by the Platform's names, and the types that it is of.
_SHARED = {
    "attempt": _WHOLE, "status": _TEXT, "exit": _WHOLE, "exitStatus": _WHOLE, "machineType": _TEXT,
    "priceModel": _TEXT, "numSpotInterruptions": _WHOLE, "cpus": _WHOLE | {float}, "cloudZone": _TEXT,
    "errorAction": _TEXT,
}  # fmt: skip
# What is read of an attempt, by the Platform's names.
KEYS = (
    "name", "process", "start", "complete", "submit", "cost", "memory", "peakRss", "workdir", "nativeId", *_SHARED,
)  # fmt: skip
_NUMBERS = ("seconds", "usd", "submitted", "started", "memory", "peak")
_BLANK = Task("", None, "", None, "", "", None, None, None, None, "", None, None, None, None, "", "", "", "")


def _read_kind(
    process: str, begins: bool, attempt: object, status: object, code: object, status_code: object, machine: object,
    price: object, interruptions: object, cpus: object, zone: object, action: object,
) -> Task:  # fmt: skip
    name = text_of(process)
    return _BLANK._replace(
        process=name,
        attempt=whole_of(attempt),
        status=text_of(status),
        exit=whole_of(status_code if code is None else code),
        machine_type=text_of(machine),
        price_model=text_of(price).lower(),
        interruptions=whole_of(interruptions),
        cpus=number_of(cpus),
        zone=text_of(zone),
        error_action=text_of(action),
        name=name if begins else "",
    )


_seen_kind = lru_cache(_MOST_KINDS)(_read_kind)  # the runs of a comparison have the same kinds


def _known(values: list[float]) -> Sequence[float | None]:
    return [value if value == value else None for value in values]


def _are(values: Iterable[object], types: Set[type]) -> bool:
    return set(map(type, values)) <= types


def _texts(values: Sequence[Any]) -> Sequence[str]:
    """Return values as texts that any file and terminal can hold."""
    if _are(values, {str}) and max(map(len, values)) <= LONGEST and "".join(values).isprintable():
        return values
    return [text_of(value) if value else "" for value in values]


def _numbers(values: Sequence[Any]) -> list[float]:
    """Return values as numbers from 0 on, anything else as not a number."""
    if _are(values, {int, float}) and min(values) >= 0 and max(values) < 1e15:
        return list(values)
    return [nan if (found := number_of(value)) is None else found for value in values]


def _rounded(values: list[float]) -> list[float]:
    """Return seconds in thousandths; less than none is not a number, as clocks may disagree."""
    if all(map(float.is_integer, values)) and min(values) >= 0:
        return values
    rounded = [round(value, 3) for value in values]
    return [value if value >= 0 else nan for value in rounded]


def _moments(values: Sequence[Any]) -> list[float]:
    """Return ISO times as seconds since 1970, anything else as not a number.

    Of very many times few are of another minute, so each minute is read once.
    """
    if _are(values, {str}):
        found = list(map(add, map(_minute, map(_TO_MINUTE, values)), map(_end, map(_FROM_MINUTE, values))))
        if not any(map(isnan, found)):
            return found
    return [nan if (read := seconds_of(value)) is None else read for value in values]


class _Read(dict[str, float]):
    """What parts of times are in seconds, read once each; not a number for what is none."""

    def __init__(self, form: str, shape: str) -> None:
        """Read a part of a shape as the time that the form makes of it."""
        super().__init__()
        self._form, self._shape = form, re.compile(shape)

    def __missing__(self, part: str) -> float:
        if len(self) > _MOST_KINDS:
            self.clear()
        read = seconds_of(self._form.format(part)) if self._shape.fullmatch(part) else None
        self[part] = seconds = nan if read is None else read
        return seconds


# A minute's first moment, by a time's beginning such as 2026-03-02T10:00:, and how far into it its end is, such as 30Z.
_TO_MINUTE, _FROM_MINUTE = itemgetter(slice(None, 17)), itemgetter(slice(17, None))
_minute = _Read("{}00Z", r"\d{4}-\d\d-\d\dT\d\d:\d\d:").__getitem__
_end = _Read("1970-01-01T00:00:{}", r"[-+.:\dZ]{1,30}").__getitem__

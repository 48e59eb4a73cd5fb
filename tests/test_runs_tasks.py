"""Attempts by column: what goes in comes out, whatever an archive holds, and however many attempts there are."""

from __future__ import annotations

import random
from typing import Any

import pytest
from archives import RECLAIMED, task

from fusion_snapshots.runs.reported import number_of, seconds_of, text_of, whole_of
from fusion_snapshots.runs.tasks import KEYS, Task, Tasks


def by_key(*items: dict[str, Any]) -> dict[str, list[Any]]:
    return {key: [item.get(key) for item in items] for key in KEYS}


def read(*items: dict[str, Any]) -> Tasks:
    return Tasks.read([by_key(*items)])


def read_plainly(item: dict[str, Any]) -> Task:
    """Return an attempt as it must be read, value by value."""
    name, status = text_of(item.get("name")), text_of(item.get("status"))
    began, ended = seconds_of(item.get("start")), seconds_of(item.get("complete"))
    seconds = round(ended - began, 3) if began is not None and ended is not None else None
    usd, memory, peak = (number_of(item.get(key)) for key in ("cost", "memory", "peakRss"))
    if began is None and status not in ("COMPLETED", "CACHED"):
        seconds, usd = 0.0, usd or 0.0
    return Task(
        process=text_of(item.get("process")) or name.partition(" (")[0],
        attempt=whole_of(item.get("attempt")),
        status=status,
        exit=whole_of(item.get("exit") if item.get("exit") is not None else item.get("exitStatus")),
        machine_type=text_of(item.get("machineType")),
        price_model=text_of(item.get("priceModel")).lower(),
        seconds=seconds if seconds is None or seconds >= 0 else None,
        usd=usd,
        interruptions=whole_of(item.get("numSpotInterruptions")),
        cpus=number_of(item.get("cpus")),
        workdir=text_of(item.get("workdir")),
        submitted=seconds_of(item.get("submit")),
        started=began,
        memory=None if memory is None else memory / 2**30,
        peak=None if peak is None else peak / 2**30,
        zone=text_of(item.get("cloudZone")),
        native_id=text_of(item.get("nativeId")),
        error_action=text_of(item.get("errorAction")),
        name=name,
    )


ODD = [
    None, -1, 0, 1, 1.0, True, False, 2.5, 10**400, 1e300, "", "x", "A\nB", "A\0B\ud800", "x" * 900, [], {"a": 1}, ["x"],
    "2026-03-02T10:00:00Z", "2026-03-02T10:00:07.123Z", "2026-03-02T10:00:07.123456+01:30", "2026-03-02T10:00:07",
    "2026-03-02T10:00:60Z", "2026-13-02T10:00:00Z", "2026-03-02", "2026-03-02T10:00", "20260302T100000.123Z",
    "9999-12-31T23:59:59Z", "2026-03-02T10:00:00" + "Z" * 600, "SPOT", "COMPLETED",
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_odd_values_among_usual_ones_change_no_other(key: str) -> None:
    items = [task("A:B", after=number % 3, nativeId=f"job-{number}") | {key: value} for number, value in enumerate(ODD)]
    found = read(task(), *items, task())
    expected = [read_plainly(item) for item in (task(), *items, task())]
    assert list(found) == expected
    assert [type(each.attempt) for each in found] == [type(each.attempt) for each in expected]
    assert [found[place] for place in range(len(found))] == expected


def test_attempts_of_odd_values_in_any_mixture() -> None:
    draw = random.Random(7)
    items = [task("A:B") | {key: draw.choice(ODD) for key in draw.sample(KEYS, 3)} for _ in range(500)]
    expected = [read_plainly(item) for item in items]
    found = Tasks.read(by_key(*piece) for piece in (items[:1], items[1:40], items[40:]))
    assert list(found) == expected
    assert list(Tasks.of(found)) == expected
    assert found[-1] == expected[-1]
    assert list(found[3:30:4]) == expected[3:30:4]
    assert found.pick([400, 7]) == [
        expected[place]._replace(workdir="", native_id="", name=found.kinds[found.of_kind[place]].name)
        for place in (400, 7)
    ]
    with pytest.raises(IndexError):
        found[500]


def test_more_kinds_than_are_known_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fusion_snapshots.runs.tasks._MOST_KINDS", 3)
    items = [task(f"P{number % 9}", after=number) for number in range(40)]
    assert list(read(*items)) == [read_plainly(item) for item in items]


def test_what_many_share_is_kept_once() -> None:
    found = read(*(task("A:B", usd=number, workdir=f"s3://b/{number}") for number in range(100)))
    assert [(kind.process, number) for kind, number in found.count_kinds()] == [("A:B", 100)]
    assert [found[99].usd, found[99].workdir, found[99].name] == [99, "s3://b/99", "A:B (sample)"]


def test_attempts_by_what_they_share_and_by_what_they_met() -> None:
    gone: dict[str, Any] = {"status": "FAILED", "exit": RECLAIMED, "exitStatus": RECLAIMED}
    found = read(
        task("A"),
        task("B", **gone, minutes=15),
        task("B", **gone, minutes=0),  # it never started
        task("A", numSpotInterruptions=2),
        task("A", status="FAILED", exit=175),
    )
    assert found.where(lambda kind: kind.process == "B") == [1, 2]
    assert [each.hits for each in found.pick(found.hit)] == [1, 2, 1]
    assert list(found.mask_unhit(lambda kind: True)) == [1, 0, 1, 0, 0]
    assert list(found.mask_unhit(lambda kind: kind.process == "A")) == [1, 0, 0, 0, 0]
    assert [found.kinds[kind].name + end for kind, end in zip(found.of_kind, found.name_ends(), strict=True)] == [
        each.name for each in found
    ]


def test_no_attempts() -> None:
    for nothing in (Tasks(), Tasks.of([]), Tasks.read([])):
        assert (len(nothing), list(nothing), nothing.count_kinds(), nothing.hit) == (0, [], [], [])

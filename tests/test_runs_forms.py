"""Objects that are cut apart by patterns: each value is what JSON reads there, however the objects are written."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from archives import pack, task

from fusion_snapshots.runs import forms
from fusion_snapshots.runs.archive import DamagedError, read_archive
from fusion_snapshots.runs.forms import JSON, Forms

WANTED = ("name", "status", "exit", "cost", "errorAction")
WRITINGS: dict[str, Callable[[list[Any]], str]] = {
    "one line": json.dumps,
    "no spaces": lambda items: json.dumps(items, separators=(",", ":")),
    "a member a line": lambda items: json.dumps(items, indent=1),
    "as Jackson writes": lambda items: json.dumps(items, indent=2, separators=(",", " : ")).replace("\n  }, {", "}, {"),
    "not in ASCII": lambda items: json.dumps(items, indent=1, ensure_ascii=False),
}
VALUES: list[Any] = [
    None, True, False, 0, -1, 1, 137, 10**20, 0.5, -0.25, 1e-06, 8.526e-06, 1e300, "", "x", "COMPLETED", "a,b", "a}b", "é", "\u2028",
    'say "hi"', "back\\slash", "\\", '\\"', "line\nline", '", "exit": 1, "x": "', [], ["a"], ["a", "b"], {}, {"exit": 5}, {"a": {"b": []}},
]  # fmt: skip


def read(path: Path, text: str) -> Any:
    """Return the values of a list of tasks by key, and how many were handed on together."""
    path.write_bytes(pack({"workflow.json": {}, "workflow-tasks.json": text}))
    forms.shared_forms.cache_clear()

    def gather(pieces: Iterator[dict[str, list[Any]]]) -> dict[str, list[Any]]:
        listed = list(pieces)
        return {key: [value for piece in listed for value in piece[key]] for key in WANTED}

    return read_archive(path, WANTED, gather).tasks


def expect(items: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
    return {key: [item.get(key) for item in items] for key in WANTED}


def with_types(columns: dict[str, list[Any]]) -> str:
    return repr(columns)  # where 1, 1.0 and True differ


@pytest.mark.parametrize("writing", WRITINGS)
def test_any_values_in_any_writing(tmp_path: Path, writing: str) -> None:
    draw = random.Random(writing)
    keys = [*WANTED, "script", "module", "rss", "time"]
    items = []
    for _ in range(400):
        # Mostly alike, as tasks are; some have other values, lack keys, or have them in another order.
        item = {
            "name": "A (1)",
            "script": "",
            "exit": 0,
            "cost": draw.random(),
            "module": [],
            "status": "COMPLETED",
            "rss": 5,
        }
        for key in draw.sample(keys, draw.choice([0, 0, 0, 1, 2])):
            item[key] = draw.choice(VALUES)
        for key in draw.sample(list(item), draw.choice([0, 0, 0, 1])):
            item[key] = item.pop(key)
        items.append(item)
    text = WRITINGS[writing](items)
    assert with_types(read(tmp_path / "run.tar.gz", text)) == with_types(expect(json.loads(text)))


@pytest.mark.parametrize("writing", WRITINGS)
def test_one_odd_value_among_objects_that_are_alike(tmp_path: Path, writing: str) -> None:
    for key in ("name", "exit", "script", "last"):
        usual = {"name": "A (1)", "script": "x", "exit": 0, "cost": 0.5, "last": 7}
        items = [{**usual, key: value} for odd in VALUES for value in (usual[key], odd, usual[key])]
        text = WRITINGS[writing](items)
        assert with_types(read(tmp_path / "run.tar.gz", text)) == with_types(expect(json.loads(text)))


@pytest.mark.parametrize("writing", WRITINGS)
def test_tasks_that_are_alike_take_json_once(writing: str) -> None:
    items = [task("A:B", minutes=number, usd=number / 7 + 0.001) for number in range(300)]
    items += [task("A:B", minutes=number, script='echo "hi"\n') for number in range(300)]
    text, known = WRITINGS[writing](items), Forms(WANTED)
    place, counts = 1, []
    while "{" in text[place:]:
        place = text.index("{", place)
        count, _, behind = known.cut(text, place)
        if not count:
            item, behind = JSON.raw_decode(text, place)
            known.learn(text[place:behind], item)
        counts.append(count)
        place = behind
    assert counts == [0, 299, 0, 299]


def test_an_object_in_the_place_of_a_value(tmp_path: Path) -> None:
    items: list[dict[str, Any]] = [{"name": "A", "exit": {"exit": number}} for number in range(3)]
    items += [{"name": "B", "exit": number} for number in range(3)]
    assert read(tmp_path / "run.tar.gz", json.dumps(items)) == expect(items)


def test_a_key_that_stands_twice_has_its_last_value(tmp_path: Path) -> None:
    text = '[{"name": "A", "exit": 1, "exit": 2}, {"name": "B", "exit": 3, "exit": 4}]'
    assert read(tmp_path / "run.tar.gz", text)["exit"] == [2, 4]


@pytest.mark.parametrize("odd", ["key {}", "key"])
def test_no_more_forms_are_made_than_serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd: str) -> None:
    # Each with a key of its own; and all alike, but with an object in it.
    value: object = {} if odd == "key" else 1
    items = [{"name": "A", odd.format(number % 40): value, "exit": number} for number in range(400)]
    made, form_of = [], forms._form_of

    def make(*each: Any) -> object:
        made.append(form_of(*each))
        return made[-1]

    monkeypatch.setattr(forms, "_form_of", make)
    assert read(tmp_path / "run.tar.gz", json.dumps(items)) == expect(items)
    assert len(made) == 32
    assert [form is None for form in made] == [odd == "key"] * 32


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ("NaN", "its JSON cannot be read (NaN is no number)"),
        ("01", "its JSON cannot be read"),
        ("1 2", "its JSON cannot be read"),
        ('"\\x"', "its JSON cannot be read"),
    ],
)
def test_values_that_are_no_json(tmp_path: Path, odd: str, said: str) -> None:
    usual = '"x"' if odd.startswith('"') else "7"
    items = [f'{{"name": "A", "exit": {value}, "cost": 0.5}}' for value in (usual, usual, odd, usual)]
    with pytest.raises(DamagedError) as caught:
        read(tmp_path / "run.tar.gz", f"[{', '.join(items)}]")
    assert str(caught.value).startswith(said)

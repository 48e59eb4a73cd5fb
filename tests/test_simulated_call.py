"""What the simulated API's operations share: finding, numbering, searching, paging, and times."""

from __future__ import annotations

import time

import pytest
from calls import call, refused

from fusion_snapshots.simulated.call import RefusedError, epoch, having, moment, now
from fusion_snapshots.simulated.state import Json, new_state

NAMED: list[Json] = [{"name": name, "title": name.upper()} for name in ("demo", "Demonstration", "other", '"')]


def test_a_resource_is_found_by_all_values_as_text() -> None:
    state: Json = {"runs": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}, {"id": 3, "name": "b"}]}
    assert call(state).find("runs", id="2") is state["runs"][1]
    assert call(state).find("runs", name="b", id=3) is state["runs"][2]
    for wanted in ({"id": "9"}, {"id": "1", "name": "b"}, {"no": "b"}):
        with pytest.raises(RefusedError) as error:
            call(state).find("runs", **wanted)
        assert refused(error) == (403, "Forbidden")


def test_numbers_and_identifiers_are_new_each_time() -> None:
    state = new_state()
    assert [call(state).number(), call(state).number(), state["ids"]] == [1, 2, 2]
    assert (call(state).new_id(), call(state).new_id(14)) == ("0003QzWx7YrTbNmKpLsDfG", "0004QzWx7YrTbN")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["demo", "Demonstration", "other", '"']),
        ("DEMO", ["demo", "Demonstration"]),
        ('"demo"', ["demo"]),
        ('"Demo"', []),
        ('"', ['"']),
        ('""', []),
        ('"demo', []),
    ],
)
def test_a_search_is_for_a_part_or_in_quotes_for_all(text: str, found: list[str]) -> None:
    assert [item["name"] for item in having(NAMED, text, "name")] == found
    assert [item["name"] for item in call({}, search=text).searched(NAMED)] == found


def test_a_search_may_look_elsewhere_than_at_the_name() -> None:
    assert [item["name"] for item in call({}, search='"OTHER"').searched(NAMED, "title")] == ["other"]
    assert call({}).searched(NAMED) == NAMED


@pytest.mark.parametrize(
    ("query", "found"),
    [({}, [0, 1, 2]), ({"offset": 2}, [2, 3, 4]), ({"max": 2}, [0, 1]), ({"max": 9, "offset": 4}, [4]), ({"offset": 5}, [])],
)  # fmt: skip
def test_a_page_is_a_part(query: dict[str, int], found: list[int]) -> None:
    items = [{"n": number} for number in range(5)]
    assert [item["n"] for item in call({}, **query).page(items, 3)] == found


def test_a_refusal_may_have_no_message() -> None:
    assert (RefusedError(503).status, RefusedError(503).body) == (503, None)
    assert RefusedError(400, "").body == {"message": ""}


def test_times_are_utc() -> None:
    assert (moment(0), moment(1767603600.9)) == ("1970-01-01T00:00:00Z", "2026-01-05T09:00:00Z")
    assert epoch("2026-01-05T09:00:00Z") == 1767603600
    assert time.time() - 60 < epoch(now()) <= time.time()

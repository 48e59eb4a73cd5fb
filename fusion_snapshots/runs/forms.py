"""Very many objects that are written alike, cut apart by patterns: that takes half as long as reading them as JSON.

A pattern is made of an object that JSON has read. Another one fits it where it has the same keys in the same order,
parted by the same characters, and texts where that has texts. What fits none is for JSON to read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn

_MOST_TRIED = 32  # objects of which a form is made: a pipeline's tasks have some five, as those that failed lack keys
_MEMBER = re.compile(r'"(?P<key>[^"\\]*)"\s*:\s*(?P<value>"(?:[^"\\]|\\.)*"|[-+.\w]+|\[\s*\])', re.ASCII)
# A text, one with escaped quotes, and a number, true, false, null or an empty list.
_TEXT, _ESCAPED, _PLAIN = '"[^"]*"', r'"[^"\\]*(?:\\.[^"\\]*)*"', r"[-+.0-9a-zA-Z\[\] ]*"


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


JSON = json.JSONDecoder(parse_constant=_refuse)


class _Form(NamedTuple):
    """A way to write an object: its pattern, and by the wanted keys whether their values are texts."""

    pattern: re.Pattern[str]
    are_texts: dict[str, bool]


class Forms:
    """The forms seen so far of objects of which the values of some keys are wanted."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Know no form yet."""
        self._keys, self._known, self._tried = keys, list[_Form](), 0

    def cut(self, text: str, place: int) -> tuple[int, dict[str, Sequence[Any]], int]:
        """Return how many objects of one form stand at a place in a text, their values by key, and the place behind.

        A key that the form lacks is not there. Raises ValueError where a value is no JSON.
        """
        for number, form in enumerate(self._known):
            match, rows = form.pattern.match, []
            while found := match(text, place):
                rows.append(found.groups())
                place = found.end()
            if rows:
                self._known.insert(0, self._known.pop(number))
                columns = zip(form.are_texts.items(), zip(*rows, strict=True), strict=True)
                return len(rows), {key: _read(column, are_texts) for (key, are_texts), column in columns}, place
        return 0, {}, place

    def learn(self, text: str, item: dict[str, Any]) -> None:
        """Know the form of an object from now on, given as it is written and as JSON reads it."""
        self._tried += 1
        if self._tried <= _MOST_TRIED and (form := _form_of(text, item, self._keys)):
            self._known.append(form)


@lru_cache
def shared_forms(keys: Sequence[str]) -> Forms:
    """Return the forms of which these keys are wanted, the same ones each time: all runs have about the same."""
    return Forms(keys)


def _form_of(text: str, item: dict[str, Any], wanted: Sequence[str]) -> _Form | None:
    """Return the form of an object, None where it holds others, or lists that are not empty."""
    members = list(_MEMBER.finditer(text))
    holds_more = any(value and isinstance(value, (dict, list)) for value in item.values())
    if holds_more or [member["key"] for member in members] != list(item):
        return None
    parts, place, are_texts = [], 0, {}
    for member in members:
        key, (start, end) = member["key"], member.span("value")
        parts.append(re.escape(text[place:start]))
        place = end
        if is_text := isinstance(item[key], str):
            value = _ESCAPED if "\\" in member["value"] and key not in wanted else _TEXT
        else:
            value = _PLAIN
        if key in wanted:
            are_texts[key] = is_text
            value = f'"({value[1:-1]})"' if is_text else f"({value})"
        parts.append(value)
    pattern = re.compile("".join([*parts, re.escape(text[place:]), r"[\s,]*"]))
    return _Form(pattern, are_texts) if pattern.fullmatch(text) else None


def _read(values: Sequence[str], are_texts: bool) -> Sequence[Any]:
    """Return values as JSON reads them, of texts what stands between their quotes."""
    if not are_texts:
        read: list[Any] = JSON.decode(f"[{','.join(values)}]")
        return read
    if "\\" in "".join(values):
        return [JSON.decode(f'"{value}"') if "\\" in value else value for value in values]
    return values

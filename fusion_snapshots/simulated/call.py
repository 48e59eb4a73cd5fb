"""What an operation of the API gets and what it may answer, and what several operations share."""

from __future__ import annotations

import time
from calendar import timegm
from typing import Any, NamedTuple

from .state import Json

FORBIDDEN = "Forbidden"


class RefusedError(Exception):
    """The API answers with this status, and with this message where it gives one."""

    def __init__(self, status: int, message: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = None if message is None else {"message": message}


class File(NamedTuple):
    """An answer that is a file, and not JSON."""

    text: str


class Call(NamedTuple):
    """One request: the state it may change, the names in its path, its query and body, and the API's own address."""

    state: Json
    names: dict[str, str]
    query: dict[str, str]
    body: Any
    base: str

    def find(self, kind: str, **wanted: object) -> Json:
        """Return the resource that has these values; raises RefusedError."""
        for item in self.state[kind]:
            if all(str(item.get(key)) == str(value) for key, value in wanted.items()):
                found: Json = item
                return found
        raise RefusedError(403, FORBIDDEN)  # for what is not there as for what one may not see

    def number(self) -> int:
        """Return the next of the numbers that tell resources apart."""
        self.state["ids"] += 1
        return int(self.state["ids"])

    def new_id(self, length: int = 22) -> str:
        """Return an identifier as long as the Platform's."""
        return f"{self.number():04d}QzWx7YrTbNmKpLsDfGhJv8"[:length]

    def searched(self, items: list[Json], key: str = "name") -> list[Json]:
        """Return the items whose name holds the searched text, or is it, where that is in quotes."""
        return having(items, self.query.get("search", ""), key)

    def page(self, items: list[Json], most: int) -> list[Json]:
        """Return the asked part of the items: `most` of them where the request does not say."""
        first = int(self.query.get("offset", 0))
        return items[first : first + int(self.query.get("max", most))]


def having(items: list[Json], text: str, key: str) -> list[Json]:
    """Return the items whose value holds the text, or is it, where that is in quotes."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        return [item for item in items if item[key] == text[1:-1]]
    return [item for item in items if text.lower() in item[key].lower()]


def moment(seconds: float) -> str:
    """Return a number of seconds after the epoch as the API writes a time."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def now() -> str:
    """Return the time as the API writes it."""
    return moment(time.time())


def epoch(text: str) -> int:
    """Return the seconds after the epoch of a time as the API writes it."""
    return timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))

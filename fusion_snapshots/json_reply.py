"""What another program printed as JSON, looked at only through checks of its shape."""

from __future__ import annotations

import json
from typing import Any

from .errors import NoAnswerError

_DEEPEST = 60  # brackets within brackets; a deeper answer would exhaust Python's parser


class ReplyError(NoAnswerError):
    """A program's answer is not of the shape that it should have; the message names the command and the key."""


class Reply:
    """A JSON object, or a part of one, with the command that printed it."""

    def __init__(self, value: Any, command: str, path: str = "") -> None:
        """Keep a value that is an object; raises ReplyError where it is not."""
        self._command, self._path = command, path
        if not isinstance(value, dict):
            raise ReplyError(f"{command}: {path or 'the answer'} is no JSON object")
        self._value: dict[str, Any] = value

    @classmethod
    def parse(cls, text: str, command: str) -> Reply:
        """Return the answer that a command printed; raises ReplyError where it is no JSON object."""
        try:
            if max(_depths(text), default=0) > _DEEPEST:
                raise ReplyError(f"{command}: the answer is nested more than {_DEEPEST} deep")
            value = json.loads(text)
        except ValueError:
            raise ReplyError(f"{command}: the answer is no JSON") from None
        return cls(value, command)

    def has(self, key: str) -> bool:
        """Tell whether a key is there and not null."""
        return self._value.get(key) is not None

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text, or a number as text; raises ReplyError for anything else, or absent without a default."""
        value = self._read(key, default)
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            return str(value)
        raise self._odd(key, "a text")

    def number(self, key: str, default: float | None = None) -> float:
        """Return a number; raises ReplyError where it is something else, or absent without default."""
        value = self._read(key, default)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return value
        raise self._odd(key, "a number")

    def flag(self, key: str) -> bool:
        """Return a boolean, false where it is absent; raises ReplyError where it is something else."""
        value = self._value.get(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise self._odd(key, "true or false")

    def get(self, key: str) -> Reply:
        """Return the object under a key; raises ReplyError where there is none."""
        return Reply(self._read(key, None), self._command, self._name(key))

    def items(self, key: str) -> list[Reply]:
        """Return the objects of a list; raises ReplyError where there is no list, or it holds something else."""
        value = self._read(key, None)
        if not isinstance(value, list):
            raise self._odd(key, "a list")
        return [Reply(item, self._command, f"{self._name(key)}[{index}]") for index, item in enumerate(value)]

    def texts(self, key: str) -> list[str]:
        """Return a list of texts, empty where it is absent; raises ReplyError where it holds something else."""
        value = self._value.get(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._odd(key, "a list of texts")
        return value

    def raw(self) -> dict[str, Any]:
        """Return the object as it was printed, to be compared or kept."""
        return self._value

    def _read(self, key: str, default: Any) -> Any:
        value = self._value.get(key)
        if value is None:
            value = default
        if value is None:
            raise ReplyError(f"{self._command}: answers without {self._name(key)}")
        return value

    def _odd(self, key: str, wanted: str) -> ReplyError:
        return ReplyError(f"{self._command}: {self._name(key)} is not {wanted}")

    def _name(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key


def _depths(text: str) -> Any:
    depth = 0
    for character in text:
        if character in "[{":
            depth += 1
            yield depth
        elif character in "]}":
            depth -= 1

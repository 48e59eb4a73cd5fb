"""Values as the Platform reports them, made plain: of the wrong kind, or out of all bounds, they are not reported."""

from __future__ import annotations

from datetime import datetime, timezone

from ..findings import printable

LONGEST = 500  # characters of a name


def text_of(value: object) -> str:
    """Return a text that any file and terminal can hold, empty for anything else."""
    text = value[:LONGEST] if isinstance(value, str) else ""
    return text if text.isprintable() else printable(text)


def number_of(value: object) -> float | None:
    """Return a number from 0 on, None for anything else."""
    if type(value) is float:
        return value if 0 <= value < 1e15 else None
    return float(value) if type(value) is int and 0 <= value < 1e15 else None


def whole_of(value: object) -> int | None:
    """Return a whole number from 0 on, None for anything else."""
    return value if type(value) is int and 0 <= value < 1 << 53 else None


def read_time(value: object) -> datetime | None:
    """Return an ISO time, in UTC where it names no zone; None for anything else."""
    try:
        found = datetime.fromisoformat(text_of(value).replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def seconds_of(value: object) -> float | None:
    """Return an ISO time as seconds since 1970."""
    found = read_time(value)
    return found.timestamp() if found else None

"""Steps of the scenarios: a call of tw, and what is changed of the Platform before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from backends import Platform

Change = Callable[[Platform], None]


class Step(NamedTuple):
    """Changes of the Platform, and a call of tw after them."""

    words: list[str]
    before: Change | None = None


def fault(on: str, do: str | int, **more: Any) -> Change:
    """Return the change that makes this go wrong."""
    return lambda platform: platform.fault(on, do, **more)


def unreachable(why: str) -> Change:
    """Return the change that hides the Platform."""
    return lambda platform: platform.unreachable(why)


def setting(**values: object) -> Change:
    """Return the change of what steers the Platform."""
    return lambda platform: platform.set(**values)


def faulty(on: str, do: str | int, words: list[str], **more: Any) -> Step:
    """Return a call that meets this fault, and no other."""

    def change(platform: Platform) -> None:
        platform.well()
        platform.fault(on, do, **more)

    return Step(words, change)


def without_run(platform: Platform) -> None:
    """Take the run away, so that its compute environment may go, slowly."""
    platform.remove("runs", "good")
    platform.set(polls=2)


def many(platform: Platform) -> None:
    """Fill the workspace with more than tw lists at once."""
    with platform.store.changing() as state:
        for kind in ("pipelines", "datasets"):
            (item,) = state[kind]
            for number in range(120):
                more = {"id": f"{number:022d}", "pipelineId": number, "name": f"other{number:03d}"}
                state[kind].insert(0, item | more)

"""Faults to order: what is to go wrong with which request.

{"on": "POST /workflow/launch", "nth": 1, "times": 1, "do": ...}: `on` is how method and path begin; nth counts the
requests that it meets, 0 is each; times says for how many it holds from that one on. `do` is "drop" (the connection is
closed and nothing done), "lose" (done, then the connection is closed), "cut" (done, half the answer sent, then the
connection is closed), "hang" (no answer for so many "seconds"), or an HTTP status with an optional "body": JSON, or a
string for a page of HTML.
"""

from __future__ import annotations

from .store import Json

BROKEN_OFF = ("drop", "lose")


def fault(state: Json, what: str) -> Json:
    """Count a request, its method and path, and return the fault that is meant for it, or nothing."""
    met: Json = {}
    for entry in state["faults"]:
        if not what.startswith(entry["on"]):
            continue
        count = state["counts"][entry["on"]] = state["counts"].get(entry["on"], 0) + 1
        first = entry.get("nth", 0)
        if not met and (not first or first <= count < first + entry.get("times", 1)):
            met = entry
    return met

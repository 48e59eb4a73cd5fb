"""The state of the simulated Platform, in a folder of files that tests, the stand-in for tw and the server share."""

from __future__ import annotations

import contextlib
import fcntl
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]

TOKEN = "eyJ0aWQiOiAxfS4-not-a-real-one"
ORGANIZATION, WORKSPACE = "acme-genomics", "fusion-benchmark"
ORGANIZATION_ID, WORKSPACE_ID, USER_ID = 27736513644467, 75887156211589, 1264
USER = "ada"
BORN = "2026-01-05T09:00:00Z"


def credentials(identifier: str, name: str, provider: str) -> Json:
    """Return credentials of AWS or Google as the API shows them."""
    dates = {"dateCreated": BORN, "lastUpdated": BORN, "lastUsed": None}
    more = {"description": None, "status": "AVAILABLE", "deleted": None, "keys": {"discriminator": provider}}
    return {"id": identifier, "name": name, "provider": provider, **more, **dates}


def new_state() -> Json:
    """Return a Platform with one workspace, its credentials and nothing else.

    What else steers it: polls, how many looks a compute environment stays CREATING or DELETING; run_polls, how many a
    run is SUBMITTED or RUNNING; errored, names of compute environments that end ERRORED; failing, how the names of runs
    begin that end FAILED; unlogged, how those begin whose logs are gone; recordings, {how names of runs begin: an
    archive of `tw runs dump`} which those runs replay; unversioned, whether pipelines have no versions; faults, see
    api.py, and counts, how often each has come; network, why tw cannot reach it: "refused", "untrusted", or nothing.
    """
    return {
        "tokens": [TOKEN],
        "organization": ORGANIZATION,
        "workspace": WORKSPACE,
        "apiVersion": "1.187.0",
        "credentials": [credentials("cred1", "acme-aws", "aws"), credentials("cred2", "acme-google", "google")],
        **{kind: [] for kind in ("computeEnvs", "pipelines", "runs", "datasets", "labels")},
        **dict.fromkeys(("ids", "polls", "run_polls"), 0),
        **{kind: [] for kind in ("errored", "failing", "unlogged", "faults")},
        "recordings": {},
        "unversioned": False,
        "counts": {},
        "network": "",
    }


class Store:
    """The files: the state, a journal of the API's exchanges, and the calls of tw with their words."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state.json"
        self.exchanges = folder / "journal.jsonl"
        self.calls = folder / "calls"
        self.lock = folder / "lock"

    def read(self) -> Json:
        """Return the state."""
        return dict(json.loads(self.state.read_text()))

    def write(self, state: Json) -> None:
        """Write the state whole, as others read it at any time."""
        partial = self.state.with_suffix(".part")
        partial.write_text(json.dumps(state))
        partial.replace(self.state)

    @contextlib.contextmanager
    def changing(self) -> Iterator[Json]:
        """Yield the state to one process at a time, and keep what it does to it."""
        with self.lock.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            state = self.read()
            yield state
            self.write(state)

    def note(self, exchange: Json) -> None:
        """Add an exchange: method, path, query, request, status (or how it was broken off), response."""
        with self.exchanges.open("a") as file:
            file.write(json.dumps(exchange) + "\n")


def drop_none(value: Any) -> Any:
    """Return JSON as tw writes it: without keys that have no value."""
    if isinstance(value, dict):
        return {key: drop_none(item) for key, item in value.items() if item is not None}
    return [drop_none(item) for item in value] if isinstance(value, list) else value

"""A simulated Platform with a tw that talks to it: the stand-in (fusion_snapshots/simulated/tw), or the real tw over https.

Both keep their state and their journal of requests in the same files, so a test asks either the same way.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from certificate import server_context, write_trust_store
from platform_server import Server
from real_programs import find

from fusion_snapshots.simulated.run_api import put
from fusion_snapshots.simulated.state import ORGANIZATION, TOKEN, WORKSPACE, Json, Store, new_state
from fusion_snapshots.simulated.tw import main as stand_in_tw
from fusion_snapshots.simulated.tw import options as tw_options
from fusion_snapshots.simulated.tw import write_program

PROGRAMS = [str(Path(sys.executable).parent)]  # directories that come before PATH: those of the tests' own programs
REFERENCE = f"{ORGANIZATION}/{WORKSPACE}"
# Notes the words of each call, as the stand-in does, and runs the real tw with what makes it trust the server, and ask
# no other, whatever a folder's env.sh says.
WRAPPER = """#!/bin/sh
case "$1" in --version | -V) exec {tw} "$@" ;; esac
words=$(printf '%s\\037' "$@")
printf '%s\\n' "$words" >>{calls}
export TOWER_API_ENDPOINT={endpoint}
if grep -q '"network": "refused"' {state}; then export TOWER_API_ENDPOINT=https://localhost:1/api; fi
if grep -q '"network": "untrusted"' {state}; then exec {tw} "$@"; fi
exec {tw} {trust} "$@"
"""


def journal(store: Store) -> list[Json]:
    """Return a Platform's exchanges so far."""
    lines = store.exchanges.read_text().splitlines() if store.exchanges.exists() else []
    return [json.loads(line) for line in lines]


class Platform:
    """The Platform of a test, its workspace with nothing but credentials at first, and the environment to run tw in."""

    def __init__(self, folder: Path, backend: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.backend = backend
        self.store = Store(folder)
        self.store.write(new_state())
        self.env = {"TOWER_ACCESS_TOKEN": TOKEN}

    def read(self) -> Json:
        """Return the state; simulated/state.py names its keys."""
        return self.store.read()

    def all(self, kind: str) -> list[Json]:
        """Return what the workspace holds of a kind: computeEnvs, pipelines, datasets, runs, credentials, labels."""
        return list(self.read()[kind])

    def set(self, **values: Any) -> None:
        """Change what steers the Platform, such as polls or errored."""
        with self.store.changing() as state:
            state.update(values)

    def change(self, kind: str, name: str, **values: Any) -> None:
        """Change the resource of this name (a run's is its runName), in what it nests, too; None removes a key."""
        with self.store.changing() as state:
            (item,) = [item for item in state[kind] if name in (item.get("name"), item.get("runName"))]
            _merge(item, values)

    def remove(self, kind: str, name: str) -> None:
        """Take away the resource of this name, as if someone had deleted it."""
        with self.store.changing() as state:
            state[kind] = [item for item in state[kind] if name not in (item.get("name"), item.get("runName"))]

    def add_run(self, **values: Any) -> None:
        """Add a run that was not launched here: an id is enough; a recording tells the rest."""
        with self.store.changing() as state:
            put(state, values)

    def fault(self, on: str, do: str | int, nth: int = 0, **more: Any) -> None:
        """Order a fault for requests from here on: `on` begins "METHOD /path"; simulated/api.py has the rest."""
        # tw sends a request again, once, where the connection is closed without an answer.
        times = {"times": 2} if do in ("drop", "lose") else {}
        with self.store.changing() as state:
            state["faults"].append({"on": on, "do": do, "nth": nth, **times, **more})
            state["counts"] = {}

    def unreachable(self, why: str) -> None:
        """Let tw find no Platform: its connection is "refused", or its certificate is "untrusted"."""
        self.set(network=why)

    def well(self) -> None:
        """Take back all faults."""
        self.set(faults=[], counts={}, network="")

    def journal(self) -> list[Json]:
        """Return the API's exchanges so far."""
        return journal(self.store)

    def requests(self, on: str = "") -> list[str]:
        """Return "METHOD /path" of each request so far that begins so."""
        what = [f"{entry['method']} {entry['path']}" for entry in self.journal()]
        return [request for request in what if request.startswith(on)]

    def calls(self) -> list[list[str]]:
        """Return the words of each call of tw so far, but for --version."""
        text = self.store.calls.read_text() if self.store.calls.exists() else ""
        return [line.split("\x1f")[:-1] for line in text.splitlines()]

    def commands(self) -> list[str]:
        """Return the command of each call of tw so far, such as "runs view"; "" where tw knows none such."""
        return [tw_options.command(words) for words in self.calls()]

    def forget(self) -> None:
        """Empty the journal and the list of calls."""
        for path in (self.store.exchanges, self.store.calls):
            path.unlink(missing_ok=True)


def _merge(item: Json, values: Json) -> None:
    for key, value in values.items():
        if value is None:
            item.pop(key, None)
        elif isinstance(value, dict) and isinstance(item.get(key), dict):
            _merge(item[key], value)
        else:
            item[key] = value


def put_program(folder: Path) -> str:
    """Write the stand-in for tw beside a Platform's state and return the directory to put on PATH."""
    place = folder / "stand-in"
    place.mkdir(exist_ok=True)
    write_program(place)
    return str(place)


def stand_in(folder: Path) -> Platform:
    """Return a Platform that the stand-in for tw asks."""
    platform = Platform(folder, "stand-in")
    path = os.pathsep.join([put_program(folder), *PROGRAMS, os.environ["PATH"]])
    platform.env |= {"PATH": path, "TW_STATE": str(folder)}
    return platform


@contextlib.contextmanager
def real(folder: Path) -> Iterator[Platform]:
    """Yield a Platform that the real tw asks, over https."""
    tw = find("tw")
    assert tw, "the real tw is not on PATH"
    platform = Platform(folder, "tw")
    context, authority = server_context()
    trust = write_trust_store(authority, folder / "authority.p12")
    wrapper = folder / "bin/tw"
    wrapper.parent.mkdir()
    path = os.pathsep.join([str(wrapper.parent), *PROGRAMS, os.environ["PATH"]])
    with Server(platform.store, context) as server:
        words = {"tw": tw.path, "trust": trust, "endpoint": server.address}
        words |= {"calls": str(platform.store.calls), "state": str(platform.store.state)}
        wrapper.write_text(WRAPPER.format_map({name: shlex.quote(word) for name, word in words.items()}))
        wrapper.chmod(0o755)
        platform.env |= {"PATH": path, "TOWER_API_ENDPOINT": server.address}
        yield platform


def run_tw(platform: Platform, words: list[str], folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run tw in a folder and return what it said; the stand-in runs in this process, as it is asked that often."""
    env = dict(os.environ) | platform.env | more
    if platform.backend == "stand-in":
        return _call_stand_in(words, folder, env)
    return subprocess.run(
        ["tw", *words], cwd=folder, env=env, text=True, capture_output=True, timeout=120, stdin=subprocess.DEVNULL
    )


def _call_stand_in(words: list[str], folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    out, err = io.StringIO(), io.StringIO()
    here, before = Path.cwd(), dict(os.environ)
    try:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(env)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = stand_in_tw(words)
    finally:
        os.environ.clear()
        os.environ.update(before)
        os.chdir(here)
    return subprocess.CompletedProcess(["tw", *words], code, out.getvalue(), err.getvalue())

"""Counting how many calls of tw follow one another in a step, however many run at once, and however long each takes.

Each call waits at a gate. The gate opens for all that wait once nothing else of the step runs: no call that was let
through, and no thread of any of the step's processes. What is asked at once so goes through together, and each opening
is a round trip.
"""

from __future__ import annotations

import os
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from backends import Platform
from conftest import BIN

from fusion_snapshots.simulated.tw import options

# Waits at the gate, then becomes tw; its end is the end of the connection, which tw inherits.
GATE = """#!{python} -IS
import os, socket, sys
if sys.argv[1:] != ["--version"]:
    gate = socket.socket(socket.AF_UNIX)
    gate.connect({address!r})
    gate.sendall("\\x1f".join(sys.argv[1:]).encode() + b"\\n")
    gate.recv(1)
    gate.set_inheritable(True)
os.execv({tw!r}, [{tw!r}, *sys.argv[1:]])
"""
MINUTES = 2  # for one step


def count_round_trips(folder: Path, platform: Platform, *words: str) -> list[list[str]]:
    """Run a step, and return the commands of tw that went through the gate together, by round trip."""
    place = platform.store.state.parent / "gate"
    place.mkdir(exist_ok=True)
    # Not below pytest's directories, as a socket's path has 104 characters at most on macOS.
    with tempfile.TemporaryDirectory(prefix="gate-", dir="/tmp") as short, socket.socket(socket.AF_UNIX) as gate:
        address = f"{short}/gate"
        gate.bind(address)
        gate.listen(64)
        tw = str(platform.store.state.parent / "stand-in/tw")
        (place / "tw").write_text(GATE.format(python=sys.executable, address=address, tw=tw))
        (place / "tw").chmod(0o755)
        # The programs themselves, not those kept warm, whose processes would not be the step's.
        path = os.pathsep.join([str(place), str(BIN), platform.env["PATH"]])
        command = [str(BIN / "python"), "-m", "fusion_snapshots", *words]
        env = dict(os.environ) | platform.env | {"PATH": path}
        with (place / "said").open("w+") as said:
            step = subprocess.Popen(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
            try:
                rounds = _let_through(step, gate)
            finally:
                step.kill()
                step.wait()
            assert step.returncode == 0, (place / "said").read_text()
    return rounds


def _let_through(step: subprocess.Popen[bytes], gate: socket.socket) -> list[list[str]]:
    rounds: list[list[str]] = []
    waiting: dict[socket.socket, str] = {}
    under_way: set[socket.socket] = set()
    ends = time.monotonic() + 60 * MINUTES
    with selectors.DefaultSelector() as selector:
        selector.register(gate, selectors.EVENT_READ)
        while step.poll() is None:
            assert time.monotonic() < ends, f"the step does not end; so far: {rounds}"
            ready = [key.fileobj for key, _ in selector.select(0.02)]
            for each in ready:
                assert isinstance(each, socket.socket)
                if each is gate:
                    call, _ = gate.accept()
                    waiting[call] = call.makefile("r").readline().rstrip("\n")
                    selector.register(call, selectors.EVENT_READ)
                else:
                    selector.unregister(each)
                    each.close()
                    under_way.discard(each)
                    waiting.pop(each, None)
            # Asleep is, too, what has come to the gate since, and was not looked at yet.
            if waiting and not ready and not under_way and _is_asleep(step.pid) and not selector.select(0):
                rounds.append(sorted(options.command(words.split("\x1f")) for words in waiting.values()))
                for call in waiting:
                    call.sendall(b"\0")
                under_way |= set(waiting)
                waiting.clear()
    return rounds


def _is_asleep(pid: int) -> bool:
    """Tell whether there was a moment at which every thread of a process and of all that it started was asleep."""
    first = _threads(pid)
    # What sleeps at two looks, and has not run in between, slept all that time.
    return all(state == "S" for state, _ in first.values()) and first == _threads(pid)


def _threads(pid: int) -> dict[str, tuple[str, str]]:
    """Return the state of each thread of a process and its descendants, and how often it has run."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
        except OSError:  # it has ended
            continue
        if state != "Z":
            parents[int(path.parent.name)] = int(parent)
    family = {pid}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    found = {}
    for each in family:
        for path in Path(f"/proc/{each}/task").glob("*"):
            try:
                state = (path / "stat").read_text().rpartition(")")[2].split()[0]
                found[path.name] = state, (path / "schedstat").read_text().split()[2]
            except OSError:
                continue
    return found

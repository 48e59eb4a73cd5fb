"""How many rounds of calls of tw each step makes, one round after another: FOLDER; prints them by step, as JSON.

tw is the stand-in, let down to the speed of the real one: calls that a step makes at once overlap, and are one round.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from fusion_snapshots.simulated.state import TOKEN, Store, new_state
from fusion_snapshots.simulated.tw import write_program

# The steps in the order in which a benchmark goes, each with its settings.
STEPS = {
    "preflight": [],
    "compute-envs": [],
    "pipelines": [],
    "launch": ["RUNS=4", "NOWAIT=yes", "CONFIRM=yes"],
    "report": [],
    "destroy": ["CONFIRM=yes"],
}
# A call notes its beginning and its end; which version tw is, it tells at once.
SLOW = """#!/bin/sh
[ "$1" = --version ] && exec {tw} "$@"
echo "begins $$" >>{calls}
sleep 1.3
{tw} "$@"
code=$?
echo "ends $$" >>{calls}
exit $code
"""


class Bench(NamedTuple):
    """A rendered folder beside its simulated Platform, and the slow tw that asks it."""

    folder: Path
    platform: Store
    calls: Path
    env: dict[str, str]


def prepare(folder: Path) -> Bench:
    """Put a Platform with an empty workspace, and tw, beside a folder."""
    place = folder.parent / "platform"
    (place / "tw").mkdir(parents=True)
    (place / "bin").mkdir()
    platform, calls, slow = Store(place), place / "slow-calls", place / "bin/tw"
    platform.write(new_state())
    write_program(place / "tw")
    slow.write_text(SLOW.format(tw=shlex.quote(str(place / "tw/tw")), calls=shlex.quote(str(calls))))
    slow.chmod(0o755)
    path = os.pathsep.join([str(slow.parent), os.environ["PATH"]])
    return Bench(
        folder, platform, calls, {**os.environ, "PATH": path, "TW_STATE": str(place), "TOWER_ACCESS_TOKEN": TOKEN}
    )


def count_rounds(bench: Bench, verb: str, settings: list[str]) -> int:
    """Take a step and return the most calls of which each began when the one before had ended."""
    bench.calls.unlink(missing_ok=True)
    words = [sys.executable, "-m", "fusion_snapshots", verb, *settings]
    subprocess.run(words, cwd=bench.folder, env=bench.env, check=True, stdout=subprocess.DEVNULL)
    begun: dict[str, int] = {}
    rounds = last = 0
    for moment, line in enumerate(bench.calls.read_text().splitlines(), 1):
        what, call = line.split()
        if what == "begins":
            begun[call] = moment
        elif begun[call] > last:
            rounds, last = rounds + 1, moment
    return rounds


def main(folder: Path) -> None:
    """Take all steps, let what they launched succeed, and print the rounds of each."""
    bench = prepare(folder)
    found = {}
    for verb, settings in STEPS.items():
        found[verb] = count_rounds(bench, verb, settings)
        with bench.platform.changing() as state:
            for run in state["runs"]:
                run["status"] = "SUCCEEDED"
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

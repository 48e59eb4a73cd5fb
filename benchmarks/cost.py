"""What commands cost in CPU seconds and memory, measured in turns, as the load of a machine slows all of them alike."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

Command = Sequence[str | Path]


class Cost(NamedTuple):
    """CPU seconds (user and system) of processes and their children, and peak memory in MiB of the largest of them."""

    seconds: float
    mebibytes: float

    def __str__(self) -> str:
        return f"{self.seconds:.2f} s, {self.mebibytes:.0f} MiB"

    def times(self, number: int) -> Cost:
        """Return the cost of that many such commands, one after another."""
        return self._replace(seconds=self.seconds * number)


class Side(NamedTuple):
    """Commands that run one after another in a folder; what they made before is put aside.

    It is not removed: for some seconds, ext4 looks past every file that was, which takes longer than making others.
    """

    commands: Sequence[Command]
    folder: Path
    env: Mapping[str, str]
    makes: Path | None = None

    def run(self) -> Cost:
        """Run it once and return its cost; raises CalledProcessError where a command fails."""
        if self.makes and self.makes.exists():
            self.makes.rename(self.makes.with_name(f"{self.makes.name}-{time.monotonic_ns()}"))
        costs = [_run([str(word) for word in command], self.folder, self.env) for command in self.commands]
        return Cost(sum(cost.seconds for cost in costs), max(cost.mebibytes for cost in costs))


def measure(sides: Mapping[str, Side], turns: int) -> dict[str, Cost]:
    """Run all sides in turns and return the median seconds and the highest peak of each.

    A turn before these, which fills caches, does not count.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in sides}
    for turn in range(turns + 1):
        for name, side in sides.items():
            cost = side.run()
            costs[name] += [cost] if turn else []
    return {
        name: Cost(statistics.median(cost.seconds for cost in own), max(cost.mebibytes for cost in own))
        for name, own in costs.items()
    }


def _run(command: Sequence[str], folder: Path, env: Mapping[str, str]) -> Cost:
    process = subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    unit = 1024**2 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes on macOS, in KiB on Linux
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit)

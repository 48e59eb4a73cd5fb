"""Running a folder's steps as people do, and reading what came of it."""

from __future__ import annotations

import csv
import re
import subprocess
from pathlib import Path

from backends import Platform
from conftest import BIN, run

PREFIX = "fusion-benchmark_eu-west-1"
ONDEMAND, SNAPSHOTS = f"{PREFIX}_fusion_ondemand", f"{PREFIX}_fusion_snapshots"
ONDEMAND_FILE, SNAPSHOTS_FILE = "compute-envs/aws_fusion_ondemand.yml", "compute-envs/aws_fusion_snapshots.yml"

Ran = subprocess.CompletedProcess[str]


def make(folder: Path, platform: Platform, *words: str, **env: str) -> Ran:
    """Run make in a folder."""
    return run(["make", *words], cwd=folder, env=platform.env | env, stdin=subprocess.DEVNULL)


def step(folder: Path, platform: Platform, *words: str, **env: str) -> Ran:
    """Run a step by its verb, asking the Platform without long waits."""
    patient = ["--poll", "0.1"] if words and words[0] in ("compute-envs", "destroy", "report") else []
    command: list[str | Path] = [BIN / "python", "-m", "fusion_snapshots", *words, *patient]
    return run(command, cwd=folder, env=platform.env | env, stdin=subprocess.DEVNULL)


def done(ran: Ran) -> Ran:
    """Check that a command did what it should."""
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran


def refused(ran: Ran, code: int, message: str) -> Ran:
    """Check that a step ended with this exit code and said exactly this on standard error."""
    assert (ran.returncode, untimed(ran.stderr)) == (code, message + "\n"), ran.stdout
    return ran


def untimed(text: str) -> str:
    """Return a text with TIME for each time, and ID for each id of a run."""
    return re.sub(r"\b\d{4}QzWx7YrTbN\b", "ID", re.sub(r"\d{8}-\d{6}-[a-z0-9]{6}\b", "TIME", text))


def rows(folder: Path) -> list[list[str]]:
    """Return report/runs.csv, its first line included."""
    return list(csv.reader((folder / "report/runs.csv").read_text().splitlines()))


def names(folder: Path) -> list[str]:
    """Return the names of the runs in report/runs.csv."""
    return [untimed(row[1]) for row in rows(folder)[1:]]


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Replace a text in a file that holds it."""
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))

"""Folders and arms of made-up recordings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fusion_snapshots.compare.figures import ArmFigures
from fusion_snapshots.runs.run import read_run
from fusion_snapshots.simulated.made_up import RECLAIMED
from fusion_snapshots.simulated.recordings import BEGAN, COMMIT, documents, iso, pack, task, write_archive

__all__ = [
    "BEGAN",
    "COMMIT",
    "RECLAIMED",
    "documents",
    "iso",
    "make_folder",
    "pack",
    "read_arm",
    "task",
    "write_archive",
]


def make_folder(root: Path, arms: Mapping[str, Iterable[Mapping[str, Any]]]) -> list[str]:
    """Write a folder with these arms, report/runs.csv and the archives of their runs; return the runs' ids.

    A run is what `documents` takes, by name; one whose tasks are None is in report/runs.csv alone.
    """
    (root / "compute-envs").mkdir(parents=True)
    (root / "report" / "runs").mkdir(parents=True)
    rows, identifiers = ["id,name,compute environment,when"], []
    for arm, runs in arms.items():
        (root / "compute-envs" / f"aws_{arm}.yml").touch()
        for number, run in enumerate(runs, 1):
            identifier = f"{number}{arm.replace('_', '')}"
            identifiers.append(identifier)
            rows.append(f"{identifier},{arm}-{number},acme_{arm},2026-03-02T10:00:00Z")
            more = dict(run)
            if (tasks := more.pop("tasks")) is not None:
                write_archive(root / "report" / "runs" / f"{identifier}.tar.gz", tasks, **more)
    (root / "report" / "runs.csv").write_text("\n".join([*rows, ""]))
    return identifiers


def read_arm(folder: Path, name: str, runs: Iterable[Mapping[str, Any]], caused: int = 0) -> ArmFigures:
    """Return an arm of such runs, read from archives that are written to a folder."""
    read = []
    for number, run in enumerate(runs, 1):
        path = folder / f"{name}-{number}.tar.gz"
        write_archive(path, **run)
        read.append(read_run(path, f"{number}{name}", f"{name}-{number}", name))
    return ArmFigures(name, read, caused)

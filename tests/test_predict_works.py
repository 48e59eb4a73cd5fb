"""From recorded tasks to the model's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from archives import task, write_archive

from fusion_snapshots.folder.layout import SCHEMAS
from fusion_snapshots.instance_types import GUIDE, Catalog
from fusion_snapshots.predict.costs import Work
from fusion_snapshots.predict.prices import PerHour
from fusion_snapshots.predict.recorded import Recorded, read_recorded
from fusion_snapshots.predict.terms import Measured, Terms, read_terms
from fusion_snapshots.predict.works import Large, Machines, over_limit, unsavable, works_of
from fusion_snapshots.settings import Predict

CATALOG = Catalog(SCHEMAS)
MACHINES = Machines(CATALOG, CATALOG.expand(GUIDE))
TERMS = read_terms(None, CATALOG, Predict())


def runs_of(folder: Path, *tasks: dict[str, Any]) -> list[Recorded]:
    write_archive(folder / "run.tar.gz", tasks)
    return read_recorded([folder / "run.tar.gz"])


def works(folder: Path, *tasks: dict[str, Any], terms: Terms = TERMS) -> Sequence[Work]:
    (run,) = runs_of(folder, *tasks)
    return works_of(run, MACHINES, PerHour(run.kept, MACHINES.share, None), terms)


def test_a_task_as_the_model_sees_it(tmp_path: Path) -> None:
    # c6id.8xlarge: 32 vCPUs, 64 GiB, 12.5 Gbps. A sixteenth of it dumps its 2 GiB at a sixteenth of the bandwidth.
    first = task(minutes=90, usd=3, after=5, peakRss=2 << 30, cpus=2, memory=4 << 30)
    (each,) = works(tmp_path, first)
    assert list(each) == pytest.approx([1.5, 2, 70 * 2 / 64 / 3600, 1, -5 / 60, 1.5])


@pytest.mark.parametrize(
    ("peak", "saved"),
    [(6, 1), (7, 0)],  # a sixteenth of the bandwidth dumps 6.86 GiB in 120 s
)
def test_whether_a_dump_is_saved_in_time(tmp_path: Path, peak: int, saved: float) -> None:
    (each,) = works(tmp_path, task(peakRss=peak << 30, cpus=2, memory=4 << 30))
    assert each.saved == saved


def test_what_is_not_reported(tmp_path: Path) -> None:
    (each,) = works(tmp_path, task(memory=8 << 30, cpus=None, submit=None))
    assert each.restore == pytest.approx(70 * 8 / 64 / 3600)  # by what it asked for
    assert each.submitted == 0  # as it started
    (whole,) = works(tmp_path, task(memory=None, cpus=None, usd=None))
    assert (whole.price, whole.restore, whole.saved) == (1, 0, 1)  # a whole instance, and nothing to dump


@pytest.mark.parametrize(
    ("machine", "found", "assumed"),
    [("c6id.8xlarge", "c6id.8xlarge", False), ("m6i.16xlarge", "m6id.16xlarge", False), ("", "r6id.2xlarge", True),
     ("t3.large", "r6id.2xlarge", True)],
)  # fmt: skip
def test_the_type_of_a_task(tmp_path: Path, machine: str, found: str, assumed: bool) -> None:
    ((each,),) = (run.kept for run in runs_of(tmp_path, task(machineType=machine)))
    assert MACHINES.share(each)[0] == CATALOG.types[found]
    assert (MACHINES.named(machine) is None) == assumed


def test_a_type_that_is_assumed_holds_the_task(tmp_path: Path) -> None:
    tasks = [task(machineType=None, memory=gib << 30, cpus=cpus) for gib, cpus in ((60, 2), (8, 40), (500, 2))]
    (run,) = runs_of(tmp_path, *tasks)
    names = [MACHINES.share(each)[0].name for each in run.kept]
    assert names == ["r6id.2xlarge", "c6id.12xlarge", "c6id.12xlarge"]


def test_what_was_measured_takes_the_place_of_estimates(tmp_path: Path) -> None:
    measured = Measured(None, 2.5, {"c6id.8xlarge": 0.8})
    (each,) = works(tmp_path, task(peakRss=4 << 30), terms=replace(TERMS, measured=measured))
    assert [each.restore, each.saved] == pytest.approx([10 / 3600, 0.8])


def test_tasks_that_are_too_large(tmp_path: Path) -> None:
    peaks = {"A:STAR": (120, 140), "A:SORT": (20,), "A:BISMARK": (115,)}
    runs = runs_of(
        tmp_path, *(task(name, peakRss=gib << 30, memory=8 << 30) for name, each in peaks.items() for gib in each)
    )
    assert over_limit(runs, 118) == [Large("A:STAR", 140, 118)]
    room = TERMS.limit_gib
    found = unsavable(runs, TERMS.types)
    assert [(each.process, each.peak_gib) for each in found] == [("A:STAR", 140), ("A:BISMARK", 115)]
    assert room <= found[0].limit_gib < room + 1

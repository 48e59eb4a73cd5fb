"""What the runs tell of Snapshots: found again in made worlds of which it is known, and null where nothing tells it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from archives import RECLAIMED, task, write_archive

from fusion_snapshots.compare.measured import (
    Estimated,
    Measured,
    as_terms,
    describe_measured,
    measure,
    measure_overhead,
    measure_restores,
    measure_saved,
)
from fusion_snapshots.compare.snapshots import SnapshotLogs, TaskSnapshots, seconds_of
from fusion_snapshots.predict import terms
from fusion_snapshots.runs.run import Run, read_run
from fusion_snapshots.runs.tasks import Tasks

NONE = SnapshotLogs([], 0, "")


def tasks_of(place: Path, *tasks: dict[str, Any]) -> list[Tasks]:
    write_archive(place, tasks)
    return [read_run(place, "1", "run", "fusion_snapshots").tasks]


def test_overhead_is_the_share_of_what_exceeds_five_minutes(tmp_path: Path) -> None:
    # Ten minutes beyond the first five became ten and a half; short tasks took the same.
    ours = tasks_of(
        tmp_path / "a.tar.gz",
        *(task("ALIGN", minutes=15.5) for _ in range(4)),
        *(task("QC", minutes=2) for _ in range(4)),
    )
    theirs = tasks_of(
        tmp_path / "b.tar.gz",
        *(task("ALIGN", minutes=15) for _ in range(4)),
        *(task("QC", minutes=2) for _ in range(4)),
    )
    found = measure_overhead(ours, theirs)
    assert found is not None
    assert found.value == pytest.approx(0.05)
    assert [found.low, found.high] == pytest.approx([0.05, 0.05])
    assert found.number == 16


def test_interrupted_failed_and_single_tasks_tell_nothing_of_it(tmp_path: Path) -> None:
    hit = task("ALIGN", minutes=99, numSpotInterruptions=1)
    lost = task("ALIGN", minutes=99, status="FAILED", exit=1)
    ours = tasks_of(tmp_path / "a.tar.gz", hit, lost, task("ALIGN", minutes=20), task("ONCE", minutes=90))
    theirs = tasks_of(tmp_path / "b.tar.gz", *(task("ALIGN", minutes=20) for _ in range(3)), task("ONCE", minutes=20))
    assert measure_overhead(ours, theirs) is None
    assert measure_overhead([], theirs) is None


def test_restores_are_seconds_per_gib() -> None:
    assert measure_restores([(20.0, 10.0), (40.0, 20.0)]) == Estimated(2.0, 2.0, 2.0, 2)
    found = measure_restores([(20.0, 10.0), (50.0, 20.0), (9.0, None)])
    assert found is not None
    assert found.value == pytest.approx(70 / 30)
    assert found.low < 2 < found.value < found.high
    assert measure_restores([(20.0, 10.0)]) is None


def test_saved_are_the_interruptions_after_which_the_task_went_on(tmp_path: Path) -> None:
    tasks = tasks_of(
        tmp_path / "a.tar.gz",
        *(task(numSpotInterruptions=2) for _ in range(4)),
        task(numSpotInterruptions=0, status="FAILED", exit=175),
        task(numSpotInterruptions=1, status="FAILED", exit=RECLAIMED),
        task(machineType="r6id.2xlarge", numSpotInterruptions=0),
    )
    found = measure_saved(tasks)
    assert list(found) == ["c6id.8xlarge"]
    each = found["c6id.8xlarge"]
    assert (each.value, each.number) == (0.8, 10)
    # Wilson's interval of 8 of 10, by the printed tables.
    assert (round(each.low, 3), round(each.high, 3)) == (0.490, 0.943)


def test_logs_tell_how_long_a_restore_took() -> None:
    assert seconds_of("(1.5) begin\n(145.8) Restore finished successfully. Tasks resumed.\n", "restore") == 145.8
    assert seconds_of("(1.5) begin\n(3.0) killed\n", "restore") is None
    assert seconds_of("(145.8) Restore finished successfully\n", "dump") is None


def test_without_a_second_spot_arm_or_logs_nothing_is_measured(tmp_path: Path) -> None:
    write_archive(tmp_path / "a.tar.gz", [task(numSpotInterruptions=0)])
    found = measure([read_run(tmp_path / "a.tar.gz", "1", "run", "fusion_ondemand")], NONE)
    assert (found.overhead, found.restore, found.saved) == (None, None, {})
    assert list(describe_measured(found)) == []


def make_world(place: Path, seed: int) -> tuple[list[Run], SnapshotLogs]:
    """Return runs of both Spot arms in a world where e = 4 %, R = 1.5 s per GiB and q = 85 %, and their logs."""
    draw = random.Random(seed)
    runs, seen = [], []
    for number in range(6):
        for arm, overhead in (("fusion_spot", 0.0), ("fusion_snapshots", 0.04)):
            tasks = []
            for process, minutes in (("QC", 3.0), ("ALIGN", 60.0), ("CALL", 120.0)):
                for _ in range(40):
                    took = minutes * draw.lognormvariate(0, 0.04)
                    took += overhead * max(0.0, took - 5)
                    hit = arm == "fusion_snapshots" and draw.random() < 0.1
                    saved = draw.random() < 0.85
                    more: dict[str, Any] = {
                        "numSpotInterruptions": int(hit and saved),
                        "peakRss": int(draw.uniform(4, 60) * 2**30),
                    }
                    ended: dict[str, Any] = {"status": "FAILED", "exit": 175} if hit and not saved else {}
                    tasks.append(task(process, minutes=took + 9 * hit, **more, **ended))
            path = place / f"{arm}{number}.tar.gz"
            write_archive(path, tasks)
            run = read_run(path, path.stem, path.stem, arm)
            runs.append(run)
            for each in run.tasks:
                if each.interruptions and each.peak:
                    took = 1.5 * each.peak * draw.lognormvariate(0, 0.2)
                    seen.append(TaskSnapshots(run, each, 1, 1, 1, [], None, (took,)))
    return runs, SnapshotLogs(seen, len(seen), "")


@pytest.mark.slow
def test_e_r_and_q_of_a_made_world_are_found(tmp_path: Path) -> None:
    covered = [0, 0, 0]
    for seed in range(20):
        place = tmp_path / str(seed)
        place.mkdir()
        found = measure(*make_world(place, seed))
        assert found.overhead
        assert found.restore
        saved = found.saved["c6id.8xlarge"]
        for index, (each, truth) in enumerate(((found.overhead, 0.04), (found.restore, 1.5), (saved, 0.85))):
            covered[index] += each.low <= truth <= each.high
            assert each.value == pytest.approx(truth, rel=0.2)
    assert min(covered) >= 16


def test_what_was_measured_is_said_in_sentences(tmp_path: Path) -> None:
    said = list(describe_measured(measure(*make_world(tmp_path, 1))))
    assert len(said) == 3
    assert said[0].startswith("Periodic dumps cost ")
    assert said[1].startswith("A restore took 1.")
    assert said[2].startswith("c6id.8xlarge: ")


def test_two_tasks_of_a_process_on_each_side_are_enough(tmp_path: Path) -> None:
    ours = tasks_of(
        tmp_path / "a.tar.gz", task("ALIGN", minutes=15.5), task("ALIGN", minutes=15.5), task("QC", minutes=0)
    )
    theirs = tasks_of(
        tmp_path / "b.tar.gz", task("ALIGN", minutes=15), task("ALIGN", minutes=15), task("QC", minutes=9)
    )
    found = measure_overhead(ours, theirs)
    assert found is not None
    assert found.value == pytest.approx(0.05)
    assert found.number == 4


def test_attempts_of_no_time_tell_nothing(tmp_path: Path) -> None:
    ours = tasks_of(tmp_path / "a.tar.gz", *(task("A", minutes=20) for _ in range(2)), task("A", minutes=0))
    theirs = tasks_of(tmp_path / "b.tar.gz", *(task("A", minutes=20) for _ in range(2)))
    found = measure_overhead(ours, theirs)
    assert found is not None
    assert (found.value, found.number) == (0, 4)


def test_what_a_prediction_takes_of_it() -> None:
    def estimated(value: float) -> Estimated:
        return Estimated(value, value, value, 9)

    found = as_terms(Measured(estimated(0.1), estimated(2), {"c6id": estimated(0.9)}))
    assert found == terms.Measured(0.1, 2, {"c6id": 0.9})
    assert as_terms(Measured(estimated(0), None, {})) == terms.Measured(0, None, {})
    assert as_terms(Measured(estimated(-0.01), None, {})) == as_terms(Measured(None, None, {})) == terms.Measured(None, None, {})  # fmt: skip

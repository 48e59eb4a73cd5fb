"""Jobs in processes: each is done, a killed process costs no job but its own, and a stop begins no other."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from fusion_snapshots.template.workers import Workers


def double(number: int) -> int:
    return 2 * number


def die(place: str) -> str:
    """End this process by a kill, as often as the file of the job's name tells, then do the job."""
    path = Path(place)
    left = int(path.read_text())
    path.write_text(str(left - 1))
    if left > 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return path.name


def fail(number: int) -> int:
    raise ValueError(number)


def handlers(_: int) -> list[bool]:
    """Return whether the process leaves Ctrl-C to the one that gives out the jobs, and ends at TERM."""
    return [signal.getsignal(signal.SIGINT) == signal.SIG_IGN, signal.getsignal(signal.SIGTERM) == signal.SIG_DFL]


def test_each_job_comes_with_its_result() -> None:
    assert sorted(Workers[int, int](range(20)).run(double)) == [(number, 2 * number) for number in range(20)]
    assert list(Workers[int, int]().run(double)) == []


def test_a_job_whose_process_is_killed_once_is_done_again(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    assert list(Workers[str, str]([str(tmp_path / "a")]).run(die)) == [(str(tmp_path / "a"), "a")]


def test_a_job_that_kills_its_process_twice_is_given_up_and_costs_no_other(tmp_path: Path) -> None:
    for name, kills in (("a", 9), ("b", 0), ("c", 0)):
        (tmp_path / name).write_text(str(kills))
    workers = Workers[str, str]([str(tmp_path / name) for name in "abc"])
    workers._most = 1
    found = {Path(job).name: result for job, result in workers.run(die)}
    assert found == {"a": None, "b": "b", "c": "c"}
    assert (tmp_path / "a").read_text() == "7"  # tried twice


def test_an_error_of_a_job_is_raised() -> None:
    with pytest.raises(ValueError, match=r"^1$"):
        list(Workers[int, int]([1]).run(fail))


def test_a_stop_begins_no_other_job() -> None:
    workers = Workers[int, int](range(50))
    workers._most = 1
    found = []
    for job, result in workers.run(double):
        found.append((job, result))
        workers.stop(signal.SIGTERM)
        workers.stop(signal.SIGINT)
    assert found == [(0, 0)]
    assert workers.stopped_by == signal.SIGTERM  # the first
    assert list(workers.waiting) == list(range(1, 50))


def test_so_many_jobs_at_a_time_as_there_are_cores() -> None:
    workers = Workers[int, int](range(50))
    assert workers._most == (os.cpu_count() or 1)
    workers._most = 3
    seen: list[int] = []
    for _ in workers.run(double):
        seen.append(50 - len(workers.waiting) - len(seen))
    assert max(seen) <= 3


def test_a_process_leaves_the_stop_to_the_one_that_gives_out_the_jobs() -> None:
    assert list(Workers[int, list[bool]]([1]).run(handlers)) == [(1, [True, True])]

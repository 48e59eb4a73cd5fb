"""What a proof run shows, from its tasks and their logs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import archives
import pytest
from proofs import PAUSED, RESTARTED, RESTORED, TRUNCATED, WHOLE, counted

from fusion_snapshots.prove.log import analyse
from fusion_snapshots.prove.outcome import Seen, Verdict, assess, describe_task
from fusion_snapshots.runs.run import read_run


def seen(text: str, **more: Any) -> tuple[dict[str, Any], str]:
    return {"process": "sayHello", **more}, text


LOST = {"status": "FAILED", "exit": 2147483647}
VERDICTS = {
    "restored": ("SUCCEEDED", [seen(RESTORED), seen(WHOLE)], Verdict.WORK),
    "one restarted": ("SUCCEEDED", [seen(RESTORED), seen(RESTARTED)], Verdict.RESTARTED),
    "tried again": ("SUCCEEDED", [seen(counted((0, 411, "a1")), **LOST), seen(WHOLE, attempt=2)], Verdict.RESTARTED),
    "gap": ("SUCCEEDED", [seen(PAUSED)], Verdict.PAUSED),
    "nothing": ("SUCCEEDED", [seen(WHOLE), seen(WHOLE)], Verdict.NOT_INTERRUPTED),
    "truncated": ("SUCCEEDED", [seen(TRUNCATED)], Verdict.UNREADABLE),
    "no logs": ("SUCCEEDED", [seen("")], Verdict.UNREADABLE),
    "no tasks": ("SUCCEEDED", [], Verdict.UNREADABLE),
    "failed": ("FAILED", [seen(counted((0, 411, "a1")), status="FAILED", exit=175)], Verdict.FAILED),
    "cancelled": ("CANCELLED", [seen(RESTORED)], Verdict.CANCELLED),
}


@pytest.mark.parametrize(("status", "tasks", "verdict"), VERDICTS.values(), ids=list(VERDICTS))
def test_verdicts(tmp_path: Path, status: str, tasks: list[tuple[dict[str, Any], str]], verdict: Verdict) -> None:
    made = archives.documents([archives.task(**facts) for facts, _ in tasks], status=status)
    path = tmp_path / "run.tar.gz"
    path.write_bytes(archives.pack(made))
    read = read_run(path, "4nAbC1dEfGhIjK", "proof", "fusion_snapshots")
    assert (
        assess(read, [Seen(task, analyse(text)) for task, (_, text) in zip(read.tasks, tasks, strict=True)]) is verdict
    )


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "sayHello, attempt 1: counted without a break"),
        (
            {"status": "FAILED", "exit": 175},
            "sayHello, attempt 1: counted without a break; it ended FAILED with exit code 175 (the dump failed)",
        ),
        (
            {"status": "FAILED", "exit": 1},
            "sayHello, attempt 1: counted without a break; it ended FAILED with exit code 1",
        ),
        (
            {"status": "ABORTED", "exit": None, "exitStatus": None, "attempt": 2},
            "sayHello, attempt 2: counted without a break; it ended ABORTED with no exit code",
        ),
    ],
)
def test_tasks_in_words(tmp_path: Path, facts: dict[str, Any], words: str) -> None:
    path = tmp_path / "run.tar.gz"
    path.write_bytes(archives.pack(archives.documents([archives.task(process="sayHello", **facts)])))
    (task,) = read_run(path, "4nAbC1dEfGhIjK", "proof", "fusion_snapshots").tasks
    assert describe_task(Seen(task, analyse(WHOLE))) == words

"""The log of a counting task, analysed and in words."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT
from proofs import LAST, PAUSED, RESTARTED, RESTORED, TRUNCATED, WHOLE, counted

from fusion_snapshots.prove.log import COUNTS, Break, Log, Outcome, analyse, describe

CONFIG = ROOT / "<<cookiecutter.project_slug>>/pipelines/proof.config"


LOGS = {
    "never interrupted": (WHOLE, Log(Outcome.UNBROKEN, (), LAST), "counted without a break"),
    "restored": (
        RESTORED,
        Log(Outcome.RESTORED, (Break(411, 412, 97, True),), LAST),
        "counted on at 412 after a pause of 97 s, on another host",
    ),
    "restored from an earlier snapshot": (
        counted((0, 411, "a1"), (395, LAST, "b2")),
        Log(Outcome.RESTORED, (Break(411, 395, 97, True),), LAST),
        "counted on at 395 after a pause of 97 s, on another host, counting the last 17 again",
    ),
    "restored twice": (
        counted((0, 411, "a1"), (412, 600, "b2"), (601, LAST, "c3")),
        Log(Outcome.RESTORED, (Break(411, 412, 97, True), Break(600, 601, 97, True)), LAST),
        "counted on at 412 after a pause of 97 s, on another host and "
        "counted on at 601 after a pause of 97 s, on another host",
    ),
    "restarted": (
        RESTARTED,
        Log(Outcome.RESTARTED, (Break(411, 0, 97, True),), LAST),
        "began again at 0 after 411: the task was restarted, not restored",
    ),
    "restored, then restarted": (
        counted((0, 411, "a1"), (412, 600, "b2"), (0, LAST, "c3")),
        Log(Outcome.RESTARTED, (Break(411, 412, 97, True), Break(600, 0, 97, True)), LAST),
        "counted on at 412 after a pause of 97 s, on another host and "
        "began again at 0 after 600: the task was restarted, not restored",
    ),
    "a gap without a new host": (
        PAUSED,
        Log(Outcome.PAUSED, (Break(411, 412, 97, False),), LAST),
        "counted on at 412 after a pause of 97 s, on a host of the same name",
    ),
    "seconds lost to a busy host": (counted((0, 411, "a1"), (412, LAST, "a1"), pause=9), Log(Outcome.UNBROKEN, (), LAST), "counted without a break"),
    "truncated": (
        TRUNCATED,
        Log(Outcome.UNBROKEN, (), 411),
        f"counted without a break; its log ends at 411 of {LAST}",
    ),
    "truncated after a restore": (
        counted((0, 411, "a1"), (412, 500, "b2")),
        Log(Outcome.RESTORED, (Break(411, 412, 97, True),), 500),
        f"counted on at 412 after a pause of 97 s, on another host; its log ends at 500 of {LAST}",
    ),
    "empty": ("", Log(Outcome.EMPTY, (), -1), "its log is empty, or there is none"),
    "something else": ("<Error>\0</Error>\n1 2\n", Log(Outcome.EMPTY, (), -1), "its log is empty, or there is none"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "log", "words"), LOGS.values(), ids=list(LOGS))
def test_logs(text: str, log: Log, words: str) -> None:
    assert analyse(text) == log
    assert describe(log) == words


def test_the_configuration_counts_as_far_as_the_analysis_expects() -> None:
    assert re.findall(r"count < (\d+)", CONFIG.read_text()) == [str(COUNTS)]

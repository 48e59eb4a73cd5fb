"""Nextflow's trace, in both of its forms."""

from __future__ import annotations

from pathlib import Path

import pytest

from fusion_snapshots.errors import UserError
from fusion_snapshots.predict.trace import is_trace, read_trace

READABLE = """\
task_id\thash\tnative_id\tname\tstatus\texit\tsubmit\tduration\trealtime\t%cpu\tpeak_rss\tcpus\tmemory
1\tab/cd\tjob-1\tACME:ALIGN (one)\tCOMPLETED\t0\t2026-03-02 10:00:00.000\t3h 5m\t3h\t99.1%\t12 GB\t4\t16 GB
2\tab/ce\tjob-2\tACME:SORT (one)\tCOMPLETED\t0\t2026-03-02 13:05:01.500\t1m 30s\t450ms\t-\t512 MB\t1\t1.5 GB
3\tab/cf\tjob-3\tACME:SORT (two)\tFAILED\t2147483647\t2026-03-02 13:05:01.500\t30m\t29m\t-\t-\t1\t1.5 GB
"""
RAW = """\
memory\tpeak_rss\tcpus\trealtime\tduration\tsubmit\texit\tstatus\tname\tnative_id
17179869184\t12884901888\t4\t10800000\t11100000\t1772445600000\t0\tCOMPLETED\tACME:ALIGN (one)\tjob-1
1610612736\t536870912\t1\t450\t90000\t1772456701500\t0\tCOMPLETED\tACME:SORT (one)\tjob-2
1610612736\t-\t1\t1740000\t1800000\t1772456701500\t2147483647\tFAILED\tACME:SORT (two)\tjob-3
"""


def test_both_forms_tell_the_same() -> None:
    readable, raw = (read_trace(text, "trace.txt") for text in (READABLE, RAW))
    assert [task._replace(attempt=None) for task in readable.tasks] == raw.tasks
    first, second, third = raw.tasks
    assert (first.process, first.cpus, first.memory, first.peak) == ("ACME:ALIGN", 4, 16, 12)
    assert (first.submitted, first.started, first.seconds) == (1772445600, 1772445600 + 300, 10800)
    assert [second.seconds, second.peak, second.memory] == pytest.approx([0.45, 0.5, 1.5])
    assert (third.status, third.exit, third.peak, third.hits) == ("FAILED", 2147483647, None, 1)
    assert (raw.day, raw.lacking, raw.under_way) == ("2026-03-02", ("attempt",), False)


def test_times_that_are_columns_of_their_own_count() -> None:
    text = "process\tstatus\tstart\tcomplete\tsubmit\nALIGN\tCOMPLETED\t1772445660000\t1772449260000\t1772445600000\n"
    found = read_trace(text, "trace.txt")
    (task,) = found.tasks
    assert (task.process, task.submitted, task.started, task.seconds) == ("ALIGN", 1772445600, 1772445660, 3600)
    assert found.lacking == ("cpus", "memory", "peak_rss", "attempt", "exit")


def test_a_trace_of_a_run_under_way() -> None:
    assert read_trace(RAW.replace("FAILED", "RUNNING"), "trace.txt").under_way


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "task_id\thash\texit\n1\tab\t0\n",
            "trace.txt: this trace lacks the columns status; process or name; submit; complete, or submit and duration; "
            "start, or realtime, see trace.fields of Nextflow",
        ),
        (READABLE.replace("3h 5m", "long"), "trace.txt:2: 'long' is not a duration, such as 3h 5m or 11100000"),
        (
            READABLE.replace("16 GB", "16 apples"),
            "trace.txt:2: '16 apples' is not a size, such as 12 GB or 12884901888",
        ),
        (RAW.replace("\t4\t", "\tfour\t"), "trace.txt:2: 'four' is not a number, such as 4"),
        (
            READABLE.replace("2026-03-02 10:00:00.000", "yesterday"),
            "trace.txt:2: 'yesterday' is not a time, such as 2026-03-02 10:00:00.000 or 1772445600000",
        ),
    ],
)
def test_what_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(UserError) as raised:
        read_trace(text, "trace.txt")
    assert (str(raised.value), raised.value.code) == (message, 1)


@pytest.mark.parametrize(
    ("text", "found"), [(READABLE, True), (RAW, True), ("a,b\n", False), ("", False), ("id\tname\n", False)]
)
def test_how_a_trace_begins(text: str, found: bool, tmp_path: Path) -> None:
    assert is_trace(text) is found

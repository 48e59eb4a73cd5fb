"""The jobs of AWS Batch: when each attempt ran. AWS knows a job for about a week after its end."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..json_reply import Reply
from . import Aws, in_parts

_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z:_-]{0,127}")


def find_busy_seconds(aws: Aws, jobs: Iterable[str]) -> dict[str, float]:
    """Return for how long the attempts of each job ran together; jobs that AWS does not know are left out.

    100 jobs are asked for at a time. Raises AwsError and ReplyError.
    """
    busy = {}
    for part in in_parts([job for job in jobs if _ID.fullmatch(job)]):
        for job in aws.ask("batch", "describe-jobs", "--jobs", *part).items("jobs"):
            attempts = job.items("attempts") if job.has("attempts") else []
            seconds = sum(_seconds_of(attempt) for attempt in attempts)
            if seconds > 0:
                busy[job.text("jobId")] = seconds
    return busy


def _seconds_of(attempt: Reply) -> float:
    """Return how long an attempt ran, by AWS's milliseconds; one that never started took none."""
    if not (attempt.has("startedAt") and attempt.has("stoppedAt")):
        return 0.0
    return max(0.0, (attempt.number("stoppedAt") - attempt.number("startedAt")) / 1000)

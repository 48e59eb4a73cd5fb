"""Variables of env.sh that are missing, wrong, or cannot work together."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Finding
from ..folder import Folder
from ..layout import PLACEHOLDER, bucket_of


def check(folder: Folder) -> Iterator[Finding]:
    """Yield what is wrong with env.sh itself, results that go where tasks may not write, and what is not answered."""
    env = folder.env
    yield from env.faults
    if not env.works:
        return
    results, work, allowed = (
        env.values.get(name, "").split(",")
        for name in ("PIPELINE_OUTDIR_PREFIX", "AWS_WORK_DIR", "AWS_COMPUTE_ENV_ALLOWED_BUCKETS")
    )
    if bucket_of(results[0]) not in map(bucket_of, (*work, *allowed)):
        message = "is in none of the buckets that the tasks may write, AWS_COMPUTE_ENV_ALLOWED_BUCKETS"
        yield env.finding("warning", "PIPELINE_OUTDIR_PREFIX", message, results[0])
    for name, value in env.values.items():
        if PLACEHOLDER in value:
            yield env.finding("note", name, "still holds a placeholder", value)

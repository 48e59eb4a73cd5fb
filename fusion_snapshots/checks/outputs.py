"""Results that would be lost, or fail, because they go where the tasks may not write; inputs that are no address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..findings import Finding
from ..folder.layout import WORK_DIR_GOES, beside, bucket_of, is_within
from ..folder.model import Folder, Item
from .params import BARE_INPUT, is_bare

_PREFIX = re.compile(r"\$\{?PIPELINE_OUTDIR_PREFIX\b")


def check(folder: Folder) -> Iterator[Finding]:
    """Yield work directories and results off S3, or in no bucket of the compute environment, and bare inputs."""
    work, results = (folder.env.values.get(name, "") for name in ("AWS_WORK_DIR", "PIPELINE_OUTDIR_PREFIX"))
    if results and is_within(results, work):
        message = f"is in AWS_WORK_DIR, {WORK_DIR_GOES}, e.g. {beside(work)}"
        yield folder.env.finding("warning", "results-in-work-dir", "PIPELINE_OUTDIR_PREFIX", message, results)
    for block in ("pipelines", "launch"):
        for item in folder.items(block):
            environment = folder.environment_of(item)
            if environment and environment in folder.aws_environments():
                if (path := item.text("work-dir")) and not path.startswith("s3://"):
                    message = "must be an S3 path, as the compute environment is on AWS"
                    yield item.finding("error", "not-s3", ("work-dir",), message, path)
                yield from _check_outdir(folder, item, environment)
            if is_bare(value := item.params().get("input")):
                yield item.finding("warning", "input", ("params", "input"), BARE_INPUT, value)


def _check_outdir(folder: Folder, item: Item, environment: Item) -> Iterator[Finding]:
    outdir = item.params().get("outdir")
    if outdir is None or not item.is_sound("params"):
        return
    if not re.match("s3://[a-z0-9]", str(outdir)):
        message = "must be an S3 path, as in s3://acme-fusion/results: the tasks' own disks are gone after the run"
        yield item.finding("error", "not-s3", ("params", "outdir"), message, outdir)
        return
    paths = f"{environment.text('work-dir')},{environment.text('allow-buckets')}".split(",")
    if not environment.is_sound("allow-buckets") or bucket_of(str(outdir)) in map(bucket_of, paths):
        return
    if _PREFIX.match(str(item.raw["params"]["outdir"])):
        message = "is in none of the buckets that the tasks may write, AWS_COMPUTE_ENV_ALLOWED_BUCKETS"
        prefix = folder.env.values["PIPELINE_OUTDIR_PREFIX"]
        yield folder.env.finding("error", "bucket", "PIPELINE_OUTDIR_PREFIX", message, prefix)
    else:
        message = f"is in none of the buckets that the tasks may write, allow-buckets of {environment.file.name}"
        yield item.finding("error", "bucket", ("params", "outdir"), message, outdir)

"""Regions that AWS does not have, and what the region or the Platform asks for besides."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Finding
from ..folder.layout import bucket_of, is_seqera_cloud
from ..folder.model import Folder, Item
from ..instance_types import nearest_region


def check(folder: Folder) -> Iterator[Finding]:
    """Yield unknown regions, work directories that are only a region's name, and images that Enterprise needs."""
    env = folder.env
    region, work = (env.values.get(name, "") for name in ("AWS_REGION", "AWS_WORK_DIR"))
    if region and "AWS_REGION" not in env.unsound and (message := _unknown(folder, region)):
        yield env.finding("warning", "region", "AWS_REGION", message, region)
    if bucket_of(work) in folder.regions:
        yield env.finding("warning", "bucket-name", "AWS_WORK_DIR", _ONLY_A_REGION, work)
    endpoint = env.values.get("TOWER_API_ENDPOINT", "")
    # Seqera Cloud chooses machine images itself.
    is_enterprise = endpoint and "TOWER_API_ENDPOINT" not in env.unsound and not is_seqera_cloud(endpoint)
    for item in folder.aws_environments():
        yield from _check_literals(folder, item)
        if item.values.get("snapshots") is True and "ami-id" not in item.values and is_enterprise:
            message = "is missing; Seqera Enterprise needs the Amazon Linux 2023 ECS-optimized image of the region"
            yield item.finding("warning", "ami-id", ("ami-id",), message)


_ONLY_A_REGION = "names a region where the bucket belongs; write the bucket, as in s3://acme-fusion/work"


def _unknown(folder: Folder, region: str) -> str:
    if region in folder.regions:
        return ""
    near = nearest_region(region, folder.regions)
    return f"is no region of AWS that is known here{f'; the nearest is {near}' if near else ''}"


def _check_literals(folder: Folder, item: Item) -> Iterator[Finding]:
    """Yield what is wrong with values that are written here; what a variable brings is reported in env.sh."""
    region, work = (item.text(key) if "$" not in str(item.raw.get(key)) else "" for key in ("region", "work-dir"))
    if region and (message := _unknown(folder, region)):
        yield item.finding("warning", "region", ("region",), message, region)
    if bucket_of(work) in folder.regions:
        yield item.finding("warning", "bucket-name", ("work-dir",), _ONLY_A_REGION, work)

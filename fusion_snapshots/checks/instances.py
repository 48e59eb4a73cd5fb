"""Instance types that cannot do what the compute environment wants of them."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Finding
from ..folder import Folder, Item
from ..instance_types import WINDOW_SECONDS, confirm_command


def check(folder: Folder) -> Iterator[Finding]:
    """Yield listed types that have no NVMe storage, cannot dump their memory in time, or are not offered."""
    for item in folder.items("compute-envs"):
        if listed := item.text("instance-types"):
            yield from _check_list(folder, item, listed)


def _check_list(folder: Folder, item: Item, listed: str) -> Iterator[Finding]:
    catalog, region, key = folder.catalog, item.text("region"), ("instance-types",)
    snapshots = item.values.get("snapshots") is True
    for name, reason in catalog.refused(listed, snapshots=snapshots).items():
        yield item.finding("error", key, f"{name} {reason}", listed)
    if misfits := [each for each in catalog.expand(listed) if snapshots and not each.fits]:
        names = ", ".join(f"{each.name} ({each.verdict})" for each in misfits)
        command = confirm_command([each.name for each in misfits], region)
        message = f"cannot dump all their memory within {WINDOW_SECONDS} seconds: {names}. EC2's figures: {command}"
        yield item.finding("warning", key, message)
    if absent := catalog.absent(listed, region):
        command = confirm_command([each.name for name in absent for each in catalog.expand(name)], region)
        message = f"not offered in {region}, as far as recorded: {', '.join(absent)}. EC2's answer: {command}"
        yield item.finding("warning", key, message)

"""Instance types and CPUs that cannot do what the compute environment wants of them."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Finding
from ..folder.model import Folder, Item
from ..instance_types import confirm_command


def check(folder: Folder) -> Iterator[Finding]:
    """Yield CPUs that do not go together, and types that have no NVMe storage, are not x86_64, or are not offered."""
    for item in folder.aws_environments():
        least, most = (item.values.get(key) if item.is_sound(key) else None for key in ("min-cpus", "max-cpus"))
        if isinstance(least, int) and isinstance(most, int) and least > most:
            yield item.finding("error", "cpus", ("min-cpus",), f"must be at most max-cpus, which is {most}", least)
        if listed := item.text("instance-types"):
            yield from _check_list(folder, item, listed)


def _check_list(folder: Folder, item: Item, listed: str) -> Iterator[Finding]:
    catalog, region, key = folder.catalog, item.text("region"), ("instance-types",)
    snapshots, fast_storage = (item.values.get(name) is True for name in ("snapshots", "fast-storage"))
    for name, reason in catalog.refused(listed, snapshots=snapshots, fast_storage=fast_storage).items():
        yield item.finding("error", "instance-type", key, f"{name} {reason}", listed)
    if absent := catalog.absent(listed, region):
        command = confirm_command([each.name for name in absent for each in catalog.expand(name)], region)
        message = f"not offered in {region}, as far as recorded: {', '.join(absent)}. EC2's answer: {command}"
        yield item.finding("warning", "not-offered", key, message)

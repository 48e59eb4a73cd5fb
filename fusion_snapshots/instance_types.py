"""EC2's regions, and which of its instance types can dump their memory in the 120 seconds of a Spot notice.

The figures are EC2's own, in schemas/ec2-instance-types.json; the arithmetic is `dump_seconds`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from .findings import nearest

WINDOW_SECONDS = 120  # AWS's notice before it takes a Spot instance
# Seqera's documented estimate: c6id.8xlarge dumps its 64 GiB at 12.5 Gbps in about 70 s, 63 % of line rate.
REFERENCE_GIB, REFERENCE_GBPS, REFERENCE_SECONDS = 64, 12.5, 70
MAX_RATIO = REFERENCE_GIB / REFERENCE_GBPS  # GiB per Gbps: Seqera's rule of "at most about 5:1"

# The list of Seqera's guide, copied everywhere. Four of the seven cannot do it, see `fits`.
GUIDE = "c6id.4xlarge,c6id.8xlarge,r6id.2xlarge,m6id.4xlarge,c6id.12xlarge,r6id.4xlarge,m6id.8xlarge"
# Sizes of the preset `guaranteed`. Below 16 vCPUs a usual large process (nf-core's process_high asks for 12) finds no
# place; above 64 one reclaim stops too many tasks at once, and AWS has fewer such instances to spare.
PRESET_VCPUS = range(16, 65)
# Storage-optimized families are dearer by disks that scratch data does not fill.
PRESET_MAX_NVME_GB_PER_VCPU = 100
PRESET_MAX_TYPES = 20  # of more, the Platform drops the largest

OPTIMAL = "optimal"  # by which AWS Batch chooses among M, C and R types itself

REASONS = {
    "nvme": "has no NVMe instance storage, which fast storage needs",
    "arm": "is not x86_64, so it runs other containers",
    "accelerator": "has GPUs or other accelerators, whose memory a snapshot does not hold",
    "metal": "is bare metal",
    "previous generation": "is of a previous generation",
    "spot": "is not offered on Spot",
}


# What one task can get of an instance's memory. ECS registers less than EC2 sells, for the kernel takes its part: AWS's
# user guide of Batch ("Compute resource memory management") counts 7,985 of 8,192 MiB, of which ECS_RESERVED_MEMORY
# keeps 32 for ECS itself.
TASK_SHARE, KEPT_GIB = 0.96, 32 / 1024


def ratio(memory_gib: float, gbps: float) -> float:
    """Return memory in GiB per guaranteed Gbps, to two decimals, as EC2's own figures are rounded."""
    return round(memory_gib / gbps, 2)


def dump_seconds(memory_gib: float, gbps: float) -> float:
    """Return the seconds a dump of all memory takes at a guaranteed bandwidth in Gbps.

    Scales Seqera's documented estimate (REFERENCE_SECONDS). It is the worst case: incremental snapshots, taken every
    five minutes, leave less to write at the end.
    """
    return REFERENCE_SECONDS * (memory_gib / REFERENCE_GIB) / (gbps / REFERENCE_GBPS)


def dumpable_gib(gbps: float) -> float:
    """Return the memory in GiB that can be dumped within WINDOW_SECONDS at a guaranteed bandwidth in Gbps."""
    return WINDOW_SECONDS / dump_seconds(1, gbps)


class InstanceType(NamedTuple):
    """An EC2 type: memory in GiB, guaranteed (baseline) and burst (peak) bandwidth in Gbps, NVMe storage in GB."""

    name: str
    vcpus: int
    memory_gib: float
    baseline_gbps: float
    peak_gbps: float
    nvme_gb: int
    regions: list[str]

    @property
    def ratio(self) -> float:
        return ratio(self.memory_gib, self.baseline_gbps)

    @property
    def seconds(self) -> float:
        return dump_seconds(self.memory_gib, self.baseline_gbps)

    @property
    def task_gib(self) -> float:
        """The memory in GiB that AWS Batch can give to one task, see TASK_SHARE."""
        return TASK_SHARE * self.memory_gib - KEPT_GIB

    @property
    def savable_gib(self) -> float:
        """The part of its memory in GiB that can be dumped within WINDOW_SECONDS, at the guaranteed bandwidth."""
        return min(self.memory_gib, dumpable_gib(self.baseline_gbps))

    def largest_task_gib(self, *, dumped: bool) -> float:
        """The memory in GiB of the largest task that it holds and, where that is asked, dumps within WINDOW_SECONDS."""
        return min(self.task_gib, self.savable_gib) if dumped else self.task_gib

    @property
    def fits(self) -> bool:
        """True when all memory is dumped in time at a bandwidth that is guaranteed, or by the rule of 5:1."""
        guaranteed = self.baseline_gbps == self.peak_gbps or self.ratio <= MAX_RATIO
        return self.seconds <= WINDOW_SECONDS and guaranteed

    @property
    def verdict(self) -> str:
        """The seconds, and why the type is a misfit if that is not because of them."""
        reason = "" if self.seconds > WINDOW_SECONDS else ", but over 5:1 at a bandwidth that bursts"
        return f"{self.seconds:.0f} s" + ("" if self.fits else reason)


class Catalog:
    """The instance types of schemas/ec2-instance-types.json and the families that are not among them."""

    def __init__(self, schemas: Path) -> None:
        known: dict[str, Any] = json.loads((schemas / "ec2-instance-types.json").read_text(encoding="utf-8"))
        self.types = {name: InstanceType(name, **figures) for name, figures in known["types"].items()}
        self.sizes: dict[str, list[InstanceType]] = {}  # of each family, by vCPUs
        for each in sorted(self.types.values(), key=lambda each: (each.vcpus, each.name)):
            self.sizes.setdefault(each.name.partition(".")[0], []).append(each)
        self.source = f"{known['source']} (copied on {known['retrieved']})"
        others = json.loads((schemas / "ec2-other-families.json").read_text(encoding="utf-8"))
        self.other_families: dict[str, str] = others["families"]
        self.regions = sorted({region for each in self.types.values() for region in each.regions})

    def expand(self, listed: str) -> list[InstanceType]:
        """Return the known types of a comma-separated list; a family stands for all its sizes, by vCPUs."""
        found: dict[str, InstanceType] = {}
        for item in listed.split(","):
            named = [self.types[item]] if item in self.types else self.sizes.get(item, [])
            found |= {each.name: each for each in named}
        return list(found.values())

    def refused(self, listed: str, *, snapshots: bool, fast_storage: bool = True) -> dict[str, str]:
        """Return the items of a list that cannot be in it, each with the reason.

        A snapshots list takes only what Fusion Snapshots work on. An on-demand list takes any type that is x86_64, as
        Forge makes no other, and that has the NVMe storage which fast storage needs.
        """
        reasons = {}
        for item in listed.split(","):
            family, _, size = item.partition(".")
            if self.expand(item) or (item == OPTIMAL and not fast_storage):
                continue
            if item == OPTIMAL:
                reasons[item] = "stands for types without NVMe instance storage, which fast storage needs"
                continue
            other = self.other_families.get(family, "metal" if size.startswith("metal") else "")
            if not other or (other == "metal" and not self.expand(family)):
                near = nearest(item, [*self.types, *self.sizes])
                reasons[item] = "is no EC2 instance type known here" + (f"; did you mean {near}?" if near else "")
            elif snapshots or other == "arm" or (other == "nvme" and fast_storage):
                with_storage = f"{family}d.{size}" if size else f"{family}d"
                better = f"; {with_storage} has" if other == "nvme" and self.expand(with_storage) else ""
                also = " and takes no incremental snapshots" if other == "arm" and snapshots else ""
                reasons[item] = REASONS[other] + also + better
        return reasons

    def absent(self, listed: str, region: str) -> list[str]:
        """Return the items of a list of which a region offers nothing, as far as the recorded answers know it."""
        if region not in self.regions:
            return []
        items = [item for item in listed.split(",") if self.expand(item)]
        return [item for item in items if not any(region in each.regions for each in self.expand(item))]

    def guaranteed(self, region: str) -> str:
        """Return the preset `guaranteed` for a region: types that fit, smallest first; empty where there is none."""
        chosen = [
            each
            for each in self.types.values()
            if each.fits
            and region in each.regions
            and each.vcpus in PRESET_VCPUS
            and each.nvme_gb <= PRESET_MAX_NVME_GB_PER_VCPU * each.vcpus
        ]
        chosen.sort(key=lambda each: (each.vcpus, each.memory_gib, each.name))
        return ",".join(each.name for each in chosen[:PRESET_MAX_TYPES])

    def resolve(self, answer: str, region: str) -> str:
        """Return the list an answer stands for: that of a preset, or the answer itself."""
        if answer == "guaranteed":
            return self.guaranteed(region)
        return GUIDE if answer == "guide" else answer


def confirm_command(names: Iterable[str], region: str) -> str:
    """Return the aws command that shows types' memory and bandwidth as EC2 says today, leaving out what is absent."""
    query = "InstanceTypes[].[InstanceType,MemoryInfo.SizeInMiB,NetworkInfo.NetworkCards[].BaselineBandwidthInGbps]"
    return (
        f"aws ec2 describe-instance-types --region {region} --filters Name=instance-type,Values={','.join(names)} "
        f"--query '{query}' --output text"
    )


def read_regions(schemas: Path) -> dict[str, str]:
    """Return each region with the name of its place: eu-west-1, Europe (Ireland)."""
    regions: dict[str, str] = json.loads((schemas / "aws-regions.json").read_text(encoding="utf-8"))["regions"]
    return regions


def nearest_region(text: str, regions: dict[str, str]) -> str:
    """Return the region that a misspelt name, or a place such as Ireland, most likely stands for; empty if none is."""
    wanted = text.strip().casefold()
    for region, place in regions.items():
        if len(wanted) > 2 and wanted in place.casefold():
            return region
    return nearest(wanted.replace("_", "-"), regions)

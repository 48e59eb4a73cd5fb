"""Write schemas/ec2-instance-types.json and schemas/ec2-other-families.json from EC2's own answers.

    uv run tools/refresh_instance_types.py              # asks AWS, with the credentials boto3 finds
    uv run tools/refresh_instance_types.py --recorded   # asks moto, which carries recorded answers of AWS

Needs ec2:DescribeRegions, ec2:DescribeInstanceTypes and ec2:DescribeInstanceTypeOfferings. Regions that the account has
not enabled are left out; GovCloud and China have accounts of their own, and are asked by running this there.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import math
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import boto3
from moto import mock_aws

SCHEMAS = Path(__file__).resolve().parent.parent / "schemas"
# Guaranteed Gbps by AWS's pages of these instance types, where the answers, summed over network cards, say twice that.
PUBLISHED_GBPS = {"i7ie.48xlarge": 100.0, "m6idn.32xlarge": 200.0, "r6idn.32xlarge": 200.0}
NOTES = (
    "AWS disagrees with itself on the bandwidth of {}: the lower figure is taken, that of its pages of instance types"
)
ACCELERATORS = ("GpuInfo", "InferenceAcceleratorInfo", "FpgaInfo", "NeuronInfo", "MediaAcceleratorInfo")


def collect() -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    """Return what EC2 says of every instance type, by name, and the regions that offer each, sorted."""
    described: dict[str, dict[str, Any]] = {}
    offered: dict[str, list[str]] = {}
    regions = boto3.client("ec2", region_name="us-east-1").describe_regions()["Regions"]
    for region in sorted(region["RegionName"] for region in regions):
        ec2 = boto3.client("ec2", region_name=region)
        names = [
            offering["InstanceType"]
            for page in ec2.get_paginator("describe_instance_type_offerings").paginate(LocationType="region")
            for offering in page["InstanceTypeOfferings"]
        ]
        for name in names:
            offered.setdefault(name, []).append(region)
        new = sorted(set(names) - set(described))
        for start in range(0, len(new), 100):  # at most 100 names a call
            pages = ec2.get_paginator("describe_instance_types").paginate(InstanceTypes=new[start : start + 100])
            described |= {found["InstanceType"]: found for page in pages for found in page["InstanceTypes"]}
    return [described[name] for name in sorted(described)], offered


def reason_against(found: Mapping[str, Any]) -> str | None:
    """Return why a type cannot be in a list for Fusion Snapshots, as ec2-other-families.json names it, or None."""
    # What rules a type out of every list comes first: without fast storage, a list may hold types without NVMe.
    if not any(each.startswith("x86_64") for each in found["ProcessorInfo"]["SupportedArchitectures"]):
        return "arm"
    if found.get("InstanceStorageInfo", {}).get("NvmeSupport", "unsupported") == "unsupported":
        return "nvme"
    if any(key in found for key in ACCELERATORS):
        return "accelerator"
    if found["BareMetal"]:
        return "metal"
    if not found["CurrentGeneration"]:
        return "previous generation"
    return None if "spot" in found["SupportedUsageClasses"] else "spot"


def figures(found: Mapping[str, Any], regions: Iterable[str]) -> dict[str, Any]:
    """Return memory in GiB, network bandwidth in Gbps summed over network cards, and NVMe storage in GB.

    Where AWS publishes less bandwidth than that sum (PUBLISHED_GBPS), the lower figure is taken.
    """
    cards = found["NetworkInfo"]["NetworkCards"]
    published = PUBLISHED_GBPS.get(found["InstanceType"], math.inf)
    return {
        "vcpus": found["VCpuInfo"]["DefaultVCpus"],
        "memory_gib": found["MemoryInfo"]["SizeInMiB"] / 1024,
        "baseline_gbps": min(round(sum(card["BaselineBandwidthInGbps"] for card in cards), 3), published),
        "peak_gbps": min(round(sum(card["PeakBandwidthInGbps"] for card in cards), 3), published),
        "nvme_gb": found["InstanceStorageInfo"]["TotalSizeInGB"],
        "regions": sorted(regions),
    }


def write(path: Path, about: Mapping[str, str], key: str, entries: Mapping[str, object]) -> None:
    """Write one JSON file, an entry a line in the order of the names, so that a refresh can be reviewed."""
    lines = [*(f'  "{name}": {json.dumps(text)}' for name, text in about.items()), f'  "{key}": {{']
    rows = [f"    {json.dumps(name)}: {json.dumps(entry)}" for name, entry in sorted(entries.items())]
    path.write_text("{\n" + ",\n".join(lines) + "\n" + ",\n".join(rows) + "\n  }\n}\n", encoding="utf-8")


def main(arguments: list[str] | None = None, folder: Path = SCHEMAS) -> None:
    """Ask EC2, or its recorded answers, and write both files into a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recorded", action="store_true", help="ask moto's recorded answers instead of AWS")
    options = parser.parse_args(arguments)
    with mock_aws() if options.recorded else contextlib.nullcontext():
        found, offered = collect()
    source = "describe-instance-types and describe-instance-type-offerings of EC2"
    if options.recorded:
        source += f", as moto {version('moto')} recorded them, date unknown; not yet asked of AWS itself"
    retrieved = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    types = {f["InstanceType"]: figures(f, offered[f["InstanceType"]]) for f in found if reason_against(f) is None}
    families: dict[str, str] = {}
    for entry in found:
        family = entry["InstanceType"].partition(".")[0]
        reason = reason_against(entry)
        if reason and not any(name.startswith(f"{family}.") for name in types):
            families.setdefault(family, reason)
    about = {"source": source, "retrieved": retrieved}
    notes = NOTES.format(", ".join(PUBLISHED_GBPS))
    write(folder / "ec2-instance-types.json", about | {"notes": notes}, "types", types)
    write(folder / "ec2-other-families.json", about, "families", families)
    regions = {region for each in offered.values() for region in each}
    print(f"{len(types)} types in {len(regions)} regions, {len(families)} other families")


if __name__ == "__main__":
    main()

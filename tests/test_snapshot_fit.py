"""Figures, arithmetic and limits of the instance types, against EC2's recorded answers and recomputed by hand."""

from __future__ import annotations

import json
import math
import re
import runpy
import xml.etree.ElementTree as ET
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
import snapshot_fit as fit
import yaml
from conftest import ACME, ROOT, Bake, RefusedError, run
from moto import mock_aws
from test_generation import generate
from test_validate import SNAPSHOTS, Check, check, edit

__all__ = ["check"]  # a fixture

CATALOG = fit.Catalog(ROOT / "schemas")
SHIPPED = json.loads((ROOT / "schemas/ec2-instance-types.json").read_text())
KEYS = {"vcpus", "memory_gib", "baseline_gbps", "peak_gbps", "nvme_gb", "regions"}


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")


def test_shipped_files_are_what_the_script_makes(tmp_path: Path) -> None:
    script = SimpleNamespace(**runpy.run_path(str(ROOT / "tools/refresh_instance_types.py")))
    script.main(["--recorded"], tmp_path)
    for name in ("ec2-instance-types.json", "ec2-other-families.json"):
        made, shipped = ((folder / name).read_text() for folder in (tmp_path, ROOT / "schemas"))
        dates = re.compile(r'"retrieved": "\d{4}-\d{2}-\d{2}"')
        assert dates.sub("", made) == dates.sub("", shipped)
        assert made != dates.sub("", made)


def test_keys_order_and_source() -> None:
    assert list(SHIPPED) == ["source", "retrieved", "types"]
    assert "not yet asked of AWS itself" in SHIPPED["source"]
    assert list(SHIPPED["types"]) == sorted(SHIPPED["types"])
    for figures in SHIPPED["types"].values():
        assert set(figures) == KEYS
        assert figures["regions"] == sorted(figures["regions"]) != []


@mock_aws
def test_figures_are_ec2s() -> None:
    names = [
        "c5ad.8xlarge", "c5d.9xlarge", "c6id.4xlarge", "c6id.8xlarge", "c6id.12xlarge", "c8id.8xlarge", "i3en.6xlarge",
        "m5dn.4xlarge", "m6id.8xlarge", "m6idn.32xlarge", "r6id.2xlarge", "r6idn.16xlarge",
    ]  # fmt: skip
    ec2 = boto3.client("ec2", region_name="us-east-1")
    for found in ec2.describe_instance_types(InstanceTypes=names)["InstanceTypes"]:
        shipped = SHIPPED["types"][found["InstanceType"]]
        cards = found["NetworkInfo"]["NetworkCards"]
        assert shipped["vcpus"] == found["VCpuInfo"]["DefaultVCpus"]
        assert shipped["memory_gib"] * 1024 == found["MemoryInfo"]["SizeInMiB"]
        assert shipped["baseline_gbps"] == pytest.approx(sum(card["BaselineBandwidthInGbps"] for card in cards))
        assert shipped["peak_gbps"] == pytest.approx(sum(card["PeakBandwidthInGbps"] for card in cards))
        assert shipped["nvme_gb"] == sum(d["SizeInGB"] * d["Count"] for d in found["InstanceStorageInfo"]["Disks"])
    offered = boto3.client("ec2", region_name="eu-west-3").describe_instance_type_offerings(LocationType="region")
    there = {offering["InstanceType"] for offering in offered["InstanceTypeOfferings"]}
    for name in SHIPPED["types"]:
        assert ("eu-west-3" in SHIPPED["types"][name]["regions"]) == (name in there)


@mock_aws
def test_exactly_the_usable_types_are_shipped() -> None:
    pages = boto3.client("ec2", region_name="us-east-1").get_paginator("describe_instance_types").paginate()
    usable = {
        t["InstanceType"]
        for page in pages
        for t in page["InstanceTypes"]
        if t["CurrentGeneration"]
        and not t["BareMetal"]
        and "spot" in t["SupportedUsageClasses"]
        and "x86_64" in t["ProcessorInfo"]["SupportedArchitectures"]
        and t.get("InstanceStorageInfo", {}).get("NvmeSupport") in ("required", "supported")
        and not any(key.endswith("Info") and key[:3] in ("Gpu", "Inf", "Fpg", "Neu", "Med") for key in t)
    }
    # What no region of the recording offers is of no use to anybody.
    assert set(SHIPPED["types"]) <= usable
    assert len(usable - set(SHIPPED["types"])) == 0


# The guide's seven, one by one: ratio and seconds by hand from memory and baseline, at 63 % of line rate.
GUIDE = [
    ("c6id.4xlarge", 32 / 6.25, True),
    ("c6id.8xlarge", 64 / 12.5, True),
    ("r6id.2xlarge", 64 / 3.125, False),
    ("m6id.4xlarge", 64 / 6.25, False),
    ("c6id.12xlarge", 96 / 18.75, True),
    ("r6id.4xlarge", 128 / 6.25, False),
    ("m6id.8xlarge", 128 / 12.5, False),
]


def seconds_by_hand(ratio: float) -> float:
    """Line-rate seconds (8.589934592 Gb a GiB) over the efficiency that makes c6id.8xlarge take 70 s."""
    efficiency = (64 * 8.589934592 / 12.5) / 70
    return ratio * 8.589934592 / efficiency


def test_documented_efficiency_is_about_63_percent() -> None:
    assert pytest.approx(0.63, abs=0.005) == (64 * 8.589934592 / 12.5) / 70
    assert fit.dump_seconds(64, 12.5) == 70


@pytest.mark.parametrize(("name", "ratio", "fits"), GUIDE)
def test_each_of_the_guides_types(name: str, ratio: float, fits: bool) -> None:
    each = CATALOG.types[name]
    assert each.ratio == round(ratio, 2)
    assert each.seconds == pytest.approx(seconds_by_hand(ratio))
    assert each.fits is fits
    assert [each.name for each in CATALOG.expand(fit.GUIDE)] == [name for name, _, _ in GUIDE]


def test_up_to_bandwidth_does_not_count_as_guaranteed() -> None:
    # Within the window at 109 s, but over 5:1 at a bandwidth that bursts: up to 25 Gbps, 12.5 guaranteed, ratio 8.
    each = fit.InstanceType("x1.large", 32, 100, 12.5, 25, 100, ["eu-west-1"])
    assert each.seconds < 120
    assert not each.fits
    assert each.verdict == "109 s, but over 5:1 at a bandwidth that bursts"
    assert fit.InstanceType("x1.large", 32, 100, 12.5, 12.5, 100, ["eu-west-1"]).fits


def test_a_family_is_expanded_to_its_sizes() -> None:
    names = [each.name for each in CATALOG.expand("c6id")]
    assert names == [
        f"c6id.{size}" for size in "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge".split()
    ]


def limits_by_hand(names: list[str]) -> tuple[int, int]:
    types = SHIPPED["types"]
    bounds = [max(types[name]["memory_gib"] for name in names)]
    for name in names:
        gbps, memory = types[name]["baseline_gbps"], types[name]["memory_gib"]
        ratio = round(memory / gbps, 2)
        if seconds_by_hand(memory / gbps) > 120 or (ratio > 5.12 and gbps != types[name]["peak_gbps"]):
            bounds.append(120 / seconds_by_hand(1 / gbps))
    return max(types[name]["vcpus"] for name in names), math.floor(min(bounds))


def limits_of(folder: Path) -> tuple[int, int]:
    config = (folder / "pipelines/nextflow_snapshots.config").read_text()
    match = re.search(r"resourceLimits = \[cpus: (\d+), memory: (\d+)\.GB\]", config)
    assert match
    return int(match[1]), int(match[2])


@pytest.mark.parametrize(
    "types", ["guide", "guaranteed", "c6id", "m6id.8xlarge,c6id.4xlarge", "r6idn.32xlarge", "r6id", "c5ad.2xlarge"]
)
def test_limits_are_computed_from_the_list(bake: Bake, types: str) -> None:
    folder = bake(snapshots_instance_types=types)
    (item,) = yaml.safe_load((folder / SNAPSHOTS).read_text())["compute-envs"]
    names = [each.name for each in CATALOG.expand(item["instance-types"])]
    assert limits_of(folder) == limits_by_hand(names)


def test_the_guides_list_allows_far_less_than_its_60_gb(bake: Bake) -> None:
    folder = bake()
    assert limits_of(folder) == (48, 27)
    assert "64 GiB * 120 s / 280 s = 27 GiB" in (folder / "pipelines/nextflow_snapshots.config").read_text()
    assert "far below the 60 GB of Seqera's guide" in (folder / "README.md").read_text()


@pytest.mark.parametrize("region", [*CATALOG.regions, "us-gov-west-1", "cn-north-1"])
@pytest.mark.parametrize("preset", ["guide", "guaranteed"])
def test_every_region_and_preset(bake: Bake, region: str, preset: str) -> None:
    answers = {"aws_region": region, "snapshots_instance_types": preset}
    if region not in CATALOG.regions and preset == "guaranteed":
        with pytest.raises(RefusedError, match=f"finds no type in {region}, but in af-south-1, .* name types yourself"):
            bake(**answers)
        return
    (item,) = yaml.safe_load((bake(**answers) / SNAPSHOTS).read_text())["compute-envs"]
    names = item["instance-types"].split(",")
    assert names
    if preset == "guide":
        assert item["instance-types"] == fit.GUIDE
    else:
        assert len(names) == len(set(names)) <= 20
        for name in names:
            assert CATALOG.types[name].fits
            assert region in SHIPPED["types"][name]["regions"]
            assert 16 <= SHIPPED["types"][name]["vcpus"] <= 64


def test_table_at_generation(tmp_path: Path) -> None:
    ran = generate(str(ROOT), tmp_path, "aws_region=ap-east-1", "snapshots_instance_types=c5d.9xlarge,m6id.8xlarge")
    assert ran.returncode == 0, ran.stderr
    rows = [line.split() for line in ran.stdout.splitlines()]
    assert ["type", "vCPUs", "GiB", "Gbps", "ratio", "s", "of", "120", "NVMe", "GB", "fits", "offered"] in rows
    assert ["c5d.9xlarge", "36", "72", "12", "6.00", "82", "900", "yes", "yes"] in rows
    assert ["m6id.8xlarge", "32", "128", "12.5", "10.24", "140", "1900", "MISFIT", "no"] in rows
    total = "1 of 2 types can dump all their memory within 120 seconds; not offered in ap-east-1: m6id.8xlarge."
    assert total in ran.stdout.splitlines()
    assert "  aws ec2 describe-instance-types --region ap-east-1 --filters Name=instance-type,Values=c5d" in ran.stdout
    assert "Warning: not offered in ap-east-1: c6id,m6id,r6id (ondemand_instance_types)." in ran.stdout.replace(
        ", ", ","
    )


def test_runbook_shows_the_table_and_the_picture(bake: Bake) -> None:
    folder = bake()
    readme = (folder / "README.md").read_text()
    assert "| r6id.2xlarge | 8 | 64 | 3.125 | 20.48 | 280 **misfit** | 474 | yes |" in readme
    assert "](snapshot-fit.svg)" in readme


def test_picture_is_plain_svg_to_scale(bake: Bake) -> None:
    text = (bake() / "snapshot-fit.svg").read_text()
    root = ET.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    assert "<script" not in text
    assert "prefers-color-scheme: dark" in text
    bars = root.findall(f"{space}rect")
    assert [bar.get("class") for bar in bars] == ["fits" if fits else "misfit" for _, _, fits in GUIDE]
    (line,) = root.findall(f"{space}line")
    per_second = (float(str(line.get("x1"))) - float(str(bars[0].get("x")))) / 120
    for bar, (_, ratio, _) in zip(bars, GUIDE, strict=True):
        assert float(str(bar.get("width"))) == pytest.approx(seconds_by_hand(ratio) * per_second, abs=0.2)


# By hand in the rendered folder: an edit of the list, severity and words of the finding.
HAND = [
    ("c6id.4xlrge", "error", "c6id.4xlrge is no EC2 instance type known here; did you mean c6id.4xlarge?"),
    ("c6i.4xlarge", "error", "c6i.4xlarge has no NVMe instance storage, which fast storage needs; c6id.4xlarge has"),
    ("c7gd.4xlarge", "error", "c7gd.4xlarge is not x86_64"),
    ("g5.xlarge", "error", "g5.xlarge has GPUs or other accelerators"),
    ("r6id.2xlarge", "warning", "cannot dump all their memory within 120 seconds: r6id.2xlarge (280 s)"),
    ("m6id.8xlarge", "warning", "aws ec2 describe-instance-types --region eu-west-1 --filters"),
    ("c8id.8xlarge", "warning", "not offered in eu-west-1, as far as recorded: c8id.8xlarge"),
]


@pytest.mark.parametrize(("name", "severity", "words"), HAND)
def test_hand_edited_list(folder: Path, check: Check, name: str, severity: str, words: str) -> None:
    edit(folder, SNAPSHOTS, 'instance-types: "', f'instance-types: "{name},')
    line = next(
        n for n, text in enumerate((folder / SNAPSHOTS).read_text().splitlines(), 1) if "instance-types" in text
    )
    found = [finding for finding in check(folder) if words in finding.message]
    assert [(f.file, f.line, f.severity) for f in found] == [(SNAPSHOTS, line, severity)]


def test_a_damaged_table_is_said(folder: Path) -> None:
    (folder / "schemas/ec2-instance-types.json").write_text('{"types": {')
    ran = run(["python", folder / "validate.py"])
    assert ran.returncode == 2
    assert "ec2-instance-types.json or ec2-other-families.json is damaged" in ran.stderr


def test_the_generation_survives_a_reader_that_leaves(tmp_path: Path) -> None:
    command = f"cookiecutter '{ROOT}' --no-input | sed '/All is well/q'"
    ran = run(["bash", "-c", command], cwd=tmp_path, env={"HOME": str(tmp_path / "home")})
    assert "Traceback" not in ran.stderr
    assert (tmp_path / "fusion-snapshots-your-workspace_us-east-1/schemas").is_dir()


def test_answers_of_acme_fit() -> None:
    listed: Any = CATALOG.resolve(ACME["snapshots_instance_types"], ACME["aws_region"])
    assert all(each.fits for each in CATALOG.expand(listed))

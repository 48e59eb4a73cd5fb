"""The regions are those of AWS's partitions, and a misspelt one, or a place, leads to the right one."""

from __future__ import annotations

import json

import botocore.loaders
import pytest
from conftest import ROOT

from fusion_snapshots.instance_types import Catalog, nearest_region, read_regions

REGIONS = read_regions(ROOT / "schemas")


def test_the_regions_are_those_of_the_partitions() -> None:
    partitions = botocore.loaders.Loader().load_data("partitions")["partitions"]
    known = {name for partition in partitions for name in partition["regions"]}
    assert set(Catalog(ROOT / "schemas").regions) < set(REGIONS) < known
    assert "botocore" in json.loads((ROOT / "schemas/aws-regions.json").read_text())["source"]


@pytest.mark.parametrize(
    ("text", "region"),
    [("Ireland", "eu-west-1"), ("eu-west-9", "eu-west-3"), ("eu_west_1", "eu-west-1"), ("N. Virginia", "us-east-1"), ("Ohio", "us-east-2"), ("Atlantis", "")],
)  # fmt: skip
def test_the_nearest_region(text: str, region: str) -> None:
    assert nearest_region(text, REGIONS) == region

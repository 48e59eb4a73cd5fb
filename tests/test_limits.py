"""The largest task of a comparison, by hand: what every arm holds, and Snapshots save in time."""

from __future__ import annotations

import pytest
from test_instance_types import CATALOG, seconds_by_hand

from fusion_snapshots.folder.layout import BASELINE, SNAPSHOTS
from fusion_snapshots.limits import Bound, Limits
from fusion_snapshots.limits import limits as largest_task


def limits(ondemand: str, snapshots: str, region: str, max_cpus: int = 1000) -> Limits:
    listed = {BASELINE: ondemand, SNAPSHOTS: snapshots}
    types = {arm: CATALOG.expand(CATALOG.resolve(names, region)) for arm, names in listed.items()}
    return largest_task(types, {SNAPSHOTS}, region, max_cpus)


def is_possible(cpus: int, gib: int, ondemand: str, snapshots: str, region: str) -> bool:
    """Tell by hand whether a task fits on some type of both arms, and is dumped in time on that of Snapshots."""
    arms = [CATALOG.expand(CATALOG.resolve(names, region)) for names in (ondemand, snapshots)]
    return all(
        any(
            each.vcpus >= cpus
            and each.memory_gib * 24 / 25 - 1 / 32 >= gib
            and (types is not arms[1] or seconds_by_hand(gib / each.baseline_gbps) <= 120)
            for each in types
            if region in each.regions or not any(region in other.regions for other in types)
        )
        for types in arms
        if types
    )


LISTS = [
    ("c6id,m6id,r6id", "guide", "us-east-1"),
    ("c6id,m6id,r6id", "guaranteed", "eu-west-1"),
    ("c6id,m6id,r6id", "r6id", "us-east-1"),
    ("c6id,m6id,r6id", "m8id.2xlarge,i7ie.48xlarge", "us-east-1"),
    ("c6id,m6id,r6id", "c6id.8xlarge,r6id.2xlarge", "us-gov-west-1"),
    ("c6id,m6id,r6id", "guide", "eu-north-1"),
    ("c6id,m6id,r6id", "c5ad.large", "us-east-1"),
    ("c6id.12xlarge,r6id.2xlarge", "c6id,m6idn", "us-east-1"),
    ("c6id", "c6id", "us-east-1"),
    ("i3.large", "guide", "us-east-1"),
    ("g5", "r6idn.32xlarge", "us-east-1"),
]


@pytest.mark.parametrize(("ondemand", "snapshots", "region"), LISTS)
def test_limits_are_the_largest_task_that_both_arms_can_run(ondemand: str, snapshots: str, region: str) -> None:
    found = limits(ondemand, snapshots, region)
    assert is_possible(found.cpus, found.memory_gib, ondemand, snapshots, region)
    assert not is_possible(1, found.memory_gib + 1, ondemand, snapshots, region)
    assert not is_possible(found.cpus + 1, found.memory_gib, ondemand, snapshots, region)


def test_limits_name_the_arm_and_the_type_that_set_them() -> None:
    # 109: of 128 GiB that take 140 s, what 120 s save. 122: 96 % of m6id.8xlarge's 128 GiB. 54: of 64 GiB in 140 s.
    risky = ["r6id.2xlarge", "m6id.4xlarge", "r6id.4xlarge"]
    cases = [
        ("c6id,m6id,r6id", "guide", 32, SNAPSHOTS, "m6id.8xlarge", 109, SNAPSHOTS, "m6id.8xlarge", True, risky, 27),
        ("m6id.8xlarge", "r6idn.32xlarge", 32, BASELINE, "m6id.8xlarge", 122, BASELINE, "m6id.8xlarge", False, [], 122),
        (
            "c6id.4xlarge,r6id",
            "c6id.12xlarge",
            48,
            SNAPSHOTS,
            "c6id.12xlarge",
            92,
            SNAPSHOTS,
            "c6id.12xlarge",
            False,
            [],
            92,
        ),
        ("c6id.8xlarge", "guide", 32, BASELINE, "c6id.8xlarge", 61, BASELINE, "c6id.8xlarge", False, risky, 27),
        ("r6id", "m6id.4xlarge", 16, SNAPSHOTS, "m6id.4xlarge", 54, SNAPSHOTS, "m6id.4xlarge", True, [], 54),
    ]
    for ondemand, snapshots, cpus, cpus_arm, cpus_type, gib, memory_arm, memory_type, saved, names, safe in cases:
        found = limits(ondemand, snapshots, "us-east-1")
        assert (found.cpus, found.cpus_by) == (cpus, Bound(cpus_arm, CATALOG.types[cpus_type]))
        assert (found.memory_gib, found.memory_by) == (gib, Bound(memory_arm, CATALOG.types[memory_type]))
        assert (found.saved, found.capped, [each.name for each in found.risky]) == (saved, False, names)
        assert found.safe_gib == safe


def test_no_task_asks_for_more_cpus_than_an_environment_may_have() -> None:
    found = limits("c6id,m6id,r6id", "guide", "us-east-1", max_cpus=16)
    assert (found.cpus, found.capped, found.memory_gib) == (16, True, 109)


def test_a_type_that_the_region_lacks_holds_no_task() -> None:
    assert limits("c6id.32xlarge", "c6id.12xlarge,m6id.4xlarge", "us-east-1").cpus == 48
    assert not any("eu-north-1" in CATALOG.types[name].regions for name in ("c6id.12xlarge", "m6id.4xlarge"))
    assert limits("c6id.32xlarge", "c6id.12xlarge,c8id.2xlarge", "eu-north-1").cpus == 8

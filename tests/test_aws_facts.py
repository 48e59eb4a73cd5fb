"""What AWS knows of a folder's network, image, bucket and role: what is asked for, and how answers are read.

tests/test_aws_checks.py asks the real aws CLI for the same.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fusion_snapshots.aws import Aws, AwsError
from fusion_snapshots.aws.facts import (
    Image,
    Subnet,
    find_bucket_region,
    find_default_vpc,
    find_image,
    find_offerings,
    find_security_groups,
    find_spot_quota,
    find_subnets,
    has_role,
    has_s3_endpoint,
)


class Answering(Aws):
    """An aws that gives one answer, or fails, and keeps what it was asked."""

    def __init__(self, answer: Any) -> None:
        super().__init__({"AWS_REGION": "eu-west-1"}, Path())
        self.answer = answer
        self.asked: list[tuple[str, ...]] = []

    def read(self, *words: str) -> str:
        self.asked.append(words[:-2])  # without --output json
        if isinstance(self.answer, Exception):
            raise self.answer
        return json.dumps(self.answer)

    @property
    def filters(self) -> list[str]:
        """Return the filters of all calls, each as Name=…,Values=…."""
        return [words[words.index("--filters") + 1] for words in self.asked]


@pytest.mark.parametrize(
    ("location", "region"),
    [(None, "us-east-1"), ("", "us-east-1"), ("EU", "eu-west-1"), ("eu-west-1", "eu-west-1"), ("us-gov-west-1", "us-gov-west-1")],
)  # fmt: skip
def test_s3_tells_some_regions_in_its_own_way(location: str | None, region: str) -> None:
    aws = Answering({"LocationConstraint": location})
    assert find_bucket_region(aws, "b") == region
    assert aws.asked == [("s3api", "get-bucket-location", "--bucket", "b")]


def test_what_is_not_there_is_none_and_other_refusals_are_errors() -> None:
    assert find_bucket_region(Answering(AwsError("x", "NoSuchBucket")), "b") is None
    assert has_role(Answering({"Role": {}}), "r") is True
    assert has_role(Answering(AwsError("x", "NoSuchEntity")), "r") is False
    with pytest.raises(AwsError):
        find_bucket_region(Answering(AwsError("x", "AccessDenied")), "b")
    with pytest.raises(AwsError):
        has_role(Answering(AwsError("x", "AccessDenied")), "r")


def test_the_default_vpc() -> None:
    aws = Answering({"Vpcs": [{"VpcId": "vpc-1"}, {"VpcId": "vpc-2"}]})
    assert (find_default_vpc(aws), aws.filters) == ("vpc-1", ["Name=is-default,Values=true"])
    assert find_default_vpc(Answering({"Vpcs": []})) == ""


def test_subnets_by_name_or_all_of_the_vpc() -> None:
    aws = Answering({"Subnets": [{"SubnetId": "s1", "VpcId": "v", "AvailabilityZone": "z"}]})
    assert find_subnets(aws, "v", ["s1", "s2"]) == find_subnets(aws, "v", []) == {"s1": Subnet("v", "z")}
    assert aws.filters == ["Name=subnet-id,Values=s1,s2", "Name=vpc-id,Values=v"]


def test_security_groups_are_asked_for_where_there_are_any() -> None:
    aws = Answering({"SecurityGroups": [{"GroupId": "g1", "VpcId": "v"}, {"GroupId": "g2"}]})
    assert find_security_groups(aws, []) == {}
    assert aws.asked == []
    assert find_security_groups(aws, ["g1", "g2"]) == {"g1": "v", "g2": ""}
    assert aws.filters == ["Name=group-id,Values=g1,g2"]


GATEWAY = {"VpcEndpointType": "Gateway", "ServiceName": "com.amazonaws.eu-west-1.s3", "State": "available"}


@pytest.mark.parametrize(
    ("endpoints", "expected"),
    [
        ([], False),
        ([GATEWAY], True),
        ([GATEWAY | {"State": "Available"}], True),
        ([GATEWAY | {"State": "pending"}], False),
        ([GATEWAY | {"State": None}], False),
        ([GATEWAY | {"VpcEndpointType": "Interface"}], False),
        ([GATEWAY | {"ServiceName": "com.amazonaws.eu-west-1.dynamodb"}], False),
        ([GATEWAY | {"VpcEndpointType": "Interface"}, GATEWAY], True),
    ],
)
def test_a_gateway_endpoint_for_s3(endpoints: list[dict[str, str]], expected: bool) -> None:
    aws = Answering({"VpcEndpoints": endpoints})
    assert has_s3_endpoint(aws, "v") is expected
    assert aws.filters == ["Name=vpc-id,Values=v"]


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        ([], None),
        ([{}], Image("", False, "")),
        ([{"Name": "al2023", "ImageOwnerAlias": "amazon", "Architecture": "x86_64"}], Image("al2023", True, "x86_64")),
        ([{"Name": "mine", "ImageOwnerAlias": "aws-marketplace", "Architecture": "arm64"}, {}], Image("mine", False, "arm64")),
    ],
)  # fmt: skip
def test_an_image(images: list[dict[str, str]], expected: Image | None) -> None:
    aws = Answering({"Images": images})
    assert find_image(aws, "ami-1") == expected
    assert aws.filters == ["Name=image-id,Values=ami-1"]


def test_a_family_stands_for_any_of_its_sizes() -> None:
    offered = [("c6id.large", "z1"), ("c6id.xlarge", "z2"), ("m6id.large", "z1"), ("r6id.large", "z1")]
    aws = Answering({"InstanceTypeOfferings": [{"InstanceType": name, "Location": zone} for name, zone in offered]})
    assert find_offerings(aws, ["c6id", "m6id.large", "x"], ["z2", "z1", "z2"]) == {"c6id": {"z1", "z2"}, "m6id.large": {"z1"}}  # fmt: skip
    assert aws.filters == ["Name=location,Values=z1,z2"]
    assert aws.asked[0][:4] == ("ec2", "describe-instance-type-offerings", "--location-type", "availability-zone")


def test_the_quota_of_spot() -> None:
    aws = Answering({"Quota": {"Value": 256.0}})
    assert find_spot_quota(aws) == 256
    assert aws.asked == [("service-quotas", "get-service-quota", "--service-code", "ec2", "--quota-code", "L-34B43A08")]

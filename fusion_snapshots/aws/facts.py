"""What AWS knows of the network, image, bucket and role that a folder names, as plain data.

Every function raises AwsError and ReplyError.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ..json_reply import Reply
from . import Aws, AwsError

SPOT_QUOTA = "L-34B43A08"  # "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests", in vCPUs
# S3 says null for its first region and EU for its second one.
_OLD_LOCATIONS = {"": "us-east-1", "EU": "eu-west-1"}


class Subnet(NamedTuple):
    """The VPC of a subnet and its availability zone."""

    vpc: str
    zone: str


class Image(NamedTuple):
    """A machine image: its name, whether Amazon owns it, and its architecture."""

    name: str
    is_amazons: bool
    architecture: str


def find_bucket_region(aws: Aws, bucket: str) -> str | None:
    """Return the region of a bucket, None where there is no such bucket."""
    try:
        location = aws.ask("s3api", "get-bucket-location", "--bucket", bucket).text("LocationConstraint", "")
    except AwsError as error:
        if error.aws_code == "NoSuchBucket":
            return None
        raise
    return _OLD_LOCATIONS.get(location, location)


def find_default_vpc(aws: Aws) -> str:
    """Return the account's default VPC in the region, an empty text where it has none."""
    found = _filtered(aws, "describe-vpcs", "is-default", ["true"]).items("Vpcs")
    return found[0].text("VpcId") if found else ""


def find_subnets(aws: Aws, vpc: str, subnets: Sequence[str]) -> dict[str, Subnet]:
    """Return those of the named subnets that exist; without names all subnets of the VPC."""
    by = ("subnet-id", subnets) if subnets else ("vpc-id", [vpc])
    found = _filtered(aws, "describe-subnets", *by).items("Subnets")
    return {item.text("SubnetId"): Subnet(item.text("VpcId"), item.text("AvailabilityZone")) for item in found}


def find_security_groups(aws: Aws, groups: Sequence[str]) -> dict[str, str]:
    """Return the VPC of each of the named security groups that exist."""
    if not groups:
        return {}
    found = _filtered(aws, "describe-security-groups", "group-id", groups).items("SecurityGroups")
    return {item.text("GroupId"): item.text("VpcId", "") for item in found}


def has_s3_endpoint(aws: Aws, vpc: str) -> bool:
    """Tell whether a VPC has a gateway endpoint for S3 that is available."""
    answer = _filtered(aws, "describe-vpc-endpoints", "vpc-id", [vpc])
    return any(
        item.text("VpcEndpointType", "") == "Gateway"
        and item.text("ServiceName", "").endswith(".s3")
        and item.text("State", "").lower() == "available"
        for item in answer.items("VpcEndpoints")
    )


def find_image(aws: Aws, image: str) -> Image | None:
    """Return a machine image, None where the region has none of this id."""
    found = _filtered(aws, "describe-images", "image-id", [image]).items("Images")
    if not found:
        return None
    owner = found[0].text("ImageOwnerAlias", "")
    return Image(found[0].text("Name", ""), owner == "amazon", found[0].text("Architecture", ""))


def find_offerings(aws: Aws, types: Sequence[str], zones: Iterable[str]) -> Mapping[str, set[str]]:
    """Return in which of the zones each type is offered; a family such as c6id stands for any of its sizes."""
    where = ("--location-type", "availability-zone")
    answer = _filtered(aws, "describe-instance-type-offerings", "location", sorted(set(zones)), *where)
    offered: defaultdict[str, set[str]] = defaultdict(set)
    for item in answer.items("InstanceTypeOfferings"):
        name = item.text("InstanceType")
        for key in {name, name.partition(".")[0]} & set(types):
            offered[key].add(item.text("Location"))
    return offered


def find_spot_quota(aws: Aws) -> float:
    """Return how many vCPUs of usual instances EC2 lets the account have on Spot at once in the region."""
    words = ("--service-code", "ec2", "--quota-code", SPOT_QUOTA)
    return aws.ask("service-quotas", "get-service-quota", *words).get("Quota").number("Value")


def has_role(aws: Aws, role: str) -> bool:
    """Tell whether the account has an IAM role of this name."""
    try:
        aws.ask("iam", "get-role", "--role-name", role)
    except AwsError as error:
        if error.aws_code == "NoSuchEntity":
            return False
        raise
    return True


def _filtered(aws: Aws, command: str, name: str, values: Sequence[str], *words: str) -> Reply:
    # By filters, as EC2 refuses a list of ids of which one does not exist.
    return aws.ask("ec2", command, *words, "--filters", f"Name={name},Values={','.join(values)}")

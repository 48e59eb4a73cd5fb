"""preflight's checks of AWS, with the real aws CLI against moto: each outcome by its whole line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from aws_world import ACCOUNT, IMAGE, REGION, World, authorizing
from bench import Bench
from conftest import slow_after

from fusion_snapshots.aws.facts import Image
from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.compute_envs import Wanted
from fusion_snapshots.findings import Result, State, failed, not_checked, ok, warning
from fusion_snapshots.folder.model import Folder
from fusion_snapshots.platform.seqerakit import Command
from fusion_snapshots.preflight.aws_checks import (
    check_account,
    check_aws,
    check_bucket,
    check_image,
    check_interruptions,
    check_quota,
    check_types,
    needed_vcpus,
)

pytestmark = pytest.mark.needs("aws")

OLD_IMAGE, ARM_IMAGE = "ami-0f673774928380eeb", "ami-0196fade9599fb3ce"  # in moto's recording
SSM = "aws ssm get-parameters --names /aws/service/ecs/optimized-ami/amazon-linux-2023/recommended --region eu-west-1"
NEED = "Snapshots need Amazon Linux 2023, ECS-optimized, for x86_64"
LIMITS = "charged per GB, or an internet gateway, which limits an instance's bandwidth"

Ask = Callable[..., dict[str, Result]]


@pytest.fixture
def ask(bench: Bench) -> Ask:
    """Return a function that checks AWS for a compute environment with these options, and returns results by subject."""

    def ask(*, env: dict[str, str] | None = None, **options: str) -> dict[str, Result]:
        words = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", value)]
        wanted = [Wanted("compute-envs/aws_fusion_snapshots.yml", Command(["tw", "compute-envs", "add", *words], ""))]
        results = check_aws(Benchmark(bench.root, env or bench.env()), wanted, 60)
        assert len({result.subject for result in results}) == len(results)
        return {result.subject: result for result in results}

    return ask


@pytest.fixture
def vpc(world: World) -> str:
    """A VPC of its own, with a subnet in each of three zones."""
    made = str(world.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"])
    for number, zone in enumerate("abc"):
        world.ec2.create_subnet(VpcId=made, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"{REGION}{zone}")
    return made


def subnets_of(world: World, vpc: str) -> list[str]:
    listed = world.ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    return [str(each["SubnetId"]) for each in listed]


def test_all_is_well(ask: Ask, world: World, vpc: str) -> None:
    world.s3.create_bucket(Bucket="acme-fusion", CreateBucketConfiguration={"LocationConstraint": REGION})
    world.ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3", VpcEndpointType="Gateway")
    world.iam.create_role(RoleName=f"fusion-snapshots-fis-{REGION}", AssumeRolePolicyDocument="{}")
    group = world.ec2.create_security_group(GroupName="tasks", Description="tasks", VpcId=vpc)["GroupId"]
    subnets = subnets_of(world, vpc)[:2]
    found = ask(
        vpc_id=vpc, subnets=",".join(subnets), security_groups=group, ami_id=IMAGE, instance_types="c6id.8xlarge,m6id"
    )
    assert list(found.values()) == [
        ok("aws", f"signed in to account {ACCOUNT}"),
        not_checked("AWS_ACCOUNT_ID", "no account is pinned in env.sh"),
        ok("AWS_WORK_DIR", "acme-fusion is in eu-west-1"),
        ok("S3 endpoint", f"{vpc} has a gateway endpoint for S3"),
        ok("network", f"{subnets[0]}, {subnets[1]}, {group} belong to {vpc}"),
        ok("instance-types", "c6id.8xlarge, m6id: offered in eu-west-1a, eu-west-1b"),
        ok("ami-id", f"{IMAGE} is al2023-ami-ecs-hvm-2023.0.20260714-kernel-6.1-x86_64"),
        ok("interruptions", "eu-west-1 offers them, and there is the role fusion-snapshots-fis-eu-west-1"),
    ]


@pytest.mark.parametrize(
    ("quota", "expected"),
    [
        (5, failed("spot-quota", "EC2 allows the account 5 vCPUs of Spot at once in eu-west-1, and the largest task needs an instance of 32: it would wait for ever. {more}")),
        (256, warning("spot-quota", "EC2 allows the account 256 vCPUs of Spot at once in eu-west-1, and max-cpus is 1000: on Spot, fewer tasks run at once. {more}")),
        (5000, ok("spot-quota", "EC2 allows the account 5000 vCPUs of Spot at once in eu-west-1")),
    ],
)  # fmt: skip
def test_the_quota_of_spot(bench: Bench, quota: float, expected: Result) -> None:
    more = (
        "aws service-quotas request-service-quota-increase --region eu-west-1 --service-code ec2 "
        "--quota-code L-34B43A08 --desired-value 1000"
    )
    needed = needed_vcpus(Folder(bench.root))
    assert check_quota(quota, needed, 1000, "eu-west-1") == expected._replace(text=expected.text.format(more=more))


def test_the_quota_is_asked_where_an_environment_is_on_spot(ask: Ask) -> None:
    assert "spot-quota" not in ask(provisioning_model="EC2", max_cpus="1000")
    asked = ask(provisioning_model="SPOT", max_cpus="1000")["spot-quota"]
    assert asked.state is State.NOT_CHECKED  # moto knows no quota of EC2; AWS does
    assert "aws service-quotas get-service-quota" in asked.text


def test_what_may_lack(ask: Ask, vpc: str) -> None:
    found = ask(vpc_id=vpc, instance_types="c6id.8xlarge")
    assert found["S3 endpoint"] == warning(
        "S3 endpoint",
        f"{vpc} has no gateway endpoint for S3: all data and Snapshots go through NAT, {LIMITS}. Create one: "
        f"aws ec2 create-vpc-endpoint --vpc-id {vpc} --service-name com.amazonaws.{REGION}.s3 --route-table-ids …",
    )
    assert found["interruptions"] == warning(
        "interruptions",
        "there is no role fusion-snapshots-fis-eu-west-1, which make interrupt and make prove need; see iam/README.md",
    )
    assert found["network"] == ok("network", f"{vpc}, with all of its subnets")
    assert "ami-id" not in found


@pytest.mark.slow
def test_an_interface_endpoint_does_not_do(ask: Ask, world: World, vpc: str) -> None:
    world.ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3", VpcEndpointType="Interface")
    world.ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.dynamodb", VpcEndpointType="Gateway")
    assert ask(vpc_id=vpc, instance_types="c6id")["S3 endpoint"].state is State.WARNING


@pytest.mark.slow
def test_the_default_vpc(ask: Ask, world: World) -> None:
    (default,) = world.ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    assert ask(instance_types="c6id")["network"] == ok("network", f"{default['VpcId']}, with all of its subnets")
    for subnet in subnets_of(world, default["VpcId"]):
        world.ec2.delete_subnet(SubnetId=subnet)
    world.ec2.delete_vpc(VpcId=default["VpcId"])
    assert ask(instance_types="c6id")["network"] == failed(
        "network", "the account has no default VPC in eu-west-1; answer vpc_id, and render again"
    )


def test_a_network_of_parts_that_do_not_fit(ask: Ask, world: World, vpc: str) -> None:
    (default,) = world.ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    foreign, gone = subnets_of(world, default["VpcId"])[0], "subnet-0123456789abcdef0"
    lost = "sg-0123456789abcdef0"
    found = ask(vpc_id=vpc, subnets=f"{foreign},{gone}", security_groups=lost, instance_types="c6id")
    assert found["network"] == failed(
        "network",
        f"{gone} does not exist; {lost} does not exist; {foreign} belongs to {default['VpcId']}, not to {vpc}. "
        "Fix the files in compute-envs/",
    )


def test_a_vpc_that_does_not_exist(ask: Ask) -> None:
    found = ask(vpc_id="vpc-0123456789abcdef0", instance_types="c6id")
    assert found["network"] == failed(
        "network", "vpc-0123456789abcdef0 has no subnet, or does not exist. Fix the files in compute-envs/"
    )
    assert found["instance-types"] == not_checked("instance-types", "needs subnets that exist")


@pytest.mark.parametrize(
    ("image", "expected"),
    slow_after(
        1,
        [
            (
                "ami-0123456789abcdef0",
                failed("ami-id", f"ami-0123456789abcdef0 does not exist in eu-west-1. The newest: {SSM}"),
            ),
            (
                OLD_IMAGE,
                failed(
                    "ami-id", f"{OLD_IMAGE} is amzn2-ami-ecs-inf-hvm-2.0.20260120-x86_64-ebs; {NEED}. The newest: {SSM}"
                ),
            ),
            (
                ARM_IMAGE,
                failed(
                    "ami-id", f"{ARM_IMAGE} (al2023-ami-ecs-hvm-2023.0.20251031-kernel-6.1-arm64) is for arm64; {NEED}"
                ),
            ),
        ],
    ),
)
def test_images(ask: Ask, image: str, expected: Result) -> None:
    assert ask(ami_id=image, instance_types="c6id")["ami-id"] == expected


def test_an_image_of_ones_own() -> None:
    assert check_image("ami-1", Image("ours", False, "x86_64"), REGION) == warning(
        "ami-id", f"ami-1 (ours) is not Amazon's own; {NEED}, so make sure that it is made of that"
    )


def test_types_that_are_not_offered(ask: Ask, world: World, vpc: str) -> None:
    subnet = subnets_of(world, vpc)[0]
    found = ask(vpc_id=vpc, subnets=subnet, instance_types="c6id.8xlarge,p4de.24xlarge,x9.large")
    assert found["instance-types"] == failed(
        "instance-types", "p4de.24xlarge, x9.large: not offered in eu-west-1a; choose other types, or other subnets"
    )


def test_types_offered_in_some_zones() -> None:
    offered = {"c6id.8xlarge": {"z-a", "z-b"}, "r6id.8xlarge": {"z-a"}}
    assert check_types(list(offered), ["z-a", "z-b"], offered) == warning(
        "instance-types", "offered in z-a, z-b, but r6id.8xlarge not in z-b: fewer instances to choose from on Spot"
    )


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (None, failed("AWS_WORK_DIR", "there is no bucket b; create it in eu-west-1, or set AWS_WORK_DIR in env.sh")),
        (
            "us-east-1",
            failed(
                "AWS_WORK_DIR",
                "b is in us-east-1, not in eu-west-1; Snapshots need it there: set AWS_WORK_DIR in env.sh",
            ),
        ),
        ("eu-west-1", ok("AWS_WORK_DIR", "b is in eu-west-1")),
    ],
)
def test_buckets(found: str | None, expected: Result) -> None:
    assert check_bucket("b", found, "eu-west-1") == expected


@pytest.mark.slow
def test_the_bucket_as_s3_tells_it(ask: Ask, world: World) -> None:
    assert ask(instance_types="c6id")["AWS_WORK_DIR"].state is State.FAILED
    world.s3.create_bucket(Bucket="acme-fusion", CreateBucketConfiguration={"LocationConstraint": REGION})
    assert ask(instance_types="c6id")["AWS_WORK_DIR"] == ok("AWS_WORK_DIR", "acme-fusion is in eu-west-1")


@pytest.mark.parametrize(
    ("pinned", "expected"),
    [
        ("", not_checked("AWS_ACCOUNT_ID", "no account is pinned in env.sh")),
        (ACCOUNT, ok("AWS_ACCOUNT_ID", f"{ACCOUNT}, the one aws is signed in to")),
        (
            "999999999999",
            failed(
                "AWS_ACCOUNT_ID",
                f"aws is signed in to {ACCOUNT}, not to 999999999999; choose another AWS_PROFILE, or fix env.sh",
            ),
        ),
    ],
)
def test_accounts(pinned: str, expected: Result) -> None:
    assert check_account(ACCOUNT, pinned) == expected


def test_another_account_is_asked_for_nothing(ask: Ask, bench: Bench) -> None:
    found = ask(env=bench.env(AWS_ACCOUNT_ID="999999999999"), ami_id=IMAGE, instance_types="c6id")
    assert found.pop("aws") == ok("aws", f"signed in to account {ACCOUNT}")
    assert found.pop("AWS_ACCOUNT_ID").state is State.FAILED
    assert {result.text for result in found.values()} == {"needs aws to be signed in to that account"}
    assert {result.state for result in found.values()} == {State.NOT_CHECKED}


def test_a_region_without_interruptions() -> None:
    assert check_interruptions("me-central-1", "role", False) == warning(
        "interruptions", "AWS does not interrupt Spot instances on demand in me-central-1"
    )


def test_without_aws_nothing_is_checked(ask: Ask, bench: Bench, tmp_path: Path) -> None:
    found = ask(env=bench.env(PATH=str(tmp_path)))
    first = found.pop("aws")
    assert first.state is State.NOT_CHECKED
    assert first.text.startswith("aws is not installed; https://")
    assert first.text.endswith("; make prove and make interrupt need it, other steps do not")
    assert list(found.values()) == [
        not_checked(subject, "needs aws")
        for subject in ("AWS_ACCOUNT_ID", "AWS_WORK_DIR", "S3 endpoint", "network", "instance-types", "ami-id", "spot-quota", "interruptions")
    ]  # fmt: skip


def test_what_one_may_not_ask_is_not_checked(ask: Ask, bench: Bench) -> None:
    policy = {"Statement": [{"Action": ["s3:GetBucketLocation", "ec2:DescribeVpcs", "ec2:DescribeSubnets"]}]}
    with authorizing(bench.world, policy) as keys:
        found = ask(env={**bench.env(), **keys}, ami_id=IMAGE, instance_types="c6id")
    refused = {
        subject: result.text.partition(": User")[0] for subject, result in found.items() if "not auth" in result.text
    }
    assert refused == {
        "S3 endpoint": "aws ec2 describe-vpc-endpoints",
        "instance-types": "aws ec2 describe-instance-type-offerings",
        "ami-id": "aws ec2 describe-images",
        "interruptions": "aws iam get-role",
    }
    assert {found[subject].state for subject in refused} == {State.NOT_CHECKED}

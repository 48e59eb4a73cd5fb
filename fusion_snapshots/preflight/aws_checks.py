"""Is what the folder names there in AWS, and does it fit together? Asked where aws is signed in.

A check takes what AWS knows as plain data, from aws_facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ..aws import Aws
from ..aws import facts as facts
from ..aws.facts import Image, Subnet
from ..aws.fis import UNSUPPORTED_REGIONS, usual_role
from ..benchmark import Benchmark
from ..compute_envs import Wanted
from ..errors import UserError
from ..findings import Result, State, failed, not_checked, ok, warning
from ..folder.arm_config import arm_configs
from ..folder.layout import bucket_of
from ..folder.model import Folder
from ..process import at_once

AWS, BUCKET, ACCOUNT, INTERRUPTIONS = "aws", "AWS_WORK_DIR", "AWS_ACCOUNT_ID", "interruptions"
ENDPOINT, NETWORK, IMAGE, TYPES = "S3 endpoint", "network", "ami-id", "instance-types"
QUOTA = "spot-quota"
_ASKED = (BUCKET, ENDPOINT, NETWORK, TYPES, IMAGE, QUOTA, INTERRUPTIONS)
_IMAGE_NAME = "al2023-ami-ecs-"  # so begin the names of Amazon's ECS-optimized images of Amazon Linux 2023
_NEWEST_IMAGE = "aws ssm get-parameters --names /aws/service/ecs/optimized-ami/amazon-linux-2023/recommended"


def check_aws(benchmark: Benchmark, wanted: Sequence[Wanted], seconds: float) -> list[Result]:
    """Return the result of each check of AWS for the wanted compute environments; seconds bounds each command."""
    env = benchmark.env
    aws = Aws(env, benchmark.root, seconds)
    bucket, pinned = bucket_of(env["AWS_WORK_DIR"]), env.get("AWS_ACCOUNT_ID", "")
    try:
        account = aws.account()
    except UserError as error:
        return [
            not_checked(AWS, f"{error}; make prove and make interrupt need it, other steps do not"),
            *_skip("needs aws", ACCOUNT, *_ASKED),
        ]
    signed_in, right = ok(AWS, f"signed in to account {account}"), check_account(account, pinned)
    if right.state is State.FAILED:
        return [signed_in, right, *_skip("needs aws to be signed in to that account", *_ASKED)]
    checks: list[tuple[str, Callable[[], list[Result]]]] = [
        (BUCKET, lambda: [check_bucket(bucket, facts.find_bucket_region(aws, bucket), aws.region)]),
        *((NETWORK, partial(_ask_network, aws, network)) for network in _networks(wanted)),
        *((IMAGE, partial(_ask_image, aws, image)) for image in _options(wanted, "--ami-id")),
        *((QUOTA, partial(_ask_quota, aws, benchmark.root, most)) for most in [_most_on_spot(wanted)] if most),
        (INTERRUPTIONS, partial(_ask_interruptions, aws)),
    ]
    with at_once(len(checks)) as pool:
        asked = [result for results in pool.map(lambda pair: _results_of(*pair), checks) for result in results]
    return [signed_in, right, *asked]


def _skip(why: str, *subjects: str) -> list[Result]:
    return [not_checked(subject, why) for subject in subjects]


class _Network(NamedTuple):
    vpc: str
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    types: tuple[str, ...]


def _options(wanted: Iterable[Wanted], name: str) -> list[str]:
    return list(dict.fromkeys(value for item in wanted if (value := item.command.option(name))))


def _networks(wanted: Iterable[Wanted]) -> list[_Network]:
    """Return the networks that the compute environments name, each once, with the types of all that share it."""
    types: dict[tuple[str, str, str], list[str]] = {}
    for item in wanted:
        vpc, subnets, groups, names = (
            item.command.option(name) for name in ("--vpc-id", "--subnets", "--security-groups", "--instance-types")
        )
        types.setdefault((vpc, subnets, groups), []).extend(_split(names))
    return [
        _Network(vpc, _split(subnets), _split(groups), tuple(dict.fromkeys(names)))
        for (vpc, subnets, groups), names in types.items()
    ]


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


def _ask_network(aws: Aws, network: _Network) -> list[Result]:
    vpc = network.vpc or facts.find_default_vpc(aws)
    if not vpc:
        return [failed(NETWORK, f"the account has no default VPC in {aws.region}; answer vpc_id, and render again")]
    with at_once() as pool:
        endpoint = pool.submit(facts.has_s3_endpoint, aws, vpc)
        groups = pool.submit(facts.find_security_groups, aws, network.groups)
        found = facts.find_subnets(aws, vpc, network.subnets)
        return [
            _settle_one(ENDPOINT, lambda: check_endpoint(vpc, endpoint.result(), aws.region)),
            _settle_one(NETWORK, lambda: check_network(vpc, network.subnets, found, network.groups, groups.result())),
            _settle_one(TYPES, lambda: _ask_types(aws, network.types, [subnet.zone for subnet in found.values()])),
        ]


def _ask_types(aws: Aws, types: Sequence[str], zones: Sequence[str]) -> Result:
    if not zones:
        return not_checked(TYPES, "needs subnets that exist")
    return check_types(types, zones, facts.find_offerings(aws, types, zones))


def _ask_image(aws: Aws, image: str) -> list[Result]:
    return [check_image(image, facts.find_image(aws, image), aws.region)]


def _ask_interruptions(aws: Aws) -> list[Result]:
    role = usual_role(aws.region)
    is_offered = aws.region not in UNSUPPORTED_REGIONS
    return [check_interruptions(aws.region, role, is_offered and facts.has_role(aws, role))]


def _most_on_spot(wanted: Iterable[Wanted]) -> int:
    """Return the vCPUs that a compute environment on Spot may have; 0 where none is on Spot."""
    on_spot = [item.command for item in wanted if item.command.option("--provisioning-model").upper() == "SPOT"]
    return max((int(command.option("--max-cpus") or 0) for command in on_spot), default=0)


def _ask_quota(aws: Aws, root: Path, most: int) -> list[Result]:
    return [check_quota(facts.find_spot_quota(aws), needed_vcpus(Folder(root)), most, aws.region)]


def needed_vcpus(folder: Folder) -> int:
    """Return the vCPUs of the smallest instance that holds the largest task of every arm on Spot, 0 where none does."""
    needed = [0]
    for config in arm_configs(folder):
        if config.is_on_spot and config.environment:
            holding = config.holding(folder.catalog.expand(config.environment.text("instance-types")))
            needed.append(min((each.vcpus for each in holding), default=0))
    return max(needed)


def _results_of(subject: str, check: Callable[[], list[Result]]) -> list[Result]:
    """Return a check's results; where aws may not be asked, that it was not checked."""
    try:
        return check()
    except UserError as error:
        return [not_checked(subject, str(error))]


def _settle_one(subject: str, check: Callable[[], Result]) -> Result:
    return _results_of(subject, lambda: [check()])[0]


def check_account(account: str, pinned: str) -> Result:
    """Tell whether aws is signed in to the account that the folder is for, where one is pinned."""
    if not pinned:
        return not_checked(ACCOUNT, "no account is pinned in env.sh")
    if account != pinned:
        remedy = "choose another AWS_PROFILE, or fix env.sh"
        return failed(ACCOUNT, f"aws is signed in to {account}, not to {pinned}; {remedy}")
    return ok(ACCOUNT, f"{pinned}, the one aws is signed in to")


def check_bucket(bucket: str, found: str | None, region: str) -> Result:
    """Tell whether the work directory's bucket lies in the region; found is its region, None where there is none."""
    remedy = "set AWS_WORK_DIR in env.sh"
    if found is None:
        return failed(BUCKET, f"there is no bucket {bucket}; create it in {region}, or {remedy}")
    if found != region:
        return failed(BUCKET, f"{bucket} is in {found}, not in {region}; Snapshots need it there: {remedy}")
    return ok(BUCKET, f"{bucket} is in {region}")


def check_endpoint(vpc: str, has_endpoint: bool, region: str) -> Result:
    """Tell whether a VPC reaches S3 by a gateway endpoint."""
    if has_endpoint:
        return ok(ENDPOINT, f"{vpc} has a gateway endpoint for S3")
    command = f"aws ec2 create-vpc-endpoint --vpc-id {vpc} --service-name com.amazonaws.{region}.s3 --route-table-ids …"
    return warning(
        ENDPOINT,
        f"{vpc} has no gateway endpoint for S3: all data and Snapshots go through NAT, charged per GB, or an internet "
        f"gateway, which limits an instance's bandwidth. Create one: {command}",
    )


def check_network(
    vpc: str, subnets: Iterable[str], found: Mapping[str, Subnet], groups: Iterable[str], vpcs: Mapping[str, str]
) -> Result:
    """Tell whether subnets and security groups exist and belong to a VPC; found and vpcs are what AWS knows of each."""
    homes = {subnet: found[subnet].vpc if subnet in found else "" for subnet in subnets}
    homes |= {group: vpcs.get(group, "") for group in groups}
    troubles = [f"{name} does not exist" for name, home in homes.items() if not home]
    troubles += [f"{name} belongs to {home}, not to {vpc}" for name, home in homes.items() if home not in ("", vpc)]
    if not found:
        troubles.append(f"{vpc} has no subnet, or does not exist")
    if troubles:
        return failed(NETWORK, f"{'; '.join(troubles)}. Fix the files in compute-envs/")
    return ok(NETWORK, f"{', '.join(homes)} belong to {vpc}" if homes else f"{vpc}, with all of its subnets")


def check_image(image: str, found: Image | None, region: str) -> Result:
    """Tell whether a machine image exists and is one that Snapshots run on."""
    if found is None:
        return failed(IMAGE, f"{image} does not exist in {region}. The newest: {_NEWEST_IMAGE} --region {region}")
    wanted = "Snapshots need Amazon Linux 2023, ECS-optimized, for x86_64"
    if found.architecture != "x86_64":
        return failed(IMAGE, f"{image} ({found.name}) is for {found.architecture}; {wanted}")
    if found.name.startswith(_IMAGE_NAME):
        return ok(IMAGE, f"{image} is {found.name}")
    if found.is_amazons:
        return failed(IMAGE, f"{image} is {found.name}; {wanted}. The newest: {_NEWEST_IMAGE} --region {region}")
    return warning(IMAGE, f"{image} ({found.name}) is not Amazon's own; {wanted}, so make sure that it is made of that")


def check_types(types: Iterable[str], zones: Iterable[str], offered: Mapping[str, Iterable[str]]) -> Result:
    """Tell whether each instance type is offered in at least one of the subnets' zones."""
    ours = set(zones)
    where = ", ".join(sorted(ours))
    lacking = [name for name in types if not ours & set(offered.get(name, ()))]
    if lacking:
        return failed(TYPES, f"{', '.join(lacking)}: not offered in {where}; choose other types, or other subnets")
    partly = {name: sorted(ours - set(offered[name])) for name in types if ours - set(offered[name])}
    if partly:
        listed = ", ".join(f"{name} not in {' and '.join(gone)}" for name, gone in partly.items())
        return warning(TYPES, f"offered in {where}, but {listed}: fewer instances to choose from on Spot")
    return ok(TYPES, f"{', '.join(types)}: offered in {where}")


def check_quota(quota: float, needed: int, most: int, region: str) -> Result:
    """Tell whether EC2's quota of Spot, in vCPUs, lets the largest task run, and as many as max-cpus allows."""
    more = (
        f"aws service-quotas request-service-quota-increase --region {region} --service-code ec2 "
        f"--quota-code {facts.SPOT_QUOTA} --desired-value {most}"
    )
    allowed = f"EC2 allows the account {quota:g} vCPUs of Spot at once in {region}"
    if quota < needed:
        why = f"the largest task needs an instance of {needed}: it would wait for ever"
        return failed(QUOTA, f"{allowed}, and {why}. {more}")
    if quota < most:
        return warning(QUOTA, f"{allowed}, and max-cpus is {most}: on Spot, fewer tasks run at once. {more}")
    return ok(QUOTA, allowed)


def check_interruptions(region: str, role: str, has_role: bool) -> Result:
    """Tell whether make interrupt and make prove can work: the region offers it, and FIS has its role."""
    if region in UNSUPPORTED_REGIONS:
        return warning(INTERRUPTIONS, f"AWS does not interrupt Spot instances on demand in {region}")
    if not has_role:
        who = "which make interrupt and make prove need; see iam/README.md"
        return warning(INTERRUPTIONS, f"there is no role {role}, {who}")
    return ok(INTERRUPTIONS, f"{region} offers them, and there is the role {role}")

"""iam/forge-policy.json grants what Batch Forge needs in the answered account and buckets, and nothing else.

The checks are one function, `faults`, so that policies broken on purpose can show that each of them fails.
The actions, their access levels and resource types are AWS's own, from policy_sentry's data.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ACME, Bake, RefusedError, run, slow_after
from policies import LIMIT, Policy, find_misuses, size, texts
from policy_sentry.querying.actions import get_actions_for_service, get_privilege_info
from pytest_cookies.plugin import Cookies

ACCOUNT = "123456789012"
SERVICES = {"batch", "ec2", "iam", "logs", "s3", "ssm"}


def policy_of(folder: Path) -> Policy:
    return dict(json.loads((folder / "iam/forge-policy.json").read_text()))


def faults(policy: Policy, partition: str, region: str, account: str, buckets: list[str]) -> Iterator[str]:
    """Yield what is wrong with a policy for this account and these buckets."""
    yield from find_misuses(policy)
    for statement in policy["Statement"]:
        resources = texts(statement["Resource"])
        for action in texts(statement["Action"]):
            service, _, name = action.partition(":")
            if service not in SERVICES:
                yield f"{action}: optional service"
            if service == "s3" and action in get_actions_for_service(service):
                if get_privilege_info(service, name)["access_level"] in ("Read", "List"):
                    continue
                for arn in resources:
                    if arn not in buckets and arn.removesuffix("/*") not in buckets:
                        yield f"{action}: writes to {arn}"
            if action == "iam:PassRole" and statement.get("Condition") != {
                "StringEquals": {
                    "iam:PassedToService": [
                        "batch.amazonaws.com",
                        "ec2.amazonaws.com.cn" if partition == "aws-cn" else "ec2.amazonaws.com",
                    ]
                }
            }:
                yield f"{action}: condition"
        for arn in resources:
            if not at_home(arn, partition, region, account, buckets):
                yield f"{arn}: not in this account"


def at_home(arn: str, partition: str, region: str, account: str, buckets: list[str]) -> bool:
    if arn == "*":
        return True
    _, in_partition, service, in_region, in_account, resource = arn.split(":", 5)
    if in_partition != partition:
        return False
    if service == "s3":  # a bucket, or the objects below a path of it
        return arn in buckets or (arn.endswith("/*") and arn.startswith(tuple(f"{bucket}/" for bucket in buckets)))
    if service == "iam":
        return (in_region, in_account) == ("", account) and bool(re.fullmatch(r"[a-z-]+/TowerForge-\*", resource))
    # AWS's own parameters belong to no account.
    return (in_region, in_account) == (region, "*" if service == "ssm" else account)


REGIONS = {
    "eu-west-1": "aws",
    "us-east-1": "aws",
    "us-gov-west-1": "aws-us-gov",
    "cn-north-1": "aws-cn",
    "cn-northwest-1": "aws-cn",
    "eusc-de-east-1": "aws-eusc",
}
SEVERAL = {
    "aws_work_dir": "s3://acme-work/scratch/fusion",
    "aws_compute_env_allowed_buckets": "acme-data, s3://acme-work, s3://acme-reference/genomes, acme-results, acme-data",
    "pipeline_outdir_prefix": "s3://acme-results/runs",
}
NAMES = ["acme-work", "acme-data", "acme-reference", "acme-results"]


@pytest.mark.parametrize("account", slow_after(2, [ACCOUNT, "", "000000000001"]))
@pytest.mark.parametrize("region", slow_after(3, REGIONS))
def test_policy_has_no_fault(bake: Bake, region: str, account: str) -> None:
    folder = bake(
        **{**ACME, **SEVERAL, "snapshots_instance_types": "guide", "aws_region": region, "aws_account_id": account}
    )
    policy = policy_of(folder)
    buckets = [f"arn:{REGIONS[region]}:s3:::{name}" for name in NAMES]
    assert list(faults(policy, REGIONS[region], region, account or "*", buckets)) == []
    assert policy["Version"] == "2012-10-17"
    *_, listed, read = policy["Statement"]
    assert listed["Resource"] == buckets
    # Objects of the work directory alone: no reference data, no results.
    assert read["Resource"] == f"{buckets[0]}/scratch/fusion/*"
    sids = [statement["Sid"] for statement in policy["Statement"]]
    assert len(set(sids)) == len(sids)
    readme = (folder / "iam/README.md").read_text()
    assert re.findall(r"^\| `(\w+)` \|", readme.partition("\n## To interrupt")[0], re.M) == sids
    assert ("sts get-caller-identity" in readme) == bool(account)
    assert account in readme


def test_defaults_name_one_bucket(bake: Bake) -> None:
    policy = policy_of(bake())
    assert list(faults(policy, "aws", "us-east-1", "*", ["arn:aws:s3:::your-bucket"])) == []
    assert policy["Statement"][-2]["Resource"] == ["arn:aws:s3:::your-bucket"]


def longest(count: int) -> dict[str, str]:
    """The longest answers there are: GovCloud, an account, and that many buckets of 63 characters."""
    names = [f"{number:02}".ljust(63, "x") for number in range(count)]
    return {
        "aws_region": "us-gov-west-1",
        "aws_account_id": ACCOUNT,
        "aws_work_dir": f"s3://{names[0]}/work",
        "aws_compute_env_allowed_buckets": ",".join(names),
        "pipeline_outdir_prefix": f"s3://{names[-1]}/out",
    }


def test_eighteen_buckets_fit(bake: Bake) -> None:
    folder = bake(**longest(18))
    text = (folder / "iam/forge-policy.json").read_text()
    assert len(policy_of(folder)["Statement"][-2]["Resource"]) == 18
    assert size(text) <= LIMIT


def test_account_ids_keep_their_zeros_and_need_quotes_in_yaml(bake: Bake) -> None:
    assert ":012345670123:" in (bake(aws_account_id="012345670123") / "iam/forge-policy.json").read_text()
    # What YAML makes of 012345670123 without quotes.
    with pytest.raises(RefusedError, match="aws_account_id: '1402433619' must be the 12 digits"):
        bake(aws_account_id="1402433619")


@pytest.mark.parametrize(
    ("given", "caller", "created"), [("", "1", True), (ACCOUNT, ACCOUNT, True), (ACCOUNT, "1", False)]
)
def test_the_readmes_command_creates_the_policy_in_the_right_account_only(
    bake: Bake, tmp_path: Path, given: str, caller: str, created: bool
) -> None:
    folder = bake(**ACME, aws_account_id=given)
    stub = tmp_path / "aws"
    stub.write_text(f'#!/bin/sh\necho "$AWS_REGION $*" >> "{tmp_path}/calls"\n[ "$1" = iam ] || echo {caller}\n')
    stub.chmod(0o755)
    first = re.findall(r"^```bash\n(.*?)^```", (folder / "iam/README.md").read_text(), re.M | re.S)[0]
    ran = run(["bash", "-euc", first], cwd=folder, env={"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    assert ran.returncode == 0, ran.stderr
    call = (
        "eu-west-1 iam create-policy --policy-name seqera-forge-fusion-benchmark_eu-west-1 "
        "--policy-document file://iam/forge-policy.json --query Policy.Arn --output text"
    )
    assert (call in (tmp_path / "calls").read_text().splitlines()) == created
    assert ("Nothing was created" in ran.stdout) != created


def edit(sid: str, *changes: object) -> Callable[[Policy], None]:
    """Return a function that changes a statement's keys, given as key, value, key, value."""

    def change(policy: Policy) -> None:
        (statement,) = [statement for statement in policy["Statement"] if statement["Sid"] == sid]
        statement.update(zip(changes[::2], changes[1::2], strict=True))

    return change


BROKEN = {
    "s3:PutObject: writes to *": edit("Objects", "Action", "s3:PutObject", "Resource", "*"),
    "s3:DeleteObject: writes to arn:aws:s3:::acme-*/*": edit(
        "Objects", "Action", "s3:DeleteObject", "Resource", "arn:aws:s3:::acme-*/*"
    ),
    "s3:PutObjekt: unknown action": edit("Objects", "Action", "s3:PutObjekt"),
    "s3:Put*: unknown action": edit("Objects", "Action", "s3:Put*"),
    "s3:GetObject: no resource it applies to": edit("Buckets", "Action", "s3:GetObject"),
    "s3:ListBucket: no resource it applies to": edit("Objects", "Action", "s3:ListBucket"),
    "s3:GetObject: can be narrowed": edit("Objects", "Resource", "*"),
    "arn:aws:s3:::other/*: not in this account": edit("Objects", "Resource", "arn:aws:s3:::other/*"),
    "arn:aws:s3:::acme-fusion*: not in this account": edit("Buckets", "Resource", "arn:aws:s3:::acme-fusion*"),
    "arn:aws-cn:s3:::acme-fusion: not in this account": edit("Buckets", "Resource", "arn:aws-cn:s3:::acme-fusion"),
    "batch:SubmitJob: no job-queue": edit("BatchJobs", "Resource", f"arn:aws:batch:eu-west-1:{ACCOUNT}:job/*"),
    "batch:DescribeJobs: cannot be narrowed": edit("BatchJobs", "Action", "batch:DescribeJobs"),
    "iam:PassRole: condition": edit("PassRoles", "Condition", {}),
    "arn:aws:iam::*:role/TowerForge-*: not in this account": edit(
        "PassRoles", "Resource", "arn:aws:iam::*:role/TowerForge-*"
    ),
    f"arn:aws:iam::{ACCOUNT}:role/*: not in this account": edit("Roles", "Resource", f"arn:aws:iam::{ACCOUNT}:role/*"),
    f"arn:aws:logs:eu-west-2:{ACCOUNT}:log-group:x:*: not in this account": edit(
        "JobLogs", "Resource", f"arn:aws:logs:eu-west-2:{ACCOUNT}:log-group:x:*"
    ),
    f"arn:aws:iam::{ACCOUNT}:role/TowerForge-*: no action applies to it": edit(
        "InstanceProfiles", "Resource", f"arn:aws:iam::{ACCOUNT}:role/TowerForge-*"
    ),
    "secretsmanager:ListSecrets: optional service": edit("DescribeBatchAndEc2", "Action", "secretsmanager:ListSecrets"),
    "sqs:CreateQueue: optional service": edit("DescribeBatchAndEc2", "Action", "sqs:CreateQueue"),
    "not a plain Allow": edit("Objects", "NotAction", "s3:GetObject"),
    "too long": edit("Objects", "Sid", "x" * LIMIT),
}


@pytest.fixture(scope="module")
def pinned(cookies_session: Cookies) -> Path:
    """A folder whose policy names the account."""
    return Path(cookies_session.bake(extra_context={**ACME, "aws_account_id": ACCOUNT}).project_path)


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_policy_is_noticed(pinned: Path, fault: str) -> None:
    policy = policy_of(pinned)
    home = ("aws", "eu-west-1", ACCOUNT, ["arn:aws:s3:::acme-fusion"])
    assert list(faults(policy, *home)) == []
    BROKEN[fault](policy)
    assert fault in list(faults(policy, *home))

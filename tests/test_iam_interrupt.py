"""iam/'s files for interruptions: the role that FIS assumes, and the policy of whoever runs the step."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from aws_world import REGION, authorizing
from bench import RUN, WORK, Bench
from conftest import ACME, Bake, run, slow_after
from policies import Policy, find_misuses, texts
from policy_sentry.querying.actions import get_privilege_info

from fusion_snapshots.aws import partition
from fusion_snapshots.aws.fis import ACTION, TAG, usual_role
from fusion_snapshots.errors import UserError
from fusion_snapshots.runs.interruptions import Interruption, add_interruptions

ACCOUNT = "123456789012"
CALLER = "interrupt-caller-policy"
# What each statement is narrowed by, beside its resources.
CONDITIONS = {
    "FindTasks": "ArnLike ecs:cluster",
    "TagExperiments": "StringEquals aws:RequestTag/Name",
    "UseTemplates": "StringEquals aws:ResourceTag/Name",
    "StartExperiments": "StringEquals aws:RequestTag/Name",
    "WatchExperiments": "StringEquals aws:ResourceTag/Name",
    "PassTheRole": "StringEquals iam:PassedToService",
    "FirstUse": "StringEquals iam:AWSServiceName",
}


def policy_of(folder: Path, name: str) -> Policy:
    return dict(json.loads((folder / f"iam/{name}.json").read_text()))


def find_faults(policy: Policy, region: str, account: str) -> Iterator[str]:
    """Yield what is wrong with a caller's policy for a region and account."""
    yield from find_misuses(policy, by_condition={"ecs:ListTasks"})
    home = f"arn:{partition(region)}"
    allowed = [
        rf"\*|{home}:(ecs|fis):{region}:{re.escape(account)}:\S+",
        rf"{home}:fis:{region}:\*:action/{ACTION}",
        rf"{home}:iam::{re.escape(account)}:role/{usual_role(region)}",
        rf"{home}:iam::{re.escape(account)}:role/aws-service-role/fis\.amazonaws\.com/AWSServiceRoleForFIS",
        rf"{home}:s3:::acme-fusion/work/\*/\.proof\.log",
    ]
    for statement in policy["Statement"]:
        conditions = statement.get("Condition", {})
        said = " ".join(f"{operator} {key}" for operator, keys in conditions.items() for key in keys)
        if said != CONDITIONS.get(statement["Sid"], ""):
            yield f"{statement['Sid']}: condition"
        for arn in texts(statement["Resource"]):
            if not any(re.fullmatch(pattern, arn) for pattern in allowed):
                yield f"{arn}: not in this account"
        for action in texts(statement["Action"]):
            service, _, name = action.partition(":")
            level = get_privilege_info(service, name)["access_level"]
            if level not in ("Read", "List") and service not in ("fis", "iam"):
                yield f"{action}: changes something"


@pytest.mark.parametrize(
    ("region", "account"),
    [(REGION, ""), (REGION, ACCOUNT), ("us-gov-west-1", ACCOUNT), ("cn-north-1", ACCOUNT)],
)
def test_what_is_rendered_for_a_region_and_an_account(bake: Bake, region: str, account: str) -> None:
    types = {"snapshots_instance_types": "guide"}  # GovCloud and China have none that are guaranteed
    folder = bake(**{**ACME, **types, "aws_region": region, "aws_account_id": account})
    home, ours = f"arn:{partition(region)}", account or "*"

    policy = policy_of(folder, CALLER)
    assert list(find_faults(policy, region, ours)) == []
    conditions = [keys for each in policy["Statement"] for keys in each.get("Condition", {}).values()]
    values = {value for keys in conditions for value in keys.values()}
    assert values == {TAG, "fis.amazonaws.com", f"{home}:ecs:{region}:{ours}:cluster/*"}

    role = policy_of(folder, "fis-role-policy")
    assert list(find_misuses(role)) == []
    interrupts, finds = role["Statement"]
    assert interrupts == {
        "Sid": "InterruptForgesInstances",
        "Effect": "Allow",
        "Action": "ec2:SendSpotInstanceInterruptions",
        "Resource": f"{home}:ec2:{region}:{ours}:instance/*",
        "Condition": {"ArnLike": {"ec2:InstanceProfile": f"{home}:iam::{ours}:instance-profile/TowerForge-*"}},
    }
    assert (finds["Action"], finds["Resource"]) == ("ec2:DescribeInstances", "*")

    (trust,) = policy_of(folder, "fis-role-trust")["Statement"]
    source = {"ArnLike": {"aws:SourceArn": f"{home}:fis:{region}:{ours}:experiment/*"}}
    assert trust == {
        "Sid": "FaultInjectionOfThisAccount",
        "Effect": "Allow",
        "Principal": {"Service": "fis.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {**({"StringEquals": {"aws:SourceAccount": account}} if account else {}), **source},
    }


BROKEN: dict[str, Callable[[Policy], object]] = {
    "fis:StartExperiment: no experiment": lambda policy: policy["Statement"].remove(sid(policy, "StartExperiments")),
    "fis:StartExperiment: no experiment-template": lambda policy: policy["Statement"].remove(sid(policy, "UseTemplates")),
    "ecs:DescribeTasks: can be narrowed": lambda policy: sid(policy, "ReadTasks").update(Resource="*"),
    "FindTasks: condition": lambda policy: sid(policy, "FindTasks").pop("Condition"),
    "PassTheRole: condition": lambda policy: sid(policy, "PassTheRole").pop("Condition"),
    "UseTemplates: condition": lambda policy: sid(policy, "UseTemplates").pop("Condition"),
    "arn:aws:iam::*:role/*: not in this account": lambda policy: sid(policy, "PassTheRole").update(
        Resource="arn:aws:iam::*:role/*"
    ),
    "ec2:TerminateInstances: changes something": lambda policy: sid(policy, "FindQueuesAndInstances").update(
        Action="ec2:TerminateInstances"
    ),
}  # fmt: skip


def sid(policy: Policy, name: str) -> Policy:
    """Return the statement of this name."""
    (statement,) = [statement for statement in policy["Statement"] if statement["Sid"] == name]
    found: Policy = statement
    return found


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_policy_is_noticed(acme: Path, fault: str) -> None:
    policy = policy_of(acme, CALLER)
    assert list(find_faults(policy, REGION, "*")) == []
    BROKEN[fault](policy)
    assert fault in list(find_faults(policy, REGION, "*"))


def test_each_statement_is_explained(acme: Path) -> None:
    section = (acme / "iam/README.md").read_text().partition("\n## To interrupt")[2]
    statements = [each["Sid"] for name in ("fis-role-policy", CALLER) for each in policy_of(acme, name)["Statement"]]
    assert re.findall(r"^\| `(\w+)` \|", section, re.M) == statements


def test_the_readmes_commands_create_and_remove_it_all(bench: Bench) -> None:
    section = (bench.root / "iam/README.md").read_text().partition("\n## To interrupt")[2]
    create, remove = re.findall(r"^```bash\n(.*?)^```", section, re.M | re.S)
    assert create.count("aws iam") == remove.count("aws iam delete") == 3
    iam = bench.world.iam
    for script, left in ((create, 1), (remove, 0)):
        ran = run(["bash", "-euc", script], cwd=bench.root, env=bench.env())
        assert (ran.returncode, ran.stderr) == (0, "")
        assert [len(iam.list_policies(Scope="Local")["Policies"]), len(iam.list_roles()["Roles"])] == [left, left]
        if left:
            role = iam.get_role(RoleName=usual_role(REGION))["Role"]
            assert role["AssumeRolePolicyDocument"] == policy_of(bench.root, "fis-role-trust")
            granted = iam.get_role_policy(RoleName=usual_role(REGION), PolicyName="interrupt")["PolicyDocument"]
            assert granted == policy_of(bench.root, "fis-role-policy")


class TestCallersPolicy:
    """A user who holds the rendered policy alone; moto knows its actions, not its resources and conditions."""

    # Of these no call tells: AWS asks for them beside another.
    BESIDE: ClassVar[set[str]] = {"fis:TagResource", "iam:PassRole", "iam:CreateServiceLinkedRole"}
    PROOF: ClassVar[set[str]] = {"s3:GetObject"}  # for make prove alone

    @staticmethod
    def policy(bench: Bench, *, without: str = "") -> dict[str, Any]:
        policy: dict[str, Any] = json.loads((bench.root / "iam/interrupt-caller-policy.json").read_text())
        for statement in policy["Statement"]:
            actions = statement["Action"]
            statement["Action"] = [
                each for each in ([actions] if isinstance(actions, str) else actions) if each != without
            ]
        policy["Statement"] = [statement for statement in policy["Statement"] if statement["Action"]]
        return policy

    def test_it_suffices_and_holds_nothing_else(self, bench: Bench) -> None:
        bench.forge()
        bench.world.let_experiments_take_time()
        bench.world.host(WORK, (14, RUN))
        # Of a notice that may have been sent, FIS is asked, too.
        add_interruptions(bench.root, *[Interruption("w", "fusion_snapshots", "i-1", "", "1", "EXT1", "starting")])
        policy = self.policy(bench)
        with authorizing(bench.world, policy) as keys:
            bench.interrupt({**bench.env(), **keys})
        held = {action for statement in policy["Statement"] for action in statement["Action"]}
        asked = set(bench.world.asked) - {"sts:getcalleridentity"}  # which IAM allows everybody
        assert asked == {action.lower() for action in held - self.BESIDE - self.PROOF}

    @pytest.mark.parametrize("action", slow_after(1, ["ecs:ListTasks", "fis:CreateExperimentTemplate"]))
    @pytest.mark.slow
    def test_what_it_lacks_is_named(self, bench: Bench, action: str) -> None:
        bench.forge()
        bench.world.host(WORK, (14, RUN))
        with (
            authorizing(bench.world, self.policy(bench, without=action)) as keys,
            pytest.raises(UserError, match=f"(?i)not authorized to perform: {action}"),
        ):
            bench.interrupt({**bench.env(), **keys})

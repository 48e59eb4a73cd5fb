"""AWS Fault Injection Service (FIS): the experiment that gives Spot instances the two-minute notice.

Actions, limits and prices are those of its user guide and price page.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..json_reply import Reply
from . import Aws, AwsError, partition

ACTION, TARGET = "aws:ec2:send-spot-instance-interruptions", "aws:ec2:spot-instance"
NOTICE, NOTICE_MINUTES = "PT2M", 2  # the shortest notice, and the one that AWS itself gives
USD_PER_ACTION_MINUTE, USD_IN = 0.10, {"us-gov-west-1": 0.12}  # AWS's price page, November 2026
# Where AWS does not offer it, by EC2's user guide.
UNSUPPORTED_REGIONS = ("ap-northeast-3", "ap-southeast-3", "cn-north-1", "cn-northwest-1", "me-central-1")
ENDED = ("completed", "stopped", "failed", "cancelled")
HARMLESS = ("failed", "cancelled")  # of these, no notice counts
INTERRUPTED = "instance-terminated-by-experiment"  # the Spot request's status afterwards
TAG = "fusion-snapshots-interrupt"  # the Name of all that is made here; the caller's policy is limited to it
PATIENCE_MINUTES = 20  # for an experiment of two


class State(NamedTuple):
    """Where an experiment stands: FIS's own words."""

    id: str
    status: str
    reason: str


def usd_per_action_minute(region: str) -> float:
    """Return what AWS charges for a minute of an action, in USD."""
    return USD_IN.get(region, USD_PER_ACTION_MINUTE)


def role_arn(name: str, account: str, region: str) -> str:
    """Return the ARN of the role that FIS assumes, from its name (or ARN); an empty name stands for the usual one."""
    if name.startswith("arn:"):
        return name
    return f"arn:{partition(region)}:iam::{account}:role/{name or usual_role(region)}"


def usual_role(region: str) -> str:
    """Return the role's name as iam/README.md creates it: one for each region, as its policy is limited to one."""
    return f"fusion-snapshots-fis-{region}"


def describe_template(
    instances: Sequence[str], compute_env: str, account: str, region: str, role: str
) -> dict[str, Any]:
    """Return the request that makes an experiment template: these instances alone, each named by its ARN."""
    home = f"arn:{partition(region)}:ec2:{region}:{account}:instance"
    return {
        "description": f"Interrupts Spot instances of {compute_env}",
        "targets": {
            "instances": {
                "resourceType": TARGET,
                "selectionMode": "ALL",
                "resourceArns": [f"{home}/{instance}" for instance in instances],
            }
        },
        "actions": {
            "interrupt": {
                "actionId": ACTION,
                "parameters": {"durationBeforeInterruption": NOTICE},
                "targets": {"SpotInstances": "instances"},
            }
        },
        "stopConditions": [{"source": "none"}],
        "roleArn": role,
        "tags": _tags(compute_env),
        "experimentOptions": {"accountTargeting": "single-account", "emptyTargetResolutionMode": "fail"},
    }


def create_template(aws: Aws, request: dict[str, Any]) -> str:
    """Make an experiment template and return its id; raises AwsError and ReplyError."""
    answer = aws.ask("fis", "create-experiment-template", "--cli-input-json", json.dumps(request))
    return answer.get("experimentTemplate").text("id")


def start(aws: Aws, template: str, compute_env: str, *, rehearse: bool) -> State:
    """Start the experiment of a template, in a rehearsal without its action; raises AwsError and ReplyError."""
    mode = "skip-all" if rehearse else "run-all"
    tags = json.dumps(_tags(compute_env))
    options = ("--experiment-template-id", template, "--experiment-options", f"actionsMode={mode}", "--tags", tags)
    return _state_of(aws.ask("fis", "start-experiment", *options).get("experiment"))


def look(aws: Aws, experiment: str) -> State:
    """Return where an experiment stands; raises AwsError and ReplyError."""
    return _state_of(aws.ask("fis", "get-experiment", "--id", experiment).get("experiment"))


def remove_template(aws: Aws, template: str) -> None:
    """Delete a template, which ends no experiment; one that is gone already is well. Raises AwsError."""
    try:
        aws.ask("fis", "delete-experiment-template", "--id", template)
    except AwsError as error:
        if error.aws_code != "ResourceNotFoundException":
            raise


def find_templates(aws: Aws, compute_env: str) -> list[str]:
    """Return the templates that a stopped step left behind for a compute environment; raises as ask does."""
    listed = aws.ask("fis", "list-experiment-templates").items("experimentTemplates")
    wanted = _tags(compute_env)
    tagged = [(item.text("id"), item.get("tags").raw()) for item in listed if item.has("tags")]
    return [identifier for identifier, tags in tagged if wanted.items() <= tags.items()]


def find_experiments(aws: Aws) -> dict[str, State]:
    """Return the experiments that were started here, in any folder, each by its template; raises as ask does."""
    listed = aws.ask("fis", "list-experiments").items("experiments")
    ours = [item for item in listed if item.has("tags") and item.get("tags").raw().get("Name") == TAG]
    return {item.text("experimentTemplateId"): _state_of(item) for item in ours}


def request_statuses(aws: Aws, requests: Sequence[str]) -> dict[str, str]:
    """Return the status code of each Spot request by its id; raises AwsError and ReplyError."""
    if not requests:
        return {}
    answer = aws.ask("ec2", "describe-spot-instance-requests", "--spot-instance-request-ids", *requests)
    found = answer.items("SpotInstanceRequests")
    return {item.text("SpotInstanceRequestId"): item.get("Status").text("Code") for item in found}


def _tags(compute_env: str) -> dict[str, str]:
    return {"Name": TAG, "compute-env": compute_env}


def _state_of(experiment: Reply) -> State:
    state = experiment.get("state")
    return State(experiment.text("id"), state.text("status"), state.text("reason", ""))

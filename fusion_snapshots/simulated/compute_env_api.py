"""The API's compute environments, which become AVAILABLE, or go, after a number of looks."""

from __future__ import annotations

import copy

from .call import Call, RefusedError, now
from .state import ORGANIZATION_ID, WORKSPACE_ID, Json
from .workspace_api import labels_of

REASON = "User: arn:aws:iam::123456789012:user/x is not authorized to perform: iam:CreateRole"
LISTED = ("id", "name", "platform", "status", "message", "lastUsed", "primary", "credentialsId")
ACTIVE = ("SUBMITTED", "RUNNING")


def _look(state: Json, env: Json) -> None:
    """Count a look at a compute environment that is on its way, and let it arrive."""
    if env["status"] not in ("CREATING", "DELETING"):
        return
    env["looks"] += 1
    if env["looks"] <= state["polls"]:
        return
    if env["status"] == "DELETING":
        state["computeEnvs"].remove(env)
    elif env["name"] in state["errored"]:
        env |= {"status": "ERRORED", "message": REASON}
    else:
        env["status"] = "AVAILABLE"


def shown(env: Json) -> Json:
    """Return a compute environment without what only the simulation knows."""
    return {key: value for key, value in env.items() if key not in ("looks", "labels")}


def list_compute_envs(call: Call) -> Json:
    """Return the compute environments, or those of one status."""
    for env in list(call.state["computeEnvs"]):
        _look(call.state, env)
    found = [env for env in call.state["computeEnvs"] if call.query.get("status") in (None, env["status"])]
    listed = []
    for env in found:
        where = {key: env["config"].get(key) for key in ("region", "workDir")}
        listed.append({key: env.get(key) for key in LISTED} | {"workspaceName": call.state["workspace"]} | where)
    return {"computeEnvs": listed}


def create_compute_env(call: Call) -> Json:
    """Begin to create one."""
    asked = call.body["computeEnv"]
    if any(env["name"] == asked["name"] for env in call.state["computeEnvs"]):
        raise RefusedError(409, f"A compute environment with name '{asked['name']}' already exists")
    call.find("credentials", id=asked["credentialsId"])
    identifier = call.new_id()
    queues = {"computeQueue": f"TowerForge-{identifier}-work", "headQueue": f"TowerForge-{identifier}-head"}
    config = copy.deepcopy(asked["config"]) | queues
    bucket = "s3://" + config["workDir"].removeprefix("s3://").split("/")[0]
    buckets = config["forge"].get("allowBuckets") or []
    config["forge"]["allowBuckets"] = [*buckets, *([bucket] if bucket not in buckets else [])]
    env = {key: asked.get(key) for key in ("name", "description", "platform", "credentialsId")}
    env |= {"id": identifier, "config": config, "status": "CREATING", "message": None, "looks": 0}
    env |= {"dateCreated": now(), "lastUpdated": now(), "lastUsed": None, "deleted": None, "primary": None}
    env |= {"orgId": ORGANIZATION_ID, "workspaceId": WORKSPACE_ID}
    env["labels"] = labels_of(call.state, call.body.get("labelIds"))
    call.state["computeEnvs"].append(env)
    return {"computeEnvId": identifier}


def show_compute_env(call: Call) -> Json:
    """Return one, with its labels where they are asked for."""
    env = call.find("computeEnvs", id=call.names["id"])
    _look(call.state, env)
    asked = "labels" in call.query.get("attributes", "")
    return {"computeEnv": shown(env) | ({"labels": env["labels"]} if asked else {})}


def delete_compute_env(call: Call) -> None:
    """Begin to delete one that no run uses."""
    env = call.find("computeEnvs", id=call.names["id"])
    if any(run["computeEnv"] == env["id"] and run["status"] in ACTIVE for run in call.state["runs"]):
        raise RefusedError(409, "There are active jobs using this compute environment")
    env |= {"status": "DELETING", "looks": 0}

"""The API's pipelines of the Launchpad."""

from __future__ import annotations

import copy

from .call import Call, RefusedError, now
from .compute_env_api import shown
from .state import ORGANIZATION_ID, USER, USER_ID, WORKSPACE_ID, Json
from .workspace_api import labels_of

LISTED = ("pipelineId", "name", "description", "repository", "lastUpdated")


def _dto(call: Call, pipeline: Json) -> Json:
    user = {"userId": USER_ID, "userName": USER, "userFirstName": "Ada", "userLastName": "L"}
    where = {"orgId": ORGANIZATION_ID, "orgName": call.state["organization"]}
    where |= {"workspaceId": WORKSPACE_ID, "workspaceName": call.state["workspace"], "visibility": "PRIVATE"}
    found = {key: pipeline[key] for key in LISTED} | user | where | {"deleted": False}
    if "labels" in call.query.get("attributes", ""):
        found["labels"] = labels_of(call.state, pipeline.get("labelIds"))
    return found


def list_pipelines(call: Call) -> Json:
    """Return the pipelines that are searched, 50 where the request does not say how many."""
    found = call.searched(call.state["pipelines"])
    return {"pipelines": [_dto(call, p) for p in call.page(found, 50)], "totalSize": len(found)}


def create_pipeline(call: Call) -> Json:
    """Add a pipeline to the Launchpad."""
    name = call.body["name"]
    if any(pipeline["name"] == name for pipeline in call.state["pipelines"]):
        raise RefusedError(409, f"A pipeline with name '{name}' already exists")
    launch = copy.deepcopy(call.body["launch"]) | {"id": call.new_id(), "dateCreated": now()}
    pipeline = {"pipelineId": 100000000000 + call.number(), "name": name, "description": call.body.get("description")}
    pipeline |= {"repository": launch["pipeline"], "launch": launch, "lastUpdated": now()}
    call.state["pipelines"].append(pipeline)
    return {"pipeline": _dto(call, pipeline)}


def show_pipeline(call: Call) -> Json:
    """Return a pipeline with its version."""
    pipeline = call.find("pipelines", pipelineId=call.names["id"])
    name = pipeline.get("versionName", pipeline["name"])
    version = {"id": pipeline["launch"]["id"], "name": name, "isDefault": True, "hash": "0f1e2d"}
    return {"pipeline": _dto(call, pipeline) | ({} if call.state["unversioned"] else {"version": version})}


def update_pipeline(call: Call) -> Json:
    """Change a version of a pipeline: in what it launches, as a draft without a name, which is not the default yet."""
    pipeline = call.find("pipelines", pipelineId=call.names["id"])
    pipeline |= {key: call.body.get(key) for key in ("name", "description")} | {"lastUpdated": now()}
    pipeline["labelIds"] = call.body.get("labelIds")  # those that are not given are taken away
    known, asked = pipeline["launch"], call.body["launch"]
    same = all(known.get(key) == asked.get(key) for key in {*known, *asked} - {"id", "dateCreated"})
    version = {"id": known["id"], "name": pipeline.get("versionName", pipeline["name"]), "isDefault": True}
    if not same:
        version = {"id": call.new_id(), "name": None, "isDefault": False}
        draft = copy.deepcopy(asked) | {"id": version["id"], "dateCreated": now()}
        pipeline["drafts"] = {**pipeline.get("drafts", {}), version["id"]: draft}
    return {"pipeline": _dto(call, pipeline) | {"version": version}}


def validate_version_name(call: Call) -> None:
    """Refuse the name of a version that is taken."""
    pipeline = call.find("pipelines", pipelineId=call.names["id"])
    if call.query["name"] == pipeline.get("versionName", pipeline["name"]):
        raise RefusedError(409, f"Pipeline version name '{call.query['name']}' already exists")


def manage_version(call: Call) -> None:
    """Name a draft and make it the default, which is what is launched."""
    pipeline = call.find("pipelines", pipelineId=call.names["id"])
    launch = pipeline["drafts"].pop(call.names["version"])
    pipeline |= {"launch": launch, "versionName": call.body["name"], "repository": launch["pipeline"]}


def delete_pipeline(call: Call) -> None:
    """Delete a pipeline."""
    call.state["pipelines"].remove(call.find("pipelines", pipelineId=call.names["id"]))


def show_pipeline_launch(call: Call) -> Json:
    """Return what a pipeline is launched with."""
    return {"launch": launch_dto(call.state, call.find("pipelines", pipelineId=call.names["id"])["launch"])}


def launch_dto(state: Json, launch: Json) -> Json:
    """Return a launch as the API shows it: with the compute environment in place of its identifier."""
    found = {key: value for key, value in launch.items() if key not in ("computeEnvId", "labelIds")}
    env = next((e for e in state["computeEnvs"] if e["id"] == launch.get("computeEnvId")), None)
    return found | {"resume": False} | ({"computeEnv": shown(env)} if env else {})

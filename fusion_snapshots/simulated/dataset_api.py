"""The API's datasets and their versions."""

from __future__ import annotations

from .call import Call, RefusedError, now
from .state import ORGANIZATION_ID, WORKSPACE_ID, Json

SHOWN = ("id", "name", "description", "mediaType", "dateCreated", "lastUpdated")


def _dto(dataset: Json) -> Json:
    where = {"workspaceId": WORKSPACE_ID, "organizationId": ORGANIZATION_ID}
    more = {"deleted": False, "hidden": False, "version": len(dataset["versions"]) or None}
    return {key: dataset[key] for key in SHOWN} | more | where


def list_datasets(call: Call) -> Json:
    """Return the datasets that are searched, 100 where the request does not say how many."""
    found = call.searched(call.state["datasets"])
    return {"datasets": [_dto(dataset) for dataset in call.page(found, 100)], "totalSize": len(found)}


def create_dataset(call: Call) -> Json:
    """Add a dataset that has no version yet."""
    name = call.body["name"]
    if any(dataset["name"] == name for dataset in call.state["datasets"]):
        raise RefusedError(409, f"Dataset name '{name}' already exists")
    dataset = {"id": call.new_id(), "name": name, "description": call.body.get("description"), "mediaType": None}
    dataset |= {"dateCreated": now(), "lastUpdated": now(), "versions": []}
    call.state["datasets"].append(dataset)
    return {"dataset": _dto(dataset)}


def show_dataset(call: Call) -> Json:
    """Return a dataset."""
    return {"dataset": _dto(call.find("datasets", id=call.names["id"]))}


def update_dataset(call: Call) -> None:
    """Give a dataset another name or description."""
    dataset = call.find("datasets", id=call.names["id"])
    dataset |= {"name": call.body["name"], "description": call.body.get("description"), "lastUpdated": now()}


def delete_dataset(call: Call) -> None:
    """Delete a dataset."""
    call.state["datasets"].remove(call.find("datasets", id=call.names["id"]))


def upload_dataset(call: Call) -> Json:
    """Add a version: the file that was sent."""
    dataset, file = call.find("datasets", id=call.names["id"]), call.body["file"]
    number = len(dataset["versions"]) + 1
    path = f"/workspaces/{WORKSPACE_ID}/datasets/{dataset['id']}/v/{number}/n/{file['filename']}"
    version = {"datasetId": dataset["id"], "datasetName": dataset["name"], "version": number, "url": call.base + path}
    version |= {"hasHeader": call.query.get("header") == "true", "fileName": file["filename"]}
    version |= {"mediaType": file["type"], "lastUpdated": now(), "dateCreated": now(), "workspaceId": WORKSPACE_ID}
    dataset["versions"].append({"dto": version, "text": file["text"]})
    dataset |= {"mediaType": file["type"], "lastUpdated": now()}
    return {"version": version}


def list_versions(call: Call) -> Json:
    """Return the versions of a dataset."""
    found = [version["dto"] for version in call.find("datasets", id=call.names["id"])["versions"]]
    return {"versions": [v for v in found if call.query.get("mimeType") in (None, v["mediaType"])]}

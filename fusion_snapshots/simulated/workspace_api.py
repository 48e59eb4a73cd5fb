"""The API's service, user, workspaces, credentials and labels."""

from __future__ import annotations

from .call import Call
from .state import BORN, ORGANIZATION_ID, USER, USER_ID, WORKSPACE_ID, Json

PROVIDERS = {"aws-batch": "aws", "aws-cloud": "aws"}  # whose credentials a compute environment of this platform takes


def service_info(call: Call) -> Json:
    """Return what `tw info` and `tw runs dump` ask first."""
    info = {"version": "26.2.0-cycle9", "apiVersion": call.state["apiVersion"], "commitId": "3f04bfd4"}
    info |= {"authTypes": ["oidc"], "loginPath": "/login", "heartbeatInterval": 3240, "waveEnabled": True}
    info |= {"userWorkspaceEnabled": True, "allowInstanceCredentials": False, "landingUrl": "https://seqera.io"}
    return {"serviceInfo": info | {"contentMaxFileSize": 26214400}}


def user_info(call: Call) -> Json:
    """Return who the token belongs to."""
    user = {"id": USER_ID, "userName": USER, "email": "ada@acme.test", "firstName": "Ada", "lastName": "L"}
    return {"user": user | {"deleted": False}, "needConsent": False, "defaultWorkspaceId": None}


def list_workspaces(call: Call) -> Json:
    """Return the user's organizations, each followed by its workspaces."""
    organization = {"orgId": ORGANIZATION_ID, "orgName": call.state["organization"]}
    name = call.state["workspace"]
    workspace = {"workspaceId": WORKSPACE_ID, "workspaceName": name, "workspaceFullName": name}
    return {
        "orgsAndWorkspaces": [
            organization | {"roles": ["member"]},
            organization | workspace | {"visibility": "PRIVATE", "roles": ["owner"]},
        ]
    }


def show_workspace(call: Call) -> Json:
    """Return the workspace."""
    name = call.state["workspace"]
    found = {"id": WORKSPACE_ID, "name": name, "fullName": name, "visibility": "PRIVATE", "dateCreated": BORN}
    return {"workspace": found}


def list_credentials(call: Call) -> Json:
    """Return the credentials, or those that fit a platform."""
    platform = call.query.get("platformId", "")
    provider = PROVIDERS.get(platform, platform)
    return {"credentials": [c for c in call.state["credentials"] if not provider or c["provider"] == provider]}


def list_labels(call: Call) -> Json:
    """Return the labels that are searched, of one type or both."""
    kinds = {"resource": [True], "simple": [False]}.get(call.query.get("type", ""), [True, False])
    found = [label for label in call.searched(call.state["labels"]) if label["resource"] in kinds]
    return {"labels": call.page(found, 100), "totalSize": len(found)}


def create_label(call: Call) -> Json:
    """Add a label."""
    label = {"id": call.number(), "name": call.body["name"], "value": call.body.get("value"), "isDefault": False}
    label["resource"] = bool(call.body.get("resource"))
    call.state["labels"].append(label)
    return label


def apply_pipeline_labels(call: Call) -> None:
    """Give pipelines these labels."""
    for identifier in call.body["pipelineIds"]:
        call.find("pipelines", pipelineId=identifier)["labelIds"] = call.body["labelIds"]


def labels_of(state: Json, identifiers: list[int] | None) -> list[Json]:
    """Return the labels that have these identifiers."""
    return [label for label in state["labels"] if label["id"] in (identifiers or [])]

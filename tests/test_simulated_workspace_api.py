"""The simulated API's service, user, workspaces, credentials and labels."""

from __future__ import annotations

import pytest
from calls import call

from fusion_snapshots.simulated.call import RefusedError
from fusion_snapshots.simulated.state import BORN, ORGANIZATION_ID, USER_ID, WORKSPACE_ID, Json, new_state
from fusion_snapshots.simulated.workspace_api import (
    apply_pipeline_labels,
    create_label,
    labels_of,
    list_credentials,
    list_labels,
    list_workspaces,
    service_info,
    show_workspace,
    user_info,
)


@pytest.fixture
def state() -> Json:
    """A workspace with a simple and a resource label."""
    state = new_state()
    create_label(call(state, {"name": "once"}))
    create_label(call(state, {"name": "team", "value": "bio", "resource": True}))
    return state


def test_who_and_where(state: Json) -> None:
    assert service_info(call(state | {"apiVersion": "1.2.3"}))["serviceInfo"]["apiVersion"] == "1.2.3"
    assert user_info(call(state))["user"]["id"] == USER_ID
    organization, workspace = list_workspaces(call(state | {"workspace": "w", "organization": "o"}))["orgsAndWorkspaces"]  # fmt: skip
    assert organization == {"orgId": ORGANIZATION_ID, "orgName": "o", "roles": ["member"]}
    assert (workspace["workspaceId"], workspace["workspaceName"], workspace["orgName"]) == (WORKSPACE_ID, "w", "o")
    assert show_workspace(call(state))["workspace"]["dateCreated"] == BORN


@pytest.mark.parametrize(
    ("platform", "names"),
    [
        ("", ["acme-aws", "acme-google"]),
        ("aws-batch", ["acme-aws"]),
        ("aws-cloud", ["acme-aws"]),
        ("google", ["acme-google"]),
        ("azure", []),
    ],
)
def test_credentials_that_fit_a_platform(state: Json, platform: str, names: list[str]) -> None:
    query = {"platformId": platform} if platform else {}
    assert [each["name"] for each in list_credentials(call(state, **query))["credentials"]] == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["once", "team"]),
        ({"type": "all"}, ["once", "team"]),
        ({"type": "simple"}, ["once"]),
        ({"type": "resource"}, ["team"]),
        ({"search": "TEAM"}, ["team"]),
        ({"search": "team", "type": "simple"}, []),
    ],
)
def test_labels_are_searched_by_name_and_type(state: Json, query: dict[str, str], names: list[str]) -> None:
    found = list_labels(call(state, **query))
    assert ([each["name"] for each in found["labels"]], found["totalSize"]) == (names, len(names))


def test_a_hundred_labels_at_once(state: Json) -> None:
    for number in range(99):
        create_label(call(state, {"name": f"l{number}"}))
    found = list_labels(call(state))
    assert (len(found["labels"]), found["totalSize"]) == (100, 101)


def test_what_a_label_is(state: Json) -> None:
    assert state["labels"] == [
        {"id": 1, "name": "once", "value": None, "isDefault": False, "resource": False},
        {"id": 2, "name": "team", "value": "bio", "isDefault": False, "resource": True},
    ]
    assert labels_of(state, [2, 9]) == state["labels"][1:]
    assert labels_of(state, None) == labels_of(state, []) == []


def test_labels_are_given_to_pipelines(state: Json) -> None:
    state["pipelines"] = [{"pipelineId": number} for number in (1, 2, 3)]
    apply_pipeline_labels(call(state, {"pipelineIds": [1, 3], "labelIds": [2]}))
    assert [each.get("labelIds") for each in state["pipelines"]] == [[2], None, [2]]
    with pytest.raises(RefusedError):
        apply_pipeline_labels(call(state, {"pipelineIds": [9], "labelIds": [2]}))

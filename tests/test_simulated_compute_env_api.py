"""The simulated API's compute environments: created, looked at until they are there, and deleted."""

from __future__ import annotations

from typing import Any

import pytest
from calls import call, refused, with_env

from fusion_snapshots.simulated.call import RefusedError
from fusion_snapshots.simulated.compute_env_api import (
    REASON,
    create_compute_env,
    delete_compute_env,
    list_compute_envs,
    show_compute_env,
    shown,
)
from fusion_snapshots.simulated.state import ORGANIZATION_ID, WORKSPACE_ID, Json, new_state


def asked(name: str = "env", **forge: Any) -> Json:
    config = {"region": "eu-west-1", "workDir": "s3://acme/work", "forge": {"type": "SPOT", **forge}}
    env = {"name": name, "platform": "aws-batch", "credentialsId": "cred1", "config": config}
    return {"computeEnv": env, "labelIds": [1]}


def looks(state: Json, number: int) -> list[Any]:
    """Return the status of the first compute environment at each look."""
    return [show_compute_env(call(state, id=state["computeEnvs"][0]["id"]))["computeEnv"]["status"] for _ in range(number)]  # fmt: skip


def test_what_is_created() -> None:
    state = new_state()
    state["labels"] = [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]
    body = asked(allowBuckets=["s3://other"])
    assert create_compute_env(call(state, body)) == {"computeEnvId": "0001QzWx7YrTbNmKpLsDfG"}
    (env,) = state["computeEnvs"]
    assert env["config"] == {
        "region": "eu-west-1",
        "workDir": "s3://acme/work",
        "forge": {"type": "SPOT", "allowBuckets": ["s3://other", "s3://acme"]},
        "computeQueue": "TowerForge-0001QzWx7YrTbNmKpLsDfG-work",
        "headQueue": "TowerForge-0001QzWx7YrTbNmKpLsDfG-head",
    }
    assert (env["status"], env["labels"]) == ("CREATING", [{"id": 1, "name": "a"}])
    assert (env["orgId"], env["workspaceId"], env["description"]) == (ORGANIZATION_ID, WORKSPACE_ID, None)
    assert body["computeEnv"]["config"]["forge"] == {"type": "SPOT", "allowBuckets": ["s3://other"]}  # as it was sent


@pytest.mark.parametrize(
    ("given", "kept"),
    [(None, ["s3://acme"]), (["s3://acme"], ["s3://acme"]), (["s3://acme/work"], ["s3://acme/work", "s3://acme"])],
)
def test_the_work_directorys_bucket_is_allowed_once(given: list[str] | None, kept: list[str]) -> None:
    state = new_state()
    create_compute_env(call(state, asked(allowBuckets=given)))
    assert state["computeEnvs"][0]["config"]["forge"]["allowBuckets"] == kept


def test_a_name_is_taken_once_and_credentials_must_be_there() -> None:
    state = with_env()
    with pytest.raises(RefusedError) as error:
        create_compute_env(call(state, asked()))
    assert refused(error) == (409, "A compute environment with name 'env' already exists")
    body = asked("new")
    body["computeEnv"]["credentialsId"] = "cred9"
    with pytest.raises(RefusedError) as error:
        create_compute_env(call(state, body))
    assert refused(error) == (403, "Forbidden")
    assert len(state["computeEnvs"]) == 1


@pytest.mark.parametrize(
    ("polls", "statuses"),
    [(0, ["AVAILABLE", "AVAILABLE"]), (1, ["CREATING", "AVAILABLE"]), (2, ["CREATING", "CREATING"])],
)
def test_it_is_there_after_so_many_looks(polls: int, statuses: list[str]) -> None:
    state = new_state() | {"polls": polls}
    create_compute_env(call(state, asked()))
    assert looks(state, 2) == statuses


def test_it_may_end_in_an_error_which_lists_tell() -> None:
    state = new_state() | {"errored": ["env"]}
    create_compute_env(call(state, asked()))
    assert looks(state, 1) == ["ERRORED"]
    (entry,) = list_compute_envs(call(state))["computeEnvs"]
    assert (entry["status"], entry["message"], entry["workDir"]) == ("ERRORED", REASON, "s3://acme/work")


def test_looks_do_not_change_what_is_on_no_way() -> None:
    state = with_env(polls=0)
    state["computeEnvs"][0]["status"] = "DISABLED"
    assert looks(state, 2) == ["DISABLED", "DISABLED"]
    assert state["computeEnvs"][0]["looks"] == 0


def test_it_is_gone_after_so_many_looks() -> None:
    state = with_env(polls=1)
    delete_compute_env(call(state, id="env1"))
    state["computeEnvs"].append(state["computeEnvs"][0] | {"id": "env2", "name": "other", "status": "AVAILABLE"})
    names = [[env["name"] for env in list_compute_envs(call(state))["computeEnvs"]] for _ in range(2)]
    assert names == [["env", "other"], ["other"]]


def test_a_list_may_be_of_one_status() -> None:
    state = with_env()
    assert list_compute_envs(call(state, status="CREATING"))["computeEnvs"] == []
    (entry,) = list_compute_envs(call(state, status="AVAILABLE"))["computeEnvs"]
    assert entry == {"id": "env1", "name": "env", "platform": "aws-batch", "status": "AVAILABLE", "message": None, "lastUsed": None, "primary": None, "credentialsId": None, "workspaceName": "fusion-benchmark", "region": "eu-west-1", "workDir": "s3://acme/work"}  # fmt: skip


def test_labels_are_shown_where_they_are_asked_for() -> None:
    state = with_env()
    plain = show_compute_env(call(state, id="env1"))["computeEnv"]
    assert plain == shown(state["computeEnvs"][0])
    assert not {"labels", "looks"} & plain.keys()
    assert show_compute_env(call(state, id="env1", attributes="labels"))["computeEnv"] == plain | {"labels": []}


@pytest.mark.parametrize("status", ["SUBMITTED", "RUNNING"])
def test_one_that_runs_use_stays(status: str) -> None:
    state = with_env(runs=[{"computeEnv": "env1", "status": status}])
    with pytest.raises(RefusedError) as error:
        delete_compute_env(call(state, id="env1"))
    assert refused(error) == (409, "There are active jobs using this compute environment")
    assert state["computeEnvs"][0]["status"] == "AVAILABLE"


def test_runs_that_ended_or_are_elsewhere_keep_none() -> None:
    state = with_env(runs=[{"computeEnv": "env1", "status": "FAILED"}, {"computeEnv": "env2", "status": "RUNNING"}])
    state["computeEnvs"][0]["looks"] = 7
    delete_compute_env(call(state, id="env1"))
    assert (state["computeEnvs"][0]["status"], state["computeEnvs"][0]["looks"]) == ("DELETING", 0)

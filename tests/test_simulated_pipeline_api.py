"""The simulated API's pipelines: added, changed as drafts that become versions, and what they are launched with."""

from __future__ import annotations

import pytest
from calls import call, refused, with_env

from fusion_snapshots.simulated.call import RefusedError
from fusion_snapshots.simulated.pipeline_api import (
    create_pipeline,
    delete_pipeline,
    launch_dto,
    list_pipelines,
    manage_version,
    show_pipeline,
    show_pipeline_launch,
    update_pipeline,
    validate_version_name,
)
from fusion_snapshots.simulated.state import Json

LAUNCH = {"pipeline": "https://x.test/demo", "computeEnvId": "env1", "revision": "1.0"}


@pytest.fixture
def state() -> Json:
    """A workspace with the pipeline `demo`."""
    state = with_env(labels=[{"id": 7, "name": "a"}])
    create_pipeline(call(state, {"name": "demo", "launch": LAUNCH}))
    return state


def number(state: Json) -> int:
    return int(state["pipelines"][0]["pipelineId"])


def version(state: Json) -> Json:
    return dict(show_pipeline(call(state, id=number(state)))["pipeline"]["version"])


def test_what_is_added(state: Json) -> None:
    found = show_pipeline(call(state, id=number(state)))["pipeline"]
    assert (found["pipelineId"], found["name"], found["repository"]) == (100000000002, "demo", "https://x.test/demo")
    assert found["version"] == {"id": "0001QzWx7YrTbNmKpLsDfG", "name": "demo", "isDefault": True, "hash": "0f1e2d"}
    assert "labels" not in found
    assert "id" not in LAUNCH
    with pytest.raises(RefusedError) as error:
        create_pipeline(call(state, {"name": "demo", "launch": LAUNCH}))
    assert refused(error) == (409, "A pipeline with name 'demo' already exists")


def test_a_list_is_searched_and_has_fifty_at_most(state: Json) -> None:
    for count in range(50):
        create_pipeline(call(state, {"name": f"other{count}", "launch": LAUNCH}))
    found = list_pipelines(call(state))
    assert (len(found["pipelines"]), found["totalSize"]) == (50, 51)
    assert [each["name"] for each in list_pipelines(call(state, search='"demo"'))["pipelines"]] == ["demo"]


def test_labels_are_shown_where_they_are_asked_for(state: Json) -> None:
    state["pipelines"][0]["labelIds"] = [7]
    found = show_pipeline(call(state, id=number(state), attributes="labels"))["pipeline"]
    assert found["labels"] == [{"id": 7, "name": "a"}]


def test_a_platform_may_have_no_versions(state: Json) -> None:
    state["unversioned"] = True
    assert "version" not in show_pipeline(call(state, id=number(state)))["pipeline"]


def test_a_change_of_the_description_makes_no_version(state: Json) -> None:
    known = state["pipelines"][0]["launch"]
    body = {"name": "demo", "description": "A demo", "launch": LAUNCH}
    found = update_pipeline(call(state, body, id=number(state)))["pipeline"]
    assert found["version"] == {"id": known["id"], "name": "demo", "isDefault": True}
    assert (state["pipelines"][0]["description"], state["pipelines"][0]["labelIds"]) == ("A demo", None)
    assert state["pipelines"][0]["launch"] is known


@pytest.mark.parametrize("launch", [LAUNCH | {"revision": "2.0"}, LAUNCH | {"profile": "x"}, {"pipeline": "https://x.test/demo"}])  # fmt: skip
def test_a_change_of_what_is_launched_is_a_draft(state: Json, launch: Json) -> None:
    known = version(state)["id"]
    found = update_pipeline(call(state, {"name": "demo", "launch": launch}, id=number(state)))["pipeline"]["version"]
    assert (found["name"], found["isDefault"]) == (None, False)
    assert found["id"] != known
    assert version(state)["id"] == known  # until it is made the default
    manage_version(call(state, {"name": "demo-1"}, id=number(state), version=found["id"]))
    assert (version(state)["id"], version(state)["name"]) == (found["id"], "demo-1")
    assert state["pipelines"][0]["drafts"] == {}
    with pytest.raises(RefusedError) as error:
        validate_version_name(call(state, id=number(state), name="demo-1"))
    assert refused(error) == (409, "Pipeline version name 'demo-1' already exists")
    validate_version_name(call(state, id=number(state), name="demo"))


def test_the_first_version_is_named_as_the_pipeline(state: Json) -> None:
    with pytest.raises(RefusedError):
        validate_version_name(call(state, id=number(state), name="demo"))


def test_a_launch_holds_its_compute_environment(state: Json) -> None:
    found = show_pipeline_launch(call(state, id=number(state)))["launch"]
    assert (found["revision"], found["resume"], found["computeEnv"]["name"]) == ("1.0", False, "env")
    assert not {"computeEnvId", "labelIds"} & found.keys()
    assert not {"looks", "labels"} & found["computeEnv"].keys()
    assert "computeEnv" not in launch_dto(state, LAUNCH | {"computeEnvId": "gone", "labelIds": [7]})


def test_what_is_deleted_is_gone(state: Json) -> None:
    identifier = number(state)
    delete_pipeline(call(state, id=identifier))
    for operation in (show_pipeline, show_pipeline_launch, delete_pipeline):
        with pytest.raises(RefusedError):
            operation(call(state, id=identifier))

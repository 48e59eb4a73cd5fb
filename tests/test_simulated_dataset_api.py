"""The simulated API's datasets: added, searched, changed, and their versions."""

from __future__ import annotations

import pytest
from calls import BASE, call, refused

from fusion_snapshots.simulated.call import RefusedError
from fusion_snapshots.simulated.dataset_api import (
    create_dataset,
    delete_dataset,
    list_datasets,
    list_versions,
    show_dataset,
    update_dataset,
    upload_dataset,
)
from fusion_snapshots.simulated.state import WORKSPACE_ID, Json, new_state


@pytest.fixture
def state() -> Json:
    """A workspace with the dataset `sheet`, which has no version."""
    state = new_state()
    create_dataset(call(state, {"name": "sheet", "description": "Runs"}))
    return state


def upload(state: Json, text: str, kind: str = "text/csv", **query: object) -> Json:
    file = {"filename": "sheet.csv", "type": kind, "text": text}
    found: Json = upload_dataset(call(state, {"file": file}, id=state["datasets"][0]["id"], **query))["version"]
    return found


def test_what_is_added(state: Json) -> None:
    found = show_dataset(call(state, id="0001QzWx7YrTbNmKpLsDfG"))["dataset"]
    assert (found["name"], found["description"], found["mediaType"], found["version"]) == ("sheet", "Runs", None, None)
    with pytest.raises(RefusedError) as error:
        create_dataset(call(state, {"name": "sheet"}))
    assert refused(error) == (409, "Dataset name 'sheet' already exists")
    create_dataset(call(state, {"name": "sheet2"}))
    assert [each["name"] for each in state["datasets"]] == ["sheet", "sheet2"]


def test_versions_count_from_one_and_keep_their_text(state: Json) -> None:
    first, second = upload(state, "1"), upload(state, "2", "text/tab-separated-values", header="true")
    assert [first["version"], second["version"]] == [1, 2]
    assert first["url"] == f"{BASE}/workspaces/{WORKSPACE_ID}/datasets/0001QzWx7YrTbNmKpLsDfG/v/1/n/sheet.csv"
    assert (first["hasHeader"], second["hasHeader"]) == (False, True)
    assert [version["text"] for version in state["datasets"][0]["versions"]] == ["1", "2"]
    found = show_dataset(call(state, id=state["datasets"][0]["id"]))["dataset"]
    assert (found["version"], found["mediaType"]) == (2, "text/tab-separated-values")


def test_versions_may_be_of_one_type(state: Json) -> None:
    upload(state, "1")
    upload(state, "2", "text/plain")
    identifier = state["datasets"][0]["id"]
    assert [v["version"] for v in list_versions(call(state, id=identifier))["versions"]] == [1, 2]
    assert [v["version"] for v in list_versions(call(state, id=identifier, mimeType="text/plain"))["versions"]] == [2]


def test_a_list_is_searched_and_has_a_hundred_at_most(state: Json) -> None:
    for number in range(100):
        create_dataset(call(state, {"name": f"other{number}"}))
    found = list_datasets(call(state))
    assert (len(found["datasets"]), found["totalSize"]) == (100, 101)
    assert list_datasets(call(state, search="shee"))["totalSize"] == 1


def test_another_name_and_an_end(state: Json) -> None:
    identifier = state["datasets"][0]["id"]
    update_dataset(call(state, {"name": "runs"}, id=identifier))
    assert (state["datasets"][0]["name"], state["datasets"][0]["description"]) == ("runs", None)
    delete_dataset(call(state, id=identifier))
    assert state["datasets"] == []
    for operation in (show_dataset, delete_dataset, list_versions):
        with pytest.raises(RefusedError) as error:
            operation(call(state, id=identifier))
        assert refused(error) == (403, "Forbidden")

"""The simulated Platform's state: whole in its file, changed by one process at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from backends import journal

from fusion_snapshots.simulated.state import Store, credentials, new_state


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store of a new state."""
    store = Store(tmp_path)
    store.write(new_state())
    return store


def test_a_new_platform_has_credentials_and_nothing_else() -> None:
    state = new_state()
    assert [each["name"] for each in state["credentials"]] == ["acme-aws", "acme-google"]
    assert [state[kind] for kind in ("computeEnvs", "pipelines", "runs", "datasets", "labels")] == [[]] * 5
    assert (state["ids"], state["polls"], state["run_polls"], state["network"]) == (0, 0, 0, "")
    assert state["runs"] is not state["labels"] is not new_state()["labels"]


def test_credentials_are_of_a_provider() -> None:
    found = credentials("c9", "mine", "aws")
    assert (found["id"], found["name"], found["provider"], found["keys"]) == ("c9", "mine", "aws", {"discriminator": "aws"})  # fmt: skip


def test_changes_are_made_one_after_the_other(store: Store) -> None:
    def add(_: int) -> None:
        with store.changing() as state:
            state["ids"] += 1

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(add, range(40)))
    assert store.read()["ids"] == 40
    assert not store.state.with_suffix(".part").exists()


def test_a_change_that_fails_is_not_kept(store: Store) -> None:
    def fail() -> None:
        with store.changing() as state:
            state["ids"] = 7
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        fail()
    assert store.read()["ids"] == 0


def test_a_journal_keeps_each_exchange(store: Store) -> None:
    assert journal(store) == []
    store.note({"path": "/a"})
    store.note({"path": "/b", "request": {"x": "é\n"}})
    assert journal(store) == [{"path": "/a"}, {"path": "/b", "request": {"x": "é\n"}}]

"""The simulated Platform itself: over https, with its faults and its recordings."""

from __future__ import annotations

import json
import re
import ssl
import tarfile
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from answers import RECORDED
from backends import REFERENCE, Platform, journal, run_tw
from certificate import server_context
from platform_server import Server
from steps import done

from fusion_snapshots.simulated.api import PATTERNS, ROUTES, Request, exchange, fault
from fusion_snapshots.simulated.state import TOKEN, Json, Store, new_state


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """The files of a new Platform."""
    found = Store(tmp_path)
    found.write(new_state())
    return found


def test_every_operation_is_asked_for_in_some_scenario() -> None:
    steps = [step for steps in json.loads(RECORDED.read_text()).values() for step in steps]
    requests = {" ".join(re.split("[ ?]", request)[:2]) for step in steps for request in step["requests"]}
    routes = zip(ROUTES, PATTERNS, strict=True)
    assert [route for route, (pattern, _) in routes if not any(map(pattern.fullmatch, requests))] == []


def test_it_answers_over_https_and_takes_no_other_token(store: Store) -> None:
    context, authority = server_context()
    trusting = ssl.create_default_context(cadata=authority.decode())

    def get(server: Server, token: str) -> Json:
        request = urllib.request.Request(f"{server.address}/user-info", headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, context=trusting) as answer:
            return dict(json.load(answer))

    with Server(store, context) as server:
        assert get(server, TOKEN)["user"]["userName"] == "ada"
        with pytest.raises(urllib.error.HTTPError) as refusal:
            get(server, "another")
        assert (refusal.value.code, json.load(refusal.value)) == (401, {"message": "Unauthorized"})
        with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
            urllib.request.urlopen(f"{server.address}/service-info")
    found = [(entry["method"], entry["path"], entry["status"]) for entry in journal(store)]
    assert found == [("GET", "/user-info", 200), ("GET", "/user-info", 401)]


def test_what_is_asked_at_once_is_done_one_after_the_other(store: Store) -> None:
    def add(number: int) -> int:
        body = {"name": f"label{number}"}
        return exchange(store, Request("POST", "/labels", {}, body, TOKEN, "https://x.test")).status

    with ThreadPoolExecutor(max_workers=8) as pool:
        assert set(pool.map(add, range(40))) == {200}
    labels = store.read()["labels"]
    assert len({label["id"] for label in labels}) == len({label["name"] for label in labels}) == 40


@pytest.mark.parametrize(
    ("entry", "met"),
    [
        ({"nth": 0}, [1, 2, 3, 4, 5]),
        ({"nth": 2}, [2]),
        ({"nth": 2, "times": 3}, [2, 3, 4]),
    ],
)
def test_a_fault_meets_the_requests_it_is_ordered_for(entry: Json, met: list[int]) -> None:
    state = {"faults": [{"on": "GET /labels", "do": "drop", **entry}], "counts": {}}
    assert fault(state, "POST /labels") == {}
    assert [number for number in range(1, 6) if fault(state, "GET /labels")] == met


def test_a_fault_is_for_the_requests_whose_body_holds_its_text() -> None:
    entry: Json = {"on": "POST /workflow/launch", "do": "cut", "nth": 1, "holds": "snapshots"}
    state = {"faults": [entry], "counts": {}}
    names = ["fusion-ondemand", "fusion-snapshots", "fusion-snapshots"]
    met = [fault(state, "POST /workflow/launch", {"launch": {"runName": name}}) for name in names]
    assert met == [{}, entry, {}]


def test_a_request_that_nothing_answers_is_not_found(store: Store) -> None:
    reply = exchange(store, Request("GET", "/nothing", {}, None, TOKEN, "https://x.test"))
    assert (reply.status, reply.body) == (404, {"message": "Not Found: GET /nothing"})


def test_a_recorded_run_is_replayed_by_a_dump(platform: Platform, tmp_path: Path) -> None:
    dump = ["runs", "dump", "-w", REFERENCE, "--silent", "-i"]
    platform.add_run(id="1madeUpRun0001", runName="made-up")
    done(run_tw(platform, [*dump, "1madeUpRun0001", "-o", "one.tar.gz"], tmp_path))
    members = read(tmp_path / "one.tar.gz")
    (first, *_) = members["workflow-tasks.json"]
    many = [first | {"taskId": number, "name": f"TASK ({number})"} for number in range(1, 251)]
    write(tmp_path / "many.tar.gz", members | {"workflow-tasks.json": many})
    platform.add_run(id="1recordedRun02", recording=str(tmp_path / "many.tar.gz"))
    done(run_tw(platform, [*dump, "1recordedRun02", "-o", "two.tar.gz"], tmp_path))
    replayed = read(tmp_path / "two.tar.gz")
    assert replayed["workflow-tasks.json"] == many
    assert replayed["workflow-load.json"] == members["workflow-load.json"]
    assert {**replayed["workflow.json"], "id": "", "launchId": ""} == {
        **members["workflow.json"],
        "id": "",
        "launchId": "",
    }


def read(path: Path) -> Json:
    """Return the members of an archive, as JSON."""
    found = {}
    with tarfile.open(path) as archive:
        for name in archive.getnames():
            file = archive.extractfile(name)
            assert file
            found[name] = json.load(file) if name.endswith(".json") else file.read().decode()
    return found


def write(path: Path, members: Json) -> None:
    """Write an archive that holds these members."""
    folder = path.with_suffix(".members")
    folder.mkdir()
    with tarfile.open(path, "w:gz") as archive:
        for name, value in members.items():
            (folder / name).write_text(value if isinstance(value, str) else json.dumps(value))
            archive.add(folder / name, name)

"""The simulated API's runs: launched, looked at until they end, searched, and replayed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from archives import task, write_archive
from calls import BASE, call, refused, with_env

from fusion_snapshots.simulated.call import RefusedError
from fusion_snapshots.simulated.made_up import LASTS
from fusion_snapshots.simulated.run_api import (
    asked,
    launch_id,
    list_runs,
    put,
    recorded,
    recording,
    show_launch,
    show_run,
    show_run_launch,
    submit,
    workflow_dto,
)
from fusion_snapshots.simulated.state import Json

LAUNCH: Json = {"pipeline": "https://x.test/acme/demo.git", "computeEnvId": "env1", "runName": "one"}


def launched(state: Json, **more: Any) -> str:
    return str(submit(call(state, {"launch": LAUNCH | more}))["workflowId"])


def look(state: Json, identifier: str) -> Json:
    return dict(show_run(call(state, id=identifier))["workflow"])


def shown(**values: Any) -> Json:
    """Return how the API shows a run of these values."""
    run = {"id": "run1", "runName": "one", "launch": LAUNCH, "computeEnv": "env1", "submit": "2026-03-02T10:00:00Z"}
    return workflow_dto(run | {"status": "SUCCEEDED", "looks": 0} | values, BASE)


@pytest.fixture
def archive(tmp_path: Path) -> str:
    """A recording of a run that failed."""
    path = tmp_path / "run.tar.gz"
    launch = {"runName": "recorded", "status": "FAILED", "repository": "https://x.test/other", "profile": "a,b"}
    write_archive(path, [task()], **launch, workDir="s3://acme/recorded", revision=None)
    return str(path)


def test_what_is_launched() -> None:
    state = with_env()
    identifier = launched(state)
    assert identifier == "0001QzWx7YrTbN"
    (run,) = state["runs"]
    assert (run["runName"], run["computeEnv"], run["status"], run["looks"]) == ("one", "env1", "SUBMITTED", 0)
    assert state["computeEnvs"][0]["lastUsed"] is not None
    assert launched(state, runName=None) == "0002QzWx7YrTbN"
    assert state["runs"][1]["runName"] == "happy_0002"


def test_what_cannot_be_launched() -> None:
    state = with_env()
    launched(state)
    with pytest.raises(RefusedError) as error:
        launched(state)
    assert refused(error) == (400, "Run name 'one' is already used")
    with pytest.raises(RefusedError) as error:
        launched(state, runName="two", computeEnvId="gone")
    assert refused(error) == (403, "Forbidden")
    state["computeEnvs"][0]["status"] = "CREATING"
    with pytest.raises(RefusedError) as error:
        launched(state, runName="two")
    assert refused(error) == (400, "Compute environment 'env' is not available")
    assert len(state["runs"]) == 1


@pytest.mark.parametrize(
    ("polls", "statuses"),
    [
        (0, ["SUCCEEDED", "SUCCEEDED"]),
        (1, ["SUBMITTED", "SUCCEEDED"]),
        (3, ["SUBMITTED", "RUNNING", "RUNNING", "SUCCEEDED"]),
    ],
)
def test_a_run_ends_after_so_many_looks(polls: int, statuses: list[str]) -> None:
    state = with_env(run_polls=polls)
    identifier = launched(state)
    assert [look(state, identifier)["status"] for _ in statuses] == statuses


def test_a_run_may_fail() -> None:
    state = with_env(failing=["x", "on"])
    assert look(state, launched(state))["status"] == "FAILED"
    assert look(state, launched(state, runName="two"))["status"] == "SUCCEEDED"


def test_a_run_that_was_cancelled_stays_so() -> None:
    state = with_env()
    identifier = launched(state)
    state["runs"][0]["status"] = "CANCELLED"
    assert look(state, identifier)["status"] == "CANCELLED"


def test_names_that_begin_so_replay_a_recording(archive: str) -> None:
    state = with_env(run_polls=1, recordings={"on": archive})
    identifier = launched(state)
    assert recorded(state["runs"][0]) == {}
    assert look(state, identifier)["status"] == "SUBMITTED"
    found = look(state, identifier)
    assert (found["id"], found["runName"], found["status"]) == (identifier, "one", "FAILED")
    assert found["projectName"] == "acme/demo"  # of what was launched; the rest is the recording's
    assert found["nextflow"] == {"version": "25.10.4"}
    assert recorded(state["runs"][0]) is recording(archive)
    launched(state, runName="two")
    assert "recording" not in state["runs"][1]


def test_a_run_that_was_never_launched_here(archive: str) -> None:
    state = with_env()
    put(state, {"id": "1234abc"})
    put(state, {"id": "5678abc", "recording": archive, "looks": 3})
    plain, replayed = state["runs"]
    assert (plain["runName"], plain["status"], plain["computeEnv"], plain["looks"]) == ("happy_1234", "SUCCEEDED", None, 0)  # fmt: skip
    assert (replayed["runName"], replayed["status"], replayed["looks"]) == ("recorded", "FAILED", 3)
    assert replayed["submit"] == "2026-03-02T09:55:00Z"
    assert asked(plain) == {"pipeline": "https://github.com/nextflow-io/hello", "runName": "happy_1234", "computeEnvId": None}  # fmt: skip
    assert asked(replayed) == {
        "pipeline": "https://x.test/other",
        "workDir": "s3://acme/recorded",
        "configProfiles": ["a", "b"],
        "paramsText": '{"outdir": "s3://acme-fusion/results/one", "input": "s3://acme-fusion/samples.csv"}',
        "runName": "recorded",
        "computeEnvId": None,
    }
    assert workflow_dto(replayed, BASE)["repository"] == "https://x.test/other"


def test_what_was_asked_is_a_copy() -> None:
    run: Json = {"launch": {"pipeline": "x"}}
    asked(run)["pipeline"] = "y"
    assert run == {"launch": {"pipeline": "x"}}


def test_a_run_as_it_begins_goes_on_and_ends() -> None:
    submitted, running, succeeded, failed, cancelled = (
        shown(status=status) for status in ("SUBMITTED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED")
    )
    assert submitted["projectName"] == "acme/demo"
    assert not {"start", "params", "complete"} & submitted.keys()
    assert running["start"] == "2026-03-02T10:00:00Z"
    assert not {"complete", "errorMessage"} & running.keys()
    assert (succeeded["complete"], succeeded["duration"]) == ("2026-03-02T10:12:34Z", 1000 * LASTS)
    assert (succeeded["success"], succeeded["exitStatus"]) == (True, 0)
    assert [(each["success"], each["exitStatus"], "errorMessage" in each) for each in (failed, cancelled)] == [
        (False, 1, True),
        (False, 1, False),
    ]


def test_the_command_line_has_what_was_asked() -> None:
    assert shown()["commandLine"] == f"nextflow run '{LAUNCH['pipeline']}' -name one -with-tower '{BASE}'"
    launch = LAUNCH | {"paramsText": "a: 1", "revision": "1.0", "configProfiles": ["x", "y"], "configText": "c"}
    found = shown(launch=launch)
    assert found["commandLine"] == (
        f"nextflow run '{LAUNCH['pipeline']}' -name one -params-file '{BASE}/ephemeral/run1kw.yaml' "
        f"-with-tower '{BASE}' -r 1.0 -profile x,y"
    )
    assert (found["params"], found["profile"], found["configText"]) == ({"a": 1}, "x,y", "c")
    assert (shown()["params"], shown()["profile"]) == ({}, None)


def test_parameters_that_nf_core_adds_of_itself() -> None:
    found = shown(launch=LAUNCH | {"pipeline": "https://x.test/nf-core/demo", "paramsText": "a: 1"})["params"]
    assert found == {"a": 1, "trace_report_suffix": "2026-03-02T10:00:00Z", "monochrome_logs": False}


def test_a_list_begins_with_the_newest_and_has_25_at_most() -> None:
    state = with_env()
    for number in range(26):
        launched(state, runName=f"run{number}")
    found = list_runs(call(state))
    assert [each["workflow"]["runName"] for each in found["workflows"]][:2] == ["run25", "run24"]
    assert (len(found["workflows"]), found["totalSize"], found["hasMore"]) == (25, 26, True)
    rest = list_runs(call(state, search="run2", max=7))
    assert (len(rest["workflows"]), rest["totalSize"], rest["hasMore"]) == (7, 7, False)


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("", ["three", "two", "one"]),
        ("T", ["three", "two"]),
        ('"two"', ["two"]),
        ("t hr", ["three"]),
        ("status:failed", ["two"]),
        ("runname:o", ["two", "one"]),
        ('runName:"three"', ["three"]),
        ("after:2026-03-02T00:00:00Z", ["three", "two"]),
        ("before:2026-03-02T00:00:00Z", ["one"]),
        ("after:2026-03-02T00:00:00Z status:SUCCEEDED", ["three"]),
        ("projectName:acme", ["three", "two", "one"]),
        ("commitId:zz", []),
    ],
)
def test_runs_are_searched(search: str, names: list[str]) -> None:
    state = with_env()
    for day, name in enumerate(("one", "two", "three"), 1):
        launched(state, runName=name)
        state["runs"][-1] |= {"submit": f"2026-03-0{day}T00:00:00Z", "status": "FAILED" if day == 2 else "SUCCEEDED"}
    assert [each["workflow"]["runName"] for each in list_runs(call(state, search=search))["workflows"]] == names


def test_a_run_with_what_belongs_to_it() -> None:
    state = with_env(labels=[{"id": 3, "name": "a"}])
    found = show_run(call(state, id=launched(state, labelIds=[3])))
    assert (found["labels"], found["orgName"], found["workspaceName"]) == ([{"id": 3, "name": "a"}], "acme-genomics", "fusion-benchmark")  # fmt: skip


def test_what_it_was_launched_with_by_either_identifier() -> None:
    state = with_env()
    identifier = launched(state)
    launched(state, runName="two", revision="2.0")
    found = show_run_launch(call(state, id=identifier))["launch"]
    assert (found["pipeline"], found["computeEnv"]["name"], "runName" in found) == (LAUNCH["pipeline"], "env", False)
    other = launch_id(state["runs"][1])
    assert other == "0002QzWx7YrTbN3r9Nghqw"
    told = show_launch(call(state, id=other))["launch"]
    assert (told["id"], told["revision"], told["runName"]) == (other, "2.0", "two")
    with pytest.raises(RefusedError) as error:
        show_launch(call(state, id="gone"))
    assert refused(error) == (403, "Forbidden")

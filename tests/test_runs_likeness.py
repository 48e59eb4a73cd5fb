"""Only like is compared with like: what refuses a run, in whole messages, and what does not."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from fusion_snapshots.runs.likeness import facts_of, find_unlike


class Side(NamedTuple):
    name: str
    arm: str
    succeeded: bool
    facts: dict[str, str]


WORKFLOW: dict[str, Any] = {
    "projectName": "acme/workflow",
    "commitId": "0123abc",
    "revision": "1.0",
    "profile": "test",
    "nextflow": {"version": "25.10.4"},
    "params": {"outdir": "s3://acme/results/one", "input": "s3://acme/samples.csv", "depth": 30},
    "runName": "one",
    "fusion": {"enabled": True},
}


def side(number: int, arm: str, *, succeeded: bool = True, **changes: Any) -> Side:
    return Side(f"run-{number}", arm, succeeded, facts_of(WORKFLOW | changes))


def test_runs_that_are_alike() -> None:
    params = WORKFLOW["params"] | {"outdir": "s3://acme/results/two", "trace_report_suffix": "20260302"}
    other = side(2, "fusion_snapshots", runName="two", fusion={"enabled": False}, params=params, revision="main")
    assert find_unlike([side(1, "fusion_ondemand"), other]) == []
    assert find_unlike([]) == []


def test_paths_in_the_results_may_differ_as_the_results_do() -> None:
    runs = []
    for number, outdir in enumerate(("s3://acme/a", "s3://acme/b")):
        runs.append(
            side(number, "x", params={"outdir": outdir, "tracedir": f"{outdir}/info", "deep": [{"at": outdir}]})
        )
    assert find_unlike(runs) == []


@pytest.mark.parametrize(
    ("changes", "differs"),
    [
        ({"projectName": "acme/other"}, "pipeline is 'acme/other', there 'acme/workflow'"),
        ({"commitId": "fff"}, "commit is 'fff', there '0123abc'"),
        ({"commitId": None}, "commit is '1.0', there '0123abc'"),
        ({"profile": "test_full"}, "profile is 'test_full', there 'test'"),
        ({"profile": None}, "profile is not given, there 'test'"),
        ({"nextflow": {"version": "26.04.6"}}, "Nextflow version is '26.04.6', there '25.10.4'"),
        ({"params": WORKFLOW["params"] | {"depth": 60}}, "parameter depth is '60', there '30'"),
        ({"params": {"outdir": "s3://acme/results/one", "depth": 30}}, "parameter input is not given, there '\"s3://acme/samples.csv\"'"),
        ({"params": WORKFLOW["params"] | {"extra": True}}, "parameter extra is 'true', there not given"),
        ({"commitId": "fff", "profile": "x"}, "commit is 'fff', there '0123abc'; profile is 'x', there 'test'"),
    ],
)  # fmt: skip
def test_a_run_that_differs_is_named_with_what_differs(changes: dict[str, Any], differs: str) -> None:
    runs = [side(1, "fusion_ondemand"), side(2, "fusion_ondemand"), side(3, "fusion_snapshots", **changes)]
    assert find_unlike(runs) == [f"run-3 (fusion_snapshots) differs from run-1 (fusion_ondemand): {differs}"]


def test_pairs_that_match_are_not_mixed_with_other_pairs() -> None:
    runs = [side(n, arm, commitId=c) for n, (arm, c) in enumerate([("a", "1"), ("b", "1"), ("a", "2"), ("b", "2")])]
    assert find_unlike(runs) == [
        "run-2 (a) differs from run-0 (a): commit is '2', there '1'",
        "run-3 (b) differs from run-0 (a): commit is '2', there '1'",
    ]


def test_what_a_failed_run_never_told_is_not_held_against_it() -> None:
    early = side(2, "b", succeeded=False, commitId=None, revision=None, profile=None, nextflow=None, params=None)
    assert find_unlike([side(1, "a"), early]) == []
    other = side(2, "b", succeeded=False, params=None, profile="x")
    assert find_unlike([side(1, "a"), other]) == ["run-2 (b) differs from run-1 (a): profile is 'x', there 'test'"]


def test_a_failed_run_is_no_model_for_those_that_succeeded() -> None:
    runs = [side(1, "a", succeeded=False, profile="x"), side(2, "a", succeeded=False, profile="x"), side(3, "b")]
    assert find_unlike(runs) == [
        "run-1 (a) differs from run-3 (b): profile is 'x', there 'test'",
        "run-2 (a) differs from run-3 (b): profile is 'x', there 'test'",
    ]


def test_secrets_and_escapes_in_parameters_are_not_shown() -> None:
    secret = "eyJ" + "a" * 30
    (line,) = find_unlike([side(1, "a"), side(2, "b", profile=f"x\x1b[31m {secret}")])
    assert line == "run-2 (b) differs from run-1 (a): profile is 'x\\x1b[31m <secret>', there 'test'"


@pytest.mark.parametrize("params", [None, [], "text", 5])
def test_parameters_of_no_known_shape_are_none(params: object) -> None:
    assert facts_of({"params": params, "nextflow": "25", "commitId": 5}) == {}

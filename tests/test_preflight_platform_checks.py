"""What the Platform says of token, workspace, credentials, pipelines and compute environments: each line of it."""

from __future__ import annotations

from typing import Any

import pytest

from fusion_snapshots.compute_envs import Wanted
from fusion_snapshots.findings import Result, State, failed, ok, warning
from fusion_snapshots.json_reply import Reply, ReplyError
from fusion_snapshots.platform.differences import Difference
from fusion_snapshots.platform.launchpad import Pipeline
from fusion_snapshots.platform.seqerakit import Command
from fusion_snapshots.preflight.platform_checks import (
    check_active_runs,
    check_compute_env,
    check_credentials,
    check_info,
    check_pipeline,
    check_token_is_set,
    check_workspace,
    find_credentials,
)

URL = "https://x.test/api"
GOOD = {"connectionCheck": 1, "versionCheck": 1, "credentialsCheck": 1}


def reply(**value: Any) -> Reply:
    return Reply(value, "tw")


def test_a_token_that_is_not_set_is_told_of() -> None:
    assert check_token_is_set({"TOWER_ACCESS_TOKEN": "x"}) is None
    for env in ({}, {"TOWER_ACCESS_TOKEN": ""}):
        assert check_token_is_set(env) == failed(
            "TOWER_ACCESS_TOKEN",
            "not set; paste it after: read -rs TOWER_ACCESS_TOKEN && export TOWER_ACCESS_TOKEN",
        )


@pytest.mark.parametrize(
    ("checks", "result"),
    [
        ({}, ok("TOWER_ACCESS_TOKEN", f"accepted by {URL} as ?")),
        ({"opts": {"userName": "ada"}}, ok("TOWER_ACCESS_TOKEN", f"accepted by {URL} as ada")),
        ({"opts": {}}, ok("TOWER_ACCESS_TOKEN", f"accepted by {URL} as ?")),
        ({"versionCheck": None}, ok("TOWER_ACCESS_TOKEN", f"accepted by {URL} as ?")),
        ({"versionCheck": 0, "opts": {"userName": "ada"}}, warning("TOWER_ACCESS_TOKEN", f"accepted by {URL} as ada; the Platform is older than this tw expects")),
        ({"versionCheck": -1}, warning("TOWER_ACCESS_TOKEN", f"accepted by {URL} as ?; the Platform is older than this tw expects")),
        ({"credentialsCheck": -1}, failed("TOWER_ACCESS_TOKEN", f"{URL} answers, but not whether it accepts the token: try again in some minutes")),
        ({"credentialsCheck": 0}, failed("TOWER_ACCESS_TOKEN", f"refused by {URL}: it has expired, or is another Platform's; make one under Your tokens")),
        ({"connectionCheck": 0}, failed("TOWER_ACCESS_TOKEN", f"{URL} does not answer tw: check TOWER_API_ENDPOINT in env.sh and your network; where a browser reaches it, its certificate may be one that tw's Java does not trust (README.md, Troubleshooting)")),
    ],
)  # fmt: skip
def test_what_tw_info_says_is_read_by_its_numbers(checks: dict[str, Any], result: Result) -> None:
    assert check_info(reply(**GOOD | checks), URL) == result


@pytest.mark.parametrize("missing", ["connectionCheck", "credentialsCheck"])
def test_a_tw_info_without_its_numbers_is_no_answer(missing: str) -> None:
    with pytest.raises(ReplyError, match=missing):
        check_info(reply(**GOOD | {missing: None}), URL)


@pytest.mark.parametrize(
    ("names", "result"),
    [
        (["b/w", "acme/w"], ok("workspace", "acme/w")),
        (["b/w", "Acme/W"], failed("workspace", "acme/w is not visible to this token, the nearest is Acme/W; set ORGANIZATION_NAME and WORKSPACE_NAME in env.sh")),
        (["c/w", "b/w"], failed("workspace", "acme/w is not visible to this token, visible are b/w, c/w; set ORGANIZATION_NAME and WORKSPACE_NAME in env.sh")),
        ([], failed("workspace", "acme/w is not visible to this token, visible are none; set ORGANIZATION_NAME and WORKSPACE_NAME in env.sh")),
    ],
)  # fmt: skip
def test_workspaces(names: list[str], result: Result) -> None:
    listed = [dict(zip(("orgName", "workspaceName"), name.split("/"), strict=True)) for name in names]
    assert check_workspace(reply(workspaces=listed), "acme/w") == result


AWS, GOOGLE = {"name": "mine", "provider": "aws", "id": "c1"}, {"name": "theirs", "provider": "google"}


@pytest.mark.parametrize(
    ("listed", "name", "result"),
    [
        ([GOOGLE, AWS], "mine", ok("credentials", "mine, of AWS")),
        ([AWS, AWS | {"name": "a"}, GOOGLE], "Mine", failed("credentials", "no Mine in the workspace, whose AWS credentials are: a, mine; set AWS_CREDENTIALS in env.sh")),
        ([GOOGLE, {"name": "odd"}], "mine", failed("credentials", "no mine in the workspace, whose AWS credentials are: none; set AWS_CREDENTIALS in env.sh")),
        ([GOOGLE], "theirs", failed("credentials", "theirs is of google, not of AWS; set AWS_CREDENTIALS in env.sh")),
        ([{"name": "odd"}], "odd", failed("credentials", "odd is of ?, not of AWS; set AWS_CREDENTIALS in env.sh")),
    ],
)  # fmt: skip
def test_credentials(listed: list[dict[str, str]], name: str, result: Result) -> None:
    assert check_credentials(reply(credentials=listed), name) == result


def test_credentials_are_found_by_their_whole_name() -> None:
    found = find_credentials(reply(credentials=[GOOGLE, AWS]), "mine")
    assert found
    assert found.text("id") == "c1"
    assert find_credentials(reply(credentials=[AWS]), "min") is None


def pipeline(identifier: str, *differences: Difference, can_view: bool = True) -> Pipeline:
    command = Command(["tw", "pipelines", "add", "--name", "demo"], "")
    return Pipeline("pipelines/demo.yml", command, identifier, list(differences), can_view)


OTHER = Difference("revision", "1.0", "2.0")


@pytest.mark.parametrize(
    ("found", "result"),
    [
        (pipeline(""), ok("pipelines/demo.yml", "demo is free")),
        (pipeline("7"), ok("pipelines/demo.yml", "demo is on the Launchpad as the file says")),
        (pipeline("7", OTHER), failed("pipelines/demo.yml", f"demo is not what pipelines/demo.yml says: {OTHER}. To make it so: make pipelines REPLACE=yes")),
        (pipeline("7", OTHER, can_view=False), failed("pipelines/demo.yml", f"demo is not what pipelines/demo.yml says: {OTHER}. To make it so: make pipelines REPLACE=yes")),
        (pipeline("7", can_view=False), warning("pipelines/demo.yml", "demo is not compared: tw cannot view it, as this Platform sends no pipeline version, which tw 0.23 and newer needs. To be sure: make pipelines REPLACE=yes")),
    ],
)  # fmt: skip
def test_pipelines(found: Pipeline, result: Result) -> None:
    assert check_pipeline(found) == result


WANTED = Wanted("compute-envs/e.yml", Command(["tw", "compute-envs", "add", "aws-batch", "forge", "--name", "env", "--region", "eu-west-1", "--provisioning-model", "SPOT"], ""))  # fmt: skip
AGAIN = "(. ./env.sh && seqerakit --delete compute-envs/e.yml)"


def seen(region: str = "eu-west-1") -> Reply:
    config = {"discriminator": "aws-batch", "region": region, "forge": {"type": "SPOT", "ebsAutoScale": True}}
    return reply(credentialsId="c1", platform="aws-batch", config=config)


@pytest.mark.parametrize(
    ("status", "message", "result"),
    [
        ("AVAILABLE", "", ok("compute-envs/e.yml", "env is ours already, AVAILABLE")),
        ("CREATING", "", ok("compute-envs/e.yml", "env is ours already, CREATING")),
        ("DELETING", "", warning("compute-envs/e.yml", "env is DELETING, which takes AWS some minutes; make compute-envs waits for it")),
        ("DISABLED", "", failed("compute-envs/e.yml", "env is DISABLED. Enable it on its page of the Platform")),
        ("ERRORED", "No", failed("compute-envs/e.yml", f"env is ERRORED: No (most often a permission that the AWS credentials lack). Fix that, delete it {AGAIN}, then: make compute-envs")),
        ("INVALID", None, failed("compute-envs/e.yml", f"env is INVALID. Its page of the Platform names the reason (most often a permission that the AWS credentials lack). Fix that, delete it {AGAIN}, then: make compute-envs")),
    ],
)  # fmt: skip
def test_compute_environments_by_their_status(status: str, message: str | None, result: Result) -> None:
    known = {"env": reply(status=status, message=message)}
    assert check_compute_env(WANTED, known, seen(), "c1") == result


def test_a_compute_environment_is_free_or_differs() -> None:
    free = ok("compute-envs/e.yml", "env is free")
    assert check_compute_env(WANTED, {"other": reply(status="AVAILABLE")}, seen(), "c1") == free
    assert check_compute_env(WANTED, {"env": reply(status="AVAILABLE")}, None, "c1") == free
    result = check_compute_env(WANTED, {"env": reply(status="ERRORED")}, seen("us-east-1"), "c1")
    assert (result.subject, result.state) == ("compute-envs/e.yml", State.FAILED)
    assert result.text.startswith("env exists and differs: region is us-east-1, the file says eu-west-1. Set another")


def test_what_the_smallest_plan_of_seqera_cloud_allows_is_said() -> None:
    (said,) = check_active_runs("https://api.cloud.seqera.io", 3)
    assert (said.subject, said.state) == ("active-runs", State.NOT_CHECKED)
    assert (
        said.text
        == "Seqera Cloud Basic allows three active runs in an organization, and a round of this folder starts 3"
    )
    assert check_active_runs("https://seqera.acme.org/api", 3) == []

"""make preflight: a line for each check, all at once where they are independent; nothing is changed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from backends import Platform
from conftest import TOKEN, slow_after
from steps import ONDEMAND, ONDEMAND_FILE, PREFIX, SNAPSHOTS_FILE, Ran, done, edit, step

from fusion_snapshots.findings import State
from fusion_snapshots.preflight import check_clock

Change = Callable[[Path, Platform], None]


def lines(ran: Ran) -> dict[str, str]:
    """Return the lines of preflight by their subjects."""
    found = {}
    for line in ran.stdout.splitlines():
        if match := re.fullmatch(r"(ok|warning|failed|not checked) +(\S+): (.+)", line):
            found[match[2]] = f"{match[1]}: {match[3]}"
    return found


def test_all_is_well_before_and_after(folder: Path, platform: Platform, stages: tuple[dict[str, Any], ...]) -> None:
    ran = done(step(folder, platform, "preflight"))
    found = lines(ran)
    expected = [
        "python",
        "seqerakit",
        "tw",
        "TOWER_ACCESS_TOKEN",
        "workspace",
        "credentials",
        ONDEMAND_FILE,
        SNAPSHOTS_FILE,
    ]
    assert list(found)[:8] == expected
    assert list(found)[-1] == "TIME"
    assert all(found[name].startswith("ok: ") for name in (*expected, "TIME")), found
    assert found[ONDEMAND_FILE] == f"ok: {ONDEMAND} is free"
    assert platform.requests("POST") + platform.requests("PUT") + platform.requests("DELETE") == []
    platform.store.write(stages[0])
    ran = done(step(folder, platform, "preflight"))
    assert lines(ran)[ONDEMAND_FILE] == f"ok: {ONDEMAND} is ours already, AVAILABLE"
    assert TOKEN not in ran.stdout + ran.stderr


def test_pipelines_that_differ_are_named(ready: Path, platform: Platform) -> None:
    with (ready / "pipelines/nextflow_fusion_ondemand.config").open("a") as config:
        config.write("// mine\n")
    found = lines(step(ready, platform, "preflight"))
    file = "pipelines/workflow_fusion_ondemand.yml"
    assert found[file].startswith(
        f"failed: {PREFIX}_workflow_fusion_ondemand is not what {file} says: config differs from "
    )
    assert found[file].endswith(". To make it so: make pipelines REPLACE=yes")
    assert found["pipelines/hello.yml"] == f"ok: {PREFIX}_hello is on the Launchpad as the file says"
    platform.set(unversioned=True)
    why = "tw cannot view it, as this Platform sends no pipeline version, which tw 0.23 and newer needs"
    remedy = "To be sure: make pipelines REPLACE=yes"
    said = lines(step(ready, platform, "preflight"))["pipelines/hello.yml"]
    assert said == f"warning: {PREFIX}_hello is not compared: {why}. {remedy}"


def editing(name: str, old: str, new: str) -> Change:
    return lambda folder, platform: edit(folder, name, old, new)


def with_env(**env: str) -> Change:
    return lambda folder, platform: platform.env.update(env)


def unreachable(why: str) -> Change:
    return lambda folder, platform: platform.unreachable(why)


def faulty(on: str, do: str | int, **more: Any) -> Change:
    return lambda folder, platform: platform.fault(on, do, **more)


def taken(**values: Any) -> Change:
    return lambda folder, platform: platform.change("computeEnvs", ONDEMAND, **values)


DIFFERS = f"failed: {ONDEMAND} exists and differs: "


@pytest.mark.parametrize(
    ("change", "what", "said"),
slow_after(6, [
        (with_env(TOWER_ACCESS_TOKEN=""), "TOWER_ACCESS_TOKEN", "failed: not set; paste it after: read -rs TOWER_ACCESS_TOKEN && export TOWER_ACCESS_TOKEN"),
        (with_env(TOWER_ACCESS_TOKEN="old-token"), "TOWER_ACCESS_TOKEN", "failed: refused by ENDPOINT: it has expired, or is another Platform's; make one under Your tokens"),
        (with_env(TOWER_ACCESS_TOKEN="old-token"), "workspace", "not checked: needs tw and an accepted token"),
        (editing("env.sh", "acme-genomics", "Acme-Genomics"), "workspace", "failed: Acme-Genomics/fusion-benchmark is not visible to this token, the nearest is acme-genomics/fusion-benchmark; set ORGANIZATION_NAME and WORKSPACE_NAME in env.sh"),
        (editing("env.sh", "acme-genomics", "other"), "credentials", "not checked: needs the workspace"),
        (editing("env.sh", "acme-aws", "Acme-aws"), "credentials", "failed: no Acme-aws in the workspace, whose AWS credentials are: acme-aws; set AWS_CREDENTIALS in env.sh"),
        (editing("env.sh", "acme-aws", "acme-google"), "credentials", "failed: acme-google is of google, not of AWS; set AWS_CREDENTIALS in env.sh"),
        (editing("env.sh", "export TIME\n", "export TIME=20200101-000000\n"), "TIME", "failed: 20200101-000000 is N seconds off this machine's clock; run names end in it: write TIME=\"$(date +%Y%m%d-%H%M%S)\" in env.sh"),
        (taken(config={"region": "us-east-1"}), ONDEMAND_FILE, DIFFERS + f"region is us-east-1, the file says eu-west-1. Set another COMPUTE_ENV_PREFIX in env.sh, or delete it (. ./env.sh && seqerakit --delete {ONDEMAND_FILE}) and make it again"),
        (taken(config={"fusionSnapshots": True}), ONDEMAND_FILE, DIFFERS + f"snapshots is True, the file says False. Set another COMPUTE_ENV_PREFIX in env.sh, or delete it (. ./env.sh && seqerakit --delete {ONDEMAND_FILE}) and make it again"),
        (taken(credentialsId="cred9"), ONDEMAND_FILE, DIFFERS + "credentials is cred9, the file says acme-aws (cred1). Another folder may have made it. Set another COMPUTE_ENV_PREFIX in env.sh"),
        (taken(status="ERRORED", message="No permission"), ONDEMAND_FILE, f"failed: {ONDEMAND} is ERRORED: No permission (most often a permission that the AWS credentials lack). Fix that, delete it (. ./env.sh && seqerakit --delete {ONDEMAND_FILE}), then: make compute-envs"),
        (taken(status="DISABLED"), ONDEMAND_FILE, f"failed: {ONDEMAND} is DISABLED. Enable it on its page of the Platform"),
        (taken(status="DELETING"), ONDEMAND_FILE, f"warning: {ONDEMAND} is DELETING, which takes AWS some minutes; make compute-envs waits for it"),
    ]),
)  # fmt: skip
def test_it_finds(ready: Path, platform: Platform, change: Change, what: str, said: str) -> None:
    platform.set(polls=10**6)
    change(ready, platform)
    ran = step(ready, platform, "preflight")
    found = re.sub(r"\d+ seconds off", "N seconds off", lines(ran)[what])
    endpoint = re.search(r"TOWER_API_ENDPOINT='(.*)'", (ready / "env.sh").read_text())
    assert found.replace(endpoint[1] if endpoint else "", "ENDPOINT") == said
    assert ran.returncode == int(": failed" in f": {said}" or "failed " in ran.stdout)
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("change", "what", "words"),
slow_after(2, [
        (unreachable("refused"), "TOWER_ACCESS_TOKEN", "does not answer tw"),
        (unreachable("untrusted"), "TOWER_ACCESS_TOKEN", "its certificate may be one that tw's Java does not trust"),
        (faulty("GET /credentials", 502, body="<html><title>Bad gateway</title></html>"), "credentials", "see the troubleshooting table of README.md"),
        (faulty("GET /user/", 500), "workspace", "failed: tw workspaces list: "),
    ]),
)  # fmt: skip
def test_each_trouble_is_named_for_what_it_is(
    ready: Path, platform: Platform, change: Change, what: str, words: str
) -> None:
    change(ready, platform)
    ran = step(ready, platform, "preflight")
    assert ran.returncode == 1
    assert words in lines(ran)[what], ran.stdout
    assert "Traceback" not in ran.stderr


def with_programs(platform: Platform, programs: Path, *names: str) -> str:
    for name in names:
        (programs / name).symlink_to(str(shutil.which(name, path=platform.env["PATH"])))
    return str(programs)


def test_without_tw_the_rest_is_checked(folder: Path, platform: Platform, programs: Path) -> None:
    ran = step(folder, platform, "preflight", PATH=with_programs(platform, programs, "seqerakit"))
    found = lines(ran)
    assert ran.returncode == 1
    assert found["tw"] == "failed: not installed; install it from https://github.com/seqeralabs/tower-cli/releases"
    assert found["TOWER_ACCESS_TOKEN"] == "not checked: set; whether it is accepted, tw has to ask"
    assert found[ONDEMAND_FILE] == "not checked: needs tw and an accepted token"
    assert found["TIME"].startswith("ok: ")
    assert ran.stderr == "preflight: 1 check failed. Fix what is said above, then: make preflight\n"


@pytest.mark.parametrize(
    ("script", "said"),
slow_after(1, [
        ("not a program\n", "failed: not installed; install it from https://github.com/seqeralabs/tower-cli/releases"),
        ("#!/bin/sh\necho 'Tower CLI version 0.20.0'\n", "failed: 0.20.0 is older than 0.21.0; install it from https://github.com/seqeralabs/tower-cli/releases"),
        ("#!/bin/sh\necho tower-cli\n", "failed: tw --version names no version, so this may be another program; install it from https://github.com/seqeralabs/tower-cli/releases"),
        ("#!/bin/sh\nsleep 600 & wait\n", "failed: tw --version does not end within 3 seconds; install it from https://github.com/seqeralabs/tower-cli/releases"),
    ]),
)  # fmt: skip
def test_another_tw(folder: Path, platform: Platform, programs: Path, script: str, said: str) -> None:
    path = with_programs(platform, programs, "seqerakit", "sleep")
    (programs / "tw").write_text(script)
    (programs / "tw").chmod(0o755)
    ran = step(folder, platform, "preflight", "--seconds", "3", PATH=path)
    assert lines(ran)["tw"] == said
    assert ran.returncode == 1


@pytest.mark.parametrize(
    "answer", slow_after(2, ["nonsense", "{}", "[]", "null", json.dumps({"connectionCheck": "yes"}), "{" * 9000])
)
def test_a_tw_that_answers_something_else(folder: Path, platform: Platform, programs: Path, answer: str) -> None:
    path = with_programs(platform, programs, "seqerakit", "cat")
    (programs / "answer").write_text(answer)
    (programs / "tw").write_text(f"#!/bin/sh\n[ $1 = --version ] && echo 0.38.0 || cat {programs}/answer\n")
    (programs / "tw").chmod(0o755)
    ran = step(folder, platform, "preflight", PATH=path)
    assert ran.returncode == 1
    assert lines(ran)["TOWER_ACCESS_TOKEN"].startswith("failed: tw info: ")
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("time", "state", "words"),
    [
        ("now", State.OK, "this machine's clock"),
        ("20200101-000000", State.FAILED, "seconds off this machine's clock"),
        ("29990101-000000-x", State.FAILED, "seconds off this machine's clock"),
        ("today", State.FAILED, "today is no time"),
        (None, State.FAILED, "not exported is no time"),
    ],
)
def test_the_clock_of_env_sh(time: str | None, state: State, words: str) -> None:
    if time == "now":
        time = f"{datetime.now():%Y%m%d-%H%M%S}-ab12cd"  # noqa: DTZ005
    found = check_clock({} if time is None else {"TIME": time})
    assert (found.subject, found.state) == ("TIME", state)
    assert words in found.text

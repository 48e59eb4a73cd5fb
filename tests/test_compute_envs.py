"""make compute-envs: all arms' environments side by side, ours only where they are what the files say."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from backends import Platform
from conftest import run, slow_after
from steps import ONDEMAND, ONDEMAND_FILE, SNAPSHOTS, done, refused, step

LACKS = "most often a permission that the AWS credentials lack"


def statuses(platform: Platform) -> dict[str, str]:
    return {item["name"]: item["status"] for item in platform.all("computeEnvs")}


def test_both_are_made_at_once_and_a_second_time_changes_nothing(folder: Path, platform: Platform) -> None:
    platform.set(polls=3)
    ran = done(step(folder, platform, "compute-envs"))
    assert re.search(rf"^{ONDEMAND} (CREATING|not there yet), {SNAPSHOTS} ", ran.stdout, re.M)
    assert ran.stdout.endswith(f"\n{ONDEMAND} is AVAILABLE.\n{SNAPSHOTS} is AVAILABLE.\n")
    before = platform.all("computeEnvs")
    platform.forget()
    done(step(folder, platform, "compute-envs"))
    assert platform.all("computeEnvs") == before
    assert platform.requests("POST") == []


def test_all_that_the_files_say_arrives(folder: Path, platform: Platform) -> None:
    done(step(folder, platform, "compute-envs"))
    ondemand, snapshots = (item["config"] for item in platform.all("computeEnvs"))
    if ondemand["forge"]["type"] == "SPOT":
        ondemand, snapshots = snapshots, ondemand
    for config in (ondemand, snapshots):
        assert (config["waveEnabled"], config["fusion2Enabled"], config["nvnmeStorageEnabled"]) == (True, True, True)
        assert (config["region"], config["workDir"]) == ("eu-west-1", "s3://acme-fusion/work")
        assert config["forge"]["maxCpus"] == 1000
        assert not config["forge"].get("ebsAutoScale")
    assert (ondemand["forge"]["type"], snapshots["forge"]["type"]) == ("EC2", "SPOT")
    assert (bool(ondemand.get("fusionSnapshots")), snapshots["fusionSnapshots"]) == (False, True)
    assert ondemand["forge"]["instanceTypes"] == ["c6id", "m6id", "r6id"]


@pytest.mark.parametrize(
    ("values", "difference"),
slow_after(3, [
        ({"config": {"region": "us-east-1"}}, "region is us-east-1, the file says eu-west-1"),
        ({"config": {"fusionSnapshots": True}}, "snapshots is True, the file says False"),
        ({"config": {"nvnmeStorageEnabled": False}}, "fast-storage is False, the file says True"),
        ({"config": {"waveEnabled": None}}, "wave is False, the file says True"),
        ({"config": {"forge": {"ebsAutoScale": True}}}, "no-ebs-auto-scale is False, the file says True"),
        ({"config": {"forge": {"vpcId": "vpc-0a1b2c3d"}}}, "vpc-id is vpc-0a1b2c3d, the file says not set"),
        ({"config": {"forge": {"subnets": ["subnet-1"]}}}, "subnets is subnet-1, the file says not set"),
        ({"config": {"forge": {"type": "SPOT"}}}, "provisioning-model is SPOT, the file says EC2"),
        ({"config": {"forge": {"maxCpus": 8}}}, "max-cpus is 8, the file says 1000"),
        ({"config": {"forge": {"instanceTypes": ["c6id"]}}}, "instance-types is c6id, the file says c6id,m6id,r6id"),
        ({"config": {"forge": {"allowBuckets": ["s3://other"]}}}, "allow-buckets is s3://other, the file says s3://acme-fusion"),
        ({"labels": []}, "labels is not set, the file says storage=fusionv2,project=benchmarking"),
    ]),
)  # fmt: skip
def test_one_that_differs_is_not_ours(
    folder: Path, platform: Platform, made: dict[str, Any], values: dict[str, Any], difference: str
) -> None:
    platform.store.write(made)
    platform.change("computeEnvs", ONDEMAND, **values)
    platform.forget()
    message = (
        f"compute-envs: nothing was created.\n  {ONDEMAND} exists and differs: {difference}. Set another COMPUTE_ENV_PREFIX "
        f"in env.sh, or delete it (. ./env.sh && seqerakit --delete {ONDEMAND_FILE}) and make it again"
    )
    refused(step(folder, platform, "compute-envs"), 1, message)
    assert platform.requests("POST") == []


def test_the_order_of_types_and_more_buckets_and_labels_make_no_difference(
    folder: Path, platform: Platform, made: dict[str, Any]
) -> None:
    platform.store.write(made)
    forge = {"instanceTypes": ["r6id", "c6id", "m6id"], "allowBuckets": ["s3://more", "s3://acme-fusion"]}
    platform.change("computeEnvs", ONDEMAND, config={"forge": forge})
    done(step(folder, platform, "compute-envs"))


@pytest.fixture
def made(stages: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    """The Platform once both compute environments and the pipelines are there."""
    return stages[0]


@pytest.mark.slow
def test_one_that_ends_errored_names_the_reason_and_the_remedy_works(folder: Path, platform: Platform) -> None:
    platform.set(errored=[SNAPSHOTS])
    found = None
    for _ in range(2):  # that it exists does not pass for done
        ran = step(folder, platform, "compute-envs")
        assert ran.returncode == 1
        found = re.search(
            rf"{SNAPSHOTS} is ERRORED: (.+?) \({LACKS}\)\. Fix that, delete it \((.*?)\), then: ", ran.stderr
        )
        assert found, ran.stderr
        (item,) = [item for item in platform.all("computeEnvs") if item["name"] == SNAPSHOTS]
        assert found[1] == item["message"]
    assert found
    done(run(["bash", "-c", found[2]], cwd=folder, env=platform.env))
    platform.set(errored=[])
    done(step(folder, platform, "compute-envs"))
    assert set(statuses(platform).values()) == {"AVAILABLE"}


def test_one_that_is_disabled_is_not_deleted(folder: Path, platform: Platform, made: dict[str, Any]) -> None:
    platform.store.write(made)
    platform.change("computeEnvs", ONDEMAND, status="DISABLED")
    message = f"compute-envs: nothing was created.\n  {ONDEMAND} is DISABLED. Enable it on its page of the Platform"
    refused(step(folder, platform, "compute-envs"), 1, message)


@pytest.mark.slow
def test_one_that_is_being_deleted_is_waited_for_and_made_again(
    folder: Path, platform: Platform, made: dict[str, Any]
) -> None:
    platform.store.write(made)
    platform.set(polls=3)
    done(
        run(["tw", "compute-envs", "delete", "-n", ONDEMAND, "-w", "acme-genomics/fusion-benchmark"], env=platform.env)
    )
    ran = done(step(folder, platform, "compute-envs"))
    assert f"{ONDEMAND}: DELETING, which takes AWS some minutes (0 min)\n" in ran.stdout
    assert statuses(platform) == {ONDEMAND: "AVAILABLE", SNAPSHOTS: "AVAILABLE"}


@pytest.mark.slow
def test_what_seqerakit_says_of_one_that_was_not_made_is_shown(folder: Path, platform: Platform) -> None:
    platform.fault("POST /compute-envs", 400, body={"message": "Instance types are odd"})
    ran = step(folder, platform, "compute-envs")
    assert ran.returncode == 1
    assert "Instance types are odd" in ran.stdout
    expected = "\n  ".join(
        f"{n} was not created, see above. Fix that, then: make compute-envs" for n in (ONDEMAND, SNAPSHOTS)
    )
    assert ran.stderr == f"compute-envs: {expected}\n"
    platform.well()
    done(step(folder, platform, "compute-envs"))


@pytest.mark.slow
def test_the_network_is_gone(folder: Path, platform: Platform) -> None:
    platform.unreachable("refused")
    ran = step(folder, platform, "compute-envs")
    assert ran.returncode == 2
    assert ran.stderr.startswith("compute-envs: tw compute-envs list: ")
    assert ran.stderr.endswith("(check TOWER_API_ENDPOINT in env.sh, and your network)\n")
    platform.well()
    done(step(folder, platform, "compute-envs"))


def test_a_look_that_fails_while_it_waits_is_outlasted(folder: Path, platform: Platform, made: dict[str, Any]) -> None:
    platform.store.write(made)
    for name in (ONDEMAND, SNAPSHOTS):
        platform.change("computeEnvs", name, status="CREATING", looks=0)
    platform.set(polls=4)
    platform.fault("GET /compute-envs", 500, nth=4)  # after the first list and a view of each
    ran = done(step(folder, platform, "compute-envs"))
    assert set(statuses(platform).values()) == {"AVAILABLE"}, ran.stdout
    assert "; asking again in 0.1 seconds\n" in ran.stderr


@pytest.mark.slow
def test_a_reader_that_leaves_does_not_stop_it(folder: Path, platform: Platform) -> None:
    command = f"{folder}/../run 'compute-envs' '--poll' '0.1' | head -1"
    script = folder.parent / "run"
    script.write_text(f'#!/bin/sh\ncd {folder} && exec python -m fusion_snapshots "$@"\n')
    script.chmod(0o755)
    ran = run(["bash", "-o", "pipefail", "-c", command], env=platform.env, stdin=subprocess.DEVNULL)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.count("\n") == 1
    assert set(statuses(platform)) == {ONDEMAND, SNAPSHOTS}


@pytest.mark.slow
def test_a_third_arm_is_made_too(folder: Path, platform: Platform) -> None:
    for name in (ONDEMAND_FILE, "pipelines/workflow_fusion_ondemand.yml", "launch/workflow_fusion_ondemand.yml"):
        text = (folder / name).read_text().replace("fusion_ondemand", "plain_s3").replace("fusion-ondemand", "plain-s3")
        text = text.replace("pipelines/nextflow_plain_s3.config", "pipelines/nextflow_fusion_ondemand.config")
        text = text.replace('instance-types: "c6id,m6id,r6id"', 'instance-types: "c6id,m6id"')
        (folder / name.replace("fusion_ondemand", "plain_s3")).write_text(text)
    done(step(folder, platform, "compute-envs"))
    assert len(statuses(platform)) == 3
    done(step(folder, platform, "pipelines"))
    done(step(folder, platform, "launch"))
    assert len(platform.all("runs")) == 3

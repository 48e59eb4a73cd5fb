"""The runbook from end to end, twice, with make, the real seqerakit and tw; then nothing of it is left.

And its other commands, its list of steps, and the arm that it tells how to make.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from backends import Platform
from conftest import BIN, TOKEN, WORKSPACE, Bake, run
from steps import ONDEMAND, PREFIX, SNAPSHOTS, done, make, names, rows, untimed

from fusion_snapshots.simulated.state import Json

STEPS = ["validate", "preflight", "plan", "compute-envs", "pipelines", "hello", "launch", "compare", "report"]
RUNS = [f"{kind}-fusion-{side}-TIME" for kind in ("hello", "workflow") for side in ("ondemand", "snapshots")]
RUNS += ["report-TIME"]
WRITTEN = ["runs.csv", "samplesheet.csv", "params.yml", "comparison.json", "comparison.html", "tasks.csv"]


def walk(folder: Path, platform: Platform) -> str:
    """Take all steps and return what they said."""
    said = []
    for step in STEPS:
        ran = done(make(folder, platform, step))
        said += [ran.stdout, ran.stderr]
    return "".join(said)


def held(platform: Platform, kind: str) -> list[Json]:
    """Return what the workspace holds of a kind, by name, without the time when it was last used."""
    items = ({**item, "lastUsed": None} for item in platform.all(kind))
    return sorted(items, key=lambda item: str(item["name"]))


def test_the_whole_runbook_twice_and_then_nothing_is_left(folder: Path, platform: Platform) -> None:
    untouched = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    said = walk(folder, platform)
    first = {kind: held(platform, kind) for kind in ("computeEnvs", "pipelines", "datasets")}
    assert [item["name"] for item in first["computeEnvs"]] == [ONDEMAND, SNAPSHOTS]
    expected = ["hello", "report", "workflow_fusion_ondemand", "workflow_fusion_snapshots"]
    assert [item["name"] for item in first["pipelines"]] == [f"{PREFIX}_{name}" for name in expected]
    for item in first["pipelines"]:
        arm = item["name"].partition("_workflow_")[2]
        config = f"pipelines/nextflow_{arm}.config" if arm else "report/nextflow.config"
        assert (item["launch"].get("configText") or "") == (
            (folder / config).read_text() if "hello" not in item["name"] else ""
        )
        assert "NXF_VER=" in item["launch"]["preRunScript"]
    assert names(folder) == RUNS
    ids = [row[0] for row in rows(folder)[3:5]]
    sheet = f"id,workspace,group\n{ids[0]},{WORKSPACE},fusion_ondemand\n{ids[1]},{WORKSPACE},fusion_snapshots\n"
    assert (folder / "report/samplesheet.csv").read_text() == sheet
    comparison = json.loads((folder / "report/comparison.json").read_text())
    assert {name: arm["runs"] for name, arm in comparison["arms"].items()} == {
        "fusion_ondemand": 1,
        "fusion_snapshots": 1,
    }
    assert comparison["verdict"] in said

    said += walk(folder, platform)
    assert {kind: held(platform, kind) for kind in ("computeEnvs", "pipelines")} == {
        kind: first[kind] for kind in ("computeEnvs", "pipelines")
    }
    assert names(folder) == RUNS * 2
    assert (folder / "report/samplesheet.csv").read_text().count("\n") == 5
    assert {untimed(run["runName"]) for run in platform.all("runs")} == set(RUNS)

    done(make(folder, platform, "destroy", "CONFIRM=yes"))
    assert [platform.all(kind) for kind in ("computeEnvs", "pipelines", "datasets")] == [[], [], []]
    written = {folder / f"report/{name}" for name in WRITTEN} | set((folder / "report/runs").glob("*"))
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path not in written}
    assert {path for path in after if path not in untouched} <= {folder / ".shown"}
    assert {path: data for path, data in untouched.items() if path not in written} == {
        path: data for path, data in after.items() if path in untouched
    }
    kept = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert TOKEN not in said
    assert not [data for data in kept if TOKEN.encode() in data]
    assert not re.search(r"Traceback|Exception", said)


# What a person types, what asks AWS, and the steps: tested on their own.
ELSEWHERE = (
    r"read -rs TOWER_ACCESS_TOKEN && export TOWER_ACCESS_TOKEN\n",
    r"types=.*\n",
    r"aws ec2 describe-instance-types (?:.*\n){4}",
    r"make .*\n",
)


def runbook(folder: Path) -> str:
    return (folder / "README.md").read_text(encoding="utf-8")


def commands(text: str) -> str:
    return "".join(re.findall(r"^```bash\n(.*?)^```", text, re.M | re.S))


def bash(script: str, folder: Path, platform: Platform) -> subprocess.CompletedProcess[str]:
    return run(["bash", "-euc", f". ./env.sh; {script}"], cwd=folder, env=platform.env, stdin=subprocess.DEVNULL)


def test_its_plain_commands_do_what_the_steps_do(folder: Path, platform: Platform) -> None:
    script = commands(runbook(folder).partition("## An arm of your own")[0])
    for pattern in ELSEWHERE:
        script, count = re.subn(f"^{pattern}", "", script, flags=re.M)
        assert count, pattern
    make_them, delete_them = script.split("seqerakit --delete", 1)
    done(bash(make_them, folder, platform))
    assert [len(platform.all(kind)) for kind in ("computeEnvs", "pipelines")] == [2, 3]
    done(bash("seqerakit report/dataset.yml report/pipeline.yml", folder, platform))
    done(bash(f"seqerakit --delete{delete_them}", folder, platform))
    assert [platform.all(kind) for kind in ("pipelines", "datasets")] == [[], []]
    assert {item["status"] for item in platform.all("computeEnvs")} <= {"DELETING"}


def test_it_tells_of_every_step(folder: Path, platform: Platform) -> None:
    listed = bash("make", folder, platform).stdout
    steps = set(re.findall(r"^make (\S+)", listed, re.M)) - {"help"}
    assert steps - set(re.findall(r"^make (\S+)$", commands(runbook(folder)), re.M)) == set()


def test_it_asks_ec2_for_the_types_of_the_file(folder: Path, platform: Platform, tmp_path: Path) -> None:
    (tmp_path / "aws").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    (tmp_path / "aws").chmod(0o755)
    _, _, asked = commands(runbook(folder)).partition("types=")
    script = f'PATH="{tmp_path}:$PATH"\ntypes={asked.partition("make compute-envs")[0]}'
    words = bash(script, folder, platform).stdout.splitlines()
    (listed,) = re.findall(r'instance-types: "(.*)"', (folder / "compute-envs/aws_fusion_snapshots.yml").read_text())
    assert words[:4] == ["ec2", "describe-instance-types", "--region", "eu-west-1"]
    assert words[5] == "Name=instance-type,Values=" + ",".join(f"{name}*" for name in listed.split(","))


def test_its_own_arm_is_one(folder: Path, platform: Platform) -> None:
    _, _, own = runbook(folder).partition("## An arm of your own")
    ran = bash(commands(own.partition("\n## ")[0]), folder, platform)
    assert ran.returncode == 0, ran.stderr
    path = folder / "compute-envs/aws_plain_s3.yml"
    dropped = ["wave", "fusion-v2", "fast-storage", "no-ebs-auto-scale"]
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if line.partition(":")[0].strip() not in dropped))
    ran = run([BIN / "python", "validate.py", "--strict"], cwd=folder)
    assert ran.returncode == 0, ran.stdout
    assert ran.stdout == "All is well: 14 seqerakit files and env.sh checked, 4 ignored.\n"
    path.write_text(path.read_text().replace("  # validate: ignore unfair", ""))
    ran = run([BIN / "python", "validate.py", "--strict"], cwd=folder)
    warned = re.findall(r"^(\S+):\d+:\d+: warning: compute-envs\[0\]\.(\S+): is missing.*\[unfair\]$", ran.stdout, re.M)
    assert sorted(warned) == [("compute-envs/aws_plain_s3.yml", key) for key in sorted(dropped)]
    assert len(ran.stdout.splitlines()) == len(dropped) + 1
    assert ran.returncode == 1
    assert "--name fusion-benchmark_eu-west-1_plain_s3 " in bash("make plan", folder, platform).stdout


@pytest.mark.parametrize("third", ["yes", "no"])
def test_it_lists_the_arms(third: str, bake: Bake) -> None:
    folder = bake(spot_without_snapshots=third)
    assert ("`fusion_spot` |" in runbook(folder)) == (third == "yes")

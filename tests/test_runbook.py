"""The folder's README: its commands run in order, it tells of every step, and its own arm is one."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from conftest import BIN, Bake, Platform, run

# What a person types or pays for, and what asks AWS: tested on its own.
ELSEWHERE = (
    r"read -rs TOWER_ACCESS_TOKEN && export TOWER_ACCESS_TOKEN\n",
    r"python3 -m pip install -r requirements\.txt\n",
    r"aws ec2 describe-instance-types (?:.*\n){4}",
    r"make prove\n",
    r"make interrupt\n",
    r"make compare\n",
)


def runbook(folder: Path) -> str:
    return (folder / "README.md").read_text(encoding="utf-8")


def commands(text: str) -> str:
    return "".join(re.findall(r"^```bash\n(.*?)^```", text, re.M | re.S))


def bash(script: str, folder: Path, platform: Platform) -> subprocess.CompletedProcess[str]:
    return run(["bash", "-euc", script], cwd=folder, env=platform.env, stdin=subprocess.DEVNULL)


def test_every_command_in_order(folder: Path, platform: Platform) -> None:
    # Rendering again is tested in test_regeneration.py.
    steps, _, again = runbook(folder).partition("## Another account")
    assert again
    script = commands(steps)
    for pattern in ELSEWHERE:
        script, count = re.subn(f"^{pattern}", "", script, flags=re.M)
        assert count == 1, pattern
    script = script.replace("make destroy\n", "make destroy CONFIRM=yes\n")
    ran = bash(script, folder, platform)
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]
    assert [len(platform.all(kind)) for kind in ("computeEnvs", "pipelines", "datasets")] == [0, 0, 0]
    assert len(platform.all("runs")) > 5


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
    ran = run([BIN / "python", "validate.py"], cwd=folder)
    assert ran.returncode == 0, ran.stdout
    warned = re.findall(r"^(\S+):\d+:\d+: warning: compute-envs\[0\]\.(\S+): is missing", ran.stdout, re.M)
    assert sorted(warned) == [("compute-envs/aws_plain_s3.yml", key) for key in sorted(dropped)]
    assert len(ran.stdout.splitlines()) == len(dropped) + 1
    assert "--name fusion-benchmark_eu-west-1_plain_s3 " in bash("make plan", folder, platform).stdout


@pytest.mark.parametrize("third", ["yes", "no"])
def test_it_lists_the_arms(third: str, bake: Bake) -> None:
    folder = bake(spot_without_snapshots=third)
    assert ("`fusion_spot` |" in runbook(folder)) == (third == "yes")

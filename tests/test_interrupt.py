from __future__ import annotations

import os
from pathlib import Path

import pytest
from aws_world import World, compute_env
from conftest import WORKSPACE, Platform, variables

from fusion_snapshots.interrupt import interrupt
from fusion_snapshots.interrupt.options import Options


def test_one(world: World, bench: Path, platform: Platform, warm_aws: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world.forge("TowerForge-1aB")
    busy = world.host("TowerForge-1aB-work", (14, "1run00000001"), (3, ""))
    world.host("TowerForge-1aB-work", (8, "1run00000001"))
    world.host("TowerForge-1aB-work")
    world.host("TowerForge-1aB-head", (100, ""), spot=False)
    state = platform.read()
    state["workspaces"][WORKSPACE]["computeEnvs"] = [compute_env("fusion-benchmark_eu-west-1_fusion_snapshots", "TowerForge-1aB")]
    platform.write(state)
    env = {**os.environ, **variables(bench), **platform.env, **world.env()}
    env["PATH"] = f"{warm_aws}:{env['PATH']}"
    import time
    t = time.time()
    interrupt(bench, env, Options(confirm=True, poll=0))
    print(time.time() - t)
    print(world.experiments())
    print((bench / "report/interruptions.csv").read_text())
    assert 0


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    import shutil

    from conftest import ROOT
    return Path(shutil.copytree(ROOT / "examples/acme", tmp_path / "bench"))

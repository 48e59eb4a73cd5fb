"""A benchmark folder, with its workspace at a simulated Platform and its account in moto: what a step meets."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from aws_world import REGION, World
from backends import Platform
from conftest import variables

from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.errors import UserError
from fusion_snapshots.interrupt import interrupt
from fusion_snapshots.runs.interruptions import Interruption, read_interruptions
from fusion_snapshots.runs.listed import Row, add_run
from fusion_snapshots.settings import Interrupt, read_settings

WORK, HEAD = "TowerForge-1aB-work", "TowerForge-1aB-head"
RUN = "4nAbC1dEfGhIjK"
PRICE = (
    "AWS charges 0.10 USD per action-minute, about 0.20 USD for a round. No notice can be withdrawn once it is sent."
)


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was printed, each digit of minutes a nine: tasks grow older while a test runs."""
    return re.sub(r"\d(?=\d* min\b)", "9", capsys.readouterr().out)


class Bench:
    """A benchmark folder with its workspace at the Platform and its account in AWS, where one arm is set up."""

    def __init__(self, root: Path, world: World, platform: Platform) -> None:
        self.root, self.world, self.platform = root, world, platform
        self.variables = {**os.environ, **variables(root), **platform.env}
        self.compute_env = self.name_of("fusion_snapshots")

    def name_of(self, arm: str) -> str:
        """Return the name of an arm's compute environment."""
        return f"{self.variables['COMPUTE_ENV_PREFIX']}_{arm}"

    def env(self, **more: str) -> dict[str, str]:
        """Return the variables under which a step runs."""
        return {**self.variables, **self.world.env(), **more}

    def forge(self, arm: str = "fusion_snapshots", queues: str = "TowerForge-1aB", **models: str) -> None:
        """Make an arm's compute environment, in AWS and at the Platform."""
        self.world.forge(queues, **models)
        self.record(arm, queues)

    def record(self, arm: str = "fusion_snapshots", queues: str = "TowerForge-1aB", **config: Any) -> None:
        """Let the Platform record an arm's compute environment, with the queues that it has in AWS Batch."""
        where: dict[str, Any] = {
            "discriminator": "aws-batch",
            "region": REGION,
            "workDir": self.variables["AWS_WORK_DIR"],
        }
        where |= {"forge": {"type": "SPOT"}}
        told = {**where, "computeQueue": f"{queues}-work", "headQueue": f"{queues}-head", **config}
        made: dict[str, Any] = {
            "id": f"ce{arm}",
            "name": self.name_of(arm),
            "platform": "aws-batch",
            "status": "AVAILABLE",
        }
        made |= {"credentialsId": "cred1", "message": None, "looks": 0, "labels": []}
        made["config"] = {key: value for key, value in told.items() if value is not None}
        with self.platform.store.changing() as state:
            state["computeEnvs"].append(made)

    def launched(self, identifier: str, arm: str = "fusion_snapshots", *, name: str = "", looks: int = 1000) -> str:
        """Let a run of an arm be under way for so many looks at it, and return its name."""
        name = name or f"workflow-{arm.replace('_', '-')}-{identifier[-4:].lower()}"
        self.platform.add_run(id=identifier, runName=name, status="RUNNING", computeEnv=f"ce{arm}")
        self.platform.set(run_polls=looks)
        add_run(self.root, Row(identifier, name, self.name_of(arm), "2026-11-25T12:00:00Z"))
        return name

    def interrupt(self, env: dict[str, str] | None = None, **typed: str) -> None:
        """Run the step with arguments as make gives them; it asks nothing and does not wait between two looks."""
        settings = read_settings(Interrupt, "interrupt", {"confirm": "yes", "poll": "0", **typed}, [])
        interrupt(Benchmark(self.root, env or self.env()), settings)

    def refusal(self, env: dict[str, str] | None = None, **typed: str) -> tuple[str, int]:
        """Return the message and exit code with which the step refuses."""
        with pytest.raises(UserError) as refused:
            self.interrupt(env, **typed)
        return str(refused.value), refused.value.code

    def rows(self) -> list[Interruption]:
        """Return what report/interruptions.csv holds."""
        return read_interruptions(self.root)

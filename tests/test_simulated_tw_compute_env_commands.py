"""The stand-in's tw compute-envs, compared with the real tw's."""

from __future__ import annotations

from pathlib import Path

import pytest
from answers import ANSWERS, played, steps_about
from backends import REFERENCE, run_tw, stand_in

from fusion_snapshots.simulated.tw import compute_env_commands


@pytest.mark.parametrize(("scenario", "number"), steps_about(compute_env_commands))
def test_each_step_is_answered_as_tw_answered_it(scenario: str, number: int) -> None:
    assert played(scenario)[number] == ANSWERS[scenario][number]


def test_a_wait_ends_with_the_status_that_is_waited_for(tmp_path: Path) -> None:
    platform = stand_in(tmp_path / "platform")
    platform.set(polls=2)
    words = ["compute-envs", "add", "aws-batch", "forge", "-w", REFERENCE, "--name=a", "--credentials=acme-aws"]
    words += ["--region=eu-west-1", "--work-dir=s3://a/b", "--max-cpus=1", "--wait=creating"]
    ran = run_tw(platform, words, tmp_path)
    assert (ran.returncode, ran.stdout.splitlines()[-2]) == (0, "  Waiting CREATING status....CREATING  [DONE]")

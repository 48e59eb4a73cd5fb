"""kill -9 at any moment of a step that replaces or deletes: nothing else is touched, and the same command completes it."""

from __future__ import annotations

import os
import random
import subprocess
import time
from pathlib import Path

import pytest
from backends import Platform, stand_in
from conftest import BIN, Stages, await_end
from steps import PREFIX, done, edit, step

from fusion_snapshots.simulated.state import Json

TRIALS = int(os.environ.get("KILLS", "50"))  # of each step
FILE = "pipelines/workflow_fusion_snapshots.yml"
STEPS = {"pipelines": ["pipelines", "--replace"], "destroy": ["destroy", "--confirm", "yes"]}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="who still works in a folder, only Linux tells so"),
]


def set_up(folder: Path, platform: Platform, stages: Stages) -> None:
    """Let all be there, and something of another's of each kind."""
    platform.store.write(stages[0])
    platform.set(polls=1)
    with platform.store.changing() as state:
        for kind in ("computeEnvs", "pipelines"):
            state[kind].append(
                {**state[kind][0], "id": "other", "pipelineId": 999, "name": f"{PREFIX}_hello_of_another"}
            )


def foreign(platform: Platform) -> list[Json]:
    """Return what is not this folder's."""
    found = [item for kind in ("computeEnvs", "pipelines") for item in platform.all(kind)]
    return [item for item in found if item["name"] == f"{PREFIX}_hello_of_another"]


def run_for(folder: Path, platform: Platform, words: list[str], seconds: float) -> None:
    """Run a step, kill it after so many seconds, and wait until what it started has ended, too."""
    command: list[str | Path] = [BIN / "python", "-m", "fusion_snapshots", *words]
    env = {**os.environ, **platform.env}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=folder, env=env, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for each in Path("/proc").glob("[0-9]*"):
        try:
            works_here = (each / "cwd").readlink() == folder
        except OSError:  # another's, or gone
            continue
        if works_here:
            await_end(each.name)


@pytest.mark.parametrize("verb", STEPS)
def test_what_was_killed_is_completed_by_the_same_command(
    folder: Path, stages: Stages, tmp_path: Path, verb: str
) -> None:
    platform, words = stand_in(tmp_path / "platform"), STEPS[verb]
    edit(folder, "pipelines/pre-run.sh", "# ", "# mine: ")
    edit(folder, FILE, "    pre-run:", "    labels: team=bio\n    pre-run:")
    set_up(folder, platform, stages)
    if verb == "destroy":
        done(step(folder, platform, "pipelines", "--replace"))
    before, others = platform.read(), foreign(platform)
    began = time.monotonic()
    done(step(folder, platform, *words))
    whole = time.monotonic() - began
    draw = random.Random(verb)
    for _ in range(TRIALS):
        platform.store.write(before)
        run_for(folder, platform, words, draw.uniform(0, whole))
        assert foreign(platform) == others
        done(step(folder, platform, *words))
        assert foreign(platform) == others
        if verb == "destroy":
            assert len(platform.all("computeEnvs") + platform.all("pipelines")) == 2
        else:
            ran = done(step(folder, platform, "pipelines"))
            assert ran.stdout.count(": there already\n") == 3

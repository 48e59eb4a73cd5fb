"""kill -9 at any moment of a step that replaces, deletes or launches.

Nothing else is touched, the same command completes it, and every run that started is in report/runs.csv.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
from aws_world import ids_in
from backends import Platform, stand_in
from bench import RUN, WORK, Bench
from conftest import BIN, Stages, await_end, run, variables
from proof_bench import Proof
from steps import PREFIX, done, edit, step

from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.runs.states import find_runs
from fusion_snapshots.simulated.state import Json

TRIALS = int(os.environ.get("KILLS", "50"))  # of each step
FILE = "pipelines/workflow_fusion_snapshots.yml"
SIGNALS = [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP]
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


def run_for(folder: Path, env: dict[str, str], words: list[str], seconds: float, number: int = signal.SIGKILL) -> None:
    """Run a step, send it a signal after so many seconds, and wait until what it started has ended, too."""
    command: list[str | Path] = [BIN / "python", "-m", "fusion_snapshots", *words]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=folder, env=env, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(number)
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
        run_for(folder, {**os.environ, **platform.env}, words, draw.uniform(0, whole))
        assert foreign(platform) == others
        done(step(folder, platform, *words))
        assert foreign(platform) == others
        if verb == "destroy":
            assert len(platform.all("computeEnvs") + platform.all("pipelines")) == 2
        else:
            ran = done(step(folder, platform, "pipelines"))
            assert ran.stdout.count(": there already\n") == 3


def check_listed(folder: Path, platform: Platform, env: dict[str, str]) -> None:
    """Check that the next step that reads the list finds each run that started, once, with its id."""
    listed = [row.id for row in find_runs(Benchmark(folder, env)) if row.id]
    assert sorted(listed) == sorted(run["id"] for run in platform.all("runs"))


def test_a_launch_that_was_ended_leaves_no_run_unlisted(folder: Path, stages: Stages, tmp_path: Path) -> None:
    platform = stand_in(tmp_path / "platform")
    platform.store.write(stages[0])
    env = {**os.environ, **variables(folder), **platform.env}
    began = time.monotonic()
    done(step(folder, platform, "launch"))
    whole = time.monotonic() - began
    draw, ended = random.Random("launch"), set()
    for _ in range(TRIALS):
        platform.store.write(stages[0])
        (folder / "report/runs.csv").unlink(missing_ok=True)
        words = ["launch", "RUNS=2", "NOWAIT=yes"]
        run_for(folder, env, words, draw.uniform(0, 1.5 * whole), draw.choice(SIGNALS))
        check_listed(folder, platform, env)
        ended.add(len(platform.all("runs")))
    assert len(ended) > 1, "each trial was ended at the same place"


def test_a_proof_that_was_ended_is_the_only_one(bench: Bench) -> None:
    platform, env = bench.platform, bench.env()
    Proof(bench).add_hello()
    platform.set(run_polls=10**6)
    ready = platform.read()
    draw, started = random.Random("prove"), 0
    for _ in range(TRIALS):
        platform.store.write(ready)
        (bench.root / "report/runs.csv").unlink(missing_ok=True)
        for _ in range(2):
            run_for(bench.root, env, ["prove", "--poll", "0.2"], draw.uniform(0, 6), draw.choice(SIGNALS))
            check_listed(bench.root, platform, env)
        assert len(platform.all("runs")) <= 1
        started += len(platform.all("runs"))
    assert started, "each trial was ended before a proof had started"


@pytest.mark.needs("aws")
def test_an_interruption_that_was_ended_is_on_the_list_and_leaves_no_template(bench: Bench) -> None:
    bench.forge()
    command = ["interrupt", "--confirm", "yes", "--poll", "0.2"]
    env, draw, hit = bench.env(), random.Random("interrupt"), 0
    for _ in range(TRIALS):
        bench.world.host(WORK, (14, RUN))
        run_for(bench.root, env, command, draw.uniform(0, 8), draw.choice(SIGNALS))
        again = run([BIN / "python", "-m", "fusion_snapshots", *command], cwd=bench.root, env=env)
        assert again.returncode == 0 or "nothing to interrupt" in again.stderr, again.stderr
        assert bench.world.templates() == []
        sent = [host for each in bench.world.experiments() for host in ids_in(each)]
        assert len(sent) == len(set(sent)), "an instance got two notices"
        states = {row.instance: row.state for row in bench.rows()}
        assert {states[host] for host in sent} <= {"completed"}
        hit = len(sent)
    assert hit, "each trial was ended before a notice was sent"

"""make interrupt as people run it, in a rendered folder."""

from __future__ import annotations

import signal
import subprocess

import pexpect
import pytest
from bench import RUN, WORK, Bench
from conftest import BIN, run

pytestmark = pytest.mark.needs("aws")


def test_make(bench: Bench) -> None:
    bench.forge()
    host = bench.world.host(WORK, (1, RUN))
    ran = run(["make", "interrupt", "MINUTES=0", "COUNT=5", "CONFIRM=yes"], cwd=bench.root, env=bench.env())
    assert ran.returncode == 0, ran.stderr
    assert [(row.instance, row.state) for row in bench.rows()] == [(host, "completed")]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 1, "interrupt: nothing to interrupt.\n  fusion_snapshots: no instance has run a task for 6 minutes (0 Spot instances up, 0 idle)\n"),
        (["--count", "9"], 2, "interrupt: nothing was done.\n  COUNT=9: must be a whole number from 1 to 5, as AWS takes no more at once, e.g. COUNT=1\n"),
    ],
)  # fmt: skip
def test_exit_codes(bench: Bench, words: list[str], code: int, said: str) -> None:
    bench.forge()
    ran = run([BIN / "python", "-m", "fusion_snapshots", "interrupt", *words], cwd=bench.root, env=bench.env())
    assert (ran.returncode, ran.stderr) == (code, said)


def test_ctrl_c_says_what_cannot_be_undone(bench: Bench) -> None:
    bench.forge()
    bench.world.let_experiments_take_time()
    host = bench.world.host(WORK, (14, RUN))
    command = [str(BIN / "python"), "-m", "fusion_snapshots", "interrupt", "--confirm", "yes", "--poll", "600"]
    with subprocess.Popen(
        command, cwd=bench.root, env=bench.env(), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as step:
        assert step.stdout
        assert any("has started" in line for line in step.stdout)
        assert [row.state for row in bench.rows()] == ["pending"]
        step.send_signal(signal.SIGINT)
        _, said = step.communicate()
    assert (step.returncode, said) == (
        130,
        f"\ninterrupt: interrupted. The notice to {host} cannot be withdrawn; report/interruptions.csv has the row; "
        "to go on: make interrupt CONFIRM=yes\n",
    )
    assert bench.world.templates() == []


@pytest.mark.slow
def test_it_asks_in_a_terminal(bench: Bench) -> None:
    bench.forge()
    host = bench.world.host(WORK, (14, RUN))
    terminal = pexpect.spawn("make", ["interrupt"], cwd=str(bench.root), env=bench.env(), encoding="utf-8", timeout=120)
    terminal.expect_exact("Type yes to interrupt them now: ")
    assert bench.world.experiments() == []
    terminal.sendline("yes")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    assert [row.instance for row in bench.rows()] == [host]

"""Programs are run within bounds, and Ctrl-C ends all that run side by side."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from conftest import ROOT, await_end

from fusion_snapshots.process import run_all, run_bounded, start

ENV = {"PATH": os.environ["PATH"]}
WAIT = "exec sleep 600"


def test_what_a_program_starts_ends_with_it(tmp_path: Path) -> None:
    ran = run_bounded(["sh", "-c", "sleep 600 & echo $!; echo odd >&2; exit 3"], ENV, tmp_path)
    assert (ran.returncode, ran.stderr) == (3, "odd\n")
    await_end(ran.stdout.strip())


def test_one_that_does_not_end_is_ended(tmp_path: Path) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        run_bounded(["sh", "-c", "sleep 600 & wait"], ENV, tmp_path, seconds=0.2)


@pytest.mark.parametrize("content", ["", "not a program\n"])
def test_what_cannot_be_run_is_not_found(tmp_path: Path, content: str) -> None:
    program = tmp_path / "program"
    if content:
        program.write_text(content)
        program.chmod(0o755)
    with pytest.raises(FileNotFoundError):
        run_bounded([str(program)], ENV, tmp_path)


def test_what_nobody_waited_for_ends_with_the_process(tmp_path: Path) -> None:
    script = "import os; from pathlib import Path; from fusion_snapshots.process import start\n"
    script += "program = start(['sh', '-c', 'echo $$; exec sleep 600'], dict(os.environ), Path.cwd(), 600)\n"
    script += "print(next(program.lines()))"
    ran = subprocess.run([sys.executable, "-c", script], env=ENV | {"PYTHONPATH": str(ROOT)}, cwd=tmp_path, text=True,
                         capture_output=True, timeout=60)  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    await_end(ran.stdout.strip())


def test_lines_come_as_a_program_runs_until_it_is_late(tmp_path: Path) -> None:
    with start(["sh", "-c", "echo one; echo two >&2; sleep 600 & wait"], ENV, tmp_path, seconds=1) as program:
        assert list(program.lines()) == ["one", "two"]
        assert (program.wait(), program.overdue) == (-signal.SIGKILL, True)


def test_leaving_the_block_ends_a_program_and_what_it_started(tmp_path: Path) -> None:
    with start(["sh", "-c", "sleep 600 & echo $!; wait"], ENV, tmp_path, seconds=600) as program:
        inner = next(program.lines())
    await_end(inner)
    assert not program.overdue


def test_those_left_when_a_consumer_stops_are_ended_and_no_others(tmp_path: Path) -> None:
    commands = {name: ["sh", "-c", f"echo $$ > {name}; {then}"] for name, then in (("quick", "true"), ("slow", WAIT))}
    os.mkfifo(tmp_path / "pipe")
    with start(["sh", "-c", "read -r line < pipe; echo $line"], ENV, tmp_path, seconds=600) as other:
        with closing(run_all(commands, ENV, tmp_path, 600)) as ended:
            assert next(ended)[0] == "quick"
            while not (pid := (tmp_path / "slow").read_text() if (tmp_path / "slow").exists() else ""):
                time.sleep(0.01)
        await_end(pid.strip())
        (tmp_path / "pipe").write_text("still there\n")
        assert list(other.lines()) == ["still there"]


SIDE_BY_SIDE = """
import os, sys
from pathlib import Path
from fusion_snapshots.process import at_once, run_bounded
def run(name):
    return run_bounded(["sh", "-c", f"touch {name}; exec sleep 600"], dict(os.environ), Path.cwd(), 600)
with at_once(2) as pool:
    list(pool.map(run, ["one", "two", "three"]))
"""


def test_ctrl_c_ends_all_that_run_side_by_side(tmp_path: Path) -> None:
    env = ENV | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-c", SIDE_BY_SIDE], cwd=tmp_path, env=env, stderr=subprocess.PIPE)
    ends = time.monotonic() + 60
    while not (tmp_path / "one").exists() or not (tmp_path / "two").exists():
        assert time.monotonic() < ends
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode != 0
    assert errors.rstrip().endswith(b"KeyboardInterrupt")
    assert not (tmp_path / "three").exists()


BEING_STARTED = """
import os, signal, sys, threading, time
from pathlib import Path
from fusion_snapshots import process
owner, name = {"run": (threading.Thread, "run"), "Popen": (process.subprocess.Popen, "__init__")}[sys.argv[1]]
real = getattr(owner, name)
def interrupt_first(self, *words, **options):
    setattr(owner, name, real)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.3)
    real(self, *words, **options)
setattr(owner, name, interrupt_first)
process.run_bounded(["sh", "-c", "echo $$ > begun; exec sleep 600"], dict(os.environ), Path.cwd(), 600)
"""


@pytest.mark.parametrize("moment", ["run", "Popen"])
def test_ctrl_c_while_a_program_is_being_started(tmp_path: Path, moment: str) -> None:
    env = ENV | {"PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", BEING_STARTED, moment], cwd=tmp_path, env=env, text=True,
                         capture_output=True, timeout=60)  # fmt: skip
    assert (ran.stderr.count("Traceback"), ran.stderr.splitlines()[-1]) == (1, "KeyboardInterrupt"), ran.stderr
    assert moment == "Popen" or not (tmp_path / "begun").exists()
    if (tmp_path / "begun").exists() and (pid := (tmp_path / "begun").read_text().strip()):
        await_end(pid)

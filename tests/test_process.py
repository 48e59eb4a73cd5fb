"""Programs are run within bounds, and Ctrl-C ends all that run side by side."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, await_end

from fusion_snapshots.process import run_bounded

ENV = {"PATH": os.environ["PATH"]}


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

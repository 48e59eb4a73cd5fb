"""Many accounts: one that is killed costs no other one, Ctrl-C stops it within seconds, and a second run completes."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from conftest import ACME, BIN, ROOT, edit, run, slow_after

RECIPE = [sys.executable, str(ROOT / "render_accounts.py")]
COUNT = 12


@pytest.fixture
def accounts(tmp_path: Path) -> list[str]:
    (tmp_path / "accounts").mkdir()
    files = [tmp_path / f"accounts/{number:02}.yml" for number in range(COUNT)]
    for file in files:
        file.write_text(
            yaml.safe_dump(
                {"default_context": {**ACME, "compute_env_prefix": file.stem, "project_slug": f"account-{file.stem}"}}
            )
        )
    return [str(file) for file in files]


def begin(cwd: Path, files: list[str]) -> subprocess.Popen[str]:
    env = {**os.environ, "HOME": str(cwd / "home"), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    command = [*RECIPE, "-o", "out", *files]
    return subprocess.Popen(
        command, cwd=cwd, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def rendered(place: Path) -> list[Path]:
    return sorted(place.glob("out/*/.rendered.json"))


def wait_for(reached: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def processes(group: int) -> list[int]:
    """Return the processes of a group."""
    found = run(["ps", "-A", "-o", "pid=,pgid=,stat="]).stdout.splitlines()
    return [int(pid) for pid, pgid, state in map(str.split, found) if int(pgid) == group and state[0] != "Z"]


@pytest.mark.parametrize(
    ("number", "whole_group"), slow_after(1, [(signal.SIGINT, True), (signal.SIGINT, False), (signal.SIGTERM, False)])
)
def test_a_signal_stops_it_and_another_run_completes(
    tmp_path: Path, accounts: list[str], number: signal.Signals, whole_group: bool
) -> None:
    process = begin(tmp_path, accounts)
    wait_for(lambda: rendered(tmp_path))
    (os.killpg if whole_group else os.kill)(process.pid, number)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    done = len(rendered(tmp_path))
    assert done < COUNT
    assert stdout.splitlines()[-1] == f"{done} rendered, 0 unchanged, 0 refused"
    left = f"Stopped: {COUNT - done} of {COUNT} not begun."
    assert stderr == f"{left} Run it again: what is rendered is left as it is.\n"
    assert processes(process.pid) == []
    ran = run([*RECIPE, "-o", "out", *accounts], cwd=tmp_path, env={"HOME": str(tmp_path / "home")})
    assert ran.stdout.splitlines()[-1] == f"{COUNT - done} rendered, {done} unchanged, 0 refused"


FORKED = """
import os, sys, threading
os.register_at_fork(before=lambda: os.write(2, b"%d " % threading.active_count()))
from fusion_snapshots.template.accounts import main
sys.exit(main())
"""


def test_no_thread_runs_where_processes_are_forked(tmp_path: Path, accounts: list[str]) -> None:
    env = {"HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT), "FORCE_COLOR": "1"}  # as in a terminal
    ran = run([sys.executable, "-c", FORKED, "-o", "out", *accounts[:2]], cwd=tmp_path, env=env)
    assert ran.returncode == 0, ran.stderr
    assert "Rendering" in ran.stdout
    assert set(ran.stderr.split()) == ({"1"} if multiprocessing.get_start_method() == "fork" else set())


def test_ctrl_c_while_answers_are_read_begins_no_account(tmp_path: Path, accounts: list[str]) -> None:
    first = Path(accounts[0])
    answers = first.read_text()
    first.unlink()
    os.mkfifo(first)
    process = begin(tmp_path, accounts)
    with first.open("w") as pipe:  # once it is being read
        first.unlink()
        first.write_text(answers)
        process.send_signal(signal.SIGINT)
        pipe.write(answers)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert stdout == "0 rendered, 0 unchanged, 0 refused\n"
    left = f"Stopped: {COUNT} of {COUNT} not begun."
    assert stderr == f"{left} Run it again: what is rendered is left as it is.\n"


@pytest.mark.slow
def test_a_killed_worker_costs_no_account(tmp_path: Path, accounts: list[str]) -> None:
    process = begin(tmp_path, accounts)
    wait_for(lambda: rendered(tmp_path))
    workers = [pid for pid in processes(process.pid) if pid != process.pid]
    os.kill(workers[0], signal.SIGKILL)
    stdout, stderr = process.communicate(timeout=120)
    assert stdout.splitlines()[-1].endswith(" 0 refused")
    assert (process.returncode, stderr, len(rendered(tmp_path))) == (0, "", COUNT)


@pytest.mark.slow
def test_no_worker_outlives_it(tmp_path: Path, accounts: list[str]) -> None:
    process = begin(tmp_path, accounts)
    wait_for(lambda: rendered(tmp_path))
    process.kill()
    process.wait()
    wait_for(lambda: not processes(process.pid))


def test_a_file_in_a_folders_place_is_named(tmp_path: Path, accounts: list[str]) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/account-00").write_text("mine")
    ran = run([*RECIPE, "-o", "out", *accounts[:2]], cwd=tmp_path, env={"HOME": str(tmp_path / "home")})
    place = tmp_path / "out"
    assert ran.returncode == 1
    assert ran.stdout.splitlines() == [
        "refused    00.yml  ",
        f"           project_slug: 'account-00' is a file in {place}; move it, or choose another name, e.g. account-00-2",
        f"rendered   01.yml  {place / 'account-01'}",
        "1 rendered, 0 unchanged, 1 refused",
    ]
    assert (tmp_path / "out/account-00").read_text() == "mine"


def test_edits_that_wait_are_named_with_the_commands_that_compare_them(tmp_path: Path, accounts: list[str]) -> None:
    files, home = accounts[:2], {"HOME": str(tmp_path / "home")}
    assert run([*RECIPE, "-o", "out", *files], cwd=tmp_path, env=home).returncode == 0
    first, second = tmp_path / "out/account-00", tmp_path / "out/account-01"
    edit(first, "env.sh", "AWS_CREDENTIALS='acme-aws'", "AWS_CREDENTIALS='mine'")
    edit(first, "schemas/types.schema.json", "", "\n")
    edit(second, "launch/hello.yml", "", "# mine\n")
    for file in files:
        edit(Path(file), "", "aws_credentials: acme-aws", "aws_credentials: acme-other")
    # Twice, as a second run finds them waiting.
    for state in ("rendered ", "unchanged"):
        ran = run([*RECIPE, "-o", "out", *files], cwd=tmp_path, env=home)
        assert (ran.returncode, ran.stderr) == (0, "")
        assert sorted(ran.stdout.splitlines()[:-2]) == [
            "           Your edits wait; take over what you need:",
            "           diff -ru out/account-00/schemas.edited out/account-00/schemas",
            "           diff -u out/account-00/env.sh.edited out/account-00/env.sh",
            f"{state}  00.yml  {first}",
            f"{state}  01.yml  {second}",
        ]
        assert ran.stdout.splitlines()[-2:] == [
            f"{'2 rendered, 0 unchanged' if state == 'rendered ' else '0 rendered, 2 unchanged'}, 0 refused",
            "2 edited versions to take over and remove; until then, no step changes the workspace.",
        ]
    compare = ["diff", "-u", "out/account-00/env.sh.edited", "out/account-00/env.sh"]
    changed = [line for line in run(compare, cwd=tmp_path).stdout.splitlines() if re.match(r"[-+]\w", line)]
    assert changed == ["-export AWS_CREDENTIALS='mine'", "+export AWS_CREDENTIALS='acme-other'"]
    (first / "env.sh.edited").unlink()
    ran = run([*RECIPE, "-o", "out", *files], cwd=tmp_path, env=home)
    assert ran.stdout.splitlines()[-1].startswith("1 edited version to take over")


def test_one_file_that_cannot_be_read_stops_no_other(tmp_path: Path, accounts: list[str]) -> None:
    odd = tmp_path / "accounts/a\x1b[31m\nb.yml"
    odd.write_text("default_context: " + "[" * 3000 + "]" * 3000 + "\n")
    (tmp_path / "accounts/c.yml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "accounts/d.yml").write_text("default_context: {aws_region: !!python/name:os.system }\n")
    (tmp_path / "accounts/e.yml").mkdir()
    ran = run([*RECIPE, "-o", "out", *accounts[:1], odd, *(f"accounts/{name}.yml" for name in "cde")], cwd=tmp_path)
    assert ran.returncode == 1
    lines = ran.stdout.splitlines()
    assert lines[-1] == "1 rendered, 0 unchanged, 4 refused"
    assert len(rendered(tmp_path)) == 1
    assert "refused    a\\x1b[31m b.yml" in [line.rstrip() for line in lines]
    assert "           it cannot be read: is nested too deeply" in lines
    assert "\x1b" not in ran.stdout + ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr


def test_where_all_is_unchanged_no_process_begins_and_nothing_is_loaded_that_renders(
    tmp_path: Path, accounts: list[str]
) -> None:
    look = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from fusion_snapshots.template.accounts import main
main(["--output-dir", "out", *sys.argv[1:]])
begun = any(name.startswith("multiprocessing.popen_") for name in sys.modules)
print(begun, *sorted({{"cookiecutter.main", "fusion_snapshots.validate", "requests"}} & sys.modules.keys()))
"""
    said = []
    for files in (accounts[:1], accounts[:1], accounts[:2]):
        ran = run([sys.executable, "-c", look, *files], cwd=tmp_path, env={"HOME": str(tmp_path / "home")})
        said.append(ran.stdout.splitlines()[-2:])
    loaded = "True cookiecutter.main fusion_snapshots.validate requests"
    assert said == [
        ["1 rendered, 0 unchanged, 0 refused", loaded],
        ["0 rendered, 1 unchanged, 0 refused", "False"],
        ["1 rendered, 1 unchanged, 0 refused", loaded],
    ]

"""The program's own behaviour: exit codes, Ctrl-C, readers that leave, and what make passes on."""

from __future__ import annotations

import os
import pty
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from backends import Platform
from conftest import ACME, BIN, COOKIECUTTER, WITHOUT_POWER, commit, copy_template, run
from steps import done, make, step

SENDING = ["compute-envs", "pipelines", "hello", "launch", "report", "status", "interrupt", "prove", "destroy"]
TARGETS = ["help", "validate", "version", "predict", "preflight", "plan", *SENDING, "compare"]


def test_elsewhere_it_says_where_to_run_it(tmp_path: Path, folder: Path, platform: Platform) -> None:
    (tmp_path / "empty").mkdir()
    env = platform.env | {"PYTHONPATH": str(folder)}
    ran = run([BIN / "python", "-m", "fusion_snapshots", "hello"], cwd=tmp_path / "empty", env=env)
    assert ran.returncode in (1, 2)
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("words", ["preflight", "plan", "validate", "help"])
def test_a_reader_that_leaves_gets_no_traceback(folder: Path, platform: Platform, words: str) -> None:
    command = f"set -o pipefail; make {words} | head -1"
    ran = run(["bash", "-c", command], cwd=folder, env=platform.env, stdin=subprocess.DEVNULL)
    assert ran.stdout.count("\n") == 1
    assert "Traceback" not in ran.stderr
    assert "Exception ignored" not in ran.stderr


@pytest.mark.parametrize("streams", [">&-", ">&- 2>&-"])
def test_a_step_needs_no_output(folder: Path, platform: Platform, streams: str) -> None:
    command = f"'{BIN / 'python'}' -m fusion_snapshots plan {streams}"
    ran = run(["bash", "-c", command], cwd=folder, env=platform.env, stdin=subprocess.DEVNULL)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def begin(folder: Path, platform: Platform, *words: str | Path, **options: Any) -> subprocess.Popen[str]:
    """Start a step that the Platform does not answer, and return it once it has asked."""
    platform.fault("GET ", "hang", seconds=60)
    platform.forget()
    process = subprocess.Popen(
        [*map(str, words)], cwd=folder, env=dict(os.environ) | platform.env, text=True, start_new_session=True,
        stderr=subprocess.PIPE, **{"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL} | options,
    )  # fmt: skip
    await_call(platform)
    return process


def await_call(platform: Platform) -> None:
    ends = time.monotonic() + 60
    while not platform.calls():
        assert time.monotonic() < ends
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("verb", "number", "code"),
    [
        ("preflight", signal.SIGINT, 130), ("compute-envs", signal.SIGTERM, 143), ("destroy", signal.SIGHUP, 129),
        *(pytest.param(verb, signal.SIGINT, 130, marks=pytest.mark.slow) for verb in ("compute-envs", "destroy")),
    ],
)  # fmt: skip
def test_a_signal_ends_a_step_in_one_line(
    folder: Path, platform: Platform, verb: str, number: signal.Signals, code: int
) -> None:
    process = begin(folder, platform, BIN / "python", "-m", "fusion_snapshots", verb)
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == code, errors
    assert errors == f"\n{verb}: interrupted. What was done stays; to go on: make {verb}\n"


def test_nohup_keeps_a_step_going(folder: Path, platform: Platform) -> None:
    process = begin(folder, platform, "nohup", BIN / "python", "-m", "fusion_snapshots", "destroy")
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 143


def test_a_terminal_that_is_closed_ends_a_step(folder: Path, platform: Platform) -> None:
    platform.fault("GET ", "hang", seconds=60)
    child, terminal = pty.fork()
    if not child:
        os.chdir(folder)
        python = str(BIN / "python")
        os.execve(python, [python, "-m", "fusion_snapshots", "destroy"], dict(os.environ) | platform.env)
    await_call(platform)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 129


# The Makefile


def test_help_is_the_default_and_has_a_line_for_each_target(folder: Path, platform: Platform) -> None:
    ran = done(make(folder, platform))
    assert {line.split()[1] for line in ran.stdout.splitlines()} == {*TARGETS, "setup"}
    assert ran.stdout == make(folder, platform, "help").stdout


def test_every_target_is_phony_as_folders_have_their_names(folder: Path) -> None:
    text = (folder / "Makefile").read_text()
    (phony,) = re.findall(r"^\.PHONY: (.*)$", text, re.M)
    assert set(phony.split()) == {*TARGETS, "setup"} == set(re.findall(r"^([a-z-]+):", text, re.M))


def test_the_shell_parts_are_clean(folder: Path, platform: Platform) -> None:
    commands = done(make(folder, platform, "-n", "setup", *TARGETS)).stdout
    assert platform.calls() == []
    (folder / "recipes.sh").write_text(f"#!/bin/bash\n{commands}")
    ran = run(["shellcheck", "-x", "recipes.sh"], cwd=folder)
    assert (ran.returncode, ran.stdout) == (0, "")


@pytest.mark.parametrize("target", TARGETS[1:])
def test_without_the_program_make_says_how_to_get_it(folder: Path, platform: Platform, target: str) -> None:
    (folder / "fusion_snapshots").rename(folder / "elsewhere")
    ran = make(folder, platform, target)
    assert ran.returncode == 2
    first = ran.stderr.splitlines()[0]
    assert first == "fusion_snapshots/ is not here: render this folder again, without --accept-hooks no"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["launch", "runs=4"], "runs=4: launch has no such setting; did you mean RUNS?"),
        (
            ["launch", "STEP=true"],
            "STEP=true: launch has no such setting, only RUNS, UNTIL, ARM, NOWAIT, CONFIRM, POLL",
        ),
        (
            ["launch", "RUNS=3", "WAIT=yes"],
            "WAIT=yes: launch has no such setting; did you mean NOWAIT?",
        ),
        (["launch", "RUNS='3;$$(touch x)"], "RUNS='3;$(touch x): must be a whole number from 1 to 100, e.g. RUNS=7"),
        (["launch", "RUNS:=three"], "RUNS=three: must be a whole number from 1 to 100, e.g. RUNS=7"),
        (["plan", "ARM=all"], "ARM=all: plan has no such setting, nor any other"),
        (["report", "WAIT=true"], "WAIT=true: must be yes, or leave it out"),
        (["destroy", "CONFIRM=x"], "CONFIRM=x: must be yes, or leave it out"),
        (["prove", "ROLE=a b"], "ROLE=a b: must be the name of a role in your account, as iam/README.md creates it"),
        (["prove", "COUNT=2"], "COUNT=2: prove has no such setting, only ROLE, CONFIRM, POLL"),
    ],
)
def test_each_step_knows_its_settings(folder: Path, platform: Platform, words: list[str], said: str) -> None:
    ran = make(folder, platform, *words)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.splitlines()[:2] == [f"{words[0]}: nothing was done.", f"  {said}"]
    assert len(ran.stderr.splitlines()) == 3  # make's own
    assert platform.calls() == []


def test_make_passes_settings_on_and_its_python(folder: Path, platform: Platform) -> None:
    line = done(make(folder, platform, "-n", "interrupt", "TIMES=2", "ROLE=it's", "PYTHON=pypy")).stdout
    assert line.endswith("; pypy -m fusion_snapshots interrupt 'ROLE=it'\\''s' 'TIMES=2'\n")


@pytest.mark.parametrize("by", [pytest.param([], marks=pytest.mark.slow), ["uv"]], ids=["pip", "uv"])
def test_make_setup_installs_what_every_step_then_uses(folder: Path, programs: Path, by: list[str]) -> None:
    for name in ("make", *by):
        (programs / name).symlink_to(str(shutil.which(name)))
    env = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    env["PATH"] = str(programs)

    def said(*words: str, code: int = 0) -> str:
        ran = subprocess.run(["make", *words], cwd=folder, env=env, text=True, capture_output=True, timeout=300)
        assert ran.returncode == code, ran.stdout + ran.stderr
        return ran.stdout + ran.stderr

    # A Python may have PyYAML, and not seqerakit, or neither.
    told, alone = said("plan", code=2), "  (or, to check alone, with nothing installed: uv run "
    missing = ("seqerakit is not installed; run: make setup\n", f"yaml is not installed. Run: make setup{alone}")
    assert any(f"plan: {each}" in told for each in missing), told
    for _ in range(2):
        assert "The steps use .venv now. Next: make preflight\n" in said("setup")
    assert " launch " in said("plan")


def test_git_leaves_out_what_the_steps_leave(folder: Path) -> None:
    left = [".venv/bin/python3", "fusion_snapshots/__pycache__/x.pyc", ".shown", ".rendering-7/env.sh", "report/runs/1.tar.gz",
            "report/runs/.part-x/1", "report/.runs.csv.part", "report/tasks.csv", "report/1-proof.txt"]  # fmt: skip
    for name in left:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    kept = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - set(left)
    (folder / "report/runs.csv").write_text("x")
    commit(folder)
    assert set(run(["git", "-C", folder, "ls-files"]).stdout.split()) == kept | {"report/runs.csv"}


def bytecode(folder: Path) -> set[str]:
    """Return the modules of which a folder holds what Python compiled."""
    return {path.name.partition(".")[0] for path in folder.rglob("*.pyc")}


def test_the_steps_keep_bytecode_and_rendering_none(tmp_path: Path) -> None:
    template, beside = copy_template(tmp_path / "template"), {"PYTHONPYCACHEPREFIX": ""}
    folder, answers = tmp_path / "acme", [f"{name}={text}" for name, text in ACME.items()]
    render: list[str | Path] = [COOKIECUTTER, template, "--no-input", *answers, "project_slug=acme"]
    assert run(render, cwd=tmp_path, env=beside).returncode == 0
    assert bytecode(folder) == set()
    for words in (["validate.py"], ["-m", "fusion_snapshots", "plan"]):
        command: list[str | Path] = [BIN / "python", *words]
        assert run(command, cwd=folder, env=beside).returncode == 0
    assert bytecode(folder) >= {"__main__", "validate", "plan"}
    again = run([*render, "--overwrite-if-exists"], cwd=tmp_path, env=beside)
    assert (again.returncode, "edit" in again.stdout, [*folder.rglob("*.edited*")]) == (0, False, [])
    commit(folder)
    assert "pyc" not in run(["git", "-C", folder, "ls-files"]).stdout


def test_make_keeps_bytecode(folder: Path) -> None:
    assert run(["make", "validate"], cwd=folder, env={"PYTHONPYCACHEPREFIX": ""}).returncode == 0
    assert "validate" in bytecode(folder)


def test_a_folder_that_cannot_be_written_is_checked(folder: Path) -> None:
    places = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for place in places:
        place.chmod(0o555)
    try:
        ran = run([*WITHOUT_POWER, BIN / "python", "validate.py"], cwd=folder, env={"PYTHONPYCACHEPREFIX": ""})
    finally:
        for place in places:
            place.chmod(0o755)
    assert (ran.returncode, ran.stderr, bytecode(folder)) == (0, "", set())


# The command line


def test_without_a_verb_the_verbs_are_listed(folder: Path, platform: Platform) -> None:
    ran = done(step(folder, platform))
    listed = re.findall(r"^    ([a-z-]+)", ran.stdout, re.M)
    assert sorted(listed) == sorted(set(TARGETS) - {"help"})


def test_what_each_verb_can_be_told_has_one_unit(folder: Path, platform: Platform) -> None:
    units: dict[str, set[str]] = {}
    for verb in TARGETS[2:]:
        for name, unit in re.findall(r"^  --(\w+) (\S+)", done(step(folder, platform, verb, "--help")).stdout, re.M):
            units.setdefault(name, set()).add(unit)
    several = {name: found for name, found in units.items() if len(found) > 1}
    assert several == {"wait": {"[yes]", "MINUTES"}}  # for runs under way, or in a prediction for an instance
    assert (units["every"], units["poll"]) == ({"MINUTES"}, {"SECONDS"})

"""The error that ends a step: file and reason of the system's, and a log of one that nobody foresaw."""

from __future__ import annotations

import platform as host
from pathlib import Path

import pytest
from backends import Platform
from conftest import edit
from steps import refused, step

from fusion_snapshots import VERSION


def break_plan(folder: Path, statement: str) -> None:
    """Have make plan do something else than it does."""
    edit(folder, "fusion_snapshots/plan.py", "    for file, commands", f"    {statement}\n    for file, commands")


def test_an_unexpected_error_is_kept_in_a_log(folder: Path, platform: Platform, tmp_path: Path) -> None:
    token = platform.env["TOWER_ACCESS_TOKEN"]
    break_plan(folder, "raise KeyError(benchmark.env['TOWER_ACCESS_TOKEN'], 'AKIAIOSFODNN7EXAMPLE')")
    ran = step(folder, platform, "plan", TMPDIR=str(tmp_path))
    (log,) = tmp_path.glob("fusion-snapshots-*.log")
    refused(
        ran,
        3,
        f"plan: unexpected error: KeyError: ('<secret>', '<secret>'). The log is {log}; read it for what is not to be "
        "told, then report it: https://github.com/org/fusion-snapshots/issues",
    )
    text = log.read_text()
    assert text.startswith(f"fusion-snapshots {VERSION}, Python {host.python_version()}, ")
    assert 'plan.py", line' in text
    assert text.endswith("KeyError: ('<secret>', '<secret>')\n")
    assert token not in text
    assert log.stat().st_mode & 0o777 == 0o600


def test_without_a_place_for_its_log_it_is_printed(folder: Path, platform: Platform) -> None:
    break_plan(folder, "import tempfile; tempfile.tempdir = '/nowhere'; 1 / 0")
    ran = step(folder, platform, "plan")
    *traceback, last = ran.stderr.splitlines()
    assert ran.returncode == 3
    assert "ZeroDivisionError: division by zero" in traceback
    assert last == (
        "plan: unexpected error: ZeroDivisionError: division by zero. No log could be kept (No such file or directory); "
        "report what stands above: https://github.com/org/fusion-snapshots/issues"
    )


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("open('nowhere/x.yml')", "nowhere/x.yml: No such file or directory"),
        ("import os; os.rename('env.sh', 'launch')", "launch: Is a directory"),
        ("raise OSError(28, 'No space left on device')", "No space left on device"),
    ],
)
def test_an_error_of_the_system_names_file_and_reason(
    folder: Path, platform: Platform, statement: str, said: str
) -> None:
    break_plan(folder, statement)
    refused(step(folder, platform, "plan"), 2, f"plan: {said}")

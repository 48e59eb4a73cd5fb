"""The programs that the steps run, and the Python packages: what is said of each that is missing or too old."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from fusion_snapshots import tools as checks
from fusion_snapshots.findings import State
from fusion_snapshots.tools import Tool, describe_missing, how_to_install

TOOL = Tool("tool", (1, 2, 3), "install it from https://example.org")


@pytest.mark.parametrize(
    ("script", "state", "text"),
    [
        ("echo tool version 1.2.3", State.OK, "1.2.3"),
        ("echo 'tool 1.10.0 (build 7)'", State.OK, "1.10.0"),
        ("echo 1.2.2", State.FAILED, "1.2.2 is older than 1.2.3; install it from https://example.org"),
        ("echo 0.9.9", State.FAILED, "0.9.9 is older than 1.2.3; install it from https://example.org"),
        ("echo hello", State.FAILED, "tool --version names no version, so this may be another program; install it from https://example.org"),
        ("echo 1.2.3; exit 1", State.FAILED, "tool --version names no version, so this may be another program; install it from https://example.org"),
        ("exec sleep 60", State.FAILED, "tool --version does not end within 0.5 seconds; install it from https://example.org"),
        (None, State.FAILED, "not installed; install it from https://example.org"),
    ],
)  # fmt: skip
def test_a_program(tmp_path: Path, script: str | None, state: State, text: str) -> None:
    if script:
        (tmp_path / "tool").write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "tool").chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    seconds = 0.5 if script and "sleep" in script else 60
    assert checks.check_tool(TOOL, tmp_path, {"PATH": path}, seconds) == (state, "tool", text)


@pytest.mark.parametrize(
    ("version", "state", "text"),
    [((3, 9, 9), State.FAILED, "3.9.9; install 3.10 or newer"), ((3, 10, 0), State.OK, "3.10.0")],
)
def test_python(monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], state: State, text: str) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    assert checks.check_python() == (state, "python", text)


def test_packages_come_from_the_folders_own_environment_where_it_has_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    monkeypatch.setattr("fusion_snapshots.tools.own_folder", lambda: folder)
    monkeypatch.chdir(tmp_path)
    assert how_to_install() == f"make -C '{folder}' setup"
    (folder / ".venv").mkdir()
    assert how_to_install() == f". '{folder}/.venv/bin/activate'"
    monkeypatch.chdir(folder)
    assert how_to_install() == ". .venv/bin/activate"
    monkeypatch.setattr(sys, "prefix", str(folder / ".venv"))
    assert describe_missing(ModuleNotFoundError(name="yaml")) == (
        "yaml is not installed. Run: make setup  "
        f"(or, to check alone, with nothing installed: uv run '{folder}/validate.py')"
    )

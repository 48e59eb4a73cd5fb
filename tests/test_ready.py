"""What must hold before a step: its files are checked, and all that is missing is said at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from backends import Platform
from conftest import Bake, slow_after
from steps import edit, refused, step

SENDING = ["compute-envs", "pipelines", "hello", "launch", "report", "status", "interrupt", "prove", "destroy"]
CHANGING = ["compute-envs", "pipelines", "hello", "launch", "report"]
TARGETS = ["help", "validate", "version", "predict", "preflight", "plan", *SENDING, "compare"]
TOKEN_REMEDY = "paste it after: read -rs TOWER_ACCESS_TOKEN && export TOWER_ACCESS_TOKEN"
TW_REMEDY = "install it from https://github.com/seqeralabs/tower-cli/releases"


@pytest.mark.parametrize("verb", slow_after(3, SENDING))
def test_all_that_a_step_lacks_is_said_at_once(folder: Path, platform: Platform, programs: Path, verb: str) -> None:
    edit(folder, "env.sh", "'acme-genomics'", "'your-organization'")
    message = (
        f"{verb}: this step cannot run yet:\n"
        "  seqerakit is not installed; run: make setup\n"
        f"  tw is not installed; {TW_REMEDY}\n"
        f"  TOWER_ACCESS_TOKEN is not set; {TOKEN_REMEDY}\n"
        "  env.sh still holds placeholders; give them their values: ORGANIZATION_NAME=your-organization"
    )
    refused(step(folder, platform, verb, PATH=str(programs), TOWER_ACCESS_TOKEN=""), 2, message)
    assert platform.calls() == []


def test_every_placeholder_is_named(bake: Bake, tmp_path: Path, platform: Platform) -> None:
    folder = bake()
    ran = step(folder, platform, "hello")
    held = re.findall(r"^export (\w+)='(?:s3://)?your-", (folder / "env.sh").read_text(), re.M)
    assert len(held) == 7
    assert re.findall(r"(\w+)=(?:s3://)?your-", ran.stderr) == sorted(held)


@pytest.mark.parametrize("verb", CHANGING)
def test_edits_that_wait_to_be_merged_stop_what_costs(folder: Path, platform: Platform, verb: str) -> None:
    (folder / "launch/hello.yml.edited").write_text("mine\n")
    message = (
        f"{verb}: your edits wait in launch/hello.yml.edited; take over what you need, and remove or rename these files"
    )
    refused(step(folder, platform, verb), 2, message)
    assert platform.calls() == []


@pytest.mark.parametrize("verb", slow_after(3, TARGETS[3:]))
def test_a_folder_with_errors_is_shown_them_first(folder: Path, platform: Platform, verb: str) -> None:
    edit(folder, "launch/hello.yml", "launch:", "lunch:")
    ran = step(folder, platform, verb)
    refused(ran, 1, f"{verb}: the files of this folder have errors. Fix them first")
    assert "launch/hello.yml:" in ran.stdout
    assert platform.calls() == []

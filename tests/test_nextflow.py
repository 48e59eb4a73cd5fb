"""The rendered configurations in the real Nextflow, where it is installed: parsed, and run on this machine."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ACME, ROOT, run
from pytest_cookies.plugin import Cookies

NEXTFLOW = pytest.mark.needs("nextflow")
ARMS = ["fusion_ondemand", "fusion_snapshots", "fusion_spot"]
PINNED = json.loads((ROOT / "cookiecutter.json").read_text())["nextflow_version"]
PIPELINE = ROOT / "tests/nextflow"
# AWS's rule of a tag's value.
TAG = re.compile(r"[A-Za-z0-9 +=._:/@-]{0,256}")


@pytest.fixture(scope="session")
def three_arms(cookies_session: Cookies) -> Path:
    """A folder with all arms, baked once; not to be changed."""
    result = cookies_session.bake(extra_context={**ACME, "spot_without_snapshots": "yes"})
    assert result.exception is None, result.exception
    return Path(result.project_path)


@pytest.fixture(scope="session")
def version() -> dict[str, str]:
    """The variable that makes Nextflow the version which the template pins; none where that cannot be had."""
    pinned = {"NXF_VER": PINNED, "NXF_ANSI_LOG": "false"}
    try:
        ran = run(["nextflow", "-version"], env=pinned)
    except subprocess.TimeoutExpired:
        return {}
    return pinned if ran.returncode == 0 and PINNED in ran.stdout else {}


def config_of(folder: Path, arm: str) -> Path:
    return folder / f"pipelines/nextflow_{arm}.config"


def statements(config: Path) -> list[str]:
    """Return the lines of a configuration that are no comments."""
    return [line for line in config.read_text().splitlines() if line.strip() and not line.lstrip().startswith("//")]


def test_configurations_differ_in_the_attempts_on_spot_alone(three_arms: Path) -> None:
    # The third need not be run below: it is the second.
    ondemand, snapshots, spot = (statements(config_of(three_arms, arm)) for arm in ARMS)
    assert snapshots == spot == [*ondemand, "aws.batch.maxSpotAttempts = 5"]


def test_no_configuration_ends_tasks_that_wait_for_their_first_instance(three_arms: Path) -> None:
    assert not [path for path in (three_arms / "pipelines").iterdir() if "terminateUnsched" in path.read_text()]


@pytest.mark.parametrize(("script", "chosen"), [("pipelines/pre-run.sh", PINNED), ("report/pre-run.sh", "25.10.7")])
def test_pre_run_scripts_choose_a_version_within_the_platforms_limit(
    three_arms: Path, script: str, chosen: str
) -> None:
    assert (three_arms / script).stat().st_size < 1024
    ran = run(["bash", "-euc", f". {script}; echo $NXF_VER"], cwd=three_arms)
    assert (ran.stdout, ran.stderr) == (f"{chosen}\n", "")
    assert run(["shellcheck", "--shell=bash", three_arms / script]).stdout == ""


@NEXTFLOW
@pytest.mark.parametrize("parser", ["v1", "v2"])
@pytest.mark.parametrize("name", ["pipelines/nextflow_fusion_snapshots.config", "report/nextflow.config"])
def test_configurations_parse(
    three_arms: Path, tmp_path: Path, version: dict[str, str], name: str, parser: str
) -> None:
    shutil.copy(three_arms / name, tmp_path / "nextflow.config")
    ran = run(["nextflow", "config", "-flat", "."], cwd=tmp_path, env={**version, "NXF_SYNTAX_PARSER": parser})
    assert (ran.returncode, ran.stderr) == (0, "")
    batch = [line for line in ran.stdout.splitlines() if line.startswith("aws.batch.")]
    assert batch == (["aws.batch.maxSpotAttempts = 5"] if name.startswith("pipelines/") else [])


@NEXTFLOW
@pytest.mark.parametrize("parser", ["v1", "v2"])
@pytest.mark.parametrize("arm", ARMS[:2])
def test_tasks_are_labelled_clamped_and_tried_again(
    three_arms: Path, tmp_path: Path, version: dict[str, str], arm: str, parser: str
) -> None:
    config = config_of(three_arms, arm)
    assert launch(tmp_path, config, 175, {**version, "NXF_SYNTAX_PARSER": parser}) == 1

    limits = re.search(r"^    resourceLimits = \[cpus: (\d+), memory: (\d+)\.GB\]$", config.read_text(), re.M)
    assert limits
    assert (tmp_path / "resources").read_text() == f"{limits[1]} CPUs, {int(limits[2]) * 1024} MiB\n"

    # Each of these failed once and went well then. A task that fails a third time ends the run, and lets others end.
    recovered = sorted((tmp_path / "recovered").read_text().split())
    assert recovered == sorted("104 130 137 143 145 174 175 176 177".split() * 2)
    assert (tmp_path / "attempts").read_text().split() == ["1", "2", "3"]
    assert (tmp_path / "lasted").exists()

    labels = [
        dict(pair.split("=", 1) for pair in line.split("|")) for line in (tmp_path / "labels").read_text().splitlines()
    ]
    assert all(TAG.fullmatch(value) for each in labels for value in each.values())
    tags = sorted(each["pipelineTag"] for each in labels if each["pipelineProcess"] == "ASKS")
    assert tags == ["", "chr1:100-200__sample _1___GATC", "x" * 256]
    assert {each["uniqueRunId"] for each in labels} == {"4vDgT7_run_1_"}
    assert all(re.fullmatch("[0-9a-f]{32}", each["taskHash"]) for each in labels)
    assert len({each["pipelineSessionId"] for each in labels}) == 1


@NEXTFLOW
def test_another_failure_ends_the_run_at_once(three_arms: Path, tmp_path: Path, version: dict[str, str]) -> None:
    assert launch(tmp_path, config_of(three_arms, ARMS[0]), 1, version) == 1
    assert (tmp_path / "attempts").read_text().split() == ["1"]
    assert (tmp_path / "lasted").exists()


def launch(folder: Path, config: Path, status: int, env: dict[str, str]) -> int:
    """Run the pipeline of tests/nextflow with a configuration, its last task ending with a status; return Nextflow's.

    What the tasks saw lies in the folder: resources, labels, recovered, attempts and lasted.
    """
    configs: list[str | Path] = ["-c", config, "-c", PIPELINE / "local.config"]
    parameters: list[str | Path] = ["--status", str(status), "--seen", folder]
    command = ["nextflow", "-quiet", "run", PIPELINE / "main.nf", *configs, *parameters]
    return run(command, cwd=folder, env={**env, "TOWER_WORKFLOW_ID": "4vDgT7_run(1)"}).returncode

"""An arm's configuration beside its compute environment: which belong together, and what is told of both."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import edit

from fusion_snapshots.findings import Written
from fusion_snapshots.folder.arm_config import ArmConfig, arm_configs
from fusion_snapshots.folder.model import Folder
from fusion_snapshots.folder.nextflow_config import NextflowConfig
from fusion_snapshots.instance_types import KEPT_GIB, TASK_SHARE, InstanceType

ENVIRONMENT = "compute-envs/aws_fusion_snapshots.yml"
CONFIG = "pipelines/nextflow_fusion_snapshots.config"
WORKFLOW = "pipelines/workflow_fusion_snapshots.yml"
LAUNCH = "launch/workflow_fusion_snapshots.yml"


def of_text(text: str) -> ArmConfig:
    """Return an arm of this configuration, without a compute environment."""
    return ArmConfig("fusion_spot", "pipelines/x.config", NextflowConfig(text).settings(()), None)


def snapshots(folder: Path) -> ArmConfig:
    (found,) = (each for each in arm_configs(Folder(folder)) if each.arm == "fusion_snapshots")
    return found


def test_both_arms_with_their_environments_the_baseline_first(acme: Path) -> None:
    ondemand, snapshots = arm_configs(Folder(acme))
    assert (ondemand.arm, ondemand.file) == ("fusion_ondemand", "pipelines/nextflow_fusion_ondemand.config")
    assert (snapshots.arm, snapshots.file) == ("fusion_snapshots", CONFIG)
    assert (ondemand.is_on_spot, ondemand.has_snapshots) == (False, False)
    assert (snapshots.is_on_spot, snapshots.has_snapshots) == (True, True)
    assert [each.environment and each.environment.file.name for each in (ondemand, snapshots)] == [
        "compute-envs/aws_fusion_ondemand.yml",
        ENVIRONMENT,
    ]


def test_a_launch_may_name_another_configuration_which_counts(folder: Path) -> None:
    (folder / "other.config").write_text("process.cpus = 7\nprofiles { big { process.cpus = 8 } }\n")
    edit(
        folder, LAUNCH, '    params-file: "params.yml"\n', '    params-file: "params.yml"\n    config: "other.config"\n'
    )
    found = snapshots(folder)
    assert (found.file, [each.value for each in found.named("process.cpus")]) == ("other.config", ["7"])
    edit(folder, LAUNCH, "    config:", '    profile: "test,big"\n    config:')
    assert [each.value for each in snapshots(folder).named("process.cpus")] == ["8"]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (CONFIG, "", "\nincludeConfig 'other.config'\n"),
        (CONFIG, "", "\nprocess { cpus = \n"),
        (WORKFLOW, CONFIG, "pipelines/missing.config"),
    ],
)
def test_a_configuration_that_cannot_be_read_in_full_is_left_out(folder: Path, file: str, old: str, new: str) -> None:
    edit(folder, file, old, new)
    assert [each.arm for each in arm_configs(Folder(folder))] == ["fusion_ondemand"]


@pytest.mark.parametrize(
    ("old", "new", "is_on_spot", "has_snapshots"),
    [
        ('provisioning-model: "SPOT"', 'provisioning-model: "spot"', True, True),
        ('    provisioning-model: "SPOT"\n', "", False, True),
        ('provisioning-model: "SPOT"', 'provisioning-model: "EC2"', False, True),
        ('provisioning-model: "SPOT"', 'provisioning-model: "SPOOT"', False, True),
        ("    snapshots: True\n", "", True, False),
        ("snapshots: True", "snapshots: False", True, False),
        ("snapshots: True", 'snapshots: "yes"', True, False),
        ("type: aws-batch", "type: google-batch", False, False),
    ],
)
def test_what_the_environment_is(folder: Path, old: str, new: str, is_on_spot: bool, has_snapshots: bool) -> None:
    edit(folder, ENVIRONMENT, old, new)
    found = snapshots(folder)
    assert (found.is_on_spot, found.has_snapshots) == (is_on_spot, has_snapshots)


def test_without_an_environment_nothing_is_on_spot(folder: Path) -> None:
    (folder / ENVIRONMENT).unlink()
    found = snapshots(folder)
    assert (found.environment, found.is_on_spot, found.has_snapshots) == (None, False, False)


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("process.resourceLimits = [cpus: 32, memory: 109.GB]", (32, 109)),
        ("process.resourceLimits = [cpus: 4]", (4, 0)),
        ("process { withName: A { resourceLimits = [cpus: 2] } }", (0, 0)),
        ("", (0, 0)),
    ],
)
def test_the_limits_outside_selectors(text: str, limits: tuple[float, float]) -> None:
    assert of_text(text).limits == limits


def test_types_that_hold_the_largest_task() -> None:
    config = of_text("process.resourceLimits = [cpus: 8, memory: 30.GB]")

    def size(name: str, vcpus: int, gib: float) -> InstanceType:
        return InstanceType(name, vcpus, (gib + KEPT_GIB) / TASK_SHARE, 10, 10, 100, [])

    types = [size("few", 7, 512), size("exact", 8, 30.0001), size("small", 16, 29.9), size("large", 16, 64)]
    assert [each.name for each in config.holding(types)] == ["exact", "large"]


def test_settings_of_a_name_in_selectors_and_outside() -> None:
    config = of_text("process.cpus = 1\nprocess.memory = 2\nprocess { withName: A { cpus = 3 } }")
    assert [each.value for each in config.named("process.cpus")] == ["1", "3"]


def test_a_finding_stands_at_its_setting_or_at_the_first_line() -> None:
    config = of_text("\n  process.cpus = 4\n")
    (setting,) = config.named("process.cpus")
    found = config.finding("warning", "unfair", setting, "differs", "other")
    assert (found.file, found.line, found.column, found.key, found.got) == ("pipelines/x.config", 2, 3, "process.cpus", Written("4"))  # fmt: skip
    absent = config.finding("warning", "unfair", None, "is missing", "process.cpus")
    assert (absent.line, absent.column, absent.key, absent.got) == (1, 1, "process.cpus", None)

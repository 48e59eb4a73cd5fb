"""An arm's Nextflow configuration beside its compute environment, as the checks compare them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..findings import Finding, Severity
from ..instance_types import InstanceType
from .model import Folder, Item
from .nextflow_config import Statement, limits_in

LIMITS = "process.resourceLimits"


class ArmConfig(NamedTuple):
    """An arm, the configuration of its workflow, the settings that count in it by their full names, and the arm's
    compute environment where the folder has one."""

    arm: str
    file: str
    settings: dict[str, Statement]
    environment: Item | None

    @property
    def is_on_spot(self) -> bool:
        """Tell whether the arm's environment is on Spot, which is tw's default."""
        if not self.environment or not self.environment.is_sound("provisioning-model"):
            return False
        return str(self.environment.values.get("provisioning-model", "SPOT")).upper() == "SPOT"

    @property
    def has_snapshots(self) -> bool:
        """Tell whether the arm's environment takes Snapshots."""
        return self.environment is not None and self.environment.values.get("snapshots") is True

    @property
    def limits(self) -> tuple[float, float]:
        """The CPUs and GiB of memory to which the arm's tasks are limited outside selectors, 0 for no limit."""
        setting = self.settings.get(LIMITS)
        return limits_in(str(setting.value)) if setting else (0, 0)

    def holding(self, types: Sequence[InstanceType]) -> list[InstanceType]:
        """Return those of some types that can hold the largest task which the arm's limits let through."""
        cpus, gib = self.limits
        return [each for each in types if each.vcpus >= cpus and each.task_gib >= gib]

    def named(self, plain_name: str) -> Iterator[Statement]:
        """Yield the settings of a name, in selectors and outside them."""
        return (each for each in self.settings.values() if each.plain_name == plain_name)

    def finding(
        self, severity: Severity, check: str, setting: Statement | None, message: str, name: str = ""
    ) -> Finding:
        """Return a finding at a setting, or, where it is the absence of one, of that name in the file's first line."""
        if setting is None:
            return Finding(self.file, 1, 1, severity, check, name, message)
        return setting.finding(self.file, severity, check, message)


def arm_configs(folder: Folder) -> list[ArmConfig]:
    """Return the configurations of the arms, the baseline's first, that can be read in full from their text."""
    found = []
    for arm in folder.arms:
        items = [each for block in ("launch", "pipelines") for each in folder.items(block)]
        items = [each for each in items if folder.arm_of(each) == arm.name]
        name = next((item.text("config") for item in items if item.text("config")), "")
        profile = next((item.text("profile") for item in items if item.text("profile")), "")
        config = folder.configs.get(name)
        environment = next((each for each in folder.aws_environments() if folder.arm_of(each) == arm.name), None)
        if config and not config.fault and not config.calls("includeConfig"):
            found.append(ArmConfig(arm.name, name, config.settings(profile.split(",")), environment))
    return found

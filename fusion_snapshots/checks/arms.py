"""Arms of the comparison that are not what their names say, or lack a file."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Finding
from ..folder.layout import BASELINE, SNAPSHOTS, Arm
from ..folder.model import Folder, Item

# What makes an arm the arm; an absent provisioning-model is tw's default, SPOT.
_KINDS = {
    BASELINE: ("provisioning-model", "EC2", "the baseline runs on on-demand instances: provisioning-model: EC2"),
    SNAPSHOTS: ("snapshots", "TRUE", "this arm is the one with Snapshots: snapshots: True"),
}
_NAMES = ("name", "description", "labels")  # which say what it is called, and not what it is


def check(folder: Folder) -> Iterator[Finding]:
    """Yield files that an arm lacks, kinds that are not the arm's, and what runs on another arm's environment."""
    names = [arm.name for arm in folder.arms]
    if names and BASELINE not in names:
        yield _missing(Arm(BASELINE).compute_env, f"the other arms ({', '.join(names)}) are compared with it")
    for arm in folder.arms:
        there = [name for name in arm.files if (folder.root / name).exists()]
        for name in arm.files:
            if name not in there:
                yield _missing(name, f"the arm {arm.name} has {' and '.join(there)} alone")
    for item in folder.aws_environments():
        yield from _check_kind(item, folder.arm_of(item))
    yield from _check_alike(folder)
    for block in ("pipelines", "launch"):
        for item in folder.items(block):
            yield from _check_side(folder, item, folder.arm_of(item))


def _missing(name: str, why: str) -> Finding:
    message = f"is missing; {why}. Write it, or remove the arm's other files"
    return Finding(name, 1, 1, "error", "arm-files", "", message)


def _check_kind(item: Item, arm: str) -> Iterator[Finding]:
    if arm not in _KINDS:
        return
    key, wanted, message = _KINDS[arm]
    value = item.values.get(key)
    if item.is_sound(key) and str(value).upper() != wanted:
        missing = "" if key in item.values else "is missing; "
        yield item.finding("error", "arm-kind", (key,), f"{missing}{message}", value)


def _check_alike(folder: Folder) -> Iterator[Finding]:
    """Yield the arms beside the rendered ones whose compute environment is set up as another's."""
    known: dict[object, Item] = {}
    for item in folder.aws_environments():
        arm = folder.arm_of(item)
        if arm and not item.unsound and not any(_check_kind(item, arm)):
            settings = frozenset((key, str(value)) for key, value in item.values.items() if key not in _NAMES)
            first = known.setdefault(settings, item)
            if arm not in _KINDS and folder.arm_of(first) != arm:
                message = f"differs in nothing from {first.file.name}; give it other instance-types, or remove the arm"
                yield item.finding("error", "arm-twin", (), message)


def _check_side(folder: Folder, item: Item, arm: str) -> Iterator[Finding]:
    """Yield the keys by which an arm's pipeline or launch names what belongs to another arm."""
    if not arm:
        return
    for key, block in (("compute-env", "compute-envs"), ("pipeline", "pipelines")):
        named = next((each for each in folder.items(block) if each.text("name") == item.text(key) != ""), None)
        other = folder.arm_of(named) if named and key in item.values else ""
        if other not in ("", arm):
            message = f"is of the arm {other}, but this is for {arm}"
            yield item.finding("error", "arm-mixed", (key,), message, item.text(key))
    if item.block == "pipelines":
        yield from _check_config(folder, item, arm)


def _check_config(folder: Folder, item: Item, arm: str) -> Iterator[Finding]:
    """Yield a pipeline that lacks its arm's configuration, or has another arm's; an arm without one may share it."""
    name = item.text("config")
    if "config" not in item.values and item.is_sound("config"):
        message = f"is missing; it is the Nextflow configuration of the arm {arm}"
        yield item.finding("error", "arm-mixed", ("config",), message)
    others = [each for each in folder.items("pipelines") if folder.arm_of(each) not in ("", arm)]
    theirs = next((each for each in others if name and each.text("config") == name), None)
    own = folder.root / f"pipelines/nextflow_{arm}.config"
    if theirs and arm != BASELINE and (arm == SNAPSHOTS or own.exists()):
        message = f"is the configuration of {folder.arm_of(theirs)}, not {arm}"
        yield item.finding("error", "arm-mixed", ("config",), message, name)

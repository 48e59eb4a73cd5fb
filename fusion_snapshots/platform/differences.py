"""Is a compute environment or pipeline that exists the one its file describes? `tw … view` shows all that tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..json_reply import Reply
from .seqerakit import Command


class Difference(NamedTuple):
    """What the Platform has, and what the file says, of one option."""

    option: str
    theirs: str
    ours: str

    def __str__(self) -> str:
        return f"{self.option} is {self.theirs or 'not set'}, the file says {self.ours or 'not set'}"


# Which option of tw's the Platform shows under which key of config, or of config.forge.
_TEXTS = {"region": "region", "work-dir": "workDir"}
_FORGE_TEXTS = {
    "provisioning-model": "type",
    "max-cpus": "maxCpus",
    "min-cpus": "minCpus",
    "vpc-id": "vpcId",
    "ami-id": "imageId",
}
_FORGE_LISTS = {"instance-types": "instanceTypes", "subnets": "subnets", "security-groups": "securityGroups"}
_FLAGS = {
    "wave": "waveEnabled",
    "fusion-v2": "fusion2Enabled",
    "snapshots": "fusionSnapshots",
    "fast-storage": "nvnmeStorageEnabled",
}
_UNSET = {"minCpus": "0"}  # what the Platform shows where an option was not given


def find_differences(command: Command, seen: Reply, credentials_id: str = "") -> list[Difference]:
    """Return in what an environment differs from the command that would make it.

    seen is what tw compute-envs view answers; credentials_id the Platform's id of the credentials that the command
    names, empty where it is not known. Raises ReplyError.
    """
    config = seen.get("config")
    forge = config.get("forge") if config.has("forge") else Reply({}, "tw compute-envs view", "config.forge")
    found = [
        *_compare(command, _TEXTS, lambda key: config.text(key, "")),
        *_compare(command, _FORGE_TEXTS, lambda key: _without_default(key, forge.text(key, ""))),
        *_compare(command, _FORGE_LISTS, lambda key: ",".join(forge.texts(key)), as_set=True),
        *_flags(command, config, forge),
        *_subsets(command, seen, forge),
    ]
    if seen.text("platform", "") != "aws-batch":
        found.insert(0, Difference("platform", seen.text("platform", ""), "aws-batch"))
    if credentials_id and (theirs := seen.text("credentialsId", "")) != credentials_id:
        found.append(Difference("credentials", theirs, f"{command.option('--credentials')} ({credentials_id})"))
    return found


def find_pipeline_differences(command: Command, seen: Reply) -> list[Difference]:
    """Return in what a pipeline of the Launchpad differs from the command that would add it.

    seen is what tw pipelines view answers. Raises ReplyError.
    """
    launch = seen.get("launch")
    address = next((word for word in command.words[3:] if word.startswith("https://")), "")
    found = [] if launch.text("pipeline", "") == address else [Difference("url", launch.text("pipeline", ""), address)]
    found += _compare(command, {"revision": "revision"}, lambda key: launch.text(key, ""))
    found += _compare(command, {"profile": "configProfiles"}, lambda key: ",".join(launch.texts(key)), as_set=True)
    if command.option("--work-dir"):  # else the Platform takes the compute environment's
        found += _compare(command, {"work-dir": "workDir"}, lambda key: launch.text(key, ""))
    if command.option("--compute-env"):  # else the Platform takes the workspace's primary one
        found += _compare(command, {"compute-env": "computeEnv"}, lambda key: launch.get(key).text("name", ""))
    return found


def _without_default(key: str, value: str) -> str:
    return "" if value == _UNSET.get(key) else value


def _compare(
    command: Command, keys: dict[str, str], read: Callable[[str], str], *, as_set: bool = False
) -> list[Difference]:
    found = []
    for option, key in keys.items():
        ours, theirs = command.option(f"--{option}"), read(key)
        same = set(ours.split(",")) == set(theirs.split(",")) if as_set else ours.lower() == theirs.lower()
        if key == "imageId" and not ours:  # the Platform chooses one, and shows it
            continue
        if not same:
            found.append(Difference(option, theirs, ours))
    return found


def _flags(command: Command, config: Reply, forge: Reply) -> list[Difference]:
    pairs = [(option, config.flag(key), f"--{option}" in command.words) for option, key in _FLAGS.items()]
    pairs.append(("no-ebs-auto-scale", not forge.flag("ebsAutoScale"), "--no-ebs-auto-scale" in command.words))
    pairs.append(("fargate", forge.flag("fargateHeadEnabled"), "--fargate" in command.words))
    return [Difference(option, str(theirs), str(ours)) for option, theirs, ours in pairs if theirs != ours]


def _subsets(command: Command, seen: Reply, forge: Reply) -> list[Difference]:
    """The Platform adds the work directory's bucket to the allowed ones, and may add labels of its own."""
    labels = seen.items("labels") if seen.has("labels") else []
    theirs: dict[str, list[Any]] = {
        "allow-buckets": forge.texts("allowBuckets"),
        "labels": [f"{label.text('name')}={label.text('value', '')}" for label in labels],
    }
    found = []
    for option, values in theirs.items():
        ours = [item for item in command.option(f"--{option}").split(",") if item]
        if set(ours) - set(values):
            found.append(Difference(option, ",".join(values), ",".join(ours)))
    return found

"""Is what exists in the workspace what its file describes? `tw … view` shows all that tells."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import UserError
from ..findings import shorten
from ..folder.yaml_file import read_plain
from ..json_reply import Reply
from .seqerakit import Command


class Difference(NamedTuple):
    """What the Platform has, and what the file says, of one option."""

    option: str
    theirs: str
    ours: str

    def __str__(self) -> str:
        if "\n" not in self.theirs + self.ours:
            return f"{self.option} is {self.theirs or 'not set'}, the file says {self.ours or 'not set'}"
        if not (self.theirs and self.ours):
            ours, theirs = ("it is not", "is set") if self.theirs else ("it is", "is not set")
            return f"{self.option} {theirs}, by the file {ours}"
        lines = zip_longest(self.theirs.split("\n"), self.ours.split("\n"), fillvalue="")
        number, (theirs, ours) = next((n, pair) for n, pair in enumerate(lines, 1) if pair[0] != pair[1])
        return f"{self.option} differs from line {number} on: there {shorten(theirs)}, in the file {shorten(ours)}"

    def lines(self) -> list[str]:
        """Return what changes when the file's takes the place of the Platform's: of texts, line by line."""
        if "\n" not in self.theirs + self.ours:
            return [str(self)]
        texts = self.theirs.strip("\n").split("\n"), self.ours.strip("\n").split("\n")
        return [f"{self.option}:", *difflib.unified_diff(*texts, "the Launchpad", "the file", lineterm="")]


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
# Of a pipeline: single words; lists; and, where the file leaves them to the Platform, what it takes then is well.
_PIPELINE_LISTS = {"profile": "configProfiles", "user-secrets": "userSecrets", "workspace-secrets": "workspaceSecrets"}
_PIPELINE_FLAGS = {"pull-latest": "pullLatest", "stub-run": "stubRun"}
_WHERE_SET = {"work-dir": "workDir", "commit-id": "commitId", "main-script": "mainScript"}
_WHERE_SET |= {"entry-name": "entryName", "schema-name": "schemaName"}
# Texts of files, and under which key the pipeline's compute environment has one that is taken where there is no file.
_PIPELINE_TEXTS = {
    "config": ("configText", "nextflowConfig"),
    "pre-run": ("preRunScript", "preRunScript"),
    "post-run": ("postRunScript", "postRunScript"),
}
_UNSET = {"minCpus": "0"}  # what the Platform shows where an option was not set


def find_differences(command: Command, seen: Reply, credentials_id: str = "") -> list[Difference]:
    """Return in what an environment differs from the command that would make it.

    seen is what tw compute-envs view answers; credentials_id the Platform's id of the credentials that the command
    names, empty where it is not known. Raises ReplyError.
    """
    config = seen.get("config")
    forge = config.get("forge") if config.has("forge") else Reply({}, "tw compute-envs view", "config.forge")
    flags = {option: config.flag(key) for option, key in _FLAGS.items()}
    flags |= {"no-ebs-auto-scale": not forge.flag("ebsAutoScale"), "fargate": forge.flag("fargateHeadEnabled")}
    found = [
        *_compare(command, _TEXTS, lambda key: config.text(key, "")),
        *_compare(command, _FORGE_TEXTS, lambda key: _without_default(key, forge.text(key, ""))),
        *_compare(command, _FORGE_LISTS, lambda key: ",".join(forge.texts(key)), as_set=True),
        *_flags(command, flags),
        *_subsets(command, seen, forge),
    ]
    if seen.text("platform", "") != "aws-batch":
        found.insert(0, Difference("platform", seen.text("platform", ""), "aws-batch"))
    if credentials_id and (theirs := seen.text("credentialsId", "")) != credentials_id:
        found.append(Difference("credentials", theirs, f"{command.option('--credentials')} ({credentials_id})"))
    return found


def find_pipeline_differences(command: Command, seen: Reply, root: Path) -> list[Difference]:
    """Return in what a pipeline of the Launchpad differs from the command that would add it.

    seen is what tw pipelines view answers; the command's files lie below root. Raises ReplyError and UserError.
    """
    launch = seen.get("launch")
    found = _url(command, launch.text("pipeline", ""))
    found += _compare(command, {"revision": "revision"}, lambda key: launch.text(key, ""))
    found += _compare(command, _PIPELINE_LISTS, lambda key: ",".join(launch.texts(key)), as_set=True)
    wanted = {option: key for option, key in _WHERE_SET.items() if command.option(f"--{option}")}
    found += _compare(command, wanted, lambda key: launch.text(key, ""))
    environment = launch.get("computeEnv") if launch.has("computeEnv") else None
    if command.option("--compute-env"):  # else the Platform takes the workspace's primary one
        name = environment.text("name", "") if environment else ""
        found += _compare(command, {"compute-env": ""}, lambda _: name)
    found += _flags(command, {option: launch.flag(key) for option, key in _PIPELINE_FLAGS.items()})
    config = environment.get("config") if environment and environment.has("config") else None
    return [*found, *_texts(command, launch, config, root), *_params(command, launch, root), *_labels(command, seen)]


def find_listed_differences(command: Command, entry: Reply) -> list[Difference]:
    """Return in what a pipeline differs as far as tw pipelines list tells; raises ReplyError."""
    return _url(command, entry.text("repository", ""))


def _url(command: Command, theirs: str) -> list[Difference]:
    return [] if theirs == command.url else [Difference("url", theirs, command.url)]


def _texts(command: Command, launch: Reply, config: Reply | None, root: Path) -> list[Difference]:
    found = []
    for option, (key, inherited) in _PIPELINE_TEXTS.items():
        path, theirs = command.option(f"--{option}"), launch.text(key, "")
        ours = _text_of(root / path) if path else ""
        if _same(theirs, ours) or (not path and config and _same(theirs, config.text(inherited, ""))):
            continue
        found.append(Difference(option, theirs, ours))
    return found


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode(errors="replace")  # as tw sends it, with line ends as they are
    except OSError as error:
        raise UserError(f"{path.name}: cannot be read: {error.strerror}") from None


def _same(theirs: str, ours: str) -> bool:
    """Tell whether two texts are one but for newlines at their ends.

    tw sends a file's text as it is. Whether the Platform keeps the last newline is not known: its answers in tw's own
    tests hold texts with and without one, and its page may drop it.
    """
    return theirs.strip("\n") == ours.strip("\n")


def _params(command: Command, launch: Reply, root: Path) -> list[Difference]:
    """Compare parameters as the values that they are: the Platform's page writes them in another order, or as JSON."""
    path = command.option("--params-file")
    ours = command.params or (_text_of(root / path) if path else "")
    pair = [_normal(text) for text in (launch.text("paramsText", ""), ours)]
    return [] if pair[0] == pair[1] else [Difference("params", *pair)]


def _normal(text: str) -> str:
    try:
        data = read_plain(text)
        return json.dumps(data, indent=1, sort_keys=True, default=str) if data else ""
    except (ValueError, TypeError):  # TypeError: keys of several kinds, which have no order
        return text.strip("\n")


def _labels(command: Command, seen: Reply) -> list[Difference]:
    """Compare labels; those that a workspace gives to all that is made in it are no difference."""
    labels = seen.get("info").items("labels") if seen.get("info").has("labels") else []
    ours = {item for item in command.option("--labels").split(",") if item}
    theirs = {name for label in labels if (name := _label(label)) in ours or not label.flag("isDefault")}
    return [] if theirs == ours else [Difference("labels", ",".join(sorted(theirs)), ",".join(sorted(ours)))]


def _label(label: Reply) -> str:
    return f"{label.text('name')}={label.text('value')}" if label.has("value") else label.text("name")


def find_dataset_differences(command: Command, entry: Reply) -> list[Difference]:
    """Return in what a dataset of that name differs from the command that would add it, by the Platform's list.

    Raises ReplyError.
    """
    return _compare(command, {"description": "description"}, lambda key: entry.text(key, ""))


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


def _flags(command: Command, flags: dict[str, bool]) -> list[Difference]:
    pairs = {option: (theirs, f"--{option}" in command.words) for option, theirs in flags.items()}
    return [Difference(option, *map(str, pair)) for option, pair in pairs.items() if pair[0] != pair[1]]


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

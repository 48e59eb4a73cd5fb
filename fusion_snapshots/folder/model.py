"""A benchmark folder as the checks take it: read once, its variables filled in, its faults noted beside the values."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from ..errors import UserError
from ..findings import Finding, Severity, nearest
from ..instance_types import Catalog, read_regions
from .edited import edited_since
from .environment import Environment, read_environment
from .expansion import expand_item
from .layout import SCHEMAS, Arm, arm_of, arms
from .nextflow_config import NextflowConfig
from .rules import BLOCKS, Fault, Rules
from .variables import VARIABLE
from .yaml_file import MAX_BYTES, Key, YamlFile

# Blocks seqerakit 0.5.7 creates resources from and this folder has no schema for (seqerakit/helper.py).
OTHER_BLOCKS = (
    "organizations teams workspaces labels members participants credentials secrets actions data-links studios".split()
)
FOLDERS = ("compute-envs", "pipelines", "launch", "report")  # every YAML file in them is seqerakit's
_NOT_CHECKED = ("fusion_snapshots", "schemas")  # the program's own
_PARAMS = re.compile(r"(?:^|[/_.-])params[^/]*$")  # so people name params files that no item names yet
_CONFIG_KEYS = ("config", "nextflow-config")
_YAML = (".yml", ".yaml")


class Item:
    """One item of a block: its values as tw would get them, and the faults that keep some from being so."""

    def __init__(self, file: YamlFile, key: Key, block: str, raw: dict[Any, Any], env: Environment, rules: Rules):
        """Expand and judge what stands at a key of a file, whose block is this one even where it is misspelt."""
        self.file, self.key, self.block, self.raw = file, key, block, raw
        self.values, self.expansion_faults = expand_item(raw, env)
        unsound = {each[len(key)] for each in file.unsure if each[: len(key)] == key}
        unsound |= {fault.key[0] for fault in self.expansion_faults}
        self.rule_faults: list[Fault] = rules.item_faults(block, self.values, unsound) if block in BLOCKS else []
        self.unsound = {*unsound, *(fault.key[0] for fault in self.rule_faults)}

    def is_sound(self, name: str) -> bool:
        """Tell whether nothing is wrong with the value of a key, or with its absence."""
        return name not in self.unsound

    def text(self, name: str) -> str:
        """Return the value of a key where it is a text with nothing wrong, or an empty text."""
        value = self.values.get(name)
        return value if isinstance(value, str) and self.is_sound(name) else ""

    def params(self) -> dict[Any, Any]:
        """Return the pipeline's parameters that the item holds, expanded."""
        params = self.values.get("params")
        return params if isinstance(params, dict) else {}

    def place(self, *names: Any) -> str:
        """Return where a key stands, as FILE:LINE."""
        return f"{self.file.name}:{self.file.place((*self.key, *names))[0]}"

    def finding(
        self, severity: Severity, check: str, names: Iterable[Any], message: str, got: object = None
    ) -> Finding:
        """Return a finding at a key of the item, by the way to it, or at its first line."""
        return self.file.finding(severity, check, (*self.key, *names), message, got)


class Folder:
    """A folder, read; nothing of it changes, so that checks may run in any order."""

    def __init__(self, root: Path, schemas: Path = SCHEMAS, known: Mapping[str, str] | None = None) -> None:
        """Read a folder, whichever version rendered it; raises UserError where the program itself is incomplete.

        known holds the values of variables, where env.sh was run before.
        """
        self.root = root
        self.rules = Rules(schemas)
        self.catalog, self.regions = _read_facts(schemas)
        self.env = read_environment(root, self.rules, known)
        self.paths = list(_files(root))
        seen = [path for path in self.paths if path.suffix.lower() in _YAML and path != root / "answers.yml"]
        read = [YamlFile(path, self.name_of(path)) for path in seen]
        named = {os.path.realpath(path) for file in read for path in _params_files(root, file, self.env)}
        self.files = [file for file in read if os.path.realpath(file.path) not in named and _is_seqerakits(file)]
        self._items: dict[str, list[Item]] = {}
        for file in self.files:
            self._add_items(file)

    def items(self, block: str) -> list[Item]:
        """Return the items of a block, of all files."""
        return self._items.get(block, [])

    @property
    def is_read(self) -> bool:
        """Tell whether every seqerakit file could be read, so that what none of them defines is in none."""
        return all(file.is_read for file in self.files)

    @cached_property
    def arms(self) -> list[Arm]:
        """The arms of which there is any file, the baseline first."""
        return arms(self.root)

    def arm_of(self, item: Item) -> str:
        """Return the name of the arm to which an item belongs, by its file or else its name, or an empty text."""
        by_file = (arm.name for arm in self.arms if item.file.name in arm.files)
        return next(by_file, "") or arm_of(item.text("pipeline" if item.block == "launch" else "name"), self.arms)

    def aws_environments(self) -> list[Item]:
        """Return the compute environments that are on AWS Batch, or are meant to be."""
        return [item for item in self.items("compute-envs") if not self.rules.is_elsewhere(item.values)]

    def environment_of(self, item: Item) -> Item | None:
        """Return the compute environment on which a pipeline or launch runs, where the folder defines it."""
        name = item.text("compute-env")
        if not name and item.block == "launch" and "compute-env" not in item.values:
            added = _named(self.items("pipelines"), item.text("pipeline"))
            name = added.text("compute-env") if added else ""
        return _named(self.items("compute-envs"), name)

    @cached_property
    def configs(self) -> dict[str, NextflowConfig]:
        """The Nextflow configurations that items name and that can be read, by name."""
        named = {item.text(key) for block in BLOCKS for item in self.items(block) for key in _CONFIG_KEYS} - {""}
        return {name: NextflowConfig(text) for name in sorted(named) if (text := text_of(self.root / name)) is not None}

    @cached_property
    def unproven_configs(self) -> dict[str, str]:
        """The texts of the configurations that were edited since they were rendered, and look right, by name.

        Those as rendered are known to Nextflow, which takes seconds to start.
        """
        right = [
            name for name, config in self.configs.items() if not config.fault and not config.calls("includeConfig")
        ]
        return edited_since(self.root, {name: text_of(self.root / name) or "" for name in right})

    def name_of(self, path: Path) -> str:
        """Return how findings call a file of the folder."""
        return path.relative_to(self.root).as_posix()

    def _add_items(self, file: YamlFile) -> None:
        for name, values in file.data.items() if isinstance(file.data, dict) else ():
            block = block_of(name)
            for index, raw in enumerate(values if block and isinstance(values, list) else ()):
                if isinstance(raw, dict):
                    item = Item(file, (name, index), block, raw, self.env, self.rules)
                    self._items.setdefault(block, []).append(item)


def _named(items: list[Item], name: str) -> Item | None:
    return next((item for item in items if name and item.text("name") == name), None)


def text_of(path: Path) -> str | None:
    """Return the text of a file, or None where it cannot be read or is too large."""
    try:
        return path.read_text(encoding="utf-8", errors="replace") if path.stat().st_size <= MAX_BYTES else None
    except (OSError, ValueError):
        return None


def block_of(name: object) -> str:
    """Return the block of seqerakit's that a name stands for, spelt right or not, or an empty text."""
    return nearest(name, [*BLOCKS, *OTHER_BLOCKS], cutoff=0.8)


def _is_seqerakits(file: YamlFile) -> bool:
    """Tell a seqerakit file, good or bad, from other YAML that a user keeps outside the folders of this one."""
    known = isinstance(file.data, dict) and set(file.data) & {*BLOCKS, *OTHER_BLOCKS}
    if not known and _PARAMS.search(file.name):
        return False
    return bool(known) or file.name.partition("/")[0] in FOLDERS


def _params_files(root: Path, file: YamlFile, env: Environment) -> Iterator[Path]:
    """Yield the params files that the items of a seqerakit file name."""
    for block in ("pipelines", "launch"):
        items = file.data.get(block) if isinstance(file.data, dict) else None
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict) and isinstance(name := item.get("params-file"), str) and "\0" not in name:
                yield root / VARIABLE.sub(lambda match: env.values.get(match[1] or match[2], ""), name)


def _files(root: Path) -> Iterator[Path]:
    """Yield the files of a folder but for hidden ones, the program's own, and those of a virtual environment.

    Raises OSError for a folder that may not be entered, as nobody knows what it holds.
    """
    for place, names, files in os.walk(root, onerror=_fail):
        folder = Path(place)
        names[:] = sorted(
            name for name in names if not name.startswith(".") and not os.path.exists(folder / name / "pyvenv.cfg")
        )
        if folder == root:
            names[:] = [name for name in names if name not in _NOT_CHECKED]
        for name in sorted(files):
            path = folder / name
            # A pipe or a device is never read; a link that leads nowhere is reported.
            if not name.startswith(".") and (path.is_file() or not path.exists()):
                yield path


def _fail(error: OSError) -> None:
    raise error


def _read_facts(schemas: Path) -> tuple[Catalog, dict[str, str]]:
    again = "render the folder again, or copy schemas/ from another one"
    try:
        return Catalog(schemas), read_regions(schemas)
    except OSError as error:
        raise UserError(f"{error.filename}: {error.strerror}; {again}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        names = "ec2-instance-types.json, ec2-other-families.json or aws-regions.json"
        raise UserError(f"{schemas}: {names} is damaged: {error}; {again}") from None

"""seqerakit: what it would have tw do for a file (its dry run, filled in without a shell), and running it."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from ..errors import UserError
from ..findings import mask, printable
from ..folder.variables import VARIABLE, Variables
from ..folder.yaml_file import read_plain
from ..output import show_command
from ..process import SECONDS, Program, at_once, run_bounded, start
from ..tools import SEQERAKIT

PARAMS = "PARAMS"  # stands for a params file that seqerakit wrote and that is gone


class PlanError(UserError):
    """seqerakit could not be run, or refuses a file; the message says what to do."""


class Command(NamedTuple):
    """A tw command that seqerakit would run: its words, and the text of its params file, if it has one."""

    words: list[str]
    params: str

    @property
    def resource(self) -> str:
        """What the command is about: compute-envs, pipelines, launch, datasets."""
        return self.words[1]

    @property
    def name(self) -> str:
        return self.option("--name")

    @property
    def url(self) -> str:
        """The address of the repository that a pipeline is added from, or an empty text."""
        return next((word for word in reversed(self.words) if word.startswith("https://")), "")

    def option(self, name: str) -> str:
        """Return the value of an option such as --name, or an empty text."""
        return self.words[self.words.index(name) + 1] if name in self.words[:-1] else ""


Plans = dict[str, list[Command]]  # by file


def how_to_delete(file: str) -> str:
    """Return the command that deletes what a file makes, as one types it."""
    return f". ./env.sh && seqerakit --delete {file}"


class Seqerakit:
    """seqerakit, with the variables of a folder."""

    def __init__(self, env: Variables, root: Path) -> None:
        self.env, self.root = env, root

    def planned(self, file: str) -> list[Command]:
        """Return the tw commands that seqerakit would run for a file. Nothing is sent. Raises PlanError."""
        return self.planned_of([file])[file]

    def planned_of(self, files: Iterable[str]) -> Plans:
        """Return the commands of several files, by file in the files' order; raises PlanError.

        One dry run tells of all files, each block's items in the files' order. Where it refuses them together, or tells
        another number of commands than there are items, each file is asked about by itself.
        """
        names = list(files)
        owners = _owners_of(self.root, names) if len(names) > 1 else {}
        if owners:
            with contextlib.suppress(PlanError):
                plans: Plans = {name: [] for name in names}
                for command in self._dry_run(*names):
                    plans[owners[command.resource].pop(0)].append(command)
                if not any(owners.values()):
                    return plans
        with at_once(os.cpu_count() or 1) as pool:
            return dict(zip(names, pool.map(self._dry_run, names), strict=True))

    def _dry_run(self, *files: str) -> list[Command]:
        with tempfile.TemporaryDirectory() as folder:
            # seqerakit leaves a params file behind for each launch: here it is removed with its folder.
            lines = _dry_run(self.root, {**self.env, "TMPDIR": folder}, files)
            return [_command(line, self.env, " ".join(files), Path(folder)) for line in lines]

    def start(self, *words: str, seconds: float) -> Program:
        """Start seqerakit, ended after these seconds, and show the command; raises PlanError without seqerakit.

        What it prints comes through a pipe of ours, so that a reader who leaves does not end it.
        """
        command = ["seqerakit", *words]
        try:
            program = start(command, {**self.env, "PYTHONUNBUFFERED": "1"}, self.root, seconds)
        except FileNotFoundError:
            raise PlanError(f"seqerakit is not installed; {SEQERAKIT.remedy}") from None
        show_command(command)
        return program


def _owners_of(root: Path, files: Iterable[str]) -> dict[str, list[str]]:
    """Return by block the file of each item, in the order in which a dry run of all files tells of them.

    Nothing where a file does not hold what that takes.
    """
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for file in files:
        try:
            blocks = read_plain((root / file).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        for block, items in blocks.items() if isinstance(blocks, dict) else ():
            owners[str(block)] += [file] * (len(items) if isinstance(items, list) else 0)
    return owners


def _dry_run(root: Path, env: Variables, files: Sequence[str]) -> list[str]:
    file = " ".join(files)
    try:
        ran = run_bounded(["seqerakit", "--dryrun", *files], env, root)
    except FileNotFoundError:
        raise PlanError(f"seqerakit is not installed; {SEQERAKIT.remedy}") from None
    except subprocess.TimeoutExpired:
        raise PlanError(f"seqerakit --dryrun {file} does not end within {SECONDS:.0f} seconds") from None
    if ran.returncode:
        last = printable(mask((ran.stderr.strip().splitlines() or ["?"])[-1]))
        raise PlanError(f"seqerakit refuses {file}; run python3 validate.py ({last})")
    return re.findall(r"^INFO:root:DRYRUN: Running command (.*?)(?=^INFO:|\Z)", ran.stderr, re.M | re.S)


def _command(line: str, env: Variables, file: str, folder: Path) -> Command:
    """Return a line of the dry run as a command; what /bin/sh would run, or expand otherwise, is refused."""
    try:
        words = [_fill_in(word, env, file) for word in shlex.split(line)]
    except ValueError as error:
        raise PlanError(f"{file}: the command cannot be read ({error}); run python3 validate.py") from None
    command = Command(words, "")
    path = command.option("--params-file")
    if Path(path).parent == folder:
        text = Path(path).read_text(encoding="utf-8")
        command = Command([PARAMS if word == path else word for word in words], text)
    return command


def _fill_in(word: str, env: Variables, file: str) -> str:
    # seqerakit quotes all words but those with these characters, which it hands to /bin/sh as they are.
    if re.search(r"[|<>&`]", word) or "$" in VARIABLE.sub("", word):
        raise PlanError(f"{file}: {printable(mask(word))} is shell code, which no step runs; run python3 validate.py")
    return VARIABLE.sub(lambda match: env.get(match[1] or match[2], ""), word)

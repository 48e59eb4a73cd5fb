"""seqerakit: what it would have tw do for a file (its dry run, filled in without a shell), and running it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ..errors import UserError
from ..findings import mask, printable
from ..folder.variables import VARIABLE, Variables
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

    def option(self, name: str) -> str:
        """Return the value of an option such as --name, or an empty text."""
        return self.words[self.words.index(name) + 1] if name in self.words[:-1] else ""


def how_to_delete(file: str) -> str:
    """Return the command that deletes what a file makes, as one types it."""
    return f". ./env.sh && seqerakit --delete {file}"


class Seqerakit:
    """seqerakit, with the variables of a folder."""

    def __init__(self, env: Variables, root: Path) -> None:
        self.env, self.root = env, root

    def planned(self, file: str) -> list[Command]:
        """Return the tw commands that seqerakit would run for a file. Nothing is sent. Raises PlanError."""
        with tempfile.TemporaryDirectory() as folder:
            # seqerakit leaves a params file behind for each launch: here it is removed with its folder.
            lines = _dry_run(self.root, {**self.env, "TMPDIR": folder}, file)
            return [_command(line, self.env, file, Path(folder)) for line in lines]

    def planned_of(self, files: Iterable[str]) -> dict[str, list[Command]]:
        """Return the commands of several files, asked for at once, in the files' order; raises PlanError."""
        names = list(files)
        with at_once(os.cpu_count()) as pool:
            return dict(zip(names, pool.map(self.planned, names), strict=True))

    def start(self, *words: str, seconds: float) -> Program:
        """Start seqerakit, to be ended after so many seconds, and show the command; raises PlanError without seqerakit.

        What it prints comes through a pipe of ours, so that a reader who leaves does not end it.
        """
        command = ["seqerakit", *words]
        try:
            program = start(command, {**self.env, "PYTHONUNBUFFERED": "1"}, self.root, seconds)
        except FileNotFoundError:
            raise PlanError(f"seqerakit is not installed; {SEQERAKIT.remedy}") from None
        show_command(command)
        return program


def _dry_run(root: Path, env: Variables, file: str) -> list[str]:
    try:
        ran = run_bounded(["seqerakit", "--dryrun", file], env, root)
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

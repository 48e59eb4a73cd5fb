"""One folder per account, from one file of answers each, on all cores: what render_accounts.py runs."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from cookiecutter.config import get_config
from cookiecutter.exceptions import CookiecutterException, FailedHookException
from cookiecutter.main import cookiecutter
from rich.console import Console
from rich.progress import track

from ..findings import count_of, mask, printable
from ..folder.edited import unmerged
from ..output import warn
from ..unexpected import UNEXPECTED, keep_log
from .answers import complete, find_problems
from .finish import diff_commands, finish
from .neighbours import Names, names_in, names_of, prefix_from
from .questions import ROOT
from .record import read_record
from .session import current_run
from .staging import stage
from .supplied import find_misspelt, read_written
from .unchanged import is_unchanged
from .workers import Workers


@dataclass(frozen=True, eq=False)
class Account:
    """A file of answers, the folder that is rendered from it, the answers in it and those that come of them."""

    file: Path
    folder: Path
    answered: Mapping[str, object]
    answers: Mapping[str, str]


class Outcome(NamedTuple):
    """What became of one account: rendered, unchanged or refused, its folder, and what is to be said of it."""

    file: Path
    state: str
    folder: str
    said: str
    waiting: int = 0  # edited versions that lie beside what is live


@contextlib.contextmanager
def quiet() -> Iterator[Path]:
    """Send what this process and the hooks say to a file in a new directory, which is the current one meanwhile."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as name:
        said = Path(name, "said")
        kept = [os.dup(stream) for stream in (1, 2)]
        with said.open("w") as file:
            for stream in (1, 2):
                os.dup2(file.fileno(), stream)
            os.chdir(name)
            try:
                yield said
            finally:
                os.chdir(before)
                sys.stdout.flush()
                for copy, stream in zip(kept, (1, 2), strict=True):
                    os.dup2(copy, stream)
                    os.close(copy)


def answers_of(file: Path) -> dict[str, object]:
    """Return the answers a file gives; raises ValueError with what is wrong with it."""
    try:
        config = get_config(file)
        written = read_written(file, config)
    except (CookiecutterException, OSError) as error:
        raise ValueError(str(error)) from None
    answers = config["default_context"]
    if not isinstance(answers, dict) or not answers:
        raise ValueError("holds no answers: it needs default_context: with question: answer lines below it")
    if slips := find_misspelt(config, {}, written):
        raise ValueError("\n".join(map(str, slips)))
    return answers


def read_accounts(files: list[Path], output: Path) -> tuple[list[Account], list[Outcome]]:
    """Return what can be rendered, and what cannot: refused answers, or a folder or names that another account has."""
    accounts: dict[Path, Account] = {}
    taken = names_in(output)
    refused = []
    for file in files:
        try:
            answered = answers_of(file)
            answers = complete(answered)
            if problems := find_problems(answers):
                raise ValueError("\n".join(map(str, problems)))
            folder, names = output / answers["project_slug"], names_of(answers)
            owner = taken.get(names, folder.name)
            if owner != folder.name or (names in taken and folder in accounts):
                raise ValueError(_shared_prefix(file, names, owner))
            if other := accounts.get(folder):
                reason = f"is the folder of {other.file}, too; give one of them another, e.g. {folder.name}-2"
                raise ValueError(f"project_slug: {folder.name!r} {reason}")
            if os.path.lexists(folder) and not folder.is_dir():
                reason = f"is a file in {output}; move it, or choose another name, e.g. {folder.name}-2"
                raise ValueError(f"project_slug: {folder.name!r} {reason}")
            accounts[folder], taken[names] = Account(file, folder, answered, answers), folder.name
        except ValueError as error:
            refused.append(Outcome(file, "refused", "", str(error)))
        except Exception as error:  # whatever one file is, the others go on
            what = "is nested too deeply" if isinstance(error, RecursionError) else f"{type(error).__name__}: {error}"
            refused.append(Outcome(file, "refused", "", f"it cannot be read: {what}"))
    return list(accounts.values()), refused


def _shared_prefix(file: Path, names: Names, owner: str) -> str:
    return (
        f"compute_env_prefix: {names.prefix!r} is that of the folder {owner}, too, in the same workspace "
        f"{names.organization}/{names.workspace}; give one of them another, e.g. {prefix_from(file.stem)}"
    )


def render(account: Account) -> Outcome:
    """Render one account's folder over what is there."""
    file, folder = account.file, account.folder
    start = Path.cwd()
    with quiet() as said:
        try:
            if is_unchanged(folder, account.answers):
                return Outcome(file, "unchanged", str(folder), "")
            before = state_of(folder)
            _generate(account, said.parent)
            state = "unchanged" if before and before == state_of(folder) else "rendered"
            waiting = unmerged(folder)
            said_of_edits = ["Your edits wait; take over what you need:", *diff_commands(folder, waiting, start)]
            return Outcome(file, state, str(folder), "\n".join(said_of_edits if waiting else []), len(waiting))
        except Exception as error:  # whatever one file is, the others go on
            return Outcome(file, "refused", "", f"{said.read_text()}\n{error}")


def _generate(account: Account, replays: Path) -> None:
    """Have cookiecutter render a folder by its Python API, with a replay file of its own.

    What the hooks do is done here, without a process for each. Of a new folder that does not pass its own check nothing
    is left, as after a failed hook. Raises CookiecutterException and OSError.
    """
    folder = account.folder
    is_new = not folder.exists()
    answers = {**account.answers, "_output_dir": str(folder.parent)}
    config = {"default_context": account.answered, "replay_dir": str(replays)}
    try:
        stage(answers)
        cookiecutter(
            str(ROOT),
            no_input=True,
            overwrite_if_exists=True,
            output_dir=answers["_output_dir"],
            default_config=config,
            accept_hooks=False,
        )
        finished = finish(current_run(), answers)
        if not finished["passed"]:
            raise FailedHookException(finished["found"])
    except CookiecutterException:
        if is_new:
            shutil.rmtree(folder)
        raise


def state_of(folder: Path) -> dict[str, bytes]:
    """Return the rendered files of a folder with their bytes, by its record; empty where there is none."""
    return {name: (folder / name).read_bytes() for name in read_record(folder).files if (folder / name).is_file()}


def main(arguments: list[str] | None = None) -> int:
    """Render the accounts named in the arguments (the command line's) and return the exit code.

    0: every folder is rendered or unchanged; 1: an account was refused; 2: nothing could run; 3: an unexpected error,
    kept in a log; 128 and its number: a signal stopped it, 130 for Ctrl-C.
    """
    parser = argparse.ArgumentParser(prog="render_accounts.py", description="Render one folder per account.")
    parser.add_argument("files", nargs="+", type=Path, help="one file of answers per account, e.g. accounts/*.yml")
    parser.add_argument("-o", "--output-dir", type=Path, default=Path(), help="where the folders go (default: here)")
    options = parser.parse_args(arguments)
    output = options.output_dir.resolve()
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        print(f"render_accounts.py: {output}: {error.strerror}; choose another --output-dir", file=sys.stderr)
        return 2
    try:
        return render_all(sorted({file.resolve() for file in options.files}), output)
    except Exception as error:
        warn(f"render_accounts.py: {keep_log(error)}")
        return UNEXPECTED


def render_all(files: list[Path], output: Path) -> int:
    """Render all accounts, print what became of each, and return the exit code."""
    console = Console(highlight=False, soft_wrap=True)
    counts = {"rendered": 0, "unchanged": 0, "refused": 0}
    waiting = 0
    accounts, refused = read_accounts(files, output)
    workers = Workers(render, accounts)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, workers.stop)
    killed = "the process that rendered it was killed; run it again"
    finished = (outcome or Outcome(account.file, "refused", "", killed) for account, outcome in workers)
    progress = track(finished, "Rendering", total=len(accounts), console=console, disable=not console.is_terminal)
    for outcome in chain(refused, progress):
        counts[outcome.state] += 1
        waiting += outcome.waiting
        lines = [f"{outcome.state:9}  {outcome.file.name}  {outcome.folder}"]
        lines += [f"           {line.strip()}" for line in outcome.said.splitlines() if line.strip()]
        for line in lines:
            console.print(printable(mask(line)).replace("\n", " "), markup=False)
    console.print(", ".join(f"{number} {state}" for state, number in counts.items()))
    if waiting:
        console.print(
            f"{count_of(waiting, 'edited version')} to take over and remove; until then, no step changes the workspace."
        )
    if workers.stopped_by:
        left = f"{len(workers.waiting)} of {len(files)} not begun"
        print(f"Stopped: {left}. Run it again: what is rendered is left as it is.", file=sys.stderr)
        return 128 + workers.stopped_by
    return 1 if counts["refused"] else 0

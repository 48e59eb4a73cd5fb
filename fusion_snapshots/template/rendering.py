"""Rendering one account's folder in this process, in silence: cookiecutter's Python API, and what its hooks do."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cookiecutter.exceptions import CookiecutterException, FailedHookException
from cookiecutter.main import cookiecutter

from ..folder.edited import unmerged
from .account_files import Account, Outcome
from .finish import diff_commands, finish
from .questions import ROOT
from .record import read_record
from .session import current_run
from .staging import stage


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


def render(account: Account) -> Outcome:
    """Render one account's folder over what is there."""
    file, folder = account.file, account.folder
    start = Path.cwd()
    with quiet() as said:
        try:
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

"""One file of answers per account: which of them can be rendered, each into a folder of its own, and which cannot."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cookiecutter.config import get_config
from cookiecutter.exceptions import CookiecutterException

from .answers import complete, find_problems
from .neighbours import Names, names_in, names_of, prefix_from
from .supplied import find_misspelt, read_written


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

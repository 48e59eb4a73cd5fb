"""The end of a rendering: the files land, the folder is checked, and its user reads what came of it and is next."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import UserError
from ..findings import text_of
from ..folder.edited import live_name
from ..tools import TOKEN_COMMAND
from ..validate import check_folder, summary
from .compiled import COMPILED
from .edits import Files, Landed, land
from .landing import folder_of
from .questions import placeholders
from .saved_answers import is_saved
from .session import Run
from .unchanged import digest_of


def finish(run: Run, answers: Mapping[str, Any]) -> dict[str, object]:
    """Complete a rendered folder, check it, and return what the post-gen hook has to print, and where.

    passed tells whether the folder is as it should be; said is what became of it and the way on; found are the errors
    that its check found. What is wrong with their own edits, its user learns, and finds the folder rendered all the
    same.

    This runs in cookiecutter's own process, which has loaded what the check needs, while the source of the post-gen
    hook is rendered: the hook, a process of its own, only prints. Raises OSError.
    """
    folder = folder_of(answers)
    if folder is None:  # an answer quotes the hook
        return {}
    COMPILED.keep()
    skips = bool(run.params.get("skip_if_file_exists"))
    errors: list[str] = []
    total: list[str] = []

    def digest(landed: Landed, files: Files) -> str:
        errors[:], total[:] = _check(folder)
        return "" if skips or (errors and not landed.kept) else digest_of(answers, files)

    landed = land(folder, skips=skips, digest=digest)
    passed = not errors or bool(landed.kept)
    if errors:
        errors += ["Fix these among your edits." if passed else "The rendered folder does not pass its own check."]
    said = [
        *_tell_of_edits(landed, folder, run.started_in),
        *total,
        *([_next_steps(run, answers, folder)] if passed else []),
    ]
    return {"passed": passed, "said": "\n".join(said), "found": "".join(f"{line}\n" for line in errors)}


def _check(folder: Path) -> tuple[list[str], list[str]]:
    """Return what the folder's check found wrong, and what it comes to if that is nothing, in lines."""
    try:
        checked = check_folder(folder)
    except UserError as error:  # no bash, say
        return [str(error)], []
    if checked.fails():
        return [text_of(finding) for finding in checked.findings if finding.severity == "error"], []
    count = len(checked.findings)
    hint = f" make validate shows {'them' if count > 1 else 'it'}." if count else ""
    return [], [summary(checked, folder) + hint]


def _tell_of_edits(landed: Landed, folder: Path, start: Path) -> Iterator[str]:
    """Yield what became of what the user had done to the folder, in lines."""
    for said, names in (
        ("Rendering kept your edits in", landed.kept),
        ("Missing files are back", landed.returned),
        ("No longer part of the template, and removed", landed.removed),
    ):
        if names:
            yield f"{said}: {', '.join(names)}\n"
    if landed.left:
        yield f"No longer part of the template: {', '.join(landed.left)}. Remove what you do not need.\n"
    if landed.waiting:
        yield "You had edited these files; your versions are kept beside the new ones:\n"
        yield from (f"  {command}" for command in diff_commands(folder, landed.waiting, start))
        yield "\nTake over what you need and remove your versions. Until then, no step changes the workspace.\n"


def _next_steps(run: Run, answers: Mapping[str, str], folder: Path) -> str:
    """Return what is next: answers that are still missing, and the commands up to the first step."""
    place = _shortest(folder, run.started_in)
    lines = [""]
    if held := placeholders(answers):
        lines += [f"Still placeholders: {', '.join(held)}. To answer them:", ""]
        lines += [f"  {run.command(Path(place, 'answers.yml'), over=True, asks=True)}", ""]
    lines += [f"{folder.name} is ready. Next:", ""]
    lines += [f"  cd {shlex.quote(place)}"] if folder != run.started_in else []
    lines += ["  make setup", f"  {TOKEN_COMMAND}   # paste the token", "  make preflight"]
    lines += ["", "Its README.md is the runbook for all that follows."]
    if run.config_file and is_saved(run.config_file):
        kept = _shortest(run.config_file, run.started_in)
        lines.append(f"{kept} may go: its answers are in {place}/answers.yml.")
    return "\n".join(lines)


def diff_commands(folder: Path, versions: Sequence[str], start: Path) -> list[str]:
    """Return, for each edited version that waits in a folder, the command that compares it, from where one stands."""
    commands = []
    for version in versions:
        live = os.path.join(os.path.dirname(version), live_name(os.path.basename(version)))
        compare = "diff -ru" if (folder / live).is_dir() else "diff -u"
        places = (shlex.quote(_shortest(folder / name, start)) for name in (version, live))
        commands.append(" ".join([compare, *places]))
    return commands


def _shortest(path: Path, start: Path) -> str:
    """Return a path as one types it: from where cookiecutter was started, or from the root if that is shorter."""
    return min(os.path.relpath(path, start), str(path), key=len)

"""The rendered folder's share of this repository, the program and the schemas, and the folder's check."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import UserError
from ..findings import text_of
from ..validate import check_folder
from .last_words import next_steps, verdict
from .questions import ROOT
from .run import Run

_STAY = ("template", "__pycache__")  # parts of the package that no folder needs
_ANSWERS = ("answers.schema.json", "README.md")  # of the schemas: no folder asks questions or follows a newer tw


def copied_files() -> dict[str, Path]:
    """Return what is copied into each rendered folder: paths from its root, with the files here."""
    package = ROOT / "fusion_snapshots"
    schemas = (path for path in (ROOT / "schemas").iterdir() if path.is_file() and path.name not in _ANSWERS)
    modules = (path for path in package.rglob("*.py") if not set(_STAY) & set(path.relative_to(package).parts))
    return {path.relative_to(ROOT).as_posix(): path for path in sorted((*schemas, *modules))}


def complete_folder(folder: Path) -> None:
    """Copy the program and the schemas into a rendered folder; raises OSError."""
    for name, path in copied_files().items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def finish(run: Run, answers: Mapping[str, Any]) -> dict[str, object]:
    """Complete a rendered folder, check it, and return what the post-gen hook has to print.

    passed tells whether the folder is as it should be; said is what the check found if not, and the way on if so.

    This runs in cookiecutter's own process, which has loaded what the check needs, while the source of the post-gen
    hook is rendered: the hook, a process of its own, only prints.
    """
    if "_output_dir" not in answers:  # no folder is being rendered: an answer quotes the hook
        return {}
    folder = Path(answers["_output_dir"], answers["project_slug"])
    complete_folder(folder)
    try:
        checked = check_folder(folder)
    except UserError as error:  # no bash, say
        return {"passed": False, "said": str(error)}
    if checked.fails():
        found = [text_of(finding) for finding in checked.findings if finding.severity == "error"]
        return {"passed": False, "said": "\n".join([*found, "The rendered folder does not pass its own check."])}
    return {"passed": True, "said": f"{verdict(checked, folder)}\n{next_steps(run, answers, folder)}"}

"""The rendered folder's share of this repository, the program and the schemas, and the folder's check."""

from __future__ import annotations

import contextlib
import io
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import UserError
from ..validate import check_folder as check
from ..validate import show, summary
from .questions import ROOT

_STAY = ("template", "__pycache__")  # parts of the package that no folder needs
_ANSWERS = ("answers.schema.json", "README.md")  # of the schemas: no folder asks questions or follows a newer tw


def copied_files() -> dict[str, Path]:
    """Return what is copied into each rendered folder: paths from its root, with the files here."""
    package = ROOT / "fusion_snapshots"
    schemas = (path for path in (ROOT / "schemas").iterdir() if path.is_file() and path.name not in _ANSWERS)
    modules = (path for path in package.rglob("*") if not set(_STAY) & set(path.relative_to(package).parts))
    files = sorted(path for path in (*schemas, *modules) if path.is_file())
    return {path.relative_to(ROOT).as_posix(): path for path in files}


def complete_folder(folder: Path) -> None:
    """Copy the program and the schemas into a rendered folder; raises OSError."""
    for name, path in copied_files().items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def check_folder(answers: Mapping[str, Any]) -> dict[str, object]:
    """Complete a rendered folder and check it; return what the check said, and whether there is more than its total.

    This runs in cookiecutter's own process, which has loaded what the check needs, while the source of the post-gen
    hook is rendered: the hook, a process of its own, then only prints what was found.
    """
    if "_output_dir" not in answers:  # no folder is being rendered: an answer quotes the hook
        return {}
    folder = Path(answers["_output_dir"], answers["project_slug"])
    complete_folder(folder)
    try:
        checked = check(folder)
    except UserError as error:  # no bash, say
        return {"fails": True, "said": f"{error}\n", "total": "", "more": False}
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        show(checked, folder)
    more = bool(checked.count("warning") + checked.count("note"))
    return {"fails": checked.fails(), "said": said.getvalue(), "total": summary(checked, folder), "more": more}

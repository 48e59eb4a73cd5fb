"""Where cookiecutter writes: not over a user's files, but into a folder beside them, from which each file lands whole.

cookiecutter opens the file it renders and writes into it. A file that somebody has just saved would be gone, and a
stopped run would leave half of one. So all that it writes goes through .rendering-<process>/ in the rendered folder.
Only the hooks make that folder: without them cookiecutter writes as it always does.
"""

from __future__ import annotations

import atexit
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment
from jinja2.ext import Extension

from .aside import set_aside
from .landing import PROGRAM, SCHEMAS, folder_of
from .questions import ROOT

TEMPLATE = ROOT / "<<cookiecutter.project_slug>>"
PREFIX = ".rendering-"


def staging_of(folder: Path) -> Path:
    """Return the folder into which this process renders what is to land in a folder."""
    return folder / f"{PREFIX}{os.getpid()}"


def stage(answers: Mapping[str, object]) -> str:
    """Make the folder to render into, and move aside links and files that lie where the template has folders.

    Returns nothing to render: the template of the pre-gen hook calls it. Raises OSError.
    """
    folder = folder_of(answers)
    if folder is None:  # an answer quotes the hook
        return ""
    for left in folder.glob(f"{PREFIX}*"):
        if left == staging_of(folder) or not _is_running(left.name.removeprefix(PREFIX)):
            shutil.rmtree(left)
    atexit.register(shutil.rmtree, staging_of(folder), ignore_errors=True)
    for part in (path.relative_to(TEMPLATE) for path in TEMPLATE.rglob("*") if path.is_dir()):
        _clear(folder / part)
        (staging_of(folder) / part).mkdir(parents=True)
    for copied in (PROGRAM, SCHEMAS):
        _clear(folder / copied)
    return ""


def _is_running(process: str) -> bool:
    """Tell whether a process of this number runs; what is no number is nobody's to clear away."""
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, ValueError, OverflowError):
        pass
    return True


def _clear(part: Path) -> None:
    """Move aside what lies in a folder's place: through a link, files would land elsewhere."""
    if os.path.lexists(part) and (part.is_symlink() or not part.is_dir()):
        set_aside(part)


def place(answers: Mapping[str, object]) -> str:
    """Return where in the rendered folder cookiecutter writes: the folder to render into, if there is one, and a /."""
    folder = folder_of(answers)
    return f"{staging_of(folder).name}/" if folder and staging_of(folder).is_dir() else ""


class StagingExtension(Extension):
    """Has cookiecutter render each file of the template into the folder that is there for it."""

    priority = 200  # after the extension that lets no other text be a template
    _names = frozenset(path.relative_to(TEMPLATE).as_posix() for path in TEMPLATE.rglob("*") if path.is_file())

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        if "check" not in environment.filters:
            raise ImportError(
                "the extension that checks the answers is missing: the replayed run is not this template's"
            )
        environment.filters.update(stage=stage, place=place)

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return a template's source; the name of a file, which has none itself, gets its new place before it."""
        return f"<< cookiecutter | place >>{source}" if name is None and source in self._names else source

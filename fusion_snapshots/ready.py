"""What must hold before a step: its folder is checked, and all that is missing is said at once."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .benchmark import Benchmark
from .errors import UserError
from .folder.edited import unmerged
from .folder.layout import PLACEHOLDER
from .folder.variables import read_variables
from .tools import SEQERAKIT, TOKEN_REMEDY, TW
from .validate import check_folder, show_once


def prepare(*, changes: bool = False, sends: bool = True, shows: bool = True, nextflow: bool = False) -> Benchmark:
    """Return the folder of the step, once its files are checked and what the step needs is there.

    changes: the step makes, launches or deletes something; sends: it needs tw and a token; shows: it says that all is
    well; nextflow: Nextflow, where it is installed, reads the edited configurations, too. Raises UserError.
    """
    root = Path.cwd()
    checked = check_folder(root, nextflow=nextflow)
    if shows or checked.fails():
        show_once(checked, root)
    env = {} if checked.count("error") else read_variables(root)
    if env and checked.unknown:
        checked = check_folder(root, known=env)
        if checked.count("error"):
            show_once(checked, root)
    if checked.count("error"):
        raise UserError("the files of this folder have errors. Fix them first", 1)
    benchmark = Benchmark(root, env)
    if sends:
        require_ready(benchmark, [name for name in env if env[name] != os.environ.get(name)], changes=changes)
    return benchmark


def require_ready(benchmark: Benchmark, names: list[str], *, changes: bool) -> None:
    """Raise UserError where a program, the token or an answer is missing; changes also asks for a merged folder.

    names are the variables that env.sh sets.
    """
    env = benchmark.env
    troubles = [
        f"{tool.command} is not installed; {tool.remedy}"
        for tool in (SEQERAKIT, TW)
        if not shutil.which(tool.command, path=env.get("PATH"))
    ]
    if not env.get("TOWER_ACCESS_TOKEN"):
        troubles.append(f"TOWER_ACCESS_TOKEN is not set; {TOKEN_REMEDY}")
    held = [f"{name}={env[name]}" for name in names if PLACEHOLDER in env.get(name, "")]
    if held:
        troubles.append(f"env.sh still holds placeholders; give them their values: {', '.join(held)}")
    if changes and (waiting := unmerged(benchmark.root)):
        troubles.append(
            f"your edits wait in {', '.join(waiting)}; take over what you need, and remove or rename these files"
        )
    if troubles:
        raise UserError("\n  ".join(["this step cannot run yet:", *troubles]) if len(troubles) > 1 else troubles[0])

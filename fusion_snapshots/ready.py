"""What must hold before a step talks to the Platform: all that is missing is said at once."""

from __future__ import annotations

import shutil

from .benchmark import Benchmark
from .errors import UserError
from .folder.edited import unmerged
from .folder.layout import PLACEHOLDER
from .tools import SEQERAKIT, TOKEN_REMEDY, TW


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

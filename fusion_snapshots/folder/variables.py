"""The variables of env.sh for the steps: bash runs it once, bounded in time, memory and what it writes."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ..errors import UserError
from ..findings import shorten
from ..process import run_bounded
from .layout import SCHEMAS

Variables = dict[str, str]
VARIABLE = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))")  # as a file names one

SECONDS = 10.0  # env.sh sets variables; it has no reason to take longer
MOST_KIBIBYTES = 1_000_000  # of memory for bash; it needs a few thousand
_NO_BASH = "bash is not installed; env.sh and seqerakit's commands need it"
_MARK = "\x1evariables\x1e"


class Sourced(NamedTuple):
    """What became of env.sh: the variables then exported (None where bash stopped), and what bash said."""

    values: Variables | None
    errors: str


def source(root: Path, env: Mapping[str, str], seconds: float = SECONDS) -> Sourced:
    """Run a folder's env.sh in bash, under set -eu, on top of the given variables.

    Raises UserError without bash and subprocess.TimeoutExpired where it does not end.
    """
    # What env.sh did to IFS, or traps, must not change how its variables are read.
    listing = "IFS=$' \\t\\n'; "
    listing += 'for name in $(compgen -e); do printf "%s=%s\\0" "$name" "${!name}"; done'
    # No command of env.sh may write more than 1 MiB.
    limits = f"ulimit -f 1024; ulimit -v {MOST_KIBIBYTES} 2>/dev/null || true; set -eu"
    script = f'{limits}; . ./env.sh; trap - DEBUG; printf "\\036variables\\036"; {listing}'
    try:
        ran = run_bounded(["bash", "--noprofile", "--norc", "-c", script], env, root, seconds)
    except FileNotFoundError:
        raise UserError(_NO_BASH) from None
    _, found, values = ran.stdout.partition(_MARK)
    pairs = dict(pair.split("=", 1) for pair in values.split("\0") if "=" in pair)
    return Sourced(pairs if found else None, ran.stderr.strip())


def refusal_of(script: Path) -> str:
    """Return what bash has against the form of a script, of which it runs nothing (bash -n), or an empty text.

    Raises UserError without bash.
    """
    command = ["bash", "--noprofile", "--norc", "-n", str(script.resolve())]
    try:
        # Not in the script's folder, where PATH may lead to another bash.
        ran = run_bounded(command, {"PATH": os.environ.get("PATH", os.defpath)}, Path("/"), SECONDS)
    except FileNotFoundError:
        raise UserError(_NO_BASH) from None
    except subprocess.TimeoutExpired as error:
        return str(error)
    return ran.stderr.strip() if ran.returncode else ""


def read_variables(root: Path) -> Variables:
    """Return this process's variables with those of a folder's env.sh.

    Raises UserError where there is no env.sh, bash cannot run it, or it lacks a variable that every step needs.
    """
    if not (root / "env.sh").is_file():
        raise UserError(f"{root} holds no env.sh; run this in a rendered folder")
    check = "run python3 validate.py"
    try:
        sourced = source(root, os.environ)
    except subprocess.TimeoutExpired:
        raise UserError(f"env.sh does not end within {SECONDS:.0f} seconds; {check}") from None
    if sourced.values is None:
        raise UserError(f"env.sh: bash stops in it; {check} (bash says: {shorten(sourced.errors[-200:])})")
    schema = json.loads((SCHEMAS / "env.schema.json").read_text(encoding="utf-8"))
    if missing := [name for name in schema["required"] if not sourced.values.get(name)]:
        raise UserError(f"env.sh does not export {', '.join(missing)}; {check}")
    return {**os.environ, **sourced.values}

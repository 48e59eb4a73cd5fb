"""What is said of the error that ends a step; the traceback of one that nobody foresaw is kept in a log."""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
import traceback

from . import VERSION
from .errors import UserError
from .findings import mask
from .tools import describe_missing

UNEXPECTED = 3  # the exit code
_ISSUES = "https://github.com/org/fusion-snapshots/issues"


def explain(error: Exception) -> tuple[str, int]:
    """Return what to say of the error that ends a step, and the exit code."""
    if isinstance(error, UserError):
        return str(error), error.code
    if isinstance(error, ModuleNotFoundError) and str(error.name).partition(".")[0] != __package__:
        return describe_missing(error), 2
    if isinstance(error, OSError):
        return _reason(error), 2
    return keep_log(error), UNEXPECTED


def _reason(error: OSError) -> str:
    """Return the file that an error of the operating system is about, where it names one, and the reason."""
    name = error.filename2 or error.filename
    reason = error.strerror or str(error)
    return f"{os.fsdecode(name)}: {reason}" if isinstance(name, (str, bytes, os.PathLike)) else reason


def keep_log(error: BaseException) -> str:
    """Write an error's traceback, secrets masked, to a file of its own among the temporary ones; return what to say."""
    version = ".".join(map(str, sys.version_info[:3]))
    lines = [f"fusion-snapshots {VERSION}, Python {version}, {sys.platform}", f"$ {shlex.join(sys.argv)}", ""]
    text = mask("\n".join(lines) + "\n" + "".join(traceback.format_exception(error)))
    what = f"unexpected error: {' '.join(traceback.format_exception_only(error)[-1].split())}"
    try:
        descriptor, name = tempfile.mkstemp(prefix="fusion-snapshots-", suffix=".log")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as log:
            log.write(text)
    except OSError as full:
        print(text, file=sys.stderr)
        return f"{what}. No log could be kept ({full.strerror}); report what stands above: {_ISSUES}"
    return f"{what}. The log is {name}; read it for what is not to be told, then report it: {_ISSUES}"

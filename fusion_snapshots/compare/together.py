"""Running several programs side by side, so that Ctrl-C ends them all at once."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple, TypeVar

from ..process import MOST_BYTES

AT_ONCE = 4  # each tw is a JVM of its own
_LOOK_SECONDS = 0.05

K = TypeVar("K")


class _Started(NamedTuple):
    process: subprocess.Popen[bytes]
    output: IO[bytes]
    errors: IO[bytes]
    ends: float


def run_together(
    commands: Mapping[K, Sequence[str]], env: Mapping[str, str], folder: Path, seconds: float
) -> Generator[tuple[K, subprocess.CompletedProcess[str] | None], None, None]:
    """Run programs, AT_ONCE at a time, and yield what each said as it ends; None for one that took too long.

    seconds is the limit of each. Raises FileNotFoundError where there is no such program. Closing the iterator ends
    what is under way.
    """
    waiting = list(commands)
    going: dict[K, _Started] = {}
    try:
        while waiting or going:
            while waiting and len(going) < AT_ONCE:
                key = waiting.pop(0)
                going[key] = _start(commands[key], env, folder, seconds)
            for key, started in list(going.items()):
                late = time.monotonic() > started.ends
                if late or started.process.poll() is not None:
                    del going[key]
                    said = _end(started)
                    yield key, None if late else said
            time.sleep(_LOOK_SECONDS if going else 0)
    finally:
        for started in going.values():
            _end(started)


def _start(command: Sequence[str], env: Mapping[str, str], folder: Path, seconds: float) -> _Started:
    output, errors = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115 - _end closes them
    try:
        process = subprocess.Popen(
            command,
            env=dict(env),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,
        )
    except OSError as error:
        output.close()
        errors.close()
        raise FileNotFoundError(error.errno, error.strerror, command[0]) from error
    return _Started(process, output, errors, time.monotonic() + seconds)


def _end(started: _Started) -> subprocess.CompletedProcess[str]:
    """End a program and whatever it started; return what it said."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(started.process.pid, signal.SIGKILL)
    code = started.process.wait()
    texts = []
    for file in (started.output, started.errors):
        with file:
            file.seek(0)
            texts.append(file.read(MOST_BYTES).decode(errors="replace"))
    return subprocess.CompletedProcess(started.process.args, code, *texts)

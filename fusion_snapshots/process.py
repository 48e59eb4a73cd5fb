"""Running other programs, bounded in time and in what they may say."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import TypeVar

MOST_BYTES = 50_000_000  # of what a program says, more is not read
SECONDS = 30.0  # a program that has not ended by then hangs

K = TypeVar("K")

_UNDER_WAY: set[subprocess.Popen[bytes]] = set()  # what Ctrl-C has to end, as it reaches only this process
_STOPPING = threading.Event()  # what starts meanwhile ends itself


def run_bounded(
    command: Sequence[str], env: Mapping[str, str], folder: Path, seconds: float = SECONDS
) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder for at most so many seconds, end whatever it started, and return what it said.

    Raises FileNotFoundError where there is no such program, subprocess.TimeoutExpired where it does not end.
    """
    # Files and not pipes, as a pipe stays open for as long as anything that was started in the background.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                command,
                env=dict(env),
                cwd=folder,
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
            )
        except OSError as error:  # not there, not executable, or made for another machine
            raise FileNotFoundError(error.errno, error.strerror, command[0]) from error
        _UNDER_WAY.add(process)
        if _STOPPING.is_set():
            _end_group(process)
        try:
            ended = _wait(process, seconds)
        finally:
            _end_group(process)
            _UNDER_WAY.discard(process)
        if not ended:
            raise subprocess.TimeoutExpired(command, seconds)
        texts = []
        for file in (output, errors):
            file.seek(0)
            texts.append(file.read(MOST_BYTES).decode(errors="replace"))
        return subprocess.CompletedProcess(command, process.returncode, *texts)


def _wait(process: subprocess.Popen[bytes], seconds: float) -> bool:
    # By a timer, as Popen.wait(timeout) looks only every 50 ms whether a program has ended.
    overdue = threading.Event()

    def end() -> None:
        overdue.set()
        _end_group(process)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        process.wait()
    finally:
        timer.cancel()
    return not overdue.is_set()


def _end_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a group that ended
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def at_once(most: int | None = None) -> Iterator[ThreadPoolExecutor]:
    """Yield threads for programs that run side by side, so many at most; Ctrl-C ends these programs first."""
    try:
        with ThreadPoolExecutor(max_workers=most) as pool:
            try:
                yield pool
            except (KeyboardInterrupt, GeneratorExit):
                _STOPPING.set()
                pool.shutdown(wait=False, cancel_futures=True)
                for process in list(_UNDER_WAY):
                    _end_group(process)
                raise
    finally:
        _STOPPING.clear()


def run_all(
    commands: Mapping[K, Sequence[str]], env: Mapping[str, str], folder: Path, seconds: float, most: int = 4
) -> Generator[tuple[K, subprocess.CompletedProcess[str] | None], None, None]:
    """Run programs, `most` at a time, and yield each as it ends; None for one that took longer than `seconds`."""
    with at_once(most) as pool:
        futures = {pool.submit(run_bounded, words, env, folder, seconds): key for key, words in commands.items()}
        for future in as_completed(futures):
            try:
                yield futures[future], future.result()
            except subprocess.TimeoutExpired:
                yield futures[future], None

"""Running other programs, bounded in time and in what they may say. Nothing else in this package starts one.

Each runs in a process group of its own, which Ctrl-C in a terminal does not reach, and ends with all that it started:
in time, when the block that runs it is left, whatever the reason, and at the latest with this process.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar

if TYPE_CHECKING:  # loaded where it is used, as it takes a tenth of a check's time, which has no use for it
    from concurrent.futures import ThreadPoolExecutor

MOST_BYTES = 50_000_000  # of what a program says, more is not read
SECONDS = 30.0  # a program that has not ended by then hangs
AT_ONCE = 32  # programs that run side by side at most: they wait for other machines, not for this one's processors

K = TypeVar("K")


class _Scope:
    """The programs of a block, ended together; what is started there afterwards ends at once."""

    def __init__(self) -> None:
        self._programs: set[Program] = set()
        self.ending = False

    def add(self, program: Program) -> None:
        self._programs.add(program)
        if self.ending:
            program.stop(signal.SIGKILL)

    def discard(self, program: Program) -> None:
        self._programs.discard(program)

    def end(self) -> None:
        self.ending = True
        for program in list(self._programs):
            program.stop(signal.SIGKILL)


_WHOLE_PROCESS = _Scope()
# Of the block that a thread works for and of those around it: a program belongs to each.
_SCOPES: ContextVar[tuple[_Scope, ...]] = ContextVar("_SCOPES", default=(_WHOLE_PROCESS,))
atexit.register(_WHOLE_PROCESS.end)


class Program:
    """A program under way: its lines as they come, then its exit code. Leaving its block ends it."""

    def __init__(
        self,
        command: Sequence[str],
        env: Mapping[str, str],
        folder: Path,
        seconds: float,
        output: int | IO[bytes],
        errors: int | IO[bytes],
    ) -> None:
        """Start it as start does."""
        self.command, self.overdue = list(command), False
        try:
            self._process = subprocess.Popen(  # noqa: TID251 - here alone
                self.command,
                env=dict(env),
                cwd=folder,
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:  # not there, not executable, or made for another machine
            raise FileNotFoundError(error.errno, error.strerror, command[0]) from error
        self._scopes = _SCOPES.get()
        for scope in self._scopes:
            scope.add(self)
        # A timer, as Popen.wait(timeout) looks only every 50 ms whether a program has ended.
        self._timer = threading.Timer(seconds, self._end_late)
        self._timer.daemon = True
        self._timer.start()

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop(signal.SIGKILL)
        self._process.wait()
        self._timer.cancel()
        for scope in self._scopes:
            scope.discard(self)

    def lines(self) -> Iterator[str]:
        """Yield what it prints, line by line, until it ends."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            yield line.rstrip("\n")

    def wait(self) -> int:
        """Return its exit code once it has ended."""
        return self._process.wait()

    def stop(self, number: int = signal.SIGINT) -> None:
        """Send it, and all that it started, a signal: by default the one of Ctrl-C."""
        with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a group that ended
            os.killpg(self._process.pid, number)

    def _end_late(self) -> None:
        self.overdue = True
        self.stop(signal.SIGKILL)


def start(
    command: Sequence[str],
    env: Mapping[str, str],
    folder: Path,
    seconds: float,
    output: int | IO[bytes] = subprocess.PIPE,
    errors: int | IO[bytes] = subprocess.STDOUT,
) -> Program:
    """Start a program in a folder, to be ended after `seconds`; use it in a with block.

    By default its lines, errors among them, can be read. Raises FileNotFoundError where there is no such program.
    """
    outer, scope, starting = _SCOPES.get(), _Scope(), threading.Lock()
    started: list[Program | FileNotFoundError] = []

    def make() -> None:
        _SCOPES.set((*outer, scope))
        with starting:
            if scope.ending:
                return
            try:
                started.append(Program(command, env, folder, seconds, output, errors))
            except FileNotFoundError as error:
                started.append(error)

    # By a thread, as Ctrl-C reaches only the main one: there it could come between the start and knowing of it.
    thread = threading.Thread(target=make)
    try:
        thread.start()
        thread.join()
    except KeyboardInterrupt:
        scope.end()
        with starting:  # a program being started needs the files, which the caller closes
            raise
    (program,) = started
    if isinstance(program, FileNotFoundError):
        raise program
    return program


def run_bounded(
    command: Sequence[str], env: Mapping[str, str], folder: Path, seconds: float = SECONDS
) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder for at most `seconds`, end whatever it started, and return what it said.

    Raises FileNotFoundError where there is no such program, subprocess.TimeoutExpired where it does not end.
    """
    # Files and not pipes, as a pipe stays open for as long as anything that was started in the background.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        with start(command, env, folder, seconds, output, errors) as program:
            code = program.wait()
        if program.overdue:
            raise subprocess.TimeoutExpired(command, seconds)
        texts = []
        for file in (output, errors):
            file.seek(0)
            texts.append(file.read(MOST_BYTES).decode(errors="replace"))
        return subprocess.CompletedProcess(command, code, *texts)


@contextlib.contextmanager
def at_once(most: int = AT_ONCE) -> Iterator[ThreadPoolExecutor]:
    """Yield threads for programs that run side by side, at most `most` of them; Ctrl-C ends these programs first."""
    from concurrent.futures import ThreadPoolExecutor

    outer, scope = _SCOPES.get(), _Scope()
    inner = (*outer, scope)
    try:
        with ThreadPoolExecutor(max_workers=most, initializer=_SCOPES.set, initargs=(inner,)) as pool:
            _SCOPES.set(inner)
            try:
                yield pool
            except (KeyboardInterrupt, GeneratorExit):
                pool.shutdown(wait=False, cancel_futures=True)
                scope.end()
                raise
    finally:
        _SCOPES.set(outer)


def run_all(
    commands: Mapping[K, Sequence[str]], env: Mapping[str, str], folder: Path, seconds: float, most: int = 4
) -> Generator[tuple[K, subprocess.CompletedProcess[str] | None], None, None]:
    """Run programs, `most` at a time, and yield each as it ends; None for one that took longer than `seconds`."""
    from concurrent.futures import as_completed

    with at_once(most) as pool:
        futures = {pool.submit(run_bounded, words, env, folder, seconds): key for key, words in commands.items()}
        for future in as_completed(futures):
            try:
                yield futures[future], future.result()
            except subprocess.TimeoutExpired:
                yield futures[future], None

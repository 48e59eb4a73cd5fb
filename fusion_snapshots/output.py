"""What the steps print: masked, safe for a terminal, and never the reason why a step that began does not finish."""

from __future__ import annotations

import atexit
import contextlib
import os
import shlex
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import IO, TYPE_CHECKING, cast

from .findings import mask, printable

if TYPE_CHECKING:
    from rich.live import Live
    from rich.text import Text


def say(text: str = "") -> None:
    """Print a text on standard output; where nobody reads it any more, the step goes on in silence."""
    _write(printable(mask(text)) + "\n")


def warn(text: str) -> None:
    """Print a text on standard error, or nowhere where that is closed, as when the terminal is gone."""
    with contextlib.suppress(OSError), _LIVE.hidden():
        print(printable(mask(text)), file=sys.stderr, flush=True)


def show_command(command: Sequence[str]) -> None:
    """Print a command as one would type it."""
    say(f"$ {shlex.join(command)}")


def align(rows: Sequence[Sequence[str]], left: int) -> list[str]:
    """Return rows as the lines of a table: so many columns stand at the left of theirs, the others at the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:left], widths, strict=False)]
        cells += [cell.rjust(width) for cell, width in zip(row[left:], widths[left:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return lines


def is_confirmed(confirm: bool, question: str) -> bool:
    """Tell whether yes was given beforehand, or is typed in answer to a question, where somebody can type."""
    if not confirm and sys.stdin and sys.stdin.isatty():
        with contextlib.suppress(EOFError):
            confirm = input(question).strip() == "yes"
    return confirm


class Progress:
    """What a step waits for: on a terminal a line that shows how long so far, elsewhere a line for each change."""

    def __init__(self) -> None:
        self._began, self._shown = time.monotonic(), ""

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        """On a terminal, leave the last text as a line."""
        if _LIVE.remove(self):
            say(self._timed)

    @property
    def minutes(self) -> float:
        return (time.monotonic() - self._began) / 60

    @property
    def _timed(self) -> str:
        return f"{self._shown} ({self.minutes:.0f} min)"

    def show(self, text: str) -> None:
        """Show a text and the time since the beginning."""
        is_new, self._shown = text != self._shown, text
        if not _LIVE.show(self, text) and is_new:
            say(self._timed)


@contextlib.contextmanager
def showing(text: str) -> Iterator[None]:
    """Show on a terminal, while the block runs, what it waits for and how long so far; elsewhere nothing."""
    key = object()
    _LIVE.show(key, text)
    try:
        yield
    finally:
        _LIVE.remove(key)


class _Live:
    """The lines at the end of a terminal that live: drawn by rich, taken away while anything else is printed."""

    def __init__(self) -> None:
        self._lines: dict[object, tuple[str, float]] = {}
        self._drawn: Live | None = None
        self._lock = threading.RLock()

    def show(self, key: object, text: str) -> bool:
        """Show a line, or another text on it; false where there is no terminal for that, or no rich."""
        if not (sys.stdout.isatty() and sys.stderr.isatty()) or os.environ.get("TERM", "dumb") == "dumb":
            return False
        with self._lock:
            self._lines[key] = printable(mask(text)), self._lines.get(key, ("", time.monotonic()))[1]
            if self._drawn is None:
                self._draw()
            return self._drawn is not None

    def remove(self, key: object) -> bool:
        """Take a line away; false where it was not there."""
        with self.hidden():
            return self._lines.pop(key, None) is not None

    def clear(self) -> None:
        """Take all lines away."""
        with self.hidden():
            self._lines.clear()

    @contextlib.contextmanager
    def hidden(self) -> Iterator[None]:
        """Let something else be printed."""
        with self._lock:
            if self._drawn:
                self._drawn.stop()
                self._drawn = None
            yield
            if self._lines:
                self._draw()

    def _draw(self) -> None:
        try:  # seqerakit brings it; without it, there are plain lines
            from rich.console import Console
            from rich.live import Live
        except ImportError:
            self._lines.clear()
            return
        console = Console(file=cast("IO[str]", _Quiet()), force_terminal=True)
        self._drawn = Live(
            console=console, get_renderable=self._render, transient=True, redirect_stdout=False, redirect_stderr=False
        )
        self._drawn.start(refresh=True)

    def _render(self) -> Text:
        from rich.text import Text

        now = time.monotonic()
        mark = "|/-\\"[int(4 * now) % 4]
        lines = [f"{mark} {text} ({timedelta(seconds=int(now - began))})" for text, began in [*self._lines.values()]]
        return Text("\n".join(lines), style="cyan", no_wrap=True, overflow="ellipsis")


class _Quiet:
    """Standard error, or nowhere once it is closed."""

    encoding = "utf-8"

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError):
            sys.stderr.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            sys.stderr.flush()

    def isatty(self) -> bool:
        return True


_LIVE = _Live()
atexit.register(_LIVE.clear)  # the cursor is shown again, too


def _write(text: str) -> None:
    try:
        with _LIVE.hidden():
            sys.stdout.write(text)
            sys.stdout.flush()
    except OSError:
        silence()


def silence() -> None:
    """Let what is still printed on standard output go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

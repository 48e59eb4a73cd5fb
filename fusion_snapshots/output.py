"""What the steps print: masked, safe for a terminal, and never the reason why a step that began does not finish."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
import time
from collections.abc import Sequence

from .findings import mask, printable


def say(text: str = "") -> None:
    """Print a text on standard output; where nobody reads it any more, the step goes on in silence."""
    _write(printable(mask(text)) + "\n")


def warn(text: str) -> None:
    """Print a text on standard error, or nowhere where that is closed, as when the terminal is gone."""
    with contextlib.suppress(OSError):
        print(printable(mask(text)), file=sys.stderr, flush=True)


def show_command(command: Sequence[str]) -> None:
    """Print a command as one would type it."""
    say(f"$ {shlex.join(command)}")


def is_confirmed(confirm: bool, question: str) -> bool:
    """Tell whether yes was given beforehand, or is typed in answer to a question, where somebody can type."""
    if not confirm and sys.stdin and sys.stdin.isatty():
        with contextlib.suppress(EOFError):
            confirm = input(question).strip() == "yes"
    return confirm


class Progress:
    """A line that is written over on a terminal; elsewhere a line for each change."""

    def __init__(self) -> None:
        self._began, self._shown = time.monotonic(), ""

    @property
    def minutes(self) -> float:
        return (time.monotonic() - self._began) / 60

    def show(self, text: str) -> None:
        """Show a text and the minutes since the beginning."""
        timed = f"{text} ({self.minutes:.0f} min)"
        if sys.stdout.isatty():
            _write(f"\r\033[K{printable(mask(timed))}")
        elif text != self._shown:
            say(timed)
        self._shown = text

    def end(self) -> None:
        """Leave the line as it stands."""
        if self._shown and sys.stdout.isatty():
            _write("\n")


def _write(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError:
        silence()


def silence() -> None:
    """Let what is still printed on standard output go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

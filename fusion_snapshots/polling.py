"""Waiting: a question is asked again and again, and an answer that fails now and then does not end the step."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future, wait
from typing import Any, TypeVar

from .errors import NoAnswerError
from .output import Progress, warn

MISSED_ANSWERS = 5  # in a row, that are outlasted
RETRY_SECONDS = 30.0  # at most, until what was not answered is asked again

T = TypeVar("T")


def poll(
    look: Callable[[], T],
    is_done: Callable[[T], bool],
    describe: Callable[[T], str],
    every: float,
    minutes: float = math.inf,
    wake: Collection[Future[Any]] = (),
) -> T:
    """Return the first answer that is_done accepts, or the one after `minutes`; every is in seconds.

    describe says what is waited for, as a line of progress, or nothing. The end of all that wake holds is looked at
    at once. Raises what look raises, a NoAnswerError only when more than MISSED_ANSWERS came in a row.
    """
    missed = 0
    with Progress() as progress:
        while True:
            began, pause = time.monotonic(), every
            pending = [future for future in wake if not future.done()]
            try:
                answer = look()
            except NoAnswerError as error:
                missed, pause = missed + 1, min(every, RETRY_SECONDS)
                if missed > MISSED_ANSWERS:
                    raise
                warn(f"{error}; asking again in {pause:g} seconds")
            else:
                missed = 0
                if text := describe(answer):
                    progress.show(text)
                if is_done(answer) or progress.minutes > minutes:
                    return answer
            pause -= time.monotonic() - began
            if pending:
                wait(pending, timeout=max(0.0, pause))
            else:
                time.sleep(max(0.0, pause))  # noqa: TID251 - here alone

"""make preflight: what the steps need, checked before anything is paid for; it reads only."""

from __future__ import annotations

from ..benchmark import Benchmark
from ..errors import UserError
from ..findings import count_of
from ..output import say
from .result import State
from .rounds import run_checks


def preflight(benchmark: Benchmark, seconds: float) -> None:
    """Print a line for each check; raises UserError where one failed. seconds bounds each command."""
    results = run_checks(benchmark, seconds)
    for result in results:
        say(f"{result.state.value:<11} {result.subject}: {result.text}")
    counts = {state: sum(result.state is state for result in results) for state in State}
    total = ", ".join(f"{number} {state.value}" for state, number in counts.items() if number)
    say(f"{total}.")
    if counts[State.FAILED]:
        raise UserError(
            f"{count_of(counts[State.FAILED], 'check')} failed. Fix what is said above, then: make preflight", 1
        )

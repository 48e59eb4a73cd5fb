"""Which runs belong together: rounds, launched at once, and blocks, the rounds of one hour."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from ..runs.listed import round_of
from ..runs.run import Run
from .exchange import Block, Figure

APART = timedelta(hours=1)  # a round that begins sooner after a block's first one has its prices, hosts and capacity


def find_blocks(runs: Sequence[Run]) -> list[list[Run]]:
    """Return the runs by block, the earliest first; those of which no start is known are one block, the last."""
    rounds: defaultdict[str, list[Run]] = defaultdict(list)
    for run in runs:
        rounds[round_of(run.name) or run.name].append(run)
    begun: list[tuple[datetime, list[Run]]] = []
    unknown: list[Run] = []
    for own in rounds.values():
        if times := [run.began for run in own if run.began]:
            begun.append((min(times), own))
        else:
            unknown += own
    blocks: list[list[Run]] = []
    first = None
    for when, own in sorted(begun, key=lambda pair: pair[0]):
        if first is None or when - first >= APART:
            first = when
            blocks.append([])
        blocks[-1] += own
    return [*blocks, unknown] if unknown else blocks


def count_rounds(blocks: Sequence[Sequence[Run]]) -> int:
    """Return how many rounds are complete: of each block, as many as the arm with the fewest runs in it has."""
    arms = {run.arm for block in blocks for run in block}
    return sum(min(sum(run.arm == arm for run in block) for arm in arms) for block in blocks)


def pool(
    blocks: Sequence[Sequence[Run]], arm: str, baseline: str, value: Callable[[Run], float | None]
) -> list[Block] | None:
    """Return the blocks of two arms with what their runs took; None where a run's value is not known."""
    pooled = []
    for block in blocks:
        sides = []
        for name in (arm, baseline):
            own = [run for run in block if run.arm == name]
            values = [value(run) for run in own]
            if None in values:
                return None
            total = math.fsum(each for each in values if each is not None)
            sides.append(Figure(total, sum(run.succeeded for run in own)) if own else None)
        if any(sides):
            pooled.append(Block(*sides))
    return pooled

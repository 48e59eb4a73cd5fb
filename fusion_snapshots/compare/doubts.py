"""Why a difference between two arms may not be claimed: unlike work, exposure or prices, or too few blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..findings import count_of
from ..folder.layout import SNAPSHOTS, WITHOUT_SNAPSHOTS
from ..nextflow_facts import FIRST_THAT_PRICES_SPOT
from ..runs.tasks import SPOT, STANDARD
from .exchange import DEALT, SWAPPED, Block, count_missing
from .figures import ArmFigures
from .words import join_names, show_count, show_rate

LEAST_HITS, MOST_APART = 10, 1.5  # on each side; between the rates of both
UNEQUAL_EXPOSURE, UNEQUAL_WORK, PRICE_MODEL = "unequal-exposure", "unequal-work", "price-model"
ONE_BLOCK, FEW_ROUNDS, NO_RESULT, WAITED = "one-block", "few-rounds", "no-result", "waited"
OF_COST = (PRICE_MODEL, WAITED)  # these say nothing of time
PRICE_WORDS = {SPOT: "Spot", STANDARD: "on-demand"}


class Reservation(NamedTuple):
    """Why the figures say less than they seem to, and what to do about it."""

    code: str
    text: str


def find_unequal_work(arm: ArmFigures, baseline: ArmFigures) -> Iterator[Reservation]:
    """Yield where the runs that succeeded did not complete the same tasks of the same processes."""
    for side in (arm, baseline):
        ignored = sum((totals.ignored for totals in side.succeeded_totals), Counter[str]())
        if ignored:
            told = ", ".join(f"{count_of(number, 'task')} of {process}" for process, number in sorted(ignored.items()))
            yield Reservation(
                UNEQUAL_WORK,
                f"{side.name}: {told} failed for good and were ignored, so its results lack them, and nothing is "
                "claimed. Let such tasks fail the run (errorStrategy), and launch again.",
            )
    works = [(run, totals.completed) for side in (baseline, arm)
             for run, totals in zip(side.succeeded, side.succeeded_totals, strict=True)]  # fmt: skip
    if not works:
        return
    counts = Counter(frozenset(work.items()) for _, work in works)
    usual = Counter(dict(counts.most_common(1)[0][0]))
    model = next(run.name for run, work in works if work == usual)
    lines: dict[str, list[str]] = {}
    for run, work in works:
        for process in sorted(name for name in work.keys() | usual.keys() if work[name] != usual[name]):
            told = f"{count_of(work[process], 'task')} of {process}, there {usual[process]}"
            lines.setdefault(told, []).append(run.name)
    if lines:
        told = "; ".join(f"{join_names(names, 3)} completed {line}" for line, names in list(lines.items())[:6])
        more = f"; and {len(lines) - 6} more" if len(lines) > 6 else ""
        yield Reservation(
            UNEQUAL_WORK,
            f"Not the same work as in {model}: {told}{more}. Nothing is claimed. Look at these runs in the Platform, "
            "and launch again what lacks tasks.",
        )


def find_unequal_exposure(arm: ArmFigures, baseline: ArmFigures) -> Iterator[Reservation]:
    """Yield where the two Spot arms did not meet interruptions enough, or not alike, to tell what Snapshots change."""
    if (arm.name, baseline.name) != (SNAPSHOTS, WITHOUT_SNAPSHOTS):
        return
    sides = (arm, baseline)
    met = " and ".join(f"{show_count(side.interruptions)} on {side.name}" for side in sides)
    rates = [side.hits_per_100_task_hours for side in sides]
    known = [rate for rate in rates if rate]
    if any(side.interruptions is None or side.interruptions < LEAST_HITS for side in sides):
        why = f"what Snapshots change shows from {LEAST_HITS} on each side"
    elif len(known) < len(sides) or max(known) / min(known) > MOST_APART:
        told = " and ".join(show_rate(rate) for rate in rates)
        why = f"in 100 task-hours {told}, so more than a factor {MOST_APART:g} apart"
    else:
        return
    yield Reservation(
        UNEQUAL_EXPOSURE,
        f"Interruptions met: {met}; {why}. Nothing is claimed of Snapshots. Interrupt both Spot arms alike: "
        "make interrupt ARM=all",
    )


def find_odd_prices(arm: ArmFigures, baseline: ArmFigures) -> Iterator[Reservation]:
    """Yield where an arm was not billed as its compute environment is."""
    for side in (arm, baseline):
        if side.mislabelled:
            yield Reservation(
                PRICE_MODEL,
                f"{side.name}: Nextflow {side.mislabelled} records Spot as on-demand, so its costs are at on-demand "
                "prices and too high. Launch again with "
                f"Nextflow {FIRST_THAT_PRICES_SPOT} or newer (pipelines/pre-run.sh).",
            )
            continue
        for expected, number in side.on_other_model.items():
            other = SPOT if expected == STANDARD else STANDARD
            yield Reservation(
                PRICE_MODEL,
                f"{side.name}: {number} of {count_of(side.attempts, 'attempt')} were {PRICE_WORDS[other]}, though its "
                f"compute environment is {PRICE_WORDS[expected]}, so no cost is claimed. Look which queue they took.",
            )


def find_few_blocks(blocks: Sequence[Block], rounds: int) -> Iterator[Reservation]:
    """Yield where all runs are of one hour, or there are too few blocks to show any difference."""
    missing = count_missing(blocks)
    if len(blocks) == 1:
        yield Reservation(
            ONE_BLOCK,
            "All runs began within one hour, so the figures are that hour's: its prices, hosts and capacity. Launch "
            f"rounds on other days or hours: make launch RUNS={missing}",
        )
    if missing and (len(blocks) > 1 or rounds < DEALT):
        yield Reservation(
            FEW_ROUNDS,
            f"{count_of(len(blocks), 'block')} of rounds can show no difference, however large: {SWAPPED} complete "
            f"ones can, or {DEALT} a side, {missing} more. Rounds that begin within an hour of one another are one. "
            f"Launch: make launch RUNS={missing}",
        )

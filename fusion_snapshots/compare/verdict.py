"""One sentence that says what the runs show, and no more than they show."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence

from ..findings import count_of
from ..folder.layout import SNAPSHOTS
from .figures import ArmFigures, Comparison, Measure
from .significance import ALPHA, find_least_runs
from .words import NOT_REPORTED, show_chance, show_usd

MAKE_INTERRUPT = "make interrupt causes interruptions"


class Evidence(enum.Enum):
    """How much the runs of both sides show of a difference."""

    NONE = enum.auto()  # a side has no figure
    FEW = enum.auto()  # too few runs to show any
    CHANCE = enum.auto()  # it may be chance
    SHOWN = enum.auto()


class Interrupted(enum.Enum):
    """Whether the runs of an arm met Spot interruptions."""

    NOT_ON_SPOT = enum.auto()
    YES = enum.auto()
    NO = enum.auto()
    UNKNOWN = enum.auto()


def weigh(measure: Measure) -> Evidence:
    """Return how much the runs show of a difference."""
    if measure.ratio is None:
        return Evidence.NONE
    if not measure.enough or measure.p is None:
        return Evidence.FEW
    return Evidence.SHOWN if measure.p <= ALPHA else Evidence.CHANCE


def find_interrupted(arm: ArmFigures) -> Interrupted:
    """Return whether an arm's runs met interruptions; what is not reported, and not seen otherwise, is not known."""
    if all(run.on_spot is False for run in arm.runs):
        return Interrupted.NOT_ON_SPOT
    if arm.interruptions:
        return Interrupted.YES
    if arm.caused:
        # Nothing reports them: they happened. None is reported: perhaps they met no task.
        return Interrupted.YES if arm.interruptions is None else Interrupted.UNKNOWN
    return Interrupted.UNKNOWN if arm.interruptions is None else Interrupted.NO


def find_first(comparisons: Sequence[Comparison]) -> Comparison:
    """Return the comparison that is spoken of first: that of the arm with Snapshots, where there is one."""
    return next((each for each in comparisons if each.arm.name == SNAPSHOTS), comparisons[0])


def write_verdict(comparisons: Sequence[Comparison], spot: Comparison | None = None) -> str:
    """Return the sentence: what the first arm took against the baseline, and why this may say nothing of Snapshots.

    spot is the arm with Snapshots against the same without, which gets a sentence of its own.
    """
    first = find_first(comparisons)
    if bad := [side for side in (first.arm, first.baseline) if not side.good]:
        told = " and ".join(f"{side.name} ({_spent(side)})" for side in bad)
        return f"No run succeeded on {told}, so there is no result to compare."
    parts = (describe(first), _failures(first), *_doubts(first), _doubt_snapshots(first.arm))
    verdict = "; ".join(part for part in parts if part) + "."
    if spot and spot.arm.good and spot.baseline.good:
        verdict += f" {describe(spot)}: this is what Snapshots change, the rest is the price of Spot."
    return verdict


def describe(comparison: Comparison) -> str:
    """Return what an arm took against another, claiming only what the runs can show; both must have results."""
    name = comparison.arm.name
    measures = {"cost": comparison.cost, "time": comparison.time}
    by_evidence = {found: [w for w, m in measures.items() if weigh(m) is found] for found in Evidence}
    shown, few, unclear, missing = (
        by_evidence[found] for found in (Evidence.SHOWN, Evidence.FEW, Evidence.CHANCE, Evidence.NONE)
    )
    parts = []
    if shown:
        said = " and ".join(f"{_change(word, measures[word])} ({show_chance(measures[word].p)})" for word in shown)
        parts.append(f"{name} {said}")
    if few:
        said = " and ".join(_change(word, measures[word]) for word in few)
        sizes = count_sides(measures[few[0]])
        least = f"{find_least_runs()} a side can rule that out"
        parts.append(f"{'it' if parts else name} {said} in {sizes}, which may be chance ({least})")
    if unclear:
        said = " and ".join(_change(word, measures[word]) for word in unclear)
        chances = " and ".join(f"{measures[word].p:.2f}" for word in unclear)
        parts.append(f"{'it' if parts else name} {said}, which may be chance (p = {chances})")
    if missing:
        parts.append(f"{_whose(missing, name, parts)} {_agree(missing, 'is', 'are')} {NOT_REPORTED}")
    return f"Against {comparison.baseline.name}, {'; '.join(parts)}"


def count_sides(measure: Measure) -> str:
    """Return how many runs of each side have a figure: 3 runs a side, 3 and 2 runs."""
    ours, theirs = len(measure.ours), len(measure.theirs)
    return f"{count_of(ours, 'run')} a side" if ours == theirs else f"{ours} and {theirs} runs"


def _whose(words: Sequence[str], name: str, parts: Sequence[str]) -> str:
    said = " and ".join(words)
    return f"its {said}" if parts else f"{said} of {name}"


def _agree(words: Sequence[str], one: str, many: str) -> str:
    return one if len(words) == 1 else many


def _change(word: str, measure: Measure) -> str:
    """Return a change in words: cost 38 % less, took 6 % longer."""
    ratio = measure.ratio or 0
    if word == "cost":
        return f"cost {describe_change(ratio, 'less', 'more', 'as much')}"
    return f"took {describe_change(ratio, 'less time', 'longer', 'as long')}"


def describe_change(ratio: float, less: str, more: str, equal: str) -> str:
    """Return a ratio in words: 38 % less, 12 % more, 2.4 times as much, as much."""
    if ratio >= 2:
        return f"{ratio:.1f} times {equal}"
    share = f"{abs(ratio - 1):.0%}".replace("%", " %")
    return equal if share == "0 %" else f"{share} {less if ratio < 1 else more}"


def _failures(comparison: Comparison) -> str:
    """Return what a result cost with the failed runs, where any failed: medians know only of those that succeeded."""
    sides = (comparison.arm, comparison.baseline)
    ours, theirs = (side.cost_usd_per_result for side in sides)
    if ours is None or theirs is None or all(len(side.good) == len(side.runs) for side in sides):
        return ""
    return f"with failed runs counted, a result cost {show_usd(ours)} USD, against {show_usd(theirs)} USD"


def _doubts(comparison: Comparison) -> Iterator[str]:
    """Yield why the sides may not have done the same work, or paid the price that they stand for."""
    sides = (comparison.arm, comparison.baseline)
    if any(side.cached for side in sides):
        yield "some tasks are CACHED, so not all of these are whole runs"
    if any(side.strays for side in sides):
        yield "some tasks ran at another price model than their compute environment's"


def _doubt_snapshots(arm: ArmFigures) -> str:
    """Return why the figures may say nothing of Snapshots."""
    found = find_interrupted(arm)
    if found is Interrupted.NO:
        return f"no Spot run of it was interrupted, so this compares prices, not Snapshots: {MAKE_INTERRUPT}"
    if found is Interrupted.UNKNOWN:
        return f"whether Spot interrupted it is {NOT_REPORTED}, so this may compare prices only: {MAKE_INTERRUPT}"
    if found is Interrupted.NOT_ON_SPOT:
        return "none of its tasks ran on Spot, so this says nothing of Snapshots" if arm.name == SNAPSHOTS else ""
    return f"it met {count_of(arm.interruptions, 'Spot interruption')}" if arm.interruptions else ""


def _spent(side: ArmFigures) -> str:
    cost = f"{show_usd(side.cost_usd)} USD" if side.cost_usd is not None else f"cost {NOT_REPORTED}"
    return f"{count_of(len(side.runs), 'run')}, {cost}"

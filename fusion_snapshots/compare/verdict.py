"""What the runs show, in a headline and in sentences, and no more than they show."""

from __future__ import annotations

from collections.abc import Sequence

from ..findings import count_of
from ..folder.layout import SNAPSHOTS, WITHOUT_SNAPSHOTS
from .doubts import (
    FEW_ROUNDS,
    NO_RESULT,
    ONE_BLOCK,
    PRICE_MODEL,
    UNEQUAL_EXPOSURE,
    UNEQUAL_WORK,
    WAITED,
)
from .figures import ArmFigures
from .pairs import LESS, MORE, NONE, Comparison, Measure
from .words import NOT_REPORTED, describe_change, join_names, show_count, show_p, show_range, show_usd

YES, NO, NOT_SHOWN = "yes", "no", "not shown"
_WHY = {
    NO_RESULT: "one side has no result to compare",
    UNEQUAL_WORK: "the two sides did not do the same work",
    ONE_BLOCK: "all runs are of one hour, and speak of that hour alone",
    FEW_ROUNDS: "there are too few rounds to show any difference",
    UNEQUAL_EXPOSURE: "interruptions were too few, or not alike on both sides",
    PRICE_MODEL: "some tasks are recorded at another price than their side's",
    WAITED: "waits for hosts may make all of the difference",
}


def find_first(comparisons: Sequence[Comparison]) -> Comparison:
    """Return the comparison that answers whether Snapshots pay: with and without them on Spot, else the baseline's."""
    ours = [each for each in comparisons if each.arm.name == SNAPSHOTS]
    alone = [each for each in ours if each.baseline.name == WITHOUT_SNAPSHOTS]
    return (alone or ours or list(comparisons))[0]


def read_answer(comparisons: Sequence[Comparison]) -> str:
    """Return whether a result is cheaper with Snapshots: yes, no or not shown."""
    return {LESS: YES, MORE: NO, NONE: NOT_SHOWN}[find_first(comparisons).cost.claim]


def write_headline(comparisons: Sequence[Comparison]) -> str:
    """Return the answer in at most 16 words, which name no arm and no p."""
    first = find_first(comparisons)
    alone = _speaks_of_snapshots(first)
    if first.cost.claim == NONE or first.cost.ratio is None:
        return f"Not shown: {_why_not(first)}."
    change = describe_change(first.cost.ratio, "less", "more", "as much")
    if first.arm.name != SNAPSHOTS:
        what = f"a result costs {change}"
    else:
        what = f"with Snapshots a result costs {change}"
        what = what if alone else f"a result costs {change}, by Spot's price and Snapshots together"
    return f"{'Yes' if first.cost.claim == LESS else 'No'}: {what}."


def write_verdict(comparisons: Sequence[Comparison]) -> list[str]:
    """Return what is said of each comparison, first of the one that answers; its text alone may be two sentences."""
    first = find_first(comparisons)
    others = [each for each in comparisons if each is not first and each.arm.succeeded and each.baseline.succeeded]
    return [_describe_first(first), *(f"{describe(each)}." for each in others)]


def describe(comparison: Comparison) -> str:
    """Return what a result cost and took on an arm against another; both must have results."""
    if not comparison.same_work:
        return (
            f"{comparison.arm.name} and {comparison.baseline.name} did not do the same work, so nothing is said of "
            "what a result costs and takes"
        )
    measures = {"cost": (comparison.cost, "cost", "as much"), "time": (comparison.time, "took", "as long")}
    told = {word: _describe(*each) for word, each in measures.items() if each[0].ratio is not None}
    if comparison.arm.mislabelled or comparison.baseline.mislabelled:
        told.pop("cost", None)
    name, against = comparison.arm.name, f"Against {comparison.baseline.name}"
    if not told:
        return f"{against}, cost and time of a result on {name} are {NOT_REPORTED}"
    shown = [text for word, text in told.items() if measures[word][0].claim != NONE]
    unclear = [text for word, text in told.items() if measures[word][0].claim == NONE]
    said = f"{against}, a result on {name} {' and '.join(shown or unclear)}"
    if shown and unclear:
        said += f"; that it {unclear[0]} is not shown"
    elif unclear:
        said += "; neither is shown" if len(unclear) > 1 else "; this is not shown"
    return said + "".join(f"; its {word} is {NOT_REPORTED}" for word in measures if word not in told)


def _describe_first(first: Comparison) -> str:
    if bad := [side for side in (first.arm, first.baseline) if not side.succeeded]:
        told = " and ".join(f"{side.name} ({_spent(side)})" for side in bad)
        return f"No run succeeded on {told}, so there is no result to compare."
    said = describe(first)
    if first.arm.name == SNAPSHOTS and not _speaks_of_snapshots(first):
        said = f"Spot's price and Snapshots are measured together: {said[0].lower()}{said[1:]}"
    if any(each.code == ONE_BLOCK for each in first.reservations):
        said += "; these figures are of one hour, and of that hour alone"
    return f"{said}. {_exposure(first)}"


def _describe(measure: Measure, verb: str, equal: str) -> str:
    """Return a change with its interval and p, as far as there are any: cost 15 % less (8 to 21 % less, p = 0.008)."""
    estimate = measure.estimate
    if estimate is None:
        return ""
    less, more = ("less", "more") if verb == "cost" else ("less time", "longer")
    told = [show_range(estimate.low, estimate.high)] if estimate.low is not None else []
    told += [show_p(estimate.p)] if estimate.p is not None else []
    return f"{verb} {describe_change(estimate.ratio, less, more, equal)}{f' ({join_names(told)})' if told else ''}"


def _exposure(comparison: Comparison) -> str:
    """Return how many interruptions both sides met, 0 included."""
    met = " and ".join(
        f"{side.name} {'ran on demand' if side.on_spot is False else f'met {show_count(side.interruptions)}'}"
        if side.interruptions is not None or side.on_spot is False
        else f"what {side.name} met is {NOT_REPORTED}"
        for side in (comparison.arm, comparison.baseline)
    )
    return f"Interruptions: {met}."


def _why_not(comparison: Comparison) -> str:
    codes = [each.code for each in comparison.reservations]
    if comparison.cost.ratio is None and NO_RESULT not in codes:
        return f"the cost of a result is {NOT_REPORTED}"
    return next((why for code, why in _WHY.items() if code in codes), "any difference in cost may be chance")


def _speaks_of_snapshots(comparison: Comparison) -> bool:
    return (comparison.arm.name, comparison.baseline.name) == (SNAPSHOTS, WITHOUT_SNAPSHOTS)


def _spent(side: ArmFigures) -> str:
    cost = f"{show_usd(side.cost_usd)} USD" if side.cost_usd is not None else f"cost {NOT_REPORTED}"
    return f"{count_of(len(side.runs), 'run')}, {cost}"

"""What a prediction comes to, in words: the advice, and what it rests on."""

from __future__ import annotations

import math
from typing import NamedTuple

from ..findings import count_of
from ..folder.layout import BASELINE, COMPARISON, SNAPSHOTS, WITHOUT_SNAPSHOTS
from ..instance_types import REFERENCE_GBPS, REFERENCE_GIB, REFERENCE_SECONDS, WINDOW_SECONDS
from ..settings import MOST_RATE, Predict
from .prediction import Prediction
from .terms import Terms

NAMES = {BASELINE: "on demand", WITHOUT_SNAPSHOTS: "Spot", SNAPSHOTS: "Spot with Snapshots"}
NOT_KNOWN = "queueing for capacity, the head job, storage, and changes of prices"
_MEASURED = f"measured in {COMPARISON}"
_SURELY = 0.0005  # of a cost: below that two arms cost the same
_ENDLESS = 1e6  # hours
_CALMER = 0.05  # hours by which the worst run in 20 must be shorter to count


class Assumption(NamedTuple):
    """Something a prediction rests on, its value, and where that is from."""

    name: str
    value: str
    source: str


def advise(prediction: Prediction) -> str:
    """Return a sentence: which arm, what it saves, and what it insures."""
    arms = prediction.first.arms
    spot, snapshots, demand = arms[WITHOUT_SNAPSHOTS], arms[SNAPSHOTS], arms[BASELINE].usd
    assert spot.usd is not None  # only on demand may be not known
    assert snapshots.usd is not None
    best = min(spot.usd.mean, snapshots.usd.mean)
    if demand and demand.mean <= best:
        return f"Stay on demand: Spot saves nothing here, as a result would cost {show_cost(prediction, best)} on it."
    change = snapshots.usd.mean / spot.usd.mean - 1
    if math.isnan(change):
        return "Stay on demand: at this rate a run on Spot hardly ever ends."
    late = f"{show_hours(snapshots.hours.p95)} h, not {show_hours(spot.hours.p95)} h"
    calmer = snapshots.hours.p95 < spot.hours.p95 - _CALMER
    worst = f"the worst run in 20 takes {late}" if calmer else "the worst run in 20 takes no less time"
    saves = f" Spot saves {show_percent(1 - best / demand.mean, 0)} of the price on demand." if demand else ""
    if abs(change) < _SURELY and calmer:
        return f"Take Spot with Snapshots: a result costs what it costs on Spot alone, and {worst}.{saves}"
    if change < 0:
        less = f"a result costs {show_percent(-change, 1)} less than on Spot alone"
        return f"Take Spot with Snapshots: {less}, and {worst}.{saves}"
    if not calmer:
        return f"Take Spot alone: Snapshots cost {show_percent(change, 1)} more on average, and {worst}.{saves}"
    more = f"Snapshots cost {show_percent(change, 1)} more on average"
    return f"Take Spot alone unless time counts: {more}. What they insure is time: {worst}.{saves}"


def tell_break_even(prediction: Prediction) -> str:
    """Return from which rate on Snapshots pay."""
    if prediction.break_even is None:
        return f"Snapshots pay at no rate below {MOST_RATE:g} interruptions an hour."
    if not prediction.break_even:
        return "Snapshots pay at any rate."
    return f"Snapshots pay above {show_rate(prediction.break_even)}."


def tell_rate(prediction: Prediction) -> str:
    """Return the rate that is predicted for, and where it is from."""
    rate, own = prediction.first.rate, prediction.own
    if rate.counted:
        low, high = rate.interval
        return f"Yours: {show_rate(rate.value)}; 90 % sure: {low:.2g} to {high:.2g}."
    seen = f" Yours: {show_rate(own.value)}." if own.counted else ""
    return f"{'Predicted for' if prediction.terms.settings.rate else 'Assumed'}: {show_rate(rate.value)}.{seen}"


def assumptions_of(prediction: Prediction) -> list[Assumption]:
    """Return what the prediction rests on, each with its value and source."""
    terms, measured = prediction.terms, prediction.terms.measured
    saved = [work.saved for work in prediction.model.works]
    reference = f"{REFERENCE_SECONDS} s for {REFERENCE_GIB} GiB at {REFERENCE_GBPS:g} Gbps"
    listed = [
        Assumption("rate", f"{prediction.first.rate.value:.3g} an hour", _source_of_rate(prediction)),
        Assumption("overhead", f"{show_percent(terms.overhead, 2)} of run time", _source_of_overhead(terms)),
        Assumption("wait", f"{terms.wait * 60:g} min", "assumed" if terms.settings.wait == Predict.wait else "--wait"),
        Assumption(
            "restore",
            reference if measured.restore is None else f"{measured.restore:.2g} s per GiB",
            "Seqera's estimate" if measured.restore is None else _MEASURED,
        ),
        Assumption(
            "saved in time",
            f"{show_percent(sum(saved) / len(saved), 0)} of tasks",
            _MEASURED if measured.saved else f"by memory and bandwidth, in AWS's {WINDOW_SECONDS} s",
        ),
        Assumption(
            "Spot's saving",
            f"{show_percent(prediction.saving.value, 0)}" if prediction.saving else "not known",
            prediction.saving.source if prediction.saving else "give --discount, in percent",
        ),
        Assumption("limit", f"{terms.limit_gib:g} GB and {max(terms.attempts.values())} attempts a task", terms.place),
    ]
    return [*listed, *_gaps(prediction)]


def _source_of_overhead(terms: Terms) -> str:
    if terms.settings.overhead is not None:
        return "--overhead"
    return "assumed; nobody publishes it, so measure it" if terms.measured.overhead is None else _MEASURED


def _source_of_rate(prediction: Prediction) -> str:
    rate = prediction.first.rate
    if rate.counted:
        return f"{count_of(rate.events, 'interruption')} in {rate.hours:,.0f} task-hours"
    return "--rate" if prediction.terms.settings.rate else "assumed, as these runs show none"


def _gaps(prediction: Prediction) -> list[Assumption]:
    gaps = []
    lacking = sorted({column for run in prediction.runs for column in run.lacking})
    if lacking:
        gaps.append(Assumption("not in the trace", ", ".join(lacking), "the rest, or nothing, is assumed"))
    if prediction.assumed_types:
        tasks = f"for {count_of(prediction.assumed_types, 'task')} the smallest that fits"
        names = [each.name for each in prediction.terms.types]
        rest = f" and {len(names) - 1} more" if len(names) > 1 else ""
        gaps.append(Assumption("instance type", tasks, f"of {names[0]}{rest}"))
    if prediction.incomplete:
        gaps.append(Assumption("whole run", ", ".join(prediction.incomplete), "did not succeed: a result takes more"))
    return gaps


def tell_decisive(prediction: Prediction) -> str:
    """Return which assumption decides most, and what it would change."""
    first = prediction.swings[0]
    ends = {
        "overhead": tuple(f"at {prediction.terms.overhead * by:.2g}" for by in (1 / 3, 3)),
        "rate": tuple(f"at {value:.2g} an hour" for value in prediction.first.rate.interval),
        "restore": ("three times faster", "three times slower"),
    }[first.name]
    told = ", ".join(f"{end} {_signed(value)}" for end, value in zip(ends, (first.low, first.high), strict=True))
    return f"The {first.name} decides most. Snapshots against Spot: {told}."


def _signed(share: float) -> str:
    return f"{'−' if share < 0 else '+'}{show_percent(abs(share), 1)}"


def show_rate(rate: float) -> str:
    """Return a rate in words: one interruption an instance in 61 h (0.016 an hour)."""
    hours, shown = 1 / rate, f"{rate:.2g} an hour"
    return f"one interruption an instance in {hours:,.0f} h ({shown})" if hours >= 3 else shown


def show_percent(share: float, decimals: int) -> str:
    """Return a share in percent."""
    return f"{100 * share:.{decimals}f} %"


def show_cost(prediction: Prediction, value: float) -> str:
    """Return a cost in its unit."""
    return f"{value:,.2f} USD" if prediction.in_usd else f"{value:.3f} of an uninterrupted run on Spot"


def show_hours(value: float) -> str:
    if value > _ENDLESS:
        return "endless"
    return f"{value:,.1f}" if value >= 1 else f"{value:.2f}"

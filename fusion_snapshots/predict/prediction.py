"""From recorded runs to a prediction: all its figures, without words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from ..folder.layout import SNAPSHOTS, WITHOUT_SNAPSHOTS
from ..instance_types import Catalog
from ..platform.workspace import SUCCEEDED
from .aws_prices import saving_of_aws
from .costs import Costs
from .forecast import AtRate, Model
from .prices import PerHour, Saving, saving_in
from .rates import Rate
from .recorded import Recorded, rate_of
from .terms import Terms
from .works import Large, Machines, over_limit, unsavable, works_of


class Swing(NamedTuple):
    """An assumption, and by how much of a result's cost on Spot Snapshots differ at both ends of what it may be."""

    name: str
    low: float
    high: float

    @property
    def width(self) -> float:
        return abs(self.high - self.low)


@dataclass(frozen=True, eq=False)
class Prediction:
    """All that is shown. in_usd: else costs are in those of an uninterrupted run on Spot.

    What takes long is found when it is asked for: compare asks for little of it.
    """

    runs: list[Recorded]
    terms: Terms
    model: Model
    own: Rate  # what the runs show, or what is assumed
    rates: list[Rate]
    saving: Saving | None
    in_usd: bool
    machines: Machines

    @cached_property
    def at(self) -> list[AtRate]:
        """What each arm costs and takes, at each rate."""
        return [self.model.at(rate) for rate in self.rates]

    @cached_property
    def break_even(self) -> float | None:
        return self.model.break_even()

    @cached_property
    def over_limit(self) -> list[Large]:
        return over_limit(self.runs, self.terms.limit_gib)

    @cached_property
    def unsavable(self) -> list[Large]:
        return unsavable(self.runs, self.terms.types)

    @cached_property
    def swings(self) -> list[Swing]:
        """What the answer hangs on, what decides most first."""
        return _swings(self.model, self.rates[0], self.terms)

    @property
    def assumed_types(self) -> int:
        """Tasks of which no type is reported, nor its like known."""
        return sum(not self.machines.named(task.machine_type) for run in self.runs for task in run.kept)

    @property
    def first(self) -> AtRate:
        return self.at[0]

    @property
    def tasks(self) -> int:
        return sum(len(run.kept) for run in self.runs)

    @property
    def task_hours(self) -> float:
        return sum(work.hours for work in self.model.works)

    @property
    def incomplete(self) -> list[str]:
        """The runs that did not succeed, so that a whole result may take more."""
        return [run.name for run in self.runs if run.status != SUCCEEDED]


def predict_from(
    runs: list[Recorded],
    catalog: Catalog,
    terms: Terms,
    env: Mapping[str, str],
    root: Path,
    *,
    priced: Sequence[Recorded] = (),
    own: Rate | None = None,
) -> Prediction:
    """Return what runs of one pipeline let expect.

    priced are further runs that show what Spot saves; own is the rate that runs show, by default these.
    """
    kept = [task for run in runs for task in run.kept]
    shown = [task for run in priced or runs for task in run.kept]
    machines = Machines(catalog, terms.types)
    settings = terms.settings
    if settings.discount is None:
        saving = saving_in(shown, machines.share) or saving_of_aws(kept, machines.share, env, root)
    else:
        saving = Saving(settings.discount / 100, "--discount")
    prices = PerHour(kept, machines.share, saving.value if saving else None)
    works = [works_of(run, machines, prices, terms) for run in runs]
    if not prices.in_usd:
        whole = sum(work.price * work.hours for each in works for work in each) / len(works) or 1.0
        works = [[work._replace(price=work.price / whole) for work in each] for each in works]
    costs = Costs(terms.overhead)
    model = Model(works, costs, terms.wait, saving.value if saving else None, dict(terms.attempts), settings.seed)
    own = own or rate_of(runs)
    return Prediction(
        runs=runs,
        terms=terms,
        model=model,
        own=own,
        rates=[Rate(value) for value in settings.rate] or [own],
        saving=saving,
        in_usd=prices.in_usd,
        machines=machines,
    )


def _swings(model: Model, rate: Rate, terms: Terms) -> list[Swing]:
    """Return by how much the answer hangs on each assumption: a third to three times as much, or its interval."""
    low, high = rate.interval
    tried = {
        "overhead": [(_changed(model, overhead=terms.overhead * by), rate.value) for by in (1 / 3, 3)],
        "rate": [(model, low), (model, high)],
        "restore": [(_changed(model, restore=by), rate.value) for by in (1 / 3, 3)],
    }
    swings = [Swing(name, *(_difference(each, value) for each, value in pair)) for name, pair in tried.items()]
    return sorted(swings, key=lambda each: -each.width)


def _changed(model: Model, overhead: float | None = None, restore: float = 1) -> Model:
    runs = [[work._replace(restore=work.restore * restore) for work in works] for works in model.runs]
    costs = model.costs if overhead is None else Costs(overhead)
    return replace(model, runs=runs, costs=costs)


def _difference(model: Model, rate: float) -> float:
    spot = model.mean_cost(WITHOUT_SNAPSHOTS, rate)
    return model.mean_cost(SNAPSHOTS, rate) / spot - 1 if spot else 0.0

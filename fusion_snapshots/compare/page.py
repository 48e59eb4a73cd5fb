"""comparison.html: one page that needs nothing else, light or dark, on a screen or on paper."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from ..errors import UserError
from ..findings import mask, printable
from ..predict.natural import Natural
from ..predict.picture import STYLE
from ..runs.run import Run
from ..tools import how_to_install
from .assessment import Result
from .charts import Change, Chart, chart_cost, chart_lost, chart_time, rank_processes
from .figures import ArmFigures
from .pairs import NONE, Comparison, Measure
from .snapshots import TaskSnapshots
from .table import interruptions_of, rows_of
from .words import (
    NOT_REPORTED,
    join_names,
    show_count,
    show_duration,
    show_hours,
    show_p,
    show_range,
    show_rate,
    show_usd,
)

try:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
except ModuleNotFoundError:
    raise UserError(f"Jinja2 is not installed. Run: {how_to_install()}") from None

MOST_MACHINES = 15


class Key(NamedTuple):
    """A row at the top: what both sides took, how they compare, and within what; sure where a difference is claimed."""

    label: str
    ours: str
    theirs: str
    value: str
    detail: str
    sure: bool


class Processes(NamedTuple):
    """The processes of one arm that gained or lost most."""

    arm: str
    baseline: str
    changes: list[Change]


class Page(NamedTuple):
    """All that the page shows, as texts and charts."""

    pipeline: str
    headline: str
    sentences: list[str]
    keys: list[Key]
    sides: list[tuple[int, str]]
    reservations: list[str]
    facts: list[tuple[str, str]]
    cost: Chart
    time: Chart
    lost: Chart
    arms: list[str]
    rows: list[tuple[str, list[str]]]
    processes: list[Processes]
    machines: list[tuple[str, list[str]]]
    snapshots: list[dict[str, str]]
    runs: list[tuple[str, list[dict[str, object]]]]
    notes: list[str]


def draw_page(result: Result, natural: Natural | None = None) -> str:
    """Return the page as HTML; natural is what the runs let expect where nobody interrupts anything."""
    rates = {"natural": natural, "style": STYLE}
    return make_templates().get_template("page.html.j2").render(page=make_page(result), **rates)


def make_templates(*folders: Path) -> Environment:
    """Return what renders this package's templates, and those of other folders.

    Every text is masked, made printable and escaped.
    """

    def finalize(value: object) -> object:
        plain = isinstance(value, str) and not hasattr(value, "__html__")
        return printable(mask(str(value))) if plain else value

    loader = FileSystemLoader([Path(__file__).resolve().parent, *folders])
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=finalize,
    )  # fmt: skip


def make_page(result: Result) -> Page:
    """Return what the page shows of a result."""
    runs = [run for arm in result.arms for run in arm.runs]
    first = result.first
    numbers = {arm.name: number for number, arm in enumerate(result.arms)}
    changes = [Processes(c.arm.name, c.baseline.name, rank_processes(c)) for c in result.comparisons]
    return Page(
        pipeline=next((run.pipeline for run in runs if run.pipeline), "this workflow"),
        headline=_tie(result.headline),
        sentences=[_tie(sentence) for sentence in result.sentences],
        keys=_keys(first),
        sides=[(numbers[side.name], side.name) for side in (first.arm, first.baseline)],
        reservations=[_tie(reservation.text) for reservation in result.reservations],
        facts=_facts(runs),
        cost=chart_cost(result.arms),
        time=chart_time(result.arms),
        lost=chart_lost(result.arms),
        arms=[arm.name for arm in result.arms],
        rows=rows_of(result),
        processes=[each for each in changes if each.changes],
        machines=_machines(result),
        snapshots=[_snapshot(task) for task in result.logs.tasks],
        runs=[(arm.name, _runs(arm)) for arm in result.arms],
        notes=[_tie(note) for note in result.notes],
    )


def _tie(text: str) -> str:
    """Return a text whose figures are not parted from their signs and units at a line's end."""
    return re.sub(r" (?==|%|USD\b)|(?<==) |(?<=~,) ", "\N{NO-BREAK SPACE}", text)


def _keys(comparison: Comparison) -> list[Key]:
    sides = (comparison.arm, comparison.baseline)
    rates = " and ".join(show_rate(side.hits_per_100_task_hours) for side in sides)
    lost = [None if (hours := side.lost.task_hours) is None else hours / len(side.runs) for side in sides]
    done = [f"{len(side.succeeded)} of {len(side.runs)}" for side in sides]
    return [
        _key_of("USD per result", comparison, comparison.cost, show_usd),
        _key_of("hours per result", comparison, comparison.time, show_hours),
        _pair_of("interruptions", [interruptions_of(side) for side in sides], f"{rates} in 100 task-hours"),
        _pair_of("task-hours lost in a run", list(map(show_hours, lost)), "reclaimed, failed or aborted"),
        _pair_of("runs that succeeded", done, "failed ones count in a result's cost and time"),
    ]


def _pair_of(label: str, cells: Sequence[str], detail: str) -> Key:
    ours, theirs = cells
    return Key(label, ours, theirs, "", detail, True)


def _key_of(label: str, comparison: Comparison, measure: Measure, show: Callable[[float | None], str]) -> Key:
    ours, theirs, estimate = show(measure.ours), show(measure.theirs), measure.estimate
    if not comparison.same_work:
        return Key(label, ours, theirs, "–", "not the same work", False)
    if estimate is None:
        return Key(label, ours, theirs, "–", NOT_REPORTED if measure.ours is None else "nothing to compare", False)
    sure = measure.claim != NONE
    sign = "−" if estimate.ratio < 1 else "+"
    value = f"{'' if sure else '~ '}{sign}{abs(estimate.ratio - 1):.0%}".replace("%", " %")
    told = [show_range(estimate.low, estimate.high)] if estimate.low is not None else ["no interval"]
    told += [show_p(estimate.p)] if estimate.p is not None else []
    return Key(label, ours, theirs, _tie(value), _tie(", ".join(told)), sure)


def _facts(runs: Sequence[Run]) -> list[tuple[str, str]]:
    shared = next((run.facts for run in runs if run.succeeded), runs[0].facts)
    fusion = sorted({run.fusion for run in runs if run.fusion})
    days = sorted(run.began.date().isoformat() for run in runs if run.began)
    facts: list[tuple[str, str]] = [
        (name, shared[name][:12] if name == "commit" else shared[name])
        for name in ("commit", "profile", "Nextflow version")
        if name in shared
    ]
    facts += [("Fusion version", join_names(fusion))] if fusion else []
    facts += [("Runs", days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}")] if days else []
    return [(name[0].upper() + name[1:], value) for name, value in facts]


def _machines(result: Result) -> list[tuple[str, list[str]]]:
    total: defaultdict[str, float] = defaultdict(float)
    for arm in result.arms:
        for name, spent in arm.machine_types.items():
            total[name] += spent
    names = sorted(total, key=lambda name: (-total[name], name))
    shown = [(name, [name]) for name in names[:MOST_MACHINES]]
    if rest := names[MOST_MACHINES:]:
        shown.append((f"{len(rest)} more", rest))
    return [(label, [_hours_on(group, arm) for arm in result.arms]) for label, group in shown]


def _hours_on(names: Sequence[str], arm: ArmFigures) -> str:
    spent = sum(arm.machine_types.get(name, 0) for name in names)
    return show_hours(spent) if spent else "–"


def _snapshot(seen: TaskSnapshots) -> dict[str, str]:
    return {
        "process": seen.task.process,
        "machine": seen.task.machine_type or NOT_REPORTED,
        "incremental": show_count(seen.incremental),
        "full": show_count(seen.full),
        "restores": show_count(seen.restores),
        "took": ", ".join(show_duration(second) for second in seen.seconds) or "not finished",
        "predicted": NOT_REPORTED if seen.predicted is None else f"at most {show_duration(seen.predicted)}",
    }


def _runs(arm: ArmFigures) -> list[dict[str, object]]:
    return [
        {
            "name": run.name,
            "began": f"{run.began:%Y-%m-%d %H:%M}" if run.began else NOT_REPORTED,
            "status": run.status.lower(),
            "hours": show_hours(run.hours),
            "usd": show_usd(run.cost),
            "tasks": show_count(len(run.tasks)),
            "lost": show_count(totals.lost.attempts),
            "interruptions": "not on Spot" if arm.on_spot is False else show_count(run.hits),
        }
        for run, totals in zip(arm.runs, arm.totals, strict=True)
    ]

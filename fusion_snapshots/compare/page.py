"""comparison.html: one page that needs nothing else, light or dark, on a screen or on paper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from ..errors import UserError
from ..findings import mask, printable
from ..runs.run import Run
from ..tools import how_to_install
from .charts import Change, Chart, chart_cost, chart_lost, chart_time, rank_processes
from .figures import ArmFigures, Comparison, Measure
from .judge import Result
from .significance import ALPHA
from .snapshots import TaskSnapshots
from .table import rows_of
from .verdict import Evidence, find_first, weigh
from .words import NOT_REPORTED, join_names, show_chance, show_count, show_duration, show_hours, show_usd

try:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
except ModuleNotFoundError:
    raise UserError(f"Jinja2 is not installed. Run: {how_to_install()}") from None

MOST_MACHINES = 15


class Key(NamedTuple):
    """One of the figures at the top; sure unless the difference may be chance."""

    label: str
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
    verdict: str
    keys: list[Key]
    against: str
    facts: list[tuple[str, str]]
    cost: Chart
    time: Chart
    lost: Chart
    arms: list[str]
    rows: list[tuple[str, list[str]]]
    processes: list[Processes]
    machines: list[tuple[str, list[str]]]
    snapshots: list[dict[str, str]]
    runs: list[dict[str, object]]
    notes: list[str]
    alpha: float


def draw_page(result: Result) -> str:
    """Return the page as HTML."""
    return make_templates().get_template("page.html.j2").render(page=make_page(result))


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
    first = find_first(result.comparisons)
    changes = [Processes(c.arm.name, c.baseline.name, rank_processes(c)) for c in result.comparisons]
    return Page(
        pipeline=next((run.pipeline for run in runs if run.pipeline), "this workflow"),
        verdict=_tie(result.verdict),
        keys=_keys(first),
        against=f"{first.arm.name} against {first.baseline.name}, medians",
        facts=_facts(runs),
        cost=chart_cost(result.arms),
        time=chart_time(result.arms),
        lost=chart_lost(result.arms),
        arms=[arm.name for arm in result.arms],
        rows=rows_of(result),
        processes=[each for each in changes if each.changes],
        machines=_machines(result),
        snapshots=[_snapshot(task) for task in result.logs.tasks],
        runs=[_run(number, run) for number, arm in enumerate(result.arms) for run in arm.runs],
        notes=[_tie(note) for note in result.notes],
        alpha=ALPHA,
    )


def _tie(text: str) -> str:
    """Return a text whose figures are not parted from their signs and units at a line's end."""
    return re.sub(r" (?==|%|USD\b)|(?<==) |(?<=~,) ", "\N{NO-BREAK SPACE}", text)


def _keys(comparison: Comparison) -> list[Key]:
    arm = comparison.arm
    attempts = "1 attempt" if arm.lost.attempts == 1 else f"{show_count(arm.lost.attempts)} attempts"
    known = arm.interruptions is not None
    met = "of its tasks, as reported" if known else f"{NOT_REPORTED}, which does not mean none"
    return [
        _ratio_key("Cost of a run", "USD", comparison.cost),
        _ratio_key("Time of a run", "hours", comparison.time),
        Key("Work lost", show_hours(arm.lost.task_hours), f"task-hours, in {attempts} of all its runs", True),
        Key("Spot interruptions", show_count(arm.interruptions) if known else "–", met, known),
    ]


def _ratio_key(label: str, unit: str, measure: Measure) -> Key:
    if measure.ratio is None:
        return Key(label, "–", f"{unit} {NOT_REPORTED}, or no run succeeded", False)
    sure = weigh(measure) is Evidence.SHOWN
    sign = "−" if measure.ratio < 1 else "+"
    value = f"{'' if sure else '~ '}{sign}{abs(measure.ratio - 1):.0%}".replace("%", " %")
    p = show_chance(measure.p if measure.enough else None)
    detail = f"{median(measure.ours):,.2f} against {median(measure.theirs):,.2f} {unit} ({p})"
    return Key(label, value, _tie(detail), sure)


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
    total: dict[str, float] = {}
    for arm in result.arms:
        for name, spent in arm.machine_types.items():
            total[name] = total.get(name, 0) + spent
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


def _run(arm: int, run: Run) -> dict[str, object]:
    return {
        "arm": arm,
        "name": run.name,
        "status": run.status.lower(),
        "hours": show_hours(run.hours),
        "usd": show_usd(run.cost),
        "tasks": show_count(len(run.tasks)),
        "lost": show_count(sum(task.lost for task in run.tasks)),
        "interruptions": "not on Spot" if run.on_spot is False else show_count(run.hits),
    }

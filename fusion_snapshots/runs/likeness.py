"""Only like is compared with like: what two runs must have in common, and in what they do not.

The facts are the runs' own, from workflow.json of `tw runs dump`; the folder's files may have changed since.
Names, and Fusion on or off, refuse nothing: they are what is compared.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from ..findings import shorten

# Parameters in which any two runs differ: where the results go, and the time nf-core's pipelines put in a file name.
OWN_PARAMS = ("outdir", "trace_report_suffix")


class Comparable(Protocol):
    """What takes part in a comparison: a run, or what stands for one."""

    @property
    def name(self) -> str: ...
    @property
    def arm(self) -> str: ...
    @property
    def succeeded(self) -> bool: ...
    @property
    def facts(self) -> dict[str, str]: ...


def facts_of(workflow: Mapping[str, Any]) -> dict[str, str]:
    """Return what a run and its like must have in common, each by the name people know it by.

    A fact that the run does not tell is not there.
    """
    nextflow = workflow.get("nextflow")
    told = {
        "pipeline": workflow.get("projectName") or workflow.get("repository"),
        "commit": workflow.get("commitId") or workflow.get("revision"),
        "profile": workflow.get("profile"),
        "Nextflow version": nextflow.get("version") if isinstance(nextflow, dict) else None,
    }
    facts = {name: value for name, value in told.items() if isinstance(value, str) and value}
    params = workflow.get("params")
    if not isinstance(params, dict):
        return facts
    for name, value in sorted(params.items()):
        if name not in OWN_PARAMS:
            facts[f"parameter {name}"] = _without_outdir(value, params.get("outdir"))
    return facts


def find_unlike(runs: Sequence[Comparable]) -> list[str]:
    """Return a line for each run that is not like the others, naming what differs; none where all are alike.

    The others are the largest group of runs alike, the first of these where two are as large.
    """
    groups = Counter(tuple(sorted(run.facts.items())) for run in runs if run.succeeded)
    if not groups:
        groups = Counter(tuple(sorted(run.facts.items())) for run in runs)
    if not groups:
        return []
    usual = dict(groups.most_common(1)[0][0])
    model = next(run for run in runs if run.facts == usual)
    lines = []
    for run in runs:
        if differs := find_differences(run, model):
            lines.append(f"{run.name} ({run.arm}) differs from {model.name} ({model.arm}): {'; '.join(differs)}")
    return lines


def find_differences(run: Comparable, model: Comparable) -> list[str]:
    """Return in what a run differs from another.

    What a run that failed does not tell is not held against it: it may have ended before it was known.
    """
    names: Iterable[str] = dict.fromkeys([*model.facts, *run.facts])
    if not (run.succeeded and model.succeeded):
        names = [name for name in names if name in run.facts and name in model.facts]
    return [
        f"{name} is {_shown(run.facts, name)}, there {_shown(model.facts, name)}"
        for name in names
        if run.facts.get(name) != model.facts.get(name)
    ]


def _shown(facts: Mapping[str, str], name: str) -> str:
    value = facts.get(name)
    return "not given" if value is None else shorten(value)


def _without_outdir(value: object, outdir: object) -> str:
    """Return a parameter as text; paths in the results, such as nf-core's tracedir, differ as their folders do."""
    text = json.dumps(value, sort_keys=True)
    return text.replace(outdir, "<outdir>") if isinstance(outdir, str) and outdir else text

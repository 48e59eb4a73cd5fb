#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# ///
"""Ask tw how the runs of report/runs.csv ended and list those to compare in report/samplesheet.csv.

A run is compared only with runs of the same pipeline, revision and parameters on the other compute environment.

Exit code 0: the samplesheet is written; 1: there is nothing fair to compare yet, and why; 2: tw could not be asked;
130: interrupted.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import shlex
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import seqera
from seqera import GROUPS, RUN_ID, RUN_ID_FORM, Row, TwError, Variables, stop

SAMPLESHEET = Path(__file__).resolve().parent / "samplesheet.csv"
UNDER_WAY = ("SUBMITTED", "RUNNING", "UNKNOWN")
# Parameters in which any two runs differ: where the results go, and the time nf-core's pipelines put in a file name.
OWN_PARAMS = ("outdir", "trace_report_suffix")
MISSED_ANSWERS = 5  # while waiting, so many times in a row tw may fail to answer


class Run(NamedTuple):
    """A run of the comparison, and what its partner must have in common with it."""

    identifier: str
    name: str
    group: str
    facts: dict[str, str]

    def __str__(self) -> str:
        return f"{self.name} ({self.identifier})"


def rows_to_compare(env: Variables) -> list[Row]:
    """Return the rows of report/runs.csv that belong in the comparison, with the ids they lacked; raises TwError."""
    rows = seqera.read_runs()
    unknown = [row for row in rows if not row["id"]]
    for row in unknown:
        row["id"] = seqera.find_run(env, row["name"])
        if not row["id"]:
            print(f"{row['name']}: never started; its row in report/runs.csv may go")
    if any(row["id"] for row in unknown):
        text = io.StringIO()
        writer = csv.DictWriter(text, [name for name in rows[0] if name], lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
        seqera.replace(seqera.RUNS, text.getvalue())
    chosen = []
    for row in {row["id"]: row for row in rows}.values():
        if not row["id"] or row["name"].startswith(seqera.SMOKE_TEST):
            continue
        if group_of(row):
            chosen.append(row)
        else:
            print(f"{row['name']}: ran on {row['compute environment']}, which is none of the two; left out")
    return chosen


def group_of(row: Row) -> str:
    """Return the group of nf-aggregate a row belongs to: the end of its compute environment's name, or nothing."""
    return next((group for group in GROUPS if row["compute environment"].endswith(f"_{group}")), "")


def view(env: Variables, identifier: str, *parts: str) -> Any:
    """Return tw's view of a run; raises TwError."""
    return seqera.tw(env, "runs", "view", "--id", identifier, "--workspace", seqera.workspace(env), *parts)


def states(env: Variables, rows: list[Row], known: dict[str, str]) -> dict[str, str]:
    """Return the status of each run by its id, asking only for those not known to have ended; raises TwError."""
    for row in rows:
        if known.get(row["id"], "UNKNOWN") in UNDER_WAY:
            try:
                known[row["id"]] = str(view(env, row["id"])["general"]["status"])
            except TwError as error:
                if not re.search("Pipeline run .* not found", str(error)):
                    raise
                known[row["id"]] = "DELETED"
    return known


def wait(env: Variables, rows: list[Row], every: float) -> dict[str, str]:
    """Return the status of each run once all have ended, showing how far they are; raises TwError."""
    known: dict[str, str] = {}
    began = time.monotonic()
    missed = 0
    shown = ""
    live = sys.stdout.isatty()
    while True:
        try:
            states(env, rows, known)
            missed = 0
        except TwError as error:
            missed += 1
            if missed == MISSED_ANSWERS:
                raise
            print(f"{error}; asking again in {every:g} seconds", file=sys.stderr)
        going = [row for row in rows if known.get(row["id"], "UNKNOWN") in UNDER_WAY]
        text = f"{len(rows) - len(going)} of {len(rows)} runs have ended"
        text += "".join(f", {row['name']} {known.get(row['id'], 'UNKNOWN')}" for row in going)
        minutes = f" ({(time.monotonic() - began) / 60:.0f} min)"
        if live:
            print(f"\r\033[K{text}{minutes}", end="" if going else "\n", flush=True)
        elif text != shown:
            print(text + minutes, flush=True)
        shown = text
        if not going:
            return known
        time.sleep(every)


def facts_of(env: Variables, row: Row) -> dict[str, str]:
    """Return what a run and its partner must have in common, each by the name people know it by; raises TwError."""
    seen = view(env, row["id"], "--params", "--command")
    words = shlex.split(seen.get("command") or "")

    def after(*names: str) -> str:
        return next((words[words.index(name) + 1] for name in names if name in words[:-1]), "none")

    params = dict(seen.get("parameters") or {})
    outdir = params.get("outdir")
    facts = {"pipeline": after("run"), "revision": after("-r", "-revision"), "profile": after("-profile")}
    facts["commit"] = str(seen["general"].get("commitId") or "none")
    for name, value in sorted(params.items()):
        if name not in OWN_PARAMS:
            text = json.dumps(value, sort_keys=True)
            # Paths in the results, such as nf-core's tracedir, differ as the results' folders do.
            facts[f"parameter {name}"] = (
                text.replace(outdir, "<outdir>") if isinstance(outdir, str) and outdir else text
            )
    return facts


def difference(run: Run, other: Run) -> list[str]:
    """Return in what two runs differ."""
    names = sorted({*run.facts, *other.facts}, key=lambda name: (name.startswith("parameter"), name))
    return [
        f"{name} {run.facts.get(name, 'not given')} here, {other.facts.get(name, 'not given')} there"
        for name in names
        if run.facts.get(name) != other.facts.get(name)
    ]


def unmatched(runs: list[Run]) -> list[str]:
    """Return a line for each run that none on the other compute environment matches."""
    lines = []
    for run in runs:
        others = [other for other in runs if other.group != run.group]
        nearest = min(others, key=lambda other: len(difference(run, other)), default=None)
        if nearest and (differs := difference(run, nearest)):
            lines.append(f"{run} has no partner on {nearest.group}. {nearest} differs from it: {'; '.join(differs)}")
    return lines


def collect(env: Variables, waiting: bool, every: float) -> int:
    """Write the samplesheet if there is something fair to compare; return the exit code. Raises TwError."""
    rows = rows_to_compare(env)
    if not rows:
        stop("report/runs.csv lists no run of the workflow. Launch it first: make launch", 1)
    known = wait(env, rows, every) if waiting else states(env, rows, {})
    for row in rows:
        print(f"{row['id']}  {row['name']}  {known[row['id']]}")
    good = [row for row in rows if known[row["id"]] == "SUCCEEDED"]
    going = [row["name"] for row in rows if known[row["id"]] in UNDER_WAY]
    later = " Wait for those under way: make report WAIT=yes" if going else ""
    for group in GROUPS:
        if group not in [group_of(row) for row in good]:
            stop(
                f"no run on {group} has succeeded, so there is nothing to compare." + (later or " Launch: make launch"),
                1,
            )
    runs = [Run(row["id"], row["name"], group_of(row), facts_of(env, row)) for row in good]
    if lines := unmatched(runs):
        lines.append(
            "Nothing was written, as such runs cannot be compared. Launch the ones that are missing (make launch), or "
            "delete the rows of those that do not belong from report/runs.csv, then: make report"
        )
        stop("\n  ".join(lines), 1)
    where = seqera.workspace(env)
    for run in runs:
        if not RUN_ID.fullmatch(run.identifier):
            stop(f"{run}: nf-aggregate takes run ids of {RUN_ID_FORM}; mend it in report/runs.csv", 1)
    text = f"{','.join(seqera.SAMPLESHEET)}\n" + "".join(f"{run.identifier},{where},{run.group}\n" for run in runs)
    seqera.replace(SAMPLESHEET, text)
    counts = {group: sum(run.group == group for run in runs) for group in GROUPS}
    print(f"report/samplesheet.csv: {' and '.join(f'{count} on {group}' for group, count in counts.items())}.")
    if len(set(counts.values())) > 1:
        print("The groups differ in size: compare their means, not their sums.")
    if going:
        print(f"Left out, as they are under way: {', '.join(going)}. To wait for them: make report WAIT=yes")
    return 0


def main() -> int:
    """Write the samplesheet and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--wait", action="store_true", help="wait until every run has ended")
    parser.add_argument(
        "--every", type=float, default=30, metavar="SECONDS", help="how often --wait asks (default: %(default)s)"
    )
    options = parser.parse_args()
    try:
        return collect(seqera.environment(), options.wait, options.every)
    except TwError as error:
        stop(f"{error}. Nothing was written; when that is mended: make report")
    except KeyboardInterrupt:
        print(
            "\ncollect.py: stopped waiting. The runs go on and nothing was written; then: make report", file=sys.stderr
        )
        return 130


if __name__ == "__main__":
    sys.exit(main())

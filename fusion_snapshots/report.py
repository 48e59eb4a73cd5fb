"""make report: give nf-aggregate the runs that succeeded on each arm, and launch it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from .benchmark import Benchmark
from .checks.samplesheet import COLUMNS, RUN_ID, RUN_ID_FORM
from .errors import UserError
from .folder.layout import BASELINE, DATASET, REPORT_LAUNCH, REPORT_PARAMS, REPORT_PIPELINE, SAMPLESHEET, arm_of
from .launch import launch_files
from .output import say, show_command, showing
from .pipelines import add_absent, refuse_different
from .platform.launchpad import look_up_all
from .platform.seqerakit import Command
from .platform.workspace import Workspace, is_under_way
from .process import at_once
from .runs.fetch import fetch_runs, fetching
from .runs.likeness import find_unlike
from .runs.listed import Row
from .runs.run import Run
from .runs.states import find_compared_rows, read_states, wait_for_runs
from .runs.store import write_whole

COST_REPORT = "benchmark_aws_cur_report"
AGAIN = "make report"


def report(benchmark: Benchmark, wait: bool, every: float) -> None:
    """Write the samplesheet, make it the workspace's dataset, and launch nf-aggregate on it; raises UserError.

    every is in seconds: how often a run is asked for while waiting.
    """
    rows, known = find_compared_rows(benchmark), dict[str, str]()
    if wait:
        known = wait_for_runs(benchmark.workspace, rows, every)
    plans = benchmark.seqerakit.planned_of([DATASET, REPORT_PIPELINE, REPORT_LAUNCH])
    command = plans[DATASET][0]
    with showing("asking for the runs, the dataset and the pipeline"), at_once() as pool:
        asked = pool.submit(read_states, benchmark.workspace, rows, known)
        dataset = pool.submit(benchmark.workspace.find, "datasets", command.name)
        pipelines = pool.submit(look_up_all, benchmark.workspace, benchmark.root, plans)
        with fetching(benchmark, rows, asked) as finish:
            states = asked.result()
            for row in rows:
                say(f"{row.id}  {row.name}  {states[row.id]}")
            fetched = finish()
        write_samplesheet(benchmark, rows, states, fetched)
        refuse_different(pipelines.result(), "nothing was added.")
        words = dataset_words(command, exists=dataset.result() is not None)
        show_command(["tw", *words])
        url = pool.submit(write_dataset, benchmark.workspace, words, command.name)
        add_absent(benchmark, pipelines.result(), AGAIN)
        write_params(benchmark.root, url.result())
    if not any(COST_REPORT in command.params for command in plans[REPORT_LAUNCH]):
        say(
            f"There is no AWS cost report ({COST_REPORT} in {REPORT_LAUNCH} is null): the report shows run times and "
            "the use of CPU, memory and storage, but no costs. make compare shows the Platform's estimate of them."
        )
    launch_files(benchmark, [REPORT_LAUNCH], AGAIN, compare=False)
    outdir = re.search(r'^outdir: "?([^"\n]+)', plans[REPORT_LAUNCH][0].params, re.MULTILINE)
    say(
        f"Once this run has ended, the report is in {outdir[1] if outdir else benchmark.env['PIPELINE_OUTDIR_PREFIX']}."
    )


def write_samplesheet(
    benchmark: Benchmark, rows: list[Row], states: dict[str, str], fetched: Mapping[str, Run]
) -> None:
    """Write the runs that succeeded, with their arms; raises UserError where there is nothing fair to compare.

    fetched are those that are at hand, by id.
    """
    sides = benchmark.arms
    succeeded = [row for row in rows if states[row.id] == "SUCCEEDED"]
    going = [row.name for row in rows if is_under_way(states[row.id])]
    counts = {arm.name: sum(arm_of(row.compute_env, sides) == arm.name for row in succeeded) for arm in sides}
    if not counts.get(BASELINE) or sum(count > 0 for count in counts.values()) < 2:
        empty = " and ".join(name for name, count in counts.items() if not count)
        later = f"Wait for those under way: {AGAIN} WAIT=yes" if going else "Launch: make launch"
        raise UserError(f"no run on {empty} has succeeded, so there is nothing to compare. {later}", 1)
    for row in succeeded:
        if not RUN_ID.fullmatch(row.id):
            raise UserError(f"{row.name} ({row.id}): nf-aggregate takes run ids of {RUN_ID_FORM}; fix it in its row", 1)
    if lines := find_unlike(fetch_runs(benchmark, succeeded, fetched)):
        advice = (
            "Nothing was written, as such runs cannot be compared. Launch the ones that are missing (make launch), or "
            f"delete the rows of those that do not belong from report/runs.csv, then: {AGAIN}"
        )
        raise UserError("\n  ".join([*lines, advice]), 1)
    lines = [
        ",".join(COLUMNS),
        *(f"{row.id},{benchmark.workspace.name},{arm_of(row.compute_env, sides)}" for row in succeeded),
    ]
    write_whole(benchmark.root, SAMPLESHEET, "\n".join([*lines, ""]))
    say(f"{SAMPLESHEET}: {' and '.join(f'{count} on {name}' for name, count in counts.items() if count)}.")
    if len({count for count in counts.values() if count}) > 1:
        say("The arms differ in their number of runs: compare means, not sums.")
    if going:
        say(f"Left out, as they are under way: {', '.join(going)}. To wait for them: {AGAIN} WAIT=yes")


def dataset_words(command: Command, *, exists: bool) -> list[str]:
    """Return what tw is told to make the samplesheet a dataset, as a command says it, or a new version of one."""
    if not exists:
        return command.words[1:]
    header = ["--header"] if "--header" in command.words else []
    place = ["--workspace", command.option("--workspace")]
    return ["datasets", "update", "--name", command.name, "--file", command.words[3], *header, *place]


def write_dataset(workspace: Workspace, words: list[str], name: str) -> str:
    """Have tw do so, and return the address of the dataset's newest version; raises UserError."""
    workspace.tw.ask(*words)
    return workspace.ask("datasets", "url", "--name", name).text("datasetUrl")


def write_params(root: Path, url: str) -> None:
    """Write the dataset's address to the report's parameters; other lines there stay."""
    lines = (root / REPORT_PARAMS).read_text(encoding="utf-8").splitlines()
    others = [line for line in lines if not line.startswith("input:")]
    write_whole(root, REPORT_PARAMS, "\n".join([*others, f"input: {json.dumps(url)}", ""]))
    say(f"{REPORT_PARAMS}: {url}")

"""make destroy: show what the files of this folder made in the workspace, delete it when confirmed, and look again."""

from __future__ import annotations

import time
from typing import NamedTuple

from .benchmark import Benchmark
from .compute_envs import DELETION_MINUTES
from .errors import UserError
from .findings import count_of
from .folder.layout import DATASET, HELLO_PIPELINE, REPORT_PIPELINE, RUNS
from .folder.variables import Variables
from .json_reply import Reply
from .output import Progress, is_confirmed, say
from .platform.differences import Difference, find_differences
from .platform.seqerakit import Command
from .platform.workspace import KINDS, UNDER_WAY, Workspace
from .process import at_once
from .runs.listed import Row, read_runs
from .runs.states import read_states


class Target(NamedTuple):
    """Something to delete: its command, its entry in the Platform's list, and for a compute environment its view."""

    command: Command
    entry: Reply
    seen: Reply | None

    @property
    def identifier(self) -> str:
        return self.entry.text("pipelineId" if self.command.resource == "pipelines" else "id")

    @property
    def title(self) -> str:
        return f"{KINDS[self.command.resource].noun} {self.command.name}"


def destroy(benchmark: Benchmark, confirm: str, every: float) -> None:
    """List what exists of this folder's, delete it when confirmed, and say what remains; raises UserError.

    every is in seconds: how often the Platform is asked whether all is gone.
    """
    workspace = benchmark.workspace
    # Pipelines hold on to compute environments, so these go last.
    files = [REPORT_PIPELINE, DATASET, HELLO_PIPELINE, *(arm.pipeline for arm in benchmark.arms)]
    files += [arm.compute_env for arm in benchmark.arms]
    plans = benchmark.seqerakit.planned_of(benchmark.files(*files))
    commands = [command for plan in plans.values() for command in plan if command.resource in KINDS]
    targets = _find(workspace, commands)
    _refuse(benchmark, targets)
    if not targets:
        say(f"Nothing of these files is in {workspace.name}.")
    else:
        _show(benchmark, targets, commands)
        if not is_confirmed(confirm, "Type yes to delete them: "):
            raise UserError("nothing was deleted. To delete them: make destroy CONFIRM=yes", 1)
        _delete(workspace, targets, every)
        say(f"All {len(targets)} are gone from {workspace.name}.")
    _show_remains(benchmark.env)


def _find(workspace: Workspace, commands: list[Command]) -> list[Target]:
    with at_once() as pool:
        environments = pool.submit(workspace.compute_envs)
        found = [
            (command, pool.submit(workspace.find, command.resource, command.name))
            for command in commands
            if command.resource != "compute-envs"
        ]
        targets = [Target(command, entry, None) for command, future in found if (entry := future.result())]
        known = environments.result()
        ours = [(c, known[c.name]) for c in commands if c.resource == "compute-envs" and c.name in known]
        seen = pool.map(lambda pair: workspace.view_compute_env(pair[1].text("id")), ours)
        return targets + [Target(*pair, view) for pair, view in zip(ours, seen, strict=True)]


def _refuse(benchmark: Benchmark, targets: list[Target]) -> None:
    """Raise UserError where something is not what the files describe, or runs of this folder are under way."""
    differing = [(target, find_differences(target.command, target.seen)) for target in targets if target.seen]
    troubles = [_describe(target, found) for target, found in differing if found]
    if troubles:
        hint = "Another folder with the same COMPUTE_ENV_PREFIX may have made them: delete them in the Platform"
        raise UserError("\n  ".join(["nothing was deleted.", *troubles, hint]), 1)
    if going := _find_under_way(benchmark):
        lines = [f"{row.name} ({row.id}) is {status}" for row, status in going]
        cancel = f"tw runs cancel --workspace {benchmark.workspace.name} --id ID"
        raise UserError("\n  ".join(["nothing was deleted.", *lines, f"Wait for them, or cancel each: {cancel}"]), 1)


def _find_under_way(benchmark: Benchmark) -> list[tuple[Row, str]]:
    """Return the rows of runs that have not ended, with their states; the newest 100 runs are looked at."""
    rows, workspace = read_runs(benchmark.root), benchmark.workspace
    if not rows:
        return []
    listed = {run.text("id"): run for run in workspace.newest_runs() if run.text("status", "") in UNDER_WAY}
    by_name = {run.text("runName", ""): identifier for identifier, run in listed.items()}
    named = [row._replace(id=row.id or by_name.get(row.name, "")) for row in rows]
    going = [row for row in named if row.id in listed]
    # The list may lag behind the runs themselves.
    states = read_states(workspace, going)
    return [(row, states[row.id]) for row in going if states[row.id] in UNDER_WAY]


def _describe(target: Target, found: list[Difference]) -> str:
    return f"{target.command.name} is not what its file describes: {'; '.join(map(str, found))}"


def _show(benchmark: Benchmark, targets: list[Target], commands: list[Command]) -> None:
    say(f"From {benchmark.workspace.name} these go:\n")
    for target in targets:
        details = ""
        if target.seen:
            config = target.seen.get("config")
            facts = {
                "created": target.seen.text("dateCreated", ""),
                "region": config.text("region", ""),
                "work directory": config.text("workDir", ""),
            }
            details = ", ".join(f"{name} {value}" for name, value in facts.items() if value)
        say(f"  {target.title}{f' ({details})' if details else ''}")
    ours = {command.name for command in commands}
    if others := {row.compute_env for row in read_runs(benchmark.root)} - ours:
        say(f"\nNot of these files, so they stay: {', '.join(sorted(others))} ({RUNS} names them).")
    say()


def _delete(workspace: Workspace, targets: list[Target], every: float) -> None:
    """Delete by id what was shown, then look each up until it is gone; raises UserError naming what remains."""
    troubles = {}
    for target in targets:
        say(f"Deleting {target.title}")
        try:
            workspace.ask(target.command.resource, "delete", "--id", target.identifier)
        except UserError as error:
            troubles[target.title] = str(error)
    progress = Progress()
    while left := _find_left(workspace, targets):
        progress.show(f"{count_of(len(left), 'thing')} not gone yet: {', '.join(target.title for target in left)}")
        if progress.minutes > DELETION_MINUTES or all(target.title in troubles for target in left):
            progress.end()
            lines = [f"{target.title}: {troubles.get(target.title, 'still being deleted')}" for target in left]
            raise UserError("\n  ".join(["these are left:", *lines, "Fix that, then again: make destroy"]), 1)
        time.sleep(every)
    progress.end()


def _find_left(workspace: Workspace, targets: list[Target]) -> list[Target]:
    """Return the targets that the workspace still lists, all looked up at once."""
    with at_once() as pool:
        found = pool.map(lambda target: workspace.find(target.command.resource, target.command.name), targets)
        return [target for target, entry in zip(targets, found, strict=True) if entry]


def _show_remains(env: Variables) -> None:
    say(
        f"""
What remains:
  the runs in the Platform, and their list in {RUNS}
  the results in {env["PIPELINE_OUTDIR_PREFIX"]}
  the work directory {env["AWS_WORK_DIR"]}, with the Snapshot data that killed runs left in .fusion/dump/
    of their task directories: it stays for ever, so delete the work directory when no run needs it any more
  the buckets {env["AWS_COMPUTE_ENV_ALLOWED_BUCKETS"]} and the credentials {env["AWS_CREDENTIALS"]}"""
    )

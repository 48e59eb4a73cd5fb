"""make destroy: show what the files of this folder made in the workspace, delete it when confirmed, and look again."""

from __future__ import annotations

from concurrent.futures import Future
from typing import NamedTuple

from .benchmark import Benchmark
from .compute_envs import DELETION_MINUTES
from .errors import UserError
from .findings import count_of
from .folder.layout import DATASET, HELLO_PIPELINE, REPORT_PIPELINE, RUNS
from .folder.variables import Variables
from .json_reply import Reply
from .output import is_confirmed, say, showing
from .pipelines import REPLACE
from .platform.differences import Difference, find_dataset_differences, find_differences
from .platform.launchpad import CANNOT_VIEW, look_up_all
from .platform.seqerakit import Command, Plans
from .platform.workspace import KINDS, Workspace, is_under_way
from .polling import poll
from .process import at_once
from .runs.listed import Row, read_runs
from .runs.states import Seen, look_at, may_start


class Target(NamedTuple):
    """Something to delete: its command, its id, in what it is not the file's, and words on it to be shown."""

    command: Command
    identifier: str
    differences: list[Difference]
    details: str = ""
    is_going: bool = False  # deleted already, and AWS takes it apart

    @property
    def title(self) -> str:
        return f"{KINDS[self.command.resource].noun} {self.command.name}"

    @property
    def is_held(self) -> bool:
        """Whether pipelines hold on to it."""
        return self.command.resource == "compute-envs"


def destroy(benchmark: Benchmark, confirm: bool, every: float) -> None:
    """List what exists of this folder's, delete it when confirmed, and say what remains; raises UserError.

    every is in seconds: how often the Platform is asked whether all is gone.
    """
    workspace = benchmark.workspace
    files = [REPORT_PIPELINE, DATASET, HELLO_PIPELINE, *(arm.pipeline for arm in benchmark.arms)]
    files += [arm.compute_env for arm in benchmark.arms]
    plans = benchmark.seqerakit.planned_of(benchmark.files(*files))
    commands = [command for plan in plans.values() for command in plan if command.resource in KINDS]
    with showing("looking up what there is"), at_once() as pool:
        runs = pool.submit(_look_at_runs, benchmark)
        targets = _find(benchmark, plans)
        _refuse(benchmark, targets, runs)
    if not targets:
        say(f"Nothing of these files is in {workspace.name}.")
    else:
        _show(benchmark, targets, commands)
        if not is_confirmed(confirm, "Type yes to delete them: "):
            raise UserError("nothing was deleted. To delete them: make destroy CONFIRM=yes", 1)
        _delete(workspace, targets, every)
        say(f"All {len(targets)} are gone from {workspace.name}.")
    _show_remains(benchmark.env)


def _find(benchmark: Benchmark, plans: Plans) -> list[Target]:
    """Return what there is of the plans in the workspace, in the order in which it may go; raises UserError."""
    workspace = benchmark.workspace
    commands = [command for plan in plans.values() for command in plan]
    with at_once() as pool:
        pipelines = pool.submit(look_up_all, workspace, benchmark.root, plans)
        datasets = pool.map(lambda each: _find_dataset(workspace, each), _of_kind(commands, "datasets"))
        known = workspace.compute_envs()
        there = [each for each in _of_kind(commands, "compute-envs") if each.name in known]
        environments = pool.map(lambda each: _view_compute_env(workspace, each, known[each.name]), there)
        found = [each for each in pipelines.result() if each.id]
        return [
            *(Target(each.command, each.id, each.differences, "" if each.can_view else CANNOT_VIEW) for each in found),
            *(each for each in datasets if each),
            *environments,
        ]


def _of_kind(commands: list[Command], resource: str) -> list[Command]:
    return [command for command in commands if command.resource == resource]


def _find_dataset(workspace: Workspace, command: Command) -> Target | None:
    entry = workspace.find("datasets", command.name)
    return Target(command, entry.text("id"), find_dataset_differences(command, entry)) if entry else None


def _view_compute_env(workspace: Workspace, command: Command, entry: Reply) -> Target:
    if entry.text("status", "") == "DELETING":  # it may be gone at the next look
        return Target(command, entry.text("id"), [], "being deleted already", is_going=True)
    seen = workspace.view_compute_env(entry.text("id"))
    config = seen.get("config")
    facts = {
        "created": seen.text("dateCreated", ""),
        "region": config.text("region", ""),
        "work directory": config.text("workDir", ""),
    }
    details = ", ".join(f"{name} {value}" for name, value in facts.items() if value)
    return Target(command, entry.text("id"), find_differences(command, seen), details)


def _refuse(benchmark: Benchmark, targets: list[Target], runs: Future[_Runs]) -> None:
    """Raise UserError where something is not what the files describe, or a run may still use it."""
    differing = [target for target in targets if target.differences]
    if differing:
        told = ((each.command.name, "; ".join(map(str, each.differences))) for each in differing)
        troubles = [f"{name} is not what its file describes: {differences}" for name, differences in told]
        hint = "Another folder with the same COMPUTE_ENV_PREFIX may have made them: delete them in the Platform"
        if any(each.command.resource == "pipelines" for each in differing):
            hint += f". Or, where you edited a pipeline's files since: {REPLACE}"
        raise UserError("\n  ".join(["nothing was deleted.", *troubles, hint]), 1)
    environments = {target.command.name for target in targets if target.command.resource == "compute-envs"}
    if targets and (lines := runs.result().describe(environments)):
        cancel = f"tw runs cancel --workspace {benchmark.workspace.name} --id ID"
        raise UserError("\n  ".join(["nothing was deleted.", *lines, f"Wait for them, or cancel each: {cancel}"]), 1)


class _Runs(NamedTuple):
    """The rows of report/runs.csv, other runs under way, and what the Platform says of each by its id."""

    rows: list[Row]
    others: list[Row]
    seen: dict[str, Seen]

    def describe(self, environments: set[str]) -> list[str]:
        """Return a line for each run under way: those of report/runs.csv, and others that use what would go."""
        going = {identifier: each for identifier, each in self.seen.items() if is_under_way(each.status)}
        lines = [f"{row.name}: whether it started is not known yet" for row in self.rows if may_start(row)]
        lines += [f"{row.name} ({row.id}) is {going[row.id].status}" for row in _with_ids(self.rows) if row.id in going]
        users = [(row, going[row.id]) for row in self.others if row.id in going]
        return lines + [
            f"{row.name} ({row.id}), which {RUNS} does not list, is {each.status} on {each.compute_env}"
            for row, each in users
            if each.compute_env in environments
        ]


def _look_at_runs(benchmark: Benchmark) -> _Runs:
    """Return the runs that may be under way; raises UserError.

    The list tells neither a run's compute environment nor, at once, how it ended: so each is asked for, those of
    report/runs.csv while the list is.
    """
    workspace, rows = benchmark.workspace, read_runs(benchmark.root)
    with at_once() as pool:
        listing = pool.submit(workspace.runs)
        seen = look_at(workspace, _with_ids(rows))
        listed = listing.result()
    names = {run.text("runName", ""): identifier for identifier, run in listed.items()}
    found = [row._replace(id=row.id or names.get(row.name, "")) for row in rows]
    own = {row.id for row in found}
    others = [
        Row(identifier, run.text("runName", ""), "", "")
        for identifier, run in listed.items()
        if identifier not in own and is_under_way(run.text("status", ""))
    ]
    seen |= look_at(workspace, [row for row in _with_ids([*found, *others]) if row.id not in seen])
    return _Runs(found, others, seen)


def _with_ids(rows: list[Row]) -> list[Row]:
    return list({row.id: row for row in rows if row.id}.values())


def _show(benchmark: Benchmark, targets: list[Target], commands: list[Command]) -> None:
    say(f"From {benchmark.workspace.name} these go:\n")
    for target in targets:
        say(f"  {target.title}{f' ({target.details})' if target.details else ''}")
    ours = {command.name for command in commands}
    if others := {row.compute_env for row in read_runs(benchmark.root)} - ours:
        say(f"\nNot of these files, so they stay: {', '.join(sorted(others))} ({RUNS} names them).")
    say()


def _delete(workspace: Workspace, targets: list[Target], every: float) -> None:
    """Delete by id what was shown, then look each up until it is gone; raises UserError naming what remains."""
    troubles: dict[str, str] = {}
    going = [target for target in targets if not target.is_going]
    # Pipelines hold on to compute environments, so these go last.
    for batch in filter(None, ([each for each in going if not each.is_held], [each for each in going if each.is_held])):
        for target in batch:
            say(f"Deleting {target.title}")
        with showing(f"deleting {count_of(len(batch), 'thing')}"), at_once() as pool:
            said = pool.map(lambda target: _delete_one(workspace, target), batch)
            troubles |= {target.title: text for target, text in zip(batch, said, strict=True) if text}

    def is_done(left: list[Target]) -> bool:
        return all(target.title in troubles for target in left)

    def describe(left: list[Target]) -> str:
        named = ", ".join(target.title for target in left)
        return f"{count_of(len(left), 'thing')} not gone yet: {named}" if left else ""

    if left := poll(lambda: _find_left(workspace, targets), is_done, describe, every, DELETION_MINUTES):
        lines = [f"{target.title}: {troubles.get(target.title, 'still being deleted')}" for target in left]
        raise UserError("\n  ".join(["these are left:", *lines, "Fix that, then again: make destroy"]), 1)


def _delete_one(workspace: Workspace, target: Target) -> str:
    """Delete by id, and return why that failed, if it did."""
    try:
        workspace.ask(target.command.resource, "delete", "--id", target.identifier)
    except UserError as error:
        return str(error)
    return ""


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

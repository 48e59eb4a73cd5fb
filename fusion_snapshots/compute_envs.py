"""make compute-envs: create what does not exist of every arm's compute environment, side by side, and wait for all."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from typing import NamedTuple

from .benchmark import Benchmark
from .errors import NoAnswerError, UserError
from .json_reply import Reply
from .output import say, showing
from .platform.differences import Difference, find_differences
from .platform.seqerakit import Command, Plans, how_to_delete
from .platform.tw_failure import advise
from .platform.workspace import Workspace
from .polling import poll
from .process import Program, at_once

CREATION_MINUTES = 30  # AWS needs about five
DELETION_MINUTES = 30


class Wanted(NamedTuple):
    """A compute environment that a file describes."""

    file: str
    command: Command

    @property
    def name(self) -> str:
        return self.command.name


def compute_env_files(benchmark: Benchmark) -> list[str]:
    """Return the files of all arms' compute environments."""
    return benchmark.files(*(arm.compute_env for arm in benchmark.arms))


def find_wanted(benchmark: Benchmark) -> list[Wanted]:
    """Return the compute environments of all arms; raises PlanError."""
    return wanted_of(benchmark.seqerakit.planned_of(compute_env_files(benchmark)))


def wanted_of(plans: Plans) -> list[Wanted]:
    """Return the compute environments that plans of files would make."""
    return [
        Wanted(file, command)
        for file, commands in plans.items()
        for command in commands
        if command.resource == "compute-envs"
    ]


def describe_trouble(wanted: Wanted, status: str, message: str) -> str:
    """Return why an environment of this status cannot be used, and what to do."""
    again = how_to_delete(wanted.file)
    if status == "DISABLED":
        return f"{wanted.name} is DISABLED. Enable it on its page of the Platform"
    reason = f": {message}" if message else ". Its page of the Platform names the reason"
    hint = "most often a permission that the AWS credentials lack"
    return f"{wanted.name} is {status}{reason} ({hint}). Fix that, delete it ({again}), then: make compute-envs"


def create_compute_envs(benchmark: Benchmark, every: float) -> None:
    """Create all arms' compute environments and return when each is AVAILABLE; raises UserError otherwise.

    every is in seconds: how often the Platform is asked.
    """
    workspace = benchmark.workspace
    with showing("looking at the compute environments"), at_once() as pool:
        plan, listed = pool.submit(find_wanted, benchmark), pool.submit(workspace.compute_envs)
        wanted, known = plan.result(), listed.result()
    known = _wait_until_gone(workspace, wanted, known, every)
    _refuse_different(workspace, [(item, known[item.name]) for item in wanted if item.name in known])
    with at_once() as pool, ExitStack() as programs:
        makers = {}
        for file in dict.fromkeys(item.file for item in wanted if item.name not in known):
            items = [item for item in wanted if item.file == file]
            is_new = not any(item.name in known for item in items)
            # What is there by now, seqerakit passes over, but where its end is to say that it made all.
            words = ("--on-exists", "fail" if is_new else "ignore", file)
            program = programs.enter_context(benchmark.seqerakit.start(*words, seconds=60 * CREATION_MINUTES))
            makers[file] = _Maker(items, is_new, program, pool.submit(list, program.lines()))
        known = _wait_until_made(workspace, wanted, known, every, list(makers.values()))
    _report(wanted, known, {file: maker.lines.result() for file, maker in makers.items()})


class _Maker(NamedTuple):
    """seqerakit, making the environments of a file; is_new: none of them was there."""

    items: list[Wanted]
    is_new: bool
    program: Program
    lines: Future[list[str]]

    def made(self) -> dict[str, Reply]:
        """Return, once it has ended, those that are AVAILABLE by how it ended: tw waited for that."""
        if not self.is_new or self.program.wait():
            return {}
        names = [item.name for item in self.items if item.command.option("--wait").upper() == "AVAILABLE"]
        return {name: Reply({"name": name, "status": "AVAILABLE"}, "tw compute-envs add") for name in names}


def _refuse_different(workspace: Workspace, pairs: list[tuple[Wanted, Reply]]) -> None:
    troubles = [
        describe_trouble(item, entry.text("status"), entry.text("message", ""))
        for item, entry in pairs
        if entry.text("status") not in ("AVAILABLE", "CREATING")
    ]
    with showing("comparing the compute environments with their files"), at_once() as pool:
        seen = list(pool.map(lambda pair: workspace.view_compute_env(pair[1].text("id")), pairs))
    for (item, _), answer in zip(pairs, seen, strict=True):
        if found := find_differences(item.command, answer):
            troubles.append(describe_differences(item, found))
    if troubles:
        raise UserError("\n  ".join(["nothing was created.", *troubles]), 1)


def describe_differences(wanted: Wanted, found: list[Difference]) -> str:
    """Return in what an existing environment differs from its file, and what to do."""
    listed = "; ".join(map(str, found))
    other = "Set another COMPUTE_ENV_PREFIX in env.sh"
    if any(each.option in ("credentials", "work-dir") for each in found):
        return f"{wanted.name} exists and differs: {listed}. Another folder may have made it. {other}"
    again = f"delete it ({how_to_delete(wanted.file)}) and make it again"
    return f"{wanted.name} exists and differs: {listed}. {other}, or {again}"


def _wait_until_gone(
    workspace: Workspace, wanted: list[Wanted], known: dict[str, Reply], every: float
) -> dict[str, Reply]:
    """Return the list once none of ours is being deleted, which takes AWS some minutes."""

    def going(known: dict[str, Reply]) -> str:
        return ", ".join(i.name for i in wanted if i.name in known and known[i.name].text("status") == "DELETING")

    def describe(known: dict[str, Reply]) -> str:
        return f"{names}: DELETING, which takes AWS some minutes" if (names := going(known)) else ""

    if not going(known):
        return known
    known = poll(workspace.compute_envs, lambda known: not going(known), describe, every, DELETION_MINUTES)
    if names := going(known):
        raise UserError(f"{names}: still DELETING after {DELETION_MINUTES} minutes", 1)
    return known


def _wait_until_made(
    workspace: Workspace, wanted: list[Wanted], known: dict[str, Reply], every: float, makers: list[_Maker]
) -> dict[str, Reply]:
    """Return the list once seqerakit has ended and nothing of ours is being created; show each state meanwhile.

    Nothing is asked for where all are known to be AVAILABLE.
    """
    under_way = [maker.lines for maker in makers]

    def look() -> tuple[bool, dict[str, Reply]]:
        ended = all(future.done() for future in under_way)  # before the list is asked for, which then decides
        if ended:
            last = known | {name: entry for maker in makers for name, entry in maker.made().items()}
            if set(states(last)) <= {"AVAILABLE"}:
                return True, last
        return ended, workspace.compute_envs()

    def states(known: dict[str, Reply]) -> list[str]:
        return [known[item.name].text("status") if item.name in known else "not there yet" for item in wanted]

    def is_done(seen: tuple[bool, dict[str, Reply]]) -> bool:
        return seen[0] and "CREATING" not in states(seen[1])

    def describe(seen: tuple[bool, dict[str, Reply]]) -> str:
        return ", ".join(f"{item.name} {state}" for item, state in zip(wanted, states(seen[1]), strict=True))

    try:
        return poll(look, is_done, describe, every, CREATION_MINUTES, wake=under_way)[1]
    except NoAnswerError as error:
        raise UserError(f"{error}. What was created stays; when make preflight is well: make compute-envs", 1) from None


def _report(wanted: list[Wanted], known: Mapping[str, Reply], outputs: Mapping[str, list[str]]) -> None:
    troubles = []
    for item in wanted:
        status = known[item.name].text("status") if item.name in known else ""
        if status == "AVAILABLE":
            say(f"{item.name} is AVAILABLE.")
            continue
        for line in outputs.get(item.file, ()):
            say(line)
        if status:
            troubles.append(describe_trouble(item, status, known[item.name].text("message", "")))
        else:
            remedy = advise(outputs.get(item.file, ())) or "Fix that, "
            troubles.append(f"{item.name} was not created, see above. {remedy}then: make compute-envs")
    if troubles:
        raise UserError("\n  ".join(troubles), 1)

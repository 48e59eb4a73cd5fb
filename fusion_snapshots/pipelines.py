"""make pipelines: add hello world and every arm's workflow to the Launchpad, where they are not there yet."""

from __future__ import annotations

from collections.abc import Iterable

from .benchmark import Benchmark
from .errors import UserError
from .folder.layout import HELLO_PIPELINE
from .json_reply import Reply
from .output import say
from .platform.differences import find_pipeline_differences
from .platform.seqerakit import Command, how_to_delete
from .platform.workspace import KINDS, Workspace
from .process import at_once

SECONDS = 600.0  # for one seqerakit command; it takes a few seconds a pipeline


def add_pipelines(benchmark: Benchmark) -> None:
    """Add the pipelines of hello world and of all arms; raises UserError."""
    files = [HELLO_PIPELINE, *(arm.pipeline for arm in benchmark.arms)]
    add_absent(benchmark, benchmark.files(*files), again="make pipelines")


def add_absent(benchmark: Benchmark, files: Iterable[str], again: str) -> None:
    """Have seqerakit add what files name and the workspace lacks; raises UserError naming the command to repeat.

    Each name is looked up first, as seqerakit sees only the first 100 pipelines of a workspace.
    """
    workspace = benchmark.workspace
    plans = benchmark.seqerakit.planned_of(files)
    named = [(file, command) for file, commands in plans.items() for command in commands if command.resource in KINDS]
    with at_once() as pool:
        found = list(pool.map(lambda pair: workspace.find(pair[1].resource, pair[1].name), named))
    pairs = list(zip(named, found, strict=True))
    _refuse_different(workspace, [(*name, entry) for name, entry in pairs if entry and name[1].resource == "pipelines"])
    absent = []
    for (file, command), entry in pairs:
        if entry is None:
            absent.append(file)
        else:
            say(f"{KINDS[command.resource].noun} {command.name}: there already")
    if absent:
        apply_files(benchmark, list(dict.fromkeys(absent)), again)


def _refuse_different(workspace: Workspace, there: list[tuple[str, Command, Reply]]) -> None:
    """Raise UserError where a pipeline of the Launchpad is not what its file says, as it would be launched as it is."""
    with at_once() as pool:
        seen = list(pool.map(lambda item: workspace.view_pipeline(item[2].text("pipelineId")), there))
    troubles = []
    for (file, command, _), answer in zip(there, seen, strict=True):
        if found := find_pipeline_differences(command, answer):
            again = f"Delete it ({how_to_delete(file)}) and repeat the step"
            troubles.append(f"{command.name} exists and differs: {'; '.join(map(str, found))}. {again}")
    if troubles:
        raise UserError("\n  ".join(["nothing was added.", *troubles]), 1)


def apply_files(benchmark: Benchmark, files: list[str], again: str, *options: str) -> None:
    """Run seqerakit for files, showing what it says; raises UserError where it fails or does not end in time."""
    words = [*(options or ("--on-exists", "ignore")), *files]
    with benchmark.seqerakit.start(*words, seconds=SECONDS) as seqerakit:
        for line in seqerakit.lines():
            say(line)
        code = seqerakit.wait()
    if code:
        if seqerakit.overdue:
            raise UserError(
                f"seqerakit did not end within {SECONDS:.0f} seconds and was stopped; some of it may be done. "
                f"Look at the workspace, then: {again}",
                1,
            )
        hint = f"Fix that (make compute-envs makes what lacks there), then: {again}"
        raise UserError(f"{' '.join(files)}: not done whole, see above. {hint}", code)

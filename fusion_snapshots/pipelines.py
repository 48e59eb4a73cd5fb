"""make pipelines: add hello world and every arm's workflow to the Launchpad, or make those there what the files say."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack

from .benchmark import Benchmark
from .errors import UserError
from .findings import count_of
from .folder.layout import HELLO_PIPELINE, REPORT_PIPELINE
from .output import say, showing, warn
from .platform.launchpad import CANNOT_VIEW, Pipeline, look_up_all, replace
from .platform.seqerakit import Command, Plans
from .platform.tw_failure import advise
from .process import Program, at_once

SECONDS = 600.0  # for one seqerakit command; it takes a few seconds a pipeline
REPLACE = "make pipelines REPLACE=yes"


def add_pipelines(benchmark: Benchmark) -> None:
    """Add the pipelines of hello world and of all arms; raises UserError."""
    _add(benchmark, pipeline_files(benchmark), again="make pipelines")


def replace_pipelines(benchmark: Benchmark) -> None:
    """Do the same, and make those of the Launchpad, also the report's, what their files say; raises UserError."""
    found = look_up_files(benchmark, all_pipeline_files(benchmark))
    anew = [each.file for each in found if each.may_differ and not replace(benchmark.workspace, each)]
    files = [*pipeline_files(benchmark), *(file for file in anew if file == REPORT_PIPELINE)]
    _add(benchmark, files, again=REPLACE)


def require_same_pipelines(benchmark: Benchmark, plans: Plans, commands: Iterable[Command]) -> None:
    """Raise UserError where a pipeline that commands name is not what its file says, as it would be launched as it is.

    plans are those of all pipelines' files. Says so, and no more, of one that tw cannot view. One that is not on the
    Launchpad is for the launch to refuse.
    """
    words = {word for command in commands for word in command.words}
    named = {file: [each for each in plan if each.name in words] for file, plan in plans.items()}
    refuse_different(look_up_all(benchmark.workspace, benchmark.root, named), "nothing was launched.")


def pipeline_files(benchmark: Benchmark) -> list[str]:
    """Return the files of the pipelines that launches need: hello world's and the arms'."""
    return benchmark.files(HELLO_PIPELINE, *(arm.pipeline for arm in benchmark.arms))


def all_pipeline_files(benchmark: Benchmark) -> list[str]:
    """Return these, and the file of the report's pipeline."""
    return [*pipeline_files(benchmark), *benchmark.files(REPORT_PIPELINE)]


def look_up_files(benchmark: Benchmark, files: Iterable[str]) -> list[Pipeline]:
    """Return the pipelines that files describe, each compared with the Launchpad's; raises UserError."""
    with showing("comparing the pipelines with their files"):
        return look_up_all(benchmark.workspace, benchmark.root, benchmark.seqerakit.planned_of(files))


def _add(benchmark: Benchmark, files: Iterable[str], again: str) -> None:
    found = look_up_files(benchmark, files)
    refuse_different(found, "nothing was added.")
    add_absent(benchmark, found, again)


def add_absent(benchmark: Benchmark, pipelines: Iterable[Pipeline], again: str) -> None:
    """Have seqerakit add the pipelines that the workspace lacks; raises UserError naming the command to repeat.

    They were looked up by their names, as seqerakit sees only the first 100 pipelines of a workspace.
    """
    for each in pipelines:
        if each.id:
            say(f"pipeline {each.name}: there already")
    if files := list(dict.fromkeys(each.file for each in pipelines if not each.id)):
        _apply(benchmark, files, again)


def refuse_different(pipelines: Iterable[Pipeline], nothing: str) -> None:
    """Raise UserError where pipelines of the Launchpad are not what their files say; name what tw cannot view."""
    troubles = [each.describe() for each in pipelines if each.differences]
    other = "If another folder made them, set another COMPUTE_ENV_PREFIX in env.sh instead"
    if troubles:
        raise UserError("\n  ".join([nothing, *troubles, f"To make them so: {REPLACE}", other]), 1)
    for each in pipelines:
        if not each.can_view:
            hint = f"To be sure that it is the same: {REPLACE}"
            warn(f"{each.name}: not compared with {each.file}: {CANNOT_VIEW}. {hint}")


def _apply(benchmark: Benchmark, files: list[str], again: str) -> None:
    """Have seqerakit add what files name, each file by a seqerakit of its own, side by side.

    seqerakit adds one thing after another, and lists what there is before. What each says is shown in the files' order.
    Raises UserError naming all files that failed, or did not end in time.
    """
    failed, late, said, code = list[str](), list[str](), list[str](), 0
    adding = f"adding the pipelines of {count_of(len(files), 'file')}"
    with showing(adding), at_once() as pool, ExitStack() as programs:
        words = [("--on-exists", "ignore", file) for file in files]
        started = [programs.enter_context(benchmark.seqerakit.start(*each, seconds=SECONDS)) for each in words]
        for file, (lines, ended, overdue) in zip(files, pool.map(_watch, started), strict=True):
            for line in lines:
                say(line)
                said.append(line)
            if ended:
                code = code or (1 if overdue else ended)
                (late if overdue else failed).append(file)
    hint = f"{advise(said) or 'Fix that (make compute-envs creates what is missing), '}then: {again}"
    troubles = [f"{' '.join(failed)}: did not finish, see above. {hint}"] if failed else []
    if late:
        troubles.append(
            f"{' '.join(late)}: seqerakit did not end within {SECONDS:g} seconds and was stopped; some of it may be "
            f"done. Look at the workspace, then: {again}"
        )
    if troubles:
        raise UserError("\n  ".join(troubles), code)


def _watch(program: Program) -> tuple[list[str], int, bool]:
    """Return, once a program has ended, its lines, its exit code, and whether its time was up."""
    return list(program.lines()), program.wait(), program.overdue

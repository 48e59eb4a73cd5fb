"""make pipelines: add hello world and every arm's workflow to the Launchpad, or make those there what the files say."""

from __future__ import annotations

from collections.abc import Iterable

from .benchmark import Benchmark
from .errors import UserError
from .folder.layout import HELLO_PIPELINE, REPORT_PIPELINE
from .output import say, warn
from .platform.launchpad import CANNOT_VIEW, Pipeline, look_up_all, replace
from .platform.seqerakit import Command
from .platform.tw_failure import advise

SECONDS = 600.0  # for one seqerakit command; it takes a few seconds a pipeline
REPLACE = "make pipelines REPLACE=yes"


def add_pipelines(benchmark: Benchmark) -> None:
    """Add the pipelines of hello world and of all arms; raises UserError."""
    add_absent(benchmark, pipeline_files(benchmark), again="make pipelines")


def replace_pipelines(benchmark: Benchmark) -> None:
    """Do the same, and make those of the Launchpad, also the report's, what their files say; raises UserError."""
    anew = [each.file for each in _look_up(benchmark) if each.may_differ and not replace(benchmark.workspace, each)]
    files = [*pipeline_files(benchmark), *(file for file in anew if file == REPORT_PIPELINE)]
    add_absent(benchmark, files, again=REPLACE)


def require_same_pipelines(benchmark: Benchmark, commands: Iterable[Command]) -> None:
    """Raise UserError where a pipeline that commands name is not what its file says, as it would be launched as it is.

    Says so, and no more, of one that tw cannot view. One that is not on the Launchpad is for the launch to refuse.
    """
    words = {word for command in commands for word in command.words}
    _refuse_different([each for each in _look_up(benchmark) if each.name in words], "nothing was launched.")


def pipeline_files(benchmark: Benchmark) -> list[str]:
    """Return the files of the pipelines that launches need: hello world's and the arms'."""
    return benchmark.files(HELLO_PIPELINE, *(arm.pipeline for arm in benchmark.arms))


def _look_up(benchmark: Benchmark) -> list[Pipeline]:
    files = [*pipeline_files(benchmark), *benchmark.files(REPORT_PIPELINE)]
    return look_up_all(benchmark.workspace, benchmark.root, benchmark.seqerakit.planned_of(files))


def add_absent(benchmark: Benchmark, files: Iterable[str], again: str) -> None:
    """Have seqerakit add what files name and the workspace lacks; raises UserError naming the command to repeat.

    Each name is looked up first, as seqerakit sees only the first 100 pipelines of a workspace.
    """
    workspace = benchmark.workspace
    plans = benchmark.seqerakit.planned_of(files)
    pipelines = look_up_all(workspace, benchmark.root, plans)
    _refuse_different(pipelines, "nothing was added.")
    for each in pipelines:
        if each.id:
            say(f"pipeline {each.name}: there already")
    if absent := [each.file for each in pipelines if not each.id]:
        apply_files(benchmark, list(dict.fromkeys(absent)), again)


def _refuse_different(pipelines: Iterable[Pipeline], nothing: str) -> None:
    """Raise UserError where pipelines of the Launchpad are not what their files say; name what tw cannot view."""
    troubles = [each.describe() for each in pipelines if each.differences]
    other = "If another folder made them, set another COMPUTE_ENV_PREFIX in env.sh instead"
    if troubles:
        raise UserError("\n  ".join([nothing, *troubles, f"To make them so: {REPLACE}", other]), 1)
    for each in pipelines:
        if not each.can_view:
            warn(
                f"{each.name}: not compared with {each.file}: {CANNOT_VIEW}. To be sure that it is the same: {REPLACE}"
            )


def apply_files(benchmark: Benchmark, files: list[str], again: str, *options: str) -> None:
    """Run seqerakit for files, showing what it says; raises UserError where it fails or does not end in time."""
    words = [*(options or ("--on-exists", "ignore")), *files]
    with benchmark.seqerakit.start(*words, seconds=SECONDS) as seqerakit:
        said = []
        for line in seqerakit.lines():
            say(line)
            said.append(line)
        code = seqerakit.wait()
    if code:
        if seqerakit.overdue:
            raise UserError(
                f"seqerakit did not end within {SECONDS:.0f} seconds and was stopped; some of it may be done. "
                f"Look at the workspace, then: {again}",
                1,
            )
        hint = f"{advise(said) or 'Fix that (make compute-envs creates what is missing), '}then: {again}"
        raise UserError(f"{' '.join(files)}: did not finish, see above. {hint}", code)

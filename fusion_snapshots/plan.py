"""make plan: the tw commands of all steps, variables filled in; nothing is sent."""

from __future__ import annotations

import shlex

from .benchmark import Benchmark
from .folder.layout import DATASET, HELLO_LAUNCH, HELLO_PIPELINE, REPORT_LAUNCH, REPORT_PIPELINE
from .output import say
from .platform.seqerakit import PARAMS, Command


def files_of_steps(benchmark: Benchmark) -> list[str]:
    """Return the seqerakit files of all steps that the folder holds, in the steps' order."""
    sides = benchmark.arms
    files = [arm.compute_env for arm in sides]
    files += [HELLO_PIPELINE, *(arm.pipeline for arm in sides), HELLO_LAUNCH, *(arm.launch for arm in sides)]
    files += [DATASET, REPORT_PIPELINE, REPORT_LAUNCH]
    return benchmark.files(*files)


def show_plan(benchmark: Benchmark) -> None:
    """Print the tw commands of all files; raises PlanError."""
    for file, commands in benchmark.seqerakit.planned_of(files_of_steps(benchmark)).items():
        say(f"# {file}")
        for command in commands:
            say(_lines_of(command))
            for line in command.params.splitlines():
                say(f"    # {PARAMS}: {line}")
        say()
    say(f"Nothing was sent. {PARAMS} stands for a temporary file that seqerakit writes.")


def _lines_of(command: Command) -> str:
    """Return a tw command as one would type it, an option a line."""
    lines = [""]
    for word in command.words:
        lines += [""] if word.startswith("--") or (len(lines) > 1 and lines[-1].count(" ") > 0) else []
        lines[-1] += (" " if lines[-1] else "") + shlex.quote(word)
    return " \\\n    ".join(lines)

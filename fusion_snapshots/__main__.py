"""python3 -m fusion_snapshots VERB: the steps of a benchmark folder, run from its root.

Exit code 0: done; 1: something was refused or failed; 2: the step could not run; 128 and the signal's number: it was
interrupted, 130 by Ctrl-C, 143 by SIGTERM, 129 by SIGHUP, all of which do the same.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from .errors import UserError
from .folder.layout import SCHEMAS, own_folder
from .output import silence, warn

if TYPE_CHECKING:
    from .benchmark import Benchmark

Step = Callable[[argparse.Namespace], "int | None"]


def validate(options: argparse.Namespace) -> int:
    from .validate import check_folder, show

    checked = check_folder(options.folder)
    show(checked, options.folder, options.format, strict=options.strict)
    return int(checked.fails(strict=options.strict))


def _ready(*, changes: bool = False, sends: bool = True) -> Benchmark:
    """Return the folder of the step, once its files are checked and what the step needs is there.

    changes: the step makes, launches or deletes something; sends: it needs tw and a token.
    """
    from .benchmark import Benchmark
    from .folder.variables import read_variables
    from .ready import require_ready
    from .shown import show_once
    from .validate import check_folder

    root = Path.cwd()
    checked = check_folder(root)
    show_once(checked, root)
    if checked.count("error"):
        raise UserError("the files of this folder have errors. Fix them first", 1)
    env = read_variables(root)
    benchmark = Benchmark(root, env)
    if sends:
        require_ready(benchmark, [name for name in env if env[name] != os.environ.get(name)], changes=changes)
    return benchmark


def preflight(options: argparse.Namespace) -> None:
    from .preflight import preflight

    preflight(_ready(sends=False), options.limit)


def plan(options: argparse.Namespace) -> None:
    from .plan import show_plan

    show_plan(_ready(sends=False))


def compute_envs(options: argparse.Namespace) -> None:
    from .compute_envs import create_compute_envs

    create_compute_envs(_ready(changes=True), options.every)


def pipelines(options: argparse.Namespace) -> None:
    from .pipelines import add_pipelines, replace_pipelines

    (replace_pipelines if options.replace else add_pipelines)(_ready(changes=True))


def hello(options: argparse.Namespace) -> None:
    from .folder.layout import HELLO_LAUNCH
    from .launch import launch_files

    launch_files(_ready(changes=True), [HELLO_LAUNCH], 1, again="make hello")


def launch(options: argparse.Namespace) -> None:
    from .launch import launch_arms

    launch_arms(_ready(changes=True), options.runs)


def interrupt(options: argparse.Namespace) -> None:
    from .interrupt import interrupt
    from .interrupt.options import read_options

    typed = read_options(vars(options))
    interrupt(_ready(), typed)


def prove(options: argparse.Namespace) -> None:
    from .interrupt.options import read_options
    from .prove import prove

    typed = read_options({name: getattr(options, name) for name in ("role", "confirm", "poll")})
    prove(_ready(changes=True), typed, options.every)


def status(options: argparse.Namespace) -> None:
    from .status import show_status

    show_status(_ready())


def report(options: argparse.Namespace) -> None:
    from .report import report

    report(_ready(changes=True), options.wait, options.every)


def compare(options: argparse.Namespace) -> None:
    from .compare import compare

    compare(_ready(sends=False), options.wait, options.every)  # what is kept is compared offline


def destroy(options: argparse.Namespace) -> None:
    from .destroy import destroy

    destroy(_ready(changes=True), options.confirm, options.every)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError(f"{text}: a whole number from 1 to 100, e.g. 3")
    return int(text)


def _yes(text: str) -> bool:
    """Read what make passes on: nothing, or yes."""
    if text not in ("", "yes"):
        raise argparse.ArgumentTypeError(f"{text}: the only value is yes")
    return text == "yes"


_YES: dict[str, Any] = {"type": _yes, "nargs": "?", "const": "yes", "default": False, "metavar": "yes"}
_INTERRUPT = {
    "count": "instances a round, 1 to 5 (1)",
    "minutes": "only those whose oldest task has run so long (6)",
    "times": "rounds (1)",
    "every": "minutes between rounds (15)",
    "arm": "the arm to interrupt, or all (fusion_snapshots)",
    "role": "the role that FIS assumes (the one of iam/README.md)",
    "rehearse": "yes: look the instances up and interrupt nothing",
    "confirm": "yes: do not ask",
    "poll": "seconds between two looks at an experiment (10)",
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="fusion-snapshots", description=(__doc__ or "").partition("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    def add(name: str, step: Step, text: str) -> argparse.ArgumentParser:
        verb = verbs.add_parser(name, help=text, description=text)
        verb.set_defaults(step=step)
        return verb

    checking = add("validate", validate, "check the files of a folder")
    ids = SCHEMAS / "README.md"
    checking.epilog = f"Each finding ends with its [id]. {ids} says what it stands for, and how to ignore it."
    checking.add_argument("folder", nargs="?", type=Path, default=own_folder(), help="the folder (default: this one)")
    checking.add_argument("--strict", action="store_true", help="let warnings fail, too")
    checking.add_argument("--format", choices=("text", "github", "json"), default="text", help="form of the findings")
    asking = add("preflight", preflight, "check tools, token, workspace, credentials, names, bucket, account and clock")
    asking.add_argument("--limit", type=float, default=30.0, metavar="SECONDS", help="for one command (%(default)s)")
    add("plan", plan, "show the tw commands of all steps, variables filled in; nothing is sent")
    creating = add("compute-envs", compute_envs, "create the compute environments and wait for them")
    adding = add("pipelines", pipelines, "add hello world and the workflow to the Launchpad")
    adding.add_argument("--replace", **_YES, help="make those there what the files say")
    add("hello", hello, "run hello world once on each compute environment")
    launching = add("launch", launch, "run the workflow on each compute environment")
    launching.add_argument("--runs", type=_count, default=1, metavar="N", help="so many times, in rounds (%(default)s)")
    interrupting = add("interrupt", interrupt, "interrupt Spot instances of an arm as AWS does")
    for name, text in _INTERRUPT.items():
        interrupting.add_argument(f"--{name}", default="", metavar=name.upper(), help=text)
    proving = add("prove", prove, "prove in twenty minutes that Snapshots work in this account")
    for name in ("role", "confirm", "poll"):
        proving.add_argument(f"--{name}", default="", metavar=name.upper(), help=_INTERRUPT[name])
    add("status", status, "show each run's state, hours and cost so far, what waits, and what is next")
    comparing = add("compare", compare, "show what the runs of each arm took and lost, side by side")
    reporting = add("report", report, "have nf-aggregate compare the runs that succeeded")
    for verb in (comparing, reporting):
        verb.add_argument("--wait", **_YES, help="wait until all have ended")
    deleting = add("destroy", destroy, "delete all of it from the workspace")
    deleting.add_argument("--confirm", default="", metavar="yes", help="delete without asking")
    for verb in (creating, proving, comparing, reporting, deleting):
        verb.add_argument("--every", type=float, default=15.0, metavar="SECONDS", help="ask so often (%(default)s)")
    return parser


class _Stopped(KeyboardInterrupt):
    """A signal came that ends the step as Ctrl-C does."""

    number: int = signal.SIGINT


def _end_on_signals() -> None:
    def end(number: int, _: object) -> NoReturn:
        stop = _Stopped()
        stop.number = number
        raise stop

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup wants it ignored
            signal.signal(number, end)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the step that the arguments (the command line's) name and return the exit code."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    _end_on_signals()
    try:
        options = _parser().parse_args(arguments)
        code = options.step(options) or 0
        if sys.stdout:  # which may be closed
            sys.stdout.flush()
        return code
    except UserError as error:
        warn(f"{options.verb}: {error}")
        return error.code
    except KeyboardInterrupt as stop:
        warn(f"\n{options.verb}: interrupted. {str(stop) or 'What was done stays'}; to go on: make {options.verb}")
        return 128 + (stop.number if isinstance(stop, _Stopped) else signal.SIGINT)
    except BrokenPipeError:
        silence()
        return 0


def run() -> NoReturn:
    """Run as a program."""
    sys.exit(main())


if __name__ == "__main__":
    run()

"""python3 -m fusion_snapshots VERB: the steps of a benchmark folder, run from its root.

Exit code 0: done; 1: something was refused or failed; 2: the step could not run; 3: an unexpected error, kept in a log;
128 and the signal's number: it was interrupted, 130 by Ctrl-C, 143 by SIGTERM, 129 by SIGHUP, all of which do the same.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from .errors import StoppedError
from .folder.layout import SCHEMAS, own_folder
from .output import silence, warn

if TYPE_CHECKING:
    from . import settings as of
    from .benchmark import Benchmark


def validate(options: argparse.Namespace) -> int:
    from .validate import check_folder, show

    checked = check_folder(options.folder, nextflow=options.nextflow)
    show(checked, options.folder, options.format, strict=options.strict)
    return int(checked.fails(strict=options.strict))


def _ready(**needs: bool) -> Benchmark:
    from .ready import prepare

    return prepare(**needs)


def preflight(settings: of.Preflight) -> None:
    from .preflight import preflight

    preflight(_ready(sends=False, nextflow=True), settings.seconds)


def plan(_: of.Settings) -> None:
    from .plan import show_plan

    show_plan(_ready(sends=False))


def compute_envs(settings: of.ComputeEnvs) -> None:
    from .compute_envs import create_compute_envs

    create_compute_envs(_ready(changes=True), settings.poll)


def pipelines(settings: of.Pipelines) -> None:
    from .pipelines import add_pipelines, replace_pipelines

    (replace_pipelines if settings.replace else add_pipelines)(_ready(changes=True))


def hello(_: of.Settings) -> None:
    from .folder.layout import HELLO_LAUNCH
    from .launch import launch_files

    launch_files(_ready(changes=True), [HELLO_LAUNCH], repeat="make hello")


def launch(settings: of.Launch) -> None:
    from .launch import launch_arms

    launch_arms(_ready(changes=True), settings)


def interrupt(settings: of.Interrupt) -> None:
    from .interrupt import interrupt

    interrupt(_ready(), settings)


def predict(settings: of.Predict) -> None:
    from .predict import predict

    predict(_ready(sends=False, shows=False) if (Path.cwd() / "env.sh").is_file() else None, settings)


def prove(settings: of.Prove) -> None:
    from .prove import prove

    prove(_ready(changes=True), settings)


def status(_: of.Settings) -> None:
    from .status import show_status

    show_status(_ready())


def report(settings: of.Waiting) -> None:
    from .report import report

    report(_ready(changes=True), settings.wait, settings.poll)


def compare(settings: of.Waiting) -> None:
    from .compare import compare

    compare(_ready(sends=False), settings.wait, settings.poll)  # what is kept is compared offline


def destroy(settings: of.Destroy) -> None:
    from .destroy import destroy

    destroy(_ready(changes=True), settings.confirm, settings.poll)


def version(_: of.Settings) -> None:
    from .version import show_versions

    show_versions()


def demo(settings: of.Demo) -> None:
    from .simulated.demo import demonstrate

    demonstrate(Path(settings.dir))


class _Verb(NamedTuple):
    """A step: what it does, in words, and which class of settings.py has its settings."""

    step: Callable[[Any], int | None]
    text: str
    kind: str = "Settings"


_VERBS = {
    "preflight": _Verb(
        preflight, "check tools, token, workspace, credentials, names, bucket, account, clock", "Preflight"
    ),
    "predict": _Verb(predict, "tell from a run that exists whether Snapshots would pay", "Predict"),
    "plan": _Verb(plan, "show the tw commands of all steps, variables filled in; nothing is sent"),
    "compute-envs": _Verb(compute_envs, "create the compute environments and wait for them", "ComputeEnvs"),
    "pipelines": _Verb(pipelines, "add hello world and the workflow to the Launchpad", "Pipelines"),
    "hello": _Verb(hello, "run hello world once on each compute environment"),
    "prove": _Verb(prove, "prove in twenty minutes that Snapshots work in this account", "Prove"),
    "launch": _Verb(launch, "run the workflow on each compute environment", "Launch"),
    "status": _Verb(status, "show each run's state, hours and cost so far, what waits long, and what is next"),
    "interrupt": _Verb(interrupt, "interrupt Spot instances of an arm as AWS does", "Interrupt"),
    "compare": _Verb(compare, "show what the runs of each arm took and lost, side by side", "Waiting"),
    "report": _Verb(report, "have nf-aggregate compare the runs that succeeded", "Waiting"),
    "destroy": _Verb(destroy, "delete all of it from the workspace", "Destroy"),
    "version": _Verb(version, "show the versions of the template, this program, Python, tw and seqerakit"),
}
if (Path(__file__).parent / "simulated").is_dir():  # no folder holds it
    _VERBS["demo"] = _Verb(demo, "show in a minute, by simulated runs, what all of it leads to", "Demo")


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser of a command line; of its verb alone it knows the settings, so that the others cost nothing."""
    parser = argparse.ArgumentParser(prog="fusion-snapshots", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--version", action="store_true", help="show the versions that a report of a problem names")
    parser.set_defaults(words=[])
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    text = "check the files of a folder"
    checking = verbs.add_parser("validate", help=text, description=text)
    ids = SCHEMAS / "README.md"
    checking.epilog = f"Each finding ends with its [id]. {ids} says what it stands for, and how to ignore it."
    checking.add_argument("folder", nargs="?", type=Path, default=own_folder(), help="the folder (default: this one)")
    checking.add_argument("--strict", action="store_true", help="let warnings fail, too")
    checking.add_argument("--nextflow", action="store_true", help="have Nextflow read, and run, edited configurations")
    checking.add_argument("--format", choices=("text", "github", "json"), default="text", help="form of the findings")
    for name, verb in _VERBS.items():
        parsed = verbs.add_parser(name, help=verb.text, description=verb.text)
        if name in arguments:
            from . import settings

            settings.add_options(parsed, getattr(settings, verb.kind))
    return parser


def _run(name: str, options: argparse.Namespace) -> int:
    if name == "validate":
        return validate(options)
    from . import settings

    verb = _VERBS[name]
    given = settings.read_settings(getattr(settings, verb.kind), name, vars(options), options.words)
    try:
        return verb.step(given) or 0
    except KeyboardInterrupt as stop:
        raise stop if isinstance(stop, StoppedError) else StoppedError(stop, settings.again(name, given)) from None


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
    for name in ("stdout", "stderr"):  # what is closed prints nothing, and no file that is opened takes its place
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    _end_on_signals()
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = _parser(arguments)
    options = parser.parse_args(arguments)
    verb = "version" if options.version else options.verb
    if not verb:
        parser.print_help()
        return 0
    try:
        code = _run(verb, options)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt as stop:
        cause, again = (stop.stop, stop.again) if isinstance(stop, StoppedError) else (stop, f"make {verb}")
        warn(f"\n{verb}: interrupted. {str(stop) or 'What was done stays'}; to go on: {again}")
        return 128 + (cause.number if isinstance(cause, _Stopped) else signal.SIGINT)
    except BrokenPipeError:
        silence()
        return 0
    except Exception as error:
        from .unexpected import explain

        text, code = explain(error)
        warn(f"{verb}: {text}")
        return code


def run() -> NoReturn:
    """Run as the installed program, whose seqerakit lies beside it; the one of PATH comes first."""
    os.environ["PATH"] = os.pathsep.join([os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent)])
    sys.exit(main())


if __name__ == "__main__":
    sys.exit(main())

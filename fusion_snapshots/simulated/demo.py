"""fusion-snapshots demo: what all of it leads to, in a minute and without an account.

A folder is rendered, its own steps are run against the simulated Platform, and what they write is shown.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import sys
import tempfile
import webbrowser
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import NamedTuple

from ..errors import StoppedError, UserError
from ..folder.layout import SCHEMAS
from ..output import say
from ..process import start
from ..runs.listed import WHEN, Row, add_run
from .recordings import BEGAN, write_archive
from .run_api import put
from .run_details import COUNTS, LOAD
from .sample import RECLAIMS_PER_HOUR, ROUNDS, SPOT_SHARE, sample_runs
from .state import ORGANIZATION, TOKEN, USER, USER_ID, WORKSPACE, Store, new_state
from .tw import write_program

PACKAGE = Path(__file__).resolve().parents[1]
INSTALLED = Path(__file__).resolve().with_name("template")  # where the wheel holds what a clone has beside the package
COMMAND = "uvx --from git+https://github.com/org/fusion-snapshots fusion-snapshots demo"
SAMPLES = 6  # of each recorded run: a small one
SECONDS = 120.0  # for a step; most take two
NOTICE = "A demonstration: these runs are simulated"
WORKFLOW = "acme/simulated-workflow"  # pages and tables name it
REGION = "eu-west-1"
PREFIX = f"{WORKSPACE}_{REGION}"
ANSWERS = {
    "organization_name": ORGANIZATION,
    "workspace_name": WORKSPACE,
    "aws_credentials": "acme-aws",
    "aws_region": REGION,
    "aws_work_dir": "s3://demonstration/work",
    "compute_env_prefix": PREFIX,
    "pipeline_url": f"https://github.com/{WORKFLOW}",
    "pipeline_revision": "1.0",
    "snapshots_instance_types": "guaranteed",
    "spot_without_snapshots": "yes",
    "project_slug": "rendered",
}
# Before which text of a page stands what it is, and how it is said there.
PAGES = {
    "report/comparison.html": ("<header>", f"<p class='about'>{NOTICE}</p>\n"),
    "report/prediction.svg": ("</text>", ": a demonstration"),
}
LEFT_OUT = "preflight, prove, interrupt (they need AWS), hello and report"
# What seqerakit logs beside what it says, and lines of progress, of which a terminal would keep the last one.
PASSED_OVER = re.compile(r"^INFO:|\(\d+ min\)$")
NO_AWS = """#!/bin/sh
echo "this is a demonstration, which does not ask AWS" >&2
exit 1
"""


class Place(NamedTuple):
    """Where the demonstration runs: the rendered folder, the Platform's state, and what its steps are given."""

    root: Path
    store: Store
    env: Mapping[str, str]
    numbers: Iterator[int]  # of the steps


def demonstrate(folder: Path) -> None:
    """Render a folder, run its steps, and show the pages; raises UserError where the folder exists or a step fails."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"{folder} exists already; name another folder, e.g. {folder}-2", 1)
    if missing := [name for name in ("cookiecutter", "jsonschema", "seqerakit") if not importlib.util.find_spec(name)]:
        raise UserError(f"{', '.join(missing)} not installed beside {sys.executable}. Run: {COMMAND}")
    say("A demonstration: Seqera Platform and all runs are simulated. Nothing is sent to anybody, and nothing costs.")
    try:
        with tempfile.TemporaryDirectory(prefix="fusion-snapshots-demo-") as name:
            _run_all(_render(folder.absolute(), Path(name)), folder)
    except KeyboardInterrupt as stop:
        again = f"{folder}-2" if folder.exists() else str(folder)
        raise StoppedError(stop, shlex.join(["fusion-snapshots", "demo", again])) from None
    for page in PAGES:
        say(f"  {folder / page}")
    say("This was a demonstration: the runs are simulated, so the figures say nothing of your workflow.")
    say(f"Left out: {LEFT_OUT}. The runbook of all steps: {folder / 'README.md'}")
    if sys.stdout.isatty() and (sys.platform == "darwin" or os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY"}):
        for page in PAGES:
            webbrowser.open((folder / page).absolute().as_uri())


def _run_all(place: Place, folder: Path) -> None:
    _run(place, "create a compute environment for each arm", "compute-envs", "POLL=0.2")
    _run(place, "add the workflow to the Launchpad, once for each arm", "pipelines")
    archives = _record(place.store.state.parent)
    say(f"\nRounds take hours. {ROUNDS - 1} that have ended are added here: recorded, of a small workflow.")
    _add_rounds(place, archives)
    _run(place, "launch the workflow on each arm, a round more", "launch")
    with place.store.changing() as state:
        for run in state["runs"]:
            run.pop("launch", None)  # what it was launched with is the recording's, as for the rounds before
    _run(place, "see how the runs are", "status")
    _run(place, "compare the arms", "compare", "WAIT=yes", "POLL=0.2")
    world = (f"RATE={RECLAIMS_PER_HOUR}", f"DISCOUNT={100 * (1 - SPOT_SHARE):.0f}")
    one = f"RUN={_id('fusion_ondemand', 0)}"
    _run(place, "predict that from one on-demand run alone", "predict", one, *world)
    _mark_pages(place.root)
    _run(place, "delete what the steps created", "destroy", "CONFIRM=yes", "POLL=0.2")
    say(f"\nDone. {folder} holds the folder, and these pages:")


def _render(folder: Path, work: Path) -> Place:
    """Render the folder as cookiecutter does for anybody, and return it with a Platform in another one."""
    programs = work / "bin"
    programs.mkdir()
    write_program(programs)
    (programs / "aws").write_text(NO_AWS)
    (programs / "aws").chmod(0o755)
    store = Store(work)
    store.write(new_state())
    path = os.pathsep.join([str(programs), str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    # Neither the reader's account nor an environment variable of theirs takes part.
    foreign = ("AWS_", "TOWER_", "PYTHON", "VIRTUAL_ENV")
    env = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    env |= {"PATH": path, "TW_STATE": str(work), "TOWER_ACCESS_TOKEN": TOKEN}
    place = Place(folder, store, env, count(1))
    template = _find_template(work)
    (work / "config.yml").write_text(f"replay_dir: '{work}/replay'\ncookiecutters_dir: '{work}/cookiecutters'\n")
    options = ["--no-input", "--output-dir", str(work), "--config-file", str(work / "config.yml")]
    words = [str(template), *options, *(f"{name}={answer}" for name, answer in ANSWERS.items())]
    # Before all others, as an installed package of this name does not render.
    rendering = place._replace(root=work, env={**env, "PYTHONPATH": str(template)})
    _show(rendering, "render a folder, all questions answered", "cookiecutter gh:org/fusion-snapshots")
    _start(rendering, "cookiecutter", *words, keep="All is well")
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(work / ANSWERS["project_slug"], folder, dirs_exist_ok=True)
    return place


def _find_template(work: Path) -> Path:
    """Return this clone, or put together what an installed program carries of one."""
    if not INSTALLED.is_dir():
        return PACKAGE.parent
    template = Path(shutil.copytree(INSTALLED, work / "template"))
    without = shutil.ignore_patterns("__pycache__", PACKAGE.joinpath("schemas").name, Path(__file__).parent.name)
    shutil.copytree(PACKAGE, template / PACKAGE.name, ignore=without, dirs_exist_ok=True)
    shutil.copytree(SCHEMAS, template / SCHEMAS.name)
    return template


def _run(place: Place, what: str, verb: str, *settings: str) -> None:
    """Run a step of the folder by the folder's own program, as make does."""
    shown = [word for word in settings if not word.startswith("POLL=")]
    _show(place, what, " ".join(["make", verb, *shown]))
    _start(place, "fusion_snapshots", verb, *settings)


def _show(place: Place, what: str, command: str) -> None:
    say(f"\n{next(place.numbers)}. {what[0].upper()}{what[1:]}:  {command}")


def _start(place: Place, module: str, *words: str, keep: str = "") -> None:
    """Run a Python program and print its lines, those that begin so alone; raises UserError where it fails."""
    lines = []
    with start([sys.executable, "-m", module, *words], place.env, place.root, SECONDS) as program:
        for line in program.lines():
            lines.append(line)
            if line.startswith(keep) and not PASSED_OVER.search(line):
                say(f"   {line}".rstrip())
        code = program.wait()
    if code:
        told = "\n".join(lines[-10:])
        raise UserError(f"{module} {words[0]} ended with exit code {code}:\n{told}", 1)


def _record(work: Path) -> dict[str, list[Path]]:
    """Write the archives of each arm's rounds, as tw runs dump would have."""
    told = {
        "projectName": WORKFLOW,
        "repository": ANSWERS["pipeline_url"],
        "userName": USER,
        "sessionId": "demo",
        "ownerId": str(USER_ID),
    }
    load = {key: 0 for key in LOAD if key not in COUNTS.values()} | {"pending": 0, "submitted": 0, "running": 0}
    found: dict[str, list[Path]] = {}
    for arm, runs in sample_runs(SAMPLES, **told).items():
        found[arm] = [work / f"{arm}-{number}.tar.gz" for number in range(len(runs))]
        for path, run in zip(found[arm], runs, strict=True):
            write_archive(path, **run, load=load)
    return found


def _add_rounds(place: Place, archives: Mapping[str, list[Path]]) -> None:
    """Add recorded rounds to the Platform and to report/runs.csv; the last one is for the round to be launched."""
    rows = []
    with place.store.changing() as state:
        envs = {env["name"]: env["id"] for env in state["computeEnvs"]}
        for number in range(ROUNDS - 1):
            began = BEGAN + timedelta(days=number)
            for arm, paths in archives.items():
                row = Row(_id(arm, number), _name(arm, f"{began:%Y%m%d-%H%M%S}"), f"{PREFIX}_{arm}", f"{began:{WHEN}}")
                more = {"recording": str(paths[number]), "computeEnv": envs[row.compute_env]}
                put(state, {"id": row.id, "runName": row.name, **more})
                rows.append(row)
        state["recordings"] = {_name(arm): str(paths[-1]) for arm, paths in archives.items()}
    add_run(place.root, *rows)


def _id(arm: str, number: int) -> str:
    return f"demo{number}{arm.replace('_', '')}"[:14]


def _mark_pages(root: Path) -> None:
    """Say on each page that it is a demonstration; raises UserError where a page has no place for it."""
    for name, (place, notice) in PAGES.items():
        before, found, after = (root / name).read_text(encoding="utf-8").partition(place)
        if not found:
            raise UserError(f"{name} has no {place}, before which it would say that it is a demonstration", 1)
        (root / name).write_text(f"{before}{notice}{place}{after}", encoding="utf-8")


def _name(arm: str, time: str = "") -> str:
    return f"workflow-{arm.replace('_', '-')}-{time}"

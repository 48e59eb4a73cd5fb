"""What the tests share: folders baked by the real cookiecutter, and the real command lines."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import backends
import pytest
import real_programs
from backends import Platform
from pytest_cookies.plugin import Cookies
from warm import keep_warm

from fusion_snapshots.simulated import state

if TYPE_CHECKING:
    from aws_world import World
    from bench import Bench

# What Python compiles is kept for the next process, but never beside the sources, where it would be rendered.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(Path(__file__).parents[1] / ".pytest_cache/pycache")
sys.dont_write_bytecode = False
# A shell starts its background jobs deaf to Ctrl-C, nohup to SIGHUP, and what the tests interrupt would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
COOKIECUTTER = BIN / "cookiecutter"
# Begins the command of a program that modes of files bind, whoever runs the tests.
WITHOUT_POWER = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
QUESTIONS = [key for key in json.loads((ROOT / "cookiecutter.json").read_text()) if not key.startswith("_")]

# Of what is arbitrary, so many examples: a few dozen here, thousands in CI (EXAMPLES=3000 uv run pytest -k arbitrary).
EXAMPLES = int(os.environ.get("EXAMPLES", "25"))

# Answers with no placeholder among them.
ACME = {
    "organization_name": "acme-genomics",
    "workspace_name": "fusion-benchmark",
    "aws_credentials": "acme-aws",
    "aws_region": "eu-west-1",
    "aws_work_dir": "s3://acme-fusion/work",
    "snapshots_instance_types": "guaranteed",
}

TOKEN, WORKSPACE = state.TOKEN, backends.REFERENCE

Bake = Callable[..., Path]


class RefusedError(Exception):
    """The generation failed; the message is cookiecutter's."""


def pytest_configure() -> None:
    """Refuse to begin without a real program where all are to take part."""
    if os.environ.get("REQUIRE_REAL") and (missing := real_programs.missing()):
        raise pytest.UsageError(f"REQUIRE_REAL is set and these are not on PATH: {', '.join(missing)}")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Have one process more than processors, as tests wait for other programs half of their time."""
    return (os.cpu_count() or 1) + 1


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a program that is not here, and note which programs take part."""
    for name in {mark.args[0] for mark in item.iter_markers("needs")}:
        if not real_programs.find(name):
            pytest.skip(f"{name} is not on PATH")
        item.user_properties.append(("real program", name))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say which real programs took part, and in how many tests."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    properties = [value for report in reports for name, value in report.user_properties if name == "real program"]
    terminalreporter.write_line(real_programs.summary(properties))


def run(
    command: Sequence[str | Path], *, cwd: Path | None = None, timeout: float = 120, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run a command with this environment's programs first on PATH and no token; return what it said."""
    env = {name: value for name, value in os.environ.items() if name != "TOWER_ACCESS_TOKEN"}
    env |= {"PATH": os.pathsep.join([*backends.PROGRAMS, os.environ["PATH"]]), **options.pop("env", {})}
    words = [str(word) for word in command]
    if command[0] == COOKIECUTTER:
        words[0] = str(shutil.which("cookiecutter", path=env["PATH"]))
    return subprocess.run(words, cwd=cwd, env=env, text=True, capture_output=True, timeout=timeout, **options)


def slow_after(quick: int, cases: Iterable[Any]) -> list[Any]:
    """Return the cases of a test, all after so many marked as slow: they show once more what the first ones show."""
    cases = list(cases)
    rest = (case if isinstance(case, tuple) else (case,) for case in cases[quick:])
    return [*cases[:quick], *(pytest.param(*case, marks=pytest.mark.slow) for case in rest)]


# The stand-in for tw always, and the real one wherever it is on PATH.
BACKENDS = ["stand-in", pytest.param("tw", marks=pytest.mark.needs("tw"))]


@pytest.fixture(params=BACKENDS)
def platform(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Platform]:
    """A Platform with one workspace, its credentials and nothing else."""
    if request.param == "tw":
        with backends.real(tmp_path / "platform") as platform:
            yield platform
    else:
        yield backends.stand_in(tmp_path / "platform")


Stages = tuple[dict[str, Any], dict[str, Any], str]


@pytest.fixture(scope="session")
def stages(acme: Path, tmp_path_factory: pytest.TempPathFactory) -> Stages:
    """The Platform's state once all is set up, that once the workflow was launched, and report/runs.csv then."""
    folder = Path(shutil.copytree(acme, tmp_path_factory.mktemp("stages") / acme.name))
    platform = backends.stand_in(folder.parent / "platform")

    def make(*targets: str) -> None:
        ran = run(["make", *targets], cwd=folder, env=platform.env, stdin=subprocess.DEVNULL)
        assert ran.returncode == 0, ran.stdout + ran.stderr

    make("compute-envs", "pipelines")
    ready = platform.read()
    make("launch")
    with platform.store.changing() as state:  # the arms' runs are launched side by side
        state["runs"].sort(key=lambda run: str(run["runName"]))
    return ready, platform.read(), (folder / "report/runs.csv").read_text()


@pytest.fixture
def ready(folder: Path, platform: Platform, stages: Stages) -> Path:
    """A folder whose compute environments and pipelines exist."""
    platform.store.write(stages[0])
    return folder


@pytest.fixture
def launched(folder: Path, platform: Platform, stages: Stages) -> Path:
    """A folder whose workflow has run once on each compute environment."""
    platform.store.write(stages[1])
    (folder / "report/runs.csv").write_text(stages[2])
    return folder


def check_names(answers: Mapping[str, str]) -> None:
    """Refuse what cookiecutter would pass over silently, lest a test test nothing."""
    unknown = set(answers) - set(QUESTIONS)
    if unknown:
        raise KeyError(f"no such questions: {sorted(unknown)}")


@pytest.fixture
def bake(cookies: Cookies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bake:
    """Return a function that bakes a folder from answers; raises RefusedError with cookiecutter's message."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)

    def bake(**answers: str) -> Path:
        check_names(answers)
        result = cookies.bake(extra_context=answers)
        if result.exception is not None:
            raise RefusedError(str(result.exception))
        return Path(result.project_path)

    return bake


@pytest.fixture(scope="session")
def acme(cookies_session: Cookies) -> Path:
    """A folder baked once, with ACME's answers; not to be changed."""
    result = cookies_session.bake(extra_context=dict(ACME))
    assert result.exception is None, result.exception
    return Path(result.project_path)


@pytest.fixture
def folder(acme: Path, tmp_path: Path) -> Path:
    """A copy of the acme folder, to be changed."""
    return Path(shutil.copytree(acme, tmp_path / acme.name))


@pytest.fixture(scope="session")
def moto_endpoint() -> Iterator[str]:
    """The address of moto's server, which runs in this process."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session", autouse=True)
def warm() -> Iterator[None]:
    """Keep aws, cookiecutter and seqerakit warm for all tests."""
    with keep_warm() as folder:
        backends.PROGRAMS.insert(0, str(folder))
        yield


@pytest.fixture
def world(moto_endpoint: str) -> World:
    """An AWS account in moto."""
    from aws_world import World

    return World(moto_endpoint)


@pytest.fixture
def bench(world: World, folder: Path, tmp_path: Path) -> Bench:
    """A benchmark folder beside its Platform, asked by the stand-in for tw, and its AWS account."""
    from bench import Bench

    return Bench(folder, world, backends.stand_in(tmp_path / "platform"))


@pytest.fixture
def either_bench(world: World, folder: Path, platform: Platform) -> Bench:
    """The same, for the stand-in and for the real tw."""
    from bench import Bench

    return Bench(folder, world, platform)


def copy_template(place: Path) -> Path:
    """Copy the template without what git would not hold, and return the copy."""
    skip = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "fusion-snapshots-*")
    return Path(shutil.copytree(ROOT, place, ignore=skip))


def commit(folder: Path) -> None:
    """Commit all of a folder, which becomes a repository if it is none."""
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(folder)]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "template"]):
        assert run([*git, *command]).returncode == 0


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Replace the first occurrence of a text; an empty old text appends, and a missing file is made."""
    path = folder / name
    text = path.read_text() if path.exists() else ""
    assert old in text, f"{old!r} is not in {name}"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.replace(old, new, 1) if old else text + new)


def variables(folder: Path, shell: str = "bash", **environment: str) -> dict[str, str]:
    """Return what env.sh exports, by sourcing it in a real shell under set -eu, from another directory."""
    # env.sh may be sourced twice: the second time must work as the first.
    script = 'set -eu; . "$1"; . "$1"; env -0'
    env = {"PATH": os.environ["PATH"], "TOWER_ACCESS_TOKEN": "not-a-token", **environment}
    ran = subprocess.run(
        [shell, "-c", script, shell, folder / "env.sh"], env=env, cwd="/", text=True, capture_output=True
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    pairs = dict(pair.split("=", 1) for pair in ran.stdout.split("\0") if pair)
    return {name: value for name, value in pairs.items() if name not in ("PATH", "PWD", "OLDPWD", "SHLVL", "_")}


def await_end(pid: str) -> None:
    """Return once a process that was killed has ended, or fail after a minute."""
    ends = time.monotonic() + 60
    while run(["ps", "-o", "stat=", "-p", pid]).stdout.strip()[:1] not in ("", "Z"):
        assert time.monotonic() < ends, f"{pid} is still there"
        time.sleep(0.02)


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder to be all of PATH, with what a step needs but seqerakit, tw and aws."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("bash", "sh", "date", "python3"):
        (folder / name).symlink_to(str(shutil.which(name)))
    return folder

"""What the tests share: folders baked by the real cookiecutter, and the real command lines."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pytest_cookies.plugin import Cookies

if TYPE_CHECKING:
    from aws_world import World

# A cached __pycache__ in the template's folder would be rendered with the rest.
sys.dont_write_bytecode = True
# A shell starts its background jobs deaf to Ctrl-C, and what the tests interrupt would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
COOKIECUTTER = BIN / "cookiecutter"
QUESTIONS = [key for key in json.loads((ROOT / "cookiecutter.json").read_text()) if not key.startswith("_")]

# Answers with no placeholder among them.
ACME = {
    "organization_name": "acme-genomics",
    "workspace_name": "fusion-benchmark",
    "aws_credentials": "acme-aws",
    "aws_region": "eu-west-1",
    "aws_work_dir": "s3://acme-fusion/work",
    "snapshots_instance_types": "guaranteed",
}

TOKEN = "eyJ0aWQiOiAxfS4-not-a-real-one"
WORKSPACE = "acme-genomics/fusion-benchmark"

Bake = Callable[..., Path]


class RefusedError(Exception):
    """The generation failed; the message is cookiecutter's."""


def run(command: list[str | Path], *, cwd: Path | None = None, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command with this environment's programs first on PATH and no token; return what it said."""
    env = {name: value for name, value in os.environ.items() if name != "TOWER_ACCESS_TOKEN"}
    env |= {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **options.pop("env", {})}
    return subprocess.run(
        [str(word) for word in command], cwd=cwd, env=env, text=True, capture_output=True, timeout=120, **options
    )


class Platform:
    """The stand-in for tw on PATH (tests/tw) and the Platform it keeps, in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.env = {
            "PATH": os.pathsep.join([str(ROOT / "tests"), str(BIN), os.environ["PATH"]]),
            "TW_STATE": str(path),
            "TOWER_ACCESS_TOKEN": TOKEN,
        }
        credentials = [
            {"id": "cred1", "name": "acme-aws", "provider": "aws"},
            {"id": "cred2", "name": "acme-google", "provider": "google"},
        ]
        workspace: dict[str, Any] = {"credentials": credentials}
        workspace |= {kind: [] for kind in ("computeEnvs", "pipelines", "datasets", "runs")}
        state: dict[str, Any] = {"tokens": [TOKEN], "workspaces": {WORKSPACE: workspace}, "ids": 0, "polls": 0}
        self.write(state | {kind: [] for kind in ("calls", "faults", "errored", "failing")})

    def read(self) -> dict[str, Any]:
        return dict(json.loads(self.path.read_text()))

    def write(self, state: dict[str, Any]) -> None:
        self.path.write_text(json.dumps(state))

    def set(self, **values: Any) -> None:
        """Change the state; faults count the calls from here on."""
        self.write({**self.read(), **values, "calls": []})

    def fault(self, command: str, nth: int, do: str) -> dict[str, Any]:
        return {"command": command, "nth": nth, "do": do}

    def all(self, kind: str) -> list[dict[str, Any]]:
        """Return what the workspace holds of a kind."""
        return list(self.read()["workspaces"][WORKSPACE][kind])


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    """A Platform with one workspace, its credentials and nothing else."""
    return Platform(tmp_path / "platform.json")


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


@pytest.fixture(scope="session")
def warm_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory whose aws is the real one, kept warm."""
    from warm_aws import write_client

    place = tmp_path_factory.mktemp("aws")
    write_client(place / "aws", place / "socket")
    command = [sys.executable, ROOT / "tests/warm_aws.py", place / "socket"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        server.stdout.readline()
        yield place
        server.kill()


@pytest.fixture
def world(moto_endpoint: str) -> World:
    """An AWS account in moto."""
    from aws_world import World

    return World(moto_endpoint)


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


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder to be all of PATH, with what a step needs but seqerakit, tw and aws."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("bash", "sh", "date", "python3"):
        (folder / name).symlink_to(str(shutil.which(name)))
    return folder

"""Measure what checking costs: run as `uv run benchmarks/run.py [REPETITIONS]`; prints a Markdown table.

Every row is a ratio of two medians taken in turns in this one run, so that the machine's load slows both alike.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


PROJECT = "<<cookiecutter.project_slug>>"
ACCOUNTS = 100
ACME = {
    "organization_name": "acme-genomics",
    "workspace_name": "fusion-benchmark",
    "aws_credentials": "acme-aws",
    "aws_region": "eu-west-1",
    "aws_work_dir": "s3://acme-fusion/work",
    "project_slug": "acme",
}
TASKS = 20_000  # of two runs together

# make compare without the check of the folder, and what merely reads the tasks of the same archives.
COMPARING = """
import os
from pathlib import Path
from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.compare import compare
compare(Benchmark(Path(), {**os.environ, "ORGANIZATION_NAME": "acme", "WORKSPACE_NAME": "acme"}), wait=False)
"""
READING = """
import json, sys, tarfile
for path in sys.argv[1:]:
    with tarfile.open(path) as tar:
        print(len(json.load(tar.extractfile("workflow-tasks.json"))))
"""

# Stands in for the template's extension: what the templates ask of it, with the answers to that known beforehand.
NO_CHECKS = """
import json
from types import SimpleNamespace
from jinja2.ext import Extension

class TemplateExtension(Extension):
    def __init__(self, environment):
        super().__init__(environment)
        fit = json.loads(CANNED, object_hook=lambda fields: SimpleNamespace(**fields))
        environment.filters.update(
            answers_yaml=str, bucket=str, check=lambda answers: "", begin=lambda answers: "",
            placeholders=lambda answers: [], resolved_types=lambda answers, question: "c6id.8xlarge",
            shell="'{}'".format, snapshot_fit=lambda answers: fit,
        )
"""


def canned() -> str:
    """Return what snapshot_fit tells the templates for the default answers, as JSON."""
    sys.path.insert(0, str(ROOT))
    from fusion_snapshots.template.fit import snapshot_fit

    def plain(value: Any) -> Any:
        if isinstance(value, list):
            return [plain(item) for item in value]
        if not hasattr(value, "_asdict"):
            return value
        shown = {name: getattr(value, name) for name in ("ratio", "seconds", "savable_gib") if hasattr(value, name)}
        return {name: plain(item) for name, item in value._asdict().items()} | shown

    answers = {
        "aws_region": "us-east-1",
        "snapshots_instance_types": "guide",
        "ondemand_instance_types": "c6id,m6id,r6id",
    }
    return json.dumps(plain(snapshot_fit(answers)))


class Cost(NamedTuple):
    """Wall-clock seconds and peak resident memory in MiB of one command and its children."""

    seconds: float
    mebibytes: float


def cost(command: Sequence[str | Path], cwd: Path, env: dict[str, str]) -> Cost:
    """Run a command once and return its cost; raises CalledProcessError when it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in command], cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, [str(word) for word in command])
    unit = 1024**2 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes on macOS, in KiB on Linux
    return Cost(time.perf_counter() - started, usage.ru_maxrss / unit)


def compare(
    ours: Sequence[str | Path], theirs: Sequence[str | Path], cwd: Path, env: dict[str, str], n: int, made: str = ""
) -> str:
    """Return the row of a table: median seconds of both, run in turns n times, their ratio, our peak memory.

    What either makes in cwd is removed before each run.
    """
    costs: tuple[list[Cost], list[Cost]] = ([], [])
    for _ in range(n):
        for command, into in zip((ours, theirs), costs, strict=True):
            if made:
                shutil.rmtree(cwd / made, ignore_errors=True)
            into.append(cost(command, cwd, env))
    a, b = (statistics.median(c.seconds for c in each) for each in costs)
    return f"{a:.2f} s | {b:.2f} s | **{a / b:.2f}** | {max(c.mebibytes for c in costs[0]):.0f} MiB"


def many_accounts(work: Path, env: dict[str, str], bake: Sequence[str | Path]) -> str:
    """Return the row that compares rendering all accounts at once with one cookiecutter run after the other."""
    folder = work / "accounts"
    folder.mkdir()
    files = []
    for number in range(ACCOUNTS):
        files.append(folder / f"account-{number:03}.yml")
        files[-1].write_text(
            f"default_context:\n  aws_credentials: account-{number}\n  project_slug: account-{number}\n"
        )
    recipe: list[str | Path] = [sys.executable, ROOT / "render_accounts.py", "--output-dir", work / "many"]
    few = cost([*recipe, *files[: ACCOUNTS // 10]], work, env)
    shutil.rmtree(work / "many")
    ours = cost([*recipe, *files], work, env)
    runs = [cost([*bake, "--config-file", file, "--output-dir", work / "single"], work, env) for file in files]
    theirs = sum(run.seconds for run in runs)
    memory = f"{ours.mebibytes:.0f} MiB a process ({few.mebibytes:.0f} with {ACCOUNTS // 10})"
    return f"{ours.seconds:.1f} s | {theirs:.1f} s | **{ours.seconds / theirs:.2f}** | {memory}"


def write_runs(folder: Path) -> None:
    """Write a folder with a run a side, whose tasks are as long as those of real runs, of 1.3 KB each."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    from archives import make_folder, task

    keys = "rss vmem peakRss peakVmem rchar wchar syscr syscw readBytes writeBytes"
    more: dict[str, Any] = {"script": "x" * 400, **dict.fromkeys(keys.split(), 123456789)}
    own = [task(f"ACME:WORKFLOW:STEP_{n % 60}", usd=0.1, minutes=5 + n % 90, **more) for n in range(TASKS // 2)]
    make_folder(folder, {arm: [{"tasks": own}] for arm in ("fusion_ondemand", "fusion_snapshots")})


def many_tasks(work: Path, env: dict[str, str], n: int) -> str:
    """Return the row that compares make compare with reading the same archives whole by tarfile and json."""
    folder = work / "compared"
    with ProcessPoolExecutor(1) as pool:  # a large process would count as its children's memory
        pool.submit(write_runs, folder).result()
    archives = sorted((folder / "report" / "runs").iterdir())
    python = {**env, "PYTHONPATH": str(ROOT)}
    return compare([sys.executable, "-c", COMPARING], [sys.executable, "-c", READING, *archives], folder, python, n)


def count_round_trips(work: Path, bake: Sequence[str | Path], env: dict[str, str]) -> str:
    """Return a sentence: how many calls of tw follow one another in preflight and report, by a tw that sleeps a second.

    What a step takes longer with it than without is a second for each such call, however many run at once.
    """
    sys.path[:0] = [str(ROOT / "tests")]
    from backends import stand_in

    answers = [f"{name}={value}" for name, value in ACME.items()]
    subprocess.run([*map(str, bake), *answers], cwd=work, env=env, check=True, stdout=subprocess.DEVNULL)
    folder = work / ACME["project_slug"]

    platform = stand_in(work / "platform")
    (work / "bin").mkdir()
    tw = work / "bin/tw"
    tw.write_text(f'#!/bin/sh\n[ "$1" = --version ] || sleep "$SLEEPS"\nexec "{work}/platform/stand-in/tw" "$@"\n')
    tw.chmod(0o755)
    env = {**env, **platform.env, "PATH": f"{tw.parent}{os.pathsep}{platform.env['PATH']}", "SLEEPS": "0"}

    def take(verb: str, sleeps: str = "0") -> float:
        began = time.perf_counter()
        words = [sys.executable, "-m", "fusion_snapshots", verb]
        subprocess.run(words, cwd=folder, env={**env, "SLEEPS": sleeps}, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - began

    for verb in ("compute-envs", "pipelines", "launch"):
        take(verb)
    for run in platform.all("runs"):
        platform.change("runs", run["runName"], status="SUCCEEDED")
    counts = {}
    for verb in ("preflight", "report"):
        take(verb)
        shutil.rmtree(folder / "report/runs", ignore_errors=True)
        slow = take(verb, "1")
        shutil.rmtree(folder / "report/runs", ignore_errors=True)
        counts[verb] = round(slow - take(verb))
    return (
        "Calls of tw that follow one another: " + ", ".join(f"{verb} {count}" for verb, count in counts.items()) + "."
    )


def make_plain_template(plain: Path, folder: Path) -> Path:
    """Make a template of which cookiecutter alone renders the files of a folder, the program and schemas included."""
    for part in (PROJECT, "templates"):
        shutil.copytree(ROOT / part, plain / part)
    for part in ("fusion_snapshots", "schemas"):
        shutil.copytree(folder / part, plain / PROJECT / part)
    settings = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
    settings["_copy_without_render"] = ["*.py", "fusion_snapshots", "schemas"]
    del settings["_extensions"][1:]  # which only keeps edits
    (plain / "cookiecutter.json").write_text(json.dumps(settings), encoding="utf-8")
    package = plain / "fusion_snapshots/template"
    package.mkdir(parents=True)
    for place in (package.parent, package):
        (place / "__init__.py").touch()
    (package / "extension.py").write_text(NO_CHECKS.replace("CANNED", repr(canned())), encoding="utf-8")
    return plain


def main() -> None:
    """Bake a folder, compare, print the table."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        env = {**os.environ, "HOME": name, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
        env.pop("PYTHONDONTWRITEBYTECODE", None)  # with Python's cache, as users have it
        bake: list[str | Path] = [BIN / "cookiecutter", ROOT, "--no-input"]
        subprocess.run([*bake, "project_slug=ours"], cwd=work, env=env, check=True, stdout=subprocess.DEVNULL)

        folder = work / "ours"
        plain = make_plain_template(work / "plain", folder)
        bare: list[str | Path] = [BIN / "cookiecutter", plain, "--no-input", "--accept-hooks", "no", "project_slug=new"]

        show = f"{sys.executable} -c 'import json, os; print(json.dumps(dict(os.environ)))'"
        exported = subprocess.run(
            ["bash", "-c", f". ./env.sh 2>/dev/null; exec {show}"], cwd=folder, env=env, check=True, capture_output=True
        )
        files = [p.relative_to(folder) for p in sorted(folder.rglob("*.yml")) if p.name != "params.yml"]
        check = compare(
            [sys.executable, "validate.py"], [BIN / "seqerakit", "--dryrun", *files], folder,
            json.loads(exported.stdout), n,
        )  # fmt: skip
        accounts = many_accounts(work, env, bake)
        tasks = many_tasks(work, env, n)
        trips = count_round_trips(work, bake, env)
        generate = compare([*bake, "project_slug=new"], bare, work, env, n, made="new")

    versions = ", ".join(f"{package} {version(package)}" for package in ("cookiecutter", "jsonschema", "seqerakit"))
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()},")
    print(f"{versions}; medians of {n} runs in turns, {time.strftime('%Y-%m-%d')}.\n")
    print("| what | ours | against | ratio | peak memory |\n|---|---|---|---|---|")
    print(f"| `validate.py` against `seqerakit --dryrun` on the same folder | {check} |")
    print(f"| a whole generation against the same without checks and hooks | {generate} |")
    print(f"| {ACCOUNTS} accounts by `render_accounts.py` against as many runs of cookiecutter | {accounts} |")
    print(f"| `make compare` of {TASKS:,} tasks against reading their archives by tarfile and json | {tasks} |")
    print(f"\n{trips}")


if __name__ == "__main__":
    main()

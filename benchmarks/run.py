"""Measure what the checks, generations and steps cost: uv run benchmarks/run.py [REPETITIONS] [ROW ...] [--write]

Prints a Markdown table, or writes it into benchmarks/README.md. Each figure stands beside its aim. Times are CPU
seconds, and their ratios are of medians of commands that were run in turns in this one run.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from cost import Command, Cost, Side, measure

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
README = ROOT / "benchmarks/README.md"
MARK = "<!-- What follows is written by benchmarks/run.py --write. -->\n"
HEAD = "| what | ours | theirs | ratio | aim |\n|---|---|---|---|---|"

PROJECT = "<<cookiecutter.project_slug>>"
PEERS = {"copier": "9.19.1", "check-jsonschema": "0.39.0", "yamllint": "1.38.0"}
EARLIER = "84906c37a153644de8c46ab34bad3f6b863f602a"  # release 0.2.0
ACCOUNTS, SINGLE = 100, 10  # accounts rendered at once, and one run of cookiecutter after the other for so many of them
ACME = {
    "organization_name": "acme-genomics",
    "workspace_name": "fusion-benchmark",
    "aws_credentials": "acme-aws",
    "aws_region": "eu-west-1",
    "aws_work_dir": "s3://acme-fusion/work",
}
ROUNDS = {"preflight": 2, "compute-envs": 3, "pipelines": 3, "launch": 5, "report": 4, "destroy": 5}  # with their aims

# make compare without the check of the folder.
COMPARING = """
import os
from pathlib import Path
from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.compare import compare
compare(Benchmark(Path(), os.environ), wait=False)
"""
COMPARING_EARLIER = """
import os
from pathlib import Path
from fusion_snapshots.compare import compare
compare(Path(), os.environ, wait=False)
"""
COMPARED = {
    "ORGANIZATION_NAME": "acme",
    "WORKSPACE_NAME": "acme",
    "COMPUTE_ENV_PREFIX": "acme",
    "AWS_REGION": "eu-west-1",
    "AWS_WORK_DIR": "s3://acme-fusion/work",
    "AWS_ACCESS_KEY_ID": "not-a-key",
    "AWS_SECRET_ACCESS_KEY": "not-a-secret",
}


class Bench:
    """A copy of the template, a folder rendered from it, and the programs that the rows measure."""

    def __init__(self, work: Path, turns: int) -> None:
        self.work, self.turns = work, turns
        self.env = {**os.environ, "HOME": str(work), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
        for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"):  # with Python's cache, as users have it
            self.env.pop(name, None)
        self.template = work / "template"
        for part in (PROJECT, "fusion_snapshots", "hooks", "schemas", "templates"):
            shutil.copytree(ROOT / part, self.template / part, ignore=shutil.ignore_patterns("__pycache__"))
        for part in ("cookiecutter.json", "render_accounts.py"):
            shutil.copy(ROOT / part, self.template)

    def prepare(self, script: str, *words: str | Path, **variables: str) -> str:
        """Run a script of this directory and return what it prints: a large process would count as its children's."""
        path = os.pathsep.join(map(str, (ROOT, ROOT / "tests")))
        command = [sys.executable, ROOT / "benchmarks" / script, *words]
        env = {**self.env, "PYTHONPATH": path, **variables}
        return subprocess.run(command, cwd=self.work, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout

    def generation(self, slug: str) -> Command:
        """Return the command that renders a folder of this name with acme's answers."""
        answers = [f"{name}={value}" for name, value in {**ACME, "project_slug": slug}.items()]
        return [BIN / "cookiecutter", self.template, "--no-input", *answers]

    @cached_property
    def folder(self) -> Path:
        """A rendered folder."""
        Side([self.generation("acme")], self.work, self.env).run()
        return self.work / "acme"

    @cached_property
    def exported(self) -> dict[str, str]:
        """What env.sh of that folder exports, with all other variables."""
        show = f"{sys.executable} -c 'import json, os; print(json.dumps(dict(os.environ)))'"
        shell = ["bash", "-c", f". ./env.sh 2>/dev/null; exec {show}"]
        exported = subprocess.run(shell, cwd=self.folder, env=self.env, check=True, stdout=subprocess.PIPE)
        return dict(json.loads(exported.stdout))

    @cached_property
    def files(self) -> list[Path]:
        """The seqerakit files of that folder, as paths from its root."""
        listed = [path.relative_to(self.folder) for path in sorted(self.folder.rglob("*.yml"))]
        return [path for path in listed if path.name not in ("params.yml", "answers.yml")]

    @cached_property
    def peers(self) -> Path | None:
        """The directory of the programs of others, at fixed versions; None where they cannot be installed."""
        place = self.work / "peers"
        wanted = [f"{name}=={number}" for name, number in PEERS.items()]
        try:
            subprocess.run(["uv", "venv", "--quiet", "--python", sys.executable, place], check=True)
            subprocess.run(["uv", "pip", "install", "--quiet", "--python", place, *wanted], check=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        return place / "bin"

    @cached_property
    def earlier(self) -> Path | None:
        """The program of release 0.2.0; None where its commit is not in this clone."""
        place = self.work / "earlier"
        place.mkdir()
        parts = ["fusion_snapshots", "schemas"]
        packed = subprocess.run(["git", "-C", ROOT, "archive", EARLIER, *parts], stdout=subprocess.PIPE)
        if packed.returncode:
            print(f"{EARLIER[:7]} is not in this clone: what is held against it is left out.", file=sys.stderr)
            return None
        subprocess.run(["tar", "-x", "-C", place], input=packed.stdout, check=True)
        return place

    def measure(self, **sides: Side) -> dict[str, Cost]:
        """Measure sides in turns."""
        return measure(sides, self.turns)


def row(what: str, ours: Cost, theirs: Cost | None, aim: str = "–") -> str:
    """Return a row of the table; theirs is None where it could not be measured."""
    ratio = f"**{ours.seconds / theirs.seconds:.2f}**" if theirs else "not measured"
    return f"| {what} | {ours} | {theirs or '–'} | {ratio} | {aim} |"


def measure_validate(bench: Bench) -> Iterator[str]:
    """Yield the rows of a folder's check."""
    folder, env = bench.folder, bench.exported
    sides = {
        "ours": Side([[sys.executable, "validate.py"]], folder, env),
        "seqerakit": Side([[BIN / "seqerakit", "--dryrun", *bench.files]], folder, env),
    }
    if bench.peers:
        schema: Command = ["--schemafile", bench.template / "schemas/seqerakit.schema.json"]
        sides["check_jsonschema"] = Side([[bench.peers / "check-jsonschema", *schema, *bench.files]], folder, env)
        sides["yamllint"] = Side([[bench.peers / "yamllint", "-d", "relaxed", *bench.files]], folder, env)
    costs = bench.measure(**sides)
    ours = costs["ours"]
    yield row("`validate.py` / `seqerakit --dryrun` of the same files", ours, costs["seqerakit"], "0.6")
    yield row("`validate.py` / `check-jsonschema` of the same files", ours, costs.get("check_jsonschema"))
    yield row("`validate.py` / `yamllint` of the same files", ours, costs.get("yamllint"))


def measure_plan(bench: Bench) -> Iterator[str]:
    """Yield the row of make plan."""
    checks: list[Command] = [[sys.executable, "validate.py"], [BIN / "seqerakit", "--dryrun", *bench.files]]
    costs = bench.measure(
        ours=Side([["make", "plan", f"PYTHON={sys.executable}"]], bench.folder, bench.env),
        theirs=Side(checks, bench.folder, bench.exported),
    )
    what = "`make plan` / `validate.py` and one `seqerakit --dryrun` of all files"
    yield row(what, costs["ours"], costs["theirs"], "1.15")


def measure_generation(bench: Bench) -> Iterator[str]:
    """Yield the rows of a generation."""
    bench.prepare("plain_templates.py", bench.folder, bench.work / "plain")
    plain, new = bench.work / "plain", bench.work / "new"
    env = {**bench.env, "PYTHONPATH": str(plain / "extension")}
    bare: Command = [BIN / "cookiecutter", plain / "cookiecutter", "--no-input", "project_slug=new"]
    sides = {
        "ours": Side([bench.generation("new")], bench.work, bench.env, new),
        "cookiecutter": Side([bare], bench.work, env, new),
    }
    if bench.peers:
        copier: Command = [bench.peers / "copier", "copy", "--defaults", "--trust", "--quiet", plain / "copier", new]
        sides["copier"] = Side([copier], bench.work, env, new)
    costs = bench.measure(**sides)
    yield row("a generation / plain `cookiecutter` of the same files", costs["ours"], costs["cookiecutter"], "1.3")
    yield row("a generation / `copier` of the same files", costs["ours"], costs.get("copier"))


def measure_accounts(bench: Bench) -> Iterator[str]:
    """Yield the rows of many accounts."""
    place = bench.work / "accounts"
    place.mkdir()
    files = []
    for number in range(ACCOUNTS):
        own = {**ACME, "compute_env_prefix": f"account-{number}", "project_slug": f"account-{number}"}
        files.append(place / f"account-{number:03}.yml")
        files[-1].write_text("default_context:\n" + "".join(f"  {name}: {value}\n" for name, value in own.items()))
    many, single = bench.work / "many", bench.work / "single"
    recipe: Command = [sys.executable, bench.template / "render_accounts.py", "--output-dir", many, *files]
    bake: Command = [BIN / "cookiecutter", bench.template, "--no-input", "--output-dir", single]
    costs = bench.measure(
        anew=Side([recipe], bench.work, bench.env, many),
        unchanged=Side([recipe], bench.work, bench.env),
        single=Side([[*bake, "--config-file", file] for file in files[:SINGLE]], bench.work, bench.env, single),
    )
    what = f"{ACCOUNTS} accounts / as many runs of `cookiecutter` ({SINGLE} of them, times {ACCOUNTS // SINGLE})"
    yield row(what, costs["anew"], costs["single"].times(ACCOUNTS // SINGLE), "0.25")
    yield row(f"{ACCOUNTS} unchanged accounts / rendering them", costs["unchanged"], costs["anew"], "0.15")


def compare_runs(bench: Bench, runs: int, tasks: int, aim: str) -> Iterator[str]:
    """Yield the row of a comparison with so many runs of each of two arms, and so many tasks of each run."""
    if not bench.earlier:
        return
    ours, theirs = bench.work / f"ours-{tasks}", bench.work / f"theirs-{tasks}"
    bench.prepare("made_runs.py", ours, str(runs), str(tasks))
    shutil.copy(bench.folder / "env.sh", ours)
    shutil.copytree(ours, theirs)
    programs = bench.work / "without-aws"
    programs.mkdir(exist_ok=True)
    with contextlib.suppress(FileExistsError):
        (programs / "bash").symlink_to(str(shutil.which("bash")))
    env = {**bench.env, **COMPARED, "PATH": str(programs)}
    costs = bench.measure(
        ours=Side([[sys.executable, "-c", COMPARING]], ours, {**env, "PYTHONPATH": str(ROOT)}),
        theirs=Side([[sys.executable, "-c", COMPARING_EARLIER]], theirs, {**env, "PYTHONPATH": str(bench.earlier)}),
    )
    what = f"comparing 2 arms of {runs} runs with {2 * runs * tasks:,} tasks in all / the same by release 0.2.0"
    yield row(what, costs["ours"], costs["theirs"], aim)


def count_rounds(bench: Bench) -> Iterator[str]:
    """Yield the rows that tell how many rounds of calls of tw each step makes."""
    shutil.copytree(bench.folder, bench.work / "stepped/acme")
    for verb, rounds in json.loads(bench.prepare("round_trips_of_steps.py", bench.work / "stepped/acme")).items():
        more = " of four rounds without waiting" if verb == "launch" else ""
        yield f"| rounds of `tw` in a row: `make {verb}`{more} | {rounds} | – | – | {ROUNDS[verb]} |"


def count_aws_processes(bench: Bench) -> Iterator[str]:
    """Yield the row that tells how many processes of aws a comparison starts."""
    count = bench.prepare("aws_processes.py", bench.work / "interrupted", "-c", COMPARING, **COMPARED)
    yield f"| processes of `aws` of a comparison | {count.strip()} | – | – | 10 |"


ROWS: Mapping[str, Callable[[Bench], Iterator[str]]] = {
    "validate": measure_validate,
    "plan": measure_plan,
    "generation": measure_generation,
    "accounts": measure_accounts,
    "compare": lambda bench: compare_runs(bench, runs=40, tasks=250, aim="0.5"),
    "tasks": lambda bench: compare_runs(bench, runs=10, tasks=10_000, aim="0.6, 100 MiB"),
    "rounds": count_rounds,
    "aws": count_aws_processes,
}


def lines(turns: int, names: list[str]) -> Iterator[str]:
    """Yield the lines of the table, and what it was measured with."""
    own = ", ".join(f"{package} {version(package)}" for package in ("cookiecutter", "seqerakit", "jsonschema"))
    peers = ", ".join(f"{package} {number}" for package, number in PEERS.items())
    yield f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()},"
    yield f"{own}, {peers};"
    yield f"medians of {turns} pairs, {time.strftime('%Y-%m-%d')}.\n"
    yield HEAD
    with tempfile.TemporaryDirectory() as work:
        bench = Bench(Path(work), turns)
        for name in names:
            yield from ROWS[name](bench)


def main() -> None:
    """Measure the rows that are asked for, all by default."""
    parser = argparse.ArgumentParser(description="Measure what the checks, generations and steps cost.")
    parser.add_argument("repetitions", nargs="?", type=int, default=10, help="how many pairs (10)")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"only these rows: {', '.join(ROWS)}")
    parser.add_argument("--write", action="store_true", help="write the table into benchmarks/README.md")
    options = parser.parse_args()
    if unknown := set(options.rows) - set(ROWS):
        parser.error(f"no such row: {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    table = ""
    for line in lines(options.repetitions, options.rows or list(ROWS)):
        print(line, flush=True)
        table += f"{line}\n"
    if options.write:
        prose = README.read_text(encoding="utf-8").partition(MARK)[0]
        README.write_text(f"{prose}{MARK}\n{table}", encoding="utf-8")


if __name__ == "__main__":
    main()

"""What the scripts of this folder share: the variables of env.sh, tw, seqerakit's plans and the list of runs.

Nothing here needs more than Python, bash, seqerakit and tw.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

HERE = Path(__file__).resolve().parent
RUNS = HERE / "report" / "runs.csv"
COMPUTE_ENVS = ("compute-envs/aws_fusion_ondemand.yml", "compute-envs/aws_fusion_snapshots.yml")
# nf-aggregate's name for the runs of each compute environment: how the environment's name ends.
GROUPS = ("fusion_ondemand", "fusion_snapshots")
# What nf-aggregate 0.7.0 takes, by its assets/schema_input.json.
SAMPLESHEET = ("id", "workspace", "group")
RUN_ID = re.compile("[A-Za-z0-9]{9,14}")
RUN_ID_FORM = "9 to 14 letters or digits"
COLUMNS = ("id", "name", "compute environment", "when")
TW_RELEASES = "https://github.com/seqeralabs/tower-cli/releases"
MOST_BYTES = 50_000_000  # of what a command says, more is not read
SECONDS = 30.0  # a command that has not ended by then hangs
PARAMS = "PARAMS"  # in a plan, stands for a params file that seqerakit wrote and that is gone
# Runs whose names begin so are the smoke test, which no report compares.
SMOKE_TEST = "hello-"

Variables = dict[str, str]
Row = dict[str, str]


class TwError(Exception):
    """tw refused, did not answer, or could not be run; the message says which."""


class PlanError(Exception):
    """seqerakit could not be run, or refuses a file; the message says what to do."""


class Command(NamedTuple):
    """A tw command that seqerakit would run: its words, and the text of its params file, if it has one."""

    words: list[str]
    params: str

    def option(self, name: str) -> str:
        """Return the value of an option such as --name, or an empty string."""
        return self.words[self.words.index(name) + 1] if name in self.words else ""


def stop(message: str, code: int = 2) -> NoReturn:
    """Print why a script cannot go on and exit, with 2 unless told otherwise."""
    print(f"{Path(sys.argv[0]).name}: {message}", file=sys.stderr)
    raise SystemExit(code)


def bounded(
    command: list[str], env: Variables, seconds: float = SECONDS, folder: Path = HERE
) -> subprocess.CompletedProcess[str]:
    """Run a command, and with it whatever it starts, for at most so many seconds; return what it said.

    Raises FileNotFoundError where there is no such command, subprocess.TimeoutExpired where it does not end.
    """
    # Files and not pipes, as a pipe stays open for as long as anything that was started in the background.
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                command,
                env=env,
                cwd=folder,
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=errors,
            )
        except OSError as error:  # not there, not executable, or made for another machine
            raise FileNotFoundError(error.errno, error.strerror, command[0]) from error
        try:
            process.wait(timeout=seconds)
        except BaseException:
            with contextlib.suppress(
                ProcessLookupError, PermissionError
            ):  # macOS says the latter of a group that ended
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        texts = []
        for file in (said, errors):
            file.seek(0)
            texts.append(file.read(MOST_BYTES).decode(errors="replace"))
        return subprocess.CompletedProcess(command, process.returncode, *texts)


def exported(env: Variables, seconds: float = SECONDS, folder: Path = HERE) -> tuple[str, Variables | None, str]:
    """Run a folder's env.sh in bash, under set -eu and within so many seconds, on top of the given variables.

    Return what it prints, the variables then exported, or None where bash stops in it, and what bash says of that;
    stops with exit code 2 without bash. Raises subprocess.TimeoutExpired.
    """
    mark = "\x1evariables\x1e"
    # What env.sh did to IFS, or traps, must not change how its variables are read.
    variables = "trap - DEBUG; IFS=$' \\t\\n'; "
    variables += 'for name in $(compgen -e); do printf "%s=%s\\0" "$name" "${!name}"; done'
    # No command of env.sh may write more than 1 MiB.
    script = f'ulimit -f 1024; set -eu; . ./env.sh; printf "%s" "$1"; {variables}'
    try:
        ran = bounded(["bash", "--noprofile", "--norc", "-c", script, "bash", mark], env, seconds, folder)
    except FileNotFoundError:
        stop("bash is not installed; env.sh and seqerakit's commands need it")
    said, found, values = ran.stdout.partition(mark)
    pairs = dict(pair.split("=", 1) for pair in values.split("\0") if "=" in pair)
    return said.strip(), pairs if found else None, ran.stderr.strip()


def environment() -> Variables:
    """Return this process's variables with those of env.sh; stops with exit code 2 where bash cannot run it."""
    try:
        _, values, errors = exported(dict(os.environ))
    except subprocess.TimeoutExpired:
        stop(f"env.sh does not end within {SECONDS:.0f} seconds; run python3 validate.py")
    if values is None:
        stop(f"env.sh: bash stops in it; run python3 validate.py (bash says: {errors[-200:]})")
    schema = json.loads((HERE / "schemas" / "env.schema.json").read_text(encoding="utf-8"))
    if missing := [name for name in schema["required"] if not values.get(name)]:
        stop(f"env.sh does not export {', '.join(missing)}; run python3 validate.py")
    return values


def bucket_of(path: str) -> str:
    """Return the bucket of an S3 path, without s3://."""
    return path.removeprefix("s3://").partition("/")[0]


def workspace(env: Variables) -> str:
    """Return the workspace as tw wants it: organization/workspace."""
    return f"{env['ORGANIZATION_NAME']}/{env['WORKSPACE_NAME']}"


class Answer(dict[str, Any]):
    """The object tw prints: a key that is not there is tw's fault, and a TwError."""

    def __missing__(self, key: str) -> Any:
        raise TwError(f"tw answers without {key!r}; is this the tw of {TW_RELEASES}?")


def tw(env: Variables, *words: str, seconds: float = SECONDS) -> Answer:
    """Return the JSON object that tw prints for a command; raises TwError."""
    try:
        ran = bounded(["tw", "-o", "json", *words], env, seconds)
    except FileNotFoundError:
        raise TwError(f"tw is not installed: {TW_RELEASES}") from None
    except subprocess.TimeoutExpired:
        raise TwError(f"tw {' '.join(words[:2])}: no answer within {seconds:g} seconds") from None
    # tw info prints its checks and exits with 1 where one of them is bad.
    if ran.returncode == 0 or words[0] == "info":
        with contextlib.suppress(ValueError, TypeError):
            return Answer(json.loads(ran.stdout))
    errors = re.findall(r"ERROR:\s*(.+)", ran.stderr) or (ran.stderr.strip() or ran.stdout.strip()).splitlines()
    said = errors[-1].rstrip(".") if errors else f"exit code {ran.returncode}"
    raise TwError(f"tw {' '.join(words[:2])}: {said}")


def planned(env: Variables, file: str) -> list[Command]:
    """Return the tw commands seqerakit would run for a file, their variables expanded as /bin/sh does it.

    Nothing is sent. Raises PlanError.
    """
    with tempfile.TemporaryDirectory() as folder:
        # seqerakit leaves a params file behind for each launch: here it is removed with its folder.
        env = {**env, "TMPDIR": folder}
        try:
            ran = bounded(["seqerakit", "--dryrun", file], env)
        except FileNotFoundError:
            install = f"python3 -m pip install -r {HERE / 'requirements.txt'}"
            raise PlanError(f"seqerakit is not installed. Run: {install}") from None
        except subprocess.TimeoutExpired:
            raise PlanError(f"seqerakit --dryrun {file} does not end within {SECONDS:.0f} seconds") from None
        if ran.returncode:
            raise PlanError(
                f"seqerakit refuses {file}; run python3 validate.py ({(ran.stderr.strip().splitlines() or ['?'])[-1]})"
            )
        lines = re.findall(r"^INFO:root:DRYRUN: Running command (.*?)(?=^INFO:|\Z)", ran.stderr, re.M | re.S)
        commands = []
        for line in lines:
            words = bounded(["/bin/sh", "-c", rf"printf '%s\0' {line.strip()}"], env).stdout.split("\0")[:-1]
            command = Command(words, "")
            path = command.option("--params-file")
            if Path(path).parent == Path(folder):
                text = Path(path).read_text(encoding="utf-8")
                command = Command([PARAMS if word == path else word for word in words], text)
            commands.append(command)
        return commands


def find_run(env: Variables, name: str) -> str:
    """Return the id of the workspace's run of that name, or an empty string; raises TwError."""
    answer = tw(env, "runs", "list", "--workspace", workspace(env), "--filter", name)
    found = [run["workflow"] for run in answer["workflows"]]
    return next((str(run["id"]) for run in found if run["runName"] == name), "")


def read_runs() -> list[Row]:
    """Return the rows of report/runs.csv; stops with exit code 2 where it is not what the launches wrote."""
    if not RUNS.exists():
        return []
    try:
        reader = csv.DictReader(io.StringIO(RUNS.read_text(encoding="utf-8-sig")))
        rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        stop(f"{RUNS.relative_to(HERE)}: cannot be read: {error}")
    for number, row in enumerate(rows, 2):
        if any(row.get(column) is None for column in COLUMNS):
            stop(f"{RUNS.relative_to(HERE)}:{number}: a row needs {','.join(COLUMNS)}, under a first line that says so")
    if tuple(reader.fieldnames or COLUMNS)[: len(COLUMNS)] != COLUMNS:
        stop(f"{RUNS.relative_to(HERE)}:1: the first line must begin with {','.join(COLUMNS)}")
    return rows


def add_runs(*rows: tuple[str, str, str, str]) -> None:
    """Append rows to report/runs.csv, which is made if need be, even for no rows; raises OSError."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    with RUNS.open("a+b") as file:
        size = file.seek(0, os.SEEK_END)
        if not size:
            writer.writerow(COLUMNS)
        else:
            file.seek(size - 1)
            text.write("" if file.read() == b"\n" else "\n")  # a row that was typed may lack its end
        writer.writerows(rows)
        file.write(text.getvalue().encode())
        file.flush()
        os.fsync(file.fileno())


def replace(path: Path, text: str) -> None:
    """Write a file whole or not at all; raises OSError."""
    partial = path.with_name(f".{path.name}.part")
    try:
        partial.write_text(text, encoding="utf-8")
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    partial.replace(path)

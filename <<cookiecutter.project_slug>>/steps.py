#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# ///
"""The steps of the Makefile that take more than one seqerakit command.

Exit code 0: done; 1: something was refused or failed, said at the end; 2: the step could not run; 130: interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

import seqera
from seqera import COMPUTE_ENVS, Command, PlanError, TwError, Variables, planned, stop

PIPELINES = [
    "pipelines/hello.yml", "pipelines/workflow_fusion_ondemand.yml", "pipelines/workflow_fusion_snapshots.yml",
]  # fmt: skip
LAUNCHES = ["launch/hello.yml", "launch/workflow_fusion_ondemand.yml", "launch/workflow_fusion_snapshots.yml"]
REPORT = ["report/dataset.yml", "report/pipeline.yml"]
DATASET, REPORT_LAUNCH = "report/dataset.yml", "report/launch.yml"
KINDS = {"compute-envs": "compute environment", "pipelines": "pipeline", "datasets": "dataset"}
COST_REPORT = "benchmark_aws_cur_report"
CREATION_MINUTES = 30  # AWS needs about five
# Where tw says this of a run's name, it has said the same of the launch: nothing started.
REFUSED = re.compile("Unauthorized|Forbidden|not found|not installed|Missing TOWER_ACCESS_TOKEN|insecure server")


def show(command: list[str]) -> None:
    """Print a command as one would type it."""
    with contextlib.suppress(BrokenPipeError):  # what is begun goes on, read or not
        print(f"$ {shlex.join(command)}", flush=True)


def call(env: Variables, *command: str) -> int:
    """Show a command, run it and return its exit code."""
    show(list(command))
    return subprocess.run(command, env=env, cwd=seqera.HERE).returncode


def lines_of(command: Command) -> str:
    """Return a tw command as one would type it, an option a line."""
    lines = [""]
    for word in command.words:
        lines += [""] if word.startswith("--") or (len(lines) > 1 and lines[-1].count(" ") > 0) else []
        lines[-1] += (" " if lines[-1] else "") + shlex.quote(word)
    return " \\\n    ".join(lines)


def plan(env: Variables) -> int:
    """Print the tw commands of all files, their variables expanded."""
    files = [*COMPUTE_ENVS, *PIPELINES, *LAUNCHES, *REPORT, REPORT_LAUNCH]
    with ThreadPoolExecutor() as pool:
        plans = list(pool.map(lambda file: planned(env, file), files))
    for file, commands in zip(files, plans, strict=True):
        print(f"# {file}")
        for command in commands:
            print(lines_of(command))
            for line in command.params.splitlines():
                print(f"    # {seqera.PARAMS}: {line}")
        print()
    print(f"Nothing was sent. {seqera.PARAMS} stands for a temporary file that seqerakit writes.")
    return 0


def compute_envs(env: Variables, every: float) -> int:
    """Create what does not exist of the compute environments and return when each is AVAILABLE, or 1."""
    for file in COMPUTE_ENVS:
        code = call(env, "seqerakit", "--on-exists", "ignore", file)
        for command in planned(env, file):
            name = command.option("--name")
            status = wait_for(env, name, every)
            if status == "AVAILABLE":
                print(f"{name} is AVAILABLE.\n", flush=True)
                continue
            if status:
                stop(
                    f"compute environment {name} is {status}. The Platform's page of it names the reason, most often "
                    f"a permission that the AWS credentials lack. Mend that, delete it (. ./env.sh && seqerakit "
                    f"--delete {file}), and when it is gone: make compute-envs",
                    1,
                )
            stop(
                f"compute environment {name} was not created, see above. Mend that, then: make compute-envs", code or 1
            )
    return 0


def wait_for(env: Variables, name: str, every: float) -> str:
    """Return the status of a compute environment once it is not being created any more; empty if there is none."""
    ends = time.monotonic() + 60 * CREATION_MINUTES
    while True:
        try:
            known = seqera.tw(env, "compute-envs", "list", "--workspace", seqera.workspace(env))["computeEnvs"]
        except TwError as error:
            stop(f"{error}. What was created stays; when make preflight is well: make compute-envs", 1)
        status = next((str(item["status"]) for item in known if item["name"] == name), "")
        if status != "CREATING" or time.monotonic() > ends:
            return status
        print(f"{name} is being created; asking again in {every:g} seconds", flush=True)
        time.sleep(every)


def launch(env: Variables, files: list[str]) -> int:
    """Launch the runs of seqerakit files and add a row for each to report/runs.csv; return the exit code."""
    try:
        seqera.add_runs()
    except OSError as error:
        stop(f"report/runs.csv: cannot be written: {error.strerror}; nothing was launched")
    seqera.read_runs()  # stops at what could not be read later
    for index, file in enumerate(files):
        code = launch_file(env, file)
        if code:
            rest = " ".join(files[index:])
            again = f"python3 steps.py launch {rest}"
            print(f"steps.py: {file} was not launched whole. Mend what is said above, then: {again}", file=sys.stderr)
            return code
    return 0


def launch_file(env: Variables, file: str) -> int:
    """Launch the runs of one file, recording each as soon as tw has named its id; return the exit code."""
    left = [(c.option("--name"), c.option("--compute-env")) for c in planned(env, file) if c.words[1] == "launch"]
    if not left:
        stop(f"{file} launches nothing; name a file that does, e.g. python3 steps.py launch {LAUNCHES[0]}")
    command = ["seqerakit", "--json", file]
    show(command)
    process = subprocess.Popen(
        command, env={**env, "PYTHONUNBUFFERED": "1"}, cwd=seqera.HERE, text=True, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    interrupted = False
    try:
        record(process.stdout, left)
    except KeyboardInterrupt:
        # seqerakit was interrupted with this script; what it still says counts.
        interrupted = True
        record(process.stdout, left)
    code = process.wait()
    # seqerakit stops at the first failure: of the launches that are left, only the first was tried.
    for name, compute_env in left[:1] if code or interrupted else list(left):
        if recover(env, name, compute_env):
            left.remove((name, compute_env))
    if interrupted:
        return 130
    return (code or 1) if left else 0


def record(lines: Iterable[str], left: list[tuple[str, str]]) -> None:
    """Add a row for each id that seqerakit prints, in the order of the launches."""
    for line in lines:
        for identifier in re.findall(r'"workflowId":\s*"([^"]+)"', line):
            name, compute_env = left.pop(0)
            seqera.add_runs((identifier, name, compute_env, now()))
            url = re.search(r'"workflowUrl":\s*"([^"]+)"', line)
            with contextlib.suppress(BrokenPipeError):
                print(f"{name}: started as {identifier}{f': {url[1]}' if url else ''}", flush=True)


def recover(env: Variables, name: str, compute_env: str) -> bool:
    """Record a launch that named no id, if it started all the same; tell whether it is known to have."""
    try:
        identifier = seqera.find_run(env, name)
    except TwError as error:
        if not REFUSED.search(str(error)):
            seqera.add_runs(("", name, compute_env, now()))
            print(
                f"{name}: whether it started is not known, as tw does not answer. "
                "Its row in report/runs.csv has no id yet; make report asks for it again.",
                file=sys.stderr,
            )
        return False
    if not identifier:
        print(f"{name}: did not start", file=sys.stderr)
        return False
    seqera.add_runs((identifier, name, compute_env, now()))
    print(f"{name}: started as {identifier} all the same", flush=True)
    return True


def now() -> str:
    """Return the time as report/runs.csv holds it, in UTC."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def dataset(env: Variables) -> int:
    """Give the workspace the samplesheet as a dataset, and report/params.yml its address; return the exit code."""
    command = planned(env, DATASET)[0]
    name, where = command.option("--name"), command.option("--workspace")
    try:
        try:
            seqera.tw(env, "datasets", "view", "--name", name, "--workspace", where)
            header = ["--header"] if "--header" in command.words else []
            file = command.words[3]
            code = call(env, "tw", "datasets", "update", "--name", name, "--workspace", where, "--file", file, *header)
        except TwError as error:
            if not re.search("No datasets? .*found", str(error)):
                raise
            code = call(env, "seqerakit", DATASET)
        if code:
            stop(f"the dataset {name} was not written, see above; nothing was launched. Then again: make report", 1)
        url = seqera.tw(env, "datasets", "url", "--name", name, "--workspace", where)["datasetUrl"]
    except TwError as error:
        stop(f"{error}; nothing was launched. When that is mended: make report", 1)
    params = seqera.HERE / "report" / "params.yml"
    others = [line for line in params.read_text(encoding="utf-8").splitlines() if not line.startswith("input:")]
    seqera.replace(params, "\n".join([*others, f"input: {json.dumps(url)}", ""]))
    print(f"report/params.yml: {url}")
    if not any(COST_REPORT in command.params for command in planned(env, REPORT_LAUNCH)):
        print(
            f"There is no AWS cost report ({COST_REPORT} in {REPORT_LAUNCH} is null): the report compares run times "
            "and the use of CPU, memory and storage, but cannot show what the runs cost."
        )
    return 0


def destroy(env: Variables, confirm: str) -> int:
    """List what the files of this folder created, delete it when confirmed, and say what remains."""
    files = [*REPORT, *reversed(PIPELINES), *reversed(COMPUTE_ENVS)]
    print(f"From {seqera.workspace(env)} these go, where they exist:\n")
    for file in files:
        for command in planned(env, file):
            print(f"  {KINDS.get(command.words[1], command.words[1])} {command.option('--name')}")
    print("\nRuns under way on them are lost.")
    ours = {command.option("--name") for file in COMPUTE_ENVS for command in planned(env, file)}
    if others := {row["compute environment"] for row in seqera.read_runs()} - ours:
        print(f"Not of these files, so they stay: {', '.join(sorted(others))} (report/runs.csv names them).")
    print()
    if confirm != "yes" and sys.stdin.isatty():
        with contextlib.suppress(EOFError):
            confirm = input("Type yes to delete them: ").strip()
    if confirm != "yes":
        stop("nothing was deleted. To delete them: make destroy CONFIRM=yes", 1)
    for file in files:
        code = call(env, "seqerakit", "--delete", file)
        if code:
            stop(f"{file} was not deleted, see above. Mend that, then again: make destroy", code)
    print(
        f"""
Nothing of these is left. AWS needs some minutes to take the compute environments apart.
What remains:
  the runs in the Platform, and their list in report/runs.csv
  the results in {env["PIPELINE_OUTDIR_PREFIX"]}
  the work directory {env["AWS_WORK_DIR"]}, with the Snapshot data that killed runs left in .fusion/dump/
    of their task directories: it stays for ever, so delete the work directory when no run needs it any more
  the buckets {env["AWS_COMPUTE_ENV_ALLOWED_BUCKETS"]} and the credentials {env["AWS_CREDENTIALS"]}"""
    )
    return 0


def main() -> int:
    """Run the step named on the command line and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    steps = parser.add_subparsers(dest="step", required=True)
    steps.add_parser("plan", help="the tw commands of all files, variables expanded; nothing is sent")
    creating = steps.add_parser("compute-envs", help="create both compute environments")
    creating.add_argument("--every", type=float, default=15, metavar="SECONDS", help="how often to ask for their state")
    launching = steps.add_parser("launch", help="launch the runs of files and list them in report/runs.csv")
    launching.add_argument("files", nargs="+", metavar="FILE")
    steps.add_parser(
        "dataset", help="write report/samplesheet.csv to its dataset, and the address to report/params.yml"
    )
    deleting = steps.add_parser("destroy", help="delete all of it from the workspace")
    deleting.add_argument("--confirm", default="", metavar="yes", help="delete without asking")
    options = parser.parse_args()
    env = seqera.environment()
    try:
        if options.step == "plan":
            return plan(env)
        if options.step == "compute-envs":
            return compute_envs(env, options.every)
        if options.step == "launch":
            return launch(env, options.files)
        if options.step == "dataset":
            return dataset(env)
        return destroy(env, options.confirm)
    except PlanError as error:
        stop(str(error))
    except KeyboardInterrupt:
        target = {"dataset": "report"}.get(options.step, options.step)
        print(f"\nsteps.py: interrupted. What was done stays; to go on: make {target}", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())

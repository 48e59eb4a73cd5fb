"""The run of a proof: hello world with pipelines/proof.config, launched once and gone on with when it is there."""

from __future__ import annotations

import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path

from ..aws.cli import Aws, AwsError
from ..aws.hosts import Host, find_hosts
from ..benchmark import Benchmark
from ..errors import UserError
from ..folder.layout import HELLO_PIPELINE, PROOF_CONFIG, PROOF_RUN
from ..interrupt.targets import Target
from ..output import Progress, say
from ..pipelines import require_same_pipelines
from ..platform.seqerakit import Command
from ..platform.tw import TwError
from ..platform.tw_failure import Kind, read_failure
from ..platform.workspace import Workspace, is_under_way
from ..process import at_once
from ..runs.archive import DamagedError
from ..runs.launcher import launch_run
from ..runs.listed import Row
from ..runs.run import Run, Task, read_run
from ..runs.states import find_runs, may_start, read_states
from ..settings import SAFE_MINUTES
from .log import analyse
from .outcome import Seen

START_MINUTES = 60  # for instances to come up and tasks to grow old enough; they need about ten
DUMP_SECONDS = 300.0
LOG = ".proof.log"


def find_or_launch(benchmark: Benchmark, target: Target, every: float) -> Row:
    """Return the row of the proof that is under way on a compute environment, or of a new one; raises UserError.

    Where one was sent and its answer lost, it is waited for, looking every so many seconds.
    """
    progress = Progress()
    while sent := [row for row in _find_proofs(benchmark, target) if may_start(row)]:
        progress.show(f"{sent[-1].name}: waiting until it is known whether it started")
        time.sleep(every)
    progress.end()
    rows = [row for row in _find_proofs(benchmark, target) if row.id][-1:]
    if rows and is_under_way(read_states(benchmark.workspace, rows)[rows[0].id]):
        say(f"{rows[0].name} ({rows[0].id}) is under way: going on with it.")
        return rows[0]
    return _launch(benchmark, target)


def _find_proofs(benchmark: Benchmark, target: Target) -> list[Row]:
    rows = find_runs(benchmark)
    return [row for row in rows if row.name.startswith(PROOF_RUN) and row.compute_env == target.compute_env]


def _launch(benchmark: Benchmark, target: Target) -> Row:
    planned = benchmark.seqerakit.planned(HELLO_PIPELINE)
    hello = next((each for each in planned if each.resource == "pipelines"), None)
    if hello is None or not benchmark.files(PROOF_CONFIG):
        raise UserError(f"{HELLO_PIPELINE} or {PROOF_CONFIG} is not as it was rendered; render this folder again")
    require_same_pipelines(benchmark, [hello])
    words = ["tw", "launch", hello.name, "--name", f"{PROOF_RUN}{benchmark.env['TIME']}".lower()]
    words += ["--workspace", benchmark.workspace.name, "--compute-env", target.compute_env]
    words += ["--work-dir", benchmark.env["AWS_WORK_DIR"], "--config", PROOF_CONFIG]
    try:
        return launch_run(benchmark, Command(words, ""))
    except TwError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
        raise UserError(f"{error}. Add hello world to the Launchpad first: make pipelines", 1) from None


def wait_for_host(workspace: Workspace, aws: Aws, target: Target, row: Row, every: float) -> Host | None:
    """Return an instance on which the run's tasks have run for long enough, None once the run has ended.

    Of several, the one with the fewest tasks of other runs. every is in seconds. Raises UserError.
    """
    progress = Progress()
    while True:
        if not is_under_way(read_states(workspace, [row])[row.id]):
            progress.end()
            return None
        own = [host for host in find_hosts(aws, target.clusters) if row.id in host.runs]
        moment = datetime.now(timezone.utc)
        old = [host for host in own if host.minutes(moment, row.id) >= SAFE_MINUTES]
        if old:
            progress.end()
            return min(old, key=lambda host: (host.tasks - host.runs[row.id], host.since(row.id), host.id))
        if progress.minutes > START_MINUTES:
            progress.end()
            raise UserError(f"{row.name}: none of its tasks has run for {SAFE_MINUTES} minutes; look at it", 1)
        progress.show(f"{row.name}: waiting until a task has run for {SAFE_MINUTES} minutes; {len(own)} instances up")
        time.sleep(every)


def read_ended(workspace: Workspace, row: Row, arm: str) -> Run:
    """Return a run that has ended, with its tasks, from tw runs dump; raises UserError."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{row.id}.tar.gz"
        words = ("runs", "dump", "-i", row.id, "-w", workspace.name, "-o", str(path), "--silent")
        ran = workspace.tw.run(*words, name="tw runs dump", seconds=DUMP_SECONDS)
        try:
            return read_run(path, row.id, row.name, arm)
        except DamagedError as error:
            why = str(read_failure(ran)) if ran.returncode else str(error)
            raise UserError(f"tw runs dump of {row.id}: {why}. Its tasks' work directories hold {LOG}", 1) from None


def read_logs(aws: Aws, run: Run) -> list[tuple[Seen, str]]:
    """Return each task of a run with its log, analysed and as it is; one that is not there is empty.

    Raises AwsError where S3 may not be asked.
    """
    with at_once(4) as pool:
        texts = list(pool.map(lambda task: _read_log(aws, task), run.tasks))
    return [(Seen(task, analyse(text)), text) for task, text in zip(run.tasks, texts, strict=True)]


def _read_log(aws: Aws, task: Task) -> str:
    if not task.workdir.startswith("s3://"):
        return ""
    try:
        return aws.read("s3", "cp", f"{task.workdir.rstrip('/')}/{LOG}", "-")
    except AwsError as error:
        if error.aws_code in ("404", "NoSuchKey"):
            return ""
        raise

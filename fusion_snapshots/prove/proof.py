"""The run of a proof: hello world with pipelines/proof.config, launched once, and resumed when it is there."""

from __future__ import annotations

from datetime import datetime, timezone

from ..aws import Aws, AwsError
from ..aws.hosts import Host, find_hosts
from ..benchmark import Benchmark
from ..errors import UserError
from ..findings import count_of
from ..folder.layout import HELLO_PIPELINE, PROOF_CONFIG, PROOF_RUN, is_ours
from ..interrupt.targets import Target
from ..output import say
from ..pipelines import require_same_pipelines
from ..platform.launchpad import pipelines_of
from ..platform.seqerakit import Command
from ..platform.tw import TwError
from ..platform.tw_failure import Kind
from ..platform.workspace import DELETED, Workspace, is_under_way
from ..polling import poll
from ..process import at_once
from ..runs.launcher import launch_run
from ..runs.listed import Row
from ..runs.run import Run
from ..runs.states import find_runs, may_start, read_states
from ..runs.tasks import Task
from ..settings import SAFE_MINUTES
from .log import analyse
from .outcome import Seen

START_MINUTES = 60  # for instances to come up and tasks to grow old enough; they need about ten
LOG = ".proof.log"
KEPT = "report/{}-proof.txt"  # what a proof showed, by its run's id


def find_or_launch(benchmark: Benchmark, target: Target, every: float) -> Row:
    """Return the row of the newest proof on a compute environment, or of a new one where that was read already.

    Where one was sent and its answer lost, it is waited for, looking at the given interval.
    """

    def find_sent() -> list[Row]:
        return [row for row in _find_proofs(benchmark, target) if may_start(row)]

    def describe(sent: list[Row]) -> str:
        return f"{sent[-1].name}: waiting until it is known whether it started" if sent else ""

    poll(find_sent, lambda sent: not sent, describe, every)
    row = next((row for row in reversed(_find_proofs(benchmark, target)) if row.id), None)
    if row and not (benchmark.root / KEPT.format(row.id)).exists():
        status = read_states(benchmark.workspace, [row])[row.id]
        if status != DELETED:
            say(f"{row.name} ({row.id}) {'is under way' if is_under_way(status) else 'has ended'}: resuming it.")
            return row
    return _launch(benchmark, target)


def _find_proofs(benchmark: Benchmark, target: Target) -> list[Row]:
    rows = find_runs(benchmark)
    return [row for row in rows if row.name.startswith(PROOF_RUN) and row.compute_env == target.compute_env]


def _launch(benchmark: Benchmark, target: Target) -> Row:
    plans = benchmark.seqerakit.planned_of(benchmark.files(HELLO_PIPELINE))
    hello = next((command for _, command in pipelines_of(plans)), None)
    if hello is None or not benchmark.files(PROOF_CONFIG):
        raise UserError(f"{HELLO_PIPELINE} or {PROOF_CONFIG} is not as it was rendered; render this folder again")
    require_same_pipelines(benchmark, plans, [hello])
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

    def look() -> tuple[bool, list[Host], list[Host]]:
        going = is_under_way(read_states(workspace, [row])[row.id])
        own = [host for host in find_hosts(aws, target.clusters) if row.id in host.runs] if going else []
        moment = datetime.now(timezone.utc)
        return going, own, [host for host in own if host.minutes(moment, row.id) >= SAFE_MINUTES]

    def is_done(seen: tuple[bool, list[Host], list[Host]]) -> bool:
        going, _, old = seen
        return not going or bool(old)

    def describe(seen: tuple[bool, list[Host], list[Host]]) -> str:
        what = f"waiting until a task has run for {SAFE_MINUTES} minutes"
        return "" if is_done(seen) else f"{row.name}: {what}; {count_of(len(seen[1]), 'instance')} up"

    going, _, old = poll(look, is_done, describe, every, START_MINUTES)
    if going and not old:
        raise UserError(f"{row.name}: none of its tasks has run for {SAFE_MINUTES} minutes; look at it", 1)
    return min(old, key=lambda host: (host.tasks - host.runs[row.id], host.since(row.id), host.id), default=None)


def read_logs(aws: Aws, run: Run) -> list[tuple[Seen, str]]:
    """Return each task of a run with its log, analysed and as it is; one that is not there, or not ours, is empty.

    Raises AwsError where S3 may not be asked.
    """
    with at_once(4) as pool:
        texts = list(pool.map(lambda task: _read_log(aws, task), run.tasks))
    return [(Seen(task, analyse(text)), text) for task, text in zip(run.tasks, texts, strict=True)]


def _read_log(aws: Aws, task: Task) -> str:
    if not is_ours(task.workdir, aws.env):
        return ""
    try:
        return aws.read("s3", "cp", f"{task.workdir.rstrip('/')}/{LOG}", "-")
    except AwsError as error:
        if error.aws_code in ("404", "NoSuchKey"):
            return ""
        raise

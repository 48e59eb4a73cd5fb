"""Which clusters of AWS Batch may be touched: those of an arm's Spot queue, by the Platform's own record, or none."""

from __future__ import annotations

from typing import NamedTuple

from ..aws import Aws
from ..aws.fis import UNSUPPORTED_REGIONS
from ..benchmark import Benchmark
from ..errors import UserError
from ..folder.layout import Arm, arm_of
from ..folder.nextflow_config import NextflowConfig
from ..folder.variables import Variables
from ..platform.seqerakit import Command
from ..platform.workspace import is_under_way
from ..process import at_once
from ..runs.listed import Row
from ..runs.states import find_runs, read_states
from ..settings import ALL_ARMS

SPOT = "SPOT"
SPARE_RESTORES = 1  # of each task, left to what AWS reclaims by itself


class Target(NamedTuple):
    """An arm whose Spot instances may be interrupted: its compute environment, whether that takes Snapshots, and the
    ECS clusters behind it."""

    arm: str
    compute_env: str
    snapshots: bool
    clusters: tuple[str, ...]


def check_region(region: str) -> None:
    """Raise UserError where AWS has no such interruptions in a region."""
    if region in UNSUPPORTED_REGIONS:
        raise UserError(f"AWS does not interrupt Spot instances on demand in {region}; nothing was interrupted", 1)


def check_account(aws: Aws, env: Variables) -> str:
    """Return the account that aws is signed in to; raises UserError where it is not the pinned one."""
    account, pinned = aws.account(), env.get("AWS_ACCOUNT_ID", "")
    if pinned and account != pinned:
        hint = "Choose another AWS_PROFILE, or fix AWS_ACCOUNT_ID in env.sh"
        raise UserError(f"aws is signed in to {account}, not to {pinned}. {hint}; nothing was interrupted", 1)
    return account


def find_targets(benchmark: Benchmark, wanted: str) -> list[Target]:
    """Return the named Spot arm, or all of them; raises UserError for anything but Spot with a head job elsewhere."""
    known = {arm.name: arm for arm in benchmark.arms if (benchmark.root / arm.compute_env).is_file()}
    if wanted not in (*known, ALL_ARMS):
        raise UserError(f"ARM={wanted}: no such arm; this folder has {', '.join(known)}, or ARM=all; e.g. ARM=all")
    chosen = list(known.values()) if wanted == ALL_ARMS else [known[wanted]]
    with at_once() as pool:
        plans = list(pool.map(lambda arm: _compute_env(benchmark, arm), chosen))
        on_spot = [(a, c) for a, c in zip(chosen, plans, strict=True) if c.option("--provisioning-model") == SPOT]
        if not on_spot:
            model = plans[0].option("--provisioning-model") or "no provisioning model"
            raise UserError(f"ARM={wanted}: {chosen[0].compute_env} has {model}, not SPOT; nothing was interrupted", 1)
        return list(pool.map(lambda pair: _target(benchmark, *pair), on_spot))


def _compute_env(benchmark: Benchmark, arm: Arm) -> Command:
    commands = [
        command for command in benchmark.seqerakit.planned(arm.compute_env) if command.resource == "compute-envs"
    ]
    if len(commands) != 1:
        raise UserError(f"{arm.compute_env}: describes {len(commands)} compute environments, and not one")
    return commands[0]


def _target(benchmark: Benchmark, arm: Arm, command: Command) -> Target:
    workspace, aws = benchmark.workspace, benchmark.aws
    entry = workspace.find("compute-envs", command.name)
    if entry is None:
        raise UserError(f"{command.name} does not exist in {workspace.name}. Create it: make compute-envs", 1)
    config = workspace.view_compute_env(entry.text("id")).get("config")
    work, head = config.text("computeQueue", ""), config.text("headQueue", "")
    if config.text("region", "") != aws.region:
        raise _refused(command.name, f"it is in {config.text('region', '?')}, and env.sh names {aws.region}")
    if not work or not head or work == head:
        raise _refused(command.name, "the Platform names no head queue of its own, so the head job may be hit")
    return Target(arm.name, command.name, "--snapshots" in command.words, _clusters(aws, command.name, work, head))


def _clusters(aws: Aws, name: str, work: str, head: str) -> tuple[str, ...]:
    """Return the ECS clusters behind the work queue; refuses any that is not Spot, or that the head queue shares."""
    queues = aws.ask("batch", "describe-job-queues", "--job-queues", work, head).items("jobQueues")
    environments = {
        queue.text("jobQueueName"): [item.text("computeEnvironment") for item in queue.items("computeEnvironmentOrder")]
        for queue in queues
    }
    for queue in (work, head):
        if not environments.get(queue):
            hint = "aws may be signed in to another account than the Platform's credentials"
            raise _refused(name, f"AWS Batch has no job queue {queue} in {aws.region}; {hint}")
    every = sorted({arn for arns in environments.values() for arn in arns})
    listed = aws.ask("batch", "describe-compute-environments", "--compute-environments", *every)
    found = {item.text("computeEnvironmentArn"): item for item in listed.items("computeEnvironments")}
    if missing := [arn for arn in every if arn not in found]:
        raise _refused(name, f"AWS Batch does not know {missing[0]}")
    for arn in environments[work]:
        model = found[arn].get("computeResources").text("type", "?") if found[arn].has("computeResources") else "?"
        if model != SPOT:
            raise _refused(name, f"{found[arn].text('computeEnvironmentName')} behind its queue is {model}, not SPOT")
    clusters = {arn: item.text("ecsClusterArn") for arn, item in found.items()}
    ours = [clusters[arn] for arn in environments[work]]
    if set(ours) & {clusters[arn] for arn in environments[head]}:
        raise _refused(name, f"{work} and {head} share a cluster, so the head job may be hit")
    return tuple(ours)


def count_restores(benchmark: Benchmark, arm: str) -> int | None:
    """Return how often a task of an arm may lose its instance and still go on, by the arm's configuration.

    maxSpotAttempts counts the first attempt, too; without it Nextflow's own retries are what there is. None where
    neither is set. Raises PlanError.
    """
    pipeline = Arm(arm).pipeline
    commands = benchmark.seqerakit.planned(pipeline) if benchmark.files(pipeline) else []
    paths = [benchmark.root / command.option("--config") for command in commands if command.option("--config")]
    config = NextflowConfig("\n".join(path.read_text(encoding="utf-8") for path in paths if path.is_file()))
    found = [config.last(name) for name in ("aws.batch.maxSpotAttempts", "process.maxRetries")]
    attempts, retries = (setting.number if setting else None for setting in found)
    return attempts - 1 if attempts else retries


def find_going(benchmark: Benchmark, target: Target) -> list[Row]:
    """Return the rows of an arm's runs that have not ended; raises TwError and ReplyError."""
    rows = [row for row in find_runs(benchmark) if row.id and arm_of(row.compute_env, benchmark.arms) == target.arm]
    states = read_states(benchmark.workspace, rows)
    return [row for row in rows if is_under_way(states[row.id])]


def _refused(name: str, why: str) -> UserError:
    return UserError(f"{name}: {why}; nothing was interrupted", 1)

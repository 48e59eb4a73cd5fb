"""The instances of a cluster: which are Spot and running, what runs on them, for whom, and since when."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import NamedTuple

from ..json_reply import Reply, ReplyError
from ..process import at_once
from . import Aws, in_parts

# The labels by which our configurations tell whose task it is, and which; AWS Batch hands them on to ECS.
RUN_LABEL, TASK_LABEL = "uniqueRunId", "taskHash"


class Load(NamedTuple):
    """A task on an instance: since when it runs, where ECS tells; its run's id and its hash, empty without labels.

    The hash stays while AWS Batch moves the task from host to host.
    """

    started: datetime | None
    run: str
    hash: str = ""


class Host(NamedTuple):
    """A Spot instance and the tasks on it; request is the id of its Spot request, empty where EC2 names none;
    zone is such as eu-west-1a."""

    id: str
    type: str
    tasks: int
    launched: datetime
    request: str
    loads: tuple[Load, ...]
    zone: str = ""

    @property
    def runs(self) -> Mapping[str, int]:
        """How many of its tasks belong to each run."""
        return Counter(load.run for load in self.loads)

    def age(self, now: datetime) -> float:
        """Return for how many minutes it has been up."""
        return (now - self.launched).total_seconds() / 60

    def since(self, run: str | None = None) -> datetime:
        """Return when its oldest task began, or the oldest of a run; its launch where no task tells."""
        told = [load.started for load in self.loads if load.started and run in (None, load.run)]
        return min(told, default=self.launched)

    def minutes(self, now: datetime, run: str | None = None) -> float:
        """Return for how long its oldest task has run, or the oldest of a run."""
        return (now - self.since(run)).total_seconds() / 60


def find_hosts(aws: Aws, clusters: Iterable[str]) -> list[Host]:
    """Return the running Spot instances of ECS clusters, those with the oldest task first.

    Raises AwsError and ReplyError.
    """
    hosts = [host for cluster in clusters for host in _hosts_of(aws, cluster)]
    return sorted(hosts, key=lambda host: (host.tasks == 0, host.since(), host.id))


def choose(hosts: Iterable[Host], count: int, minutes: float, done: Iterable[str], now: datetime) -> list[Host]:
    """Return at most count of the hosts, in their order: busy, not interrupted before, their oldest task old enough."""
    seen = set(done)
    fit = [host for host in hosts if host.tasks and host.id not in seen and host.minutes(now) >= minutes]
    return fit[:count]


def _hosts_of(aws: Aws, cluster: str) -> list[Host]:
    where = ("--cluster", cluster)
    with at_once() as pool:
        containers = pool.submit(aws.ask, "ecs", "list-container-instances", *where, "--status", "ACTIVE")
        tasks = pool.submit(aws.ask, "ecs", "list-tasks", *where, "--desired-status", "RUNNING")
        arns = containers.result().texts("containerInstanceArns")
        described = pool.submit(_containers, aws, cluster, arns)
        loads = _loads(aws, cluster, tasks.result().texts("taskArns"))
        by_instance = {item.text("ec2InstanceId"): item for item in described.result()}
    instances = _instances(aws, sorted(by_instance))
    return [_host(each, by_instance[each.text("InstanceId")], loads) for each in instances]


def _containers(aws: Aws, cluster: str, arns: list[str]) -> list[Reply]:
    command = ("ecs", "describe-container-instances", "--cluster", cluster, "--container-instances")
    return [item for part in in_parts(arns) for item in aws.ask(*command, *part).items("containerInstances")]


def _instances(aws: Aws, identifiers: list[str]) -> list[Reply]:
    """Return those of the instances that are on Spot and run."""
    # By a filter, as an id that is gone makes EC2 refuse a list of ids.
    filters = [f"Name=instance-id,Values={','.join(part)}" for part in in_parts(identifiers)]
    answers = [aws.ask("ec2", "describe-instances", "--filters", each) for each in filters]
    reservations = [reservation for answer in answers for reservation in answer.items("Reservations")]
    found = [instance for reservation in reservations for instance in reservation.items("Instances")]
    spot = [each for each in found if each.text("InstanceLifecycle", "") == "spot"]
    return [each for each in spot if each.get("State").text("Name") == "running"]


def _loads(aws: Aws, cluster: str, arns: list[str]) -> Mapping[str, list[Load]]:
    """Return the tasks of a cluster by the ARN of the container instance that runs them."""
    command = ("ecs", "describe-tasks", "--cluster", cluster, "--include", "TAGS", "--tasks")
    loads: defaultdict[str, list[Load]] = defaultdict(list)
    for part in in_parts(arns):
        for task in aws.ask(*command, *part).items("tasks"):
            labels = task.items("tags") if task.has("tags") else []
            tags = {tag.text("key", ""): tag.text("value", "") for tag in labels}
            started = parse_time(task, "startedAt") if task.has("startedAt") else None
            load = Load(started, tags.get(RUN_LABEL, ""), tags.get(TASK_LABEL, ""))
            loads[task.text("containerInstanceArn", "")].append(load)
    return loads


def _host(instance: Reply, container: Reply, loads: Mapping[str, list[Load]]) -> Host:
    return Host(
        id=instance.text("InstanceId"),
        type=instance.text("InstanceType"),
        tasks=int(container.number("runningTasksCount", 0)),
        launched=parse_time(instance, "LaunchTime"),
        request=instance.text("SpotInstanceRequestId", ""),
        loads=tuple(loads.get(container.text("containerInstanceArn"), ())),
        zone=instance.get("Placement").text("AvailabilityZone", "") if instance.has("Placement") else "",
    )


def parse_time(answer: Reply, key: str) -> datetime:
    """Return a time that aws prints, as seconds since 1970 or by ISO 8601, as its configuration has it.

    Raises ReplyError.
    """
    text = answer.text(key)
    try:
        return datetime.fromtimestamp(float(text), timezone.utc)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)
    except ValueError:
        raise ReplyError(f"aws: {key} is no time: {text}") from None

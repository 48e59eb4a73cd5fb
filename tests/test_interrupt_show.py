"""What make interrupt says before it does anything: instances, effect, cost, and why there is nothing to do."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from fusion_snapshots.aws.hosts import Host, Load
from fusion_snapshots.interrupt.show import describe_cost, describe_effect, describe_hosts, describe_nothing, name_of
from fusion_snapshots.interrupt.targets import Target
from fusion_snapshots.settings import SAFE_MINUTES

NOW = datetime(2026, 11, 25, 12, tzinfo=timezone.utc)
SNAPSHOTS = Target("fusion_snapshots", "acme_snapshots", True, ("cluster",))
SPOT = SNAPSHOTS._replace(arm="fusion_spot", snapshots=False)
NAMES = {"r1": "workflow-1", "r2": "workflow-2"}


def host(name: str, *tasks: tuple[float, str]) -> Host:
    """Return an instance with tasks, given as the minutes that they have run and their runs."""
    loads = tuple(Load(NOW - timedelta(minutes=minutes), run) for minutes, run in tasks)
    return Host(name, "c6id.large", len(loads), NOW - timedelta(hours=9), "", loads)


def test_instances_are_listed_with_those_that_are_chosen() -> None:
    busy, idle = host("i-1", (14.6, "r2"), (3, "r1"), (2, "r1"), (1, "")), host("i-22")
    assert describe_hosts(SNAPSHOTS, [busy, idle], [busy], NAMES, NOW).splitlines() == [
        "Spot instances of fusion_snapshots (acme_snapshots), the oldest task first:",
        "   instance  type        tasks  oldest  runs",
        "*  i-1       c6id.large  4      15 min  an unlabelled run (1), workflow-1 (2), workflow-2 (1)",
        "   i-22      c6id.large  0      idle",
    ]
    assert describe_hosts(SNAPSHOTS, [], [], NAMES, NOW) == "fusion_snapshots: acme_snapshots has no Spot instance up."


def test_a_run_is_called_by_its_name_or_its_id() -> None:
    assert [name_of(run, NAMES) for run in ("r1", "r9", "")] == ["workflow-1", "r9", "an unlabelled run"]


def test_what_an_interruption_does() -> None:
    chosen = [host("i-1", (14, "r1"), (9, "r1")), host("i-2", (7, "r2"))]
    notice = "i-1, i-2 will get AWS's two-minute notice. What runs there (3 tasks)"
    assert describe_effect(SNAPSHOTS, chosen, NAMES, NOW) == [
        f"fusion_snapshots: {notice} should be dumped, and go on elsewhere."
    ]
    assert describe_effect(SPOT, chosen, NAMES, NOW) == [f"fusion_spot: {notice} is lost, and begins again elsewhere."]


def test_snapshots_of_young_tasks_may_lack() -> None:
    chosen = [host("i-1", (SAFE_MINUTES, "r1")), host("i-2", (SAFE_MINUTES - 0.1, "r1")), host("i-3", (1, "r1"))]
    assert describe_effect(SNAPSHOTS, chosen, NAMES, NOW)[1:] == [
        f"i-2, i-3: no task has run for {SAFE_MINUTES} minutes, so a periodic snapshot may lack."
    ]
    assert len(describe_effect(SPOT, chosen, NAMES, NOW)) == 1


def test_what_others_run_there_is_said() -> None:
    chosen = [host("i-1", (9, "r1"), (9, "x"), (9, "x"), (9, "")), host("i-2", (9, "r2"))]
    assert describe_effect(SNAPSHOTS, chosen, NAMES, NOW)[1:] == [
        "i-1 also runs what this folder did not launch: 2 tasks of x, 1 task of an unlabelled run."
    ]


@pytest.mark.parametrize(
    ("experiments", "region", "price"),
    [(1, "eu-west-1", "0.10 USD per action-minute, about 0.20 USD"), (3, "eu-west-1", "0.10 USD per action-minute, about 0.60 USD")],
)  # fmt: skip
def test_what_a_round_costs(experiments: int, region: str, price: str) -> None:
    said = f"AWS charges {price} for a round. No notice can be withdrawn once it is sent."
    assert describe_cost(experiments, region) == said


@pytest.mark.parametrize(
    ("hosts", "done", "facts"),
    [
        ([], [], "0 Spot instances up, 0 idle"),
        ([host("i-1")], ["i-1"], "1 Spot instance up, 1 idle"),
        ([host("i-1", (1, "r1")), host("i-2")], [], "2 Spot instances up, 1 idle, 1 too young"),
        ([host("i-1", (9, "r1"))], ["i-1"], "1 Spot instance up, 0 idle, 1 interrupted before"),
        ([host("i-1", (9, "r1")), host("i-2", (1, "r1")), host("i-3")], ["i-1", "i-9"], "3 Spot instances up, 1 idle, 1 interrupted before, 1 too young"),
    ],
)  # fmt: skip
def test_why_nothing_is_interrupted(hosts: list[Host], done: list[str], facts: str) -> None:
    said = f"fusion_snapshots: no instance has run a task for 7.5 minutes ({facts})"
    assert describe_nothing(SNAPSHOTS, hosts, 7.5, done) == said

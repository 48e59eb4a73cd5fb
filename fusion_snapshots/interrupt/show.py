"""What `make interrupt` says before it does anything: the instances, those it will interrupt, and what that costs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from ..aws.fis import NOTICE_MINUTES, usd_per_action_minute
from ..aws.hosts import Host
from ..findings import count_of
from ..output import align
from ..settings import SAFE_MINUTES
from .targets import Target


def describe_hosts(
    target: Target, hosts: Sequence[Host], chosen: Collection[Host], names: Mapping[str, str], now: datetime
) -> str:
    """Return the instances of an arm as a table; names gives the names of this folder's runs by their ids."""
    if not hosts:
        return f"{target.arm}: {target.compute_env} has no Spot instance up."
    rows = [("", "instance", "type", "tasks", "oldest", "runs")]
    rows += [
        (
            "*" if host in chosen else "",
            host.id,
            host.type,
            str(host.tasks),
            f"{host.minutes(now):.0f} min" if host.tasks else "idle",
            ", ".join(f"{name_of(run, names)} ({number})" for run, number in sorted(host.runs.items())),
        )
        for host in hosts
    ]
    heading = f"Spot instances of {target.arm} ({target.compute_env}), the oldest task first:"
    return "\n".join([heading, *align(rows, left=len(rows[0]))])


def name_of(run: str, names: Mapping[str, str]) -> str:
    """Return the name of a run of this folder, else its id, else that its tasks do not tell."""
    return names.get(run) or run or "an unlabelled run"


def describe_effect(target: Target, chosen: Sequence[Host], names: Mapping[str, str], now: datetime) -> list[str]:
    """Return in sentences what interrupting these instances does, and to whom."""
    listed = ", ".join(host.id for host in chosen)
    tasks = count_of(sum(host.tasks for host in chosen), "task")
    fate = "should be dumped, and go on elsewhere" if target.snapshots else "is lost, and begins again elsewhere"
    lines = [f"{target.arm}: {listed} will get AWS's two-minute notice. What runs there ({tasks}) {fate}."]
    young = [host.id for host in chosen if host.minutes(now) < SAFE_MINUTES]
    if young and target.snapshots:
        lines.append(
            f"{', '.join(young)}: no task has run for {SAFE_MINUTES} minutes, so a periodic snapshot may lack."
        )
    for host in chosen:
        others = {run: number for run, number in host.runs.items() if run not in names}
        owners = ", ".join(f"{count_of(number, 'task')} of {name_of(run, names)}" for run, number in others.items())
        if owners:
            lines.append(f"{host.id} also runs what this folder did not launch: {owners}.")
    return lines


def describe_cost(experiments: int, region: str) -> str:
    """Return what AWS charges for one round."""
    price_usd = usd_per_action_minute(region)
    usd = experiments * NOTICE_MINUTES * price_usd
    price = f"AWS charges {price_usd:.2f} USD per action-minute, about {usd:.2f} USD for a round"
    return f"{price}. No notice can be withdrawn once it is sent."


def describe_nothing(target: Target, hosts: Sequence[Host], minutes: float, done: Collection[str]) -> str:
    """Return why none of an arm's instances is interrupted."""
    busy = [host for host in hosts if host.tasks]
    before = [host for host in busy if host.id in done]
    young = len(busy) - len(before)
    facts = [f"{count_of(len(hosts), 'Spot instance')} up", f"{len(hosts) - len(busy)} idle"]
    facts += [f"{len(before)} interrupted before"] * bool(before) + [f"{young} too young"] * bool(young)
    return f"{target.arm}: no instance has run a task for {minutes:g} minutes ({', '.join(facts)})"

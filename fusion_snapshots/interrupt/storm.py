"""A storm: Spot takes hosts of all Spot arms alike, at random; by its rate and seed, others can repeat it.

Host k of an arm lives -ln(1 - u) * 60 / rate minutes from its launch, u drawn from seed and k alone: the lifetimes of a
constant hazard. So both arms draw the same lives, and young tasks are hit as old ones are.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from ..aws.fis import NOTICE_MINUTES, usd_per_action_minute
from ..aws.hosts import Host, find_hosts
from ..benchmark import Benchmark
from ..errors import StoppedError, UserError
from ..findings import count_of
from ..output import is_confirmed, say
from ..polling import poll
from ..process import at_once
from ..runs.interruptions import Interruption, read_interruptions
from ..runs.storm_hosts import StormHost, add_storm_hosts, number_hosts, pass_over, read_storm_hosts
from ..settings import MOST_INSTANCES, Interrupt, again
from .rounds import Experiments, Place, describe_rows
from .targets import SPARE_RESTORES, Target, count_restores, find_going

LOOK_SECONDS = 60.0  # at least so often the hosts are looked at, also while an experiment runs


def life_minutes(seed: int, number: int, rate: float) -> float:
    """Return for how many minutes from its launch a host lives, by its number and interruptions an instance-hour."""
    return -math.log(1 - random.Random(f"{seed}:{number}").random()) * 60 / rate


class Numbered(NamedTuple):
    """A host that is up, with its number and the time at which it is due."""

    host: Host
    number: int
    due: datetime


class Sky(NamedTuple):
    """What a storm sees: an arm's hosts, whether its runs are under way, the restores of its tasks, and the time."""

    hosts: Callable[[Target], Sequence[Host]]
    is_running: Callable[[Target], bool]
    restores: Callable[[Target], int | None]
    now: Callable[[], datetime]


class Storm:
    """A storm over Spot arms, which goes on where report/storm.csv and report/interruptions.csv say that it stopped."""

    def __init__(self, benchmark: Benchmark, targets: Iterable[Target], settings: Interrupt, sky: Sky) -> None:
        """Make a storm by its settings, of which rate and seed are given; sky is what it sees."""
        self.benchmark, self.settings, self.sky = benchmark, settings, sky
        self.seed = settings.seed or 0
        self.left = list(targets)

    def look(self, experiments: Experiments) -> bool:
        """Give the hosts their notice that are due, and tell whether the storm is over; raises UserError."""
        ended = experiments.look()
        experiments.report()
        with at_once() as pool:
            going = dict(zip(self.left, pool.map(self.sky.is_running, self.left), strict=True))
        for target in [target for target in self.left if not going[target]]:
            say(f"{target.arm}: no run is under way.")
            self.left.remove(target)
        for target in list(self.left):
            self._look_at(target, experiments)
        return ended and not self.left

    def numbered(self, target: Target, hosts: Sequence[Host]) -> tuple[list[Numbered], list[StormHost]]:
        """Return an arm's hosts by number, each with the time at which it is due, and the rows that are new."""
        known = read_storm_hosts(self.benchmark.root, target.arm, self.seed)
        new = number_hosts(known, target.arm, self.seed, {host.id: host.launched for host in hosts})
        numbers = {row.instance: int(row.number) for row in (*known, *new)}
        found = []
        for host in sorted(hosts, key=lambda host: numbers[host.id]):
            life = timedelta(minutes=life_minutes(self.seed, numbers[host.id], self.settings.rate))
            found.append(Numbered(host, numbers[host.id], host.launched + life))
        return found, new

    def _look_at(self, target: Target, experiments: Experiments) -> None:
        root, now = self.benchmark.root, self.sky.now()
        hosts = self.sky.hosts(target)
        found, new = self.numbered(target, hosts)
        add_storm_hosts(root, new)
        sent = [row for row in read_interruptions(root) if row.may_count and row.arm == target.arm]
        passed = {row.instance for row in read_storm_hosts(root, target.arm, self.seed) if row.note}
        gone = {row.instance for row in sent} | passed
        alive = [each for each in found if each.host.id not in gone]
        due = [each for each in alive if each.due <= now]
        idle = [each for each in due if not each.host.tasks]
        pass_over(root, target.arm, self.seed, [each.host.id for each in idle])
        for each in idle:
            say(f"{target.arm}: host {each.number} ({each.host.id}) is idle when due, and passed over for good.")
        busy = [each for each in due if each.host.tasks]
        if self.settings.cluster:
            busy = _with_neighbours(busy, alive)
        if reason := self._reason_to_stop(target, hosts, sent):
            say(f"{target.arm}: {reason}.")
            self.left.remove(target)
            return
        left = self.settings.limit - sum(row.seed == str(self.seed) for row in sent)
        for first in range(0, min(left, len(busy)), MOST_INSTANCES):
            self._send(target, busy[first : min(first + MOST_INSTANCES, left)], experiments, now)

    def _reason_to_stop(self, target: Target, hosts: Iterable[Host], sent: Sequence[Interruption]) -> str:
        """Return why an arm gets no further notice, or an empty text."""
        hits = sum(row.seed == str(self.seed) for row in sent)
        if hits >= self.settings.limit:
            return f"{count_of(hits, 'host')} got their notice, as many as LIMIT allows"
        restores = self.sky.restores(target)
        worst = max(count_hits(hosts, sent).values(), default=0)
        if restores is not None and worst + SPARE_RESTORES >= restores:
            limit = f"a task may lose its instance {count_of(restores, 'time')}, by its configuration"
            return f"a task that runs lost its instance {count_of(worst, 'time')}, and {limit}; no further notice"
        return ""

    def _send(self, target: Target, chosen: Sequence[Numbered], experiments: Experiments, now: datetime) -> None:
        for each in chosen:
            host, tasks = each.host, count_of(each.host.tasks, "task")
            what = f"{target.arm}: host {each.number} ({host.id}, {host.type})"
            say(f"{what} is due at {host.age(now):.0f} min; {tasks}.")
        rows = describe_rows(target, [each.host for each in chosen], now)
        rows = [
            row._replace(rate=f"{self.settings.rate:g}", seed=str(self.seed), host=str(each.number))
            for row, each in zip(rows, chosen, strict=True)
        ]
        experiments.begin(target, [each.host for each in chosen], rows)


def count_hits(hosts: Iterable[Host], sent: Iterable[Interruption]) -> Mapping[str, int]:
    """Return how often each task that now runs on the hosts lost its instance before, by the task's hash."""
    counts = Counter(task for row in sent for task in row.hashes.split())
    running = {load.hash for host in hosts for load in host.loads if load.hash}
    return {task: counts[task] for task in running}


def _with_neighbours(busy: Sequence[Numbered], alive: Sequence[Numbered]) -> list[Numbered]:
    """Return hosts that are due with the busy ones of the same type and zone, as Spot takes them in clusters."""
    pools = {(each.host.type, each.host.zone) for each in busy}
    near = [each for each in alive if each.host.tasks and (each.host.type, each.host.zone) in pools]
    return [*busy, *(each for each in near if each not in busy)]


def make_storm(
    benchmark: Benchmark, place: Place, targets: Sequence[Target], settings: Interrupt, sky: Sky | None = None
) -> None:
    """Let a storm pass over arms until their runs have ended, or rehearse it; raises UserError, also unconfirmed."""
    seed = settings.seed if settings.seed is not None else random.SystemRandom().randrange(1, 1_000_000)
    storm = Storm(benchmark, targets, replace(settings, seed=seed), sky or see(benchmark, place))
    if settings.rehearse:
        _rehearse(storm, place, targets)
        return
    if not any(map(storm.sky.is_running, targets)):
        raise UserError(f"no run on {_names(targets)} is under way, so there is nothing to interrupt: make launch", 1)
    price = _price(place.aws.region)
    say(f"A storm at {settings.rate:g} interruptions an instance-hour, with SEED={seed}, over {_names(targets)}.")
    say(f"AWS charges {price:.2f} USD for each notice, at most {settings.limit * len(targets) * price:.2f} USD in all.")
    say("No notice can be withdrawn once it is sent.")
    if not is_confirmed(settings.confirm, "Type yes to begin: "):
        command = f"make interrupt RATE={settings.rate:g} SEED={seed} CONFIRM=yes"
        raise UserError(f"nothing was interrupted. To begin: {command}", 1)
    try:
        with Experiments(place) as experiments:
            every = min(settings.poll, LOOK_SECONDS)
            poll(lambda: storm.look(experiments), bool, lambda _: experiments.describe(), every)
    except KeyboardInterrupt as stop:  # the seed may have been drawn here
        raise StoppedError(stop, again("interrupt", storm.settings)) from None


def see(benchmark: Benchmark, place: Place) -> Sky:
    """Return what a storm sees: AWS and the Platform."""
    return Sky(
        hosts=lambda target: find_hosts(place.aws, target.clusters),
        is_running=lambda target: bool(find_going(benchmark, target)),
        restores=lambda target: count_restores(benchmark, target.arm),
        now=lambda: datetime.now(timezone.utc),
    )


def _rehearse(storm: Storm, place: Place, targets: Sequence[Target]) -> None:
    """Show when each host is due and what that costs, and ask FIS without doing anything; nothing is written."""
    rate, now = storm.settings.rate, storm.sky.now()
    chosen: dict[Target, list[Host]] = {}
    say(f"A rehearsal of a storm at {rate:g} interruptions an instance-hour, with SEED={storm.seed}.")
    for target in targets:
        found, _ = storm.numbered(target, storm.sky.hosts(target))
        say(f"{target.arm}: {count_of(len(found), 'Spot host')} up, about {rate * len(found):.1f} notices an hour.")
        for each in found:
            life = (each.due - each.host.launched).total_seconds() / 60
            state = count_of(each.host.tasks, "task") if each.host.tasks else "idle"
            about = f"{each.host.id}, {each.host.type}, {each.host.age(now):.0f} min old, {state}"
            say(f"  host {each.number}: due at {life:.0f} min ({about})")
        if busy := [each.host for each in found if each.host.tasks][:MOST_INSTANCES]:
            chosen[target] = busy
    price = _price(place.aws.region)
    say(f"AWS charges {price:.2f} USD for each notice, at most {storm.settings.limit * price:.2f} USD an arm.")
    if not chosen:
        raise UserError("no Spot host of these arms runs a task, so FIS was not asked", 1)
    with Experiments(place, rehearse=True) as experiments:
        for target, hosts in chosen.items():
            experiments.begin(target, hosts)
        experiments.wait(storm.settings.poll)


def _price(region: str) -> float:
    """Return what a notice costs in USD: an experiment of its own, for as long as the notice is."""
    return NOTICE_MINUTES * usd_per_action_minute(region)


def _names(targets: Iterable[Target]) -> str:
    return " and ".join(target.arm for target in targets)

"""make interrupt: take Spot instances from an arm as AWS does, with its two-minute notice, to see what Snapshots do."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone

from ..aws.fis import role_arn
from ..aws.hosts import Host, choose, find_hosts
from ..benchmark import Benchmark
from ..errors import UserError
from ..findings import count_of
from ..output import is_confirmed, say, showing
from ..polling import poll
from ..process import at_once
from ..runs.interruptions import read_interruptions
from ..runs.listed import read_runs
from ..runs.store import locked
from ..settings import Interrupt
from .rounds import Place, clean_up, run_round
from .show import describe_cost, describe_effect, describe_hosts, describe_nothing
from .storm import make_storm
from .targets import SPARE_RESTORES, Target, check_account, check_region, count_restores, find_going, find_targets


def interrupt(benchmark: Benchmark, settings: Interrupt) -> None:
    """Interrupt Spot instances, once, in rounds or in a storm, when confirmed; raises UserError, also for nothing."""
    with alone(benchmark, settings.arm, settings.role) as (place, targets):
        if settings.rate:
            make_storm(benchmark, place, targets, settings)
            return
        done = _give_rounds(place, benchmark, targets, settings)
    if not done:
        raise UserError("nothing was interrupted, see above. While a run is under way, again: make interrupt", 1)
    if settings.times > 1:
        say(f"{count_of(done, 'round')} done.")


@contextlib.contextmanager
def alone(benchmark: Benchmark, arm: str, role: str) -> Iterator[tuple[Place, list[Target]]]:
    """Yield where experiments run, and the arms to interrupt, once all that forbids it is excluded.

    No other step of this folder interrupts anything meanwhile: two would notify an instance twice, and remove each
    other's templates. Removes what an earlier step left behind. Raises UserError.
    """

    def refuse() -> None:
        raise UserError("another make interrupt or make prove of this folder is under way; let it end first", 1)

    with locked(benchmark.root / "compute-envs", refuse):
        aws = benchmark.aws
        check_region(aws.region)
        with showing("looking up the arms' compute environments"), at_once() as pool:
            account = pool.submit(check_account, aws, benchmark.env)
            found = pool.submit(find_targets, benchmark, arm)
            place = Place(benchmark.root, aws, account.result(), role_arn(role, account.result(), aws.region))
            targets = found.result()
        for target in targets:
            clean_up(place, target.compute_env)
        yield place, targets


def _give_rounds(place: Place, benchmark: Benchmark, targets: list[Target], settings: Interrupt) -> int:
    """Return how many rounds were done before the asked-for number, or a reason to stop, was reached."""
    done = 0

    def look() -> bool:
        """Give a round where there is one to give, and tell whether that was the last."""
        nonlocal done
        able = targets if settings.times == 1 else _find_able(benchmark, targets)
        if not able:
            return True
        if chosen := _choose(place, able, settings):
            if not done:
                _ask(settings, len(chosen), place.aws.region)
            run_round(place, chosen, rehearse=settings.rehearse, every=settings.poll)
            done += 1
        if done < settings.times:
            rounds = count_of(settings.times, "round")
            say(f"Looking again every {settings.every:g} minutes; {done} of {rounds} done.")
        return done == settings.times

    if settings.times == 1:
        look()
    else:
        poll(look, bool, lambda _: "", 60 * settings.every)
    return done


def _choose(place: Place, targets: Sequence[Target], settings: Interrupt) -> dict[Target, list[Host]]:
    """Show each arm's instances and return those to interrupt; raises UserError where a single round has none."""
    now = datetime.now(timezone.utc)
    names = {row.id: row.name for row in read_runs(place.root) if row.id}
    done = {row.instance for row in read_interruptions(place.root) if row.may_count}
    chosen, reasons, effects = {}, [], []
    for target in targets:
        with showing("looking up the instances"):
            hosts = find_hosts(place.aws, target.clusters)
        own = choose(hosts, settings.count, settings.minutes, done, now)
        say(describe_hosts(target, hosts, own, names, now) + "\n")
        if own:
            chosen[target] = own
            effects += describe_effect(target, own, names, now)
        else:
            reasons.append(describe_nothing(target, hosts, settings.minutes, done))
    if not chosen and settings.times == 1:
        raise UserError("\n  ".join(["nothing to interrupt.", *reasons]), 1)
    if settings.rehearse:
        effects = ["A rehearsal: FIS looks the marked instances up, and does nothing to them."]
    for line in (*effects, *(f"{reason}." for reason in reasons)):
        say(line)
    return chosen


def _ask(settings: Interrupt, experiments: int, region: str) -> None:
    if settings.rehearse:
        return
    say(describe_cost(experiments, region))
    later = f", and in {count_of(settings.times - 1, 'later round')}" if settings.times > 1 else ""
    if not is_confirmed(settings.confirm, f"Type yes to interrupt them now{later}: "):
        raise UserError("nothing was interrupted. To do it: make interrupt CONFIRM=yes", 1)


def _find_able(benchmark: Benchmark, targets: Sequence[Target]) -> list[Target]:
    """Return the arms that may get another round: a run is under way, and its tasks have restores to spare."""
    able = []
    for target in targets:
        going = find_going(benchmark, target)
        since = min((row.when for row in going), default="")
        rows = [
            row
            for row in read_interruptions(benchmark.root)
            if row.may_count and row.arm == target.arm and row.when >= since
        ]
        done, restores = len({row.when for row in rows}), count_restores(benchmark, target.arm)
        if not going:
            say(f"{target.arm}: no run is under way.")
        elif restores is not None and done + SPARE_RESTORES >= restores:
            limit = f"its tasks may lose their instance {count_of(restores, 'time')}"
            say(f"{target.arm}: {count_of(done, 'round')} done since its run began, and {limit}; no further round.")
        else:
            able.append(target)
    return able

"""make launch and make hello: start runs in rounds of one of each arm, one round after another."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import chain

from .benchmark import Benchmark
from .errors import NoAnswerError, StoppedError, UserError
from .findings import count_of
from .folder.layout import SNAPSHOTS, Arm, arm_of
from .output import is_confirmed, say, showing
from .pipelines import all_pipeline_files, require_same_pipelines
from .platform.seqerakit import Command
from .platform.workspace import is_under_way
from .polling import poll
from .process import at_once
from .runs.launcher import launch_runs
from .runs.listed import Row, add_run, round_of
from .runs.reported import read_time
from .runs.states import counts, estimate_round, find_workflow_runs, read_details, read_states
from .settings import Launch, again

# From a round's beginning to the next one's: within an hour, rounds share prices, hosts and capacity.
ROUND_MINUTES = 60
MOST_ROUNDS, MOST_AT_ONCE = 10, 10  # rounds, and runs that do not wait for each other; more are asked about first


def launch_arms(benchmark: Benchmark, settings: Launch) -> None:
    """Launch rounds of one run of each arm, each when the one before has ended.

    With neither RUNS nor UNTIL, it is one round, and at once. Raises UserError, and StoppedError with what is left.
    """
    rounds = _plan_rounds(benchmark, settings)
    if not rounds:
        verb = "is" if settings.until == 1 else "are"
        say(f"Every arm has {count_of(settings.until, 'run')} that succeeded or {verb} under way: nothing to launch.")
        return
    _confirm(benchmark, rounds, settings)
    waits = not settings.nowait and bool(settings.runs or settings.until)
    # Rounds that follow at once are of the pipelines that the first one compared.
    looking = range(1, len(rounds) + 1) if waits else [1]
    for number, sides in enumerate(rounds, 1):
        left = replace(settings, runs=settings.runs and settings.runs - number + 1)
        own = benchmark if number == 1 else benchmark.with_variables(TIME=f"{benchmark.env['TIME']}-{number}")
        try:
            if waits:
                _wait_for_turn(benchmark, f"round {number} of {len(rounds)}", left)
            with showing("comparing the pipelines with their files"), at_once() as pool:
                if number == looking[-1]:
                    cost = pool.submit(_cost_of_a_round, benchmark, rounds[0])
                commands = plan_launches(own, [arm.launch for arm in sides], compare=number in looking)
            send_launches(own, commands, again("launch", left))
        except KeyboardInterrupt as stop:
            raise StoppedError(stop, again("launch", left)) from None
    say(f"{cost.result()}. Next: make compare WAIT=yes, which waits until the runs have ended.")


def launch_files(benchmark: Benchmark, files: list[str], repeat: str, *, compare: bool = True) -> None:
    """Launch the runs of seqerakit files, each once; raises UserError as plan_launches and send_launches do."""
    with showing("comparing the pipelines with their files"):
        commands = plan_launches(benchmark, files, compare=compare)
    send_launches(benchmark, commands, repeat)


def plan_launches(benchmark: Benchmark, files: list[str], *, compare: bool) -> list[Command]:
    """Return the launches of seqerakit files; compare: their pipelines are compared with their files.

    Raises UserError.
    """
    try:
        add_run(benchmark.root)
    except UserError as error:
        raise UserError(f"{error}; nothing was launched") from None
    described = all_pipeline_files(benchmark) if compare else []
    plans = benchmark.seqerakit.planned_of(dict.fromkeys([*files, *described]))
    commands = [command for file in files for command in plans[file] if command.resource == "launch"]
    if not commands:
        raise UserError(f"{' '.join(files)} launch nothing; name a file that does, e.g. launch/hello.yml")
    if compare:
        require_same_pipelines(benchmark, plans, chain.from_iterable(plans[file] for file in files))
    return commands


def send_launches(benchmark: Benchmark, commands: list[Command], repeat: str) -> None:
    """Send launches side by side; raises UserError, which ends with the command that resumes."""
    try:
        with showing(f"launching {count_of(len(commands), 'run')}"):
            started, troubles = launch_runs(benchmark, commands)
    except UserError as error:
        started, troubles = [], [error]
    if troubles:
        rest = f"{len(started)} of {count_of(len(commands), 'run')} started. " if started else ""
        hint = f"Fix that (make pipelines adds what the Launchpad lacks), then: {repeat}"
        raise UserError(f"{'; '.join(dict.fromkeys(map(str, troubles)))}. {rest}{hint}", troubles[0].code)


def _plan_rounds(benchmark: Benchmark, settings: Launch) -> list[list[Arm]]:
    """Return the arms of each round to launch; raises UserError."""
    sides = [arm for arm in benchmark.arms if benchmark.files(arm.launch)]
    if settings.arm and settings.arm not in [arm.name for arm in sides]:
        known = ", ".join(arm.name for arm in sides)
        raise UserError(f"ARM={settings.arm}: no such arm; this folder has {known}; e.g. ARM={SNAPSHOTS}")
    sides = [arm for arm in sides if settings.arm in ("", arm.name)]
    if not settings.until:
        return [sides] * (settings.runs or 1)
    with showing("asking how far the runs are"):
        rows = find_workflow_runs(benchmark)
        details = read_details(benchmark.workspace, [row for row in rows if row.id])
    counted = [arm_of(row.compute_env, benchmark.arms) for row in rows if counts(row, details)]
    lacking = {arm: settings.until - counted.count(arm.name) for arm in sides}
    return [
        [arm for arm in sides if lacking[arm] >= number] for number in range(1, max(lacking.values(), default=0) + 1)
    ]


def _confirm(benchmark: Benchmark, rounds: list[list[Arm]], settings: Launch) -> None:
    """Raise UserError where much would be launched and nobody says yes; say what NOWAIT=yes costs in meaning."""
    runs = sum(map(len, rounds))
    if settings.nowait and len(rounds) > 1:
        say(
            "NOWAIT=yes: rounds that begin within an hour share its prices, hosts and capacity. "
            "make compare takes them for one, and claims nothing from one."
        )
    if len(rounds) <= MOST_ROUNDS and (not settings.nowait or runs <= MOST_AT_ONCE):
        return
    usd = estimate_round(benchmark, rounds[0])
    cost = "what a round costs is not known, as none has ended"
    if usd is not None:
        cost = f"a round costs {_about(usd)} so far"
    text = f"{count_of(len(rounds), 'round')} with {count_of(runs, 'run')} in all; {cost}"
    say(f"{text}.")
    if not is_confirmed(settings.confirm, "Type yes to launch them: "):
        repeat = again("launch", replace(settings, confirm=True))
        raise UserError(f"nothing was launched: {text}. To launch them: {repeat}", 1)


def _wait_for_turn(benchmark: Benchmark, what: str, settings: Launch) -> None:
    """Return when no run of an earlier round is under way, and an hour has passed since the last one began."""
    states: dict[str, str] = {}

    def look() -> str:
        """Return what the round waits for, empty where it may begin."""
        nonlocal states
        rows = find_workflow_runs(benchmark)
        states = read_states(benchmark.workspace, [row for row in rows if row.id], states)
        if going := [row.name for row in rows if row.id not in states or is_under_way(states[row.id])]:
            return f"{what} waits until these have ended: {', '.join(going)}"
        begins = _begin_of_last(rows) + timedelta(minutes=ROUND_MINUTES)
        if begins > datetime.now(timezone.utc):
            return f"{what} waits until {begins:%H:%M} UTC, an hour after the one before began"
        return ""

    try:
        poll(look, lambda waits_for: not waits_for, str, settings.poll)
    except NoAnswerError as error:
        raise UserError(f"{error}. When make preflight is well: {again('launch', settings)}", 1) from None


def _begin_of_last(rows: list[Row]) -> datetime:
    """Return when the last round began."""
    rounds = [(row.when, round_of(row.name) or row.name) for row in rows]
    _, last = max(rounds, default=("", ""))
    began = read_time(min((when for when, name in rounds if name == last), default=""))
    return began or datetime.min.replace(tzinfo=timezone.utc)  # there is none, or people typed its time


def _cost_of_a_round(benchmark: Benchmark, sides: list[Arm]) -> str:
    """Return what a further round costs, in words."""
    try:
        usd = estimate_round(benchmark, sides)
    except UserError as error:
        return f"What a further round costs is not known: {error}"
    return "What a round costs is known once one has ended" if usd is None else f"A further round costs {_about(usd)}"


def _about(usd: float) -> str:
    return f"about {usd:.0f} USD" if usd >= 10 else f"about {usd:.2f} USD"

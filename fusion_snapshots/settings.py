"""What can be set for each step, NAME=value for make and the program alike, or --name value: each setting, once.

A class holds the settings of a step. Its fields make the options of the command line, their help, what a refusal says,
and what the step gets; the Makefile passes on whatever it was given.
"""

from __future__ import annotations

import re
import shlex
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, NamedTuple, TypeVar

from .errors import UserError
from .findings import nearest
from .folder.layout import SNAPSHOTS

ALL_ARMS = "all"
MOST_INSTANCES = 5  # ARNs that one target of an experiment takes
# Before five minutes no periodic snapshot of a task exists; one more gives it time to be written.
SAFE_MINUTES = 6
MOST_RATE = 5.0  # an instance-hour: no Spot market is like that, and what begins again from scratch hardly ever ends

S = TypeVar("S", bound="Settings")
_DECIMAL = r"\d*\.?\d+(?:[eE]-?\d{1,2})?"
_NUMBER = r"\d{1,6}(\.\d+)?"
_NAME, _ARN = r"[\w+=,.@-]{1,64}", r"arn:[\w-]+:iam::\d{12}:role/[\w+=,.@/-]{1,128}"


class _Rule(NamedTuple):
    """What a setting may be, as a pattern and in words, what becomes of it, and what it is for."""

    pattern: str
    wanted: str
    convert: Callable[[str], object]
    purpose: str
    metavar: str
    several: bool = False  # it may be repeated


def _setting(
    default: object, pattern: str, wanted: str, convert: Callable[[str], object], purpose: str, unit: str
) -> Any:
    """Return a field of a step's settings; unit is what stands for its value in the help."""
    shown = f"{purpose} ({default:g})" if default and isinstance(default, (int, float)) else purpose
    return field(default=default, metadata={"rule": _Rule(pattern, wanted, convert, shown, unit)})


def _yes(purpose: str) -> Any:
    """Return a setting whose one value is yes."""
    return _setting(False, "yes", "yes, or leave it out", bool, purpose, "yes")


def _whole(default: int, most: int, purpose: str, example: str, because: str = "") -> Any:
    """Return a setting that is a whole number of 1 or more."""
    pattern = "|".join(map(str, range(1, most + 1)))
    return _setting(default, pattern, f"a whole number from 1 to {most}{because}, e.g. {example}", int, purpose, "N")


def _minutes(default: float, purpose: str, example: str) -> Any:
    """Return a setting in minutes."""
    return _setting(default, _NUMBER, f"a number of minutes, 0 or more, e.g. {example}", float, purpose, "MINUTES")


def _seconds(default: float, purpose: str) -> Any:
    """Return a setting in seconds."""
    return _setting(default, _NUMBER, "a number of seconds, 0 or more", float, purpose, "SECONDS")


def _role() -> Any:
    """Return the setting of the role that AWS's Fault Injection Service assumes."""
    wanted = "the name of a role in your account, as iam/README.md creates it"
    return _setting("", f"{_NAME}|{_ARN}", wanted, str, "the role that FIS assumes (the one of iam/README.md)", "NAME")


def _poll(default: float = 15) -> Any:
    """Return the setting of how long a step that waits lets pass between two looks."""
    return _seconds(default, "between two looks at what is awaited")


def _number(pattern: str, wanted: str, purpose: str) -> Any:
    """Return a number that is None where it is not given."""
    return _setting(None, pattern, wanted, float, purpose, "NUMBER")


def _several(pattern: str, wanted: str, convert: Callable[[str], object], purpose: str) -> Any:
    """Return a setting that may be repeated, whose values are all kept."""
    return field(default=(), metadata={"rule": _Rule(pattern, wanted, convert, purpose, "VALUE", several=True)})


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(map(float, re.split(r"[\s,]+", text)))


@dataclass(frozen=True)
class Settings:
    """The settings of a step that has none; loose is the one to which a word without a name belongs."""

    loose: ClassVar[str] = ""

    def conflicts(self) -> Iterator[str]:
        """Yield what is wrong with the values together."""
        yield from ()


@dataclass(frozen=True)
class Preflight(Settings):
    seconds: float = _seconds(30, "for one command")


@dataclass(frozen=True)
class ComputeEnvs(Settings):
    poll: float = _poll()


@dataclass(frozen=True)
class Pipelines(Settings):
    replace: bool = _yes("make the pipelines that exist what the files say")


@dataclass(frozen=True)
class Launch(Settings):
    runs: int = _whole(0, 100, "rounds, each when the one before has ended", "RUNS=7")
    until: int = _whole(0, 100, "runs that each arm is to have, of those that succeeded or are under way", "UNTIL=7")
    arm: str = _setting("", r"\w+", f"the name of an arm, e.g. ARM={SNAPSHOTS}", str, "the one to launch", "NAME")
    nowait: bool = _yes("launch all rounds at once")
    confirm: bool = _yes("do not ask about more than ten rounds, or ten runs at once")
    poll: float = _poll(60)

    def conflicts(self) -> Iterator[str]:
        """Yield that one number is enough."""
        if self.runs and self.until:
            yield f"RUNS={self.runs} UNTIL={self.until}: give one of them"


@dataclass(frozen=True)
class Prove(Settings):
    role: str = _role()
    confirm: bool = _yes("do not ask")
    poll: float = _poll(10)


@dataclass(frozen=True)
class Interrupt(Settings):
    count: int = _whole(1, MOST_INSTANCES, "instances of an arm a round", "COUNT=1", ", as AWS takes no more at once")
    minutes: float = _minutes(SAFE_MINUTES, "least age of an instance's oldest task", f"MINUTES={SAFE_MINUTES}")
    times: int = _whole(1, 999, "rounds", "TIMES=3")
    every: float = _minutes(15, "between the starts of two rounds", "EVERY=15")
    rate: float = _setting(
        0.0,
        r"(?!0+(\.0+)?$)(\d{1,2}|1[01]\d|120(?!\.0*[1-9]))(\.\d{1,6})?",
        "interruptions an instance-hour, above 0 and at most 120, e.g. RATE=0.3",
        float,
        "a storm instead of rounds: interruptions an instance-hour, until the runs have ended",
        "VALUE",
    )
    seed: int | None = _setting(
        None, r"\d{1,9}", "a whole number, e.g. SEED=7", int, "of the storm; the same seed draws the same lives", "N"
    )
    limit: int = _whole(30, 999, "notices that a storm gives an arm at most", "LIMIT=30")
    cluster: bool = _yes("hosts of one type and zone get a storm's notices together")
    arm: str = _setting(
        ALL_ARMS,
        r"\w+",
        f"the name of an arm, e.g. ARM={SNAPSHOTS}, or {ALL_ARMS}",
        str,
        f"whose instances, or {ALL_ARMS}, which is all Spot arms ({ALL_ARMS})",
        "NAME",
    )
    role: str = _role()
    rehearse: bool = _yes("look the instances up and interrupt nothing")
    confirm: bool = _yes("do not ask")
    poll: float = _poll(10)

    def conflicts(self) -> Iterator[str]:
        """Yield that a rehearsal has no rounds, and what goes with a storm alone, or never with one."""
        if self.rehearse and self.times > 1:
            yield f"TIMES={self.times}: a rehearsal is one round; leave out TIMES or REHEARSE"
        default = Interrupt.__dataclass_fields__
        changed = [name for name in default if getattr(self, name) != default[name].default]
        rounds, storm = ("count", "minutes", "times", "every"), ("seed", "limit", "cluster")
        for name in rounds if self.rate else storm:
            if name in changed:
                with_rate = "a storm has no rounds; leave it out, or RATE" if self.rate else "goes with RATE alone"
                yield f"{name.upper()}={getattr(self, name)}: {with_rate}"


@dataclass(frozen=True)
class Predict(Settings):
    loose: ClassVar[str] = "RUN"
    run: tuple[str, ...] = _several(
        r".+", "a run's id or a file", lambda text: (text,), "an id, an archive of tw runs dump, a trace"
    )
    rate: tuple[float, ...] = _several(
        rf"{_DECIMAL}([\s,]+{_DECIMAL})*",
        "numbers, e.g. RATE=0.02",
        _numbers,
        "interruptions of an instance in an hour (as these runs met, or 0.01)",
    )
    overhead: float | None = _number(r"0?\.\d+|0", "a share below 1, e.g. OVERHEAD=0.01", "of periodic dumps")
    wait: float = _minutes(5, "until there is another instance", "WAIT=5")
    discount: float | None = _number(r"\d\d?(\.\d+)?", "a percentage below 100, e.g. DISCOUNT=55", "that Spot saves")
    types: str = _setting("", r"[\w.,\s-]+", "guide, guaranteed or a list", str, "with Snapshots", "TYPES")
    seed: int = _setting(1, r"\d{1,9}", "a whole number, e.g. SEED=1", int, "of the draws", "N")
    format: str = _setting("text", "text|json", "text or json", str, "of the prediction (text)", "FORM")

    def conflicts(self) -> Iterator[str]:
        """Yield rates that no Spot market has."""
        for rate in self.rate:
            if not 0 < rate <= MOST_RATE:
                yield f"RATE={rate:g}: must be above 0 and at most {MOST_RATE:g}, e.g. RATE=0.02"


@dataclass(frozen=True)
class Waiting(Settings):
    wait: bool = _yes("wait until all runs have ended")
    poll: float = _poll()


@dataclass(frozen=True)
class Demo(Settings):
    loose: ClassVar[str] = "DIR"
    dir: str = _setting("fusion-snapshots-demo", r".+", "a path", str, "of the folder to render", "DIR")


@dataclass(frozen=True)
class Destroy(Settings):
    confirm: bool = _yes("do not ask")
    poll: float = _poll()


def _rules(kind: type[Settings]) -> dict[str, _Rule]:
    """Return the rule of each setting of a step by its name, as it is written for make."""
    return {each.name.upper(): each.metadata["rule"] for each in fields(kind)}


def add_options(parser: ArgumentParser, kind: type[Settings]) -> None:
    """Give a step's command line its settings."""
    parser.add_argument("words", nargs="*", metavar="NAME=value", help="a setting as for make, e.g. CONFIRM=yes")
    for name, rule in _rules(kind).items():
        more = {"nargs": "?", "const": "yes"} if rule.convert is bool else {"action": "append"} if rule.several else {}
        parser.add_argument(f"--{name.lower()}", metavar=rule.metavar, help=rule.purpose, **more)  # type: ignore[arg-type]


def read_settings(kind: type[S], verb: str, options: Mapping[str, str | list[str]], words: list[str]) -> S:
    """Return a step's settings as given by options and NAME=value; empty texts keep the defaults.

    Of one that may be repeated, all values count. Raises UserError naming all that is wrong.
    """
    rules = _rules(kind)
    found = {name: options.get(name.lower()) or [] for name in rules}
    typed = [f"{name}={text}" for name, each in found.items() for text in ([each] if isinstance(each, str) else each)]
    words = [word if re.match(r"\w+=", word) or not kind.loose else f"{kind.loose}={word}" for word in words]
    values: dict[str, Any] = {}
    problems = []
    for word in [*typed, *words]:
        name, _, text = word.partition("=")
        rule = rules.get(name)
        if rule is None:
            problems.append(f"{word}: {verb} has no such setting{_hint(name, list(rules))}")
        elif re.fullmatch(rule.pattern, text.strip(), re.ASCII):
            value: Any = rule.convert(text.strip())
            values[name.lower()] = (*values.get(name.lower(), ()), *value) if rule.several else value
        elif text.strip():
            problems.append(f"{word}: must be {rule.wanted}")
    settings = kind(**values)
    problems += settings.conflicts()
    if problems:
        raise UserError("\n  ".join(["nothing was done.", *problems]))
    return settings


def again(verb: str, settings: Settings) -> str:
    """Return the command that repeats a step with the settings that differ from the defaults, but for how it waits."""
    words = [f"make {verb}"]
    for each in fields(settings):
        value = getattr(settings, each.name)
        if value != each.default and each.name != "poll":
            text = "yes" if value is True else f"{value:g}" if isinstance(value, float) else str(value)
            words.append(f"{each.name.upper()}={shlex.quote(text)}")
    return " ".join(words)


def _hint(name: str, known: list[str]) -> str:
    near = nearest(name, known)
    return f"; did you mean {near}?" if near else f", only {', '.join(known)}" if known else ", nor any other"

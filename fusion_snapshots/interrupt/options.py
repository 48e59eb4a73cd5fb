"""What `make interrupt` was asked to do: its arguments as typed, checked all at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..aws.fis import MOST_INSTANCES
from ..errors import UserError
from ..folder.layout import SNAPSHOTS

ALL_ARMS = "all"
# Before five minutes no periodic snapshot of a task exists; one more gives it time to be written.
SAFE_MINUTES = 6


@dataclass(frozen=True)
class Options:
    """The arguments of `make interrupt`; minutes is a task's least age, every lies between the starts of two rounds."""

    count: int = 1
    minutes: float = SAFE_MINUTES
    times: int = 1
    every: float = 15
    arm: str = SNAPSHOTS
    role: str = ""
    rehearse: bool = False
    confirm: bool = False
    poll: float = 10  # seconds between two looks at an experiment


class _Rule(NamedTuple):
    pattern: str
    wanted: str
    convert: Callable[[str], object]


_NUMBER, _YES = r"\d{1,6}(\.\d+)?", _Rule("yes", "yes, or leave it out", bool)
_NAME, _ARN = r"[\w+=,.@-]{1,64}", r"arn:[\w-]+:iam::\d{12}:role/[\w+=,.@/-]{1,128}"
_MINUTES = "a number of minutes, 0 or more"
_RULES = {
    "count": _Rule(f"[1-{MOST_INSTANCES}]", f"1 to {MOST_INSTANCES}, as AWS takes no more at once, e.g. COUNT=1", int),
    "minutes": _Rule(_NUMBER, f"{_MINUTES}, e.g. MINUTES={SAFE_MINUTES}", float),
    "times": _Rule(r"[1-9]\d{0,2}", "a number of rounds, 1 or more, e.g. TIMES=3", int),
    "every": _Rule(_NUMBER, f"{_MINUTES}, e.g. EVERY=15", float),
    "arm": _Rule(r"\w+", "the name of an arm, e.g. ARM=fusion_snapshots, or all", str),
    "role": _Rule(f"{_NAME}|{_ARN}", "the name of a role in your account, as iam/README.md creates it", str),
    "rehearse": _YES,
    "confirm": _YES,
    "poll": _Rule(_NUMBER, "a number of seconds, 0 or more", float),
}


def read_options(typed: Mapping[str, str]) -> Options:
    """Return the options that were typed; empty texts keep the defaults. Raises UserError naming all that is wrong."""
    values: dict[str, Any] = {}
    problems = []
    for name, rule in _RULES.items():
        text = typed.get(name, "").strip()
        if re.fullmatch(rule.pattern, text, re.ASCII):
            values[name] = rule.convert(text)
        elif text:
            problems.append(f"{name.upper()}={text}: must be {rule.wanted}")
    options = Options(**values)
    if options.rehearse and options.times > 1:
        problems.append(f"TIMES={options.times}: a rehearsal is one round; leave out TIMES or REHEARSE")
    if problems:
        raise UserError("\n  ".join(["nothing was interrupted.", *problems]))
    return options

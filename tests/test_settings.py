"""The settings of each step, as typed: for make, or as options."""

from __future__ import annotations

import argparse
from typing import Any

import pytest

from fusion_snapshots.errors import UserError
from fusion_snapshots.settings import (
    ComputeEnvs,
    Demo,
    Destroy,
    Interrupt,
    Launch,
    Pipelines,
    Predict,
    Preflight,
    Prove,
    Settings,
    Waiting,
    add_options,
    again,
    read_settings,
)


def read(kind: type[Settings], line: str) -> Settings:
    """Return what a step gets of a command line."""
    parser = argparse.ArgumentParser()
    add_options(parser, kind)
    options = parser.parse_args(line.split())
    return read_settings(kind, "step", vars(options), options.words)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", Interrupt()),
        ("COUNT= --confirm=", Interrupt()),
        ("--count 5 --minutes 0 --times 3 --every 7.5", Interrupt(5, 0, 3, 7.5)),
        ("COUNT=5 MINUTES=0 TIMES=3 EVERY=7.5", Interrupt(5, 0, 3, 7.5)),
        ("--role a=b ARM=all CONFIRM=yes", Interrupt(arm="all", role="a=b", confirm=True)),
        ("REHEARSE=yes", Interrupt(rehearse=True)),
        ("--times 2 TIMES=3", Interrupt(times=3)),
        ("--wait", Waiting(wait=True)),
        ("--wait yes", Waiting(wait=True)),
        ("CONFIRM=yes --poll 0.1", Destroy(confirm=True, poll=0.1)),
        ("RUNS=100", Launch(runs=100)),
    ],
)
def test_what_is_typed_is_what_the_step_gets(line: str, expected: Settings) -> None:
    assert read(type(expected), line) == expected


def test_all_that_is_wrong_is_said_at_once() -> None:
    words = "COUNT=6 MINUTES=-1 TIMES=0 EVERY=soon ROLE=a! REHEARSE=no CONFIRM=y ARM=../x POLL=fast count=1 RUNS=2 yes"
    with pytest.raises(UserError) as refused:
        read(Interrupt, words)
    known = "COUNT, MINUTES, TIMES, EVERY, RATE, SEED, LIMIT, CLUSTER, ARM, ROLE, REHEARSE, CONFIRM, POLL"
    assert str(refused.value).splitlines() == [
        "nothing was done.",
        "  COUNT=6: must be a whole number from 1 to 5, as AWS takes no more at once, e.g. COUNT=1",
        "  MINUTES=-1: must be a number of minutes, 0 or more, e.g. MINUTES=6",
        "  TIMES=0: must be a whole number from 1 to 999, e.g. TIMES=3",
        "  EVERY=soon: must be a number of minutes, 0 or more, e.g. EVERY=15",
        "  ROLE=a!: must be the name of a role in your account, as iam/README.md creates it",
        "  REHEARSE=no: must be yes, or leave it out",
        "  CONFIRM=y: must be yes, or leave it out",
        "  ARM=../x: must be the name of an arm, e.g. ARM=fusion_snapshots, or all",
        "  POLL=fast: must be a number of seconds, 0 or more",
        "  count=1: step has no such setting; did you mean COUNT?",
        f"  RUNS=2: step has no such setting, only {known}",
        f"  yes: step has no such setting, only {known}",
    ]
    assert refused.value.code == 2


def test_a_step_without_settings_takes_none() -> None:
    with pytest.raises(UserError, match="WAIT=yes: step has no such setting, nor any other"):
        read(Settings, "WAIT=yes")


@pytest.mark.parametrize(("kind", "most"), [(Launch, "RUNS=101"), (Interrupt, "COUNT=6"), (Interrupt, "TIMES=1000")])
def test_numbers_end_somewhere(kind: type[Settings], most: str) -> None:
    with pytest.raises(UserError, match=f"{most}: must be a whole number from 1 to"):
        read(kind, most)


def test_a_rehearsal_is_one_round() -> None:
    with pytest.raises(UserError, match="TIMES=2: a rehearsal is one round; leave out TIMES or REHEARSE"):
        read(Interrupt, "REHEARSE=yes TIMES=2")


def test_what_may_be_repeated_counts_each_time() -> None:
    found = read_settings(
        Predict, "predict", {"rate": ["0.01", "0.1, 0.3"], "run": ""}, ["RATE=5e-1", "a b.tar.gz", "RUN=c", "x.txt"]
    )
    assert found == Predict(run=("a b.tar.gz", "c", "x.txt"), rate=(0.01, 0.1, 0.3, 0.5))


@pytest.mark.parametrize(
    "word",
    ["RATE=0", "RATE=5.01", "RATE=much", "RATE=-1", "OVERHEAD=1", "DISCOUNT=100", "SEED=1.5", "WAIT=-1", "FORMAT=xml"],
)
def test_what_no_prediction_takes(word: str) -> None:
    with pytest.raises(UserError) as raised:
        read_settings(Predict, "predict", {}, [word])
    assert str(raised.value).splitlines()[1].startswith(f"  {word}: must be ")


@pytest.mark.parametrize(
    ("kind", "defaults"),
    [
        (Preflight, {"seconds": 30}),
        (ComputeEnvs, {"poll": 15}),
        (Pipelines, {"replace": False}),
        (Launch, {"runs": 0, "until": 0, "arm": "", "nowait": False, "confirm": False, "poll": 60}),
        (Prove, {"role": "", "confirm": False, "poll": 10}),
        (Interrupt, {"count": 1, "minutes": 6, "times": 1, "every": 15, "rate": 0, "seed": None, "limit": 30, "cluster": False, "arm": "all", "poll": 10}),
        (Predict, {"run": (), "rate": (), "overhead": None, "wait": 5, "discount": None, "types": "", "seed": 1, "format": "text"}),
        (Waiting, {"wait": False, "poll": 15}),
        (Demo, {"dir": "fusion-snapshots-demo"}),
        (Destroy, {"confirm": False, "poll": 15}),
    ],
)  # fmt: skip
def test_what_holds_where_nothing_is_set(kind: type[Settings], defaults: dict[str, Any]) -> None:
    found = read(kind, "")
    assert {name: getattr(found, name) for name in defaults} == defaults


@pytest.mark.parametrize(
    ("kind", "least", "most", "beyond"),
    [
        (Launch, "RUNS=1", "RUNS=100", "RUNS=0"),
        (Launch, "UNTIL=1", "UNTIL=100", "UNTIL=101"),
        (Interrupt, "COUNT=1", "COUNT=5", "COUNT=0"),
        (Interrupt, "TIMES=1", "TIMES=999", "TIMES=0"),
        (Interrupt, "RATE=1 LIMIT=1", "RATE=1 LIMIT=999", "LIMIT=1000"),
        (Interrupt, "RATE=0.000001", "RATE=120.0", "RATE=0.0"),
        (Interrupt, "RATE=119.9", "RATE=99.999999", "RATE=120.01"),
        (Interrupt, "RATE=1 SEED=0", "RATE=1 SEED=999999999", "SEED=1000000000"),
        (Predict, "OVERHEAD=0", "OVERHEAD=.999", "OVERHEAD=1"),
        (Predict, "DISCOUNT=0", "DISCOUNT=99.9", "DISCOUNT=100"),
        (Predict, "RATE=1e-9", "RATE=5", "RATE=5.1"),
        (Destroy, "POLL=0", "POLL=999999.5", "POLL=1000000"),
    ],
)
def test_the_bounds_of_numbers(kind: type[Settings], least: str, most: str, beyond: str) -> None:
    read(kind, least)
    read(kind, most)
    with pytest.raises(UserError, match=rf"{beyond.split('=')[0]}=.*: must be"):
        read(kind, beyond)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("SEED=7 LIMIT=3 CLUSTER=yes", ["SEED=7: goes with RATE alone", "LIMIT=3: goes with RATE alone", "CLUSTER=True: goes with RATE alone"]),
        ("RATE=1 COUNT=2 EVERY=3", ["COUNT=2: a storm has no rounds; leave it out, or RATE", "EVERY=3.0: a storm has no rounds; leave it out, or RATE"]),
        ("REHEARSE=yes TIMES=2", ["TIMES=2: a rehearsal is one round; leave out TIMES or REHEARSE"]),
        ("RATE=1 SEED=7 LIMIT=3 CLUSTER=yes", []),
        ("COUNT=2 MINUTES=3 TIMES=4 EVERY=5", []),
        ("REHEARSE=yes", []),
    ],
)  # fmt: skip
def test_what_goes_with_a_storm_and_what_with_rounds(words: str, said: list[str]) -> None:
    if not said:
        read(Interrupt, words)
        return
    with pytest.raises(UserError) as refused:
        read(Interrupt, words)
    assert str(refused.value).splitlines()[1:] == [f"  {line}" for line in said]


def test_rounds_are_given_by_one_number() -> None:
    with pytest.raises(UserError, match="RUNS=2 UNTIL=3: give one of them"):
        read(Launch, "RUNS=2 UNTIL=3")


def test_the_command_that_repeats_a_step_holds_what_was_set() -> None:
    assert again("launch", Launch()) == "make launch"
    assert again("launch", Launch(runs=3, nowait=True, arm="a b", poll=7)) == "make launch RUNS=3 ARM='a b' NOWAIT=yes"
    assert again("interrupt", Interrupt(minutes=7.5, every=20.0)) == "make interrupt MINUTES=7.5 EVERY=20"

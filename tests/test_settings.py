"""The settings of each step, as typed: for make, or as options."""

from __future__ import annotations

import argparse

import pytest

from fusion_snapshots.errors import UserError
from fusion_snapshots.settings import (
    Destroy,
    Interrupt,
    Launch,
    Predict,
    Settings,
    Waiting,
    add_options,
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

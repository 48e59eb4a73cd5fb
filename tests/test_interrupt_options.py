"""The arguments of make interrupt, as typed."""

from __future__ import annotations

import pytest

from fusion_snapshots.errors import UserError
from fusion_snapshots.interrupt.options import Options, read_options


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({}, Options()),
        ({"count": "", "confirm": " "}, Options()),
        ({"count": "5", "minutes": "0", "times": "3", "every": "7.5"}, Options(5, 0, 3, 7.5)),
        ({"arm": "all", "role": "a-role", "confirm": "yes"}, Options(arm="all", role="a-role", confirm=True)),
        ({"rehearse": "yes"}, Options(rehearse=True)),
    ],
)
def test_options(typed: dict[str, str], expected: Options) -> None:
    assert read_options(typed) == expected


def test_all_that_is_wrong_with_options_is_said_at_once() -> None:
    typed = {
        "count": "6", "minutes": "-1", "times": "0", "every": "soon", "role": "a role", "rehearse": "no", "confirm": "y",
        "arm": "../x", "poll": "fast",
    }  # fmt: skip
    with pytest.raises(UserError) as refused:
        read_options(typed)
    assert str(refused.value).splitlines() == [
        "nothing was interrupted.",
        "  COUNT=6: must be 1 to 5, as AWS takes no more at once, e.g. COUNT=1",
        "  MINUTES=-1: must be a number of minutes, 0 or more, e.g. MINUTES=6",
        "  TIMES=0: must be a number of rounds, 1 or more, e.g. TIMES=3",
        "  EVERY=soon: must be a number of minutes, 0 or more, e.g. EVERY=15",
        "  ARM=../x: must be the name of an arm, e.g. ARM=fusion_snapshots, or all",
        "  ROLE=a role: must be the name of a role in your account, as iam/README.md creates it",
        "  REHEARSE=no: must be yes, or leave it out",
        "  CONFIRM=y: must be yes, or leave it out",
        "  POLL=fast: must be a number of seconds, 0 or more",
    ]
    assert refused.value.code == 2


def test_a_rehearsal_is_one_round() -> None:
    with pytest.raises(UserError, match="TIMES=2: a rehearsal is one round; leave out TIMES or REHEARSE"):
        read_options({"rehearse": "yes", "times": "2"})

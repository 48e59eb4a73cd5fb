"""What is raised: exit codes, and which errors asking again may help."""

from __future__ import annotations

import pytest

from fusion_snapshots.aws import AwsError
from fusion_snapshots.errors import NoAnswerError, StoppedError, UserError
from fusion_snapshots.json_reply import ReplyError
from fusion_snapshots.platform.tw import TwError


def test_a_step_that_could_not_run_ends_with_2_and_a_refusal_with_1() -> None:
    assert (UserError("no").code, UserError("no", 1).code, str(UserError("no", 1))) == (2, 1, "no")


def test_a_stop_keeps_what_ended_the_step_and_what_does_the_rest() -> None:
    signal = KeyboardInterrupt("SIGTERM")
    stopped = StoppedError(signal, "make launch")
    assert (str(stopped), stopped.stop, stopped.again) == ("SIGTERM", signal, "make launch")
    assert isinstance(stopped, KeyboardInterrupt)  # nothing that catches Exception takes it


@pytest.mark.parametrize("kind", [TwError, AwsError, ReplyError])
def test_a_program_that_did_not_answer_may_be_asked_again(kind: type[Exception]) -> None:
    assert issubclass(kind, NoAnswerError)
    assert issubclass(kind, UserError)

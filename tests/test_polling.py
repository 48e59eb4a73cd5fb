"""Waiting outlasts answers that fail, shows how far it is, and ends in time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import Future
from types import SimpleNamespace

import pytest

from fusion_snapshots import polling
from fusion_snapshots.errors import NoAnswerError, UserError
from fusion_snapshots.polling import MISSED_ANSWERS, poll

Answers = Iterator["int | UserError"]


def ask(answers: Answers, minutes: float = math.inf) -> int:
    def look() -> int:
        answer = next(answers)
        if isinstance(answer, UserError):
            raise answer
        return answer

    return poll(look, lambda answer: answer == 0, lambda answer: f"{answer} left" * (answer > 0), 0.01, minutes)


def test_it_shows_each_change_and_returns_the_answer_that_ends_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(iter([2, 2, 1, 0])) == 0
    assert capsys.readouterr().out == "2 left (0 min)\n1 left (0 min)\n"


def test_failing_answers_are_outlasted_and_counted_anew_after_one_that_does_not_fail(
    capsys: pytest.CaptureFixture[str],
) -> None:
    missed: list[int | UserError] = [NoAnswerError("tw info: no answer")] * MISSED_ANSWERS
    assert ask(iter([*missed, 1, *missed, 0])) == 0
    said = capsys.readouterr()
    assert said.err == "tw info: no answer; asking again in 0.01 seconds\n" * 2 * MISSED_ANSWERS
    assert said.out == "1 left (0 min)\n"


def test_one_more_ends_it(capsys: pytest.CaptureFixture[str]) -> None:
    missed: list[int | UserError] = [NoAnswerError("gone")] * (MISSED_ANSWERS + 1)
    answers = iter([1, *missed, 0])
    with pytest.raises(NoAnswerError, match="gone"):
        ask(answers)
    assert capsys.readouterr().err.count("asking again") == MISSED_ANSWERS
    assert next(answers) == 0


def test_a_refusal_is_no_missed_answer(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UserError, match="refused"):
        ask(iter([1, UserError("refused"), 0]))
    assert capsys.readouterr().err == ""


def test_when_the_time_is_up_the_last_answer_counts() -> None:
    assert ask(iter([3, 2]), minutes=-1) == 3


@pytest.mark.parametrize("every", [1.0, 900.0])
def test_the_time_between_two_looks(monkeypatch: pytest.MonkeyPatch, every: float) -> None:
    moments, pauses, looks = iter([0.0, 0.25, 1000.0]), list[float](), iter([False, True])
    clock = SimpleNamespace(monotonic=lambda: next(moments), sleep=pauses.append)
    monkeypatch.setattr(polling, "time", clock)
    assert poll(lambda: next(looks), bool, lambda _: "", every)
    assert pauses == [every - 0.25]


def test_what_is_rarely_asked_is_asked_again_sooner_after_a_missed_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(polling, "time", SimpleNamespace(monotonic=lambda: 0.0, sleep=pauses.append))
    answers = iter([NoAnswerError("gone"), None])

    def look() -> bool:
        if error := next(answers):
            raise error
        return True

    assert poll(look, bool, lambda _: "", 900)
    assert pauses == [30]


def test_what_it_waits_for_wakes_it() -> None:
    wake: Future[None] = Future()

    def look() -> bool:
        ended = wake.done()
        if not ended:
            wake.set_result(None)
        return ended

    assert poll(look, bool, lambda _: "", 600, wake=[wake])

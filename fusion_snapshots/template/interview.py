"""The questions on a terminal: the first are checked at once, the rest is offered, and each says what it is for."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from ..findings import count_of
from .answers import complete, default_of
from .check import ask_until_good, find_among, offered, refuse
from .questions import DEFAULTS, FIRST, tidy
from .session import Run


def begin_questions(run: Run, answers: Mapping[str, Any]) -> None:
    """Have the answers kept if the questions are stopped, say by Ctrl-C, and say which are answered already."""
    if not run.asks:
        return
    from .ask import Terminal

    run.answers = answers
    run.terminal = Terminal(lambda: _answer(run, answers))
    if given := _given(run):
        print(f"{count_of(len(given), 'answer')} of {len(DEFAULTS)} given already. Enter keeps each, ? explains it.")
    else:
        rest = len(DEFAULTS) - len(FIRST)
        print(f"{len(FIRST)} questions; the other {rest} have defaults. Type ? to see what a question is for.")


def offer_rest(run: Run, answers: MutableMapping[str, Any]) -> None:
    """Ask again what cannot work of the first answers, and offer the other questions. Raises AnswersRefused."""
    terminal = run.terminal
    if terminal is None:
        return
    from .ask import ask_for_rest

    with terminal.aside():
        answers.update({question: tidy(question, answers[question]) for question in FIRST})
        if found := ask_until_good(run, answers, lambda: find_among(run, answers, FIRST)):
            refuse(run, answers, found)
        given = _given(run)
        rest = {q: answer for q, answer in complete({**given, **answers}).items() if q not in FIRST}
        terminal.silent = not ask_for_rest(_offer(len(rest), sum(question in given for question in rest)), rest)


def _given(run: Run) -> dict[str, object]:
    return {question: answer for question, answer in run.supplied.items() if question in DEFAULTS}


def _offer(rest: int, given: int) -> str:
    if not given:
        return f"The other {rest} have defaults."
    if given == rest:
        return f"The other {rest} are given."
    return f"The other {rest}: {given} given, the rest by default."


def _answer(run: Run, answers: Mapping[str, Any]) -> str:
    """Return what is typed at the question that is next; with the rest, only what is good by the question's own rules.

    So no default of a later question is made from a refused answer. Raises KeyboardInterrupt and EOFError.
    """
    from .ask import HELP, ask_again, show_help

    assert run.terminal
    question = next(question for question in DEFAULTS if question not in answers)
    while (typed := input()).strip() == HELP:
        show_help(question)
        run.terminal.show_again()
    if question in FIRST:
        return typed
    given = _given(run)
    answer = tidy(question, typed or given.get(question, default_of(question, answers)))
    while found := find_among(run, {**answers, question: answer}, [question]):
        answer = tidy(question, ask_again(found[0], offered(found[0], {**answers, question: answer})))
        run.answered.add(question)
        typed = answer or " "  # an empty line would stand for what was refused
    return typed

"""Checking the answers: at the end of the questions, and before a folder is made of replayed ones."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from cookiecutter.exceptions import FailedHookException

from .answers import Problem, apply_changes, complete, default_of, find_problems
from .fit import show_fit
from .merge import ANSWERS
from .neighbours import names_in, names_of
from .questions import DEFAULTS, placeholders, tidy
from .session import Run
from .supplied import find_odd_names


class AnswersRefused(FailedHookException):  # type: ignore[misc]
    """The answers do not do; cookiecutter prints the message alone, and no traceback, for it is a failed hook."""

    def __init__(self, message: str, problems: list[Problem]) -> None:
        super().__init__(message)
        self.problems = problems


def check_given(run: Run) -> None:
    """Refuse, before the first question, what arguments and configuration hold that is no answer."""
    if run.begun:
        return
    run.begun = True
    slips = run.find_misspelt()
    if not slips:
        return
    known = {slip.question for slip in slips}
    answers = {question: value for question, value in run.supplied.items() if question in DEFAULTS}
    plain = {question: value for question, value in answers.items() if question not in known}
    found = [*slips, *(problem for problem in find_problems(complete(plain)) if problem.question in plain)]
    refuse(run, answers, found)


def check_answers(run: Run, answers: MutableMapping[str, Any]) -> None:
    """Tidy the live answers in place and refuse those that cannot be rendered; raises AnswersRefused.

    On a terminal each refused answer is asked again until it is good; an answer that only followed another one
    follows it again. Elsewhere, and after Ctrl-C, the answers are kept in a file. Nothing is written before this.
    """
    if run.terminal:
        run.terminal.end()
        run.terminal = None
    odd = find_odd_names(answers)
    if not odd and {question: answers.get(question) for question in DEFAULTS} == run.checked:
        return
    apply_changes(answers, {q: tidy(q, answers.get(q)) for q in DEFAULTS})
    found = _find_all(run, answers)
    if run.asks and not odd:
        found = ask_until_good(run, answers, lambda: _find_all(run, answers))
    if found or odd:
        refuse(run, answers, [*odd, *found])
    if run.params and "_output_dir" not in answers:
        with contextlib.suppress(OSError):  # nobody may be reading
            show_fit(answers)
            owner = names_in(run.output).get(names_of(answers), answers["project_slug"])
            if owner != answers["project_slug"]:
                same = "has the same workspace and compute_env_prefix"
                print(f"Note: the folder {owner} {same}: they share their names.")
            if left := _left_behind(run, answers["project_slug"]):
                print(f"Note: {left} has these answers, too, and stays as it is. If {answers['project_slug']}")
                print("is to take its place, run make destroy there first.")
            if run.keeps_account(answers):
                account = answers["aws_account_id"]
                print(f"Note: aws_credentials is new, aws_account_id is still {account}. Are they of one account?")
    run.checked = {question: answers[question] for question in DEFAULTS}
    run.answers = answers
    run.folder = run.output / answers["project_slug"]


def _left_behind(run: Run, slug: str) -> Path | None:
    """Return the rendered folder whose answers.yml is used for a folder of another name in the same place, if so."""
    if not run.config_file or run.config_file.name != ANSWERS:
        return None
    folder = run.config_file.resolve().parent
    goes_on = folder.name == slug or folder.parent != run.output.resolve() or not (folder / "env.sh").is_file()
    return None if goes_on else folder


def ask_until_good(run: Run, answers: MutableMapping[str, str], find: Callable[[], list[Problem]]) -> list[Problem]:
    """Ask again for each answer in which something is found; return what was still found when the user stopped."""
    while found := find():
        from .ask import ask_again  # rich's prompts are only loaded by those who are asked again

        question = found[0].question
        try:
            answer = tidy(question, ask_again(found[0], offered(found[0], answers)))
        except (KeyboardInterrupt, EOFError):
            print("\nStopped.", file=sys.stderr)
            return found
        run.answered.add(question)
        without_vpc = question == "vpc_id" and not answer
        apply_changes(answers, {question: answer, **({"subnets": "", "security_groups": ""} if without_vpc else {})})
    return []


def offered(problem: Problem, answers: Mapping[str, str]) -> str:
    """Return what Enter answers when a refused answer is asked again: what was meant, or a default that is good."""
    question = problem.question
    default = problem.suggestion or default_of(question, answers)
    return "" if default == answers.get(question) or question in placeholders(DEFAULTS) else default


def _find_all(run: Run, answers: Mapping[str, str]) -> list[Problem]:
    """Return what is wrong with the answers, in the order of the questions."""
    found = [*find_problems(answers), *_find_no_place(run, answers), *run.find_left_behind(answers)]
    first = {problem.question: problem for problem in reversed(found)}
    return [first[question] for question in DEFAULTS if question in first]


def find_among(run: Run, answers: Mapping[str, Any], questions: Sequence[str]) -> list[Problem]:
    """Return what is wrong with the answers to some questions, those that are not given yet being their defaults."""
    known = {question: answer for question, answer in {**run.supplied, **answers}.items() if question in DEFAULTS}
    return [problem for problem in _find_all(run, complete(known)) if problem.question in questions]


def _find_no_place(run: Run, answers: Mapping[str, str]) -> list[Problem]:
    """Return why the folder cannot be made where it should be, if so."""
    slug = answers["project_slug"]
    if not run.params or not slug:
        return []
    place, example, reason = run.output.resolve(), f"{slug}-2", ""
    if run.output.exists() and not (run.output.is_dir() and os.access(run.output, os.W_OK)):
        what = "not writable" if run.output.is_dir() else "a file"
        reason = f"cannot be created in {place}, which is {what}; choose another --output-dir"
        example = "--output-dir ~"
    elif os.path.lexists(run.output / slug):
        if not run.params["overwrite_if_exists"] or not Path(run.output, slug).is_dir():
            reason = f"already exists in {place}; choose another name, or add --overwrite-if-exists (-f)"
        elif run.params["accept_hooks"] != "yes":
            reason = "exists, and only this template's hooks keep what was edited in it; leave out --accept-hooks"
    return [Problem("project_slug", slug, reason, example)] if reason else []


def refuse(run: Run, answers: Mapping[str, Any], problems: list[Problem]) -> NoReturn:
    """Print what is refused, keep the answers, and raise AnswersRefused with the way on."""
    heading = f"{len(problems)} answer{'s' * (len(problems) > 1)} refused:"
    report = "\n".join(["", heading, *(f"  {problem}" for problem in problems)])
    if run.params:
        print(report, file=sys.stderr, flush=True)
    run.answers = None
    last = "Nothing was written. Correct the answers and try again"
    misspelt = [problem for problem in problems if problem.question not in DEFAULTS and problem.question[:1] != "_"]
    with contextlib.suppress(OSError):
        meant = {problem.question: problem.meant for problem in problems if problem.meant is not None}
        kept = run.save_answers({**answers, **meant}, misspelt)
        last = f"Nothing was written. Correct the answers in {kept}, then: {run.command(kept)}"
    raise AnswersRefused(last if run.params else f"{report}\n{last}", problems)

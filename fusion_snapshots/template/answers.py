"""Answers: which follow from others, and what is refused of them. All without cookiecutter."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import NamedTuple

from ..findings import mask, printable, shorten
from ..folder.layout import WORK_DIR_GOES, beside, bucket_of, is_within
from ..instance_types import nearest_region
from .questions import (
    CATALOG,
    DEFAULTS,
    DERIVED,
    EXAMPLES,
    REGIONS,
    REQUIRED,
    SOURCES,
    TYPES,
    default_template,
    find_errors,
    tidy,
)

_TOKENS_BEGIN = "eyJ"  # names are built on answers, so that even the beginning of a token may become one


class Problem(NamedTuple):
    """One refused answer: the question, the value, why it is refused and an example of a good one."""

    question: str
    value: object
    reason: str
    example: str = ""
    suggestion: str = ""  # the answer that was most likely meant
    needed_by: str = ""  # the question whose answer asks for this one
    meant: str | None = None  # the answer that was written in a form in which it does not arrive

    def __str__(self) -> str:
        example = f", e.g. {self.example}" if self.example else ""
        ending = f"; did you mean {self.suggestion}?" if self.suggestion else example
        return printable(mask(f"{self.question}: {shorten(self.value)} {self.reason}{ending}")).replace("\n", " ")


def default_of(question: str, answers: Mapping[str, object]) -> str:
    """Return the default of a question; of a derived one, what the other answers make of it."""
    return tidy(question, default_template(question).render(cookiecutter=answers))


def following(answers: Mapping[str, object]) -> list[str]:
    """Return the derived questions whose answers are what the other answers make of them."""
    return [each for each in DERIVED if each in answers and tidy(each, answers[each]) == default_of(each, answers)]


def apply_changes(answers: MutableMapping[str, str], changes: Mapping[str, str]) -> None:
    """Put changes into the answers; what followed from others, and is not among the changes, follows them again."""
    followers = [question for question in following(answers) if question not in changes]
    answers.update(changes)
    for question in followers:
        answers[question] = default_of(question, answers)


def complete(answered: Mapping[str, object]) -> dict[str, str]:
    """Return the answers to all questions that come of some given ones, tidied, with defaults for the others."""
    answers: dict[str, str] = {}
    for question in DEFAULTS:
        known = question in answered
        answers[question] = tidy(question, answered[question]) if known else default_of(question, answers)
    return answers


def resolved_types(answers: Mapping[str, str], question: str) -> str:
    """Return the list of instance types that an answer stands for, a preset's for this region."""
    return CATALOG.resolve(answers.get(question, ""), answers.get("aws_region", ""))


def find_problems(answers: Mapping[str, str]) -> list[Problem]:
    """Return what is refused of the tidied answers, in the order of the questions.

    Of an answer that only follows from a refused one nothing is said: it will follow the correction.
    """
    answered = {question: answers[question] for question in DEFAULTS if answers.get(question)}
    refused = (
        *_against_buckets(answered),
        *_against_schema(answered),
        *_against_catalog(answers),
        *_against_regions(answered),
    )
    found = {problem.question: problem for problem in refused}
    for question, answer in answered.items():
        if mask(answer) != answer or _TOKENS_BEGIN in answer:
            reason = "looks like an access token or key, which no question asks for"
            found[question] = _problem(answers, question, reason)
    if not found:
        return []
    silent = {each for each in following(answers) if any(source in found for source in SOURCES[each])}
    return [found[question] for question in DEFAULTS if question in found and question not in silent]


def _problem(answers: Mapping[str, object], question: str, reason: str, needed_by: str = "") -> Problem:
    value = answers.get(question, "")
    example = EXAMPLES[question] if value != EXAMPLES[question] else ""  # which does not do here
    return Problem(question, value, reason, example, needed_by=needed_by)


def _against_schema(answered: Mapping[str, str]) -> list[Problem]:
    """Return what answers.schema.json refuses."""
    found = []
    for error in find_errors(answered):
        if error.validator == "required":
            continue  # below, each by its name
        if error.validator == "dependencies":
            for question, needed in error.validator_value.items():
                missing = [each for each in needed if question in answered and each not in answered]
                found += [_problem(answered, q, f"is needed because {question} is given", question) for q in missing]
        else:
            found.append(_problem(answered, str(error.path[0]), f"must be {error.schema['errorMessage']}"))
    missing = [question for question in REQUIRED if question not in answered]
    return found + [_problem(answered, q, f"is empty; it must be {TYPES[q]['errorMessage']}") for q in missing]


def _against_catalog(answers: Mapping[str, str]) -> list[Problem]:
    """Return what is wrong with the lists of instance types beyond their form: types unknown or of no use here."""
    found = []
    region = answers.get("aws_region", "")
    for question in ("ondemand_instance_types", "snapshots_instance_types"):
        answer = answers.get(question, "")
        listed = resolved_types(answers, question)
        if answer == "guaranteed" and not listed and region in CATALOG.regions:
            working = ", ".join(each for each in CATALOG.regions if CATALOG.guaranteed(each))
            found.append(_problem(answers, question, f"finds no type in {region}, but in {working}"))
        elif answer and re.fullmatch(r"[a-z0-9.,-]+", listed):
            refused = CATALOG.refused(listed, snapshots=question == "snapshots_instance_types")
            reasons = "; ".join(f"{item} {reason}" for item, reason in refused.items())
            found += [_problem(answers, question, f"cannot be used: {reasons}")] if refused else []
    return found


def _against_regions(answered: Mapping[str, str]) -> list[Problem]:
    """Return what is no region, with the one that was meant, and a work directory that is only a region's name."""
    found = []
    region, work = answered.get("aws_region", ""), answered.get("aws_work_dir", "")
    if region and not re.fullmatch(TYPES["aws_region"]["pattern"], region):
        refused = _problem(answered, "aws_region", f"must be {TYPES['aws_region']['errorMessage']}")
        found.append(refused._replace(suggestion=nearest_region(region, REGIONS)))
    if bucket_of(work) in REGIONS:
        found.append(_problem(answered, "aws_work_dir", "names a region where the bucket belongs"))
    return found


def _against_buckets(answered: Mapping[str, str]) -> list[Problem]:
    """Return results that would lie in a bucket which the tasks may not write, or go when the work directory goes."""
    question, work = "pipeline_outdir_prefix", answered.get("aws_work_dir", "-")
    if question in answered and is_within(answered[question], work):
        if work == f"s3://{bucket_of(work)}":
            reason = f"is a whole bucket, and holds pipeline_outdir_prefix, {answered[question]}. It is a directory"
            found = _problem(answered, "aws_work_dir", f"{reason} {WORK_DIR_GOES}")
            return [found._replace(example=f"{work}/work")]
        return [_problem(answered, question, f"is in aws_work_dir, {WORK_DIR_GOES}")._replace(example=beside(work))]
    open_to_tasks = [answered.get("aws_work_dir", ""), *answered.get("aws_compute_env_allowed_buckets", "").split(",")]
    if question in answered and bucket_of(answered[question]) not in map(bucket_of, open_to_tasks):
        reason = "is in no bucket that the tasks may write, which are those of aws_work_dir and "
        return [_problem(answered, question, reason + "aws_compute_env_allowed_buckets")]
    return []

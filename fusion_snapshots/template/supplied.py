"""What configuration files and key=value arguments give, and what of it cookiecutter would pass over or change."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from ..findings import nearest
from .answers import Problem
from .questions import BELONGINGS, DEFAULTS, EXAMPLES, TEMPLATE, TYPES, placeholders, tidy

# What cookiecutter itself adds to the answers; all other names that begin with _ are the template's.
_COOKIECUTTERS = ("_template", "_output_dir", "_repo_dir", "_checkout")
_NESTED = ("template", "templates")  # names by which cookiecutter continues with another template

Written = Mapping[str, str]  # the answers of a configuration file, as they are written there


def read_written(path: Path, config: Mapping[str, Any]) -> Written:
    """Return the texts of a configuration's default_context as they are written, before YAML makes numbers of them.

    config is what was read from there. Where all its answers are texts, YAML changed none, and none is returned.
    """
    read = config.get("default_context")
    if isinstance(read, dict) and all(isinstance(answer, str) for answer in read.values()):
        return {}
    written = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    answers = written.get("default_context") if isinstance(written, dict) else None
    return answers if isinstance(answers, dict) else {}


def find_misspelt(config: Mapping[str, Any], extra: Mapping[str, str], written: Written | None = None) -> list[Problem]:
    """Return what cookiecutter would pass over silently, read otherwise, or take for its own settings.

    config is a whole configuration, extra what key=value arguments give, written the configuration's own texts.
    """
    answers = config.get("default_context") or {}
    outside = [name for name in DEFAULTS if name in config]
    return [
        *_names(answers, extra),
        *(_value(q, answers[q], (written or {}).get(q)) for q in _changed(answers, extra, written)),
        *(_misput(q, config[q], "stands outside default_context:, where it answers nothing") for q in outside),
    ]


def _names(config: Mapping[str, object], extra: Mapping[str, object]) -> Iterator[Problem]:
    given = {**config, **extra}
    allowed = f" (the questions are {', '.join(DEFAULTS)})"  # said once
    for name in (each for each in given if each not in DEFAULTS):
        near = nearest(name, DEFAULTS, cutoff=0.8)
        if str(name).startswith("_"):
            yield Problem(str(name), given[name], "begins with _, which only the template itself sets; take it out")
        # A user's configuration may well hold other templates' names; a near miss is a slip all the same.
        elif name in extra or near:
            yield Problem(
                str(name), given[name], "answers no question" + (f" (did you mean {near}?)" if near else allowed)
            )
            allowed = allowed if near else ""


def _changed(config: Mapping[str, Any], extra: Mapping[str, object], written: Written | None) -> Iterator[str]:
    """Yield the questions whose values YAML made of another text, or that are not text at all."""
    for question in DEFAULTS:
        value = config.get(question) if question not in extra else None
        if value is None or isinstance(value, str) or str(value).lower() in TYPES[question].get("aliases", {}):
            continue
        plain = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not plain or (written is not None and written.get(question) != str(value)):
            yield question


def _value(question: str, value: Any, written: object) -> Problem:
    if isinstance(value, list):
        return _misput(question, value, "is a list; write one text, items separated by commas")
    if isinstance(value, dict):
        return _misput(question, value, "is not text", EXAMPLES[question])
    text = written if isinstance(written, str) else str(value)
    return _misput(question, value, f"is what YAML makes of {text}; put it in quotes", text)


def _misput(question: str, value: Any, reason: str, meant: str | None = None) -> Problem:
    text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    text = text if meant is None else meant
    return Problem(question, value, reason, f'{question}: "{text}"', meant=text)


def find_odd_names(answers: Mapping[str, Any]) -> list[Problem]:
    """Return the names that are not as the template has them: a replay file holds the template's own, too."""
    own = {name: "" if name.startswith("__") else value for name, value in TEMPLATE.items() if name.startswith("_")}
    own["__prompts__"] = TEMPLATE["__prompts__"]
    odd = {n for n, v in answers.items() if n.startswith("_") and n not in _COOKIECUTTERS and own.get(n, ...) != v}
    private = "is not as the template has it, and only the template sets names that begin with _"
    nested = "chooses another template, which no answer does"
    return [
        Problem(name, value, nested if name in _NESTED else private)
        for name, value in answers.items()
        if name in odd or name in _NESTED
    ]


def find_left_behind(
    config: Mapping[str, Any], answers: Mapping[str, str], answered: Container[str] = ()
) -> list[Problem]:
    """Return the answers of a file that belong to its region or account, where another one is asked for now.

    config is a configuration's default_context; what is answered anew, even alike, is no problem.
    """
    owners = {owner: tidy(owner, config.get(owner)) for owner in BELONGINGS}
    owner = next((owner for owner, old in owners.items() if old and answers[owner] not in ("", old)), "")
    if not owner:
        return []
    old, new, belongings = owners[owner], answers[owner], BELONGINGS[owner]
    held = placeholders(answers)
    kept = {q for q in belongings if answers[q] and q not in answered and answers[q] == tidy(q, config.get(q))}
    reason = f"belongs to {old}, and {owner} is {new} now; answer it, too"
    return [
        Problem(q, answers[q], reason, f"{q}={EXAMPLES[q]}" + ("" if DEFAULTS[q] else f" or {q}= for none"), meant="")
        for q in belongings
        if q in kept and q not in held
    ]

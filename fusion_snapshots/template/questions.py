"""The questions: what cookiecutter.json asks, what schemas/ allow as an answer, and how an answer is tidied."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, Template

from ..folder.layout import PLACEHOLDER
from ..folder.schema_match import SchemaMatch
from ..instance_types import Catalog, read_regions

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE: dict[str, Any] = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
DEFAULTS: dict[str, str] = {key: value for key, value in TEMPLATE.items() if not key.startswith("_")}
# Those that are everybody's own; the others are offered after them.
FIRST = [key for key in list(TEMPLATE)[: list(TEMPLATE).index("__offered")] if key in DEFAULTS]
# The questions from which the default of another one is made.
SOURCES = {question: re.findall(r"cookiecutter\.(\w+)", default) for question, default in DEFAULTS.items()}
DERIVED = [question for question, sources in SOURCES.items() if sources]
PROMPTS: dict[str, str] = TEMPLATE["__prompts__"]
# The one place of examples: prompts, README's tables and refusals all show the prompt's own.
EXAMPLES = {question: prompt.rpartition(", e.g. ")[2] for question, prompt in PROMPTS.items()}
NETWORKING = ["vpc_id", "subnets", "security_groups"]  # which belong to one region and one account
# What is of no use in another region, and in another account of the same region.
BELONGINGS = {
    "aws_region": ["aws_work_dir", "aws_compute_env_allowed_buckets", "pipeline_outdir_prefix", *NETWORKING, "ami_id"],
    "aws_account_id": NETWORKING,
}
CATALOG = Catalog(ROOT / "schemas")
REGIONS = read_regions(ROOT / "schemas")

_SCHEMAS: dict[str, Any] = {
    name: json.loads((ROOT / "schemas" / name).read_text(encoding="utf-8"))
    for name in ("types.schema.json", "answers.schema.json")
}
_ANSWERS = "answers.schema.json"
REQUIRED: list[str] = _SCHEMAS["answers.schema.json"]["required"]
TYPES: dict[str, dict[str, Any]] = {
    question: _SCHEMAS["types.schema.json"]["definitions"][rule["$ref"].rpartition("/")[2]]
    for question, rule in _SCHEMAS["answers.schema.json"]["properties"].items()
}


def explain(question: str) -> str:
    """Return what a question is for, in the words of its prompt and its type."""
    what, _, example = PROMPTS[question].rpartition(", e.g. ")
    empty = "" if question in REQUIRED else " It may be empty."
    follows = f" Its default follows from {' and '.join(SOURCES[question])}." if SOURCES[question] else ""
    return f"{question}: {what}. It must be {TYPES[question]['errorMessage']}, e.g. {example}.{empty}{follows}"


def find_errors(answers: Mapping[str, str]) -> list[Any]:
    """Return jsonschema's errors of answers against answers.schema.json; it is loaded only where there are some."""
    match = SchemaMatch(_SCHEMAS)
    accepts = match.accepts(_ANSWERS, _SCHEMAS[_ANSWERS], dict(answers))
    return [] if accepts else list(match.errors(_SCHEMAS[_ANSWERS], answers))


def placeholders(answers: Mapping[str, str]) -> list[str]:
    """Return the questions still answered by the template's placeholder, such as your-organization."""
    held = [question for question, default in DEFAULTS.items() if PLACEHOLDER in default and question not in DERIVED]
    return [question for question in held if answers[question] == DEFAULTS[question]]


def tidy(question: str, answer: object) -> str:
    """Return an answer as the rendered files hold it.

    Trims it; joins a list typed with spaces by its separator alone, without repetitions; gives bare bucket names
    their ``s3://``; puts yes for true; drops a final ``/`` of an address. The type's schema says which; the rest stays.
    """
    kind = TYPES[question]
    text = "" if answer is None else str(answer).strip()
    text = kind.get("aliases", {}).get(text.lower(), text)
    items = [text]
    if separator := kind.get("separator"):
        items = list(dict.fromkeys(filter(None, re.split(rf"[\s{separator}]+", re.sub(r"\s*=\s*", "=", text)))))
    if scheme := kind.get("scheme"):
        items = [item if not item or "://" in item else scheme + item for item in items]
    return (separator or "").join(item.rstrip("/") if "://" in item else item for item in items)


def bucket(path: str) -> str:
    """Return the bucket of an S3 path, as ``s3://bucket``, from a path typed with or without ``s3://``."""
    return "/".join(tidy("aws_work_dir", path).split("/")[:3])


@functools.cache
def default_template(question: str) -> Template:
    """Return the default of a question as a template of its own: rendering it takes no part of cookiecutter."""
    environment = Environment(**TEMPLATE["_jinja2_env_vars"])
    environment.filters["bucket"] = bucket
    return environment.from_string(DEFAULTS[question])

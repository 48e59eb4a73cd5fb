"""The questions hang together: prompts, examples, rules, and which answers follow from which."""

from __future__ import annotations

import pytest

from fusion_snapshots.template.questions import (
    BELONGINGS,
    DEFAULTS,
    DERIVED,
    EXAMPLES,
    PROMPTS,
    SOURCES,
    TYPES,
    bucket,
    default_template,
    explain,
    find_errors,
    placeholders,
    tidy,
)


def test_each_question_has_a_prompt_with_an_example_and_a_rule() -> None:
    assert list(PROMPTS) == list(DEFAULTS)
    assert set(TYPES) == set(DEFAULTS)
    assert [question for question, example in EXAMPLES.items() if not example or example == PROMPTS[question]] == []
    assert {question for questions in BELONGINGS.values() for question in questions} <= set(DEFAULTS)


def test_a_default_follows_only_from_questions_asked_before() -> None:
    order = list(DEFAULTS)
    for question in DERIVED:
        assert SOURCES[question]
        assert all(order.index(source) < order.index(question) for source in SOURCES[question]), question


def test_a_derived_default_is_made_of_what_was_answered() -> None:
    answers = {**DEFAULTS, "aws_work_dir": "s3://acme-fusion/work"}
    assert default_template("aws_compute_env_allowed_buckets").render(cookiecutter=answers) == "s3://acme-fusion"


def test_placeholders_are_those_that_are_still_the_templates() -> None:
    held = placeholders(DEFAULTS)
    assert held
    assert set(held).isdisjoint(DERIVED)
    assert placeholders({**DEFAULTS, held[0]: "acme"}) == held[1:]


@pytest.mark.parametrize(("answer", "good"), [("eu-west-1", True), ("eu-west-1a", False), ("", False)])
def test_the_rules_are_the_schemas(answer: str, good: bool) -> None:
    wrong = {tuple(error.absolute_path) for error in find_errors({"aws_region": answer})}
    assert (("aws_region",) not in wrong) is good


@pytest.mark.parametrize(
    ("question", "answer", "tidied"),
    [
        ("organization_name", "  acme ", "acme"),
        ("organization_name", None, ""),
        ("max_cpus", 8, "8"),
        ("labels", " team = bio ,  a=b , team=bio ", "team=bio,a=b"),
        ("labels", ", ,", ""),
        ("aws_work_dir", "acme/work/", "s3://acme/work"),
        ("aws_work_dir", "s3://acme/work", "s3://acme/work"),
        ("aws_work_dir", "", ""),
        ("aws_compute_env_allowed_buckets", "a  s3://b/ a", "s3://a,s3://b"),
        ("tower_api_endpoint", "https://x.test/api/", "https://x.test/api"),
        ("spot_without_snapshots", "True", "yes"),
        ("pipeline_revision", "True", "True"),
    ],
)
def test_an_answer_is_tidied_by_its_type(question: str, answer: object, tidied: str) -> None:
    assert tidy(question, answer) == tidied


def test_the_bucket_of_a_path_typed_in_either_way() -> None:
    assert [bucket(path) for path in ("acme/work/x", "s3://acme/work", "s3://acme/", "acme")] == ["s3://acme"] * 4


def test_a_question_is_explained_with_its_rule_its_example_and_what_it_follows_from() -> None:
    assert explain("max_cpus").endswith(f"It must be {TYPES['max_cpus']['errorMessage']}, e.g. 1000.")
    assert explain("vpc_id").endswith(f"e.g. {EXAMPLES['vpc_id']}. It may be empty.")
    assert explain("compute_env_prefix").endswith(". Its default follows from workspace_name and aws_region.")
    assert explain("vpc_id").startswith("vpc_id: ")

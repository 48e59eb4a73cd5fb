"""The short check of a schema says of every value what jsonschema says."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import referencing
import yaml
from conftest import ACME, ROOT

from fusion_snapshots.folder.schema_match import _KEYWORDS, ANNOTATIONS, SchemaMatch, UnknownKeywordError
from fusion_snapshots.template.answers import complete

DOCUMENTS = {
    path.name: json.loads(path.read_text())
    for path in sorted((ROOT / "schemas").glob("*.schema.json"))
    # Not the one that is bundled from the others, nor those of what compare and predict write.
    if path.name not in ("seqerakit.schema.json", "comparison.schema.json", "prediction.schema.json")
}
REGISTRY: Any = referencing.Registry().with_contents(DOCUMENTS.items())
FILES = sorted((Path(__file__).parent / "examples").rglob("*.yml")) + sorted((ROOT / "examples").rglob("*.yml"))
ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, 1.0, 1.5, -1, "", "True", "x y", "$NAME", "${NAME}", "s3://a/b", "aws-batch", [], ["a"], {}, {"a": 1},
)  # fmt: skip


def keywords(schema: Any) -> Iterator[str]:
    """Yield the keywords that a schema uses, wherever."""
    if not isinstance(schema, dict):
        return
    for name, rule in schema.items():
        yield name
        if name in ("properties", "definitions"):
            for each in rule.values():
                yield from keywords(each)
        elif name not in ("enum", "const", "examples", "default", "aliases", "dependencies", "required"):
            for each in rule if isinstance(rule, list) else [rule]:
                yield from keywords(each)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_keyword_of_the_schemas_is_known(name: str) -> None:
    assert set(keywords(DOCUMENTS[name])) - ANNOTATIONS - {"$ref"} <= set(_KEYWORDS)


def mutants(value: Any, draw: random.Random, number: int) -> Iterator[Any]:
    """Yield a value with one or two of its parts replaced, taken away or misspelt."""
    yield value
    for _ in range(number):
        found = copy.deepcopy(value)
        for _ in range(draw.choice((1, 1, 2))):
            place = found
            while isinstance(place, (dict, list)) and place:
                key = draw.choice(list(place)) if isinstance(place, dict) else draw.randrange(len(place))
                if isinstance(place[key], (dict, list)) and place[key] and draw.random() < 0.8:
                    place = place[key]
                    continue
                change = draw.random()
                if change < 0.2 and isinstance(place, dict):
                    place[f"{key}s"] = place.pop(key)
                elif change < 0.4:
                    del place[key]
                else:
                    place[key] = copy.deepcopy(draw.choice(ODD))
                break
        yield found


def check_same(name: str, values: Iterator[Any]) -> tuple[int, int]:
    match, validator = SchemaMatch(DOCUMENTS), jsonschema.Draft7Validator(DOCUMENTS[name], registry=REGISTRY)
    counts = [0, 0]
    for value in values:
        right = validator.is_valid(value)
        assert match.accepts(name, DOCUMENTS[name], value) == right, value
        counts[right] += 1
    return counts[0], counts[1]


@pytest.mark.parametrize("block", ["compute-envs", "datasets", "pipelines", "launch"])
def test_files_and_mutants_of_them_are_judged_alike(block: str) -> None:
    draw = random.Random(block)
    files = [data for path in FILES if isinstance(data := yaml.safe_load(path.read_text()), dict) and block in data]
    wrong, right = check_same(f"{block}.schema.json", (each for data in files for each in mutants(data, draw, 40)))
    assert min(wrong, right) >= 10


def test_answers_and_variables_are_judged_alike() -> None:
    draw = random.Random(1)
    answers = {question: answer for question, answer in complete(ACME).items() if answer}
    wrong, right = check_same("answers.schema.json", mutants(answers, draw, 400))
    assert min(wrong, right) >= 10
    wrong, right = check_same(
        "env.schema.json", mutants(dict.fromkeys(DOCUMENTS["env.schema.json"]["required"], "a/b"), draw, 100)
    )
    assert wrong


@pytest.mark.parametrize(
    "schema", [{"format": "uri"}, {"$ref": "#/definitions/none"}, {"items": [{}]}, {"dependencies": {"a": {}}}]
)
def test_what_is_not_known_is_left_to_jsonschema(schema: Any) -> None:
    with pytest.raises(UnknownKeywordError):
        SchemaMatch({"a": schema}).accepts("a", schema, ["x"] if "items" in schema else {})


@pytest.mark.parametrize(
    ("schema", "value", "right"),
    [
        ({"const": 1}, 1.0, True), ({"const": 1}, True, False), ({"enum": [0]}, False, False), ({"type": "integer"}, 1.0, True),
        ({"type": "integer"}, True, False), ({"type": "number"}, "1", False), ({"minimum": 2}, "1", True), ({"minimum": 2}, 1, False),
        ({"maxLength": 1}, "ab", False), ({"minItems": 1}, [], False), ({"required": ["a"]}, "a", True), (False, 1, False),
        ({"if": {"type": "string"}, "then": {"minLength": 2}, "else": False}, "ab", True),
        ({"if": {"type": "string"}, "then": {"minLength": 2}, "else": False}, 1, False),
        ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, False), ({"additionalProperties": False}, {"a": 1}, False),
        ({"dependencies": {"a": ["b"]}}, {"a": 1}, False), ({"dependencies": {"a": ["b"]}}, {"a": 1, "b": 2}, True),
    ],
)  # fmt: skip
def test_the_edges_of_each_keyword(schema: Any, value: Any, right: bool) -> None:
    assert jsonschema.Draft7Validator(schema).is_valid(value) == right
    assert SchemaMatch({"a": schema}).accepts("a", schema, value) == right

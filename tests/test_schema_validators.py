"""All validators that people hold seqerakit files to agree on every example, good and bad."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import fastjsonschema
import jsonschema
import pytest
import yaml
from conftest import BIN, edit, run
from language_server import diagnose
from rejections import LAUNCH, ONDEMAND
from test_schemas import BLOCKS, BUNDLE, EXAMPLES, SCHEMAS, of_block, written

Refused = Callable[[Path, list[Path]], set[Path]]


def as_one(name: str) -> dict[str, Any]:
    """Return a schema with the definitions that it refers to within itself."""
    parts = ["types.schema.json", f"{name}.schema.json"]
    text = re.sub(r'"[a-z-]+\.schema\.json#/', '"#/', json.dumps(SCHEMAS[f"{name}.schema.json"]))
    definitions = [
        re.sub(r'"[a-z-]+\.schema\.json#/', '"#/', json.dumps(SCHEMAS[part].get("definitions", {}))) for part in parts
    ]
    return {**json.loads(text), "definitions": {**json.loads(definitions[0]), **json.loads(definitions[1])}}


def by_jsonschema(schema: Path, paths: list[Path]) -> set[Path]:
    validator = jsonschema.Draft7Validator(json.loads(schema.read_text()))
    return {path for path in paths if not validator.is_valid(yaml.safe_load(path.read_text()))}


def by_check_jsonschema(schema: Path, paths: list[Path]) -> set[Path]:
    check: list[str | Path] = [BIN / "check-jsonschema", "--schemafile", schema, "--output-format", "json"]
    return {Path(error["filename"]) for error in json.loads(run([*check, *paths]).stdout)["errors"]}


def by_fastjsonschema(schema: Path, paths: list[Path]) -> set[Path]:
    validate = fastjsonschema.compile(json.loads(schema.read_text()))
    refused = set()
    for path in paths:
        try:
            validate(yaml.safe_load(path.read_text()))
        except fastjsonschema.JsonSchemaException:
            refused.add(path)
    return refused


def by_ajv(schema: Path, paths: list[Path]) -> set[Path]:
    data = {path: schema.with_name(f"{number}.json") for number, path in enumerate(paths)}
    for path, copy in data.items():
        copy.write_text(json.dumps(yaml.safe_load(path.read_text())))
    words = [word for copy in data.values() for word in ("-d", copy)]
    ran = run(["ajv", "validate", "--strict=false", "-s", schema, *words])
    told = dict(re.findall(r"^(\S+) (valid|invalid)$", ran.stdout + ran.stderr, re.M))
    return {path for path, copy in data.items() if told[str(copy)] == "invalid"}


def by_language_server(schema: Path, paths: list[Path]) -> set[Path]:
    copies = {}
    for number, path in enumerate(paths):
        copy = schema.with_name(f"{number}.yml")
        body = re.sub(r"^# yaml-language-server:.*\n", "", path.read_text())
        copy.write_text(f"# yaml-language-server: $schema={schema}\n{body}")
        copies[copy] = path
    return {copies[copy] for copy, messages in diagnose(copies).items() if messages}


VALIDATORS: dict[str, Refused] = {
    "jsonschema": by_jsonschema,
    "check-jsonschema": by_check_jsonschema,
    "fastjsonschema": by_fastjsonschema,
    "ajv": by_ajv,
    "yaml-language-server": by_language_server,
}
OF_NODE = ("ajv", "yaml-language-server")


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.needs(n)) if n in OF_NODE else n for n in VALIDATORS]
)
def test_validators_agree_on_all_examples(name: str, folder: Path, tmp_path: Path) -> None:
    for block in (*BLOCKS, "env"):
        place = tmp_path / block
        place.mkdir()
        schema = place / "schema.json"
        schema.write_text(json.dumps(as_one(block)))
        good = [*sorted(EXAMPLES.glob(f"{block}/*.yml")), *of_block(folder, block)]
        bad = written(folder, place / "bad", block) if block in BLOCKS else []
        assert VALIDATORS[name](schema, [*good, *bad]) == set(bad)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_pattern_compiles_in_fastjsonschema(name: str) -> None:
    schema = SCHEMAS[name] if name == BUNDLE else as_one(name.removesuffix(".schema.json"))
    for definition in schema.get("definitions", {}):
        fastjsonschema.compile(deepcopy({"definitions": schema["definitions"], "$ref": f"#/definitions/{definition}"}))
    fastjsonschema.compile(deepcopy(schema))  # which it changes


@pytest.mark.needs("yaml-language-server")
@pytest.mark.parametrize(
    ("file", "key", "misspelt"), [(ONDEMAND, "max-cpus", "max_cpus"), (LAUNCH, "pipeline", "pipline")]
)
def test_an_editor_names_a_misspelt_key(folder: Path, tmp_path: Path, file: str, key: str, misspelt: str) -> None:
    edit(folder, file, f"    {key}:", f"    {misspelt}:")
    schema = tmp_path / "schema.json"
    schema.write_text(json.dumps(as_one("launch" if file == LAUNCH else "compute-envs")))
    body = re.sub(r"^# yaml-language-server:.*\n", "", (folder / file).read_text())
    copy = tmp_path / "edited.yml"
    copy.write_text(f"# yaml-language-server: $schema={schema}\n{body}")
    (messages,) = diagnose([copy]).values()
    assert any(misspelt in message for message in messages), messages

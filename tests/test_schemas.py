"""The schemas are complete, teach, and agree with their examples by two implementations."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import referencing
import tw_options
import yaml
from conftest import BIN, ROOT, run

SCHEMAS = {path.name: json.loads(path.read_text()) for path in sorted((ROOT / "schemas").glob("*.schema.json"))}
REGISTRY = referencing.Registry().with_contents(SCHEMAS.items())
EXAMPLES = Path(__file__).parent / "examples"
TYPES = SCHEMAS["types.schema.json"]["definitions"]

# seqerakit 0.5.7's own keys (seqerakit/helper.py); the rest of a block's keys are tw's options.
SEQERAKIT = {"overwrite", "on_exists"}
BLOCKS = {
    "pipelines": ("pipelines add", SEQERAKIT | {"url", "file-path", "params"}),
    "launch": ("launch", SEQERAKIT | {"pipeline", "url", "params"}),
    "datasets": ("datasets add", SEQERAKIT | {"file-path"}),
}
COMPUTE_ENVS = SEQERAKIT | {"type", "config-mode", "file-path", "primary"}


def item_schema(block: str) -> dict[str, Any]:
    schema: dict[str, Any] = SCHEMAS[f"{block}.schema.json"]["properties"][block]["items"]
    return schema


def tw_keys(command: str) -> set[str]:
    keys = set()
    for option in tw_options.TABLE[command]["options"]:
        long = option["names"][-1].removeprefix("--")
        if long not in ("help", "version"):
            keys |= {long, f"no-{long}"} if option["negatable"] else {long}
    return keys


def validator(name: str) -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(SCHEMAS[name], registry=REGISTRY)


@pytest.mark.parametrize("block", BLOCKS)
def test_keys_are_tws_options_and_seqerakits_own(block: str) -> None:
    command, own = BLOCKS[block]
    assert set(item_schema(block)["properties"]) == tw_keys(command) | own
    assert item_schema(block)["additionalProperties"] is False


def test_compute_env_keys_are_those_of_both_modes() -> None:
    forge, manual = (tw_keys(f"compute-envs add aws-batch {mode}") for mode in ("forge", "manual"))
    schema = item_schema("compute-envs")
    assert set(schema["properties"]) == forge | manual | COMPUTE_ENVS
    assert schema["additionalProperties"] is False
    refused = {
        rule["if"]["properties"]["config-mode"]["enum"][0]: {k for k, v in rule["then"]["properties"].items() if not v}
        for rule in schema["allOf"]
        if "config-mode" in rule["if"].get("properties", {}) and "properties" in rule["then"]
    }
    assert refused == {"forge": manual - forge, "manual": forge - manual}


@pytest.mark.parametrize("block", ["compute-envs", *BLOCKS])
def test_types_are_tws(block: str) -> None:
    commands = [BLOCKS[block][0]] if block in BLOCKS else [c for c in tw_options.TABLE if "aws-batch" in c]
    for option in (option for command in commands for option in tw_options.TABLE[command]["options"]):
        key = option["names"][-1].removeprefix("--")
        if key in ("help", "version", *SEQERAKIT, "header"):
            continue
        strict = item_schema(block)["properties"][key]["anyOf"][0]
        strict = TYPES[strict["$ref"].rpartition("/")[2]] if "$ref" in strict else strict
        if option["enum"]:
            assert set(option["enum"]) <= set(strict["enum"]), key
        else:
            expected = {"bool": "boolean", "int": "integer"}.get(option["type"], "string")
            assert strict["type"] == expected, key
            assert not option["split"] or strict.get("separator") == option["split"], key


def properties() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for block in ("compute-envs", *BLOCKS):
        for key, schema in item_schema(block)["properties"].items():
            yield block, key, schema


@pytest.mark.parametrize(("block", "key", "schema"), list(properties()), ids=lambda value: str(value)[:30])
def test_every_property_teaches(block: str, key: str, schema: dict[str, Any]) -> None:
    assert schema["title"]
    assert schema["description"].endswith("."), key
    assert schema["examples"]
    for example in schema["examples"]:
        item = {"properties": {key: schema}}
        assert jsonschema.Draft7Validator(item, registry=REGISTRY).is_valid({key: example}), (key, example)


@pytest.mark.parametrize("name", TYPES)
def test_every_type_says_what_it_allows_and_its_examples_pass(name: str) -> None:
    schema = TYPES[name]
    assert schema["errorMessage"]
    for example in schema["examples"]:
        either = [schema] if name == "reference" else [schema, TYPES["reference"]]
        assert any(jsonschema.Draft7Validator(each).is_valid(example) for each in either)


@pytest.mark.parametrize("name", SCHEMAS)
def test_metaschema(name: str) -> None:
    assert SCHEMAS[name]["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema.Draft7Validator.check_schema(SCHEMAS[name])


def test_a_variable_is_held_to_the_rule_of_its_answer() -> None:
    variables, answers = (SCHEMAS[f"{name}.schema.json"] for name in ("env", "answers"))
    pairs = {name: name.lower() for name in variables["properties"] if name.lower() in answers["properties"]}
    assert set(variables["properties"]) - set(pairs) == {"TIME", "TOWER_ACCESS_TOKEN"}
    for name, question in pairs.items():
        assert variables["properties"][name] == answers["properties"][question]
        assert (name in variables["required"]) == (question in answers["required"])


def test_every_type_is_used() -> None:
    text = "".join(json.dumps(schema) for schema in SCHEMAS.values())
    for name in TYPES:
        assert f'"types.schema.json#/definitions/{name}"' in text, name


def example_files(kind: str) -> list[Path]:
    return sorted(EXAMPLES.glob(f"*/{kind}/*.yml"))


def messages(errors: Iterator[jsonschema.ValidationError], schema: dict[str, Any]) -> Iterator[str]:
    """Yield the validator's words and every errorMessage of the rules that refused."""
    for error in errors:
        yield error.message
        if isinstance(error.schema, dict):
            yield str(error.schema.get("errorMessage"))
        node: Any = schema
        for step in error.absolute_schema_path:
            node = node[step] if isinstance(node, list) and isinstance(step, int) else dict(node).get(str(step), {})
            if isinstance(node, dict) and isinstance(node.get("errorMessage"), str):
                yield node["errorMessage"]
        yield from messages(iter(error.context or ()), {})


@pytest.mark.parametrize("path", example_files("good"), ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_good_example(path: Path) -> None:
    name = f"{path.parts[-3]}.schema.json"
    assert not list(messages(validator(name).iter_errors(yaml.safe_load(path.read_text())), SCHEMAS[name]))


@pytest.mark.parametrize("path", example_files("bad"), ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_bad_example(path: Path) -> None:
    name = f"{path.parts[-3]}.schema.json"
    match = re.match(r"# expect: (.+)\n", text := path.read_text())
    assert match, "the first line of a bad example is `# expect: part of the message`"
    said = list(messages(validator(name).iter_errors(yaml.safe_load(text)), SCHEMAS[name]))
    assert any(match[1] in message for message in said), said


@pytest.mark.parametrize("name", [n for n in SCHEMAS if n != "types.schema.json"])
def test_check_jsonschema_agrees(name: str, acme: Path) -> None:
    examples = EXAMPLES / name.removesuffix(".schema.json")
    check: list[str | Path] = [BIN / "check-jsonschema", "--schemafile", ROOT / "schemas" / name]
    rendered = [path for path in acme.rglob("*.yml") if f"schemas/{name}\n" in path.read_text()]
    good = run([*check, *sorted(examples.glob("good/*")), *rendered])
    assert good.returncode == 0, good.stdout
    bad = run([*check, "--output-format", "json", *sorted(examples.glob("bad/*"))])
    refused = {Path(error["filename"]).name for error in json.loads(bad.stdout)["errors"]}
    assert refused == {path.name for path in examples.glob("bad/*")}


@pytest.mark.parametrize("name", [n for n in SCHEMAS if n != "types.schema.json"])
def test_there_are_examples(name: str) -> None:
    for kind in ("good", "bad"):
        assert list((EXAMPLES / name.removesuffix(".schema.json") / kind).glob("*.yml"))

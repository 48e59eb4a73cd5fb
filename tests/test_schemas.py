"""The schemas are complete, teach, and agree with the check; the bundle takes anybody's seqerakit files."""

from __future__ import annotations

import json
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import referencing
import yaml
from conftest import BIN, ROOT, edit, run, slow_after
from rejections import BETWEEN_KEYS, KEYS, TYPES

from fusion_snapshots.simulated.tw import options as tw_options

SCHEMAS = {path.name: json.loads(path.read_text()) for path in sorted((ROOT / "schemas").glob("*.schema.json"))}
BUNDLE = "seqerakit.schema.json"
PARTS = [name for name in SCHEMAS if name != BUNDLE]
REGISTRY = referencing.Registry().with_contents((name, SCHEMAS[name]) for name in PARTS)
EXAMPLES = Path(__file__).parent / "examples"
TYPE_DEFINITIONS = SCHEMAS["types.schema.json"]["definitions"]

# seqerakit 0.5.7's own keys (seqerakit/helper.py); the rest of a block's keys are tw's options.
SEQERAKIT = {"overwrite", "on_exists"}
# Options of a newer tw, by its source; the rest are those of tw-options.json.
NEWER, NEWER_OF_FORGE = {"nextflow-version", "syntax-parser", "output-dir"}, {"secrets-kms-key"}
COMMANDS = {
    "pipelines": ("pipelines add", SEQERAKIT | NEWER | {"url", "file-path", "params"}),
    "launch": ("launch", SEQERAKIT | NEWER | {"pipeline", "url", "params"}),
    "datasets": ("datasets add", SEQERAKIT | {"file-path"}),
}
COMPUTE_ENVS = SEQERAKIT | {"type", "config-mode", "file-path", "primary"}
BLOCKS = ["compute-envs", *COMMANDS]


def item_schema(block: str) -> dict[str, Any]:
    """Return the schema of a block's items; of compute environments, those on AWS Batch."""
    schema = SCHEMAS[f"{block}.schema.json"]
    item: dict[str, Any] = schema["properties"][block]["items"]
    return dict(schema["definitions"]["aws_batch"]) if block == "compute-envs" else item


def tw_keys(command: str) -> set[str]:
    keys = set()
    for option in tw_options.TABLE[command]["options"]:
        long = option["names"][-1].removeprefix("--")
        if long not in ("help", "version"):
            keys |= {long, f"no-{long}"} if option["negatable"] else {long}
    return keys


def validator(name: str) -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(SCHEMAS[name], registry=REGISTRY)


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a schema."""
    if isinstance(schema, dict):
        yield schema
    for child in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from nodes(child)


@pytest.mark.parametrize("block", COMMANDS)
def test_keys_are_tws_options_and_seqerakits_own(block: str) -> None:
    command, own = COMMANDS[block]
    assert set(item_schema(block)["properties"]) == tw_keys(command) | own
    assert item_schema(block)["additionalProperties"] is False


def test_compute_env_keys_are_those_of_both_modes() -> None:
    forge, manual = (tw_keys(f"compute-envs add aws-batch {mode}") for mode in ("forge", "manual"))
    forge |= NEWER_OF_FORGE
    schema = item_schema("compute-envs")
    assert set(schema["properties"]) == forge | manual | COMPUTE_ENVS
    assert schema["additionalProperties"] is False
    refused: dict[str, set[str]] = {"forge": set(), "manual": set()}
    for rule in schema["allOf"]:
        for mode in rule["if"].get("properties", {}).get("config-mode", {}).get("enum", ()):
            refused[mode] |= {key for key, value in rule["then"].get("properties", {}).items() if value == {"not": {}}}
    assert refused == {"forge": manual - forge, "manual": forge - manual}


@pytest.mark.parametrize("block", BLOCKS)
def test_types_are_tws(block: str) -> None:
    commands = [COMMANDS[block][0]] if block in COMMANDS else [c for c in tw_options.TABLE if "aws-batch" in c]
    for option in (option for command in commands for option in tw_options.TABLE[command]["options"]):
        key = option["names"][-1].removeprefix("--")
        if key in ("help", "version", *SEQERAKIT, "header"):
            continue
        strict = item_schema(block)["properties"][key]["anyOf"][0]
        strict = TYPE_DEFINITIONS[strict["$ref"].rpartition("/")[2]] if "$ref" in strict else strict
        if option["enum"]:
            assert set(option["enum"]) <= set(strict["enum"]), key
        else:
            expected = {"bool": "boolean", "int": "integer"}.get(option["type"], "string")
            assert expected in (strict["type"], *strict["type"]), key
            assert not option["split"] or strict.get("separator") == option["split"], key


def properties() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for block in BLOCKS:
        for key, schema in item_schema(block)["properties"].items():
            yield block, key, schema


@pytest.mark.parametrize(("block", "key", "schema"), list(properties()), ids=lambda value: str(value)[:30])
def test_every_property_teaches(block: str, key: str, schema: dict[str, Any]) -> None:
    assert schema["title"]
    assert schema["description"].endswith("."), key
    assert schema["examples"]
    strict = schema.get("anyOf", [schema])[0]
    assert "errorMessage" in (TYPE_DEFINITIONS[strict["$ref"].rpartition("/")[2]] if "$ref" in strict else strict)
    for example in schema["examples"]:
        item = {"properties": {key: schema}}
        assert jsonschema.Draft7Validator(item, registry=REGISTRY).is_valid({key: example}), (key, example)


@pytest.mark.parametrize("name", TYPE_DEFINITIONS)
def test_every_type_says_what_it_allows_and_its_examples_pass(name: str) -> None:
    schema = TYPE_DEFINITIONS[name]
    assert schema["errorMessage"]
    for example in schema["examples"]:
        either = [schema] if name == "reference" else [schema, TYPE_DEFINITIONS["reference"]]
        assert any(jsonschema.Draft7Validator(each).is_valid(example) for each in either)


@pytest.mark.parametrize("name", SCHEMAS)
def test_metaschema(name: str) -> None:
    assert SCHEMAS[name]["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema.Draft7Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_refused_key_is_named_by_the_refusal(name: str) -> None:
    # Of a property whose schema is false, validators give neither the key nor its line.
    for node in nodes(SCHEMAS[name]):
        assert not any(value is False for value in dict(node.get("properties", {})).values())
        assert not any(node.get(word) is False for word in ("then", "else", "items", "not"))


def test_a_variable_is_held_to_the_rule_of_its_answer() -> None:
    variables, answers = (SCHEMAS[f"{name}.schema.json"] for name in ("env", "answers"))
    pairs = {name: name.lower() for name in variables["properties"] if name.lower() in answers["properties"]}
    assert set(variables["properties"]) - set(pairs) == {"TIME", "TOWER_ACCESS_TOKEN"}
    for name, question in pairs.items():
        assert variables["properties"][name] == answers["properties"][question]
        # One that was added later is not required, as folders of before lack it.
        assert name not in variables["required"] or question in answers["required"]


def test_every_type_is_used() -> None:
    text = "".join(json.dumps(SCHEMAS[name]) for name in PARTS)
    for name in TYPE_DEFINITIONS:
        assert f'"types.schema.json#/definitions/{name}"' in text, name


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*/*.yml")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_good_example_passes(path: Path) -> None:
    data = yaml.safe_load(path.read_text())
    assert not list(validator(f"{path.parent.name}.schema.json").iter_errors(data))


def test_every_schema_has_a_good_example() -> None:
    assert {f"{path.parent.name}.schema.json" for path in EXAMPLES.glob("*/*.yml")} == {*PARTS} - {
        "types.schema.json",
        "answers.schema.json",
        "comparison.schema.json",
        "prediction.schema.json",
    }


def written(folder: Path, place: Path, block: str) -> list[Path]:
    """Write the rejections of a block, as edited files, that do not need the variables' values to be seen as such."""
    place.mkdir(exist_ok=True)
    paths = []
    for number, case in enumerate((*TYPES, *KEYS, *BETWEEN_KEYS)):
        original = (folder / case.file).read_text()
        edit(folder, case.file, case.old, case.new)
        data = yaml.safe_load((folder / case.file).read_text())
        if block in data and not validator(f"{block}.schema.json").is_valid(data):
            path = place / f"{number}.yml"
            path.write_text((folder / case.file).read_text())
            paths.append(path)
        (folder / case.file).write_text(original)
    return paths


def refused_by(schema: str, paths: list[Path]) -> set[Path]:
    check: list[str | Path] = [BIN / "check-jsonschema", "--schemafile", ROOT / "schemas" / schema]
    ran = run([*check, "--output-format", "json", *paths])
    assert "False schema" not in ran.stdout
    return {Path(error["filename"]) for error in json.loads(ran.stdout)["errors"]}


def of_block(folder: Path, block: str) -> list[Path]:
    """Return the rendered files of a block."""
    return [path for path in folder.rglob("*.yml") if f"schemas/{block}.schema.json\n" in path.read_text()]


@pytest.mark.parametrize("block", slow_after(1, BLOCKS))
def test_check_jsonschema_agrees(folder: Path, tmp_path: Path, block: str) -> None:
    good = [*sorted(EXAMPLES.glob(f"{block}/*.yml")), *of_block(folder, block)]
    bad = written(folder, tmp_path / "bad", block)
    assert bad
    assert refused_by(f"{block}.schema.json", [*good, *bad]) == set(bad)
    # Once it is read, a yes in quotes is the same as one without, which seqerakit takes for True.
    assert refused_by(BUNDLE, [*good, *bad]) == {path for path in bad if "'yes'" not in path.read_text()}


def test_the_bundle_is_made_of_the_parts() -> None:
    assert SCHEMAS[BUNDLE] == runpy.run_path(str(ROOT / "tools/bundle_schemas.py"))["bundle"](), (
        "run: uv run tools/bundle_schemas.py"
    )
    assert all(node["$ref"].startswith("#/definitions/") for node in nodes(SCHEMAS[BUNDLE]) if "$ref" in node)


OTHERS = {
    "all blocks in one file": "organizations:\n  - name: acme\nlabels: []\nlaunch:\n  - {pipeline: hello, workspace: 1}\n",
    "another cloud": "compute-envs:\n  - {type: google-batch, name: g, location: europe-west1, work-dir: gs://acme/w, spot: True}\n",
    "its work directory": "pipelines:\n  - {name: x, workspace: acme/bench, url: 'https://github.com/acme/x', work-dir: az://acme/w}\n",
    "YAML 1.1": "compute-envs:\n  - {type: aws-batch, config-mode: forge, name: a, workspace: acme/bench, credentials: a, region: eu-west-1, work-dir: 's3://acme/w', fusion-v2: yes, wave: on, no-ebs-auto-scale: Yes, max-cpus: 4, gpu: no}\n",
    "an import of any cloud": "compute-envs:\n  - {name: g, workspace: acme/bench, credentials: g, file-path: g.json}\n",
    "a launch in TOWER_WORKSPACE_ID": "launch:\n  - {name: my-run, pipeline: hello, compute-env: ce}\n",
    "options of a newer tw": "launch:\n  - {pipeline: hello, nextflow-version: '26.04.6', syntax-parser: v1, output-dir: 's3://acme/out'}\n",
    "optimal": "compute-envs:\n  - {type: aws-batch, config-mode: forge, name: a, workspace: acme/bench, credentials: a, region: eu-west-1, work-dir: 's3://acme/w', max-cpus: 4, instance-types: 'optimal,c5'}\n",
    "anchors": "x-common: &common {workspace: acme/bench}\nlaunch:\n  - {<<: *common, pipeline: hello}\n",
}  # fmt: skip
NOT_OTHERS = {
    "a misspelt block": "ccompute-envs: []\n",
    "an option of no tw": "launch:\n  - {pipeline: hello, nextflow-verson: '26.04.6'}\n",
    "a platform and its mode in one": "compute-envs:\n  - {type: azure-batch forge, name: g, location: eastus, vm-count: 1}\n",
    "optimal with fast storage": OTHERS["optimal"].replace(
        "max-cpus", "fusion-v2: yes, wave: yes, no-ebs-auto-scale: yes, fast-storage: yes, max-cpus"
    ),
    "a parameter with a quote": "launch:\n  - {pipeline: hello, params: {'matrix\"': x}}\n",
    "an import that overwrites": OTHERS["an import of any cloud"].replace("file-path", "overwrite: True, file-path"),
    "a misspelt platform": "compute-envs:\n  - {type: goggle-batch, name: g}\n",
    "YAML 1.1": OTHERS["YAML 1.1"].replace("wave: on", "wave: off"),
}


def test_the_bundle_takes_what_seqerakit_takes(tmp_path: Path) -> None:
    for number, text in enumerate((*OTHERS.values(), *NOT_OTHERS.values())):
        (tmp_path / f"{number}.yml").write_text(text)
    paths = [tmp_path / f"{number}.yml" for number in range(len(OTHERS) + len(NOT_OTHERS))]
    assert refused_by(BUNDLE, paths) == set(paths[len(OTHERS) :])

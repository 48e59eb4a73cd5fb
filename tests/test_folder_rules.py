"""What schemas/ have against an item is one fault a mistake, at the key that is to be changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from fusion_snapshots.errors import UserError
from fusion_snapshots.folder.rules import Rules

RULES = Rules(ROOT / "schemas")
AWS_BATCH = json.loads((ROOT / "schemas/compute-envs.schema.json").read_text())["definitions"]["aws_batch"]
COMMON = {"name": "acme", "workspace": "acme/bench", "credentials": "acme-aws"}
PLACE = {"type": "aws-batch", "region": "eu-west-1", "work-dir": "s3://acme/work"}
KINDS: dict[str, dict[str, Any]] = {
    "forge": {**COMMON, **PLACE, "config-mode": "forge", "max-cpus": 8},
    "manual": {**COMMON, **PLACE, "config-mode": "manual", "head-queue": "head", "compute-queue": "work"},
    "import": {**COMMON, "file-path": "exported.json"},
}


def refusals() -> Iterator[tuple[str, str, str]]:
    """Yield, of every rule that refuses keys altogether, the kind of item it is for, each key, and the reason."""
    for rule in AWS_BATCH["allOf"]:
        mode = rule["if"].get("properties", {}).get("config-mode", {}).get("enum", [""])[0]
        kind = "import" if rule["if"] == {"required": ["file-path"]} else mode
        for key, value in rule["then"].get("properties", {}).items():
            if value == {"not": {}} and kind:
                yield kind, key, rule["errorMessage"]


REFUSALS = list(refusals())


def test_there_is_a_rule_of_each_kind() -> None:
    assert {kind for kind, _, _ in REFUSALS} == set(KINDS)


@pytest.mark.parametrize(("kind", "key", "reason"), REFUSALS, ids=[f"{kind}-{key}" for kind, key, _ in REFUSALS])
def test_a_refused_key_is_one_fault_that_names_it(kind: str, key: str, reason: str) -> None:
    example = AWS_BATCH["properties"][key]["examples"][0]
    # A flag that is set may ask for other keys.
    item = {**KINDS[kind], key: False if example is True else example}
    faults = RULES.item_faults("compute-envs", item, ())
    assert [(fault.key, fault.message) for fault in faults] == [((key,), f"must be left out; {reason}")]


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_with_nothing_wrong(kind: str) -> None:
    assert RULES.item_faults("compute-envs", KINDS[kind], ()) == []


def test_one_key_that_does_not_fit_many_is_one_fault() -> None:
    item = {**KINDS["manual"], "config-mode": "forge"}
    assert [(fault.key, fault.message) for fault in RULES.item_faults("compute-envs", item, ())] == [
        (
            ("config-mode",),
            "does not fit the rest: add max-cpus (config-mode: forge needs it); leave out head-queue, compute-queue "
            "(config-mode: forge makes its own queues)",
        )
    ]


def test_what_is_wrong_in_itself_is_not_wrong_for_others() -> None:
    item = {**KINDS["forge"], "fusion-v2": "maybe", "fast-storage": True}
    (fault,) = RULES.item_faults("compute-envs", item, ())
    assert fault.key == ("fusion-v2",)
    assert RULES.item_faults("compute-envs", item, ["fusion-v2"]) == []


def test_items_of_other_platforms_are_left_alone() -> None:
    elsewhere: list[dict[str, object]] = [
        {"type": "google-batch"},
        {"type": "azure-batch forge"},
        {"file-path": "c.json"},
    ]
    on_aws: list[dict[str, object]] = [{"type": "aws-batch"}, {"type": "aws-batch forge"}, {"type": 5}, {}]
    assert [RULES.is_elsewhere(each) for each in (*elsewhere, *on_aws)] == [True] * 3 + [False] * 4
    assert RULES.item_faults("compute-envs", {"type": "google-batch", "wave": "maybe", "spot": True}, ()) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "No such file or directory"),
        ("{", "not JSON: "),
        ("[" * 100_000, "not JSON: "),
        ("[]", "no JSON Schema"),
        ('{"type": "object"}', "no JSON Schema"),
        ('"$schema"', "no JSON Schema"),
    ],
)
def test_a_damaged_schema_is_named_with_the_way_to_mend_it(tmp_path: Path, text: str | None, said: str) -> None:
    schemas = Path(shutil.copytree(ROOT / "schemas", tmp_path / "schemas"))
    path = schemas / "launch.schema.json"
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(UserError) as refused:
        Rules(schemas)
    assert str(refused.value).startswith(f"{path}: {said}")
    assert refused.value.code == 2


def test_what_is_elsewhere() -> None:
    kinds: list[tuple[dict[str, object], bool]] = [
        ({"type": "google-batch"}, True), ({"type": "aws-batch"}, False), ({}, False), ({"file-path": "x"}, True), ({"type": 7}, False),
        ({"type": "aws-batch", "file-path": "x"}, False),
    ]  # fmt: skip
    assert [RULES.is_elsewhere(each) for each, _ in kinds] == [elsewhere for _, elsewhere in kinds]

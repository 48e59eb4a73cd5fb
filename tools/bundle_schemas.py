"""Write schemas/seqerakit.schema.json, one schema for anybody's seqerakit file: uv run tools/bundle_schemas.py."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SCHEMAS = ROOT / "schemas"
NAME = "seqerakit.schema.json"
ID = f"https://raw.githubusercontent.com/org/fusion-snapshots/main/schemas/{NAME}"
# What seqerakit's YAML 1.1 reads as booleans, and an editor's or check-jsonschema's YAML 1.2 as texts.
YES, NO = (["yes", "Yes", "YES", "on", "On", "ON"], ["no", "No", "NO", "off", "Off", "OFF"])


def bundle() -> dict[str, Any]:
    """Return the schema, made of the parts, whose own files stay as they are."""
    sys.path.insert(0, str(ROOT))
    from fusion_snapshots.folder.model import OTHER_BLOCKS
    from fusion_snapshots.folder.rules import BLOCKS

    parts = {name: json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8")) for name in ("types", *BLOCKS)}
    definitions = {name: part for each in parts.values() for name, part in each.get("definitions", {}).items()}
    properties = {block: parts[block]["properties"][block] for block in BLOCKS}
    others = {block: {"type": "array", "items": {"type": "object"}} for block in OTHER_BLOCKS}
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": ID,
        "title": "seqerakit file",
        "description": "All blocks that seqerakit reads. Compute environments on AWS Batch, pipelines, launches and "
        "datasets are checked in full; a key that begins with x- may hold what anchors stand for.",
        "type": "object",
        "propertyNames": {"anyOf": [{"enum": [*BLOCKS, *OTHER_BLOCKS]}, {"pattern": "^x-"}]},
        "properties": {**_adapted(properties, ""), **others},
        "definitions": _adapted(definitions, ""),
    }
    return {**schema, "definitions": {name: schema["definitions"][name] for name in sorted(_used(schema))}}


def _adapted(node: Any, reason: str) -> Any:
    """Return a part of a schema with references into the bundle, YAML 1.1's booleans, and reasons that are shown."""
    if isinstance(node, list):
        return [_adapted(each, reason) for each in node]
    if not isinstance(node, dict):
        return node
    reason = node.get("errorMessage", reason)
    if node == {"not": {}}:
        return {"not": {"description": reason}}  # which a validator shows with its own words
    if node.get("type") == "boolean":
        return {**{key: value for key, value in node.items() if key != "type"}, "enum": [True, False, *YES, *NO]}
    adapted = {key: _adapted(value, reason) for key, value in node.items()}
    if "$ref" in adapted:
        adapted["$ref"] = f"#{adapted['$ref'].partition('#')[2]}"
    if adapted.get("enum") in ([True], [False]):
        adapted["enum"] = [*adapted["enum"], *(YES if adapted["enum"][0] else NO)]
    return adapted


def _used(schema: dict[str, Any]) -> set[str]:
    """Return the definitions that the blocks refer to, directly or not."""
    used: set[str] = set()
    left = [schema["properties"]]
    while left:
        found = set(re.findall(r'"#/definitions/(\w+)', json.dumps(left.pop()))) - used
        used |= found
        left += [schema["definitions"][name] for name in found]
    return used


def main() -> None:
    """Write the schema."""
    (SCHEMAS / NAME).write_text(json.dumps(bundle(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

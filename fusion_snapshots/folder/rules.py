"""The rules of schemas/, and what they have against an item: one fault a mistake, at the key that is to be changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ..errors import UserError
from ..findings import nearest
from .schema_match import SchemaMatch, UnknownKeywordError
from .yaml_file import Key

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

BLOCKS = ("compute-envs", "datasets", "pipelines", "launch")
_AGAIN = "render the folder again, or copy schemas/ from another one"
_DAMAGES = (re.error, TypeError, KeyError, AttributeError, RecursionError)  # what a damaged schema leads to


class Fault(NamedTuple):
    """What is wrong with a value: its key within the item, the words, and what is shown of it."""

    key: Key
    message: str
    got: object = None


class _Violation(NamedTuple):
    """A rule that a value breaks; rule is the one between keys (if, then), or nothing for the value's own."""

    name: Any
    kind: Literal["unknown", "value", "missing", "refused"]
    reason: str
    rule: Mapping[str, Any] | None

    @property
    def causes(self) -> list[str]:
        """The keys on which the rule depends."""
        return _keys_in(self.rule["if"]) if self.rule else []


class Rules:
    """The schemas of a directory; raises UserError where they are missing or damaged."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        schemas = {f"{name}.schema.json": self._load(f"{name}.schema.json") for name in ("types", "env", *BLOCKS)}
        try:
            self.types: dict[str, dict[str, Any]] = schemas["types.schema.json"]["definitions"]
            self._lists = {block: schemas[f"{block}.schema.json"]["properties"][block] for block in BLOCKS}
            self._bases = {block: _base_of(schemas[f"{block}.schema.json"], block) for block in BLOCKS}
            self.keys = {block: list(base["properties"]) for block, base in self._bases.items()}
            self._elsewhere = re.compile(self._lists["compute-envs"]["items"]["if"]["properties"]["type"]["pattern"])
        except (KeyError, TypeError, AttributeError, re.error) as error:
            raise UserError(f"{directory}: a schema lacks {error}; {_AGAIN}") from None
        self._env = schemas["env.schema.json"]
        self._match = SchemaMatch(schemas)

    def list_message(self, block: str) -> str:
        """Return what the value of a block must be, in words."""
        return f"must be {self._lists[block].get('errorMessage', 'a list')}"

    def is_elsewhere(self, environment: Mapping[Any, Any]) -> bool:
        """Tell whether a compute environment is on another platform than AWS Batch, or may be, as it is imported."""
        kind = environment.get("type", "" if "file-path" in environment else None)
        return kind == "" or (isinstance(kind, str) and bool(self._elsewhere.search(kind)))

    def variable_faults(self, values: Mapping[str, str]) -> list[Fault]:
        """Return what is wrong with the variables of env.sh."""
        faults: dict[Any, Fault] = {}
        for each in self._violations("env", self._env, dict(values), {}):
            text = "is not exported" if each.kind == "missing" else _words(each)
            faults.setdefault(each.name, Fault((each.name,), text, values.get(each.name)))
        return list(faults.values())

    def item_faults(self, block: str, item: Mapping[Any, Any], unsound: Iterable[Any]) -> list[Fault]:
        """Return what is wrong with an item whose variables are expanded, one fault a key.

        Rules between keys do not speak of a key that is unsound, or wrong by its own rule, nor of a misspelt one.
        """
        violations = self._violations(block, self._lists[block]["items"], item, self._bases[block])
        own = {each.name: each for each in violations if each.kind in ("unknown", "value") and not each.rule}
        misspelt = {nearest(name, self.keys[block]) for name, each in own.items() if each.kind == "unknown"}
        wrong = {*own, *unsound, *misspelt}
        refused = {each.name for each in violations if each.kind == "refused"}
        between: dict[Any, _Violation] = {}
        for each in violations:
            spoilt = wrong if each.kind == "refused" else wrong | refused
            if each.name not in wrong and not spoilt & set(each.causes):
                between.setdefault(each.name, each)
                wrong |= {each.name} if each.kind == "value" else set()
        named = f"is not a key of {block}"
        faults = [_fault(each, item, named, self.keys[block]) for name, each in own.items() if name not in set(unsound)]
        return faults + list(_grouped(list(between.values()), item))

    def _violations(self, document: str, schema: Any, value: Mapping[Any, Any], base: Any) -> list[_Violation]:
        """Return what a schema of a document has against a value; jsonschema is loaded where there is something."""
        try:
            if self._match.accepts(f"{document}.schema.json", schema, value):
                return []
        except (UnknownKeywordError, *_DAMAGES):
            pass  # jsonschema knows, or says what is wrong
        from referencing.exceptions import Unresolvable

        try:
            errors = [leaf for error in self._match.errors(schema, value) for leaf in _of_strict_branch(error)]
            return [each for error in errors for each in _violations_of(error, base)]
        except (Unresolvable, *_DAMAGES) as error:
            raise UserError(f"{self._directory}: a schema is damaged: {error}; {_AGAIN}") from None

    def _load(self, name: str) -> Any:
        path = self._directory / name
        try:
            schema = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise UserError(f"{path}: {error.strerror}; {_AGAIN}") from None
        except (ValueError, RecursionError) as error:
            raise UserError(f"{path}: not JSON: {error}; {_AGAIN}") from None
        if not isinstance(schema, dict) or "$schema" not in schema:
            raise UserError(f"{path}: no JSON Schema; {_AGAIN}")
        return schema


def _of_strict_branch(error: ValidationError) -> Iterator[ValidationError]:
    """Yield the errors people should see: of anyOf, whose other branch is the unexpanded $NAME, only the first's."""
    if error.validator == "anyOf" and error.context:
        for inner in error.context:
            if inner.schema_path[0] == 0:
                yield from _of_strict_branch(inner)
    else:
        yield error


def _base_of(schema: Any, block: str) -> Any:
    """Return the schema that has the keys of a block's items: of compute environments, those on AWS Batch."""
    items = schema["properties"][block]["items"]
    return schema["definitions"][items["else"]["$ref"].rpartition("/")[2]] if "else" in items else items


def _violations_of(error: ValidationError, base: Any) -> Iterator[_Violation]:
    steps = list(error.absolute_schema_path)
    rule = base["allOf"][steps[steps.index("allOf") + 1]] if "allOf" in steps else None
    own = error.schema.get("errorMessage") if isinstance(error.schema, Mapping) else None
    reason = rule.get("errorMessage", "") if rule else own or ""
    schema: Any = error.schema
    value: Any = error.instance
    if error.validator == "required":
        for name in schema["required"]:
            if name not in value:
                yield _Violation(name, "missing", reason if rule else "", rule)
    elif error.validator == "additionalProperties":
        for name in value:
            if name not in schema["properties"]:
                yield _Violation(name, "unknown", "", rule)
    elif "propertyNames" in steps:
        message = f"named by {reason}; {error.instance!r} is not"
        yield _Violation(error.absolute_path[0] if error.absolute_path else "", "value", message, rule)
    else:
        kind: Literal["refused", "value"] = "refused" if error.validator == "not" else "value"
        yield _Violation(error.absolute_path[0] if error.absolute_path else "", kind, reason or error.message, rule)


def _grouped(violations: Sequence[_Violation], item: Mapping[Any, Any]) -> Iterator[Fault]:
    """Yield a fault for each violation; where one key does not fit several others, a single one, at that key."""
    groups: dict[tuple[object, str], list[_Violation]] = {}
    for each in violations:
        cause: object = next((name for name in each.causes if name in item), None)
        same = (cause, json.dumps(each.rule["if"])) if each.rule and cause else (each.name, "")
        groups.setdefault(same, []).append(each)
    for (cause, _), group in groups.items():
        yield Fault((cause,), _words_of_many(group), item[cause]) if len(group) > 1 else _fault(group[0], item)


def _words_of_many(group: Sequence[_Violation]) -> str:
    verbs = {"refused": "leave out", "missing": "add", "value": "change", "unknown": "leave out"}
    parts = []
    for reason in dict.fromkeys(each.reason for each in group):
        same = [each for each in group if each.reason == reason]
        parts.append(f"{verbs[same[0].kind]} {', '.join(str(each.name) for each in same)} ({reason})")
    return f"does not fit the rest: {'; '.join(parts)}"


def _fault(violation: _Violation, item: Mapping[Any, Any], unknown: str = "", keys: Iterable[str] = ()) -> Fault:
    got = item.get(violation.name)
    return Fault((violation.name,), _words(violation, unknown, keys), got)


def _words(violation: _Violation, unknown: str = "", keys: Iterable[str] = ()) -> str:
    because = f"; {violation.reason}" if violation.reason else ""
    if violation.kind == "unknown":
        near = nearest(violation.name, keys)
        return f"{unknown}; {f'did you mean {near}?' if near else 'seqerakit or tw would refuse it or pass over it'}"
    if violation.kind == "missing":
        return f"is missing{because}"
    if violation.kind == "refused":
        return f"must be left out{because}"
    return violation.reason if violation.rule else f"must be {violation.reason}"


def _keys_in(condition: Any) -> list[str]:
    """Return the keys that a condition (the if of a rule) looks at."""
    if isinstance(condition, list):
        return [key for each in condition for key in _keys_in(each)]
    if not isinstance(condition, Mapping):
        return []
    found = [*condition.get("required", ()), *condition.get("properties", ())]
    return found + [key for word in ("allOf", "anyOf", "not") for key in _keys_in(condition.get(word))]

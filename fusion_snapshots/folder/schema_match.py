"""Whether a value keeps a schema, yes or no: the keywords of JSON Schema draft 7 that schemas/ uses, and no others.

jsonschema words what is wrong, and takes most of a check's time to load. A value that keeps the rules needs no words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

# What says nothing of whether a value is right.
ANNOTATIONS = frozenset(
    "$schema $id title description examples errorMessage definitions default separator scheme aliases then else".split()
)


class UnknownKeywordError(Exception):
    """A schema uses a keyword, or a reference, that this module does not know: ask jsonschema."""


class _Place(NamedTuple):
    """A schema within a document, to which its references are relative."""

    document: str
    schema: Any


class SchemaMatch:
    """Holds values against schemas, documents by their name, which may refer to each other."""

    def __init__(self, documents: Mapping[str, Any]) -> None:
        self._documents = documents

    def accepts(self, document: str, schema: Any, value: Any) -> bool:
        """Tell whether a value keeps a schema of a document; raises UnknownKeywordError."""
        if schema is True or schema is False:
            return bool(schema)
        if "$ref" in schema:  # beside which draft 7 ignores all else
            return self.accepts(*self._resolve(document, schema["$ref"]), value)
        for keyword, rule in schema.items():
            if keyword in ANNOTATIONS:
                continue
            check = _KEYWORDS.get(keyword)
            if check is None:
                raise UnknownKeywordError(keyword)
            if not check(self, _Place(document, schema), rule, value):
                return False
        return True

    def _resolve(self, document: str, reference: str) -> _Place:
        name, _, path = reference.partition("#")
        found = self._documents.get(name or document)
        for step in filter(None, path.split("/")):
            found = found.get(step) if isinstance(found, Mapping) else None
        if found is None:
            raise UnknownKeywordError(reference)
        return _Place(name or document, found)


_Check = Callable[[SchemaMatch, _Place, Any, Any], bool]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": _is_number,
    "integer": lambda value: _is_number(value) and float(value).is_integer(),
}


def _is_same(one: Any, other: Any) -> bool:
    """Compare as JSON does: 1 is 1.0, and neither is true."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _is_of_type(_match: SchemaMatch, _at: _Place, rule: Any, value: Any) -> bool:
    return any(_TYPES[name](value) for name in ([rule] if isinstance(rule, str) else rule))


def _has_properties(match: SchemaMatch, at: _Place, rule: Any, value: Any) -> bool:
    if not isinstance(value, dict):
        return True
    return all(match.accepts(at.document, rule[name], value[name]) for name in rule if name in value)


def _has_no_others(match: SchemaMatch, at: _Place, rule: Any, value: Any) -> bool:
    if not isinstance(value, dict):
        return True
    known = at.schema.get("properties", {})
    return all(name in known or match.accepts(at.document, rule, item) for name, item in value.items())


def _has_names(match: SchemaMatch, at: _Place, rule: Any, value: Any) -> bool:
    return not isinstance(value, dict) or all(match.accepts(at.document, rule, name) for name in value)


def _has_items(match: SchemaMatch, at: _Place, rule: Any, value: Any) -> bool:
    if isinstance(rule, list):
        raise UnknownKeywordError("items, a list")
    return not isinstance(value, list) or all(match.accepts(at.document, rule, item) for item in value)


def _depends(_match: SchemaMatch, _at: _Place, rule: Any, value: Any) -> bool:
    if not all(isinstance(needed, list) for needed in rule.values()):
        raise UnknownKeywordError("dependencies, a schema")
    return not isinstance(value, dict) or all(
        name not in value or all(each in value for each in needed) for name, needed in rule.items()
    )


def _follows(match: SchemaMatch, at: _Place, rule: Any, value: Any) -> bool:
    branch = "then" if match.accepts(at.document, rule, value) else "else"
    return branch not in at.schema or match.accepts(at.document, at.schema[branch], value)


_KEYWORDS: dict[str, _Check] = {
    "type": _is_of_type,
    "enum": lambda _match, _at, rule, value: any(_is_same(each, value) for each in rule),
    "const": lambda _match, _at, rule, value: _is_same(rule, value),
    "pattern": lambda _match, _at, rule, value: not isinstance(value, str) or bool(re.search(rule, value)),
    "minLength": lambda _match, _at, rule, value: not isinstance(value, str) or len(value) >= rule,
    "maxLength": lambda _match, _at, rule, value: not isinstance(value, str) or len(value) <= rule,
    "minimum": lambda _match, _at, rule, value: not _is_number(value) or value >= rule,
    "maximum": lambda _match, _at, rule, value: not _is_number(value) or value <= rule,
    "minItems": lambda _match, _at, rule, value: not isinstance(value, list) or len(value) >= rule,
    "maxItems": lambda _match, _at, rule, value: not isinstance(value, list) or len(value) <= rule,
    "items": _has_items,
    "properties": _has_properties,
    "additionalProperties": _has_no_others,
    "propertyNames": _has_names,
    "required": lambda _match, _at, rule, value: not isinstance(value, dict) or all(name in value for name in rule),
    "dependencies": _depends,
    "allOf": lambda match, at, rule, value: all(match.accepts(at.document, each, value) for each in rule),
    "anyOf": lambda match, at, rule, value: any(match.accepts(at.document, each, value) for each in rule),
    "not": lambda match, at, rule, value: not match.accepts(at.document, rule, value),
    "if": _follows,
}

"""Whether a value keeps a schema, yes or no: the keywords of JSON Schema draft 7 that schemas/ uses, and no others.

jsonschema words what is wrong, and takes most of a check's time to load. A value that keeps the rules needs no words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

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
            if keyword not in _KEYWORDS:
                raise UnknownKeywordError(keyword)
            kind, check = _KEYWORDS[keyword]
            if (kind is None or _TYPES[kind](value)) and not check(self, _Place(document, schema), rule, value):
                return False
        return True

    def errors(self, schema: Any, value: Any) -> Iterator[ValidationError]:
        """Return what jsonschema has against a value."""
        from jsonschema import Draft7Validator

        return Draft7Validator(schema, registry=self._registry).iter_errors(value)

    @cached_property
    def _registry(self) -> Any:
        from referencing import Registry

        registry: Any = Registry()
        return registry.with_contents(self._documents.items())

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
    return all(match.accepts(at.document, rule[name], value[name]) for name in rule if name in value)


def _has_no_others(match: SchemaMatch, at: _Place, rule: Any, value: Any) -> bool:
    known = at.schema.get("properties", {})
    return all(name in known or match.accepts(at.document, rule, item) for name, item in value.items())


def _has_items(match: SchemaMatch, at: _Place, rule: Any, value: Any) -> bool:
    if isinstance(rule, list):
        raise UnknownKeywordError("items, a list")
    return all(match.accepts(at.document, rule, item) for item in value)


def _depends(_match: SchemaMatch, _at: _Place, rule: Any, value: Any) -> bool:
    if not all(isinstance(needed, list) for needed in rule.values()):
        raise UnknownKeywordError("dependencies, a schema")
    return all(name not in value or set(needed) <= value.keys() for name, needed in rule.items())


def _follows(match: SchemaMatch, at: _Place, rule: Any, value: Any) -> bool:
    branch = "then" if match.accepts(at.document, rule, value) else "else"
    return branch not in at.schema or match.accepts(at.document, at.schema[branch], value)


# The type of the values that a keyword speaks of, None for all, and what it asks of them.
_KEYWORDS: dict[str, tuple[str | None, _Check]] = {
    "type": (None, _is_of_type),
    "enum": (None, lambda _match, _at, rule, value: any(_is_same(each, value) for each in rule)),
    "const": (None, lambda _match, _at, rule, value: _is_same(rule, value)),
    "pattern": ("string", lambda _match, _at, rule, value: bool(re.search(rule, value))),
    "minLength": ("string", lambda _match, _at, rule, value: len(value) >= rule),
    "maxLength": ("string", lambda _match, _at, rule, value: len(value) <= rule),
    "minimum": ("number", lambda _match, _at, rule, value: bool(value >= rule)),
    "maximum": ("number", lambda _match, _at, rule, value: bool(value <= rule)),
    "minItems": ("array", lambda _match, _at, rule, value: len(value) >= rule),
    "maxItems": ("array", lambda _match, _at, rule, value: len(value) <= rule),
    "items": ("array", _has_items),
    "properties": ("object", _has_properties),
    "additionalProperties": ("object", _has_no_others),
    "propertyNames": ("object", lambda match, at, rule, value: all(match.accepts(at.document, rule, n) for n in value)),
    "required": ("object", lambda _match, _at, rule, value: all(name in value for name in rule)),
    "dependencies": ("object", _depends),
    "allOf": (None, lambda match, at, rule, value: all(match.accepts(at.document, each, value) for each in rule)),
    "anyOf": (None, lambda match, at, rule, value: any(match.accepts(at.document, each, value) for each in rule)),
    "not": (None, lambda match, at, rule, value: not match.accepts(at.document, rule, value)),
    "if": (None, _follows),
}

"""A YAML file as seqerakit reads it, with the place of every key, bounded in size before anything is built."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from ..findings import Finding, Severity, Written

Key = tuple[Any, ...]  # the way to a value: ("launch", 0, "params")

# A seqerakit file is far smaller; a larger one is not read.
MAX_BYTES, MAX_NODES, MAX_DEPTH = 1_000_000, 50_000, 100
_PLAIN_TAGS = ("tag:yaml.org,2002:seq", "tag:yaml.org,2002:map")  # of lists and mappings
# The C loader where PyYAML was built with it: the same values, ten times as fast.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# A parameter that stays the number it is; 1.10 is most likely a version, of which YAML makes 1.1.
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.0?|[0-9]*\.[0-9]*[1-9])(?:[eE][-+][0-9]+)?")
# A number to everybody but PyYAML, which wants a point and the exponent's sign.
_EXPONENT = re.compile(r"([-+]?)([0-9]+\.?[0-9]*|\.[0-9]+)[eE]([-+]?)([0-9]+)")


class _RefusedError(Exception):
    """The file is not read: what is wrong, and where."""

    def __init__(self, message: str, place: tuple[int, int] = (1, 1)) -> None:
        super().__init__(message)
        self.place = place


class YamlFile:
    """What a file holds, with its places and faults; data is None where it cannot be read."""

    def __init__(self, path: Path, name: str, *, holds_params: bool = False) -> None:
        """Read a file; name is how findings call it. All that is in a params file is a pipeline's parameters."""
        self.path, self.name, self._holds_params = path, name, holds_params
        self.data: Any = None
        self.is_empty = False  # but for comments
        self.faults: list[Finding] = []
        self.places: dict[Key, tuple[int, int]] = {(): (1, 1)}  # line and column, from 1
        self.texts: dict[Key, str] = {}  # of the values, as they are written
        self.unsure: set[Key] = set()  # keys whose value may be another than is meant
        self._own: dict[int, set[int]] = {}
        try:
            self._read(_text_of(path))
        except _RefusedError as refused:
            self.data = None  # one mistake, one finding: what was seen before it is said again once it is fixed
            self.faults = [Finding(name, *refused.place, "error", "yaml", "", str(refused))]

    @property
    def is_read(self) -> bool:
        """Tell whether the file could be read, whatever it holds."""
        return self.data is not None

    def place(self, key: Key) -> tuple[int, int]:
        """Return line and column of a key, or of the nearest key around it."""
        while key not in self.places:
            key = key[:-1]
        return self.places[key]

    def finding(self, severity: Severity, check: str, key: Key, message: str, got: object = None) -> Finding:
        """Return a finding at a key of this file; of a number, got is the text that was written."""
        if isinstance(got, (int, float)) and key in self.texts:
            got = Written(self.texts[key])
        return Finding(self.name, *self.place(key), severity, check, dotted(key), message, got)

    def _read(self, text: str) -> None:
        loader = None
        try:
            _count_events(text)
            loader = _LOADER(text)
            node = loader.get_single_node()
            self.is_empty = node is None
            if self.is_empty:
                raise _RefusedError("the file is empty; seqerakit refuses it")
            _count_nodes(node, {})
            self.places[()] = _place_of(node)
            self.data = self._construct(loader, node, ())
        except yaml.MarkedYAMLError as error:
            raise _refusal(error, text) from None
        except yaml.YAMLError as error:
            raise _RefusedError(f"not YAML: {str(error).splitlines()[0]}") from None
        finally:
            if loader:
                loader.dispose()
        if self.data is None:
            raise _RefusedError("the file holds nothing; seqerakit refuses it", self.places[()])

    def _construct(self, loader: Any, node: yaml.Node, key: Key) -> Any:
        if isinstance(node, yaml.CollectionNode) and node.tag not in _PLAIN_TAGS:
            raise _RefusedError(f"the tag {node.tag} has no place in a seqerakit file", _place_of(node))
        if isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self.places[(*key, index)] = _place_of(item)
            return [self._construct(loader, item, (*key, index)) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._construct_mapping(loader, node, key)
        value = _scalar(loader, node)
        self.texts[key] = node.value
        if isinstance(node, yaml.ScalarNode):
            self._note_surprises(node, key)
        return value

    def _construct_mapping(self, loader: Any, node: yaml.MappingNode, key: Key) -> dict[Any, Any]:
        # An alias brings a node back whose << was replaced by what it brought.
        own = self._own.setdefault(id(node), {id(name) for name, _ in node.value})
        loader.flatten_mapping(node)  # what << brings comes before the keys that are written here
        values: dict[Any, Any] = {}
        lines: dict[Any, int] = {}
        for name_node, value_node in node.value:
            name = _scalar(loader, name_node) if isinstance(name_node, yaml.ScalarNode) else None
            if name is None:
                raise _RefusedError("not YAML that seqerakit takes: a key must be one word", _place_of(name_node))
            place = self.places[(*key, name)] = _place_of(name_node)
            if id(name_node) in own:
                if name in lines:
                    message = f"given twice: here and on line {lines[name]}; the last one counts, silently"
                    self.unsure.add((*key, name))
                    self.faults.append(self.finding("error", "duplicate-key", (*key, name), message))
                lines[name] = place[0]
            values[name] = self._construct(loader, value_node, (*key, name))
        return values

    def _is_param(self, key: Key) -> bool:
        return self._holds_params or key[2:3] == ("params",)

    def _note_surprises(self, node: yaml.ScalarNode, key: Key) -> None:
        kind, text = node.tag.rpartition(":")[2], node.value
        message = None
        if kind == "int" and not re.fullmatch(r"-?(?:0|[1-9][0-9]*)", text):
            message = f"YAML reads {text} as another number; write the number plainly, or quote it"
        elif kind == "float" and not (self._is_param(key) and _NUMBER.fullmatch(text)):
            if self._is_param(key) or _repr_of(text) != text or text.endswith(".0"):
                message = f"YAML makes a number of {text} and changes it; quote it"
        elif kind == "str" and not node.style and self._is_param(key) and (match := _EXPONENT.fullmatch(text)):
            message = f"seqerakit takes {text} for a text; write {_with_point(match)} for the number, or quote it"
        if message:
            self.unsure.add(key)
            self.faults.append(self.finding("error", "yaml-number", key, message, text))


def read_plain(text: str) -> Any:
    """Return what a text holds as YAML, or JSON, bounded as a file is; raises ValueError where it cannot be read."""
    try:
        _count_events(text)
        node = yaml.compose(text, Loader=_LOADER)
        if node is not None:
            _count_nodes(node, {})
        return yaml.load(text, Loader=_LOADER)
    except Exception as error:  # PyYAML lets any of Python's own out for 2024-13-45, !!int x or !!float ""
        raise ValueError(str(error)) from None


def dotted(key: Key) -> str:
    """Return a key's path as people write it: compute-envs[0].region."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key).lstrip(".")


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _RefusedError(f"larger than {MAX_BYTES} bytes; a seqerakit file is far smaller")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _RefusedError("not text in UTF-8") from None
    except OSError as error:
        raise _RefusedError(f"cannot be read: {error.strerror}") from None


def _count_events(text: str) -> None:
    """Refuse what is too deep or too much, before nodes are made of it."""
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=_LOADER)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise _RefusedError(f"nested more than {MAX_DEPTH} deep; a seqerakit file is not", _place_of(event))
        if number > 2 * MAX_NODES:
            raise _RefusedError(f"more than {MAX_NODES} values; a seqerakit file has far fewer")


def _count_nodes(node: yaml.Node, known: dict[int, int]) -> int:
    """Return the number of values below a node, aliases counted each time; refuses too many, or an endless one."""
    if id(node) in known:
        if not known[id(node)]:
            raise _RefusedError("an alias stands within what it stands for", _place_of(node))
        return known[id(node)]
    known[id(node)] = 0
    total = 1
    if isinstance(node, yaml.CollectionNode):
        for child in node.value:
            total += sum(_count_nodes(each, known) for each in (child if isinstance(child, tuple) else (child,)))
    if total > 2 * MAX_NODES:
        raise _RefusedError(f"more than {MAX_NODES} values, aliases counted; a seqerakit file has far fewer")
    known[id(node)] = total
    return total


def _refusal(error: yaml.MarkedYAMLError, text: str) -> _RefusedError:
    # What the scanner could not finish began at its context; a parser's problem is where it is noticed.
    scanning = (error.context or "").startswith("while scanning")
    mark = (scanning and error.context_mark) or error.problem_mark or error.context_mark
    place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    what = error.problem or error.context or "cannot be read"
    if "another document" in what:
        return _RefusedError("seqerakit reads one document a file: a second one starts here, after ---", place)
    if "".join(text.splitlines()[place[0] - 1 : place[0]])[place[1] - 1 :].startswith("\t"):
        what = "a tab stands where YAML wants spaces"
    return _RefusedError(f"not YAML: {what}", place)


def _scalar(loader: Any, node: yaml.Node) -> Any:
    try:
        return loader.construct_object(node)
    except yaml.YAMLError:
        raise
    except Exception:  # PyYAML lets any of Python's own out for 2024-13-45, !!int x or !!float ""
        message = f"not YAML that can be read: this is no {node.tag.rpartition(':')[2]}"
        raise _RefusedError(message, _place_of(node)) from None


def _place_of(node: Any) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _with_point(number: re.Match[str]) -> str:
    """Return a number with an exponent as PyYAML reads it as one."""
    whole, _, fraction = number[2].partition(".")
    return f"{number[1]}{whole or 0}.{fraction or 0}e{number[3] or '+'}{number[4]}"


def _repr_of(text: str) -> str:
    try:
        return repr(float(text.replace("_", "")))
    except ValueError:
        return ""

"""What becomes of an item's values on their way to tw: seqerakit's quoting, the shell's expansion, and their traps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from .environment import Environment
from .rules import Fault
from .variables import VARIABLE
from .yaml_file import Key

_PARAMETER = re.compile(r"\$\$|\$\{?(\w+)\}?")
_NEXTFLOWS = ("projectDir", "baseDir", "launchDir", "outputDir")
# Characters that split, glob, quote or run when /bin/sh meets them unquoted.
_SHELL_ACTIVE = re.compile(r"[\s'\"*?\[~;&|<>()$%`\\#!{}\x00-\x1f\x7f]")


class Expanded(NamedTuple):
    """A value as tw would get it, and its fault, which is empty where what is wrong is reported at its cause."""

    value: Any
    faults: list[Fault]


def expand_item(item: Mapping[Any, Any], env: Environment) -> Expanded:
    """Return an item with the variables of env.sh filled in; a value with a fault stays as it is."""
    values, faults = {}, []
    for name, value in item.items():
        if name == "params":
            values[name], found = expand_params(value, env, (name,))
        elif isinstance(value, str):
            values[name], found = _expand_argument(value, env, (name,))
        else:
            values[name], found = value, []
        faults += found
    return Expanded(values, faults)


def _expand_argument(text: str, env: Environment, key: Key) -> Expanded:
    """Return a tw argument as /bin/sh passes it on.

    As seqerakit 0.5.7 does it (seqeraplatform.py, _check_env_vars): an argument with a shell construct, a leading
    backslash or single quotes around it is passed raw; one with $ or % unquoted; any other quoted.
    """
    raw = re.search(r"\$\(|[|<>&`]", text)
    if "\n" in text:
        message = "holds a line end, as after | or >; write it on one line"
    elif raw or text.startswith("\\") or (text.startswith("'") and text.endswith("'")):
        what = f"holds {raw[0]}" if raw else "starts with \\ or stands in single quotes"
        message = f"{what}, so seqerakit hands it to the shell unquoted, which runs or splits it; leave that out"
    elif "$" not in text and "%" not in text:
        return Expanded(text, [])
    elif active := _SHELL_ACTIVE.search(VARIABLE.sub("", text)):
        rule = "only $NAME and ${NAME} are expanded, and the rest must be free of spaces and shell characters"
        message = f"holds {_shown(active[0])} beside a variable or %; {rule}"
    else:
        return _fill_in(text, env, key)
    return Expanded(text, [Fault(key, message, text)])


def _fill_in(text: str, env: Environment, key: Key) -> Expanded:
    for match in VARIABLE.finditer(text):
        name = match[1] or match[2]
        message = _absence(name, env)
        if message is None:
            message = _trap(name, env.values[name])
        if message is not None:
            return Expanded(text, [Fault(key, message, text)])
    return Expanded(VARIABLE.sub(lambda match: env.values[match[1] or match[2]], text), [])


def _absence(name: str, env: Environment) -> str | None:
    """Return what keeps a variable from being filled in, None where nothing does.

    It is empty where env.sh is at fault, or sets the variable to what is not known here.
    """
    if not env.works or name in env.unsound or (env.is_open and name not in env.values):
        return ""
    return None if name in env.values else f"${name} is not exported by env.sh{env.nearest(name)}"


def _trap(name: str, value: str) -> str | None:
    """Return what the shell would do to a variable's value, which nothing quotes, or None."""
    if not value:
        return f"${name} is empty in env.sh; the next option would be taken for its value"
    if active := _SHELL_ACTIVE.search(value):
        return (
            f"${name} holds {_shown(active[0])} in env.sh, which the shell splits, globs or runs, as it is not quoted"
        )
    return None


def expand_params(value: Any, env: Environment, key: Key) -> Expanded:
    """Return parameters as seqerakit expands them itself: $NAME, ${NAME}, and $$ for a dollar."""
    if isinstance(value, dict):
        parts = {name: expand_params(item, env, (*key, name)) for name, item in value.items()}
        return Expanded({n: part.value for n, part in parts.items()}, [f for p in parts.values() for f in p.faults])
    if isinstance(value, list):
        items = [expand_params(item, env, (*key, index)) for index, item in enumerate(value)]
        return Expanded([each.value for each in items], [fault for each in items for fault in each.faults])
    if not isinstance(value, str):
        return Expanded(value, [])
    for match in _PARAMETER.finditer(value):
        if match[1] in _NEXTFLOWS and match[1] not in env.values:
            filled = f"${{{match[1]}}}"
            words = f"holds {filled}, which Nextflow fills in and seqerakit does not know; write ${filled}"
            return Expanded(value, [Fault(key, words, value)])
        if match[1] and (message := _absence(match[1], env)) is not None:
            return Expanded(value, [Fault(key, message, value)])
    return Expanded(_PARAMETER.sub(lambda match: env.values[match[1]] if match[1] else "$", value), [])


def _shown(character: str) -> str:
    return "a space" if character == " " else repr(character)

"""Parses a tw command line by tw's own options table (tw-options.json) and refuses what tw's parser refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TABLE: dict[str, Any] = json.loads((Path(__file__).parent / "tw-options.json").read_text())["commands"]

PARENTS = {"runs view"}  # commands whose own options precede those of a command of theirs


class UsageError(Exception):
    """tw would print its usage and exit with 2."""


Options = dict[str, str | bool]


def command(arguments: list[str]) -> str:
    """Return the command that a command line names, such as "runs view"; nothing where the table has none such."""
    try:
        return _command(_options("", arguments, stop_at_word=True)[1])
    except UsageError:
        return ""


def _command(words: list[str]) -> str:
    found = max((c for c in TABLE if c and words[: len(c.split())] == c.split()), key=len, default="")
    return next((parent for parent in PARENTS if found.startswith(f"{parent} ")), found)


def parse(arguments: list[str]) -> tuple[str, Options, list[str]]:
    """Return command, options by their long name without dashes, and positionals; raises UsageError.

    The options before the command, which some commands have under the same name, are called `tw NAME`.
    """
    root, rest = _options("", arguments, stop_at_word=True)
    command = _command(rest)
    if not command:
        raise UsageError(f"Unmatched argument at index 0: {', '.join(map(repr, rest))}")
    options, positionals = _options(command, rest[len(command.split()) :], stop_at_word=command in PARENTS)
    if positionals and (nested := f"{command} {positionals[0]}") in TABLE:
        more, positionals = _options(nested, positionals[1:])
        for option in TABLE[command]["options"]:
            if option["required"] and _long(option) not in options:
                raise UsageError(f"Missing required option: '{option['names'][-1]}'")
        return nested, {**{f"tw {name}": value for name, value in root.items()}, **options, **more}, positionals
    table = TABLE[command]
    for option in table["options"]:
        if option["required"] and _long(option) not in options:
            raise UsageError(f"Missing required option: '{option['names'][-1]}=<{_long(option)}>'")
    for group in table.get("exclusive_groups", []):
        given = [names[-1] for names in group["one_of"] if names[-1].lstrip("-") in options]
        if group["required"] and not given:
            names = " | ".join(names[0] for names in group["one_of"])
            raise UsageError(f"Error: Missing required argument (specify one of these): ({names})")
        if len(given) > 1:
            raise UsageError(f"Error: {', '.join(given)} are mutually exclusive (specify only one)")
    needed = table["positionals"]
    if len(positionals) > len(needed):
        raise UsageError(f"Unmatched argument: {positionals[len(needed) :]}")
    if len(positionals) < sum(p["required"] for p in needed):
        raise UsageError(f"Missing required parameter: '{needed[len(positionals)]['label']}'")
    return command, {**{f"tw {name}": value for name, value in root.items()}, **options}, positionals


def _long(option: dict[str, Any]) -> str:
    return str(option["names"][-1]).lstrip("-")


def _options(command: str, arguments: list[str], *, stop_at_word: bool = False) -> tuple[Options, list[str]]:
    known = {name: option for option in TABLE[command]["options"] for name in option["names"]}
    known |= {f"--no-{_long(o)}": o for o in TABLE[command]["options"] if o["negatable"]}
    options: Options = {}
    words: list[str] = []
    queue = list(arguments)
    while queue:
        argument = queue.pop(0)
        if not argument.startswith("-"):
            if stop_at_word:
                return options, [argument, *queue]
            words.append(argument)
            continue
        name, equals, value = argument.partition("=")
        if name not in known:
            unknown = ", ".join(f"'{word}'" for word in [argument, *queue])
            raise UsageError(f"Unknown option{'s' if queue else ''}: {unknown}")
        option = known[name]
        long = _long(option)
        if long in options:
            raise UsageError(f"option '{name}' should be specified only once")
        if not option["takes_value"]:
            if equals:
                raise UsageError(f"option '{name}' takes no value")
            options[long] = not name.startswith("--no-") if option["negatable"] else True
            continue
        if not equals:
            if not queue or queue[0] in known:
                raise UsageError(f"Missing required parameter for option '{name}'")
            value = queue.pop(0)
        if option["type"] == "int" and not value.lstrip("-").isdigit():
            raise UsageError(f"Invalid value for option '{name}': '{value}' is not an int")
        if option["enum"] and value.upper() not in [e.upper() for e in option["enum"]]:
            allowed = ", ".join(option["enum"])
            said = f"expected one of [{allowed}] (case-insensitive) but was '{value}'"
            raise UsageError(f"Invalid value for option '{name}': {said}")
        options[long] = value
    return options, words

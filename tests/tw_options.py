"""Parses a tw command line by tw's own options table (tw-options.json) and refuses what tw's parser refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TABLE: dict[str, Any] = json.loads((Path(__file__).parent / "tw-options.json").read_text())["commands"]


class UsageError(Exception):
    """tw would print its usage and exit with 2."""


def parse(arguments: list[str]) -> tuple[str, dict[str, str | bool], list[str]]:
    """Return command, options by their long name without dashes, and positionals; raises UsageError."""
    root, rest = _options("", arguments, stop_at_word=True)
    command = max((c for c in TABLE if c and rest[: len(c.split())] == c.split()), key=len, default="")
    if not command:
        raise UsageError(f"Unmatched arguments: {rest}")
    options, positionals = _options(command, rest[len(command.split()) :])
    table = TABLE[command]
    for option in table["options"]:
        if option["required"] and _long(option) not in options:
            raise UsageError(f"Missing required option: '{option['names'][-1]}=<{_long(option)}>'")
    for group in table.get("exclusive_groups", []):
        given = [names for names in group["one_of"] if names[-1].lstrip("-") in options]
        if len(given) > 1 or (group["required"] and not given):
            raise UsageError(f"Error: expected one of {[names[-1] for names in group['one_of']]}")
    needed = table["positionals"]
    if len(positionals) > len(needed):
        raise UsageError(f"Unmatched argument: {positionals[len(needed) :]}")
    if len(positionals) < sum(p["required"] for p in needed):
        raise UsageError(f"Missing required parameter: '{needed[len(positionals)]['label']}'")
    return command, {**root, **options}, positionals


def _long(option: dict[str, Any]) -> str:
    return str(option["names"][-1]).lstrip("-")


def _options(
    command: str, arguments: list[str], *, stop_at_word: bool = False
) -> tuple[dict[str, str | bool], list[str]]:
    known = {name: option for option in TABLE[command]["options"] for name in option["names"]}
    known |= {f"--no-{_long(o)}": o for o in TABLE[command]["options"] if o["negatable"]}
    options: dict[str, str | bool] = {}
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
            raise UsageError(f"Unknown option: '{argument}'")
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
            raise UsageError(f"Invalid value for option '{name}': expected one of {option['enum']} but was '{value}'")
        options[long] = value
    return options, words

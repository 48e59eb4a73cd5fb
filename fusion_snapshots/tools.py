"""The programs that the steps need: their names, oldest versions, and how to get them."""

from __future__ import annotations

from typing import NamedTuple


class Tool(NamedTuple):
    """A program: its command, the oldest version that does, and what to do where it is missing or older."""

    command: str
    oldest: tuple[int, int, int]
    remedy: str


SEQERAKIT = Tool("seqerakit", (0, 5, 7), "run: python3 -m pip install -r requirements.txt")
TW = Tool("tw", (0, 21, 0), "install it from https://github.com/seqeralabs/tower-cli/releases")
PYTHON = (3, 10)
TOKEN_COMMAND = "read -rs TOWER_ACCESS_TOKEN && export TOWER_ACCESS_TOKEN"
TOKEN_REMEDY = f"paste it after: {TOKEN_COMMAND}"

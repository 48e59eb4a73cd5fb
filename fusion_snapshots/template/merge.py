"""What becomes of one file when a folder is rendered over: its user's text, the template's old and its new one."""

from __future__ import annotations

import os
import subprocess
import tempfile
from enum import Enum
from pathlib import Path
from typing import NamedTuple

import yaml

from ..process import run_bounded
from .record import Record, with_lf

ANSWERS = "answers.yml"
IGNORED = ".gitignore"


class Outcome(Enum):
    """What becomes of a file."""

    WRITTEN = "holds what the template makes of it"
    KEPT = "holds its user's edits, and what is new in the template"
    CONFLICT = "holds what the template makes of it where edits meet that: the edited file must be kept beside it"


class Merged(NamedTuple):
    """What becomes of a file, and the bytes to write; None where the file holds them already."""

    outcome: Outcome
    data: bytes | None


def merge_file(name: str, ours: bytes | None, record: Record, theirs: bytes) -> Merged:
    """Decide on a file: ours is what lies there now, if anything, theirs the template's new text, with LF line ends.

    The result has the line ends of ours.
    """
    if ours is None:
        return Merged(Outcome.WRITTEN, theirs)
    plain = with_lf(ours)
    if name == ANSWERS:
        plain = _with_quotes(plain)
    if plain == theirs:
        return Merged(Outcome.WRITTEN, None if with_lf(ours) == theirs else _with_ends_of(ours, theirs))
    if record.holds(name, plain):
        return Merged(Outcome.WRITTEN, _with_ends_of(ours, theirs))
    base = record.base(name)
    if base is not None and base.encode() == theirs:
        return Merged(Outcome.KEPT, None)
    if not plain.strip():  # emptied, it holds nothing to keep
        return Merged(Outcome.WRITTEN, theirs)
    if base is None and name == IGNORED and (both := _merge(b"", plain, theirs, "--union")):
        return Merged(Outcome.KEPT, _with_ends_of(ours, both))  # git's own rule: what either of them ignores is ignored
    if base is None:
        return Merged(Outcome.CONFLICT, _with_ends_of(ours, theirs))
    merged = _merge(base.encode(), plain, theirs)
    if merged is None:
        merged = _merge(base.encode(), plain, theirs, "--theirs")
        return Merged(Outcome.CONFLICT, _with_ends_of(ours, theirs if merged is None else merged))
    if merged == theirs:
        return Merged(Outcome.WRITTEN, _with_ends_of(ours, theirs))
    return Merged(Outcome.KEPT, None if merged == plain else _with_ends_of(ours, merged))


def _merge(base: bytes, ours: bytes, theirs: bytes, *options: str) -> bytes | None:
    """Return both sides' changes of a text in one; with --theirs, the template's where they meet, else None then.

    None, too, where git is missing, and of what is no text. Raises OSError.
    """
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part, data in (("ours", ours), ("base", base), ("theirs", theirs)):
            (folder / part).write_bytes(data)
        try:
            ran = run_bounded(["git", "merge-file", "--quiet", *options, "ours", "base", "theirs"], env, folder)
        except (FileNotFoundError, subprocess.TimeoutExpired):
            return None
        return (folder / "ours").read_bytes() if ran.returncode == 0 else None


def _with_ends_of(ours: bytes, text: bytes) -> bytes:
    """Return a text with the line ends that most lines of a file have."""
    return text.replace(b"\n", b"\r\n") if 2 * ours.count(b"\r\n") > ours.count(b"\n") else text


def _with_quotes(text: bytes) -> bytes:
    """Return answers.yml with each answer in double quotes, as it is rendered: that an edit lost them is no edit.

    What YAML would make of a bare value, say of 0123456, does not matter: its text is taken as it stands.
    """
    try:
        whole = text.decode()
        root = yaml.compose(whole, Loader=yaml.SafeLoader)
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError, ValueError):
        return text
    for key, value in reversed(_answers_in(root)):
        quoted = yaml.safe_dump(value.value, default_style='"', allow_unicode=True, width=10**9).rstrip("\n")
        whole = whole[: key.start_mark.index] + f"{key.value}: {quoted}" + whole[value.end_mark.index :]
    return whole.encode()


def _answers_in(root: yaml.Node | None) -> list[tuple[yaml.ScalarNode, yaml.ScalarNode]]:
    """Return question and answer of each line of answers.yml that holds both."""
    parts = root.value if isinstance(root, yaml.MappingNode) else []
    answers = [value for key, value in parts if key.value == "default_context" and isinstance(value, yaml.MappingNode)]
    return [
        (key, value)
        for mapping in answers
        for key, value in mapping.value
        if isinstance(key, yaml.ScalarNode)
        and isinstance(value, yaml.ScalarNode)
        and key.start_mark.line == value.end_mark.line
    ]

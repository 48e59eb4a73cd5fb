"""Answers as a file: the rendered folder's answers.yml, and what is kept of a run that did not end."""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from ..findings import mask
from ..process import run_bounded
from .answers import Problem, following
from .questions import DEFAULTS, PROMPTS, ROOT, TEMPLATE

ANSWERS_FILE = "fusion-snapshots-answers.yml"
_NOT_KEPT = "  # not kept, as it looked like a secret"
_PLAIN = re.compile(r"[ !#-\[\]-~]*")  # printable ASCII which YAML writes between double quotes as it is
_ANSWER = re.compile(rf'  (?:# )?(?:{"|".join(DEFAULTS)}): "[^"]*"(?:{_NOT_KEPT})?')


@functools.cache
def template_version() -> str:
    """Return the template's version and, in a git clone, its commit, marked when files were changed since.

    It is that of this process: git is asked once.
    """
    version = f"fusion-snapshots {TEMPLATE['_version']}"
    if not (ROOT / ".git").exists():
        return version
    command = ["git", "-C", str(ROOT), "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty=, changed since"]
    # In a hook of git's, its variables would lead to another repository.
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        described = run_bounded(command, env, ROOT, 10)
    except (OSError, subprocess.TimeoutExpired):
        return version
    return f"{version}, commit {described.stdout.strip()}" if described.returncode == 0 else version


def answers_yaml(answers: Mapping[str, object], misspelt: Iterable[Problem] = ()) -> str:
    """Return the answers as a configuration for cookiecutter's --config-file, a comment on each.

    An answer that only follows from others is commented out, so that it follows them again.
    """
    followers = [question for question in following(answers) if answers[question]]  # an empty one is to be answered
    lines = [
        "# Answers to the questions of fusion-snapshots, for cookiecutter's --config-file. No secret belongs here.",
        f"# Template: {template_version()}",
        "# A commented answer follows from the others; take the # away to set it.",
        "default_context:",
    ]
    for question in DEFAULTS:
        if question in answers:
            hidden = "# " if question in followers else ""
            lines += [f"  # {PROMPTS[question]}", f"  {hidden}{_pair(question, answers[question])}"]
    for slip in misspelt:
        lines += [f"  # This {slip.reason}", f"  {_pair(slip.question, slip.value)}"]
    return "\n".join(lines) + "\n"


def _pair(question: str, answer: object) -> str:
    """Return a line of an answers file; of what looks like a secret nothing is kept."""
    text = "" if answer is None else str(answer)
    kept, comment = (text, "") if mask(text) == text else ("", _NOT_KEPT)
    if question in DEFAULTS and _PLAIN.fullmatch(kept):
        return f'{question}: "{kept}"{comment}'
    pair = yaml.safe_dump({mask(question): kept}, default_style='"', allow_unicode=True, width=sys.maxsize)
    return str(pair).replace('"', "", 2).rstrip("\n") + comment


def is_saved(path: Path) -> bool:
    """Tell whether a file is one that save_answers wrote, by its name."""
    return path.name.startswith(Path(ANSWERS_FILE).stem)


def save_answers(text: str, places: Iterable[Path], source: Path | None) -> Path:
    """Write answers to ANSWERS_FILE in the first of the places that takes it, readable by the user alone.

    An earlier file is kept under another name if it holds anything that the new one does not; of the file that the
    answers came from, source, what is answered anew may go. Where no place takes it, it becomes a file of its own
    among the temporary ones. Returns the file; raises OSError.
    """
    content = text.encode(errors="backslashreplace")
    for place in places:
        with contextlib.suppress(OSError):
            return _write(place / ANSWERS_FILE, content, source)
    return _write_new(Path(tempfile.gettempdir()), f"{Path(ANSWERS_FILE).stem}-", content)


def _write(path: Path, content: bytes, source: Path | None) -> Path:
    new = _write_new(path.parent, f".{path.stem}-", content)
    try:
        if os.path.lexists(path) and not _superseded(path, content.decode(), source):
            _keep_earlier(path)
        return new.replace(path)
    except OSError:
        new.unlink()
        raise


def _write_new(folder: Path, prefix: str, content: bytes) -> Path:
    """Write a file under a name of its own, mode 600; raises OSError and leaves nothing then."""
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=prefix, suffix=".yml")
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
    except OSError:
        os.unlink(name)
        raise
    return Path(name)


def _superseded(path: Path, text: str, source: Path | None) -> bool:
    """Tell whether nothing that people wrote into a file is lost when the text takes its place."""
    ours = source is not None and os.path.realpath(source) == os.path.realpath(path)
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return all(line in text.splitlines() or (ours and _ANSWER.fullmatch(line)) for line in lines)


def _keep_earlier(path: Path) -> None:
    """Give a file a second, numbered name, one that nobody else has taken."""
    for number in itertools.count(1):
        with contextlib.suppress(FileExistsError):
            os.link(path, path.with_stem(f"{path.stem}-{number}"), follow_symlinks=False)
            return

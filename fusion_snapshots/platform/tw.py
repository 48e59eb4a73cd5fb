"""Asking the Platform: every call of tw whose answer is read goes through here."""

from __future__ import annotations

import subprocess
from itertools import takewhile
from pathlib import Path

from ..errors import NoAnswerError
from ..folder.variables import Variables
from ..json_reply import Reply
from ..process import SECONDS, run_bounded
from ..tools import TW
from .tw_failure import Failure, Kind, read_failure


class TwError(NoAnswerError):
    """tw refused, did not answer, or could not be run; kind tells which, the message says it."""

    def __init__(self, command: str, failure: Failure) -> None:
        super().__init__(f"{command}: {failure}")
        self.kind = failure.kind


class Tw:
    """The Platform's CLI, with the variables of a folder."""

    def __init__(self, env: Variables, root: Path, seconds: float = SECONDS) -> None:
        self.env, self.root, self.seconds = env, root, seconds

    def ask(self, *words: str, seconds: float | None = None) -> Reply:
        """Return what tw prints for a command, as JSON; raises TwError and ReplyError."""
        name = " ".join(["tw", *takewhile(lambda word: not word.startswith("-"), words[:2])])
        ran = self.run("-o", "json", *words, seconds=seconds, name=name)
        # tw info prints its checks and exits with 1 where one of them is bad.
        if ran.returncode == 0 or (words[0] == "info" and ran.stdout.lstrip().startswith("{")):
            return Reply.parse(ran.stdout, name)
        raise TwError(name, read_failure(ran))

    def ask_list(self, *words: str) -> list[Reply]:
        """Return what tw prints for a command whose answer is a list of objects; raises as ask does."""
        name = f"tw {' '.join(words[:2])}"
        ran = self.run("-o", "json", *words, name=name)
        if ran.returncode:
            raise TwError(name, read_failure(ran))
        return Reply.parse(f'{{"items": {ran.stdout}}}', name).items("items")

    def run(self, *words: str, name: str, seconds: float | None = None) -> subprocess.CompletedProcess[str]:
        """Run tw and return what it said, whatever its exit code; raises TwError where it cannot be run or hangs."""
        limit = seconds or self.seconds
        try:
            return run_bounded(["tw", *words], self.env, self.root, limit)
        except FileNotFoundError:
            raise TwError(name, Failure(Kind.NOT_INSTALLED, f"tw is not installed; {TW.remedy}")) from None
        except subprocess.TimeoutExpired:
            raise TwError(name, Failure(Kind.TIMEOUT, f"no answer within {limit:g} seconds")) from None


def workspace(env: Variables) -> str:
    """Return the workspace as tw wants it: organization/workspace."""
    return f"{env['ORGANIZATION_NAME']}/{env['WORKSPACE_NAME']}"

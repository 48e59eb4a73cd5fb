"""Asking AWS: every call of the aws CLI goes through here, bounded in time, its answer checked like tw's."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from ..errors import NoAnswerError
from ..findings import mask, printable
from ..folder.variables import Variables
from ..json_reply import Reply
from ..process import SECONDS, run_bounded

REMEDY = "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html tells how to install it"
MOST_AT_ONCE = 100  # of ids that ECS and EC2 take in one call

_PARTITIONS = {"cn": "aws-cn", "us-gov": "aws-us-gov", "eusc": "aws-eusc"}  # by how a region begins
_REFUSAL = re.compile(r"An error occurred \(([\w.]+)\) when calling the (\w+) operation(?: \([^)]*\))?:\s*(.*)")

_PREFIX = "aws: [ERROR]: "  # so begins what aws v2 says
_XML_MESSAGE = re.compile(r"<Message>(.*?)</Message>", re.DOTALL)


class AwsError(NoAnswerError):
    """aws refused, did not answer, or could not be run; the message says which.

    code is AWS's own word for a refusal, such as NoSuchEntity; empty where AWS was not asked or did not answer.
    """

    def __init__(self, message: str, aws_code: str = "") -> None:
        super().__init__(message)
        self.aws_code = aws_code


class Aws:
    """The aws CLI, signed in as this shell is, in the region of a folder."""

    def __init__(self, env: Variables, root: Path, seconds: float = SECONDS) -> None:
        # A pager would wait for a key, and nobody reads what it shows.
        self.env, self.root, self.seconds = {**env, "AWS_PAGER": ""}, root, seconds

    @property
    def region(self) -> str:
        return self.env["AWS_REGION"]

    def ask(self, *words: str) -> Reply:
        """Return what aws prints for a command, as JSON; raises AwsError and ReplyError.

        Lists come whole: aws itself asks for all pages.
        """
        text = self.read(*words, "--output", "json")
        return Reply.parse(text.strip() or "{}", _name(words))

    def read(self, *words: str) -> str:
        """Return what aws prints for a command, as text; raises AwsError."""
        name = _name(words)
        try:
            ran = run_bounded(["aws", *words, "--region", self.region], self.env, self.root, self.seconds)
        except FileNotFoundError:
            raise AwsError(f"aws is not installed; {REMEDY}") from None
        except subprocess.TimeoutExpired:
            raise AwsError(f"{name}: no answer within {self.seconds:g} seconds") from None
        if ran.returncode:
            raise _error_of(name, ran)
        return ran.stdout

    def account(self) -> str:
        """Return the account that aws is signed in to; raises AwsError and ReplyError."""
        return self.ask("sts", "get-caller-identity").text("Account")


def in_parts(items: Sequence[str]) -> list[Sequence[str]]:
    """Return ids in parts of as many as one call takes."""
    return [items[start : start + MOST_AT_ONCE] for start in range(0, len(items), MOST_AT_ONCE)]


def partition(region: str) -> str:
    """Return the partition of a region, as ARNs begin: aws, aws-cn, aws-us-gov or aws-eusc."""
    head = "us-gov" if region.startswith("us-gov-") else region.partition("-")[0]
    return _PARTITIONS.get(head, "aws")


def _name(words: Sequence[str]) -> str:
    return f"aws {' '.join(words[:2])}"


def _error_of(name: str, ran: subprocess.CompletedProcess[str]) -> AwsError:
    """Return the first thing that AWS refused; without a refusal, the last thing that aws said."""
    text = printable(mask(ran.stderr.strip() or ran.stdout.strip()))
    if found := _REFUSAL.search(text):
        code, operation, said = found.groups()
        if within := _XML_MESSAGE.search(text):  # where aws expected JSON, it prints an answer in XML whole
            said = within[1]
        return AwsError(f"{name}: {said.strip().rstrip('.') or operation} ({code})", code)
    # Python's and urllib3's warnings come before what went wrong.
    lines = text.splitlines() or [f"exit code {ran.returncode}"]
    return AwsError(f"{name}: {lines[-1].strip().removeprefix(_PREFIX).rstrip('.')}")

"""Why tw failed: its own words read once, here, into a kind that the steps can act on."""

from __future__ import annotations

import enum
import re
import subprocess
from collections.abc import Iterable
from typing import NamedTuple

from ..findings import mask, printable

_LONGEST = 300  # characters of another program's words


class Kind(enum.Enum):
    """What kind of failure it was."""

    UNAUTHORIZED = enum.auto()
    FORBIDDEN = enum.auto()
    NOT_FOUND = enum.auto()
    EXISTS = enum.auto()
    NO_VERSION = enum.auto()
    CERTIFICATE = enum.auto()
    PAGE = enum.auto()
    UNREAD = enum.auto()
    NETWORK = enum.auto()
    INSECURE = enum.auto()
    NO_TOKEN = enum.auto()
    NOT_INSTALLED = enum.auto()
    TIMEOUT = enum.auto()
    OPTION = enum.auto()
    OTHER = enum.auto()


ADVICE = {
    Kind.UNAUTHORIZED: "the token has expired, or is another Platform's: make one under Your tokens",
    Kind.FORBIDDEN: "the token's user may not see or do this, or it was deleted",
    Kind.CERTIFICATE: "tw's Java does not trust the Platform's certificate. Give it your CA: "
    "keytool -importcert -file CA.pem -keystore truststore.jks, then "
    "export JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStore=$PWD/truststore.jks",
    Kind.PAGE: "check TOWER_API_ENDPOINT in env.sh, and your proxy",
    Kind.UNREAD: "the Platform answers what this tw does not know: install a newer one",
    Kind.NETWORK: "check TOWER_API_ENDPOINT in env.sh, and your network",
    Kind.INSECURE: "TOWER_API_ENDPOINT in env.sh must begin with https://",
    Kind.OPTION: "this tw is too old for that key of the YAML file: install a newer one, or leave the key out",
}

# Of these, the Platform has done nothing of what was asked.
REFUSALS = {
    Kind.UNAUTHORIZED, Kind.FORBIDDEN, Kind.NOT_FOUND, Kind.EXISTS, Kind.CERTIFICATE, Kind.INSECURE, Kind.NO_TOKEN,
    Kind.NOT_INSTALLED, Kind.OPTION,
}  # fmt: skip

# How tw 0.38.0 says each; the first that matches counts.
_SAYS = [
    # Since 0.23, tw takes for granted that the Platform names a pipeline's version.
    (Kind.NO_VERSION, r"NullPointerException.*PipelineVersionFullInfoDto"),
    (Kind.OPTION, r"^Unknown options?: "),
    (Kind.CERTIFICATE, r"PKIX path|SSLHandshakeException|unable to find valid certification path|certificate"),
    (Kind.PAGE, r"<!doctype html|<html"),
    (Kind.UNREAD, r"Error reading entity"),
    (Kind.UNAUTHORIZED, r"Unauthorized"),
    (Kind.FORBIDDEN, r"Forbidden"),
    (Kind.NO_TOKEN, r"Missing TOWER_ACCESS_TOKEN"),
    (Kind.INSECURE, r"insecure server"),
    (Kind.EXISTS, r"already exists"),
    (Kind.NOT_FOUND, r"not found|No datasets? .*found|Unknown pipeline"),
    (Kind.NETWORK, r"Connection|UnknownHostException|timed out|reset"),
]


class Failure(NamedTuple):
    """What kind of failure it was, and the first cause in tw's own words, on one line, safe to print."""

    kind: Kind
    cause: str

    def __str__(self) -> str:
        return f"{self.cause} ({ADVICE[self.kind]})" if self.kind in ADVICE else self.cause


def advise(lines: Iterable[str]) -> str:
    """Return what to do where tw, run by seqerakit, does not know an option; an empty text where that is not why."""
    found = (re.search(r"Unknown options?: '?(--[\w-]+)", line) for line in lines)
    option = next((match[1] for match in found if match), "")
    return f"{option}: {ADVICE[Kind.OPTION]}. " if option else ""


def read_failure(ran: subprocess.CompletedProcess[str]) -> Failure:
    """Return why a run of tw failed: of two ERROR lines the first, as the last one is the generic one."""
    text = f"{ran.stderr}\n{ran.stdout}"
    kind = next((kind for kind, says in _SAYS if re.search(says, text, re.IGNORECASE | re.MULTILINE)), Kind.OTHER)
    errors = re.findall(r"ERROR:\s*(\S.*)", ran.stderr) or [line for line in text.splitlines() if line.strip()]
    cause = errors[0].strip().rstrip(".") if errors else f"exit code {ran.returncode}, without a word"
    if kind is Kind.PAGE:
        title = re.search(r"<title>\s*(.*?)\s*</title>", text, re.IGNORECASE | re.DOTALL)
        cause = f"a web page answers{f', titled {title[1]!r}' if title else ''}"
    return Failure(kind, printable(mask(cause))[:_LONGEST])

"""tw info, and lists of what a token may see."""

from __future__ import annotations

import os

from ..state import Json
from .client import ApiError, TwError
from .command import Answer, Command

VERSION = os.environ.get("TW_VERSION", "0.38.0")
BUILD = "3b4e5bb"
NEEDED = "1.181.0"  # the version of the API that this tw was made for
DETAILS = {
    "towerApiEndpoint": "Tower API endpoint",
    "towerApiVersion": "Tower API version",
    "towerVersion": "Tower version",
    "cliVersion": "CLI version",
    "cliApiVersion": "CLI minimum API version",
    "userName": "Authenticated user",
}
CHECKS = {
    "connectionCheck": ("Remote API server connection check", "FAILED"),
    "versionCheck": ("Tower API version check", "WARNING"),
    "credentialsCheck": ("Authentication API credential's token", "FAILED"),
}


def info(command: Command) -> Answer:
    """Say whether the Platform answers, is new enough, and takes the token: 1 yes, 0 no, -1 not known."""
    checks = {"connectionCheck": 1, "versionCheck": -1, "credentialsCheck": -1}
    opts: Json = {"cliApiVersion": NEEDED, "cliVersion": f"{VERSION} ({BUILD})"}
    opts["towerApiEndpoint"] = command.client.endpoint
    try:
        service = command.client.ask("GET", "/service-info")["serviceInfo"]
        opts |= {"towerApiVersion": service["apiVersion"], "towerVersion": service["version"]}
        checks["versionCheck"] = int(_numbers(service["apiVersion"]) >= _numbers(NEEDED))
    except TwError:
        checks["connectionCheck"] = 0
    if checks["connectionCheck"]:
        try:
            opts["userName"] = command.user["userName"]
            checks["credentialsCheck"] = 1
        except ApiError as error:
            checks["credentialsCheck"] = 0 if error.status == 401 else -1
    return Answer(checks | {"opts": opts}, _told(checks, opts), int(sum(checks.values()) != 3))


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def _told(checks: dict[str, int], opts: Json) -> str:
    details = [(text, opts.get(key) or "UNDEFINED") for key, text in DETAILS.items()]
    words = {key: {1: "OK", 0: bad, -1: "SKIPPED"} for key, (_, bad) in CHECKS.items()}
    health = [(text, words[key][checks[key]]) for key, (text, _) in CHECKS.items()]
    said = f"\n    Details\n{_table(details)}\n    System health status\n{_table(health)}"
    endpoint = opts["towerApiEndpoint"]
    if not checks["connectionCheck"]:
        guess = "" if "/api" in endpoint else f" (did you mean {endpoint}/api?)"
        said += f"\n    Tower API URL {endpoint} is not available{guess}\n\n"
    if checks["versionCheck"] == 0:
        said += (
            f"\n    Warning: Platform API version {opts['towerApiVersion']} is older than this CLI's minimum "
            f"({NEEDED}).\n"
            "    Some tw commands may fail or return incomplete results.\n"
            "    To ensure full compatibility, upgrade Seqera Platform, or install a tw release matching your Platform "
            "version:\n    https://github.com/seqeralabs/tower-cli/releases\n\n"
        )
    if checks["credentialsCheck"] == 0:
        said += "\n    Review that your current access token is valid and active.\n\n"
    return f"{said}\n"


def _table(rows: list[tuple[str, str]]) -> str:
    left, right = (max(len(row[place]) for row in rows) for place in (0, 1))
    lines = [f"     {name:{left}} | {value:{right}} " for name, value in rows]
    return "\n".join([f"    {'-' * (left + 2)}+{'-' * (right + 2)}", *lines, ""])


def list_workspaces(command: Command) -> Answer:
    """List the workspaces."""
    found = [entry for entry in command.workspaces() if entry.get("workspaceId")]
    return Answer({"userName": command.user["userName"], "workspaces": found})


def list_organizations(command: Command) -> Answer:
    """List the organizations."""
    found = [entry for entry in command.workspaces() if not entry.get("workspaceId")]
    return Answer({"userName": command.user["userName"], "organizations": found})


def list_credentials(command: Command) -> Answer:
    """List the credentials of the workspace."""
    found = command.ask("GET", "/credentials").get("credentials")
    return Answer({"workspaceRef": command.shown, "credentials": found})


def list_labels(command: Command) -> Answer:
    """List the labels of the workspace."""
    found = command.ask("GET", "/labels", max=100, offset=0, type="all").get("labels")
    return Answer({"workspaceId": command.workspace_id, "labels": found, "labelType": "all"})


def label_ids(command: Command, labels: list[str] | None) -> list[int] | None:
    """Return the numbers of labels, NAME or NAME=VALUE; creates those that there are not."""
    return None if labels is None else [_label_id(command, *label.split("=")) for label in labels]


def _label_id(command: Command, name: str, value: str | None = None) -> int:
    kind = "simple" if value is None else "resource"
    for label in command.ask("GET", "/labels", max=100, offset=0, search=name, type=kind)["labels"]:
        if label["name"] == name and label.get("value") == value:
            return int(label["id"])
    body = {"name": name} | ({} if value is None else {"value": value, "resource": True})
    return int(command.ask("POST", "/labels", body)["id"])

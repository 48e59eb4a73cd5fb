"""tw datasets."""

from __future__ import annotations

import contextlib
import mimetypes
from pathlib import Path

from ..state import Json
from .client import TwError
from .command import Answer, Command


class UnknownDatasetError(TwError):
    """There is no dataset of this name."""


def _by_name(command: Command, name: str) -> Json:
    for dataset in command.ask("GET", "/datasets", search=name, visibility="all")["datasets"]:
        if dataset["name"] == name:
            found: Json = dataset
            return found
    raise UnknownDatasetError(f"No dataset '{name}' found for workspace '{command.shown}'")


def _find(command: Command) -> Json:
    """Return the dataset that --id or --name names; raises TwError."""
    if identifier := command.option("id"):
        found: Json = command.ask("GET", f"/datasets/{identifier}/metadata")["dataset"]
        return found
    return _by_name(command, command.option("name"))


def _reference(command: Command) -> str:
    return str(command.option("name") or command.option("id"))


def list_datasets(command: Command) -> Answer:
    """List those of the workspace, 100 where not told how many."""
    found = command.ask("GET", "/datasets", **command.page(), search=command.option("filter")).get("datasets")
    answer = {"datasetList": found, "workspace": command.option("workspace")}
    return Answer(answer | {"showLabels": "labels" in command.options, "showHidden": "show-hidden" in command.options})


def view(command: Command) -> Answer:
    """Show one."""
    return Answer({"dataset": _find(command), "workspace": command.option("workspace")})


def address(command: Command) -> Answer:
    """Show the address of a version of one, the latest where not told which."""
    dataset = _find(command)
    found = command.ask("GET", f"/datasets/{dataset['id']}/versions", mimeType=dataset.get("mediaType"))["versions"]
    wanted = command.option("dataset-version")
    chosen = [version for version in found if wanted in (None, str(version["version"]))]
    if not chosen:
        raise TwError(f"No versions were found that matches version {wanted} for dataset {dataset['id']}")
    url = max(chosen, key=lambda version: int(version["version"]))["url"]
    answer = {"datasetUrl": url, "dataset": _reference(command), "workspace": command.option("workspace")}
    return Answer(answer, f"\n  Dataset URL\n\n  -----------\n\n  {url}\n")


def _upload(command: Command, identifier: str, path: Path) -> None:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    body = {"file": {"filename": path.name, "type": kind, "text": path.read_text()}}
    command.ask("POST", f"/datasets/{identifier}/upload", body, header="header" in command.options)


def add(command: Command) -> Answer:
    """Add one with its first version."""
    path, name = Path(command.words[0]), command.option("name")
    if not path.exists():
        raise TwError(f"File path '{path}' do not exists.")
    if command.option("overwrite"):
        with contextlib.suppress(UnknownDatasetError):
            command.ask("DELETE", f"/datasets/{_by_name(command, name)['id']}")
    body = {"name": name, "description": command.option("description")}
    identifier = command.ask("POST", "/datasets", body)["dataset"]["id"]
    _upload(command, identifier, path)
    return _done(command, name, identifier, "added")


def update(command: Command) -> Answer:
    """Give one another name or description, and a version more where a file is named."""
    dataset = _find(command)
    name, description = command.option("new-name", dataset["name"]), command.option("description")
    body = {"name": name, "description": description or dataset.get("description")}
    command.ask("PUT", f"/datasets/{dataset['id']}", body)
    if file := command.option("file"):
        _upload(command, dataset["id"], Path(file))
    return _done(command, dataset["name"], dataset["id"], "updated")


def _done(command: Command, name: str, identifier: str, what: str) -> Answer:
    workspace = command.option("workspace")
    answer = {"datasetName": name, "workspaceRef": workspace, "datasetId": identifier}
    return Answer(answer, f"\n  Dataset '{name}' {what} at {workspace} workspace with id '{identifier}'\n\n")


def delete(command: Command) -> Answer:
    """Delete one."""
    command.ask("DELETE", f"/datasets/{_find(command)['id']}")
    reference, workspace = _reference(command), command.option("workspace")
    answer = {"datasetRef": reference, "workspaceRef": workspace}
    return Answer(answer, f"\n  Dataset '{reference}' deleted at {workspace} workspace\n\n")

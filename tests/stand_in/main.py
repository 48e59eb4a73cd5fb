"""The command line: which command, and how its answer or failure is printed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import tw_options
from simulated.store import Store

from . import compute_envs, datasets, general, pipelines, runs
from .client import Client, JavaError, TwError
from .command import Answer, Command

COMMANDS: dict[str, Callable[[Command], Answer]] = {
    "info": general.info,
    "workspaces list": general.list_workspaces,
    "organizations list": general.list_organizations,
    "credentials list": general.list_credentials,
    "labels list": general.list_labels,
    "compute-envs list": compute_envs.list_compute_envs,
    "compute-envs view": compute_envs.view,
    "compute-envs add aws-batch forge": compute_envs.add_forge,
    "compute-envs delete": compute_envs.delete,
    "pipelines list": pipelines.list_pipelines,
    "pipelines view": pipelines.view,
    "pipelines add": pipelines.add,
    "pipelines update": pipelines.update,
    "pipelines delete": pipelines.delete,
    "launch": pipelines.launch,
    "runs list": runs.list_runs,
    "runs view": runs.view,
    "runs view tasks": runs.list_tasks,
    "runs dump": runs.dump,
    "datasets list": datasets.list_datasets,
    "datasets view": datasets.view,
    "datasets url": datasets.address,
    "datasets add": datasets.add,
    "datasets update": datasets.update,
    "datasets delete": datasets.delete,
}
TRACE = "\tat io.seqera.tower.cli.commands.AbstractApiCmd.call(AbstractApiCmd.java)"


def main(arguments: list[str]) -> int:
    """Do what the arguments say and return the exit code."""
    if arguments[:1] in (["--version"], ["-V"]):
        print(f"Tower CLI version {general.VERSION} (build {general.BUILD})")
        return 0
    store = Store(Path(os.environ["TW_STATE"]))
    with store.calls.open("a") as file:
        file.write("".join(f"{word}\x1f" for word in arguments) + "\n")
    try:
        name, options, words = tw_options.parse(arguments)
    except tw_options.UsageError as error:
        print(f"{error}\n\nUsage: tw [OPTIONS] [COMMAND]", file=sys.stderr)
        return 2
    if name not in COMMANDS:
        raise SystemExit(f"the stand-in for tw does not know: {name}")
    try:
        answer = COMMANDS[name](_command(store, options, words))
    except TwError as error:
        print("".join(f"\n ERROR: {line}\n\n" for line in error.args), end="", file=sys.stderr)
        return 1
    except JavaError as error:
        print(f"{error}\n{TRACE}", file=sys.stderr)
        return 1
    as_json = options.get("tw output") == "json"
    print(f"{json.dumps(runs.drop_none(answer.json), indent=2)}\n" if as_json else answer.text, end="")
    return answer.code


def _command(store: Store, options: tw_options.Options, words: list[str]) -> Command:
    """Return the command with its client; raises TwError where tw asks nobody."""
    token = options.get("tw access-token", os.environ.get("TOWER_ACCESS_TOKEN"))
    endpoint = str(options.get("tw url", os.environ.get("TOWER_API_ENDPOINT", "https://api.cloud.seqera.io")))
    if not endpoint.startswith("https") and "tw insecure" not in options:
        raise TwError(
            f"You are trying to connect to an insecure server: {endpoint}\n"
            "        if you want to force the connection use '--insecure'. NOT RECOMMENDED!"
        )
    if token is None:
        raise TwError("Missing TOWER_ACCESS_TOKEN environment variable or 'tw -t <token> ...' parameter")
    if workspace := os.environ.get("TOWER_WORKSPACE_ID"):
        options.setdefault("workspace", workspace)
    return Command(Client(store, endpoint, str(token)), options, words)

"""A program in tw's place: the commands of tw, asking the simulated Platform what tw asks it, and answering as tw does.

Here is its command line: which command, and how its answer or failure is printed. tests/tw-answers.json holds what the
real tw answered, and tests/test_backends.py compares.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from ..state import Store, drop_none
from . import compute_env_commands, dataset_commands, general_commands, pipeline_commands, run_commands
from .client import Client, JavaError, TwError
from .command import Answer, Command
from .options import Options, UsageError, parse

COMMANDS: dict[str, Callable[[Command], Answer]] = {
    "info": general_commands.info,
    "workspaces list": general_commands.list_workspaces,
    "organizations list": general_commands.list_organizations,
    "credentials list": general_commands.list_credentials,
    "labels list": general_commands.list_labels,
    "compute-envs list": compute_env_commands.list_compute_envs,
    "compute-envs view": compute_env_commands.view,
    "compute-envs add aws-batch forge": compute_env_commands.add_forge,
    "compute-envs delete": compute_env_commands.delete,
    "pipelines list": pipeline_commands.list_pipelines,
    "pipelines view": pipeline_commands.view,
    "pipelines add": pipeline_commands.add,
    "pipelines update": pipeline_commands.update,
    "pipelines delete": pipeline_commands.delete,
    "launch": pipeline_commands.launch,
    "runs list": run_commands.list_runs,
    "runs view": run_commands.view,
    "runs view tasks": run_commands.list_tasks,
    "runs dump": run_commands.dump,
    "datasets list": dataset_commands.list_datasets,
    "datasets view": dataset_commands.view,
    "datasets url": dataset_commands.address,
    "datasets add": dataset_commands.add,
    "datasets update": dataset_commands.update,
    "datasets delete": dataset_commands.delete,
}
ROOT = Path(__file__).resolve().parents[3]  # where the package is found
TRACE = "\tat io.seqera.tower.cli.commands.AbstractApiCmd.call(AbstractApiCmd.java)"


def write_program(folder: Path) -> None:
    """Write the program tw into a folder that is to be on PATH; it asks the Platform whose folder is $TW_STATE."""
    start = f"import sys; sys.path[0] = {str(ROOT)!r}"
    code = f"{start}; from {__name__} import main; sys.exit(main(sys.argv[1:]))"
    program = folder / "tw"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -c {shlex.quote(code)} "$@"\n')
    program.chmod(0o755)


def main(arguments: list[str]) -> int:
    """Do what the arguments say and return the exit code."""
    if arguments[:1] in (["--version"], ["-V"]):
        print(f"Tower CLI version {general_commands.VERSION} (build {general_commands.BUILD})")
        return 0
    store = Store(Path(os.environ["TW_STATE"]))
    with store.calls.open("a") as file:
        file.write("".join(f"{word}\x1f" for word in arguments) + "\n")
    try:
        name, options, words = parse(arguments)
    except UsageError as error:
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
    print(f"{json.dumps(drop_none(answer.json), indent=2)}\n" if as_json else answer.text, end="")
    return answer.code


def _command(store: Store, options: Options, words: list[str]) -> Command:
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

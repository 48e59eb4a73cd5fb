"""The workspace of a folder as the Platform has it, each thing looked up by its name."""

from __future__ import annotations

from typing import NamedTuple

from ..json_reply import Reply
from ..process import at_once
from .tw import Tw, workspace

_PAGE = 100  # tasks that the Platform tells at once
UNDER_WAY = ("SUBMITTED", "RUNNING", "UNKNOWN")  # states of a run that has not ended, as far as is known


class Kind(NamedTuple):
    """A kind of thing that seqerakit creates: its command, and what people call it."""

    command: str
    noun: str


KINDS = {
    kind.command: kind
    for kind in (
        Kind("compute-envs", "compute environment"),
        Kind("pipelines", "pipeline"),
        Kind("datasets", "dataset"),
    )
}


class Workspace:
    """Asks tw for what a workspace holds. Every method raises TwError and ReplyError."""

    def __init__(self, tw: Tw) -> None:
        self.tw, self.name = tw, workspace(tw.env)

    def ask(self, *words: str) -> Reply:
        """Return what tw answers for this workspace."""
        return self.tw.ask(*words, "--workspace", self.name)

    def find(self, command: str, name: str) -> Reply | None:
        """Return the list's entry of the compute environment, pipeline or dataset of exactly this name.

        tw lists at most 100 pipelines or datasets: so the list is filtered by the name.
        """
        if command == "compute-envs":
            return self.compute_envs().get(name)
        listed = self.ask(command, "list", "--filter", name)
        entries = listed.items("pipelines" if command == "pipelines" else "datasetList")
        return next((entry for entry in entries if entry.text("name", "") == name), None)

    def compute_envs(self) -> dict[str, Reply]:
        """Return the list's entry of each compute environment by its name."""
        entries = self.ask("compute-envs", "list").items("computeEnvs")
        return {entry.text("name"): entry for entry in entries}

    def view_compute_env(self, identifier: str) -> Reply:
        """Return all that the Platform knows of a compute environment."""
        return self.ask("compute-envs", "view", "--id", identifier)

    def view_pipeline(self, identifier: str) -> Reply:
        """Return what a pipeline of the Launchpad is launched with."""
        return self.ask("pipelines", "view", "--id", identifier)

    def newest_runs(self) -> list[Reply]:
        """Return the newest 100 runs of the workspace."""
        entries = self.ask("runs", "list", "--max", "100").items("workflows")
        return [entry.get("workflow") for entry in entries]

    def tasks(self, identifier: str, number: int, most_pages: int) -> list[Reply]:
        """Return tasks of a run, 100 a page, of so many as it has; all pages are asked for at once."""
        pages = range(min(most_pages, -(-number // _PAGE)))
        where = ("runs", "view", "--id", identifier, "--workspace", self.name)
        words = ("tasks", "--columns", "submit", "--max", str(_PAGE), "--offset")
        with at_once(8) as pool:
            found = pool.map(lambda page: self.tw.ask_list(*where, *words, str(page * _PAGE)), pages)
            return [task for listed in found for task in listed]

    def runs_named(self, text: str) -> dict[str, Reply]:
        """Return the runs in whose names or ids a text occurs, by id."""
        entries = self.ask("runs", "list", "--filter", text).items("workflows")
        runs = [entry.get("workflow") for entry in entries]
        return {run.text("id"): run for run in runs}

    def find_run(self, name: str) -> str:
        """Return the id of the run of exactly this name, or an empty text."""
        found = self.runs_named(name).items()
        return next((identifier for identifier, run in found if run.text("runName") == name), "")

"""The workspace of a folder as the Platform has it, each thing looked up by its name."""

from __future__ import annotations

from typing import NamedTuple

from ..json_reply import Reply
from ..process import at_once
from .tw import Tw, workspace

ROWS, PAGES = 100, 4  # of a list: what the Platform tells at once, and how many such pages are asked for at a time
# States of a run: how it ended; UNKNOWN, where the Platform lost sight of it; DELETED, where it has none such any more,
# which is our word. Any other counts as under way, also one that a later Platform may have.
SUCCEEDED, FAILED, CANCELLED, UNKNOWN, DELETED = "SUCCEEDED", "FAILED", "CANCELLED", "UNKNOWN", "DELETED"
ENDED = (SUCCEEDED, FAILED, CANCELLED)
ACTIVE = ("SUBMITTED", "RUNNING")  # the Platform's own words for one under way


def is_under_way(status: str) -> bool:
    """Tell whether a run of this status may still do something, and use what it runs on."""
    return status not in (*ENDED, UNKNOWN, DELETED)


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

    def view_pipeline(self, option: str, reference: str) -> Reply:
        """Return what a pipeline of the Launchpad is launched with, found by --id or --name."""
        return self.ask("pipelines", "view", option, reference)

    def newest_runs(self) -> dict[str, Reply]:
        """Return the newest 100 runs of the workspace by id."""
        return self._list_runs("--max", str(ROWS))

    def runs(self) -> dict[str, Reply]:
        """Return all runs of the workspace by id, the newest first, asked for page by page."""
        found: dict[str, Reply] = {}
        first, pages = 0, 1
        with at_once() as pool:
            while True:
                offsets = [str(ROWS * number) for number in range(first, first + pages)]
                asked = list(pool.map(lambda offset: self._list_runs("--max", str(ROWS), "--offset", offset), offsets))
                new = {identifier: run for page in asked for identifier, run in page.items() if identifier not in found}
                found |= new
                if not new or any(len(page) < ROWS for page in asked):
                    return found
                first, pages = first + pages, PAGES

    def tasks(self, identifier: str, number: int, most_pages: int) -> list[Reply]:
        """Return the tasks of a run that has number of them, 100 a page; all pages are asked for at once."""
        pages = range(min(most_pages, -(-number // ROWS)))
        where = ("runs", "view", "--id", identifier, "--workspace", self.name)
        words = ("tasks", "--columns", "submit", "--max", str(ROWS), "--offset")
        with at_once() as pool:
            found = pool.map(lambda page: self.tw.ask_list(*where, *words, str(page * ROWS)), pages)
            return [task for listed in found for task in listed]

    def runs_named(self, text: str) -> dict[str, Reply]:
        """Return the runs in whose names or ids a text occurs, by id."""
        return self._list_runs("--filter", text)

    def _list_runs(self, *options: str) -> dict[str, Reply]:
        runs = [entry.get("workflow") for entry in self.ask("runs", "list", *options).items("workflows")]
        return {run.text("id"): run for run in runs}

    def find_run(self, name: str) -> str:
        """Return the id of the run of exactly this name, or an empty text."""
        found = self.runs_named(name).items()
        return next((identifier for identifier, run in found if run.text("runName") == name), "")

"""The pipelines of files beside those of the Launchpad: which are there, which are the files', and replacing one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from concurrent.futures import Future
from pathlib import Path
from typing import NamedTuple

from ..errors import NoAnswerError
from ..json_reply import Reply
from ..output import say, show_command
from ..process import AT_ONCE, at_once
from .differences import Difference, find_listed_differences, find_pipeline_differences
from .seqerakit import PARAMS, Command, Plans
from .tw import TwError
from .tw_failure import Kind
from .workspace import Workspace

CANNOT_VIEW = "tw cannot view it, as this Platform sends no pipeline version, which tw 0.23 and newer needs"
# Options of `tw pipelines add` that `tw pipelines update` is given otherwise, or does not have.
_OTHERWISE = ("--name", "--workspace", "--labels", "--version-name")


class Pipeline(NamedTuple):
    """A pipeline that a file describes: what the Launchpad's of that name has otherwise, and its id, if there is one.

    can_view is false where tw cannot show it whole: then it may differ in more.
    """

    file: str
    command: Command
    id: str
    differences: list[Difference]
    can_view: bool

    @property
    def name(self) -> str:
        return self.command.name

    @property
    def may_differ(self) -> bool:
        """Whether the Launchpad has one of this name that is not known to be the file's."""
        return bool(self.id) and (bool(self.differences) or not self.can_view)

    def describe(self) -> str:
        """Return in what it differs."""
        return f"{self.name} is not what {self.file} says: {'; '.join(map(str, self.differences))}"


def pipelines_of(plans: Plans) -> list[tuple[str, Command]]:
    """Return the commands of plans that add pipelines, each with its file."""
    return [(file, each) for file, plan in plans.items() for each in plan if each.resource == "pipelines"]


def look_up_all(workspace: Workspace, root: Path, plans: Plans) -> list[Pipeline]:
    """Return the pipelines that files describe, in their order, each compared; raises UserError."""
    with at_once(AT_ONCE // 2) as pool:
        return list(pool.map(lambda pair: look_up(workspace, root, *pair), pipelines_of(plans)))


def look_up(workspace: Workspace, root: Path, file: str, command: Command) -> Pipeline:
    """Return the pipeline that a command of a file would add, compared with the Launchpad's; raises UserError.

    Its list and its view by the name are asked for at once. The list decides which one it is, as a view by a name may
    show one that is shared by another workspace: then, or where that view fails, it is viewed by its id.
    """
    with at_once(1) as pool:
        by_name = pool.submit(workspace.view_pipeline, "--name", command.name)
        entry = workspace.find("pipelines", command.name)
        if entry is None:
            return Pipeline(file, command, "", [], can_view=True)
        identifier = entry.text("pipelineId")
        try:
            seen = _seen(by_name, identifier) or workspace.view_pipeline("--id", identifier)
        except TwError as error:
            if error.kind is not Kind.NO_VERSION:
                raise
            return Pipeline(file, command, identifier, find_listed_differences(command, entry), can_view=False)
    return Pipeline(file, command, identifier, find_pipeline_differences(command, seen, root), can_view=True)


def _seen(by_name: Future[Reply], identifier: str) -> Reply | None:
    """Return a pipeline as it was viewed by its name, None where that showed nothing, or another one."""
    try:
        seen = by_name.result()
        return seen if seen.get("info").text("pipelineId", "") == identifier else None
    except NoAnswerError as error:
        if isinstance(error, TwError) and error.kind is Kind.NO_VERSION:
            raise
        return None


def replace(workspace: Workspace, pipeline: Pipeline) -> bool:
    """Show what changes, and update a pipeline in place; false where it was deleted and is to be added again.

    tw pipelines update keeps what it is not given or what is empty, and the Platform then takes a pipeline's labels
    away [tw 0.38.0's source; the API's reference]. Raises TwError and ReplyError.
    """
    say(f"{pipeline.name} becomes what {pipeline.file} says:")
    for line in (line for each in pipeline.differences for line in each.lines()):
        say(f"  {line}")
    if not pipeline.can_view:
        say(f"  {CANNOT_VIEW}: so it is deleted and added again")
    options = [each.option for each in pipeline.differences]
    emptied = [each.option for each in pipeline.differences if each.ours in ("", "False")]
    if not pipeline.can_view or emptied or "labels" in options or pipeline.command.option("--labels"):
        _run(workspace, ["pipelines", "delete", "--id", pipeline.id])
        return False
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "params.yml"
        path.write_text(pipeline.command.params, encoding="utf-8")
        _run(workspace, ["pipelines", "update", "--id", pipeline.id, *_update_words(pipeline.command, str(path))])
    return True


def _run(workspace: Workspace, words: list[str]) -> None:
    show_command(["tw", *words])
    workspace.ask(*words)


def _update_words(command: Command, params: str) -> Iterable[str]:
    """Return the options of `tw pipelines update` that say what those of `tw pipelines add` say."""
    yield from ("--pipeline", command.url)
    words = iter(command.words[3:])
    for word in words:
        if word in _OTHERWISE:
            next(words)
        elif word != command.url:
            yield params if word == PARAMS else word

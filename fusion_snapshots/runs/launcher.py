"""Launching a run: it is in report/runs.csv before it is sent, and gets its id, or goes again, by what tw answers."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ..benchmark import Benchmark
from ..errors import UserError
from ..folder.layout import RUNS
from ..output import say, warn
from ..platform.seqerakit import PARAMS, Command
from ..platform.tw import TwError
from ..platform.tw_failure import REFUSALS, Kind
from .listed import Row, add_run, fill_in_ids, now, read_runs, remove_run
from .store import locked

SECONDS = 300.0  # for one launch; it takes a few seconds
# After these, the Platform may have started a run, and may still do so: the answer alone is lost.
_LOST = {Kind.NETWORK, Kind.PAGE, Kind.TIMEOUT}
_NO_ID = f"Its row in {RUNS} has no id yet; the next step asks for it again"


def launch_run(benchmark: Benchmark, command: Command) -> Row:
    """Send a launch, say that its run has started, and return its row; raises UserError where it is not known to have.

    What refuses a launch leaves no row. Whatever else ends the step leaves one without an id, for which the next step
    that needs it asks.
    """
    with tempfile.TemporaryDirectory() as folder:
        params = Path(folder) / "params.yaml"
        params.write_text(command.params, encoding="utf-8")
        words = [str(params) if word == PARAMS else word for word in command.words[1:]]
        # Held while a launch is sent and recorded, and no longer.
        with locked(benchmark.root, lambda: say("Another step of this folder is launching a run: waiting for it.")):
            row = Row("", command.name, command.option("--compute-env"), now())
            if any(row.name == each.name for each in read_runs(benchmark.root)):
                raise UserError(f"{row.name} is in {RUNS} already, and a name is used once; it was not launched", 1)
            add_run(benchmark.root, row)
            try:
                identifier, url = _send(benchmark, row, words)
            except KeyboardInterrupt:
                warn(f"{row.name}: whether it started is not known. {_NO_ID}.")
                raise
            try:
                fill_in_ids(benchmark.root, {row.name: identifier})
            except UserError as error:
                raise UserError(f"{error}; {row.name} has started as {identifier}", error.code) from None
    say(f"{row.name}: started as {identifier}{f': {url}' if url else ''}")
    return row._replace(id=identifier)


def _send(benchmark: Benchmark, row: Row, words: list[str]) -> tuple[str, str]:
    """Return the id of the run that started, and its page's address where tw says it; raises UserError."""
    try:
        answer = benchmark.workspace.tw.ask(*words, seconds=SECONDS)
        return answer.text("workflowId"), answer.text("workflowUrl", "")
    except UserError as error:
        refused = isinstance(error, TwError) and error.kind in REFUSALS
        identifier = "" if refused else _look_up(benchmark, row)
        if identifier:
            return identifier, ""
        if refused or (identifier is not None and isinstance(error, TwError) and error.kind not in _LOST):
            remove_run(benchmark.root, row.name)
            warn(f"{row.name}: did not start")
            error.code = 1
            raise
        raise UserError(f"{row.name}: whether it started is not known: {error}. {_NO_ID}", 1) from None


def _look_up(benchmark: Benchmark, row: Row) -> str | None:
    """Return the id of a run by its name, empty where there is none, None where tw does not answer."""
    try:
        return benchmark.workspace.find_run(row.name)
    except UserError:
        return None

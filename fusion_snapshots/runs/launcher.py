"""Launching a run: it is in report/runs.csv before it is sent, and gets its id, or goes again, by what tw answers."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from concurrent.futures import Future
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from ..benchmark import Benchmark
from ..errors import UserError
from ..folder.layout import RUNS
from ..output import say, warn
from ..platform.seqerakit import PARAMS, Command
from ..platform.tw import TwError
from ..platform.tw_failure import REFUSALS, Kind
from ..process import at_once
from .listed import Row, add_run, fill_in_ids, now, read_runs, remove_run
from .store import locked

SECONDS = 300.0  # for one launch; it takes a few seconds
# After these, the Platform may have started a run, and may still do so: the answer alone is lost.
_LOST = {Kind.NETWORK, Kind.PAGE, Kind.TIMEOUT, Kind.UNREAD}
_NO_ID = f"Its row in {RUNS} has no id yet; the next step asks for it again"


class _Outcome(NamedTuple):
    """What became of a launch: its row, with an id where it started, what is said of it, and why it is not known to."""

    row: Row
    text: str
    error: UserError | None = None

    def tell(self) -> None:
        if self.text:
            (warn if self.error else say)(f"{self.row.name}: {self.text}")


def launch_run(benchmark: Benchmark, command: Command) -> Row:
    """Send a launch as launch_runs does, and return its row; raises UserError."""
    started, troubles = launch_runs(benchmark, [command])
    if troubles:
        raise troubles[0]
    return started[0]


def launch_runs(benchmark: Benchmark, commands: Sequence[Command]) -> tuple[list[Row], list[UserError]]:
    """Send launches side by side, say what became of each, and return the rows of those that started, and all errors.

    All are listed before the first is sent. What refuses a launch leaves no row. Whatever else ends the step leaves
    rows without an id, for which the next step that needs them asks. Raises UserError where nothing was sent.
    """
    outcomes: list[_Outcome] = []
    with tempfile.TemporaryDirectory() as folder:
        words = [_words(command, Path(folder) / f"params-{number}.yaml") for number, command in enumerate(commands)]
        # Held while launches are sent and recorded, and no longer.
        with locked(benchmark.root, lambda: say("Another step of this folder is launching a run: waiting for it.")):
            rows = [Row("", command.name, command.option("--compute-env"), now()) for command in commands]
            names = [each.name for each in read_runs(benchmark.root)]
            if taken := [row.name for row in rows if row.name in names]:
                raise UserError(f"{taken[0]} is in {RUNS} already, and a name is used once; it was not launched", 1)
            add_run(benchmark.root, *rows)
            sent: list[Future[_Outcome]] = []
            try:
                with at_once() as pool:
                    sent += [pool.submit(_launch, benchmark, *each) for each in zip(rows, words, strict=True)]
                    for future in sent:
                        outcomes.append(future.result())
                        outcomes[-1].tell()
            except KeyboardInterrupt:
                for row, future in list(zip_longest(rows, sent))[len(outcomes) :]:
                    _tell_of_stopped(row, future)
                raise
    return [each.row for each in outcomes if not each.error], [each.error for each in outcomes if each.error]


def _words(command: Command, params: Path) -> list[str]:
    """Return the words of a launch that tw is given, with the file of its parameters."""
    params.write_text(command.params, encoding="utf-8")
    return [str(params) if word == PARAMS else word for word in command.words[1:]]


def _tell_of_stopped(row: Row, sent: Future[_Outcome] | None) -> None:
    """Say what became of a launch that Ctrl-C came upon: that it is not known, unless tw had answered before."""
    if sent and sent.done() and not sent.cancelled() and sent.result().text:
        sent.result().tell()
    else:
        warn(f"{row.name}: whether it started is not known. {_NO_ID}.")


def _launch(benchmark: Benchmark, row: Row, words: list[str]) -> _Outcome:
    """Send a launch, record what became of it, and return that."""
    try:
        return _send(benchmark, row, words)
    except UserError as error:  # it cannot be recorded
        return _Outcome(row, "", error)


def _send(benchmark: Benchmark, row: Row, words: list[str]) -> _Outcome:
    """Do so; raises UserError where the list of runs cannot be written."""
    try:
        answer = benchmark.workspace.tw.ask(*words, seconds=SECONDS)
        identifier, url = answer.text("workflowId"), answer.text("workflowUrl", "")
    except UserError as error:
        refused = isinstance(error, TwError) and error.kind in REFUSALS
        found = "" if refused else _look_up(benchmark, row)
        if not found:
            return _not_started(benchmark, row, error, known=found is not None)
        identifier, url = found, ""
    try:
        fill_in_ids(benchmark.root, {row.name: identifier})
    except UserError as error:
        raise UserError(f"{error}; {row.name} has started as {identifier}", error.code) from None
    return _Outcome(row._replace(id=identifier), f"started as {identifier}{f': {url}' if url else ''}")


def _not_started(benchmark: Benchmark, row: Row, error: UserError, *, known: bool) -> _Outcome:
    """Take out the row of a run that did not start; known: tw has no run of its name."""
    if known and isinstance(error, TwError) and error.kind not in _LOST:
        remove_run(benchmark.root, row.name)
        error.code = 1
        return _Outcome(row, "did not start", error)
    return _Outcome(row, "", UserError(f"{row.name}: whether it started is not known: {error}. {_NO_ID}", 1))


def _look_up(benchmark: Benchmark, row: Row) -> str | None:
    """Return the id of a run by its name, empty where there is none, None where tw does not answer."""
    try:
        return benchmark.workspace.find_run(row.name)
    except UserError:
        return None

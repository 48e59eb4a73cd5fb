"""make launch and make hello: start runs, in rounds of one of each arm, and list each in report/runs.csv."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

from .benchmark import Benchmark
from .errors import UserError
from .folder.layout import RUNS
from .output import say, warn
from .pipelines import require_same_pipelines
from .platform.tw import TwError
from .platform.tw_failure import REFUSALS
from .runs.listed import Row, add_run, now, read_runs

SECONDS = 600.0  # for the launches of one file; one takes a few seconds


class Started(NamedTuple):
    """A run that tw says it has started: its id, and the address of its page, empty where tw names none."""

    id: str
    url: str


def read_started(line: str) -> Started | None:
    """Return the run that a line of `seqerakit --json` names."""
    found = re.search(r'"workflowId":\s*"([A-Za-z0-9]+)"', line)
    url = re.search(r'"workflowUrl":\s*"([^"]+)"', line)
    return Started(found[1], url[1] if url else "") if found else None


class Launch:
    """The launches of one file under way: those left have not named an id yet, in the order in which they start."""

    def __init__(self, benchmark: Benchmark, file: str, left: list[Row]) -> None:
        self.benchmark, self.file, self.left = benchmark, file, left

    def run(self) -> None:
        """Launch the file's runs and record each; raises UserError where not all are known to have started."""
        stopped = None
        with self.benchmark.seqerakit.start("--json", self.file, seconds=SECONDS) as seqerakit:
            try:
                self._record(seqerakit.lines())
            except KeyboardInterrupt as stop:
                # What it still says of launches that were sent counts.
                stopped = stop
                seqerakit.stop()
                self._record(seqerakit.lines())
            code = seqerakit.wait()
        # seqerakit stops at the first failure: of the launches that are left, only the first was tried.
        sent = self.left[:1] if code or stopped else list(self.left)
        for row in sent:
            self._recover(row, accepted=not code)
        if stopped:
            raise stopped
        if self.left:
            late = f"seqerakit did not end within {SECONDS:.0f} seconds and was stopped. " if seqerakit.overdue else ""
            raise UserError(f"{late}{self.file} was not launched whole", code if 0 < code < 128 else 1)

    def _record(self, lines: Iterable[str]) -> None:
        for line in lines:
            started = read_started(line)
            if started and self.left:
                self._add(self.left[0]._replace(id=started.id, when=now()), started.url)
            elif not started:
                say(line)

    def _add(self, row: Row, place: str) -> None:
        """Say and write that a run has started; what is said stands even where nothing can be written."""
        del self.left[0]
        say(f"{row.name}: started as {row.id}{f': {place}' if place else ''}")
        self._write(row)

    def _write(self, row: Row) -> None:
        try:
            add_run(self.benchmark.root, row)
        except UserError as error:
            raise UserError(f"{error}. Add this line to it: {','.join(row)}") from None

    def _recover(self, row: Row, *, accepted: bool) -> None:
        """Record a launch that named no id, if it started all the same, or may have."""
        try:
            identifier = self.benchmark.workspace.find_run(row.name)
        except UserError as error:
            # A tw that refuses this has refused the launch as well: nothing started.
            if isinstance(error, TwError) and error.kind in REFUSALS:
                return
            identifier, accepted = "", True
        if identifier:
            self._add(row._replace(id=identifier, when=now()), "")
        elif accepted:
            self._write(row._replace(when=now()))
            warn(
                f"{row.name}: whether it started is not known, as tw's answer cannot be read. "
                f"Its row in {RUNS} has no id yet; make report asks for it again."
            )
        else:
            warn(f"{row.name}: did not start")


def launch_arms(benchmark: Benchmark, rounds: int) -> None:
    """Launch every arm's workflow so many times, one of each arm a round, so that drift hits all alike."""
    files = benchmark.files(*(arm.launch for arm in benchmark.arms))
    launch_files(benchmark, files, rounds, again="make launch")


def launch_files(benchmark: Benchmark, files: list[str], rounds: int, again: str) -> None:
    """Launch the runs of seqerakit files and add a row for each to report/runs.csv; raises UserError.

    From the second round on, the runs' names end in the round's number, as TIME is the step's.
    """
    try:
        add_run(benchmark.root)
    except UserError as error:
        raise UserError(f"{error}; nothing was launched") from None
    read_runs(benchmark.root)  # raises at what could not be read later
    done = 0
    for number in range(1, rounds + 1):
        own = benchmark if number == 1 else benchmark.with_variables(TIME=f"{benchmark.env['TIME']}-{number}")
        plans = own.seqerakit.planned_of(files)
        if not any(command.resource == "launch" for commands in plans.values() for command in commands):
            raise UserError(f"{' '.join(files)} launch nothing; name a file that does, e.g. launch/hello.yml")
        if number == 1:
            require_same_pipelines(benchmark, chain.from_iterable(plans.values()))
        for file, commands in plans.items():
            left = [Row("", c.name, c.option("--compute-env"), "") for c in commands if c.resource == "launch"]
            try:
                Launch(own, file, left).run()
            except UserError as error:
                rest = f"{done} of {rounds * len(files)} files were launched. " if done else ""
                hint = f"Fix what is said above (make pipelines adds what the Launchpad lacks), then: {again}"
                raise UserError(f"{error}. {rest}{hint}", error.code) from None
            done += 1

"""One folder per account, from one file of answers each, on all cores: what render_accounts.py runs."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from rich.console import Console
from rich.progress import track

from ..findings import count_of, mask, printable
from ..output import warn
from ..unexpected import UNEXPECTED, keep_log
from .account_files import Account, Outcome, read_accounts
from .unchanged import is_unchanged
from .workers import Workers


def main(arguments: list[str] | None = None) -> int:
    """Render the accounts named in the arguments (the command line's) and return the exit code.

    0: every folder is rendered or unchanged; 1: an account was refused; 2: nothing could run; 3: an unexpected error,
    kept in a log; 128 and its number: a signal stopped it, 130 for Ctrl-C.
    """
    parser = argparse.ArgumentParser(prog="render_accounts.py", description="Render one folder per account.")
    parser.add_argument("files", nargs="+", type=Path, help="one file of answers per account, e.g. accounts/*.yml")
    parser.add_argument("-o", "--output-dir", type=Path, default=Path(), help="where the folders go (default: here)")
    options = parser.parse_args(arguments)
    output = options.output_dir.resolve()
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        print(f"render_accounts.py: {output}: {error.strerror}; choose another --output-dir", file=sys.stderr)
        return 2
    try:
        return render_all(sorted({file.resolve() for file in options.files}), output)
    except Exception as error:
        warn(f"render_accounts.py: {keep_log(error)}")
        return UNEXPECTED


def render_all(files: list[Path], output: Path) -> int:
    """Render all accounts, print what became of each, and return the exit code."""
    console = Console(highlight=False, soft_wrap=True)
    counts = {"rendered": 0, "unchanged": 0, "refused": 0}
    waiting = 0
    workers: Workers[Account, Outcome] = Workers()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, workers.stop)
    accounts, refused = read_accounts(files, output)
    outcomes = render_changed(accounts, workers)
    progress = track(
        outcomes,
        "Rendering",
        total=len(accounts),
        console=console,
        auto_refresh=False,  # that would be a thread, and processes are forked from this one
        disable=not console.is_terminal,
    )
    for outcome in chain(refused, progress):
        counts[outcome.state] += 1
        waiting += outcome.waiting
        lines = [f"{outcome.state:9}  {outcome.file.name}  {outcome.folder}"]
        lines += [f"           {line.strip()}" for line in outcome.said.splitlines() if line.strip()]
        for line in lines:
            console.print(printable(mask(line)).replace("\n", " "), markup=False)
    console.print(", ".join(f"{number} {state}" for state, number in counts.items()))
    if waiting:
        console.print(
            f"{count_of(waiting, 'edited version')} to take over and remove; until then, no step changes the workspace."
        )
    if workers.stopped_by:
        left = f"{len(workers.waiting)} of {len(files)} not begun"
        print(f"Stopped: {left}. Run it again: what is rendered is left as it is.", file=sys.stderr)
        return 128 + workers.stopped_by
    return 1 if counts["refused"] else 0


def render_changed(accounts: Iterable[Account], workers: Workers[Account, Outcome]) -> Iterator[Outcome]:
    """Yield what became of each account: first of the folders that are left alone, then of each as it is rendered."""
    for account in accounts:
        if not workers.stopped_by and is_unchanged(account.folder, account.answers):
            yield Outcome(account.file, "unchanged", str(account.folder), "")
        else:
            workers.waiting.append(account)
    if workers.waiting:
        from .rendering import render  # it loads cookiecutter: once, before the processes begin, and only for them

        for account, outcome in workers.run(render):
            yield outcome or Outcome(
                account.file, "refused", "", "the process that rendered it was killed; run it again"
            )

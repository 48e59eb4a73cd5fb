"""One folder per account, from one file of answers each, on all cores: what render_accounts.py runs."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from cookiecutter.config import get_config
from cookiecutter.exceptions import CookiecutterException
from cookiecutter.generate import generate_context
from cookiecutter.main import cookiecutter
from cookiecutter.prompt import prompt_for_config
from rich.console import Console
from rich.progress import track

from ..edited import unmerged
from .given import find_slips, read_written
from .questions import ROOT
from .record import read_record


class Outcome(NamedTuple):
    """What became of one account: rendered, unchanged or refused, its folder, and what is to be said of it."""

    file: Path
    state: str
    folder: str
    said: str


@contextlib.contextmanager
def quiet() -> Iterator[Path]:
    """Send what this process and the hooks say to a file in a new directory, which is the current one meanwhile."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as name:
        said = Path(name, "said")
        kept = [os.dup(stream) for stream in (1, 2)]
        with said.open("w") as file:
            for stream in (1, 2):
                os.dup2(file.fileno(), stream)
            os.chdir(name)
            try:
                yield said
            finally:
                os.chdir(before)
                sys.stdout.flush()
                for copy, stream in zip(kept, (1, 2), strict=True):
                    os.dup2(copy, stream)
                    os.close(copy)


def answers_of(file: Path) -> dict[str, object]:
    """Return the answers a file gives; raises ValueError with what is wrong with it."""
    try:
        config = get_config(file)
        written = read_written(file)
    except (CookiecutterException, OSError) as error:
        raise ValueError(str(error)) from None
    answers = config["default_context"]
    if not isinstance(answers, dict) or not answers:
        raise ValueError("holds no answers: it needs default_context: with question: answer lines below it")
    if slips := find_slips(config, {}, written):
        raise ValueError("\n".join(map(str, slips)))
    return answers


def slug_of(file: Path) -> tuple[Path, str, str]:
    """Return a file, the folder it would be rendered to, and why it is refused, if it is; nothing is written."""
    with quiet():
        try:
            context = generate_context(str(ROOT / "cookiecutter.json"), default_context=answers_of(file))
            return file, str(prompt_for_config(context, no_input=True)["project_slug"]), ""
        except Exception as error:  # whatever one file is, the others go on
            return file, "", "\n".join(map(str, getattr(error, "problems", [error])))


def render(file: Path, folder: Path) -> Outcome:
    """Render one account's folder over what is there; cookiecutter's Python API, with a replay file of its own."""
    with quiet() as said:
        try:
            before = state_of(folder)
            config = {"default_context": answers_of(file), "replay_dir": str(said.parent)}
            place = str(folder.parent)
            cookiecutter(str(ROOT), no_input=True, overwrite_if_exists=True, output_dir=place, default_config=config)
            state = "unchanged" if before == state_of(folder) != {} else "rendered"
            waiting = "".join(f"{name}: your edits wait there; take over what you need\n" for name in unmerged(folder))
            return Outcome(file, state, str(folder), waiting)
        except Exception as error:  # whatever one file is, the others go on
            return Outcome(file, "refused", "", f"{said.read_text()}\n{error}")


def state_of(folder: Path) -> dict[str, bytes]:
    """Return the rendered files of a folder with their bytes, by its record; empty where there is none."""
    return {name: (folder / name).read_bytes() for name in read_record(folder).files if (folder / name).is_file()}


def refusals(files: Iterable[tuple[Path, str, str]]) -> dict[Path, str]:
    """Return the files that cannot be rendered, with the reason: refused answers, or a folder named twice."""
    first: dict[str, Path] = {}
    found = {}
    for file, slug, reason in files:
        other = first.setdefault(slug, file) if slug else file
        if reason:
            found[file] = reason
        elif other != file:
            found[file] = (
                f"project_slug: {slug!r} is the folder of {other}, too; give one of them another, e.g. {slug}-2"
            )
    return found


def main(arguments: list[str] | None = None) -> int:
    """Render the accounts named in the arguments (the command line's) and return the exit code.

    0: every folder is rendered or unchanged; 1: an account was refused; 2: nothing could run; 130: interrupted.
    """
    parser = argparse.ArgumentParser(prog="render_accounts.py", description="Render one folder per account.")
    parser.add_argument("files", nargs="+", type=Path, help="one file of answers per account, e.g. accounts/*.yml")
    parser.add_argument("-o", "--output-dir", type=Path, default=Path(), help="where the folders go (default: here)")
    options = parser.parse_args(arguments)
    output = options.output_dir.resolve()
    try:
        output.mkdir(parents=True, exist_ok=True)
        return render_all(sorted({file.resolve() for file in options.files}), output)
    except OSError as error:
        print(f"render_accounts.py: {output}: {error.strerror}; choose another --output-dir", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nrender_accounts.py: interrupted. Run it again: what is rendered is left as it is", file=sys.stderr)
        return 130


def render_all(files: list[Path], output: Path) -> int:
    """Render all accounts, print what became of each, and return the exit code."""
    console = Console(highlight=False, soft_wrap=True)
    counts = {"rendered": 0, "unchanged": 0, "refused": 0}
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        slugs = list(pool.map(slug_of, files))
        refused = refusals(slugs)
        outcomes = [Outcome(file, "refused", "", reason) for file, reason in refused.items()]
        jobs = [pool.submit(render, file, output / slug) for file, slug, _ in slugs if file not in refused]
        finished = (job.result() for job in as_completed(jobs))
        progress = track(finished, "Rendering", total=len(jobs), console=console, disable=not console.is_terminal)
        for outcome in (*outcomes, *progress):
            counts[outcome.state] += 1
            console.print(f"{outcome.state:9}  {outcome.file.name}  {outcome.folder}", markup=False)
            for line in filter(str.strip, outcome.said.splitlines()):
                console.print(f"           {line.strip()}", markup=False)
    console.print(", ".join(f"{number} {state}" for state, number in counts.items()))
    return 1 if counts["refused"] else 0

# /// script
# requires-python = ">=3.10"
# dependencies = ["cookiecutter>=2.6", "jsonschema>=4.18"]
# ///
"""Render one folder per account, from one file of answers each, on all cores: uv run render_accounts.py accounts/*.yml

Each file is a configuration for cookiecutter's --config-file, as answers.yml in a rendered folder is. A folder that
exists is rendered over; what was edited in it is kept. A refused account does not stop the others.

Exit code 0: every folder is rendered or unchanged; 1: an account was refused; 2: nothing could run.
"""

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

ROOT = Path(__file__).resolve().parent


class Outcome(NamedTuple):
    """What became of one account: rendered, unchanged or refused, its folder, and what cookiecutter said."""

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
    from cookiecutter.config import get_config
    from cookiecutter.exceptions import CookiecutterException

    sys.path.insert(0, str(ROOT))
    from answers_extension import misaddressed

    try:
        answers = get_config(file)["default_context"]
    except (CookiecutterException, OSError) as error:
        raise ValueError(str(error)) from None
    if not isinstance(answers, dict) or not answers:
        raise ValueError("holds no answers: it needs default_context: with question: answer lines below it")
    if problems := list(misaddressed(answers, {})):
        raise ValueError("\n".join(map(str, problems)))
    return answers


def slug_of(file: Path) -> tuple[Path, str, str]:
    """Return a file, the folder it would be rendered to, and why it is refused, if it is; nothing is written."""
    from cookiecutter.generate import generate_context
    from cookiecutter.prompt import prompt_for_config

    with quiet():
        try:
            context = generate_context(str(ROOT / "cookiecutter.json"), default_context=answers_of(file))
            return file, str(prompt_for_config(context, no_input=True)["project_slug"]), ""
        except Exception as error:  # whatever one file is, the others go on
            return file, "", "\n".join(map(str, getattr(error, "problems", [error])))


def render(file: Path, folder: Path) -> Outcome:
    """Render one account's folder over what is there; cookiecutter's Python API, with a replay file of its own."""
    from cookiecutter.main import cookiecutter

    with quiet() as said:
        try:
            before = state_of(folder)
            config = {"default_context": answers_of(file), "replay_dir": str(said.parent)}
            place = str(folder.parent)
            cookiecutter(str(ROOT), no_input=True, overwrite_if_exists=True, output_dir=place, default_config=config)
            state = "unchanged" if before == state_of(folder) != {} else "rendered"
            return Outcome(file, state, str(folder), "")
        except Exception as error:  # whatever one file is, the others go on
            return Outcome(file, "refused", "", f"{said.read_text()}\n{error}")


def state_of(folder: Path) -> dict[str, bytes]:
    """Return the rendered files of a folder with their bytes, by its manifest; empty where there is none."""
    sys.path.insert(0, str(ROOT / "hooks"))
    import edits

    return {name: (folder / name).read_bytes() for name in edits.read_manifest(folder) if (folder / name).is_file()}


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


def main() -> int:
    """Render the accounts named on the command line and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split(":")[0])
    parser.add_argument("files", nargs="+", type=Path, help="one file of answers per account, e.g. accounts/*.yml")
    parser.add_argument("-o", "--output-dir", type=Path, default=Path(), help="where the folders go (default: here)")
    options = parser.parse_args()
    output = options.output_dir.resolve()
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        print(f"render_accounts.py: {output}: {error.strerror}; choose another --output-dir", file=sys.stderr)
        return 2
    files = sorted({file.resolve() for file in options.files})
    try:
        from rich.console import Console
        from rich.progress import track
    except ImportError:
        print("render_accounts.py: cookiecutter is not installed. Run: uv run render_accounts.py …", file=sys.stderr)
        return 2
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


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("\nrender_accounts.py: interrupted. Run it again: what is rendered is left as it is", file=sys.stderr)
        sys.exit(130)

"""make predict: whether Snapshots will pay, from runs that exist already, in seconds and without AWS."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from ..benchmark import Benchmark
from ..errors import UserError
from ..folder.layout import PREDICTION, SCHEMAS
from ..folder.model import Folder
from ..instance_types import Catalog
from ..output import say, showing
from ..runs.fetch import ARCHIVES, fetch_runs
from ..runs.listed import Row
from ..runs.store import write_whole
from ..settings import Predict
from .documents import write_document
from .picture import draw_picture
from .prediction import predict_from
from .recorded import read_recorded
from .screen import draw_screen
from .terms import read_terms

_ID = re.compile(r"[A-Za-z0-9]{6,40}")


def predict(benchmark: Benchmark | None, settings: Predict) -> None:
    """Print what a result costs and takes on each arm, from archives, traces, or ids of a folder's workspace.

    In a folder the picture is written, too. Raises UserError where nothing can be predicted.
    """
    runs = read_recorded(_find_files(benchmark, settings.run))
    folder = Folder(benchmark.root) if benchmark else None
    catalog = folder.catalog if folder else Catalog(SCHEMAS)
    env = benchmark.env if benchmark else os.environ
    with showing("predicting"):
        prediction = predict_from(runs, catalog, read_terms(folder, catalog, settings), env, Path.cwd())
    say(write_document(prediction) if settings.format == "json" else draw_screen(prediction))
    if benchmark:
        write_whole(benchmark.root, PREDICTION, draw_picture(prediction))
        if settings.format == "text":
            say(f"\n{PREDICTION} shows the costs over the rate.")


def _find_files(benchmark: Benchmark | None, sources: Sequence[str]) -> list[Path]:
    """Return the files that are named; an id stands for an archive in report/runs, which is fetched if need be.

    In a folder, nothing named stands for all that are kept there. Raises UserError where there is no such file.
    """
    if not sources and benchmark and (kept := sorted((benchmark.root / ARCHIVES).glob("*.tar.gz"))):
        return kept
    if not "".join(sources).strip():
        how = "make predict RUN=3dLeF2W4ju5og4" if benchmark else "fusion-snapshots predict ARCHIVE.tar.gz"
        raise UserError(f"name a run's id, an archive of tw runs dump or a trace of Nextflow, e.g. {how}")
    paths = []
    # make hands on several in one word.
    for source in [one for each in sources for one in ([each] if Path(each).is_file() else each.split())]:
        path = Path(source)
        if not path.is_file() and benchmark and _ID.fullmatch(source):
            path = _kept(benchmark, source)
        if not path.is_file():
            raise UserError(f"{source}: there is no such file" + ("" if benchmark else "; an id works in a folder"), 1)
        paths.append(path)
    return paths


def _kept(benchmark: Benchmark, identifier: str) -> Path:
    path = benchmark.root / ARCHIVES / f"{identifier}.tar.gz"
    if not path.is_file():
        fetch_runs(benchmark, [Row(identifier, identifier, "", "")])
    return path

"""Parameters of a Launchpad pipeline that are lost, because a launch has some of its own."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Finding
from ..folder.model import Folder, Item

_KEYS = ("params", "params-file")


def check(folder: Folder) -> Iterator[Finding]:
    """Yield pipelines whose parameters a launch replaces: tw sends those of the launch alone."""
    for pipeline in folder.items("pipelines"):
        launches = (each for each in folder.items("launch") if each.text("pipeline") == pipeline.text("name") != "")
        launch = next((each for each in launches if _keys_of(each)), None)
        if launch and (keys := _keys_of(pipeline)):
            names = ", ".join(filter(None, [*map(str, pipeline.params()), pipeline.text("params-file")]))
            why = f"as {launch.file.name} has parameters, which replace these"
            message = f"{names}: lost at launch, {why}; move them there"
            yield pipeline.finding("warning", "lost-params", (keys[0],), message)


def _keys_of(item: Item) -> list[str]:
    return [key for key in _KEYS if item.is_sound(key) and item.values.get(key)]

"""Arguments that hold .json, at which seqerakit imports a file in place of what the item says."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Finding
from ..folder.model import Folder

# The keys that do not count: the file to import, and what comes after a pipeline's address.
_EXEMPT = {"compute-envs": {"file-path"}, "pipelines": {"file-path", "url", "params", "params-file"}}


def check(folder: Folder) -> Iterator[Finding]:
    """Yield what seqerakit 0.5.7 (helper.py) takes for a file to import; it looks before variables are filled in."""
    for block, exempt in _EXEMPT.items():
        for item in folder.items(block):
            for name, value in item.raw.items():
                if name not in exempt and item.is_sound(name) and ".json" in str(value):
                    why = "holds .json, at which seqerakit imports a file instead of adding this"
                    message = f"{why}; name it by a variable of env.sh"
                    yield item.finding("error", "json-import", (name,), message, value)

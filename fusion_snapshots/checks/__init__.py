"""The checks: a file each, with a function that takes the parsed folder and yields what it finds, in any order."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator

from ..findings import Finding
from ..folder.model import Folder

CHECKS: tuple[Callable[[Folder], Iterator[Finding]], ...] = tuple(
    importlib.import_module(f"{__name__}.{module.name}").check for module in pkgutil.iter_modules(__path__)
)

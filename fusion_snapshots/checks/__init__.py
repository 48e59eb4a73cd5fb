"""The checks: a file each, with a function that takes the parsed folder and yields what it finds, in any order."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..findings import Finding
from ..folder import Folder
from . import (
    env,
    fairness,
    import_by_json,
    instances,
    names,
    params,
    paths,
    samplesheet,
    schema,
    secrets,
    shell,
    yaml_text,
)

CHECKS: tuple[Callable[[Folder], Iterator[Finding]], ...] = tuple(
    module.check
    for module in (
        yaml_text, env, shell, schema, names, paths, params, samplesheet, import_by_json, instances, fairness, secrets,
    )
)  # fmt: skip

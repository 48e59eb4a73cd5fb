"""What a prediction rests on beside the runs: types, limit, retries, and what is assumed, given or was measured."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import UserError
from ..folder.arm_config import ArmConfig, arm_configs
from ..folder.layout import COMPARISON, SNAPSHOTS, WITHOUT_SNAPSHOTS
from ..folder.model import Folder
from ..instance_types import GUIDE, Catalog, InstanceType
from ..settings import Predict

# What the template renders unless told otherwise; a test holds these to it.
TYPES, MAX_RETRIES, SPOT_ATTEMPTS = "guide", 2, 5
OVERHEAD = 0.01


class Measured(NamedTuple):
    """What a comparison measured: e, R in seconds per GiB, and q by instance type; None or empty what it did not."""

    overhead: float | None = None
    restore: float | None = None
    saved: Mapping[str, float] = {}


@dataclass(frozen=True)
class Terms:
    """The types that are listed, the limit in GiB, and the attempts of a task in all, by arm.

    place says whose they are; overhead is a share of run time, wait is in hours.
    """

    types: list[InstanceType]
    limit_gib: float
    attempts: Mapping[str, int]
    place: str
    overhead: float
    wait: float
    measured: Measured
    settings: Predict


def read_terms(folder: Folder | None, catalog: Catalog, settings: Predict, measured: Measured | None = None) -> Terms:
    """Return a folder's terms, or without one the template's; raises UserError for types that are not known.

    measured takes the place of what an earlier comparison of the folder measured.
    """
    configs = {each.arm: each for each in arm_configs(folder)} if folder else {}
    own = configs.get(SNAPSHOTS)
    types = _types_of(folder, own, catalog, settings.types)
    if measured is None:
        measured = read_measured(folder.root / COMPARISON) if folder else Measured()
    overhead = settings.overhead if settings.overhead is not None else measured.overhead
    return Terms(
        types=types,
        limit_gib=(own.limits[1] if own else 0) or largest_task(types),
        attempts={arm: _attempts_in(configs.get(arm)) for arm in (SNAPSHOTS, WITHOUT_SNAPSHOTS)},
        place="this folder's" if own else "the template's",
        overhead=OVERHEAD if overhead is None else overhead,
        wait=settings.wait / 60,
        measured=measured,
        settings=settings,
    )


def largest_task(types: Sequence[InstanceType]) -> int:
    """Return the GiB of the largest task that some type can hold and save in time, as the template limits tasks."""
    return math.floor(max(each.largest_task_gib(dumped=True) for each in types))


def read_measured(path: Path) -> Measured:
    """Return what a comparison measured of Snapshots; nothing where there is none."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Measured()
    found = document.get("measured") if isinstance(document, dict) else None
    if not isinstance(found, dict):
        return Measured()
    by_type = found.get("q")
    types = by_type.items() if isinstance(by_type, dict) else ()
    saved = {name: value for name, each in types if (value := _value(each)) is not None}
    return Measured(_value(found.get("e")), _value(found.get("R")), saved)


def _value(measured: Any) -> float | None:
    value = measured.get("value") if isinstance(measured, dict) else None
    return float(value) if isinstance(value, (int, float)) and 0 <= value < math.inf else None


def _types_of(folder: Folder | None, own: ArmConfig | None, catalog: Catalog, typed: str) -> list[InstanceType]:
    region = folder.env.values.get("AWS_REGION", "") if folder else ""
    listed = typed.replace(" ", "") or (own.environment.text("instance-types") if own and own.environment else "")
    resolved = catalog.resolve(listed or TYPES, region if region in catalog.regions else catalog.regions[-1])
    if typed and (refused := catalog.refused(resolved, snapshots=True)):
        name, why = next(iter(refused.items()))
        raise UserError(f"--types: {name} {why}. Give guide, guaranteed or a list, e.g. c6id.8xlarge,m6id.8xlarge")
    return catalog.expand(resolved) or catalog.expand(GUIDE)


def _attempts_in(config: ArmConfig | None) -> int:
    """Return the attempts that a task has in all: Nextflow's, times those that AWS Batch makes of each."""
    if config is None:
        return (MAX_RETRIES + 1) * SPOT_ATTEMPTS
    return (_number(config, "process.maxRetries") + 1) * max(1, _number(config, "aws.batch.maxSpotAttempts"))


def _number(config: ArmConfig, name: str) -> int:
    setting = config.settings.get(name)
    return (setting.number or 0) if setting else 0

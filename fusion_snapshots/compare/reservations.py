"""What a reader must know before believing the figures: a short list, each with what to do."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from ..findings import count_of
from ..folder.layout import SNAPSHOTS, WITHOUT_SNAPSHOTS
from .doubts import Reservation
from .figures import ArmFigures
from .pairs import Comparison
from .verdict import find_first
from .words import NOT_REPORTED, join_names, show_hours, show_usd

RESUMED, NOT_INTERRUPTED, NOT_TOLD, FUSION_VERSION = "resumed", "not-interrupted", "not-reported", "fusion-version"
RESTORED, TOGETHER = "restored", "together"
# From these on Fusion saves Snapshots while a task runs, and not only at the notice (its changelogs).
_PERIODIC = ((2, 5, 8), (2, 4, 19))


def list_reservations(
    arms: Sequence[ArmFigures], comparisons: Sequence[Comparison], resumed: Sequence[str], not_billed: str
) -> list[Reservation]:
    """Return the reservations, those that forbid a claim first, each once."""
    first = find_first(comparisons)
    ordered = sorted(comparisons, key=lambda each: each is not first)
    found = [reservation for each in ordered for reservation in each.reservations]
    found += [*_resumed(resumed), *_interruptions(arms), *_together(arms), *_fusion(arms), *_restored(arms, not_billed)]
    return list(dict.fromkeys(found))


def _resumed(names: Sequence[str]) -> Iterator[Reservation]:
    if names:
        yield Reservation(
            RESUMED,
            f"Left out, as they were resumed or hold CACHED tasks, and so are no whole runs: {join_names(names)}. "
            "Launch whole runs in their place: make launch",
        )


def _interruptions(arms: Sequence[ArmFigures]) -> Iterator[Reservation]:
    for arm in arms:
        if not arm.has_snapshots:
            continue
        if arm.on_spot is False:
            text = f"{arm.name}: none of its tasks ran on Spot, so this says nothing of Snapshots. Look at its queue."
            yield Reservation(NOT_INTERRUPTED, text)
        elif arm.interruptions is None:
            yield Reservation(
                NOT_TOLD,
                f"{arm.name}: Spot interruptions are {NOT_REPORTED}, which does not mean none. Reports take Nextflow "
                "25.10.4 or newer, and a Platform of 2026.",
            )
        elif not arm.interruptions:
            yield Reservation(
                NOT_INTERRUPTED,
                f"{arm.name}: it met no interruption, so its figures are of Spot's price and say nothing of what "
                "Snapshots save. To cause some: make interrupt ARM=all",
            )


def _together(arms: Sequence[ArmFigures]) -> Iterator[Reservation]:
    names = {arm.name for arm in arms}
    if SNAPSHOTS in names and WITHOUT_SNAPSHOTS not in names:
        yield Reservation(
            TOGETHER,
            "The figures are of Spot's price and of Snapshots together. To tell them apart, render again with "
            "spot_without_snapshots=yes.",
        )


def _fusion(arms: Sequence[ArmFigures]) -> Iterator[Reservation]:
    versions: defaultdict[str, list[str]] = defaultdict(list)
    for arm in arms:
        for run in arm.runs:
            if run.fusion:
                versions[run.fusion].append(run.name)
        old = sorted({run.fusion for run in arm.runs if arm.has_snapshots and _is_old(run.fusion)})
        if old:
            yield Reservation(
                FUSION_VERSION,
                f"{arm.name}: Fusion {join_names(old)} saves no Snapshot while a task runs, only when its host goes. "
                "Launch again with Nextflow 26.04 or newer, which brings Fusion 2.5.8 or newer.",
            )
    if len(versions) > 1:
        told = "; ".join(f"{version} in {join_names(names, 3)}" for version, names in sorted(versions.items()))
        yield Reservation(
            FUSION_VERSION,
            f"The runs had different versions of Fusion, which may differ in speed: {told}. Pin one with "
            "fusion.containerConfigUrl, the same in all arms.",
        )


def _is_old(version: str) -> bool:
    found = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    if not found:
        return False
    number = tuple(int(part) for part in found.groups())
    return not any(number >= least and (number[:2] == least[:2] or least == max(_PERIODIC)) for least in _PERIODIC)


def _restored(arms: Sequence[ArmFigures], not_billed: str) -> Iterator[Reservation]:
    for arm in arms:
        if not arm.waited:
            continue
        hours = sum(task.seconds or 0 for task in arm.waited) / 3600
        usd = sum(task.usd or 0 for task in arm.waited)
        why = f" ({not_billed})" if not_billed else ""
        yield Reservation(
            RESTORED,
            f"{arm.name}: {count_of(len(arm.waited), 'task')} moved to another host. Their {show_hours(hours)} "
            f"task-hours and {show_usd(usd)} USD hold the waits for it, which cost nothing, at the first host's price. "
            f"AWS knows them for about a week{why}: run make compare where aws is signed in.",
        )

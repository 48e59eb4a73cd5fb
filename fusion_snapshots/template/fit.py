"""What the rendered files and the terminal say of the instance types: what each saves in time, what a task may get."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..folder.layout import BASELINE, SNAPSHOTS
from ..instance_types import WINDOW_SECONDS, InstanceType
from ..limits import Limits, limits
from .answers import resolved_types
from .questions import CATALOG


class Fit(NamedTuple):
    """What the files say of the snapshots instance types: all of them, those absent, and the limits of all arms."""

    types: list[InstanceType]
    absent: list[str]
    limits: Limits
    window: int
    total: str
    source: str
    known: bool  # what the region offers


def snapshot_fit(answers: Mapping[str, str]) -> Fit:
    """Return what the snapshots instance types dump in the time AWS gives, and what a task of any arm may get."""
    region = answers["aws_region"]
    listed = resolved_types(answers, "snapshots_instance_types")
    types = CATALOG.expand(listed)
    absent = CATALOG.absent(listed, region)
    # The arm on Spot without Snapshots has the types of the one with them, so it sets no limit of its own.
    arms = {BASELINE: CATALOG.expand(answers["ondemand_instance_types"]), SNAPSHOTS: types}
    found = limits(arms, {SNAPSHOTS}, region, int(answers["max_cpus"]))
    total = f"tasks limited to {found.memory_gib} GB"
    if found.risky:
        total += f"; one above {found.safe_gib} GiB may meet a type that cannot save it (guaranteed avoids that)"
    else:
        which = "each of these types"
        if any(each.task_gib < found.memory_gib for each in types):
            which += " that can hold them"
        total += f", which {which} dumps in {WINDOW_SECONDS} s"
    if absent:
        total += f"; not offered in {region}: {', '.join(absent)}"
    known = region in CATALOG.regions
    if not known:
        total += f"; what {region} offers is not known here"
    return Fit(types, absent, found, WINDOW_SECONDS, total, CATALOG.source, known)


def show_fit(answers: Mapping[str, str]) -> None:
    """Print the table of the snapshots instance types, what tasks are limited to, and what the region lacks."""
    # rich is only loaded by those who are shown something.
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    found = snapshot_fit(answers)
    region = answers["aws_region"]
    console = Console(soft_wrap=True, highlight=False)
    console.print("Can the snapshots instance types save their memory in time?")
    console.print(f"AWS gives {found.window} s. ratio: GiB per guaranteed Gbps; s of {found.window}:")
    console.print("seconds to dump all memory; saved: GiB dumped in that time.")
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=0)
    for column in ("type", "vCPUs", "GiB", "Gbps", "ratio", f"s of {found.window}", "saved", "offered"):
        table.add_column(column, justify="left" if column == "type" else "right", no_wrap=True)
    for each in found.types:
        offered = "?" if not found.known else "yes" if region in each.regions else "no"
        sizes = (f"{each.vcpus}", f"{each.memory_gib:g}", f"{each.baseline_gbps:g}", f"{each.ratio:.2f}")
        table.add_row(each.name, *sizes, f"{each.seconds:.0f}", f"{int(each.savable_gib)}", offered)
    console.print(table)
    console.print(f"{found.total[0].upper()}{found.total[1:]}.")
    if ondemand := CATALOG.absent(answers["ondemand_instance_types"], region):
        console.print(f"Warning: not offered in {region}: {', '.join(ondemand)} (ondemand_instance_types).")
    if found.absent:
        console.print("snapshots_instance_types=guaranteed takes only types that are offered.")

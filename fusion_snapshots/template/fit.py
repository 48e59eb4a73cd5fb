"""How the snapshots instance types fit into the time that AWS gives them: for the rendered files and the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import click

from ..instance_types import WINDOW_SECONDS, InstanceType, Limits, confirm_command, limits
from .answers import resolved_types
from .questions import CATALOG


class Fit(NamedTuple):
    """What the files say of the snapshots instance types: all of them, those too slow, those absent, the limits."""

    types: list[InstanceType]
    misfits: list[InstanceType]
    absent: list[str]
    limits: Limits
    window: int
    total: str
    confirm: str
    source: str
    known: bool  # what the region offers


def snapshot_fit(answers: Mapping[str, str]) -> Fit:
    """Return how the snapshots instance types fit into the window in which AWS lets them dump their memory."""
    region = answers["aws_region"]
    listed = resolved_types(answers, "snapshots_instance_types")
    types = CATALOG.expand(listed)
    misfits = [each for each in types if not each.fits]
    absent = CATALOG.absent(listed, region)
    total = (
        f"{len(types) - len(misfits)} of {len(types)} types can dump all their memory within {WINDOW_SECONDS} seconds"
    )
    if absent:
        total += f"; not offered in {region}: {', '.join(absent)}"
    known = region in CATALOG.regions
    if not known:
        total += f"; what {region} offers is not known here"
    confirm = confirm_command([each.name for each in types], region)
    return Fit(types, misfits, absent, limits(types), WINDOW_SECONDS, total, confirm, CATALOG.source, known)


def show_fit(answers: Mapping[str, str]) -> None:
    """Print the table of the snapshots instance types, and what to do where one of them does not fit."""
    # rich is only loaded by those who are shown something.
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    found = snapshot_fit(answers)
    region = answers["aws_region"]
    title = "Can the snapshots instance types dump their memory in time?"
    table = Table(title=title, title_justify="left", box=SIMPLE, pad_edge=False, padding=0)
    for column in ("type", "vCPUs", "GiB", "Gbps", "ratio", f"s of {found.window}", "NVMe GB", "fits", "offered"):
        table.add_column(column, justify="left" if column == "type" else "right", no_wrap=True)
    for each in found.types:
        offered = "?" if not found.known else "yes" if region in each.regions else "no"
        sizes = (f"{each.vcpus}", f"{each.memory_gib:g}", f"{each.baseline_gbps:g}", f"{each.ratio:.2f}")
        fits = (f"{each.seconds:.0f}", f"{each.nvme_gb}", "yes" if each.fits else "MISFIT", offered)
        table.add_row(each.name, *sizes, *fits, style="" if each.fits else "bold red")
    Console(soft_wrap=True, highlight=False).print(table)
    click.echo(f"{found.total}.")
    ondemand = CATALOG.absent(answers["ondemand_instance_types"], region)
    if ondemand:
        click.echo(f"Warning: not offered in {region}: {', '.join(ondemand)} (ondemand_instance_types).")
    if found.misfits or found.absent or ondemand:
        click.echo(f"The figures are recorded ones. What EC2 says today:\n  {found.confirm}")
    if found.misfits or found.absent:
        click.echo("snapshots_instance_types=guaranteed takes only types that fit and are offered.")

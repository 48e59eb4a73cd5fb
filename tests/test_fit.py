"""The table on the terminal, the picture and the runbook's words about the instance types."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from conftest import ACME, Bake

from fusion_snapshots.template.fit import show_fit, snapshot_fit
from fusion_snapshots.template.questions import CATALOG

ANSWERS = {
    **ACME,
    "ondemand_instance_types": "c6id,m6id,r6id",
    "snapshots_instance_types": "guide",
    "max_cpus": "1000",
}
# GiB saved in 120 s and GiB in all, by hand: c6id.8xlarge dumps 64 GiB in 70 s at 12.5 Gbps, so that 1 Gbps saves 8.777.
GUIDE = {
    "c6id.4xlarge": (32, 32),
    "c6id.8xlarge": (64, 64),
    "r6id.2xlarge": (27.43, 64),
    "m6id.4xlarge": (54.86, 64),
    "c6id.12xlarge": (96, 96),
    "r6id.4xlarge": (54.86, 128),
    "m6id.8xlarge": (109.71, 128),
}


def shown(capsys: pytest.CaptureFixture[str], **answers: str) -> list[str]:
    """Return the lines that show_fit prints."""
    show_fit({**ANSWERS, **answers})
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def test_table_of_the_guides_list_is_no_alarm(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys) == [
        "Can the snapshots instance types save their memory in time?",
        "AWS gives 120 s. ratio: GiB per guaranteed Gbps; s of 120:",
        "seconds to dump all memory; saved: GiB dumped in that time.",
        "type          vCPUs GiB  Gbps ratio s of 120 saved offered",
        "─" * 58,
        "c6id.4xlarge     16  32  6.25  5.12       70    32     yes",
        "c6id.8xlarge     32  64  12.5  5.12       70    64     yes",
        "r6id.2xlarge      8  64 3.125 20.48      280    27     yes",
        "m6id.4xlarge     16  64  6.25 10.24      140    54     yes",
        "c6id.12xlarge    48  96 18.75  5.12       70    96     yes",
        "r6id.4xlarge     16 128  6.25 20.48      280    54     yes",
        "m6id.8xlarge     32 128  12.5 10.24      140   109     yes",
        "Tasks limited to 109 GB; one above 27 GiB may meet a type that cannot save it (guaranteed avoids that).",
    ]


def test_what_the_region_lacks_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, aws_region="ap-east-1", snapshots_instance_types="c5d.9xlarge,m6id.8xlarge")
    assert lines[5:] == [
        "c5d.9xlarge     36  72   12  6.00       82    72     yes",
        "m6id.8xlarge    32 128 12.5 10.24      140   109      no",
        "Tasks limited to 69 GB, which each of these types dumps in 120 s; not offered in ap-east-1: m6id.8xlarge.",
        "Warning: not offered in ap-east-1: c6id, m6id, r6id (ondemand_instance_types).",
        "snapshots_instance_types=guaranteed takes only types that are offered.",
    ]


def test_types_too_small_for_the_limit_are_not_said_to_dump_it() -> None:
    total = snapshot_fit({**ANSWERS, "snapshots_instance_types": "c6id.large,c6id.8xlarge"}).total
    assert total == "tasks limited to 61 GB, which each of these types that can hold them dumps in 120 s"


def test_an_unknown_region_is_said_to_be_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, aws_region="cn-north-1", snapshots_instance_types="c6id.8xlarge")
    assert lines[5].split()[-1] == "?"
    assert lines[6:] == [
        "Tasks limited to 61 GB, which each of these types dumps in 120 s; what cn-north-1 offers is not known here."
    ]


def test_runbook_shows_the_limit_the_table_and_the_picture(bake: Bake) -> None:
    readme = (bake() / "README.md").read_text()
    assert (
        "Tasks limited to 109 GB; one above 27 GiB may meet a type that cannot save it (guaranteed avoids that)."
        in readme
    )
    assert "| r6id.2xlarge | 8 | 64 | 3.125 | 20.48 | 280 | 27 | 474 | yes |" in readme
    assert "](snapshot-fit.svg)" in readme


def test_picture_is_plain_svg_to_scale(bake: Bake) -> None:
    text = (bake() / "snapshot-fit.svg").read_text()
    root = ET.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    assert "<script" not in text
    assert "prefers-color-scheme: dark" in text
    bars = {kind: root.findall(f"{space}rect[@class='{kind}']")[1:] for kind in ("saved", "memory")}
    per_gib = float(bars["memory"][-1].get("width", "")) / 128
    for saved, memory, (saved_gib, memory_gib) in zip(bars["saved"], bars["memory"], GUIDE.values(), strict=True):
        assert float(saved.get("width", "")) == pytest.approx(saved_gib * per_gib, abs=0.1)
        assert float(memory.get("width", "")) == pytest.approx(memory_gib * per_gib, abs=0.1)
    *_, limit = root.findall(f"{space}line")
    left = float(bars["memory"][0].get("x", ""))
    assert limit.get("x1") == limit.get("x2") == f"{left + 109 * per_gib:.1f}"


@pytest.mark.parametrize("region", CATALOG.regions)
def test_every_region_can_be_rendered_with_either_preset(region: str) -> None:
    for preset in ("guide", "guaranteed"):
        found = snapshot_fit({**ANSWERS, "aws_region": region, "snapshots_instance_types": preset})
        assert found.limits.cpus >= 8
        assert found.limits.memory_gib >= 27


def test_another_picture_is_written_for_other_answers(bake: Bake) -> None:
    folder: Path = bake(snapshots_instance_types="c6id.8xlarge")
    text = (folder / "snapshot-fit.svg").read_text()
    assert "64 of 64 GiB" in text
    assert "61 GB" in text

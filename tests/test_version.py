"""make version tells each program that takes part, and which of them are missing."""

from __future__ import annotations

import platform as host
import re
from pathlib import Path

from backends import Platform
from steps import done, make, step

from fusion_snapshots import VERSION

TW_REMEDY = "install it from https://github.com/seqeralabs/tower-cli/releases"


def test_versions(folder: Path, platform: Platform) -> None:
    expected = [
        r"template: fusion-snapshots \d+\.\d+\.\d+.*",
        rf"program: fusion-snapshots {re.escape(VERSION)}",
        rf"python: {re.escape(host.python_version())}, .+",
        r"tw: \d+\.\d+\.\d+",
        r"seqerakit: \d+\.\d+\.\d+",
    ]
    for ran in (make(folder, platform, "version"), step(folder, platform, "--version")):
        lines = done(ran).stdout.splitlines()
        assert len(lines) == len(expected)
        assert all(re.fullmatch(pattern, line) for pattern, line in zip(expected, lines, strict=True)), lines


def test_versions_where_there_is_little(folder: Path, platform: Platform, programs: Path) -> None:
    (folder / "answers.yml").unlink()
    lines = done(step(folder, platform, "version", PATH=str(programs))).stdout.splitlines()
    assert lines[0] == f"template: not known, as answers.yml of {folder} does not say"
    assert lines[3:] == [
        f"tw: not installed; {TW_REMEDY}",
        "seqerakit: not installed; run: make setup",
    ]

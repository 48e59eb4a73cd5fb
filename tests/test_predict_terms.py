"""What a folder says, and without one the template."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import edit

from fusion_snapshots.errors import UserError
from fusion_snapshots.folder.layout import SCHEMAS, SNAPSHOTS, WITHOUT_SNAPSHOTS
from fusion_snapshots.folder.model import Folder
from fusion_snapshots.instance_types import GUIDE, Catalog
from fusion_snapshots.predict.terms import MAX_RETRIES, Measured, read_measured, read_terms
from fusion_snapshots.settings import Predict

CATALOG = Catalog(SCHEMAS)
NOTHING = Predict()


def test_without_a_folder_they_are_the_templates(bake: Any) -> None:
    found = read_terms(None, CATALOG, NOTHING)
    rendered = read_terms(Folder(bake(spot_without_snapshots="yes")), CATALOG, NOTHING)
    assert found.types == rendered.types == CATALOG.expand(GUIDE)
    assert found.limit_gib == rendered.limit_gib == 109
    assert found.attempts == rendered.attempts == {SNAPSHOTS: 15, WITHOUT_SNAPSHOTS: 15}
    assert (found.place, rendered.place) == ("the template's", "this folder's")
    assert (found.overhead, found.wait, found.measured) == (0.01, 5 / 60, Measured())


def test_a_folders_own(folder: Path) -> None:
    config = "pipelines/nextflow_fusion_snapshots.config"
    edit(folder, config, "resourceLimits = [", "resourceLimits = [cpus: 8, memory: 2048.MB] // [")
    edit(folder, config, "maxRetries = 2", "maxRetries = 1")
    edit(folder, config, "maxSpotAttempts = 5", "maxSpotAttempts = 3")
    found = read_terms(Folder(folder), CATALOG, NOTHING)
    assert (found.limit_gib, found.attempts[SNAPSHOTS]) == (2, 6)
    assert found.attempts[WITHOUT_SNAPSHOTS] == 15  # this folder has no such arm
    assert [each.name for each in found.types] == CATALOG.guaranteed("eu-west-1").split(",")
    edit(folder, config, "aws.batch.maxSpotAttempts = 3", "")
    assert read_terms(Folder(folder), CATALOG, NOTHING).attempts[SNAPSHOTS] == 2


def test_what_is_given_comes_first() -> None:
    found = read_terms(None, CATALOG, Predict(overhead=0.03, wait=10, types="m6id.8xlarge, c6id.4xlarge"))
    assert ([each.name for each in found.types], found.overhead, found.wait) == (
        ["m6id.8xlarge", "c6id.4xlarge"],
        0.03,
        1 / 6,
    )
    assert MAX_RETRIES == 2


def test_types_that_cannot_be_listed() -> None:
    with pytest.raises(UserError) as raised:
        read_terms(None, CATALOG, replace(NOTHING, types="c6id.4xlarge,t3.large"))
    assert str(raised.value) == (
        "--types: t3.large has no NVMe instance storage, which fast storage needs. "
        "Give guide, guaranteed or a list, e.g. c6id.8xlarge,m6id.8xlarge"
    )


def test_what_a_comparison_measured(tmp_path: Path, folder: Path) -> None:
    of = {"value": 0.02, "low": 0.01, "high": 0.03}
    document = {"measured": {"e": of, "R": {"value": 1.5}, "q": {"c6id.8xlarge": {"value": 0.9}, "m6id.4xlarge": None}}}
    (folder / "report/comparison.json").write_text(json.dumps(document))
    found = read_terms(Folder(folder), CATALOG, NOTHING)
    assert found.measured == Measured(0.02, 1.5, {"c6id.8xlarge": 0.9})
    assert found.overhead == 0.02
    assert read_terms(Folder(folder), CATALOG, replace(NOTHING, overhead=0.05)).overhead == 0.05


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"measured": 3}', '{"measured": {"e": "much", "q": []}}', "no JSON"])
def test_a_comparison_that_measured_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "comparison.json").write_text(text)
    assert read_measured(tmp_path / "comparison.json") == Measured()

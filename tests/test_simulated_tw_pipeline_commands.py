"""The stand-in's tw pipelines and tw launch, compared with the real tw's."""

from __future__ import annotations

from pathlib import Path

import pytest
from answers import ANSWERS, played, steps_about
from backends import REFERENCE, run_tw, stand_in

from fusion_snapshots.simulated.tw import pipeline_commands


@pytest.mark.parametrize(("scenario", "number"), steps_about(pipeline_commands))
def test_each_step_is_answered_as_tw_answered_it(scenario: str, number: int) -> None:
    assert played(scenario)[number] == ANSWERS[scenario][number]


@pytest.mark.parametrize(
    ("name", "version"), [("demo", "demo-1"), ("demo-x", "demo-x-1"), ("demo-7", "demo-8"), ("7", "7-1")]
)
def test_a_new_version_has_the_next_number(tmp_path: Path, name: str, version: str) -> None:
    platform = stand_in(tmp_path / "platform")
    launch = {"id": "v1", "pipeline": "https://x.test/y", "revision": "1"}
    platform.set(
        pipelines=[
            {"pipelineId": 5, "name": name, "description": None, "repository": "", "lastUpdated": "", "launch": launch}
        ]
    )
    ran = run_tw(platform, ["pipelines", "update", "-w", REFERENCE, f"--name={name}", "--revision=2"], tmp_path)
    assert f"New version '{version}' created" in ran.stdout
    assert platform.all("pipelines")[0]["versionName"] == version

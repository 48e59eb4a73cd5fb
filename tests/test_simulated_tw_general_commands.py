"""The stand-in's tw info and its lists, compared with the real tw's."""

from __future__ import annotations

from pathlib import Path

import pytest
from answers import ANSWERS, played, steps_about
from backends import REFERENCE, run_tw, stand_in

from fusion_snapshots.simulated.tw import general_commands


@pytest.mark.parametrize(("scenario", "number"), steps_about(general_commands))
def test_each_step_is_answered_as_tw_answered_it(scenario: str, number: int) -> None:
    assert played(scenario)[number] == ANSWERS[scenario][number]


def run_info(tmp_path: Path, endpoint: str = "https://x.test/api", **values: object) -> tuple[int, str]:
    """Return the exit code and the text of tw info, on a Platform of these values."""
    platform = stand_in(tmp_path / "platform")
    platform.set(**values)
    ran = run_tw(platform, ["info"], tmp_path, TOWER_API_ENDPOINT=endpoint)
    return ran.returncode, ran.stdout


@pytest.mark.parametrize(("version", "code"), [("1.181.0", 0), ("1.200.0", 0), ("1.180.9", 1), ("1.99.0", 1)])
def test_the_platform_must_be_new_enough(tmp_path: Path, version: str, code: int) -> None:
    found, text = run_info(tmp_path, apiVersion=version)
    assert (found, f"Platform API version {version} is older" in text) == (code, bool(code))


def test_an_address_without_its_path_is_guessed_at(tmp_path: Path) -> None:
    said = "Tower API URL https://x.test is not available (did you mean https://x.test/api?)\n"
    assert said in run_info(tmp_path, "https://x.test", network="refused")[1]
    assert "did you mean" not in run_info(tmp_path / "other", network="refused")[1]


def test_labels_are_made_once_simple_and_with_values(tmp_path: Path) -> None:
    platform = stand_in(tmp_path / "platform")
    words = [
        "compute-envs",
        "add",
        "aws-batch",
        "forge",
        "-w",
        REFERENCE,
        "--credentials=acme-aws",
        "--region=eu-west-1",
    ]
    words += ["--work-dir=s3://a/b", "--max-cpus=1", "--labels=team=bio,team,team=other"]
    for name in ("a", "b"):
        assert run_tw(platform, [*words, f"--name={name}"], tmp_path).returncode == 0
    assert [(each["name"], each["value"], each["resource"]) for each in platform.all("labels")] == [
        ("team", "bio", True),
        ("team", None, False),
        ("team", "other", True),
    ]

"""Which arms a folder holds, what belongs to them, and what of a path on S3 lies where."""

from __future__ import annotations

from pathlib import Path

import pytest

from fusion_snapshots.folder.layout import (
    BASELINE,
    Arm,
    arm_of,
    arms,
    beside,
    bucket_of,
    is_ours,
    is_seqera_cloud,
    is_within,
)


def test_any_file_makes_an_arm_and_the_baseline_comes_first(tmp_path: Path) -> None:
    files = [Arm("b").compute_env, Arm(BASELINE).launch, Arm("a_b").pipeline, Arm("a_b").launch]
    for name in [*files, "launch/hello.yml", "pipelines/nextflow_c.config", "compute-envs/other.yml"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [arm.name for arm in arms(tmp_path)] == [BASELINE, "a_b", "b"]


@pytest.mark.parametrize(
    ("name", "arm"), [("acme_b", "b"), ("acme_a_b", "a_b"), ("acmeb", ""), ("b", ""), ("acme_b_", ""), ("", "")]
)
def test_the_arm_of_a_compute_environment_is_the_longest_that_fits(name: str, arm: str) -> None:
    assert arm_of(name, [Arm("b"), Arm("a_b")]) == arm


@pytest.mark.parametrize(
    ("path", "directory", "within"),
    [
        ("s3://b/work/x", "s3://b/work", True),
        ("s3://b/work", "s3://b/work/", True),
        ("s3://b/work/", "s3://b/work", True),
        ("s3://b/workers", "s3://b/work", False),
        ("s3://b/x", "s3://b", True),
        ("s3://b/", "s3://b", True),
        ("s3://b", "s3://b/work", False),
    ],
)
def test_what_lies_in_a_directory(path: str, directory: str, within: bool) -> None:
    assert is_within(path, directory) is within


def test_buckets() -> None:
    assert [bucket_of(path) for path in ("s3://acme/x/y", "s3://acme", "acme/x")] == ["acme"] * 3


@pytest.mark.parametrize(
    ("directory", "path"),
    [("s3://b/work", "s3://b/results"), ("s3://b/results", "s3://b/out"), ("s3://b/results/x", "s3://b/results"), ("s3://b", "s3://b-out"), ("s3://b/", "s3://b-out")],
)  # fmt: skip
def test_results_go_beside_the_work_directory(directory: str, path: str) -> None:
    assert beside(directory) == path


@pytest.mark.parametrize(
    ("place", "ours"),
    [
        ("s3://b/work/ab", True),
        ("s3://b/work", True),
        ("s3://b/works", False),
        ("s3://b", False),
        ("s3://c/x", True),
        ("s3://d/y/z", True),
        ("s3://d/x", False),
        ("", False),
    ],
)
def test_a_place_is_ours_below_the_work_directory_and_the_allowed_buckets(place: str, ours: bool) -> None:
    env = {"AWS_WORK_DIR": "s3://b/work", "AWS_COMPUTE_ENV_ALLOWED_BUCKETS": "s3://c,s3://d/y/"}
    assert is_ours(place, env) is ours
    assert not is_ours(place, {})


@pytest.mark.parametrize(
    ("endpoint", "cloud"),
    [
        ("https://api.cloud.seqera.io", True),
        ("https://cloud.seqera.io:443/api", True),
        ("https://api.tower.nf", True),
        ("https://seqera.acme.org/api", False),
        ("https://x.test/seqera.io", False),
        ("https://notseqera.io", False),
    ],
)
def test_seqera_cloud_by_its_address(endpoint: str, cloud: bool) -> None:
    assert is_seqera_cloud(endpoint) is cloud

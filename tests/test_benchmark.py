from __future__ import annotations

from pathlib import Path

from fusion_snapshots.benchmark import Benchmark

ENV = {"ORGANIZATION_NAME": "acme", "WORKSPACE_NAME": "lab", "AWS_REGION": "eu-west-1", "TIME": "20261128-090000"}


def test_a_folder_without_a_workspace_serves_what_needs_none(tmp_path: Path) -> None:
    (tmp_path / "launch").mkdir()
    for name in ("launch/workflow_fusion_spot.yml", "launch/workflow_fusion_ondemand.yml"):
        (tmp_path / name).touch()
    benchmark = Benchmark(tmp_path, {})
    assert [arm.name for arm in benchmark.arms] == ["fusion_ondemand", "fusion_spot"]
    assert benchmark.files("launch/workflow_fusion_spot.yml", "launch/none.yml") == ["launch/workflow_fusion_spot.yml"]


def test_what_it_leads_to_is_made_once_from_its_variables(tmp_path: Path) -> None:
    benchmark = Benchmark(tmp_path, ENV)
    assert benchmark.workspace.name == "acme/lab"
    assert benchmark.workspace is benchmark.workspace
    assert benchmark.aws.region == "eu-west-1"


def test_another_variable_changes_nothing_of_the_first(tmp_path: Path) -> None:
    benchmark = Benchmark(tmp_path, ENV)
    other = benchmark.with_variables(TIME="20261128-090001")
    assert (other.env["TIME"], benchmark.env["TIME"]) == ("20261128-090001", "20261128-090000")
    assert (other.root, other.env["WORKSPACE_NAME"]) == (tmp_path, "lab")

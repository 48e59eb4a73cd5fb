"""The runbook from end to end, twice, with make, the real seqerakit and tw; then nothing of it is left."""

from __future__ import annotations

import json
import re
from pathlib import Path

from backends import Platform
from conftest import TOKEN, WORKSPACE
from simulated.store import Json
from steps import ONDEMAND, PREFIX, SNAPSHOTS, done, make, names, rows, untimed

STEPS = ["validate", "preflight", "plan", "compute-envs", "pipelines", "hello", "launch", "compare", "report"]
RUNS = [f"{kind}-fusion-{side}-TIME" for kind in ("hello", "workflow") for side in ("ondemand", "snapshots")]
WRITTEN = ["runs.csv", "samplesheet.csv", "params.yml", "comparison.json", "comparison.html", "tasks.csv"]


def walk(folder: Path, platform: Platform) -> str:
    """Take all steps and return what they said."""
    said = []
    for step in STEPS:
        ran = done(make(folder, platform, step))
        said += [ran.stdout, ran.stderr]
    return "".join(said)


def held(platform: Platform, kind: str) -> list[Json]:
    """Return what the workspace holds of a kind, by name, without the time when it was last used."""
    items = ({**item, "lastUsed": None} for item in platform.all(kind))
    return sorted(items, key=lambda item: str(item["name"]))


def test_the_whole_runbook_twice_and_then_nothing_is_left(folder: Path, platform: Platform) -> None:
    untouched = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    said = walk(folder, platform)
    first = {kind: held(platform, kind) for kind in ("computeEnvs", "pipelines", "datasets")}
    assert [item["name"] for item in first["computeEnvs"]] == [ONDEMAND, SNAPSHOTS]
    expected = ["hello", "report", "workflow_fusion_ondemand", "workflow_fusion_snapshots"]
    assert [item["name"] for item in first["pipelines"]] == [f"{PREFIX}_{name}" for name in expected]
    for item in first["pipelines"]:
        arm = item["name"].partition("_workflow_")[2]
        config = f"pipelines/nextflow_{arm}.config" if arm else "report/nextflow.config"
        assert (item["launch"].get("configText") or "") == (
            (folder / config).read_text() if "hello" not in item["name"] else ""
        )
        assert "NXF_VER=" in item["launch"]["preRunScript"]
    assert names(folder) == RUNS
    ids = [row[0] for row in rows(folder)[3:]]
    sheet = f"id,workspace,group\n{ids[0]},{WORKSPACE},fusion_ondemand\n{ids[1]},{WORKSPACE},fusion_snapshots\n"
    assert (folder / "report/samplesheet.csv").read_text() == sheet
    comparison = json.loads((folder / "report/comparison.json").read_text())
    assert {name: arm["runs"] for name, arm in comparison["arms"].items()} == {
        "fusion_ondemand": 1,
        "fusion_snapshots": 1,
    }
    assert comparison["verdict"] in said

    said += walk(folder, platform)
    assert {kind: held(platform, kind) for kind in ("computeEnvs", "pipelines")} == {
        kind: first[kind] for kind in ("computeEnvs", "pipelines")
    }
    assert names(folder) == RUNS * 2
    assert (folder / "report/samplesheet.csv").read_text().count("\n") == 5
    (report,) = {untimed(run["runName"]) for run in platform.all("runs")} - set(RUNS)
    assert report == "report-TIME"

    done(make(folder, platform, "destroy", "CONFIRM=yes"))
    assert [platform.all(kind) for kind in ("computeEnvs", "pipelines", "datasets")] == [[], [], []]
    written = {folder / f"report/{name}" for name in WRITTEN} | set((folder / "report/runs").glob("*"))
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path not in written}
    assert {path for path in after if path not in untouched} <= {folder / ".shown"}
    assert {path: data for path, data in untouched.items() if path not in written} == {
        path: data for path, data in after.items() if path in untouched
    }
    kept = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert TOKEN not in said
    assert not [data for data in kept if TOKEN.encode() in data]
    assert not re.search(r"Traceback|Exception", said)

"""The runbook end to end: make, the real seqerakit and the folder's scripts against a stand-in for tw (tests/tw)."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pexpect
import pytest
from conftest import BIN, TOKEN, WORKSPACE, Bake, Platform, run

from fusion_snapshots.template.questions import CATALOG

PREFIX = "fusion-benchmark_eu-west-1"
ONDEMAND, SNAPSHOTS = f"{PREFIX}_fusion_ondemand", f"{PREFIX}_fusion_snapshots"
TARGETS = "help validate preflight plan compute-envs pipelines hello launch report destroy".split()
STEPS = TARGETS[1:-1]

Ran = subprocess.CompletedProcess[str]


def make(folder: Path, platform: Platform, *words: str, **env: str) -> Ran:
    return run(["make", *words], cwd=folder, env=platform.env | env, stdin=subprocess.DEVNULL)


def script(folder: Path, platform: Platform, *words: str, **env: str) -> Ran:
    return run([BIN / "python", *words], cwd=folder, env=platform.env | env, stdin=subprocess.DEVNULL)


def done(ran: Ran) -> Ran:
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran


def refused(ran: Ran, code: int, message: str) -> Ran:
    """Check that a command ended with this exit code and said this, once and without a traceback."""
    said = ran.stdout + ran.stderr
    assert ran.returncode == code, said
    assert said.count(message) == 1, said
    assert "Traceback" not in said
    return ran


def rows(folder: Path) -> list[list[str]]:
    return list(csv.reader((folder / "report/runs.csv").read_text().splitlines()))


def names(rows: list[list[str]]) -> list[str]:
    return [untimed(row[1]) for row in rows[1:]]


def untimed(text: str) -> str:
    return re.sub(r"\d{8}-\d{6}", "TIME", text)


Stages = tuple[dict[str, Any], dict[str, Any], str]


@pytest.fixture(scope="session")
def stages(acme: Path, tmp_path_factory: pytest.TempPathFactory) -> Stages:
    """What the Platform holds once all is set up, what it holds once the workflow was launched, and report/runs.csv."""
    folder = Path(shutil.copytree(acme, tmp_path_factory.mktemp("stages") / acme.name))
    platform = Platform(folder.parent / "platform.json")
    done(make(folder, platform, "compute-envs", "pipelines"))
    ready = platform.read()
    done(make(folder, platform, "launch"))
    return ready, platform.read(), (folder / "report/runs.csv").read_text()


@pytest.fixture
def ready(folder: Path, platform: Platform, stages: Stages) -> Path:
    """A folder whose compute environments and pipelines exist."""
    platform.write({**stages[0], "calls": []})
    return folder


@pytest.fixture
def launched(folder: Path, platform: Platform, stages: Stages) -> Path:
    """A folder whose workflow has run once on each compute environment."""
    platform.write({**stages[1], "calls": []})
    (folder / "report/runs.csv").write_text(stages[2])
    return folder


# What the workspace holds after the whole runbook.


def compute_env(number: int, name: str, model: str, types: str, *, snapshots: bool) -> dict[str, Any]:
    return {
        "id": f"ce{number:08d}",
        "name": name,
        "platform": "aws-batch",
        "status": "AVAILABLE",
        "credentialsId": "cred1",
        "config": {
            "region": "eu-west-1",
            "workDir": "s3://acme-fusion/work",
            "fusionSnapshots": snapshots,
            "forge": {"type": model, "instanceTypes": types.split(","), "maxCpus": 1000},
        },
        "labels": ["storage=fusionv2", "project=benchmarking"],
    }


GUARANTEED = CATALOG.resolve("guaranteed", "eu-west-1")
COMPUTE_ENVS = [
    compute_env(1, ONDEMAND, "EC2", "c6id,m6id,r6id", snapshots=False),
    compute_env(2, SNAPSHOTS, "SPOT", GUARANTEED, snapshots=True),
]


def pipelines(folder: Path) -> list[dict[str, Any]]:
    """Return the pipelines the runbook adds, without ids and descriptions."""
    common: dict[str, Any] = {"params": {}, "work-dir": "s3://acme-fusion/work"}
    demo: dict[str, Any] = {"url": "https://github.com/nf-core/demo", "revision": "1.0.2", "profile": "test"}
    return [
        common
        | {"name": f"{PREFIX}_{name}", "computeEnv": where, **what}
        | {"config": config and (folder / config).read_text()}
        for name, where, what, config in [
            ("hello", ONDEMAND, {"url": "https://github.com/nextflow-io/hello", "revision": "master", "profile": None}, None),
            ("workflow_fusion_ondemand", ONDEMAND, demo, "pipelines/nextflow.config"),
            ("workflow_fusion_snapshots", SNAPSHOTS, demo, "pipelines/nextflow_snapshots.config"),
            ("report", ONDEMAND, {"url": "https://github.com/seqeralabs/nf-aggregate", "revision": "0.7.0", "profile": None}, "report/nextflow.config"),
        ]
    ]  # fmt: skip


def expected_runs() -> list[dict[str, Any]]:
    """Return the runs of one pass of the runbook, without ids."""
    results = "s3://acme-fusion/results"
    runs = []
    for kind, url, revision, profile in [
        ("hello", "https://github.com/nextflow-io/hello", "master", None),
        ("workflow", "https://github.com/nf-core/demo", "1.0.2", "test"),
    ]:
        for group, where in (("ondemand", ONDEMAND), ("snapshots", SNAPSHOTS)):
            params = {"outdir": f"{results}/{kind}_fusion_{group}"}
            name = f"{kind}-fusion-{group}-TIME"
            runs.append(
                {
                    "name": name,
                    "url": url,
                    "revision": revision,
                    "profile": profile,
                    "computeEnv": where,
                    "params": params,
                }
            )
    report_params: dict[str, Any] = {
        "input": "https://api.cloud.seqera.io/workspaces/1/datasets/DATASET/v/VERSION/n/samplesheet.csv",
        "outdir": f"{results}/report",
        "generate_benchmark_report": True,
        "remove_failed_tasks": False,
        "seqera_api_endpoint": "https://api.cloud.seqera.io",
    }
    report = {
        "name": "report-TIME",
        "url": "https://github.com/seqeralabs/nf-aggregate",
        "revision": "0.7.0",
        "profile": None,
    }
    return [*runs, {**report, "computeEnv": ONDEMAND, "params": report_params}]


def runs_of(platform: Platform) -> list[dict[str, Any]]:
    text = untimed(json.dumps(platform.all("runs")))
    text = re.sub(r"datasets/d\d+/v/\d+/", "datasets/DATASET/v/VERSION/", text)
    return [
        {key: value for key, value in item.items() if key not in ("id", "asked", "ends")} for item in json.loads(text)
    ]


def test_the_whole_runbook_twice_and_then_nothing_is_left(folder: Path, platform: Platform) -> None:
    untouched = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    said = []
    for step in STEPS:
        ran = done(make(folder, platform, step))
        said.append(ran.stdout + ran.stderr)
    assert platform.all("computeEnvs") == COMPUTE_ENVS
    without = ("id", "description")
    found = [{key: value for key, value in item.items() if key not in without} for item in platform.all("pipelines")]
    assert found == pipelines(folder)
    assert runs_of(platform) == expected_runs()
    first = platform.read()["workspaces"][WORKSPACE]
    rows_before = rows(folder)
    assert rows_before[0] == ["id", "name", "compute environment", "when"]
    assert [row[0] for row in rows_before[1:]] == [item["id"] for item in first["runs"][:4]]
    assert [row[2] for row in rows_before[1:]] == [ONDEMAND, SNAPSHOTS] * 2
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row[3]) for row in rows_before[1:])
    ids = [item["id"] for item in first["runs"][2:4]]
    sheet = f"id,workspace,group\n{ids[0]},{WORKSPACE},fusion_ondemand\n{ids[1]},{WORKSPACE},fusion_snapshots\n"
    assert (folder / "report/samplesheet.csv").read_text() == sheet
    (dataset,) = first["datasets"]
    assert dataset == {"id": dataset["id"], "name": f"{PREFIX}_runs", "header": True, "versions": [sheet]}
    assert f"/datasets/{dataset['id']}/v/1/n/samplesheet.csv" in (folder / "report/params.yml").read_text()
    assert "cannot show what the runs cost" in said[-1]

    for step in STEPS:
        ran = done(make(folder, platform, step))
        said.append(ran.stdout + ran.stderr)
    again = platform.read()["workspaces"][WORKSPACE]
    assert [again[kind] for kind in ("computeEnvs", "pipelines")] == [
        first[kind] for kind in ("computeEnvs", "pipelines")
    ]
    assert runs_of(platform) == expected_runs() * 2
    assert rows(folder)[:5] == rows_before
    assert names(rows(folder)) == names(rows_before) * 2
    (dataset,) = again["datasets"]
    assert dataset["versions"] == [sheet, (folder / "report/samplesheet.csv").read_text()]
    assert dataset["versions"][1].count("\n") == 5
    assert f"/datasets/{dataset['id']}/v/2/n/samplesheet.csv" in (folder / "report/params.yml").read_text()

    refused(make(folder, platform, "destroy"), 2, "nothing was deleted. To delete them: make destroy CONFIRM=yes")
    assert platform.read()["workspaces"][WORKSPACE] == again
    for _ in range(2):
        ran = done(make(folder, platform, "destroy", "CONFIRM=yes"))
        for name in (ONDEMAND, SNAPSHOTS, *(item["name"] for item in again["pipelines"]), f"{PREFIX}_runs"):
            assert f" {name}\n" in ran.stdout.partition("$ seqerakit")[0]
        remains = ran.stdout.partition("What remains:")[2]
        for what in (
            "s3://acme-fusion/results",
            "s3://acme-fusion/work",
            ".fusion/dump/",
            "acme-aws",
            "report/runs.csv",
        ):
            assert what in remains
    left = platform.read()["workspaces"][WORKSPACE]
    assert left == again | {"computeEnvs": [], "pipelines": [], "datasets": []}
    written = {folder / f"report/{name}" for name in ("runs.csv", "samplesheet.csv", "params.yml")}
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path not in written} == {
        path: data for path, data in untouched.items() if path not in written
    }
    assert TOKEN not in "".join(said) + "".join(path.read_text() for path in written)


def test_every_command_of_the_readme_in_order(folder: Path, platform: Platform) -> None:
    # Rendering again is tested in test_regeneration.py.
    steps, _, again = (folder / "README.md").read_text().partition("## Another account")
    assert again
    text = "".join(re.findall(r"^```bash\n(.*?)^```", steps, re.M | re.S))
    # The one command that asks AWS itself.
    text, count = re.subn(r"^aws ec2 describe-instance-types --region eu-west-1 .*\n", "", text, flags=re.M)
    assert count == 1
    for step in TARGETS[1:]:
        assert f"make {step}\n" in text, step
    for word in (
        "read -rs TOWER_ACCESS_TOKEN && export TOWER_ACCESS_TOKEN\n",
        "python3 -m pip install -r requirements.txt\n",
    ):
        assert text.count(word) == 1
        text = text.replace(word, "")
    assert "seqerakit --on-exists ignore compute-envs/aws_fusion_snapshots.yml\n" in text
    text = text.replace("make destroy\n", "make destroy CONFIRM=yes\n")
    # A step and its plain commands must not get the same second, which names the runs.
    text = re.sub(r"^\. \./env\.sh", "sleep 1.1; . ./env.sh", text, flags=re.M)
    ran = run(["bash", "-euc", text], cwd=folder, env=platform.env, stdin=subprocess.DEVNULL)
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]
    assert [len(platform.all(kind)) for kind in ("computeEnvs", "pipelines", "datasets")] == [0, 0, 0]
    assert len(platform.all("runs")) > 5


def test_destroy_asks_on_a_terminal(ready: Path, platform: Platform) -> None:
    for answer, left in (("no", 2), ("yes", 0)):
        child = pexpect.spawn("make", ["destroy"], cwd=str(ready), env=dict(os.environ) | platform.env, timeout=60)
        child.expect("Type yes to delete them: ")
        child.sendline(answer)
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == (2 if left else 0)
        assert len(platform.all("computeEnvs")) == left


# plan


def test_plan_shows_what_is_then_sent(folder: Path, platform: Platform) -> None:
    ran = done(make(folder, platform, "plan", TW_STATE="/nowhere"))
    assert "$" not in ran.stdout
    env = f"    --name {SNAPSHOTS} \\\n    --workspace {WORKSPACE} \\\n    --credentials acme-aws \\\n"
    assert f"tw compute-envs add aws-batch forge \\\n{env}" in ran.stdout
    assert "    --description 'Hello world, a smoke test of the compute environments' \\\n" in ran.stdout
    assert '    # PARAMS: outdir: "s3://acme-fusion/results/hello_fusion_ondemand"\n' in ran.stdout
    assert "Nothing was sent." in ran.stdout
    files = {path.relative_to(folder).as_posix() for path in folder.glob("*/*.yml")} - {"report/params.yml"}
    assert set(re.findall(r"^# (\S+\.yml)$", ran.stdout, re.M)) == files
    assert ran.stdout.count("tw compute-envs add") + ran.stdout.count("tw pipelines add") == 6
    assert ran.stdout.count("tw launch") == 5


def test_the_plan_is_commands_that_tw_takes(folder: Path, platform: Platform) -> None:
    done(make(folder, platform, "compute-envs"))
    ran = done(make(folder, platform, "plan"))
    commands = "tw pipelines add" + ran.stdout.partition("tw pipelines add")[2].partition("# launch/")[0]
    done(run(["bash", "-euc", commands], cwd=folder, env=platform.env))
    assert len(platform.all("pipelines")) == 3


# Faults: each ends with one clear message, the right exit code, and a re-run that completes.


def without_tw(platform: Platform) -> dict[str, str]:
    path = os.pathsep.join([str(BIN), os.environ["PATH"]])
    assert not shutil.which("tw", path=path)
    return {"PATH": path}


@pytest.mark.parametrize("step", ["compute-envs", "pipelines", "hello", "launch", "report", "destroy"])
def test_tw_is_missing(folder: Path, platform: Platform, step: str) -> None:
    refused(make(folder, platform, step, **without_tw(platform)), 2, "tw is not installed: https://github.com/")
    assert platform.read()["calls"] == []
    if step == "compute-envs":
        done(make(folder, platform, step))


def test_seqerakit_is_missing(folder: Path, platform: Platform, tmp_path: Path) -> None:
    for name in ("bash", "make", "python3", "awk", "date"):
        found = shutil.which(name, path=platform.env["PATH"])
        assert found
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).write_text(f'#!/bin/sh\nexec "{found}" "$@"\n')
        (tmp_path / "bin" / name).chmod(0o755)
    path = str(tmp_path / "bin")
    refused(
        make(folder, platform, "compute-envs", PATH=path), 2, "seqerakit is not installed. Run: python3 -m pip install"
    )
    refused(make(folder, platform, "plan", PATH=path), 2, "seqerakit is not installed. Run: python3 -m pip install")


def test_there_is_no_token(folder: Path, platform: Platform) -> None:
    refused(make(folder, platform, "compute-envs", TOWER_ACCESS_TOKEN=""), 2, "TOWER_ACCESS_TOKEN is not set. Paste it")


@pytest.mark.parametrize("step", ["compute-envs", "pipelines", "hello"])
def test_the_token_is_refused(folder: Path, platform: Platform, step: str) -> None:
    before = platform.read()["workspaces"]
    ran = make(folder, platform, step, TOWER_ACCESS_TOKEN="another")
    assert ran.returncode == 2
    assert "Unauthorized. Check your access token, workspace id and tower server url." in ran.stderr
    assert "Traceback" not in ran.stderr
    assert platform.read()["workspaces"] == before
    if step == "hello":
        assert rows(folder) == [["id", "name", "compute environment", "when"]]
    if step == "compute-envs":
        done(make(folder, platform, step))


def test_the_network_fails_in_the_middle_of_compute_envs(folder: Path, platform: Platform) -> None:
    platform.set(faults=[platform.fault("compute-envs add", 2, "network")])
    ran = make(folder, platform, "compute-envs")
    refused(ran, 2, f"compute environment {SNAPSHOTS} was not created, see above. Mend that, then: make compute-envs")
    assert "Connection error. Check the connection using the command 'tw info'." in ran.stderr
    assert platform.all("computeEnvs") == COMPUTE_ENVS[:1]
    done(make(folder, platform, "compute-envs"))
    assert platform.all("computeEnvs") == COMPUTE_ENVS


def test_the_network_is_gone(folder: Path, platform: Platform) -> None:
    platform.set(faults=[platform.fault("", 0, "network")])
    refused(
        make(folder, platform, "compute-envs"),
        2,
        "What was created stays; when make preflight is well: make compute-envs",
    )


@pytest.mark.parametrize("ends", ["AVAILABLE", "ERRORED"])
def test_the_network_fails_while_tw_waits(folder: Path, platform: Platform, ends: str) -> None:
    faults = [platform.fault("compute-envs add", 1, "lost")]
    platform.set(faults=faults, errored=[ONDEMAND] if ends == "ERRORED" else [])
    ran = script(folder, platform, "steps.py", "compute-envs", "--every", "0.1")
    assert f"{ONDEMAND} is being created; asking again" in ran.stdout
    if ends == "AVAILABLE":
        done(ran)
        assert platform.all("computeEnvs") == COMPUTE_ENVS
    else:
        refused(ran, 1, f"compute environment {ONDEMAND} is ERRORED.")


def test_a_compute_environment_ends_errored(folder: Path, platform: Platform) -> None:
    platform.set(errored=[SNAPSHOTS])
    for _ in range(2):  # that it exists does not pass for done
        ran = make(folder, platform, "compute-envs")
        refused(ran, 2, f"compute environment {SNAPSHOTS} is ERRORED.")
    (remedy,) = re.findall(r"delete it \((.*?)\)", ran.stderr)
    done(run(["bash", "-c", remedy], cwd=folder, env=platform.env))
    platform.set(errored=[])
    done(make(folder, platform, "compute-envs"))
    assert [item["status"] for item in platform.all("computeEnvs")] == ["AVAILABLE", "AVAILABLE"]


def test_a_run_fails(ready: Path, platform: Platform) -> None:
    platform.set(failing=["workflow-fusion-snapshots"])
    done(make(ready, platform, "launch"))
    ran = make(ready, platform, "report")
    refused(ran, 2, "no run on fusion_snapshots has succeeded, so there is nothing to compare. Launch: make launch")
    assert re.search(r"workflow-fusion-snapshots-\S+  FAILED", ran.stdout)
    assert platform.all("datasets") == []
    platform.set(failing=[])
    done(make(ready, platform, "launch"))
    ran = done(make(ready, platform, "report"))
    failed = platform.all("runs")[1]["id"]
    sheet = (ready / "report/samplesheet.csv").read_text()
    assert (sheet.count("\n"), failed in sheet) == (4, False)
    assert "2 on fusion_ondemand and 1 on fusion_snapshots" in ran.stdout
    assert "The groups differ in size" in ran.stdout


def test_a_launch_that_fails_keeps_what_started(ready: Path, platform: Platform) -> None:
    platform.set(faults=[platform.fault("launch", 2, "network")])
    ran = make(ready, platform, "hello")
    refused(ran, 2, "launch/hello.yml was not launched whole. Mend what is said above, then: python3 steps.py launch")
    assert len(re.findall(r"hello-fusion-snapshots-\S+: did not start", ran.stderr)) == 1
    assert names(rows(ready)) == ["hello-fusion-ondemand-TIME"]
    before = rows(ready)
    platform.set(faults=[])
    time.sleep(1)  # names end in the second
    done(make(ready, platform, "hello"))
    assert rows(ready)[:2] == before
    assert names(rows(ready)) == [f"hello-fusion-{group}-TIME" for group in ("ondemand", "ondemand", "snapshots")]


def test_a_launch_whose_answer_is_lost_is_found_by_its_name(ready: Path, platform: Platform) -> None:
    platform.set(faults=[platform.fault("launch", 1, "lost")])
    ran = done(make(ready, platform, "launch"))
    assert len(re.findall(r"workflow-fusion-ondemand-\S+: started as 1run\d+ all the same\n", ran.stdout)) == 1
    assert [row[:2] for row in rows(ready)[1:]] == [[item["id"], item["name"]] for item in platform.all("runs")]
    assert names(rows(ready)) == ["workflow-fusion-ondemand-TIME", "workflow-fusion-snapshots-TIME"]


def test_a_launch_of_which_nothing_is_known_is_asked_for_again(ready: Path, platform: Platform) -> None:
    platform.set(faults=[platform.fault("launch", 2, "lost"), platform.fault("runs list", 1, "network")])
    ran = make(ready, platform, "launch")
    refused(ran, 2, "whether it started is not known, as tw does not answer")
    assert [bool(row[0]) for row in rows(ready)[1:]] == [True, False]
    platform.set(faults=[])
    done(make(ready, platform, "report"))
    assert [row[0] for row in rows(ready)[1:]] == [item["id"] for item in platform.all("runs")[:2]]


def test_rows_survive_a_missing_end_of_line(launched: Path, platform: Platform) -> None:
    path = launched / "report/runs.csv"
    path.write_text(path.read_text().rstrip("\n"))
    before = rows(launched)
    done(make(launched, platform, "launch"))
    assert rows(launched)[:3] == before
    assert len(rows(launched)) == 5


def test_nothing_is_launched_that_could_not_be_recorded(ready: Path, platform: Platform) -> None:
    (ready / "report/runs.csv").mkdir()
    refused(
        make(ready, platform, "launch"), 2, "report/runs.csv: cannot be written: Is a directory; nothing was launched"
    )
    assert platform.all("runs") == []


def interrupt(process: subprocess.Popen[str], when: Callable[[], bool]) -> tuple[int, str]:
    """Press Ctrl-C, which reaches all of a terminal's processes, when something has happened."""
    ends = time.monotonic() + 60
    while not when():
        assert time.monotonic() < ends
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    said, errors = process.communicate(timeout=60)
    return process.returncode, said + errors


def start(folder: Path, platform: Platform, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(BIN / "python"), *words], cwd=folder, env=dict(os.environ) | platform.env, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_ctrl_c_while_waiting(launched: Path, platform: Platform) -> None:
    platform.set(polls=10**6)
    process = start(launched, platform, "report/collect.py", "--wait", "--every", "0.2")
    code, said = interrupt(process, lambda: platform.read()["calls"].count("runs view") > 4)
    assert code == 130
    assert said.count("collect.py: stopped waiting. The runs go on and nothing was written; then: make report") == 1
    assert said.count("0 of 2 runs have ended, workflow-fusion-ondemand-") >= 1
    assert "Traceback" not in said
    assert (launched / "report/samplesheet.csv").read_text() == "id,workspace,group\n"
    platform.set(polls=0)
    done(make(launched, platform, "report", "WAIT=yes"))


def test_ctrl_c_while_launching(ready: Path, platform: Platform) -> None:
    platform.set(faults=[platform.fault("launch", 2, "hang")])
    process = start(ready, platform, "steps.py", "launch", "launch/hello.yml")
    code, said = interrupt(process, lambda: platform.read()["calls"].count("launch") == 2)
    assert code == 130
    assert "then: python3 steps.py launch launch/hello.yml" in said
    assert names(rows(ready)) == ["hello-fusion-ondemand-TIME"]


# report


def test_waiting_shows_progress_and_outlasts_a_missed_answer(launched: Path, platform: Platform) -> None:
    platform.set(polls=3, faults=[platform.fault("runs view", 3, "network")])
    ran = done(collect(launched, platform, "--wait", "--every", "0.1"))
    assert "0 of 2 runs have ended" in ran.stdout
    assert "2 of 2 runs have ended" in ran.stdout
    assert "asking again in 0.1 seconds" in ran.stderr
    platform.set(polls=10**6, faults=[platform.fault("runs view", 0, "network")])
    refused(collect(launched, platform, "--wait", "--every", "0.1"), 2, "Nothing was written; when")


def test_runs_under_way_are_not_compared(launched: Path, platform: Platform) -> None:
    platform.set(polls=10**6)
    ran = collect(launched, platform)
    refused(ran, 1, "so there is nothing to compare. Wait for those under way: make report WAIT=yes")


def test_no_run_at_all(ready: Path, platform: Platform) -> None:
    refused(collect(ready, platform), 1, "report/runs.csv lists no run of the workflow. Launch it first: make launch")


def collect(folder: Path, platform: Platform, *words: str) -> Ran:
    return script(folder, platform, "report/collect.py", *words)


def change_run(platform: Platform, number: int, **values: Any) -> None:
    state = platform.read()
    state["workspaces"][WORKSPACE]["runs"][number].update(values)
    platform.write(state)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"revision": "1.0.1"}, "revision 1.0.2 here, 1.0.1 there"),
        ({"url": "https://github.com/nf-core/rnaseq"}, "pipeline https://github.com/nf-core/demo here, https://github.com/nf-core/rnaseq there"),
        ({"profile": "test_full"}, "profile test here, test_full there"),
        ({"commitId": "0123abc"}, "commit none here, 0123abc there"),
        ({"params": {"outdir": "s3://x/y", "genome": "GRCh38"}}, 'parameter genome not given here, "GRCh38" there'),
    ],
)  # fmt: skip
def test_runs_that_differ_are_not_compared(
    launched: Path, platform: Platform, values: dict[str, Any], message: str
) -> None:
    change_run(platform, 1, **values)
    ran = collect(launched, platform)
    refused(ran, 1, f"differs from it: {message}")
    assert "has no partner on fusion_snapshots." in ran.stderr
    assert "has no partner on fusion_ondemand." in ran.stderr
    assert "delete the rows of those that do not belong from report/runs.csv" in ran.stderr
    assert (launched / "report/samplesheet.csv").read_text() == "id,workspace,group\n"


def test_without_the_rows_that_do_not_belong_the_next_pair_is_compared(launched: Path, platform: Platform) -> None:
    change_run(platform, 1, revision="1.0.1")
    change_run(platform, 0, revision="1.0.0")
    done(make(launched, platform, "launch"))
    refused(make(launched, platform, "report"), 2, "differs from it: revision 1.0.0 here, 1.0.1 there")
    text = (launched / "report/runs.csv").read_text().splitlines(keepends=True)
    (launched / "report/runs.csv").write_text("".join([text[0], *text[3:]]))
    done(make(launched, platform, "report"))
    assert (launched / "report/samplesheet.csv").read_text().count("\n") == 3


def test_paths_in_the_results_do_not_make_runs_differ(launched: Path, platform: Platform) -> None:
    for number, group in enumerate(("ondemand", "snapshots")):
        change_run(platform, number, params={"outdir": f"s3://x/{group}", "tracedir": f"s3://x/{group}/info", "n": 1})
    done(collect(launched, platform))


def test_other_rows_are_left_out_and_said(launched: Path, platform: Platform) -> None:
    with (launched / "report/runs.csv").open("a") as file:
        file.write("1goneaway99,workflow-gone,x_fusion_ondemand,2025-01-01T00:00:00Z\n")
        file.write("1elsewhere9,workflow-elsewhere,other,2025-01-01T00:00:00Z\n")
        file.write(",workflow-never,x_fusion_ondemand,2025-01-01T00:00:00Z\n")
    ran = done(collect(launched, platform))
    assert "1goneaway99  workflow-gone  DELETED" in ran.stdout
    assert "workflow-elsewhere: ran on other, which is none of the two; left out" in ran.stdout
    assert "workflow-never: never started" in ran.stdout
    assert len(rows(launched)) == 6
    (launched / "report/runs.csv").write_text("id,name\n1,2\n")
    refused(
        collect(launched, platform),
        2,
        "report/runs.csv:2: a row needs id,name,compute environment,when",
    )


def test_a_cost_report_is_passed_on(launched: Path, platform: Platform) -> None:
    path = launched / "report/launch.yml"
    path.write_text(
        path.read_text().replace(
            "benchmark_aws_cur_report: null", 'benchmark_aws_cur_report: "s3://acme-fusion/cur.parquet"'
        )
    )
    ran = done(make(launched, platform, "report"))
    assert "cannot show what the runs cost" not in ran.stdout
    assert platform.all("runs")[-1]["params"]["benchmark_aws_cur_report"] == "s3://acme-fusion/cur.parquet"


# preflight


def lines(ran: Ran) -> dict[str, str]:
    """Return the lines of preflight by what they are about."""
    found = {}
    for line in ran.stdout.splitlines()[:-1]:
        state, what, text = re.fullmatch(r"(ok|failed|not checked) +(\S+): (.+)", line).groups()  # type: ignore[union-attr]
        found[what] = f"{state}: {text}"
    return found


AWS = """#!/bin/sh
case "$2" in
get-caller-identity) echo '{{"Account": "{account}", "Arn": "x"}}' ;;
get-bucket-location) {bucket} ;;
esac
"""


def install_aws(platform: Platform, folder: Path, text: str) -> None:
    (folder / "bin").mkdir()
    (folder / "bin/aws").write_text(text)
    (folder / "bin/aws").chmod(0o755)
    platform.env["PATH"] = f"{folder / 'bin'}{os.pathsep}{platform.env['PATH']}"


def good_aws(account: str = "111122223333", bucket: str = 'echo \'{"LocationConstraint": "eu-west-1"}\'') -> str:
    return AWS.format(account=account, bucket=bucket)


def export(folder: Path, line: str) -> None:
    with (folder / "env.sh").open("a") as file:
        file.write(f"{line}\n")


def test_preflight_when_all_is_well(folder: Path, platform: Platform, tmp_path: Path) -> None:
    install_aws(platform, tmp_path, good_aws())
    export(folder, "export AWS_ACCOUNT_ID=111122223333")
    before = platform.read()["workspaces"]
    ran = done(script(folder, platform, "preflight.py"))
    found = lines(ran)
    assert list(found) == [
        "python", "seqerakit", "tw", "TOWER_ACCESS_TOKEN", "workspace", "credentials", "compute-envs/aws_fusion_ondemand.yml",
        "compute-envs/aws_fusion_snapshots.yml", "aws", "AWS_WORK_DIR", "AWS_ACCOUNT_ID", "TIME",
    ]  # fmt: skip
    assert all(text.startswith("ok: ") for text in found.values()), found
    assert ran.stdout.endswith("\n12 ok, 0 failed, 0 not checked.\n")
    assert platform.read()["workspaces"] == before
    done(make(folder, platform, "compute-envs"))
    ran = done(make(folder, platform, "preflight"))
    assert f"{SNAPSHOTS} is ours already, AVAILABLE" in ran.stdout
    assert TOKEN not in ran.stdout + ran.stderr


def edit(name: str, old: str, new: str) -> Callable[[Path, Platform, Path], None]:
    def change(folder: Path, platform: Platform, tmp_path: Path) -> None:
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new))

    return change


def with_aws(text: str, *exports: str) -> Callable[[Path, Platform, Path], None]:
    def change(folder: Path, platform: Platform, tmp_path: Path) -> None:
        install_aws(platform, tmp_path, text)
        for line in exports:
            export(folder, line)

    return change


def with_env(**env: str) -> Callable[[Path, Platform, Path], None]:
    def change(folder: Path, platform: Platform, tmp_path: Path) -> None:
        platform.env.update(env)

    return change


def with_fault(command: str, do: str) -> Callable[[Path, Platform, Path], None]:
    def change(folder: Path, platform: Platform, tmp_path: Path) -> None:
        platform.set(faults=[platform.fault(command, 0, do)])

    return change


def taken(**values: Any) -> Callable[[Path, Platform, Path], None]:
    def change(folder: Path, platform: Platform, tmp_path: Path) -> None:
        state = platform.read()
        env = json.loads(json.dumps(COMPUTE_ENVS[0]))
        env["config"].update(values.pop("config", {}))
        state["workspaces"][WORKSPACE]["computeEnvs"] = [{**env, **values}]
        platform.write(state)

    return change


def old_platform(folder: Path, platform: Platform, tmp_path: Path) -> None:
    platform.set(down=True)


ONDEMAND_FILE = "compute-envs/aws_fusion_ondemand.yml"


@pytest.mark.parametrize(
    ("change", "what", "said", "code"),
    [
        (with_env(TW_VERSION="0.12.0"), "tw", "failed: 0.12.0 is older than 0.13.0; install it from", 1),
        (with_env(TOWER_ACCESS_TOKEN=""), "TOWER_ACCESS_TOKEN", "failed: not set; paste it after: read -rs", 1),
        (with_env(TOWER_ACCESS_TOKEN="old"), "TOWER_ACCESS_TOKEN", "failed: refused by https://api.cloud.seqera.io:", 1),
        (with_env(TOWER_ACCESS_TOKEN="old"), "workspace", "not checked: needs tw and an accepted token", 1),
        (old_platform, "TOWER_ACCESS_TOKEN", "failed: https://api.cloud.seqera.io does not answer; check TOWER_API_ENDPOINT", 1),
        (edit("env.sh", "acme-genomics", "Acme-Genomics"), "workspace", "failed: Acme-Genomics/fusion-benchmark is not visible to this token, the nearest is acme-genomics/fusion-benchmark;", 1),
        (edit("env.sh", "acme-genomics", "other"), "workspace", "failed: other/fusion-benchmark is not visible to this token, visible are acme-genomics/fusion-benchmark;", 1),
        (edit("env.sh", "acme-genomics", "other"), "credentials", "not checked: needs the workspace", 1),
        (edit("env.sh", "acme-aws", "Acme-aws"), "credentials", "failed: no Acme-aws in the workspace, whose AWS credentials are: acme-aws;", 1),
        (edit("env.sh", "acme-aws", "acme-google"), "credentials", "failed: acme-google is of google, not of AWS;", 1),
        (taken(config={"region": "us-east-1"}), ONDEMAND_FILE, f"failed: {ONDEMAND} exists with region us-east-1 and not eu-west-1;", 1),
        (taken(config={"region": "eu-west-1", "workDir": "s3://acme-fusion/work", "forge": {"type": "EC2", "maxCpus": 8, "instanceTypes": ["c6id"]}}), ONDEMAND_FILE, f"failed: {ONDEMAND} exists with max-cpus 8 and not 1000, instance-types c6id and not c6id,m6id,r6id; set another COMPUTE_ENV_PREFIX in env.sh, or delete it (", 1),
        (edit("env.sh", "export AWS_REGION=", "AWS_REGION="), "", "preflight.py: env.sh does not export AWS_REGION; run python3 validate.py", 2),
        (with_aws("#!/bin/sh\necho null\n"), "aws", "not checked: aws prints no object; it is optional", 0),
        (taken(credentialsId="cred9"), ONDEMAND_FILE, f"failed: {ONDEMAND} exists with credentials cred9 and not cred1;", 1),
        (taken(status="ERRORED"), ONDEMAND_FILE, f"failed: {ONDEMAND} is ERRORED; delete it: . ./env.sh && seqerakit --delete {ONDEMAND_FILE}", 1),
        (taken(), ONDEMAND_FILE, f"ok: {ONDEMAND} is ours already, AVAILABLE", 0),
        (with_aws("#!/bin/sh\necho 'Unable to locate credentials.' >&2\nexit 253\n"), "aws", "not checked: Unable to locate credentials; it is optional", 0),
        (with_aws("#!/bin/sh\nexit 253\n", "export AWS_ACCOUNT_ID=111122223333"), "AWS_ACCOUNT_ID", "not checked: whether this is 111122223333: aws cannot be asked", 0),
        (with_aws(good_aws(bucket="echo '{\"LocationConstraint\": null}'")), "AWS_WORK_DIR", "failed: acme-fusion is in us-east-1, not in eu-west-1;", 1),
        (with_aws(good_aws(bucket="echo '{\"LocationConstraint\": \"EU\"}'")), "AWS_WORK_DIR", "ok: acme-fusion is in eu-west-1", 0),
        (with_aws(good_aws(bucket="echo 'An error occurred (NoSuchBucket)' >&2; exit 254")), "AWS_WORK_DIR", "failed: there is no bucket acme-fusion;", 1),
        (with_aws(good_aws(bucket="echo 'An error occurred (AccessDenied)' >&2; exit 254")), "AWS_WORK_DIR", "not checked: whether acme-fusion is in eu-west-1: An error occurred (AccessDenied)", 0),
        (with_aws(good_aws()), "AWS_ACCOUNT_ID", "not checked: no account is pinned in env.sh", 0),
        (with_aws(good_aws(account="999988887777"), "export AWS_ACCOUNT_ID=111122223333"), "AWS_ACCOUNT_ID", "failed: aws is signed in to 999988887777, not to 111122223333;", 1),
        (edit("env.sh", '"$(date +%Y%m%d-%H%M%S)"', "20200101-000000"), "TIME", "failed: 20200101-000000 is ", 1),
        (edit("env.sh", '"$(date +%Y%m%d-%H%M%S)"', "today"), "TIME", "failed: today is no time;", 1),
        (with_fault("workspaces", "network"), "workspace", "failed: tw workspaces list: Connection error.", 1),
        (edit("compute-envs/aws_fusion_ondemand.yml", "$AWS_REGION", "$AWS_REGOIN"), ONDEMAND_FILE, "failed: seqerakit refuses compute-envs/aws_fusion_ondemand.yml; run python3 validate.py", 1),
    ],
)  # fmt: skip
def test_preflight_finds(
    folder: Path, platform: Platform, tmp_path: Path, change: Callable[..., None], what: str, said: str, code: int
) -> None:
    change(folder, platform, tmp_path)
    ran = script(folder, platform, "preflight.py")
    assert ran.returncode == code, ran.stdout + ran.stderr
    found = lines(ran)[what] if what else ran.stderr
    assert found.startswith(said), found
    assert "Traceback" not in ran.stderr


def test_preflight_without_tw_and_aws(folder: Path, platform: Platform, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    for name in ("bash", "date", "seqerakit"):
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name, path=platform.env["PATH"])))
    ran = script(folder, platform, "preflight.py", PATH=str(tmp_path / "bin"))
    found = lines(ran)
    assert ran.returncode == 1
    assert found["tw"].startswith(
        "failed: not installed; install it from https://github.com/seqeralabs/tower-cli/releases"
    )
    assert found["aws"] == "not checked: aws is not installed; it is optional"
    assert found["AWS_WORK_DIR"].startswith("not checked: whether acme-fusion is in eu-west-1: aws cannot be asked")
    assert ran.stdout.endswith("\n3 ok, 1 failed, 8 not checked.\n")


@pytest.mark.parametrize("command", ["info", "credentials list"])
def test_a_hung_command_ends(folder: Path, platform: Platform, tmp_path: Path, command: str) -> None:
    install_aws(platform, tmp_path, "#!/bin/sh\nsleep 600 & wait\n")
    platform.set(faults=[platform.fault(command, 0, "hang")])
    began = time.monotonic()
    ran = script(folder, platform, "preflight.py", "--limit", "3")
    assert time.monotonic() - began < 30
    assert ran.returncode == 1
    assert f"tw {command}: no answer within 3 seconds" in ran.stdout
    assert "not checked aws: aws does not end within 3 seconds" in ran.stdout
    assert "default: 30" in script(folder, platform, "preflight.py", "--help").stdout


def test_two_compute_environments_in_one_file(folder: Path, platform: Platform) -> None:
    file = folder / ONDEMAND_FILE
    second = file.read_text().partition("compute-envs:\n")[2].replace("_fusion_ondemand", "_second")
    labels = 'labels:\n  - name: team\n    value: bio\n    workspace: "$ORGANIZATION_NAME/$WORKSPACE_NAME"\n'
    file.write_text(file.read_text() + second + labels)
    ran = script(folder, platform, "preflight.py")
    assert lines(ran)[ONDEMAND_FILE].startswith(f"ok: {ONDEMAND} is free; {PREFIX}_second is free")
    ran = refused(script(folder, platform, "steps.py", "destroy"), 1, "nothing was deleted")
    assert f"compute environment {PREFIX}_second" in ran.stdout


@pytest.mark.parametrize("answer", ["{}", "[]", "null", "nonsense"])
def test_a_tw_that_answers_something_else(folder: Path, platform: Platform, tmp_path: Path, answer: str) -> None:
    (tmp_path / "bin").mkdir()
    tw = tmp_path / "bin/tw"
    tw.write_text(f"#!/bin/sh\ncase $1 in --version) echo 'Tower CLI version 0.38.0';; *) echo '{answer}';; esac\n")
    tw.chmod(0o755)
    path = f"{tmp_path / 'bin'}:{platform.env['PATH']}"
    ran = script(folder, platform, "preflight.py", PATH=path)
    assert ran.returncode == 1
    assert lines(ran)["TOWER_ACCESS_TOKEN"].startswith("failed: tw ")
    assert "Traceback" not in ran.stderr
    (folder / "report/runs.csv").write_text("id,name,compute environment,when\n1abc,x," + ONDEMAND + ",now\n")
    ran = script(folder, platform, "report/collect.py", PATH=path)
    assert ran.returncode == 2
    assert ran.stderr.startswith("collect.py: tw ")
    assert "Traceback" not in ran.stderr


def test_a_tw_that_cannot_be_executed(folder: Path, platform: Platform, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    for name in ("bash", "date", "seqerakit"):
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name, path=platform.env["PATH"])))
    (tmp_path / "bin/tw").write_text("not a program\n")
    (tmp_path / "bin/tw").chmod(0o755)
    ran = script(folder, platform, "preflight.py", PATH=str(tmp_path / "bin"))
    assert lines(ran)["tw"].startswith("failed: not installed; install it from https://github.com/seqeralabs")


def test_preflight_cannot_run(folder: Path, platform: Platform) -> None:
    export(folder, 'echo "$UNSET_NAME"')
    refused(
        script(folder, platform, "preflight.py"), 2, "preflight.py: env.sh: bash stops in it; run python3 validate.py"
    )


# Makefile


def test_help_is_the_default_and_has_a_line_for_each_target(folder: Path, platform: Platform) -> None:
    ran = done(make(folder, platform))
    assert [line.split()[1] for line in ran.stdout.splitlines()] == TARGETS
    assert ran.stdout == make(folder, platform, "help").stdout


def test_every_target_is_phony_as_folders_have_their_names(folder: Path) -> None:
    text = (folder / "Makefile").read_text()
    (phony,) = re.findall(r"^\.PHONY: (.*)$", text, re.M)
    assert set(phony.split()) == {*TARGETS, "ready"} == set(re.findall(r"^([a-z-]+):", text, re.M))


def test_the_shell_parts_are_clean(folder: Path, platform: Platform, tmp_path: Path) -> None:
    commands = done(make(folder, platform, "-n", *TARGETS)).stdout
    assert platform.read()["calls"] == []
    assert commands.count(". ./env.sh && ") == 11
    (folder / "recipes.sh").write_text(f"#!/bin/bash\n{commands}")
    ran = run(["shellcheck", "-x", "recipes.sh"], cwd=folder)
    assert (ran.returncode, ran.stdout) == (0, "")


def test_no_step_overwrites(folder: Path) -> None:
    for name in ("Makefile", "steps.py", "README.md"):
        text = (folder / name).read_text()
        assert "on-exists overwrite" not in text
        assert not re.search(r"--overwrite(?!-if-exists)", text)
    for command in re.findall(r"\tseqerakit.*|&& seqerakit.*", (folder / "Makefile").read_text()):
        assert "--on-exists ignore" in command or command.endswith("report/launch.yml")


@pytest.mark.parametrize("target", ["compute-envs", "pipelines", "hello", "launch", "report", "destroy"])
def test_nothing_is_sent_with_placeholders(folder: Path, platform: Platform, target: str) -> None:
    edit("env.sh", "'s3://acme-fusion/results'", "'s3://your-bucket/results'")(folder, platform, folder)
    ran = refused(make(folder, platform, target), 2, "Give these their values first, or render the folder again.")
    assert "env.sh:28:export PIPELINE_OUTDIR_PREFIX='s3://your-bucket/results'" in ran.stderr
    assert platform.read()["calls"] == []


def test_every_placeholder_is_found(bake: Bake, platform: Platform) -> None:
    folder = bake()
    held = [
        line for line in (folder / "env.sh").read_text().splitlines() if line.startswith("export") and "your-" in line
    ]
    said = make(folder, platform, "hello").stderr
    assert len(held) == 7
    assert re.findall(r"^env\.sh:\d+:(.*)$", said, re.M) == held


def test_a_remedy_reads_the_same_everywhere(folder: Path) -> None:
    for remedy, names in {
        "read -rs TOWER_ACCESS_TOKEN && export TOWER_ACCESS_TOKEN": "env.sh Makefile preflight.py README.md",
        "python3 -m pip install -r requirements.txt": "Makefile preflight.py README.md requirements.txt",
        "https://github.com/seqeralabs/tower-cli/releases": "Makefile seqera.py README.md",
    }.items():
        for name in names.split():
            assert remedy in (folder / name).read_text(), name


def test_only_yes_waits(launched: Path, platform: Platform) -> None:
    refused(make(launched, platform, "report", "WAIT=true"), 2, "WAIT=true: the only value is yes")


def test_a_file_without_launches_is_refused(ready: Path, platform: Platform) -> None:
    refused(
        script(ready, platform, "steps.py", "launch", "pipelines/hello.yml"), 2, "pipelines/hello.yml launches nothing"
    )


def test_the_address_of_a_run_is_shown(ready: Path, platform: Platform) -> None:
    ran = done(make(ready, platform, "launch"))
    assert len(re.findall(r"^workflow-fusion-\w+-\S+: started as \w+: https://\S+$", ran.stdout, re.M)) == 2


def test_a_reader_that_leaves_stops_no_recording(ready: Path, platform: Platform) -> None:
    command = f"'{BIN / 'python'}' steps.py launch launch/workflow_*.yml | true"
    run(["bash", "-c", command], cwd=ready, env=platform.env)
    assert len(rows(ready)) == 3


def test_what_people_wrote_into_the_reports_files_stays(launched: Path, platform: Platform) -> None:
    runs, params = launched / "report/runs.csv", launched / "report/params.yml"
    first, *rest = runs.read_text().splitlines()
    unknown = rest[0].partition(",")[2]
    runs.write_text("\n".join([f"{first},note", f",{unknown},ours", f"{rest[1]},theirs", ""]))
    params.write_text(params.read_text() + "# ours\nmultiqc_title: ours\n")
    done(make(launched, platform, "report"))
    assert [line.rpartition(",")[2] for line in runs.read_text().splitlines()] == ["note", "ours", "theirs"]
    assert [row[0] for row in rows(launched)[1:]] == [line.partition(",")[0] for line in rest]
    text = params.read_text()
    assert "# ours\nmultiqc_title: ours\n" in text
    assert text.startswith("# The address of the dataset of runs.")
    assert len(re.findall("^input: ", text, re.M)) == 1


def test_a_list_of_runs_in_another_order_is_refused_before_a_launch(ready: Path, platform: Platform) -> None:
    (ready / "report/runs.csv").write_text("name,id,compute environment,when\n")
    refused(make(ready, platform, "launch"), 2, "report/runs.csv:1: the first line must begin with id,name,")
    assert platform.all("runs") == []


def test_destroy_names_what_it_does_not_touch(launched: Path, platform: Platform) -> None:
    edit("env.sh", f"'{PREFIX}'", "'other'")(launched, platform, launched)
    ran = refused(make(launched, platform, "destroy"), 2, "nothing was deleted")
    assert f"Not of these files, so they stay: {ONDEMAND}, {SNAPSHOTS} (report/runs.csv names them)." in ran.stdout
    assert "Runs under way on them are lost." in ran.stdout


# The stand-in itself refuses what tw refuses.

ADD = ["compute-envs", "add", "aws-batch", "forge", "--name=x", f"--workspace={WORKSPACE}", "--region=eu-west-1", "--work-dir=s3://a/b", "--max-cpus=1"]  # fmt: skip
NO_PIPELINE = ["launch", "nope", f"--workspace={WORKSPACE}", f"--compute-env={ONDEMAND}"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["launch", "x", "--colour", "red"], 2, "Unknown option: '--colour'"),
        (["pipelines", "add", "https://x.test/y"], 2, "Missing required option: '--name=<name>'"),
        (["datasets", "url", f"--workspace={WORKSPACE}"], 2, "expected one of ['--id', '--name']"),
        (["frobnicate"], 2, "Unmatched arguments"),
        (["compute-envs", "list", "--workspace", "acme/x"], 1, "Workspace 'x' at organization 'acme' not found"),
        ([*ADD, "--credentials=nope"], 1, "No valid credentials found at the workspace"),
        ([*ADD, "--credentials=acme-google"], 1, "No valid credentials found at the workspace"),
        ([*ADD, "--credentials=acme-aws", "--fusion-v2"], 1, "Fusion v2 requires Wave service"),
        ([*ADD[:4], f"--name={ONDEMAND}", *ADD[5:], "--credentials=acme-aws"], 1, "already exists"),
        (NO_PIPELINE, 1, "Pipeline 'nope' not found on this workspace."),
        (["launch", f"{PREFIX}_hello", f"--workspace={WORKSPACE}", "--name=a", "--compute-env=nope"], 1, "Compute environment 'nope' not found at"),
        (["launch", f"{PREFIX}_hello", f"--workspace={WORKSPACE}", "--name=a", f"--compute-env={ONDEMAND}", "--params-file=nope.yml"], 1, "File not found. nope.yml"),
        (["pipelines", "add", "https://x.test/y", "--name=x", f"--workspace={WORKSPACE}", "--compute-env=nope"], 1, "Compute environment 'nope' not found at"),
        (["pipelines", "add", "https://x.test/y", "--name=x", f"--workspace={WORKSPACE}", f"--compute-env={ONDEMAND}", "--config=nope"], 1, "File not found. nope"),
        (["pipelines", "add", "https://x.test/y", f"--name={PREFIX}_hello", f"--workspace={WORKSPACE}", f"--compute-env={ONDEMAND}"], 1, "already exists"),
        (["pipelines", "delete", "--name=nope", f"--workspace={WORKSPACE}"], 1, "Unknown pipeline 'nope'"),
        (["compute-envs", "delete", "--name=nope", f"--workspace={WORKSPACE}"], 1, "Compute environment 'nope' not found at [acme-genomics / fusion-benchmark] workspace"),
        (["datasets", "url", "--name=nope", f"--workspace={WORKSPACE}"], 1, "No dataset 'nope' found for workspace"),
        (["datasets", "add", "nope.csv", "--name=x", f"--workspace={WORKSPACE}"], 1, "File path 'nope.csv' do not exists."),
        (["datasets", "update", "--name=x", f"--workspace={WORKSPACE}", "--file=nope.csv"], 1, "No dataset 'x' found for workspace"),
        (["runs", "view", "--id=nope", f"--workspace={WORKSPACE}"], 1, "Pipeline run 'nope' not found at"),
        (["-t", "another", "workspaces", "list"], 1, "Unauthorized. Check your access token, workspace id and tower server url."),
        (["-t", "", "workspaces", "list"], 1, "Missing TOWER_ACCESS_TOKEN environment variable or 'tw -t <token> ...' parameter"),
        (["-u", "http://api.test", "workspaces", "list"], 1, "You are trying to connect to an insecure server"),
        (["-t", "another", "info"], 1, "credentialsCheck | FAILED"),
    ],
)  # fmt: skip
def test_the_stand_in_refuses(platform: Platform, tmp_path: Path, words: list[str], code: int, message: str) -> None:
    state = platform.read()
    state["workspaces"][WORKSPACE]["computeEnvs"] = COMPUTE_ENVS
    hello = {"id": "p1", "name": f"{PREFIX}_hello", "url": "https://x.test/hello", "params": {}}
    state["workspaces"][WORKSPACE]["pipelines"] = [hello]
    platform.write(state)
    ran = run(["tw", *words], cwd=tmp_path, env=platform.env)
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert message in (ran.stdout if words[-1] == "info" else ran.stderr)
    assert "Traceback" not in ran.stderr
    assert platform.read()["workspaces"] == state["workspaces"]


def test_the_stand_in_prints_what_tw_prints(ready: Path, platform: Platform) -> None:
    words = ["launch", f"{PREFIX}_hello", f"--workspace={WORKSPACE}", f"--compute-env={ONDEMAND}"]
    ran = done(run(["tw", *words, "--name=a"], env=platform.env))
    assert re.search(r"Workflow 1run\d{8} submitted at \[acme-genomics / fusion-benchmark\] workspace\.", ran.stdout)
    answer = json.loads(done(run(["tw", "-o", "json", *words, "--name=b"], env=platform.env)).stdout)
    assert set(answer) == {"workflowId", "workflowUrl", "workspaceId", "workspaceRef"}
    ran = run(["tw", *words, "--name=b"], env=platform.env)
    assert (ran.returncode, ran.stderr) == (1, "\n ERROR: A run with name 'b' already exists\n")


# Nextflow

NEXTFLOW = shutil.which("nextflow")
CONFIGS = ["pipelines/nextflow.config", "pipelines/nextflow_snapshots.config", "report/nextflow.config"]


def nextflow_config(path: Path, parser: str) -> Ran:
    env = {"NXF_SYNTAX_PARSER": parser, "NXF_ANSI_LOG": "false"}
    return run(["nextflow", "-C", path, "config"], cwd=path.parent, env=env)


@pytest.mark.skipif(not NEXTFLOW, reason="nextflow is not on PATH")
@pytest.mark.parametrize("parser", ["v1", "v2"])
@pytest.mark.parametrize("name", CONFIGS)
def test_nextflow_reads_the_configurations(folder: Path, name: str, parser: str) -> None:
    ran = done(nextflow_config(folder / name, parser))
    if "snapshots" in name:
        assert "maxSpotAttempts = 5" in ran.stdout
        assert re.search(r"resourceLimits (= \[cpus:\d+, memory:|\{\s+cpus = \d+\n)", ran.stdout)
    if name.startswith("pipelines/"):
        assert "resourceLabels = {" in ran.stdout
    (folder / name).write_text((folder / name).read_text() + "\nprocess {\n")
    assert nextflow_config(folder / name, parser).returncode != 0

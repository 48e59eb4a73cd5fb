"""make compare as a whole: from report/runs.csv and archives to what is printed and written."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest
from archives import RECLAIMED, make_folder, task, write_archive
from conftest import BIN, ROOT, run

from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.compare import compare
from fusion_snapshots.errors import UserError

ENV = {
    "ORGANIZATION_NAME": "acme", "WORKSPACE_NAME": "ws", "AWS_REGION": "eu-west-1", "PATH": "/nowhere",
    "AWS_WORK_DIR": "s3://acme-fusion/work",
}  # fmt: skip


def ondemand(usd: float, hours: float) -> dict[str, Any]:
    """Return a run of two tasks that cost so many USD together."""
    tasks = [task("ALIGN", usd=usd - 1, minutes=60, cpus=4), task("CALL", usd=1, minutes=30, cpus=2)]
    return {"tasks": [item | {"priceModel": "standard"} for item in tasks], "hours": hours}


def spot(usd: float, hours: float, *more: dict[str, Any], **run: Any) -> dict[str, Any]:
    """Return a run of two tasks, of which the first was restored once, and of more attempts."""
    tasks = [
        task("ALIGN", usd=usd - 1, minutes=90, cpus=4, numSpotInterruptions=1),
        task("CALL", usd=1, minutes=30, cpus=2, numSpotInterruptions=0),
    ]
    return {"tasks": [*tasks, *more], "hours": hours, **run}


LOST = task("CALL", usd=0.25, minutes=15, status="FAILED", exit=RECLAIMED, exitStatus=RECLAIMED, numSpotInterruptions=1)
DUMP_FAILED = task(
    "CALL", usd=0.5, minutes=6, status="FAILED", exit=175, numSpotInterruptions=1, machineType="m6id.4xlarge"
)


DAY_2, DAY_3 = {"days": 1}, {"days": 2}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three runs a side and one that failed; interruptions, a reclaimed attempt and a dump that failed."""
    make_folder(
        tmp_path,
        {
            "fusion_ondemand": [ondemand(10, 2), ondemand(11, 2.5) | DAY_2, ondemand(12, 3) | DAY_3],
            "fusion_snapshots": [
                spot(4, 2.25, LOST),
                spot(5, 2.75) | DAY_2,
                spot(6, 3.5, DUMP_FAILED) | DAY_3,
                spot(1.5, 0.5, status="FAILED") | DAY_3,
            ],
        },
    )
    return tmp_path


def written(root: Path) -> dict[str, Any]:
    return dict(json.loads((root / "report" / "comparison.json").read_text()))


def test_figures_that_were_computed_by_hand(root: Path) -> None:
    compare(Benchmark(root, ENV), False)
    found = written(root)
    assert found["arms"] == {
        "fusion_ondemand": {
            "runs": 3, "succeeded": 3, "failed": 0,
            "wall_hours": {"median": 2.5, "min": 2.0, "max": 3.0},
            "cost_usd": 33.0, "cost_usd_per_result": 11.0, "usd_per_result": 11.0, "hours_per_result": 2.5,
            "tasks": 6, "task_hours": 4.5, "cpu_hours": 15.0,
            "interruptions": None, "failed_dumps": 0, "hits_per_100_task_hours": None,
            "lost": {"attempts": 0, "task_hours": 0, "cost_usd": 0},
            "exits": {"174": 0, "175": 0, "176": 0, "177": 0},
            "price_models": {"spot": 0, "standard": 6},
            "machine_types": {"c6id.8xlarge": 4.5},
        },
        "fusion_snapshots": {
            "runs": 4, "succeeded": 3, "failed": 1,
            "wall_hours": {"median": 2.75, "min": 2.25, "max": 3.5},
            # The failed run's 1.50 USD and half an hour are part of what the three results took.
            "cost_usd": 17.25, "cost_usd_per_result": 5.75, "usd_per_result": 5.75, "hours_per_result": 3.0,
            "tasks": 10, "task_hours": 8.35, "cpu_hours": 28.7,
            # One in each ALIGN, the reclaimed attempt, the one before the dump that failed, and that dump.
            "interruptions": 7, "failed_dumps": 1, "hits_per_100_task_hours": round(700 / 8.35, 6),
            "lost": {"attempts": 2, "task_hours": 0.35, "cost_usd": 0.75},
            "exits": {"174": 0, "175": 1, "176": 0, "177": 0},
            "price_models": {"spot": 10, "standard": 0},
            "machine_types": {"c6id.8xlarge": 8.25, "m6id.4xlarge": 0.1},
        },
    }  # fmt: skip
    assert found["comparisons"] == [
        {
            "arm": "fusion_snapshots",
            "baseline": "fusion_ondemand",
            # All of 4.25, 5 and 8 are below 10, 11 and 12: two of the 20 ways to deal them lie as far apart.
            "cost": {"ratio": round(5.75 / 11, 6), "low": None, "high": None, "p": 0.1, "claim": "none"},
            "time": {"ratio": 1.2, "low": None, "high": None, "p": 0.6, "claim": "none"},
            "cost_ratio": round(5.75 / 11, 6),
            "cost_ratio_p": 0.1,
            "time_ratio": 1.2,
            "time_ratio_p": 0.6,
            "separated": False,
            "by_process": {
                "ALIGN": {"arm_seconds": 5400.0, "baseline_seconds": 3600.0, "ratio": 1.5},
                "CALL": {"arm_seconds": 1800.0, "baseline_seconds": 1800.0, "ratio": 1.0},
            },
        }
    ]
    assert (found["answer"], found["rounds"], found["blocks"]) == ("not shown", 3, 3)


def test_what_is_printed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    compare(Benchmark(root, ENV), False)
    assert (
        capsys.readouterr().out
        == """\
                               fusion_ondemand  fusion_snapshots
USD per result                           11.00              5.75
hours per result                          2.50              3.00
cost, fusion_ondemand = 1                    1            ~ 0.52
time, fusion_ondemand = 1                    1            ~ 1.20
runs                                         3                 4
  that succeeded                             3                 3
interruptions                      not on Spot                 7
  in 100 task-hours                          –              83.8
  failed dumps                               0                 1
USD of a run               11.00 (10.00–12.00)  5.00 (4.25–6.50)
hours of a run                2.50 (2.00–3.00)  2.75 (2.25–3.50)
USD of all runs                          33.00             17.25
tasks, every attempt                         6                10
  on Spot / on demand                    0 / 6            10 / 0
task-hours                                4.50              8.35
CPU-hours                                15.00             28.70
lost attempts                                0                 2
  task-hours                              0.00              0.35
  USD                                     0.00              0.75
exits 174 to 177                             0           1 × 175

Not shown: there are too few rounds to show any difference.
Spot's price and Snapshots are measured together: against fusion_ondemand, a result on fusion_snapshots cost 48 % less \
(p = 0.10) and took 20 % longer (p = 0.60); neither is shown. Interruptions: fusion_snapshots met 7 and \
fusion_ondemand ran on demand.

! 3 blocks of rounds can show no difference, however large: 7 complete ones can, or 5 a side, 2 more. Rounds that begin \
within an hour of one another are one. Launch: make launch RUNS=2
! The figures are of Spot's price and of Snapshots together. To tell them apart, render again with \
spot_without_snapshots=yes.
! fusion_snapshots: 5 tasks moved to another host. Their 6.10 task-hours and 13.00 USD hold the waits for it, which cost \
nothing, at the first host's price. AWS knows them for about a week: run make compare where aws is signed in.
- fusion_snapshots: 1 of 4 runs did not succeed. What they cost and took is part of what a result costs and takes. \
Medians are of the others.
- fusion_snapshots: attempts that ended with exit codes of Fusion: 1 with 175 (a dump failed).
- Snapshots taken and restored: not checked (aws is not installed).
- Costs are the Platform's estimates: a machine's hourly price, by the larger of a task's CPU and memory share, for its \
time. Storage, network, the head job and idle capacity are left out. With an AWS cost report, make report has the last \
word.
- c6id.8xlarge: 80 % of 5 interruptions were saved in time (38 % to 96 %).
- m6id.4xlarge: 50 % of 2 interruptions were saved in time (9 % to 91 %).

At 0.84 an hour, as these runs met, a result would cost 4.75 USD on Spot and 3.48 USD with Snapshots. Snapshots pay \
above one interruption an instance in 39 h (0.026 an hour). make predict tells more.

report/comparison.html shows it as a page; report/comparison.json and report/tasks.csv hold the figures.
"""
    )


def test_tasks_are_listed_one_a_row(root: Path) -> None:
    compare(Benchmark(root, ENV), False)
    with (root / "report" / "tasks.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == [
        "arm", "run", "process", "attempt", "status", "exit", "machine type", "price model", "seconds", "USD",
        "interruptions",
    ]  # fmt: skip
    assert len(rows) == 1 + 6 + 10
    assert rows[1] == ["fusion_ondemand", "fusion_ondemand-1", "ALIGN", "1", "COMPLETED", "0", "c6id.8xlarge", "standard", "3600", "9", ""]  # fmt: skip
    assert rows[9] == ["fusion_snapshots", "fusion_snapshots-1", "CALL", "1", "FAILED", "2147483647", "c6id.8xlarge", "spot", "900", "0.25", "1"]  # fmt: skip
    for arm, usd in (("fusion_ondemand", 33), ("fusion_snapshots", 17.25)):
        assert sum(float(row[9]) for row in rows if row[0] == arm) == usd


def test_secrets_in_names_of_tasks_are_written_nowhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = "AKIAIOSFODNN7EXAMPLE"
    tasks = [task(f"FETCH_{key}"), task("GET https://me:sesame@host/x")]
    make_folder(tmp_path, {"fusion_ondemand": [{"tasks": tasks}], "fusion_spot": [{"tasks": tasks}]})
    compare(Benchmark(tmp_path, ENV), False)
    texts = [path.read_text() for path in (tmp_path / "report").iterdir() if path.suffix in (".csv", ".json", ".html")]
    assert len(texts) >= 3
    for text in [*texts, *capsys.readouterr()]:
        assert key not in text
        assert "sesame" not in text
    assert "FETCH_<secret>" in (tmp_path / "report" / "tasks.csv").read_text()
    assert "FETCH_<secret>" in (tmp_path / "report" / "comparison.json").read_text()


def test_what_is_not_reported_is_null(tmp_path: Path) -> None:
    silent = task(usd=None, cpus=None, machineType=None, priceModel=None) | {"start": None, "complete": None}
    told: dict[str, Any] = {"tasks": [silent], "hours": None, "load": {"cost": None}}
    make_folder(tmp_path, {"fusion_ondemand": [told], "fusion_snapshots": [told]})
    compare(Benchmark(tmp_path, ENV), False)
    arm = written(tmp_path)["arms"]["fusion_snapshots"]
    for key in ("cost_usd", "cost_usd_per_result", "task_hours", "cpu_hours", "interruptions"):
        assert arm[key] is None, key
    assert arm["wall_hours"] == {"median": None, "min": None, "max": None}
    (compared,) = written(tmp_path)["comparisons"]
    for key in ("cost_ratio", "cost_ratio_p", "time_ratio", "time_ratio_p", "separated"):
        assert compared[key] is None, key
    assert written(tmp_path)["verdict"].startswith(
        "Spot's price and Snapshots are measured together: against fusion_ondemand, cost and time of a result on "
        "fusion_snapshots are not reported; these figures are of one hour"
    )


def test_a_side_with_failures_only_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_folder(tmp_path, {"fusion_ondemand": [ondemand(10, 2)], "fusion_snapshots": [spot(1, 0.5, status="FAILED")]})
    compare(Benchmark(tmp_path, ENV), False)
    found = written(tmp_path)
    arm = found["arms"]["fusion_snapshots"]
    assert (arm["succeeded"], arm["failed"], arm["cost_usd"], arm["cost_usd_per_result"]) == (0, 1, 1, None)
    assert found["verdict"] == (
        "No run succeeded on fusion_snapshots (1 run, 1.00 USD), so there is no result to compare."
    )
    assert "no result" in capsys.readouterr().out


def test_interruptions_that_were_caused_stand_beside_those_reported(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        "when,arm,instance,type,tasks,experiment,state",
        "2026-03-02T10:30:00Z,fusion_snapshots,i-1,c6id.8xlarge,2,EXP1,completed",
        "2026-03-02T11:00:00Z,fusion_snapshots,i-2,c6id.8xlarge,1,EXP2,running",
        "2026-03-02T10:30:00Z,fusion_snapshots,i-3,c6id.8xlarge,1,EXP3,failed",  # AWS sent no notice
        "2026-03-02T10:30:00Z,fusion_spot,i-4,c6id.8xlarge,1,EXP4,completed",  # another arm
        "2026-03-01T10:30:00Z,fusion_snapshots,i-5,c6id.8xlarge,1,EXP5,completed",  # before these runs
    ]
    (root / "report" / "interruptions.csv").write_text("\n".join([*rows, ""]))
    compare(Benchmark(root, ENV), False)
    said = capsys.readouterr().out
    assert "  by make interrupt                          0                 2\n" in said
    assert "make interrupt sent 2 instances its notice during these runs. Interruptions that tasks met: 7." in said


@pytest.mark.parametrize(
    ("arms", "message"),
    [
        (
            {"fusion_snapshots": [spot(1, 1)]},
            "no run of fusion_ondemand has ended, so there is nothing to compare. Launch: make launch",
        ),
        (
            {"fusion_ondemand": [ondemand(10, 2)], "fusion_snapshots": []},
            "no run of another arm than fusion_ondemand has ended, so there is nothing to compare. Launch: make launch",
        ),
        ({"fusion_ondemand": []}, "report/runs.csv lists no run of the workflow. Launch it first: make launch"),
        (
            {"fusion_ondemand": [ondemand(10, 2)], "fusion_snapshots": [spot(2, 1, resume=True)]},
            "no run of another arm than fusion_ondemand has ended, so there is nothing to compare. Left out, as they were "
            "resumed or hold CACHED tasks: fusion_snapshots-1. Launch: make launch",
        ),
        (
            {"fusion_ondemand": [ondemand(10, 2)], "fusion_snapshots": [spot(1, 1), spot(1, 1, profile="other")]},
            "these runs are not alike:\n"
            "  fusion_snapshots-2 (fusion_snapshots) differs from fusion_ondemand-1 (fusion_ondemand): profile is 'other', "
            "there 'test'\n"
            "  Only like is compared with like, so nothing was written. Launch what is missing (make launch), or delete the "
            "rows of runs that do not belong from report/runs.csv, then: make compare",
        ),
    ],
)
def test_where_nothing_can_be_compared(tmp_path: Path, arms: dict[str, Any], message: str) -> None:
    make_folder(tmp_path, arms)
    with pytest.raises(UserError) as caught:
        compare(Benchmark(tmp_path, ENV), False)
    assert (str(caught.value), caught.value.code) == (message, 1)
    assert not (tmp_path / "report" / "comparison.json").exists()


def test_it_says_the_same_again(root: Path) -> None:
    compare(Benchmark(root, ENV), False)
    names = ("comparison.json", "comparison.html", "tasks.csv")
    first = [(root / "report" / name).read_bytes() for name in names]
    compare(Benchmark(root, ENV), False)
    assert [(root / "report" / name).read_bytes() for name in names] == first


def test_make_compare_in_a_rendered_folder(folder: Path) -> None:
    env = {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    rows = ["id,name,compute environment,when", "1a,w-1,acme_fusion_ondemand,x", "1b,w-2,acme_fusion_snapshots,x", ""]
    (folder / "report" / "runs.csv").write_text("\n".join(rows))
    for identifier, told in (("1a", ondemand(10, 2)), ("1b", spot(5, 2.2))):
        write_archive(folder / "report" / "runs" / f"{identifier}.tar.gz", **told)
    ran = run(["make", "compare"], cwd=folder, env=env)
    assert ran.returncode == 0, ran.stderr
    assert "Not shown: all runs are of one hour, and speak of that hour alone." in ran.stdout
    assert (folder / "report" / "comparison.html").read_text().startswith("<!doctype html>")
    refused = run(["make", "compare", "WAIT=no"], cwd=folder, env=env)
    assert refused.returncode == 2
    assert "  WAIT=no: must be yes, or leave it out\n" in refused.stderr


def test_without_jinja2_it_says_how_to_get_it() -> None:
    code = (
        "import sys; sys.modules['jinja2'] = None\n"
        "from fusion_snapshots.errors import UserError\n"
        "try:\n    import fusion_snapshots.compare\nexcept UserError as error:\n    print(error)"
    )
    ran = run([BIN / "python", "-c", code], cwd=ROOT)
    assert ran.stdout == "Jinja2 is not installed. Run: make setup\n"

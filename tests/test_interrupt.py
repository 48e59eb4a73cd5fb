"""make interrupt, with the real aws CLI against moto: what it asks of AWS, what it says and what it keeps.

moto does not check what AWS does, so the request to FIS is asserted whole.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from aws_world import ACCOUNT, REGION, ids_in
from bench import HEAD, PRICE, RUN, WORK, Bench, printed

from fusion_snapshots.runs.interruptions import Interruption, add_interruptions
from fusion_snapshots.runs.store import locked

pytestmark = pytest.mark.needs("aws")


def test_a_round(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.world.let_experiments_take_time()
    bench.forge()
    name = bench.launched(RUN)
    busy = bench.world.host(WORK, (14, RUN), (3, RUN))
    young = bench.world.host(WORK, (8, RUN), kind="c6id.12xlarge")
    idle = bench.world.host(WORK)
    bench.world.host(HEAD, (100, ""), spot=False, kind="m6id.large")
    bench.world.end_spot_requests()
    bench.interrupt()
    (made,) = bench.world.experiments()
    assert printed(capsys) == (
        f"Spot instances of fusion_snapshots ({bench.compute_env}), the oldest task first:\n"
        "   instance             type           tasks  oldest  runs\n"
        f"*  {busy}  c6id.8xlarge   2      99 min  {name} (2)\n"
        f"   {young}  c6id.12xlarge  1      9 min   {name} (1)\n"
        f"   {idle}  c6id.8xlarge   0      idle\n"
        "\n"
        f"fusion_snapshots: {busy} will get AWS's two-minute notice. What runs there (2 tasks) should be dumped, and go on elsewhere.\n"
        f"{PRICE}\n"
        f"fusion_snapshots: experiment {made['id']} has started.\n"
        f"experiment {made['id']}: initiating (9 min)\n"
        f"experiment {made['id']}: running (9 min)\n"
        f"fusion_snapshots: experiment {made['id']} completed.\n"
        f"{busy}: EC2 confirms that the experiment ended it.\n"
    )
    assert_request(made, bench.compute_env, busy)
    (row,) = bench.rows()
    assert row[1:7] == ("fusion_snapshots", busy, "c6id.8xlarge", "2", made["id"], "completed")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row.when)
    assert bench.world.templates() == []


def assert_request(made: dict[str, Any], compute_env: str, instance: str) -> None:
    """Check all that FIS was asked for."""
    assert made["targets"] == {
        "instances": {
            "resourceType": "aws:ec2:spot-instance",
            "resourceArns": [f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{instance}"],
            "selectionMode": "ALL",
        }
    }
    (action,) = made["actions"].values()
    assert action["actionId"] == "aws:ec2:send-spot-instance-interruptions"
    assert action["parameters"] == {"durationBeforeInterruption": "PT2M"}
    assert action["targets"] == {"SpotInstances": "instances"}
    assert made["roleArn"] == f"arn:aws:iam::{ACCOUNT}:role/fusion-snapshots-fis-{REGION}"
    assert made["stopConditions"] == [{"source": "none"}]
    assert made["tags"] == {"Name": "fusion-snapshots-interrupt", "compute-env": compute_env}
    assert made["experimentOptions"] == {
        "accountTargeting": "single-account",
        "emptyTargetResolutionMode": "fail",
        "actionsMode": "run-all",
    }


@pytest.mark.slow
def test_five_at_most_and_each_once(bench: Bench) -> None:
    bench.forge()
    hosts = [bench.world.host(WORK, (30 - number, RUN)) for number in range(7)]
    bench.interrupt(count="5", role="our-own-fis-role")
    bench.interrupt(count="5")
    first, second = bench.world.experiments()
    assert (ids_in(first), ids_in(second)) == (hosts[:5], hosts[5:])
    assert first["roleArn"] == f"arn:aws:iam::{ACCOUNT}:role/our-own-fis-role"
    assert [row.instance for row in bench.rows()] == hosts


@pytest.mark.slow
def test_more_than_a_hundred_tasks(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.forge()
    many = bench.world.host(WORK, *[(7, RUN)] * 101)
    oldest = bench.world.host(WORK, (9, RUN))
    bench.interrupt()
    assert ids_in(bench.world.experiments()[0]) == [oldest]
    assert f"   {many}  c6id.8xlarge  101    9 min   {RUN} (101)\n" in printed(capsys)


@pytest.mark.slow
def test_what_others_run_there_is_said_before(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.forge()
    bench.launched(RUN)
    host = bench.world.host(WORK, (4, RUN), (3, "9xForeign0run1"), (2, "9xForeign0run1"), (1, ""))
    bench.interrupt(minutes="0")
    assert printed(capsys).splitlines()[4:8] == [
        f"fusion_snapshots: {host} will get AWS's two-minute notice. What runs there (4 tasks) should be dumped, and go on elsewhere.",
        f"{host}: no task has run for 6 minutes, so a periodic snapshot may lack.",
        f"{host} also runs what this folder did not launch: 2 tasks of 9xForeign0run1, 1 task of an unlabelled run.",
        PRICE,
    ]


def test_a_rehearsal_interrupts_nothing(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.forge()
    bench.world.host(WORK, (14, RUN))
    bench.interrupt(rehearse="yes", confirm="")
    (made,) = bench.world.experiments()
    assert made["experimentOptions"]["actionsMode"] == "skip-all"
    lines = printed(capsys).splitlines()
    assert lines[4] == "A rehearsal: FIS looks the marked instances up, and does nothing to them."
    assert lines[-1] == (
        f"fusion_snapshots: experiment {made['id']} completed: FIS finds the instances and may act on them. "
        "Nothing was interrupted."
    )
    assert bench.rows() == []
    assert bench.world.templates() == []


def test_nothing_to_interrupt(bench: Bench) -> None:
    bench.forge()
    assert bench.refusal() == (
        "nothing to interrupt.\n"
        "  fusion_snapshots: no instance has run a task for 6 minutes (0 Spot instances up, 0 idle)",
        1,
    )
    add_interruptions(
        bench.root,
        *[
            Interruption(
                "2026-11-25T12:00:00Z",
                "fusion_snapshots",
                bench.world.host(WORK, (9, RUN)),
                "",
                "1",
                "EXP",
                "completed",
            )
        ],
    )
    bench.world.host(WORK, (1, RUN))
    bench.world.host(WORK)
    bench.world.host(WORK, (99, RUN), spot=False)
    assert bench.refusal() == (
        "nothing to interrupt.\n"
        "  fusion_snapshots: no instance has run a task for 6 minutes "
        "(3 Spot instances up, 1 idle, 1 interrupted before, 1 too young)",
        1,
    )
    assert bench.world.experiments() == []


def test_it_asks_and_takes_no_silence_for_yes(bench: Bench) -> None:
    bench.forge()
    bench.world.host(WORK, (14, RUN))
    assert bench.refusal(confirm="") == ("nothing was interrupted. To do it: make interrupt CONFIRM=yes", 1)
    assert bench.world.experiments() == []


class TestRounds:
    def test_two_rounds(self, either_bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
        bench = either_bench
        bench.forge()
        bench.launched(RUN)
        hosts = [bench.world.host(WORK, (20, RUN)), bench.world.host(WORK, (10, RUN))]
        bench.interrupt(times="2", every="0")
        assert [ids_in(each) for each in bench.world.experiments()] == [hosts[:1], hosts[1:]]
        assert [row.state for row in bench.rows()] == ["completed", "completed"]
        said = capsys.readouterr().out
        assert "\nLooking again every 0 minutes; 1 of 2 rounds done.\n" in said
        assert said.endswith("\n2 rounds done.\n")

    def test_a_deleted_run_and_a_missed_answer_do_not_end_them(
        self, bench: Bench, capsys: pytest.CaptureFixture[str]
    ) -> None:
        bench.forge()
        gone = bench.launched("9xForeign0run1")
        bench.launched(RUN)
        with bench.platform.store.changing() as state:
            state["runs"] = [run for run in state["runs"] if run["runName"] != gone]
        bench.platform.fault("GET /workflow/", 502, nth=4, body="<html><title>Bad gateway</title></html>")
        for minutes in (20, 10):
            bench.world.host(WORK, (minutes, RUN))
        bench.interrupt(times="2", every="0")
        assert [row.state for row in bench.rows()] == ["completed", "completed"]
        assert "Bad gateway" in capsys.readouterr().err

    def test_they_end_with_the_run(self, bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
        bench.forge()
        bench.launched(RUN, looks=1)
        bench.world.host(WORK, (20, RUN))
        bench.interrupt(times="3", every="0")
        assert capsys.readouterr().out.endswith("\nfusion_snapshots: no run is under way.\n1 round done.\n")

    def test_without_a_run_there_is_none(self, bench: Bench) -> None:
        bench.forge()
        bench.world.host(WORK, (20, RUN))
        assert bench.refusal(times="2") == (
            "nothing was interrupted, see above. While a run is under way, again: make interrupt", 1,
        )  # fmt: skip

    def test_they_leave_every_task_a_restore(self, bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
        bench.forge()
        bench.launched(RUN)
        for minutes in (20, 19):
            bench.world.host(WORK, (minutes, RUN))
        earlier = Interruption("", "fusion_snapshots", "i-1", "c6id.8xlarge", "1", "EXP", "completed")
        # The first was before the run began; of the others, one never got its notice.
        times = ("2026-11-25T11:59:59Z", "2026-11-25T12:10:00Z", "2026-11-25T12:20:00Z")
        rows = [earlier._replace(when=when) for when in times]
        add_interruptions(bench.root, *[*rows, earlier._replace(when="2026-11-25T12:30:00Z", state="failed")])
        bench.interrupt(times="9", every="0")
        assert capsys.readouterr().out.endswith(
            "\nfusion_snapshots: 3 rounds done since its run began, and its tasks may lose their instance 4 times; "
            "no further round.\n1 round done.\n"
        )

    @pytest.mark.slow
    def test_all_spot_arms_get_the_same(self, bench: Bench) -> None:
        add_spot_arm(bench)
        bench.forge()
        bench.forge("fusion_spot", "TowerForge-2cD")
        hosts = [bench.world.host(WORK, (20, RUN)), bench.world.host("TowerForge-2cD-work", (10, ""))]
        bench.interrupt(arm="all")
        assert [ids_in(each) for each in bench.world.experiments()] == [hosts[:1], hosts[1:]]
        assert [(row.arm, row.instance) for row in bench.rows()] == [
            ("fusion_snapshots", hosts[0]),
            ("fusion_spot", hosts[1]),
        ]


def add_spot_arm(bench: Bench) -> None:
    """Give the folder the arm fusion_spot, made of the snapshots arm's files."""
    for form in ("compute-envs/aws_{}.yml", "pipelines/workflow_{}.yml", "launch/workflow_{}.yml"):
        text = (bench.root / form.format("fusion_snapshots")).read_text().replace("    snapshots: True\n", "")
        (bench.root / form.format("fusion_spot")).write_text(text.replace("fusion_snapshots", "fusion_spot"))


@pytest.mark.slow
def test_without_snapshots_work_is_lost(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    add_spot_arm(bench)
    bench.forge("fusion_spot")
    host = bench.world.host(WORK, (4, ""))
    bench.interrupt(arm="fusion_spot", minutes="0")
    assert printed(capsys).splitlines()[4:6] == [
        f"fusion_spot: {host} will get AWS's two-minute notice. What runs there (1 task) is lost, and begins again elsewhere.",
        f"{host} also runs what this folder did not launch: 1 task of an unlabelled run.",
    ]


def test_one_step_at_a_time(bench: Bench) -> None:
    bench.forge()
    host = bench.world.host(WORK, (14, RUN))
    with locked(bench.root / "compute-envs"):
        assert bench.refusal() == (
            "another make interrupt or make prove of this folder is under way; let it end first",
            1,
        )
    assert bench.world.experiments() == []
    bench.interrupt()
    assert [row.instance for row in bench.rows()] == [host]

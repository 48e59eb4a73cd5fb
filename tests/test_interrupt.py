"""make interrupt, with the real aws CLI against moto: what it asks of AWS, what it says, what it keeps, what it refuses.

moto does not check what AWS does, so the request to FIS is asserted whole.
"""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, ClassVar

import pytest
from aws_world import ACCOUNT, REGION, Bench, ids_in, printed
from conftest import BIN, run

from fusion_snapshots.answer import Answer, AnswerError
from fusion_snapshots.errors import UserError
from fusion_snapshots.interrupt import experiment, record
from fusion_snapshots.interrupt.hosts import Host, Load, choose, parse_time
from fusion_snapshots.interrupt.options import Options, read_options
from fusion_snapshots.interrupt.record import Interruption, add_interruptions, read_interruptions
from fusion_snapshots.interrupt.targets import count_restores
from fusion_snapshots.seqerakit import planned

WORK, HEAD = "TowerForge-1aB-work", "TowerForge-1aB-head"
RUN = "4nAbC1dEfGhIjK"
PRICE = (
    "AWS charges 0.10 USD per action-minute, about 0.20 USD for a round. No notice can be withdrawn once it is sent."
)


def refusal(bench: Bench, env: dict[str, str] | None = None, **typed: str) -> tuple[str, int]:
    """Return the message and exit code with which the step refuses."""
    with pytest.raises(UserError) as refused:
        bench.interrupt(env, **typed)
    return str(refused.value), refused.value.code


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
        f"experiment {made['id']}: pending (9 min)\n"
        f"experiment {made['id']}: initiating (9 min)\n"
        f"experiment {made['id']}: running (9 min)\n"
        f"fusion_snapshots: experiment {made['id']} completed.\n"
        f"{busy}: EC2 confirms that the experiment ended it.\n"
    )
    (row,) = bench.rows()
    assert row[1:] == ("fusion_snapshots", busy, "c6id.8xlarge", "2", made["id"], "completed")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row.when)
    assert bench.world.templates() == []


def test_what_fis_is_asked_for(bench: Bench) -> None:
    bench.forge()
    busy = bench.world.host(WORK, (14, RUN))
    bench.interrupt()
    (made,) = bench.world.experiments()
    assert made["targets"] == {
        "instances": {
            "resourceType": "aws:ec2:spot-instance",
            "resourceArns": [f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{busy}"],
            "selectionMode": "ALL",
        }
    }
    (action,) = made["actions"].values()
    assert action["actionId"] == "aws:ec2:send-spot-instance-interruptions"
    assert action["parameters"] == {"durationBeforeInterruption": "PT2M"}
    assert action["targets"] == {"SpotInstances": "instances"}
    assert made["roleArn"] == f"arn:aws:iam::{ACCOUNT}:role/fusion-snapshots-fis-{REGION}"
    assert made["stopConditions"] == [{"source": "none"}]
    assert made["tags"] == {"Name": "fusion-snapshots-interrupt", "compute-env": bench.compute_env}
    assert made["experimentOptions"] == {
        "accountTargeting": "single-account",
        "emptyTargetResolutionMode": "fail",
        "actionsMode": "run-all",
    }


def test_five_at_most_and_each_once(bench: Bench) -> None:
    bench.forge()
    hosts = [bench.world.host(WORK, (30 - number, RUN)) for number in range(7)]
    bench.interrupt(count="5", role="our-own-fis-role")
    bench.interrupt(count="5")
    first, second = bench.world.experiments()
    assert (ids_in(first), ids_in(second)) == (hosts[:5], hosts[5:])
    assert first["roleArn"] == f"arn:aws:iam::{ACCOUNT}:role/our-own-fis-role"
    assert [row.instance for row in bench.rows()] == hosts


def test_more_than_a_hundred_tasks(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.forge()
    many = bench.world.host(WORK, *[(7, RUN)] * 101)
    oldest = bench.world.host(WORK, (9, RUN))
    bench.interrupt()
    assert ids_in(bench.world.experiments()[0]) == [oldest]
    assert f"   {many}  c6id.8xlarge  101    9 min   {RUN} (101)\n" in printed(capsys)


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
    assert refusal(bench) == (
        "nothing to interrupt.\n"
        "  fusion_snapshots: no instance has run a task for 6 minutes (0 Spot instances up, 0 idle)",
        1,
    )
    add_interruptions(
        bench.root,
        [
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
    assert refusal(bench) == (
        "nothing to interrupt.\n"
        "  fusion_snapshots: no instance has run a task for 6 minutes "
        "(3 Spot instances up, 1 idle, 1 interrupted before, 1 too young)",
        1,
    )
    assert bench.world.experiments() == []


def test_it_asks_and_takes_no_silence_for_yes(bench: Bench) -> None:
    bench.forge()
    bench.world.host(WORK, (14, RUN))
    assert refusal(bench, confirm="") == ("nothing was interrupted. To do it: make interrupt CONFIRM=yes", 1)
    assert bench.world.experiments() == []


class TestRounds:
    def test_two_rounds(self, bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
        bench.forge()
        bench.launched(RUN)
        hosts = [bench.world.host(WORK, (20, RUN)), bench.world.host(WORK, (10, RUN))]
        bench.interrupt(times="2", every="0")
        assert [ids_in(each) for each in bench.world.experiments()] == [hosts[:1], hosts[1:]]
        assert [row.state for row in bench.rows()] == ["completed", "completed"]
        said = capsys.readouterr().out
        assert "\nLooking again every 0 minutes; 1 of 2 rounds given.\n" in said
        assert said.endswith("\n2 rounds given.\n")

    def test_they_end_with_the_run(self, bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
        bench.forge()
        bench.launched(RUN, looks=1)
        bench.world.host(WORK, (20, RUN))
        bench.interrupt(times="3", every="0")
        assert capsys.readouterr().out.endswith("\nfusion_snapshots: no run is under way.\n1 round given.\n")

    def test_without_a_run_there_is_none(self, bench: Bench) -> None:
        bench.forge()
        bench.world.host(WORK, (20, RUN))
        assert refusal(bench, times="2") == (
            "nothing was interrupted, see above. While a run is under way, again: make interrupt", 1,
        )  # fmt: skip

    def test_they_leave_every_task_a_restore(self, bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
        bench.forge()
        bench.launched(RUN)
        for minutes in (20, 19, 18, 17):
            bench.world.host(WORK, (minutes, RUN))
        bench.interrupt(times="9", every="0")
        assert capsys.readouterr().out.endswith(
            "\nfusion_snapshots: 3 rounds given since its run began, and its tasks may lose their instance 4 times; "
            "no further round.\n3 rounds given.\n"
        )

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


def test_without_snapshots_work_is_lost(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    add_spot_arm(bench)
    bench.forge("fusion_spot")
    host = bench.world.host(WORK, (4, ""))
    bench.interrupt(arm="fusion_spot", minutes="0")
    assert printed(capsys).splitlines()[4:6] == [
        f"fusion_spot: {host} will get AWS's two-minute notice. What runs there (1 task) is lost, and begins again elsewhere.",
        f"{host} also runs what this folder did not launch: 1 task of an unlabelled run.",
    ]


class TestRefusals:
    """Each refusal's whole message and exit code; none of them lets anything happen in AWS."""

    @pytest.fixture(autouse=True)
    def nothing_happens(self, bench: Bench) -> Iterator[None]:
        yield
        assert bench.world.experiments() == []
        assert bench.world.templates() == []
        assert bench.rows() == []

    def test_another_account(self, bench: Bench) -> None:
        bench.forge()
        assert refusal(bench, bench.env(AWS_ACCOUNT_ID="999999999999")) == (
            f"aws is signed in to {ACCOUNT}, not to 999999999999. Choose another AWS_PROFILE, or fix AWS_ACCOUNT_ID "
            "in env.sh; nothing was interrupted",
            1,
        )

    @pytest.mark.parametrize("region", experiment.UNSUPPORTED_REGIONS)
    def test_a_region_without_it(self, bench: Bench, region: str) -> None:
        bench.record()
        message = f"AWS does not interrupt Spot instances on demand in {region}; nothing was interrupted"
        assert refusal(bench, bench.env(AWS_REGION=region)) == (message, 1)

    def test_an_on_demand_arm(self, bench: Bench) -> None:
        assert refusal(bench, arm="fusion_ondemand") == (
            "ARM=fusion_ondemand: compute-envs/aws_fusion_ondemand.yml has EC2, not SPOT; nothing was interrupted", 1,
        )  # fmt: skip

    def test_an_unknown_arm(self, bench: Bench) -> None:
        assert refusal(bench, arm="fusion_spot") == (
            "ARM=fusion_spot: no such arm; this folder has fusion_ondemand, fusion_snapshots, or ARM=all; e.g. ARM=all",
            2,
        )

    def test_no_compute_environment(self, bench: Bench) -> None:
        where = "acme-genomics/fusion-benchmark"
        message = f"{bench.compute_env} does not exist in {where}. Create it: make compute-envs"
        assert refusal(bench) == (message, 1)

    @pytest.mark.parametrize(
        ("recorded", "why"),
        [
            ({"region": "us-east-1"}, "it is in us-east-1, and env.sh names eu-west-1"),
            ({"headQueue": None}, "the Platform names no head queue of its own, so the head job may be hit"),
            ({"headQueue": WORK}, "the Platform names no head queue of its own, so the head job may be hit"),
            ({"computeQueue": None}, "the Platform names no head queue of its own, so the head job may be hit"),
        ],
    )
    def test_what_the_platform_records(self, bench: Bench, recorded: dict[str, Any], why: str) -> None:
        bench.record(**recorded)
        assert refusal(bench) == (f"{bench.compute_env}: {why}; nothing was interrupted", 1)

    def test_a_queue_that_aws_does_not_have(self, bench: Bench) -> None:
        bench.record()
        assert refusal(bench) == (
            f"{bench.compute_env}: AWS Batch has no job queue {WORK} in {REGION}; aws may be signed in to another "
            "account than the Platform's credentials; nothing was interrupted",
            1,
        )

    def test_a_queue_that_is_not_spot(self, bench: Bench) -> None:
        bench.forge(work="EC2")
        why = f"{WORK} behind its queue is EC2, not SPOT"
        assert refusal(bench) == (f"{bench.compute_env}: {why}; nothing was interrupted", 1)

    def test_a_cluster_that_the_head_job_shares(self, bench: Bench) -> None:
        environment = bench.world.environment("TowerForge-1aB", "SPOT")
        for queue in (WORK, HEAD):
            bench.world.queue(queue, environment)
        bench.record()
        why = f"{WORK} and {HEAD} share a cluster, so the head job may be hit"
        assert refusal(bench) == (f"{bench.compute_env}: {why}; nothing was interrupted", 1)

    def test_no_aws(self, bench: Bench, tmp_path: Path) -> None:
        bench.record()
        (tmp_path / "bin").mkdir()
        for program in ("tw", "seqerakit", "python3", "env", "bash", "sh"):
            found = shutil.which(program, path=bench.variables["PATH"])
            assert found
            (tmp_path / "bin" / program).symlink_to(found)
        assert refusal(bench, bench.env(PATH=str(tmp_path / "bin"))) == (
            "aws is not installed; https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html tells "
            "how to install it",
            2,
        )

    def test_nobody_signed_in(self, bench: Bench) -> None:
        bench.record()
        message, code = refusal(bench, bench.env(AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY=""))
        assert message.startswith("aws sts get-caller-identity: Unable to locate credentials")
        assert code == 2


class TestFailures:
    def test_an_experiment_that_fails(self, bench: Bench) -> None:
        bench.forge()
        host = bench.world.host(WORK, (14, RUN))
        bench.world.end_experiments("failed", "FIS may not assume the role.")
        message, code = refusal(bench)
        (row,) = bench.rows()
        assert (message, code) == (
            f"fusion_snapshots: experiment {row.experiment} failed: FIS may not assume the role.\n"
            "  Nothing was interrupted. iam/README.md tells of FIS's role",
            1,
        )
        assert (row.instance, row.state, row.counts) == (host, "failed", False)
        assert bench.world.templates() == []

    def test_an_instance_whose_experiment_failed_may_be_tried_again(self, bench: Bench) -> None:
        bench.forge()
        host = bench.world.host(WORK, (14, RUN))
        failed = Interruption("2026-11-25T12:00:00Z", "fusion_snapshots", host, "", "1", "EXP", "failed")
        add_interruptions(bench.root, [failed])
        bench.interrupt()
        assert [row.state for row in bench.rows()] == ["failed", "completed"]

    @pytest.mark.parametrize(
        ("operation", "command", "rows"),
        [("create_experiment_template", "create-experiment-template", []), ("start_experiment", "start-experiment", ["failed"])],
    )  # fmt: skip
    def test_aws_refuses_before_the_notice(self, bench: Bench, operation: str, command: str, rows: list[str]) -> None:
        bench.forge()
        bench.world.host(WORK, (14, RUN))
        bench.world.refuse(operation, "no more of these today")
        assert refusal(bench) == (f"aws fis {command}: no more of these today (ValidationException)", 2)
        assert [row.state for row in bench.rows()] == rows
        assert bench.world.templates() == []

    def test_aws_fails_after_the_notice(self, bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
        bench.forge()
        bench.world.let_experiments_take_time()
        host = bench.world.host(WORK, (14, RUN))
        bench.world.refuse("get_experiment", "the network is down")
        message, code = refusal(bench)
        assert (message, code) == (
            f"aws fis get-experiment: the network is down (ValidationException). The notice to {host} cannot be "
            "withdrawn; report/interruptions.csv has the row",
            1,
        )
        (row,) = bench.rows()
        assert (row.instance, row.state, row.counts) == (host, "pending", True)
        assert bench.world.templates() == []

    def test_what_is_open_is_settled_the_next_time(self, bench: Bench) -> None:
        bench.forge()
        bench.world.host(WORK, (14, RUN))
        bench.interrupt()
        (row,) = bench.rows()
        record.settle(bench.root, row.when, row.arm, row.experiment, "running")
        refusal(bench)
        assert [each.state for each in bench.rows()] == ["completed"]

    def test_a_template_left_behind_is_removed(self, bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
        bench.forge()
        request = experiment.describe_template(["i-1"], bench.compute_env, ACCOUNT, REGION, "arn:aws:iam::1:role/r")
        others = {**request, "tags": {"Name": "fusion-snapshots-interrupt", "compute-env": "somebody-elses"}}
        left, other = (
            bench.world.fis.create_experiment_template(clientToken=str(number), **each)["experimentTemplate"]["id"]
            for number, each in enumerate((request, others))
        )
        refusal(bench)
        assert printed(capsys).splitlines()[0] == (f"Removed the template {left}, which an earlier step left behind.")
        assert bench.world.templates() == [other]

    def test_a_template_that_stays_is_named(self, bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
        bench.forge()
        bench.world.host(WORK, (14, RUN))
        bench.world.refuse("delete_experiment_template", "not now")
        bench.interrupt()
        (template,) = bench.world.templates()
        assert capsys.readouterr().err == (
            f"The template {template} was not removed: aws fis delete-experiment-template: not now "
            "(ValidationException). The next make interrupt removes it.\n"
        )

    def test_the_spot_requests_do_not_tell(self, bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
        bench.forge()
        host = bench.world.host(WORK, (14, RUN))
        bench.interrupt()
        assert printed(capsys).splitlines()[-1] == (
            f"{host}: EC2 does not confirm it yet (its Spot request: fulfilled). That is no failure."
        )

    def test_no_room_for_the_row(self, bench: Bench) -> None:
        bench.forge()
        bench.world.host(WORK, (14, RUN))
        (bench.root / "report/.interruptions.csv.part").mkdir()
        assert refusal(bench) == ("report/interruptions.csv: cannot be written: Is a directory", 1)
        assert bench.world.experiments() == []
        assert bench.world.templates() == []

    def test_ctrl_c(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        bench.forge()
        bench.world.let_experiments_take_time()
        host = bench.world.host(WORK, (14, RUN))
        monkeypatch.setattr(experiment, "look", press_ctrl_c)
        with pytest.raises(KeyboardInterrupt) as stop:
            bench.interrupt()
        assert str(stop.value) == f"The notice to {host} cannot be withdrawn; report/interruptions.csv has the row"
        assert [row.state for row in bench.rows()] == ["pending"]
        assert bench.world.templates() == []


def press_ctrl_c(*_: object) -> None:
    raise KeyboardInterrupt


class TestCallersPolicy:
    """A user who holds the rendered policy alone; moto knows its actions, not its resources and conditions."""

    # Of these no call tells: AWS asks for them beside another.
    BESIDE: ClassVar[set[str]] = {"fis:TagResource", "iam:PassRole", "iam:CreateServiceLinkedRole"}
    PROOF: ClassVar[set[str]] = {"s3:GetObject"}  # for make prove alone

    @staticmethod
    def policy(bench: Bench, *, without: str = "") -> dict[str, Any]:
        policy: dict[str, Any] = json.loads((bench.root / "iam/interrupt-caller-policy.json").read_text())
        for statement in policy["Statement"]:
            actions = statement["Action"]
            statement["Action"] = [
                each for each in ([actions] if isinstance(actions, str) else actions) if each != without
            ]
        policy["Statement"] = [statement for statement in policy["Statement"] if statement["Action"]]
        return policy

    def test_it_suffices_and_holds_nothing_else(self, bench: Bench) -> None:
        bench.forge()
        bench.world.let_experiments_take_time()
        bench.world.host(WORK, (14, RUN))
        policy = self.policy(bench)
        with bench.world.authorizing(policy) as keys:
            bench.interrupt({**bench.env(), **keys})
        held = {action for statement in policy["Statement"] for action in statement["Action"]}
        asked = set(bench.world.asked) - {"sts:getcalleridentity"}  # which IAM allows everybody
        assert asked == {action.lower() for action in held - self.BESIDE - self.PROOF}

    @pytest.mark.parametrize(
        "action", ["batch:DescribeJobQueues", "ecs:ListTasks", "ec2:DescribeInstances", "fis:CreateExperimentTemplate"]
    )
    def test_what_it_lacks_is_named(self, bench: Bench, action: str) -> None:
        bench.forge()
        bench.world.host(WORK, (14, RUN))
        with (
            bench.world.authorizing(self.policy(bench, without=action)) as keys,
            pytest.raises(UserError, match=f"(?i)not authorized to perform: {action}"),
        ):
            bench.interrupt({**bench.env(), **keys})


class TestCommand:
    """The step as people run it, in a rendered folder; the real aws, not kept warm."""

    @pytest.fixture
    def env(self, bench: Bench) -> dict[str, str]:
        return bench.env(PATH=bench.platform.env["PATH"])

    def test_make(self, bench: Bench, env: dict[str, str]) -> None:
        bench.forge()
        host = bench.world.host(WORK, (1, RUN))
        ran = run(["make", "interrupt", "MINUTES=0", "COUNT=5", "CONFIRM=yes"], cwd=bench.root, env=env)
        assert ran.returncode == 0, ran.stderr
        assert [(row.instance, row.state) for row in bench.rows()] == [(host, "completed")]

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            ([], 1, "interrupt: nothing to interrupt.\n  fusion_snapshots: no instance has run a task for 6 minutes (0 Spot instances up, 0 idle)\n"),
            (["--count", "9"], 2, "interrupt: nothing was interrupted.\n  COUNT=9: must be 1 to 5, as AWS takes no more at once, e.g. COUNT=1\n"),
        ],
    )  # fmt: skip
    def test_exit_codes(self, bench: Bench, env: dict[str, str], words: list[str], code: int, said: str) -> None:
        bench.forge()
        ran = run([BIN / "python", "-m", "fusion_snapshots", "interrupt", *words], cwd=bench.root, env=env)
        assert (ran.returncode, ran.stderr) == (code, said)

    def test_ctrl_c_says_what_cannot_be_undone(self, bench: Bench, env: dict[str, str]) -> None:
        bench.forge()
        bench.world.let_experiments_take_time()
        host = bench.world.host(WORK, (14, RUN))
        command = [str(BIN / "python"), "-m", "fusion_snapshots", "interrupt", "--confirm", "yes", "--poll", "600"]
        with subprocess.Popen(command, cwd=bench.root, env=env, text=True, stderr=subprocess.PIPE) as step:
            while [row.state for row in bench.rows()] != ["pending"]:
                assert step.poll() is None
            step.send_signal(signal.SIGINT)
            _, said = step.communicate()
        assert (step.returncode, said) == (
            130,
            f"\ninterrupt: interrupted. The notice to {host} cannot be withdrawn; report/interruptions.csv has the row; "
            "to go on: make interrupt\n",
        )
        assert bench.world.templates() == []


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({}, Options()),
        ({"count": "", "confirm": " "}, Options()),
        ({"count": "5", "minutes": "0", "times": "3", "every": "7.5"}, Options(5, 0, 3, 7.5)),
        ({"arm": "all", "role": "a-role", "confirm": "yes"}, Options(arm="all", role="a-role", confirm=True)),
        ({"rehearse": "yes"}, Options(rehearse=True)),
    ],
)
def test_options(typed: dict[str, str], expected: Options) -> None:
    assert read_options(typed) == expected


def test_all_that_is_wrong_with_options_is_said_at_once() -> None:
    typed = {
        "count": "6", "minutes": "-1", "times": "0", "every": "soon", "role": "a role", "rehearse": "no", "confirm": "y",
        "arm": "../x", "poll": "fast",
    }  # fmt: skip
    with pytest.raises(UserError) as refused:
        read_options(typed)
    assert str(refused.value).splitlines() == [
        "nothing was interrupted.",
        "  COUNT=6: must be 1 to 5, as AWS takes no more at once, e.g. COUNT=1",
        "  MINUTES=-1: must be a number of minutes, 0 or more, e.g. MINUTES=6",
        "  TIMES=0: must be a number of rounds, 1 or more, e.g. TIMES=3",
        "  EVERY=soon: must be a number of minutes, 0 or more, e.g. EVERY=15",
        "  ARM=../x: must be the name of an arm, e.g. ARM=fusion_snapshots, or all",
        "  ROLE=a role: must be the name of a role in your account, as iam/README.md creates it",
        "  REHEARSE=no: must be yes, or leave it out",
        "  CONFIRM=y: must be yes, or leave it out",
        "  POLL=fast: must be a number of seconds, 0 or more",
    ]
    assert refused.value.code == 2


def test_a_rehearsal_is_one_round() -> None:
    with pytest.raises(UserError, match="TIMES=2: a rehearsal is one round; leave out TIMES or REHEARSE"):
        read_options({"rehearse": "yes", "times": "2"})


NOW = datetime(2026, 11, 25, 12, tzinfo=timezone.utc)


def host(name: str, *minutes: float) -> Host:
    loads = tuple(Load(NOW - timedelta(minutes=each), RUN) for each in minutes)
    return Host(name, "c6id.8xlarge", len(loads), NOW - timedelta(minutes=90), "", loads)


def test_choice() -> None:
    hosts = [host("i-old", 30, 1), host("i-done", 20), host("i-six", 6), host("i-young", 5.9), host("i-idle")]
    assert [each.id for each in choose(hosts, 5, 6, {"i-done"}, NOW)] == ["i-old", "i-six"]
    assert [each.id for each in choose(hosts, 1, 6, {"i-done"}, NOW)] == ["i-old"]
    assert [each.id for each in choose(hosts, 5, 0, set(), NOW)] == ["i-old", "i-done", "i-six", "i-young"]


def test_the_age_of_a_host() -> None:
    assert host("i-1", 3, 14).minutes(NOW) == 14
    assert host("i-1", 3, 14).minutes(NOW, "another-run") == 90
    assert host("i-1").minutes(NOW) == 90


@pytest.mark.parametrize("value", [1795608000, 1795608000.0, "2026-11-25T12:00:00Z", "2026-11-25T13:00:00.000+01:00"])
def test_times_as_aws_prints_them(value: object) -> None:
    assert parse_time(Answer({"at": value}, "aws"), "at") == NOW


def test_a_time_that_is_none() -> None:
    with pytest.raises(AnswerError, match="aws: at is no time: yesterday"):
        parse_time(Answer({"at": "yesterday"}, "aws"), "at")


@pytest.mark.parametrize(
    ("region", "arn"),
    [
        ("eu-west-1", "arn:aws:iam::123456789012:role/fusion-snapshots-fis-eu-west-1"),
        ("us-gov-west-1", "arn:aws-us-gov:iam::123456789012:role/fusion-snapshots-fis-us-gov-west-1"),
        ("cn-north-1", "arn:aws-cn:iam::123456789012:role/fusion-snapshots-fis-cn-north-1"),
    ],
)
def test_the_role_is_named_and_not_looked_up(region: str, arn: str) -> None:
    assert experiment.role_arn("", "123456789012", region) == arn
    assert experiment.role_arn("ours", "123456789012", region) == arn.replace(arn.rpartition("/")[2], "ours")
    assert experiment.role_arn(arn, "1", region) == arn


@pytest.mark.parametrize(
    ("config", "restores"),
    [
        ("aws.batch.maxSpotAttempts = 5\nprocess.maxRetries = 2\n", 4),
        ("aws {\n    batch {\n        maxSpotAttempts = 10\n    }\n}\n", 9),
        ("aws.batch.maxSpotAttempts = 0\nprocess {\n    maxRetries = 2\n}\n", 2),
        ("// maxSpotAttempts = 5\n", None),
    ],
)
def test_restores_by_the_arms_configuration(bench: Bench, config: str, restores: int | None) -> None:
    (command,) = planned(bench.root, bench.env(), "pipelines/workflow_fusion_snapshots.yml")
    (bench.root / command.option("--config")).write_text(config)
    assert count_restores(bench.root, bench.env(), "fusion_snapshots") == restores


def test_rows_that_people_edited_are_read(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    path = tmp_path / "report/interruptions.csv"
    path.write_text("\ufeffnote,when,arm,instance,type,tasks,experiment,state\n\nours,w,a,i,t,2,e,completed\nours,w\n")
    row = Interruption("w", "a", "i", "t", "2", "e", "completed")
    assert read_interruptions(tmp_path) == [row, Interruption("w", "", "", "", "", "", "")]
    path.write_text("when,arm\n")
    with pytest.raises(
        UserError, match=r"interruptions\.csv:1: the first line lacks instance, type, tasks, experiment, "
    ):
        read_interruptions(tmp_path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match=r"interruptions\.csv: cannot be read: "):
        read_interruptions(tmp_path)

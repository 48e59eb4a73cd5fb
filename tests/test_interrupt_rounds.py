"""A round that goes wrong: before the notice, after it, while it is waited for; and what the next step does about it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from aws_world import ACCOUNT, REGION
from bench import RUN, WORK, Bench, printed

from fusion_snapshots.aws import fis as experiment
from fusion_snapshots.runs.interruptions import Interruption, add_interruptions, record_outcome

pytestmark = pytest.mark.needs("aws")


class TestFailures:
    def test_an_experiment_that_fails(self, bench: Bench) -> None:
        bench.forge()
        host = bench.world.host(WORK, (14, RUN))
        bench.world.end_experiments("failed", "FIS may not assume the role.")
        message, code = bench.refusal()
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
        add_interruptions(bench.root, *[failed])
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
        assert bench.refusal() == (f"aws fis {command}: no more of these today (ValidationException)", 2)
        assert [row.state for row in bench.rows()] == rows
        assert bench.world.templates() == []

    def test_aws_fails_after_the_notice(self, bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
        bench.forge()
        bench.world.let_experiments_take_time()
        host = bench.world.host(WORK, (14, RUN))
        bench.world.refuse("get_experiment", "the network is down")
        message, code = bench.refusal()
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
        record_outcome(bench.root, row.when, row.arm, row.experiment, "running")
        bench.refusal()
        assert [each.state for each in bench.rows()] == ["completed"]

    def test_a_template_left_behind_is_removed(self, bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
        bench.forge()
        request = experiment.describe_template(["i-1"], bench.compute_env, ACCOUNT, REGION, "arn:aws:iam::1:role/r")
        others = {**request, "tags": {"Name": "fusion-snapshots-interrupt", "compute-env": "somebody-elses"}}
        left, other = (
            bench.world.fis.create_experiment_template(clientToken=str(number), **each)["experimentTemplate"]["id"]
            for number, each in enumerate((request, others))
        )
        bench.refusal()
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
        assert bench.refusal() == ("report/interruptions.csv: cannot be written: Is a directory", 2)
        assert bench.world.experiments() == []
        assert bench.world.templates() == []

    def test_ctrl_c(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        bench.forge()
        bench.world.let_experiments_take_time()
        host = bench.world.host(WORK, (14, RUN))
        monkeypatch.setattr("fusion_snapshots.interrupt.rounds.look", press_ctrl_c)
        with pytest.raises(KeyboardInterrupt) as stop:
            bench.interrupt()
        assert str(stop.value) == f"The notice to {host} cannot be withdrawn; report/interruptions.csv has the row"
        assert [row.state for row in bench.rows()] == ["pending"]
        assert bench.world.templates() == []


class TestWhetherTheNoticeWasSent:
    def test_aws_cannot_connect(self, bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        bench.forge()
        host = bench.world.host(WORK, (14, RUN))
        message, code = bench.refusal(env=failing(bench, tmp_path, "start-experiment"))
        assert (message, code) == (
            "aws fis start-experiment: Could not connect to the endpoint URL. "
            f"Whether the notice to {host} was sent is not known; the next make interrupt asks FIS",
            1,
        )
        (row,) = bench.rows()
        assert (row.instance, row.state, row.counts, row.is_unknown) == (host, "starting", False, True)
        # FIS has no such experiment; but it may take a moment until it lists one.
        bench.refusal()
        assert [each.state for each in bench.rows()] == ["starting"]
        settle_at(bench, "2026-11-25T12:00:00Z")
        bench.interrupt()
        assert [(each.instance, each.state) for each in bench.rows()] == [(host, "never started"), (host, "completed")]

    def test_what_was_sent_all_the_same_is_found_by_its_template(self, bench: Bench, tmp_path: Path) -> None:
        bench.forge()
        host = bench.world.host(WORK, (14, RUN))
        # aws fails when AWS has already started the experiment.
        message, _ = bench.refusal(env=failing(bench, tmp_path, "start-experiment", after=True))
        assert message.endswith(f"Whether the notice to {host} was sent is not known; the next make interrupt asks FIS")
        bench.refusal()
        (row,) = bench.rows()
        (started,) = bench.world.experiments()
        assert (row.experiment, row.state, row.counts) == (started["id"], "completed", True)

    @pytest.mark.slow
    def test_ctrl_c_before_the_answer(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        bench.forge()
        host = bench.world.host(WORK, (14, RUN))
        monkeypatch.setattr("fusion_snapshots.interrupt.rounds.start", press_ctrl_c)
        with pytest.raises(KeyboardInterrupt) as stop:
            bench.interrupt()
        assert (
            str(stop.value) == f"Whether the notice to {host} was sent is not known; the next make interrupt asks FIS"
        )
        assert [row.is_unknown for row in bench.rows()] == [True]

    @pytest.mark.slow
    def test_who_may_not_list_experiments_is_told(self, bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
        bench.forge()
        add_interruptions(bench.root, *[Interruption("w", "fusion_snapshots", "i-1", "", "1", "EXT1", "starting")])
        bench.world.refuse("list_experiments", "not you")
        bench.refusal()
        said = (
            "Whether earlier notices were sent is not known: aws fis list-experiments: not you (ValidationException).\n"
        )
        assert said in capsys.readouterr().err
        assert [row.is_unknown for row in bench.rows()] == [True]


def failing(bench: Bench, folder: Path, operation: str, *, after: bool = False) -> dict[str, str]:
    """Return variables whose aws cannot connect for one of FIS's operations, or cannot after all read the answer."""
    env = bench.env()
    real = shutil.which("aws", path=env["PATH"])
    program = folder / "failing/aws"
    program.parent.mkdir()
    does = f'"{real}" "$@" > /dev/null; ' if after else ""
    program.write_text(
        f'#!/bin/sh\nif [ "$2" = {operation} ]; then {does}echo "Could not connect to the endpoint URL" >&2; exit 255; fi\n'
        f'exec "{real}" "$@"\n'
    )
    program.chmod(0o755)
    return {**env, "PATH": os.pathsep.join([str(program.parent), env["PATH"]])}


def settle_at(bench: Bench, when: str) -> None:
    """Let the one row be as old as that."""
    (row,) = bench.rows()
    path = bench.root / "report/interruptions.csv"
    path.write_text(path.read_text().replace(row.when, when))


def press_ctrl_c(*_: object, **__: object) -> None:
    raise KeyboardInterrupt

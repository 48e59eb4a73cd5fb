"""The run of a proof: launched once, resumed when it is there, waited for until an instance may be interrupted."""

from __future__ import annotations

from pathlib import Path

import archives
import pytest
from bench import WORK, Bench, printed
from proof_bench import Proof, under_way
from proofs import RESTORED

from fusion_snapshots.aws import Aws, AwsError
from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.errors import UserError
from fusion_snapshots.interrupt.targets import find_targets
from fusion_snapshots.prove import proof as prove_run
from fusion_snapshots.runs import fetch
from fusion_snapshots.runs.listed import Row, add_run, read_runs
from fusion_snapshots.settings import SAFE_MINUTES


@pytest.fixture
def proof(bench: Bench) -> Proof:
    return Proof(bench)


def test_hello_world_that_is_not_the_files_is_not_launched(proof: Proof) -> None:
    proof.add_hello()
    (proof.bench.root / "pipelines/pre-run.sh").write_text("export NXF_VER=26.04.6\n")
    assert proof.refusal().startswith(
        "nothing was launched.\n  fusion-benchmark_eu-west-1_hello is not what pipelines/hello.yml says: pre-run differs"
    )
    assert proof.bench.platform.all("runs") == []


def test_a_proof_that_was_not_read_is_read_later_and_only_once(
    proof: Proof, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = under_way(proof)
    proof.ends(RESTORED)
    recording = proof.bench.platform.read()["recordings"]["proof-"]
    proof.bench.platform.change("runs", name, status="SUCCEEDED", recording=recording)
    with monkeypatch.context() as patched:
        patched.setattr(fetch, "DUMP_SECONDS", 0.0)
        assert "no answer" in proof.refusal()
    capsys.readouterr()
    proof.prove()
    assert printed(capsys).startswith(f"{name} ({proof.run}) has ended: resuming it.\n1 of 1 runs have ended")
    assert (proof.bench.root / f"report/runs/{proof.run}.tar.gz").exists()
    assert "not found" in proof.refusal()  # a new one is launched, from a Launchpad that has no hello world


def test_tasks_that_never_come(proof: Proof, monkeypatch: pytest.MonkeyPatch) -> None:
    name = under_way(proof)
    monkeypatch.setattr(prove_run, "START_MINUTES", -1)
    assert proof.refusal() == f"{name}: none of its tasks has run for 6 minutes; look at it"


def test_hello_world_is_not_on_the_launchpad(proof: Proof) -> None:
    message = proof.refusal()
    assert message.startswith(
        "tw launch fusion-benchmark_eu-west-1_hello: Pipeline 'fusion-benchmark_eu-west-1_hello' not found"
    )
    assert message.endswith(". Add hello world to the Launchpad first: make pipelines")
    assert read_runs(proof.bench.root) == []


def test_a_proof_whose_answer_is_lost_is_waited_for_and_no_second_one_sent(
    proof: Proof, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    proof.add_hello()
    proof.ends(RESTORED)
    proof.bench.platform.fault("POST /workflow/launch", "drop")
    assert "whether it started is not known" in proof.refusal()
    (row,) = read_runs(proof.bench.root)
    proof.bench.platform.well()
    before = len(proof.bench.platform.requests("POST /workflow/launch"))

    def turn_up(_: float) -> None:
        """Let the run be there at the next look, as if the Platform had taken its time."""
        recording = proof.bench.platform.read()["recordings"]["proof-"]
        proof.bench.platform.add_run(id=proof.run, runName=row.name, status="RUNNING", recording=recording)
        monkeypatch.undo()

    monkeypatch.setattr("time.sleep", turn_up)
    proof.bench.platform.set(run_polls=0)
    proof.prove()
    assert f"{row.name}: waiting until it is known whether it started" in capsys.readouterr().out
    assert [each.id for each in read_runs(proof.bench.root)] == [proof.run]
    assert len(proof.bench.platform.requests("POST /workflow/launch")) == before


def test_a_proof_that_never_started_is_launched_again(proof: Proof) -> None:
    proof.add_hello()
    proof.ends(RESTORED)
    proof.bench.platform.set(run_polls=0)
    lost = Row("", "proof-20261125-120000", proof.bench.compute_env, "2026-11-25T12:00:00Z")
    add_run(proof.bench.root, lost)
    proof.prove()
    (launched,) = proof.bench.platform.all("runs")
    assert [(row.name, row.id) for row in read_runs(proof.bench.root)] == [
        (lost.name, ""),
        (launched["runName"], launched["id"]),
    ]


def test_logs_are_asked_for_below_the_folders_own_work_directory_alone(tmp_path: Path) -> None:
    asked = tmp_path / "bin/aws"
    asked.parent.mkdir()
    asked.write_text(f'#!/bin/sh\necho "$3" >> {tmp_path}/asked\n')
    asked.chmod(0o755)
    own = {"AWS_REGION": "eu-west-1", "AWS_WORK_DIR": "s3://acme-fusion/work", "PATH": f"{asked.parent}:/usr/bin:/bin"}
    places = ["s3://somebody-elses/work/ab", "s3://acme-fusion/work/ab", "s3://acme-fusion/works/ab", "/local"]
    tasks = [archives.task(workdir=place) for place in places]
    runs = archives.read_arm(tmp_path, "fusion_snapshots", [{"tasks": tasks}]).runs
    assert [text for _, text in prove_run.read_logs(Aws(own, tmp_path), runs[0])] == [""] * 4
    assert (tmp_path / "asked").read_text() == "s3://acme-fusion/work/ab/.proof.log\n"


def test_the_host_with_the_fewest_tasks_of_others_is_chosen(proof: Proof) -> None:
    name = under_way(proof)
    world, bench = proof.bench.world, proof.bench
    other = "9xForeign0run1"
    world.host(WORK, (50, proof.run), (9, other))
    newer, oldest = world.host(WORK, (8, proof.run)), world.host(WORK, (12, proof.run), (8, proof.run))
    world.host(WORK, (20, other))
    world.host(WORK, (SAFE_MINUTES - 1, proof.run), (60, other))
    assert newer != oldest
    benchmark = Benchmark(bench.root, bench.env())
    (target,) = find_targets(benchmark, "fusion_snapshots")
    (row,) = (row for row in read_runs(bench.root) if row.name == name)
    found = prove_run.wait_for_host(benchmark.workspace, benchmark.aws, target, row, 0)
    assert found
    assert (found.id, found.tasks, found.runs) == (oldest, 2, {proof.run: 2})


def test_a_run_that_has_ended_has_no_host(proof: Proof) -> None:
    name = under_way(proof)
    proof.bench.world.host(WORK, (9, proof.run))
    proof.bench.platform.change("runs", name, status="SUCCEEDED")
    benchmark = Benchmark(proof.bench.root, proof.bench.env())
    (target,) = find_targets(benchmark, "fusion_snapshots")
    (row,) = read_runs(proof.bench.root)
    assert prove_run.wait_for_host(benchmark.workspace, benchmark.aws, target, row, 0) is None


def test_a_hello_world_that_is_not_as_rendered_is_refused(proof: Proof) -> None:
    said = "pipelines/hello.yml or pipelines/proof.config is not as it was rendered; render this folder again"
    (proof.bench.root / "pipelines/proof.config").unlink()
    with pytest.raises(UserError) as refused:
        proof.prove()
    assert (str(refused.value), refused.value.code) == (said, 2)


@pytest.mark.parametrize(("code", "message"), [(404, "does not exist"), (403, "Forbidden")])
def test_a_log_that_is_not_there_is_empty_and_what_may_not_be_asked_is_an_error(
    tmp_path: Path, code: int, message: str
) -> None:
    program = tmp_path / "bin/aws"
    program.parent.mkdir()
    said = f"An error occurred ({code}) when calling the HeadObject operation: {message}"
    program.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
    program.chmod(0o755)
    env = {"AWS_REGION": "eu-west-1", "AWS_WORK_DIR": "s3://acme/work", "PATH": f"{program.parent}:/usr/bin:/bin"}
    tasks = [archives.task(workdir="s3://acme/work/ab/")]
    (run,) = archives.read_arm(tmp_path, "fusion_snapshots", [{"tasks": tasks}]).runs
    if code == 404:
        ((seen, text),) = prove_run.read_logs(Aws(env, tmp_path), run)
        assert (seen.task, text) == (run.tasks[0], "")
    else:
        with pytest.raises(AwsError, match=r"Forbidden \(403\)"):
            prove_run.read_logs(Aws(env, tmp_path), run)

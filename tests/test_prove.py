"""make prove: the whole step, and its snippet in the real Nextflow."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import archives
import pytest
from aws_world import ids_in
from bench import WORK, Bench, printed
from conftest import BIN, ROOT, run, slow_after
from proofs import LAST, RESTARTED, RESTORED, WHOLE, counted

from fusion_snapshots.aws import Aws
from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.errors import UserError
from fusion_snapshots.prove import proof as prove_run
from fusion_snapshots.prove import prove
from fusion_snapshots.prove.log import COUNTS, Log, Outcome, analyse
from fusion_snapshots.runs import fetch
from fusion_snapshots.runs.listed import Row, add_run, read_runs
from fusion_snapshots.settings import Prove

CONFIG = ROOT / "<<cookiecutter.project_slug>>/pipelines/proof.config"


# What the Platform always tells of a run, and tw cannot do without.
ALWAYS: dict[str, Any] = {
    "runName": "proof",
    "sessionId": "d77a5ac4",
    "userName": "ada",
    "ownerId": 1264,
    "launchId": "3r9Nghqwym",
}


class Proof:
    """A bench on which hello world is on the Launchpad, and the proof's run ends as an archive tells."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        bench.forge()
        bench.world.s3.create_bucket(
            Bucket="acme-fusion", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        with bench.platform.store.changing() as state:
            state["run_polls"] = 2
            # The Platform's next run.
            self.run = f"{state['ids'] + 1:04}QzWx7YrTbN"

    def ends(self, *logs: str, **facts: Any) -> None:
        """Let the proof's run end with a task for each of these logs; it fails where they do."""
        status = facts.get("status", "SUCCEEDED")
        tasks = []
        for number, log in enumerate(logs):
            workdir = f"work/ab/{number:030}"
            tasks.append(archives.task(process="sayHello", workdir=f"s3://acme-fusion/{workdir}", **facts))
            if log:
                self.bench.world.s3.put_object(Bucket="acme-fusion", Key=f"{workdir}/.proof.log", Body=log)
        path = self.bench.platform.store.state.with_name("proof.tar.gz")
        path.write_bytes(archives.pack(archives.documents(tasks, status=status, **ALWAYS)))
        self.bench.platform.set(recordings={"proof-": str(path)})

    def add_hello(self) -> None:
        """Put hello world on the Launchpad, as its file says."""
        self.bench.record("fusion_ondemand")
        words = ["pipelines", "add", "--name", f"{self.bench.variables['COMPUTE_ENV_PREFIX']}_hello"]
        words += [
            "--workspace",
            "acme-genomics/fusion-benchmark",
            "--compute-env",
            self.bench.name_of("fusion_ondemand"),
        ]
        words += ["--revision", "master", "--pre-run", "pipelines/pre-run.sh"]
        ran = run(["tw", *words, "https://github.com/nextflow-io/hello"], cwd=self.bench.root, env=self.bench.env())
        assert ran.returncode == 0, ran.stderr

    def prove(self, **options: Any) -> None:
        prove(Benchmark(self.bench.root, self.bench.env()), Prove(poll=0, **options))

    def refusal(self, **options: Any) -> str:
        """Return the message with which the step ends, with exit code 1."""
        with pytest.raises(UserError) as refused:
            self.prove(**options)
        assert refused.value.code == 1
        return str(refused.value)


@pytest.fixture
def proof(bench: Bench) -> Proof:
    return Proof(bench)


def test_a_proof(either_bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench, proof = either_bench, Proof(either_bench)
    proof.add_hello()
    proof.run = f"{bench.platform.read()['ids'] + 1:04}QzWx7YrTbN"
    proof.ends(RESTORED, WHOLE)
    older = bench.world.host(WORK, (9, proof.run), (30, "9xForeign0run1"))
    chosen = bench.world.host(WORK, (8, proof.run), (7, proof.run))
    bench.world.host(WORK, (1, proof.run))
    bench.world.end_spot_requests()
    proof.prove()
    (made,) = bench.world.experiments()
    name = f"proof-{bench.variables['TIME']}"
    server = (
        "https://cloud.seqera.io"
        if bench.platform.backend == "stand-in"
        else bench.env()["TOWER_API_ENDPOINT"].removesuffix("/api")
    )
    place = f"{server}/orgs/acme-genomics/workspaces/fusion-benchmark/watch/{proof.run}"
    assert printed(capsys) == (
        f"{name}: started as {proof.run}: {place}\n"
        f"{chosen} (c6id.8xlarge) runs 2 tasks of {name}, and 0 of other runs.\n"
        "AWS charges 0.10 USD per action-minute, about 0.20 USD for a round. No notice can be withdrawn once it is sent.\n"
        f"fusion_snapshots: experiment {made['id']} has started.\n"
        f"fusion_snapshots: experiment {made['id']} completed.\n"
        f"{chosen}: EC2 confirms that the experiment ended it.\n"
        f"0 of 1 runs have ended, {name} RUNNING (9 min)\n"
        "1 of 1 runs have ended (9 min)\n"
        "fetching 1 run (9 min)\n"
        "fetched 1 of 1 run (9 min)\n"
        "sayHello, attempt 1: counted on at 412 after a pause of 97 s, on another host\n"
        "sayHello, attempt 1: counted without a break\n"
        "Snapshots work: the count went on where it was, on another host. "
        f"report/{proof.run}-proof.txt has the logs.\n"
    )
    assert ids_in(made) == [chosen]
    assert older not in [row.instance for row in bench.rows()]
    kept = (bench.root / f"report/{proof.run}-proof.txt").read_text()
    assert kept.splitlines()[0] == f"{name} ({proof.run})"
    assert RESTORED in kept
    (launched,) = bench.platform.all("runs")
    assert launched["launch"]["configText"] == (bench.root / "pipelines/proof.config").read_text()
    assert launched["launch"]["workDir"] == bench.variables["AWS_WORK_DIR"]


def under_way(proof: Proof) -> str:
    """Let a proof be under way already."""
    proof.run = "4nAbC1dEfGhIjK"
    return proof.bench.launched(proof.run, name="proof-20261125-120000", looks=2)


@pytest.mark.parametrize(
    ("logs", "facts", "lines"),
    slow_after(
        1,
        [
            (
                [RESTARTED],
                {},
                [
                    "sayHello, attempt 1: began again at 0 after 411: the task was restarted, not restored",
                    "Snapshots did not work: the task was restarted, not restored.",
                ],
            ),
            (
                [counted((0, 411, "a1"))],
                {"status": "FAILED", "exit": 175},
                [
                    f"sayHello, attempt 1: counted without a break; its log ends at 411 of {LAST}; "
                    "it ended FAILED with exit code 175 (the dump failed)",
                    "Not proven: the run failed.",
                ],
            ),
        ],
    ),
)
def test_a_proof_that_proves_nothing(
    proof: Proof, capsys: pytest.CaptureFixture[str], logs: list[str], facts: dict[str, Any], lines: list[str]
) -> None:
    name = under_way(proof)
    proof.ends(*logs, **facts)
    proof.bench.platform.change("runs", name, recording=proof.bench.platform.read()["recordings"]["proof-"])
    proof.bench.world.host(WORK, (8, proof.run))
    assert proof.refusal() == f"{lines[-1]} report/{proof.run}-proof.txt has the logs."
    said = printed(capsys).splitlines()
    assert said[0] == f"{name} ({proof.run}) is under way: resuming it."
    assert said[-1] == lines[0]


def test_hello_world_that_is_not_the_files_is_not_launched(proof: Proof) -> None:
    proof.add_hello()
    (proof.bench.root / "pipelines/pre-run.sh").write_text("export NXF_VER=26.04.6\n")
    assert proof.refusal().startswith(
        "nothing was launched.\n  fusion-benchmark_eu-west-1_hello is not what pipelines/hello.yml says: pre-run differs"
    )
    assert proof.bench.platform.all("runs") == []


def test_a_proof_that_was_interrupted_already_is_waited_for(proof: Proof) -> None:
    name = under_way(proof)
    proof.ends(RESTORED)
    proof.bench.platform.change("runs", name, recording=proof.bench.platform.read()["recordings"]["proof-"])
    host = proof.bench.world.host(WORK, (8, proof.run))
    proof.bench.platform.set(run_polls=4)
    proof.bench.interrupt()
    proof.prove()
    assert [row.instance for row in proof.bench.rows()] == [host]


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


def test_a_run_that_ends_too_early(proof: Proof, capsys: pytest.CaptureFixture[str]) -> None:
    name = under_way(proof)
    proof.ends(WHOLE)
    proof.bench.platform.change("runs", name, recording=proof.bench.platform.read()["recordings"]["proof-"])
    proof.bench.world.host(WORK, (1, proof.run))
    assert proof.refusal() == f"Not proven: nothing was interrupted. report/{proof.run}-proof.txt has the logs."
    assert proof.bench.world.experiments() == []


def test_other_runs_on_the_instance_are_not_interrupted_unasked(proof: Proof) -> None:
    name = under_way(proof)
    host = proof.bench.world.host(WORK, (8, proof.run), (8, "9xForeign0run1"))
    assert proof.refusal() == (
        f"nothing was interrupted, as other runs share {host}. {name} is still under way. Wait until it is alone, or: "
        "make prove CONFIRM=yes"
    )
    assert proof.bench.world.experiments() == []


def test_two_at_the_same_moment_start_one_proof(proof: Proof) -> None:
    bench = proof.bench
    proof.add_hello()
    bench.platform.set(run_polls=10**6)
    command, pipe = [str(BIN / "python"), "-m", "fusion_snapshots", "prove", "--poll", "0.2"], subprocess.PIPE
    first, second = (
        subprocess.Popen(command, cwd=bench.root, env=bench.env(), text=True, stdout=pipe, stderr=pipe)
        for _ in range(2)
    )
    while first.poll() is second.poll() is None:
        time.sleep(0.05)
    refused, other = (first, second) if second.poll() is None else (second, first)
    assert refused.communicate() == (
        "All is well: 11 seqerakit files and env.sh checked.\n",
        "prove: another make interrupt or make prove of this folder is under way; let it end first\n",
    )
    assert other.stdout
    assert any(": started as " in line for line in other.stdout)
    other.terminate()
    other.communicate()
    assert refused.returncode == 1
    assert len(bench.platform.all("runs")) == 1


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


def test_make_passes_its_arguments_on(proof: Proof) -> None:
    ran = run(["make", "prove", "ROLE=a role", "CONFIRM=y"], cwd=proof.bench.root, env=proof.bench.env())
    assert ran.stderr.splitlines()[:3] == [
        "prove: nothing was done.",
        "  CONFIRM=y: must be yes, or leave it out",
        "  ROLE=a role: must be the name of a role in your account, as iam/README.md creates it",
    ]


@pytest.mark.needs("nextflow")
@pytest.mark.parametrize("parser", ["v1", "v2"])
def test_the_snippet_counts_in_real_nextflow(tmp_path: Path, parser: str) -> None:
    text = CONFIG.read_text()
    for long, short in (("2000000000", "2000000"), (f"< {COUNTS}", "< 3"), ("sleep 1", "sleep 0")):
        assert long in text
        text = text.replace(long, short)
    # Whatever the size of this machine.
    (tmp_path / "proof.config").write_text(f"{text}\nexecutor.cpus = 9999\nexecutor.memory = 99999.GB\n")
    (tmp_path / "main.nf").write_text(HELLO)
    env = {"NXF_SYNTAX_PARSER": parser, "TOWER_WORKFLOW_ID": "4nAbC1dEfGhIjK"}
    ran = run(["nextflow", "-quiet", "run", "main.nf", "-c", "proof.config"], cwd=tmp_path, env=env)
    assert (ran.returncode, ran.stdout) == (0, "Hello world!\n"), ran.stderr
    (log,) = tmp_path.glob("work/*/*/.proof.log")
    assert [line.split()[0] for line in log.read_text().splitlines()] == ["0", "1", "2"]
    assert analyse(log.read_text()) == Log(Outcome.UNBROKEN, (), 2)


HELLO = """
process sayHello {
    output:
    stdout

    script:
    "echo 'Hello world!'"
}

workflow {
    sayHello() | view { it.trim() }
}
"""


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

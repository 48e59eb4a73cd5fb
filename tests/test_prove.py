"""make prove: the whole step, and its snippet in the real Nextflow."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from aws_world import ids_in
from bench import WORK, Bench, printed
from conftest import BIN, ROOT, run, slow_after
from proof_bench import Proof, under_way
from proofs import LAST, RESTARTED, RESTORED, WHOLE, counted

from fusion_snapshots.prove.log import COUNTS, Log, Outcome, analyse

CONFIG = ROOT / "<<cookiecutter.project_slug>>/pipelines/proof.config"


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


def test_a_proof_that_was_interrupted_already_is_waited_for(proof: Proof) -> None:
    name = under_way(proof)
    proof.ends(RESTORED)
    proof.bench.platform.change("runs", name, recording=proof.bench.platform.read()["recordings"]["proof-"])
    host = proof.bench.world.host(WORK, (8, proof.run))
    proof.bench.platform.set(run_polls=4)
    proof.bench.interrupt()
    proof.prove()
    assert [row.instance for row in proof.bench.rows()] == [host]


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

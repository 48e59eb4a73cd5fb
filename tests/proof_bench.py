"""A bench for make prove: hello world on the Launchpad, and a run that ends as an archive tells."""

from __future__ import annotations

from typing import Any

import archives
import pytest
from bench import Bench
from conftest import run

from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.errors import UserError
from fusion_snapshots.prove import prove
from fusion_snapshots.settings import Prove

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


def under_way(proof: Proof) -> str:
    """Let a proof be under way already."""
    proof.run = "4nAbC1dEfGhIjK"
    return proof.bench.launched(proof.run, name="proof-20261125-120000", looks=2)

"""What make interrupt refuses to touch, each refusal by its whole message; and how often a task may be restored."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aws_world import ACCOUNT, REGION
from bench import HEAD, WORK, Bench

from fusion_snapshots.aws.fis import UNSUPPORTED_REGIONS
from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.interrupt.targets import Target, count_restores, find_going
from fusion_snapshots.runs.listed import Row, add_run

pytestmark = pytest.mark.needs("aws")


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
        assert bench.refusal(bench.env(AWS_ACCOUNT_ID="999999999999")) == (
            f"aws is signed in to {ACCOUNT}, not to 999999999999. Choose another AWS_PROFILE, or fix AWS_ACCOUNT_ID "
            "in env.sh; nothing was interrupted",
            1,
        )

    @pytest.mark.parametrize("region", UNSUPPORTED_REGIONS)
    def test_a_region_without_it(self, bench: Bench, region: str) -> None:
        bench.record()
        message = f"AWS does not interrupt Spot instances on demand in {region}; nothing was interrupted"
        assert bench.refusal(bench.env(AWS_REGION=region)) == (message, 1)

    def test_an_on_demand_arm(self, bench: Bench) -> None:
        assert bench.refusal(arm="fusion_ondemand") == (
            "ARM=fusion_ondemand: compute-envs/aws_fusion_ondemand.yml has EC2, not SPOT; nothing was interrupted", 1,
        )  # fmt: skip

    def test_an_unknown_arm(self, bench: Bench) -> None:
        assert bench.refusal(arm="fusion_spot") == (
            "ARM=fusion_spot: no such arm; this folder has fusion_ondemand, fusion_snapshots, or ARM=all; e.g. ARM=all",
            2,
        )

    def test_no_compute_environment(self, bench: Bench) -> None:
        where = "acme-genomics/fusion-benchmark"
        message = f"{bench.compute_env} does not exist in {where}. Create it: make compute-envs"
        assert bench.refusal() == (message, 1)

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
        assert bench.refusal() == (f"{bench.compute_env}: {why}; nothing was interrupted", 1)

    def test_a_queue_that_aws_does_not_have(self, bench: Bench) -> None:
        bench.record()
        assert bench.refusal() == (
            f"{bench.compute_env}: AWS Batch has no job queue {WORK} in {REGION}; aws may be signed in to another "
            "account than the Platform's credentials; nothing was interrupted",
            1,
        )

    def test_a_queue_that_is_not_spot(self, bench: Bench) -> None:
        bench.forge(work="EC2")
        why = f"{WORK} behind its queue is EC2, not SPOT"
        assert bench.refusal() == (f"{bench.compute_env}: {why}; nothing was interrupted", 1)

    def test_a_cluster_that_the_head_job_shares(self, bench: Bench) -> None:
        environment = bench.world.environment("TowerForge-1aB", "SPOT")
        for queue in (WORK, HEAD):
            bench.world.queue(queue, environment)
        bench.record()
        why = f"{WORK} and {HEAD} share a cluster, so the head job may be hit"
        assert bench.refusal() == (f"{bench.compute_env}: {why}; nothing was interrupted", 1)

    def test_no_aws(self, bench: Bench, tmp_path: Path) -> None:
        bench.record()
        (tmp_path / "bin").mkdir()
        for program in ("tw", "seqerakit", "python3", "env", "bash", "sh"):
            found = shutil.which(program, path=bench.variables["PATH"])
            assert found
            (tmp_path / "bin" / program).symlink_to(found)
        assert bench.refusal(bench.env(PATH=str(tmp_path / "bin"))) == (
            "aws is not installed; https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html tells "
            "how to install it",
            2,
        )

    def test_nobody_signed_in(self, bench: Bench) -> None:
        bench.record()
        message, code = bench.refusal(bench.env(AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY=""))
        assert message.startswith("aws sts get-caller-identity: Unable to locate credentials")
        assert code == 2


@pytest.mark.parametrize(
    ("config", "restores"),
    [
        ("aws.batch.maxSpotAttempts = 5\nprocess.maxRetries = 2\n", 4),
        ("aws {\n    batch {\n        maxSpotAttempts = 10\n    }\n}\n", 9),
        ("aws.batch.maxSpotAttempts = 0\nprocess {\n    maxRetries = 2\n}\n", 2),
        ("// maxSpotAttempts = 5\n", None),
        # What is said last counts, and what is no setting does not.
        ("aws.batch.maxSpotAttempts = 5\n\naws.batch.maxSpotAttempts = 2\n", 1),
        ("aws {\n    batch {\n        maxSpotAttempts = 5\n    }\n}\naws.batch.maxSpotAttempts = 2\n", 1),
        ("/*\nmaxSpotAttempts = 9\n*/\naws.batch.maxSpotAttempts = 3 // not 9\n", 2),
    ],
)
def test_restores_by_the_arms_configuration(bench: Bench, config: str, restores: int | None) -> None:
    benchmark = Benchmark(bench.root, bench.env())
    (command,) = benchmark.seqerakit.planned("pipelines/workflow_fusion_snapshots.yml")
    (bench.root / command.option("--config")).write_text(config)
    assert count_restores(benchmark, "fusion_snapshots") == restores


def test_an_arms_runs_that_have_not_ended(bench: Bench) -> None:
    for arm in ("fusion_snapshots", "fusion_ondemand"):
        bench.record(arm)
    name = bench.launched("4nAbC1dEfGhIjK")
    bench.launched("4nOtherArm1234", "fusion_ondemand", name="other")
    bench.launched("4nEnded1234567", name="ended")
    bench.platform.change("runs", "ended", status="SUCCEEDED")
    add_run(bench.root, Row("", "never-started", bench.compute_env, "2026-11-25T12:00:00Z"))
    target = Target("fusion_snapshots", bench.compute_env, True, ())
    assert [row.name for row in find_going(Benchmark(bench.root, bench.env()), target)] == [name]

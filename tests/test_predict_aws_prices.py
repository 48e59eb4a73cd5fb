"""What Spot saves by AWS's prices of today: asked of a stand-in for aws, which answers no other question."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from archives import task
from test_predict_works import MACHINES, runs_of

from fusion_snapshots.predict.aws_prices import saving_of_aws
from fusion_snapshots.runs.tasks import Task

# As AWS answers: the Spot price of each zone, and a product as JSON within JSON.
AWS = """\
import json, sys
words = sys.argv[1:]
refused = {refused!r}
SPOT = {{"c6id.8xlarge": [0.6, 0.8], "m6id.4xlarge": [0.3]}}
DEMAND = {{"c6id.8xlarge": "1.7600000000", "m6id.4xlarge": "1.0000000000"}}
def after(word):
    return words[words.index(word) + 1]
assert after("--output") == "json"
if words[:2] == ["ec2", "describe-spot-price-history"] and refused != "ec2":
    assert after("--region") == "eu-west-1" and after("--product-descriptions") == "Linux/UNIX" and "--start-time" in words
    names = words[words.index("--instance-types") + 1 : words.index("--product-descriptions")]
    found = [dict(InstanceType=name, SpotPrice=str(price), ProductDescription="Linux/UNIX") for name in names for price in SPOT[name]]
    print(json.dumps(dict(SpotPriceHistory=found)))
elif words[:2] == ["pricing", "get-products"] and refused != "pricing":
    assert after("--region") == "us-east-1" and after("--service-code") == "AmazonEC2"
    fields = dict(part.split("Field=")[1].split(",Value=") for part in words if part.startswith("Type=TERM_MATCH,"))
    assert fields["regionCode"] == "eu-west-1" and fields["operatingSystem"] == "Linux" and fields["tenancy"] == "Shared"
    price = dict(pricePerUnit=dict(USD=DEMAND[fields["instanceType"]]))
    product = dict(terms=dict(OnDemand={{"A.B": dict(priceDimensions={{"A.B.C": price}})}}))
    print(json.dumps(dict(PriceList=[] if refused == "no price" else [json.dumps(product)])))
else:
    sys.exit(f"An error occurred (AccessDenied) when calling the {{words[1]}} operation: no")
"""


def env_of(folder: Path, refused: str = "", **more: str) -> dict[str, str]:
    (folder / "aws").write_text(f"#!{sys.executable}\n{AWS.format(refused=refused)}")
    (folder / "aws").chmod(0o755)
    return {"PATH": str(folder), "HOME": str(folder), "AWS_PROFILE": "acme", **more}


def kept(folder: Path, *tasks: dict[str, Any]) -> list[Task]:
    (run,) = runs_of(folder, *tasks)
    return run.kept


def test_what_spot_saves_today(tmp_path: Path) -> None:
    # By hours of an instance: two of c6id.8xlarge at 0.7 against 1.76 USD, one of m6id.4xlarge at 0.3 against 1.
    tasks = kept(tmp_path, task(minutes=120, cpus=32), task(minutes=60, cpus=16, machineType="m6id.4xlarge"))
    found = saving_of_aws(tasks, MACHINES.share, env_of(tmp_path), tmp_path)
    assert found is not None
    assert found.value == pytest.approx(1 - 1.7 / 4.52)
    assert found.source == "AWS's prices of today in eu-west-1"


@pytest.mark.parametrize("refused", ["ec2", "pricing", "no price"])
def test_what_aws_does_not_tell_is_not_known(tmp_path: Path, refused: str) -> None:
    assert saving_of_aws(kept(tmp_path, task()), MACHINES.share, env_of(tmp_path, refused), tmp_path) is None


def test_aws_is_not_asked_where_nobody_is_signed_in(tmp_path: Path) -> None:
    env = env_of(tmp_path)
    assert saving_of_aws(kept(tmp_path, task()), MACHINES.share, env | {"AWS_PROFILE": ""}, tmp_path) is None
    assert saving_of_aws(kept(tmp_path, task(cloudZone=None)), MACHINES.share, env, tmp_path) is None
    assert saving_of_aws(kept(tmp_path, task()), MACHINES.share, env | {"PATH": "/nowhere"}, tmp_path) is None

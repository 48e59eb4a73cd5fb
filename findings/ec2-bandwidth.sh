#!/usr/bin/env bash
# EC2's DescribeInstanceTypes, as moto 5.2.5 recorded it: an instance's bandwidth is told twice, and not alike.
#
# Guess: NetworkPerformance is the sum of NetworkCards in words: "200 Gigabit" is what the cards'
#   BaselineBandwidthInGbps add up to. Where the two differ, it is by rounding.
# Behaviour: for r6idn.32xlarge the text says 200 and two cards of 200 add up to 400, while one card of r6idn.16xlarge
#   agrees with its text. It goes the other way, too: p6-b200.48xlarge says 3200 and its cards add up to 1600. Where a
#   deadline depends on bandwidth, as the 120 seconds of a Snapshot, a sum over cards may promise twice what there is.
# Output seen: "m6idn.32xlarge 200/400, p6-b200.48xlarge 3200/1600, r6idn.16xlarge 100/100, r6idn.32xlarge 200/400",
#   the text's figure and the cards' sum.
# Source: moto/ec2/resources/instance_types.json.gz in getmoto/moto at 5.2.5, AWS's own answers as recorded at a date
#   that is not told. AWS itself was not asked.
# Here: schemas/ec2-instance-types.json holds the sum over cards, but for three types AWS's published figure, which is
#   lower (i7ie.48xlarge, m6idn.32xlarge, r6idn.32xlarge), and says so in its notes.
#
# moto answers within the process: nothing is sent to AWS.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cd "$here"
if ! { python3 -m venv venv && venv/bin/pip install -q "moto[ec2]==5.2.5" boto3==1.44.8 botocore==1.44.8; } \
    >install.log 2>&1; then
    cat install.log >&2
    echo "not tried: moto cannot be installed" >&2
    exit 2
fi

export AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x AWS_DEFAULT_REGION=us-east-1
unset AWS_ENDPOINT_URL AWS_ENDPOINT_URL_EC2 AWS_PROFILE
found=$(venv/bin/python - <<'PY'
import re

import boto3
from moto import mock_aws

NAMES = ["r6idn.16xlarge", "r6idn.32xlarge", "m6idn.32xlarge", "p6-b200.48xlarge"]
with mock_aws():
    types = boto3.client("ec2").describe_instance_types(InstanceTypes=NAMES)["InstanceTypes"]
told = []
for each in sorted(types, key=lambda each: each["InstanceType"]):
    network = each["NetworkInfo"]
    text = re.search(r"(\d+) Gigabit", network["NetworkPerformance"])[1]
    total = sum(card["BaselineBandwidthInGbps"] for card in network["NetworkCards"])
    told.append(f"{each['InstanceType']} {text}/{total:g}")
print(", ".join(told))
PY
)
expected="m6idn.32xlarge 200/400, p6-b200.48xlarge 3200/1600, r6idn.16xlarge 100/100, r6idn.32xlarge 200/400"
if [[ $found != "$expected" ]]; then
    printf 'changed:\n  expected: %s\n  found:    %s\n' "$expected" "$found"
    exit 1
fi
echo "confirmed: EC2's text of an instance's bandwidth and the sum over its network cards differ by a factor of two, both ways"

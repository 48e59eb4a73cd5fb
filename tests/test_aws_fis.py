"""The role that FIS assumes, by its name."""

from __future__ import annotations

import pytest

from fusion_snapshots.aws.fis import role_arn


@pytest.mark.parametrize(
    ("region", "arn"),
    [
        ("eu-west-1", "arn:aws:iam::123456789012:role/fusion-snapshots-fis-eu-west-1"),
        ("us-gov-west-1", "arn:aws-us-gov:iam::123456789012:role/fusion-snapshots-fis-us-gov-west-1"),
        ("cn-north-1", "arn:aws-cn:iam::123456789012:role/fusion-snapshots-fis-cn-north-1"),
    ],
)
def test_the_role_is_named_and_not_looked_up(region: str, arn: str) -> None:
    assert role_arn("", "123456789012", region) == arn
    assert role_arn("ours", "123456789012", region) == arn.replace(arn.rpartition("/")[2], "ours")
    assert role_arn(arn, "1", region) == arn

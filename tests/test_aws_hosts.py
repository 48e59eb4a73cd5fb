"""Which instances are chosen, how old their tasks are, and times as aws prints them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from fusion_snapshots.aws.hosts import Host, Load, choose, parse_time
from fusion_snapshots.json_reply import Reply, ReplyError

RUN = "4nAbC1dEfGhIjK"
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
    assert parse_time(Reply({"at": value}, "aws"), "at") == NOW


def test_a_time_that_is_none() -> None:
    with pytest.raises(ReplyError, match="aws: at is no time: yesterday"):
        parse_time(Reply({"at": "yesterday"}, "aws"), "at")

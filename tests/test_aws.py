"""Asking AWS by the aws CLI: what it answers, and how it fails, in words for a person and as data."""

from __future__ import annotations

from pathlib import Path

import pytest
from aws_world import ACCOUNT, REGION, World
from conftest import BIN

from fusion_snapshots.aws import Aws, AwsError, in_parts, partition
from fusion_snapshots.json_reply import ReplyError


def asking(tmp_path: Path, script: str, seconds: float = 10) -> Aws:
    """Return an Aws whose aws is a shell script."""
    program = tmp_path / "aws"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return Aws({"PATH": f"{tmp_path}:/usr/bin:/bin", "AWS_REGION": REGION}, tmp_path, seconds)


def test_the_real_aws_answers(world: World, tmp_path: Path) -> None:
    aws = Aws({**world.env(AWS_REGION=REGION), "PATH": f"{BIN}:/usr/bin:/bin"}, tmp_path)
    assert aws.account() == ACCOUNT
    assert aws.ask("fis", "list-experiment-templates").items("experimentTemplates") == []
    with pytest.raises(AwsError) as refused:
        aws.ask("iam", "get-role", "--role-name", "nobody")
    assert str(refused.value) == "aws iam get-role: Role nobody not found (NoSuchEntity)"
    assert refused.value.aws_code == "NoSuchEntity"


def test_the_region_is_the_folders_and_nothing_pages(tmp_path: Path) -> None:
    aws = asking(tmp_path, """printf '{"words": "%s", "pager": "%s"}' "$*" "${AWS_PAGER-unset}" """)
    answer = aws.ask("ec2", "describe-vpcs")
    assert answer.text("words") == f"ec2 describe-vpcs --output json --region {REGION}"
    assert answer.text("pager") == ""


def test_silence_is_an_empty_answer(tmp_path: Path) -> None:
    assert asking(tmp_path, "true").ask("fis", "tag-resource").raw() == {}


@pytest.mark.parametrize(
    ("script", "message", "code"),
    [
        (
            "echo >&2; echo 'An error occurred (AccessDenied) when calling the ListTasks operation: No way.' >&2; exit 254",
            "aws ecs list-tasks: No way (AccessDenied)",
            "AccessDenied",
        ),
        (
            "echo 'aws: [ERROR]: An error occurred (ThrottlingException) when calling the ListTasks operation (reached "
            "max retries: 4): Rate exceeded' >&2; exit 254",
            "aws ecs list-tasks: Rate exceeded (ThrottlingException)",
            "ThrottlingException",
        ),
        (
            "echo '/usr/lib/x.py:9: Warning: old' >&2; echo 'Unable to locate credentials.' >&2; exit 253",
            "aws ecs list-tasks: Unable to locate credentials",
            "",
        ),
        ("exit 7", "aws ecs list-tasks: exit code 7", ""),
        (
            'printf \'An error occurred (403) when calling the ListTasks operation: <?xml version="1.0"?>\\n'
            "<Error><Message>Not you</Message></Error>' >&2; exit 254",
            "aws ecs list-tasks: Not you (403)",
            "403",
        ),
        ("printf '\\033[2Jgone AKIAIOSFODNN7EXAMPLE' >&2; exit 1", "aws ecs list-tasks: \\x1b[2Jgone <secret>", ""),
    ],
)
def test_the_first_cause_on_one_line(tmp_path: Path, script: str, message: str, code: str) -> None:
    with pytest.raises(AwsError) as refused:
        asking(tmp_path, script).ask("ecs", "list-tasks", "--cluster", "c")
    assert (str(refused.value), refused.value.aws_code, refused.value.code) == (message, code, 2)


def test_an_aws_that_hangs(tmp_path: Path) -> None:
    with pytest.raises(AwsError, match=r"aws ecs list-tasks: no answer within 0\.2 seconds"):
        asking(tmp_path, "sleep 60", seconds=0.2).ask("ecs", "list-tasks")


def test_the_prefix_of_aws_v2_is_taken_off(tmp_path: Path) -> None:
    aws = asking(tmp_path, "echo 'aws: [ERROR]: Unable to locate credentials.' >&2; exit 253")
    with pytest.raises(AwsError, match=r"^aws ecs list-tasks: Unable to locate credentials$"):
        aws.ask("ecs", "list-tasks")


def test_no_aws(tmp_path: Path) -> None:
    with pytest.raises(AwsError, match="aws is not installed; https://"):
        Aws({"PATH": str(tmp_path), "AWS_REGION": REGION}, tmp_path).ask("ecs", "list-tasks")


def test_an_answer_that_is_no_json(tmp_path: Path) -> None:
    with pytest.raises(ReplyError, match="aws ecs list-tasks: the answer is no JSON"):
        asking(tmp_path, "echo TASKS").ask("ecs", "list-tasks")


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("eu-west-1", "aws"), ("us-east-1", "aws"), ("us-gov-east-1", "aws-us-gov"), ("cn-north-1", "aws-cn"),
        ("eusc-de-east-1", "aws-eusc"),
    ],
)  # fmt: skip
def test_partitions(region: str, expected: str) -> None:
    assert partition(region) == expected


def test_parts_of_a_hundred() -> None:
    assert [len(part) for part in in_parts([str(number) for number in range(201)])] == [100, 100, 1]
    assert in_parts([]) == []

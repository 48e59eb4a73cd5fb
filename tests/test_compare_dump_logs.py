"""Fusion's logs, asked of S3 by few calls of aws: how many, and what they may fetch."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import backends
import pytest
from archives import make_folder, task
from aws_world import REGION, World

from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.compare import compare, dump_logs
from fusion_snapshots.compare.dump_logs import Log, LogsError, read_dump_logs

WORK = "s3://acme-snap/work"
DUMP = "(0.1) Version: 4.0\n(27.2) Dumping finished successfully\n"
RESTORE = "(9.5) Restore finished successfully\n"


@pytest.fixture
def bucket(world: World) -> World:
    world.s3.create_bucket(Bucket="acme-snap", CreateBucketConfiguration={"LocationConstraint": REGION})
    return world


def put(world: World, **logs: str) -> None:
    for key, text in logs.items():
        world.s3.put_object(Bucket="acme-snap", Key=f"work/{key}", Body=text.encode())


def noting(folder: Path, script: str = 'exec aws "$@"') -> dict[str, str]:
    """Return variables under which aws notes its words in `calls` and then runs a script of the shell."""
    program = folder / "bin/aws"
    program.parent.mkdir()
    path = os.pathsep.join([*backends.PROGRAMS, os.environ["PATH"]])
    begin = f'#!/bin/sh\nprintf "%s\\n" "$*" | head -n 1 >>{shlex.quote(str(folder / "calls"))}\n'
    program.write_text(f"{begin}PATH={shlex.quote(path)}\n{script}\n")
    program.chmod(0o755)
    names = {"ORGANIZATION_NAME": "acme", "WORKSPACE_NAME": "ws", "AWS_REGION": REGION, "AWS_WORK_DIR": WORK}
    return {**names, "PATH": os.pathsep.join([str(program.parent), path])}


def calls(folder: Path) -> list[str]:
    return (folder / "calls").read_text().splitlines()


def test_however_many_tasks_were_interrupted_aws_is_called_ten_times_at_most(
    tmp_path: Path, bucket: World, capsys: pytest.CaptureFixture[str]
) -> None:
    met = [
        task(minutes=900 - n, workdir=f"{WORK}/{n % 7:02}/t{n}", nativeId=f"job-{n}", numSpotInterruptions=1)
        for n in range(620)
    ]
    for n in range(40):
        folder = f"{n % 7:02}/t{n}/.fusion/dump"
        put(bucket, **{f"{folder}/1/pre_1.log": "x", f"{folder}/2/dump_2.log": DUMP, f"{folder}/2/pages-1.img": "y"})
        put(bucket, **{f"{folder}/2/restore_2.log": RESTORE, f"{folder[:5]}/.command.log": "z"})
    make_folder(tmp_path, {"fusion_ondemand": [{"tasks": [task()]}], "fusion_snapshots": [{"tasks": met}]})
    compare(Benchmark(tmp_path, bucket.env(**noting(tmp_path))), False)
    asked = calls(tmp_path)
    assert len(asked) <= 10
    assert sorted({" ".join(call.split()[:2]) for call in asked}) == ["batch describe-jobs", "s3 cp", "s3api list-objects-v2"]  # fmt: skip
    assert (
        "- Snapshots of 40 of 620 interrupted tasks: 40 full and 40 incremental dumps, 40 restores. "
        "Full dumps took 27 s to 27 s." in capsys.readouterr().out
    )


def test_only_logs_of_these_tasks_are_fetched(tmp_path: Path, bucket: World) -> None:
    put(bucket, **{
        "ab/cd/.fusion/dump/1/dump_1.log": DUMP,
        "ab/cd/.fusion/dump/1/restore_[1] *.log": RESTORE,
        "ab/cd/.fusion/dump/1/pages-1.img": "memory",
        "ab/cd/.fusion/dump/../../dump_3.log": "elsewhere",
        "ab/other/.fusion/dump/1/dump_1.log": DUMP,
        "ef/gh/.fusion/dump/1/pre_1.log": "x",
    })  # fmt: skip
    env = bucket.env(**noting(tmp_path))
    found = read_dump_logs(Benchmark(tmp_path, env), [f"{WORK}/ab/cd", f"{WORK}/ef/gh", f"{WORK}/ef/none"])
    assert found == {
        f"{WORK}/ab/cd": [Log("dump", DUMP), Log("restore", RESTORE)],
        f"{WORK}/ef/gh": [Log("pre")],
        f"{WORK}/ef/none": [],
    }
    listing, copying = calls(tmp_path)
    assert "--bucket acme-snap --prefix work/ --query" in listing
    assert "s3://acme-snap/work/ab/cd/.fusion/dump/1/ " in copying
    assert copying.endswith("--exclude * --include dump_1.log --include restore_[[]1] [*].log --region eu-west-1")


def test_what_is_fetched_is_bounded(tmp_path: Path, bucket: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(4):
        put(bucket, **{f"ab/t{n}/.fusion/dump/1/dump_1.log": DUMP + n * "(28.0) more\n"})
    benchmark = Benchmark(tmp_path, bucket.env(**noting(tmp_path)))
    tasks = [f"{WORK}/ab/t{n}" for n in (3, 0, 1, 2)]
    monkeypatch.setattr(dump_logs, "MOST_BYTES", 2 * len(DUMP) + 40)
    found = read_dump_logs(benchmark, tasks)
    assert [bool(log.text) for workdir in tasks for log in found[workdir]] == [True, True, False, False]
    monkeypatch.setattr(dump_logs, "MOST_LOGS", 1)
    found = read_dump_logs(benchmark, tasks)
    assert [bool(log.text) for workdir in tasks for log in found[workdir]] == [True, False, False, False]


def test_two_hundred_logs_are_read_at_most_those_of_the_first_tasks_first(tmp_path: Path) -> None:
    lines = "".join(rf"9\twork/ab/{task}/.fusion/dump/1/dump_{n}.log\n" for task in "ba" for n in range(150))
    env = noting(tmp_path, f"case \"$1\" in s3api) printf '{lines}' ;; esac")
    found = read_dump_logs(Benchmark(tmp_path, env), [f"{WORK}/ab/a", f"{WORK}/ab/b"])
    assert [len(logs) for logs in found.values()] == [150, 150]
    included = calls(tmp_path)[1]
    assert [included.count(f"--include {task}/") for task in "ab"] == [150, 50]


LISTING = "printf '12\\twork/%s/ab/cd/.fusion/dump/1/dump_1.log\\n'"


def test_a_log_that_is_gone_meanwhile_is_counted_and_not_timed(tmp_path: Path) -> None:
    env = noting(tmp_path, f'case "$1" in s3api) {LISTING} one ;; esac')
    workdir = f"{WORK}/one/ab/cd"
    assert read_dump_logs(Benchmark(tmp_path, env), [workdir]) == {workdir: [Log("dump")]}


def test_a_work_directory_that_takes_too_long_to_list_is_listed_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dump_logs, "SECONDS", 2.0)
    env = noting(tmp_path, f'case "$*" in *"--prefix work/ "*) sleep 60 ;; *s3api*) {LISTING} two ;; esac')
    tasks = [f"{WORK}/one/ab/cd", f"{WORK}/two/ab/cd", f"{WORK}/two/ef/gh"]
    assert read_dump_logs(Benchmark(tmp_path, env), tasks) == {tasks[1]: [Log("dump")], tasks[2]: []}
    assert [call.split(" --query")[0] for call in calls(tmp_path)[:2]] == [
        "s3api list-objects-v2 --bucket acme-snap --prefix work/",
        "s3api list-objects-v2 --bucket acme-snap --prefix work/two/",
    ]
    alone = [f"{WORK}/ab/cd", f"{WORK}/ef/gh"]
    with pytest.raises(LogsError, match=r"^aws s3: no answer within 2 seconds$"):
        read_dump_logs(Benchmark(tmp_path, env), alone)


def test_what_aws_refuses_is_said(tmp_path: Path) -> None:
    denied = "An error occurred (AccessDenied) when calling the ListObjectsV2 operation: Access Denied"
    env = noting(tmp_path, f"echo 'a warning' >&2; echo '{denied}' >&2; exit 254")
    with pytest.raises(LogsError, match=r"^aws s3: An error occurred \(AccessDenied\) .* Access Denied$"):
        read_dump_logs(Benchmark(tmp_path, env), [f"{WORK}/ab/cd"])


def test_two_buckets_at_most_are_asked_those_of_most_tasks(tmp_path: Path) -> None:
    env = noting(tmp_path, "exit 0")
    tasks = [f"s3://{name}-snap/work/ab/{n}" for name, number in (("a", 1), ("b", 3), ("c", 2)) for n in range(number)]
    assert set(read_dump_logs(Benchmark(tmp_path, env), tasks)) == set(tasks[1:])
    assert len(calls(tmp_path)) == 2

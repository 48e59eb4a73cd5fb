"""What files and arguments give beside plain answers: another region's answers, lists, values that YAML has changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pexpect
import pytest
import yaml
from conftest import ACME, COOKIECUTTER, ROOT, run

from fusion_snapshots.template.answers import complete
from fusion_snapshots.template.questions import EXAMPLES
from fusion_snapshots.template.supplied import find_left_behind, find_misspelt, find_odd_names, read_written

OLD = {
    **ACME,
    "aws_work_dir": "s3://acme-eu/work",
    "aws_compute_env_allowed_buckets": "s3://acme-eu,s3://acme-reference",
    "vpc_id": "vpc-0a1b2c3d",
    "subnets": "subnet-0a1b2c3d",
    "ami_id": "ami-0a1b2c3d",
    "aws_account_id": "123456789012",
}
MOVED = "belongs to eu-west-1, and aws_region is us-east-1 now; answer it, too, e.g."


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The answers of an account in another region."""
    file = tmp_path / "old.yml"
    file.write_text(yaml.safe_dump({"default_context": OLD}))
    return file


def cookiecutter(cwd: Path, *words: str | Path) -> tuple[int, str, str]:
    ran = run([COOKIECUTTER, ROOT, *words], cwd=cwd, env={"HOME": str(cwd / "home"), "UV": ""}, stdin=-3)
    return ran.returncode, ran.stdout, ran.stderr


def test_what_belongs_to_another_region_is_refused_at_once(tmp_path: Path, old: Path) -> None:
    kept = "fusion-snapshots-answers.yml"
    code, stdout, stderr = cookiecutter(tmp_path, "--no-input", "--config-file", old, "aws_region=us-east-1")
    assert code == 1
    assert stderr.splitlines() == [
        "",
        "5 answers refused:",
        f"  aws_work_dir: 's3://acme-eu/work' {MOVED} aws_work_dir=s3://acme-fusion/work",
        "  aws_compute_env_allowed_buckets: 's3://acme-eu,s3://acme-reference' "
        f"{MOVED} aws_compute_env_allowed_buckets=s3://acme-fusion,s3://acme-reference",
        f"  vpc_id: 'vpc-0a1b2c3d' {MOVED} vpc_id=vpc-0a1b2c3d4e5f60718 or vpc_id= for none",
        f"  subnets: 'subnet-0a1b2c3d' {MOVED} subnets=subnet-0a1b2c3d,subnet-1b2c3d4e or subnets= for none",
        f"  ami_id: 'ami-0a1b2c3d' {MOVED} ami_id=ami-0a1b2c3d4e5f60718 or ami_id= for none",
    ]
    assert stdout.splitlines()[-1] == (
        f"Nothing was written. Correct the answers in {kept}, then: cookiecutter {ROOT} --no-input --config-file {kept}"
    )
    # None of the old ones is taken over by that command unseen.
    answers = yaml.safe_load((tmp_path / kept).read_text())["default_context"]
    regional = "aws_work_dir", "aws_compute_env_allowed_buckets", "vpc_id", "subnets", "security_groups", "ami_id"
    assert [answers[question] for question in regional] == [""] * len(regional)


def test_what_is_given_again_is_answered_even_alike_or_empty(tmp_path: Path, old: Path) -> None:
    words = ["aws_region=us-east-1", "aws_work_dir=s3://acme-us/work", "vpc_id=", "subnets=", "ami_id=ami-0a1b2c3d"]
    more = ["aws_compute_env_allowed_buckets=s3://acme-eu,s3://acme-reference", "aws_credentials=acme-us"]
    code, stdout, stderr = cookiecutter(tmp_path, "--no-input", "--config-file", old, *words, *more)
    assert (code, stderr) == (0, "")
    note = "Note: aws_credentials is new, aws_account_id is still 123456789012. Are they of one account?"
    assert note in stdout.splitlines()


def test_another_accounts_network_is_refused_in_the_same_region_too(tmp_path: Path, old: Path) -> None:
    code, _, stderr = cookiecutter(tmp_path, "--no-input", "--config-file", old, "aws_account_id=210987654321")
    assert code == 1
    moved = "belongs to 123456789012, and aws_account_id is 210987654321 now; answer it, too, e.g."
    assert stderr.splitlines()[1:] == [
        "2 answers refused:",
        f"  vpc_id: 'vpc-0a1b2c3d' {moved} vpc_id=vpc-0a1b2c3d4e5f60718 or vpc_id= for none",
        f"  subnets: 'subnet-0a1b2c3d' {moved} subnets=subnet-0a1b2c3d,subnet-1b2c3d4e or subnets= for none",
    ]


def test_the_same_region_asks_for_nothing(tmp_path: Path, old: Path) -> None:
    code, stdout, stderr = cookiecutter(tmp_path, "--no-input", "--config-file", old, "aws_region=eu-west-1")
    assert (code, stderr) == (0, "")
    assert "Note:" not in stdout


def test_on_a_terminal_they_are_asked_again(tmp_path: Path, old: Path) -> None:
    command = f"{COOKIECUTTER} {ROOT} --config-file {old}"
    env = {**os.environ, "HOME": str(tmp_path / "home"), "COLUMNS": "300", "LINES": "50", "TERM": "dumb"}
    with pexpect.spawn(command, cwd=str(tmp_path), env=env, encoding="utf-8", timeout=60) as child:
        child.expect_exact(f"{len(OLD)} answers of ")
        child.expect_exact(" given already. Enter keeps each, ? explains it.")
        question, again = r"\[\d+/\d+\][^\r\n]*: ", r"\n  ([a-z_]+)[^\r\n]*: "
        asked = []
        while (met := child.expect([question, again, r"r reviews them\. ", r"is ready\. Next:"])) != 3:
            if met:
                asked.append(child.match[1] if met == 1 else "the rest")
            new = {"AWS region to": "us-east-1", "\n  aws_work_dir": "s3://acme-us/work"}
            child.sendline(next((answer for begin, answer in new.items() if begin in child.after), ""))
        child.expect(pexpect.EOF)
    belongings = ["aws_compute_env_allowed_buckets", "vpc_id", "ami_id"]
    assert asked == ["aws_work_dir", "the rest", *belongings]


@pytest.mark.parametrize(
    ("written", "changed"), [("0123456", "42798"), ("0x1F", "31"), ("1_0", "10"), ("16:40", "1000"), ("+5", "5")]
)
def test_what_yaml_changes_is_refused_with_the_line_to_write(tmp_path: Path, written: str, changed: str) -> None:
    (tmp_path / "config.yml").write_text(f"default_context:\n  pipeline_revision: {written}\n")
    code, _, stderr = cookiecutter(tmp_path, "--no-input", "--config-file", "config.yml")
    assert code == 1
    assert stderr.splitlines()[1:] == [
        "1 answer refused:",
        f"  pipeline_revision: {changed} is what YAML makes of {written}; put it in quotes, "
        f'e.g. pipeline_revision: "{written}"',
    ]


def test_numbers_that_yaml_leaves_alone_are_answers(tmp_path: Path) -> None:
    (tmp_path / "config.yml").write_text("default_context: {max_cpus: 64, aws_account_id: 123456789012}\n")
    assert cookiecutter(tmp_path, "--no-input", "--config-file", "config.yml")[0] == 0


@pytest.mark.parametrize("asks", [True, False])
@pytest.mark.parametrize(("listed", "text"), [("[]", ""), ("[subnet-0a1b2c3d, sg-1]", "subnet-0a1b2c3d,sg-1")])
def test_lists_are_refused_before_the_first_question(tmp_path: Path, asks: bool, listed: str, text: str) -> None:
    (tmp_path / "config.yml").write_text(f"default_context:\n  subnets: {listed}\n")
    words = ["--config-file", "config.yml", *([] if asks else ["--no-input"])]
    code, _, stderr = cookiecutter(tmp_path, *words)
    assert code == 1
    (line,) = stderr.splitlines()[2:]
    assert line.startswith("  subnets: [")
    assert line.endswith(f'] is a list; write one text, items separated by commas, e.g. subnets: "{text}"')
    assert f'subnets: "{text}"' in (tmp_path / "fusion-snapshots-answers.yml").read_text()


def test_a_file_is_read_again_only_for_what_yaml_made_something_else_of(tmp_path: Path) -> None:
    file = tmp_path / "config.yml"
    file.write_text("default_context: {pipeline_revision: 3.10, max_cpus: '8'}\n")
    read = {"pipeline_revision": 3.1, "max_cpus": "8"}
    assert read_written(file, {"default_context": read}) == {"pipeline_revision": "3.10", "max_cpus": "8"}
    file.unlink()
    assert read_written(file, {"default_context": {**read, "pipeline_revision": "3.10"}}) == {}


def found(
    config: dict[str, Any], extra: dict[str, str] | None = None, written: dict[str, str] | None = None
) -> list[str]:
    return [f"{each.question}: {each.reason}" for each in find_misspelt(config, extra or {}, written)]


def test_names_that_answer_no_question() -> None:
    assert found({"default_context": {"full_name": "x"}}) == []  # of another template
    assert found({"default_context": {"max_cpu": "8"}}) == ["max_cpu: answers no question (did you mean max_cpus?)"]
    (first, second) = found({}, {"colour": "x", "shape": "y"})
    assert first.startswith("colour: answers no question (the questions are organization_name, ")
    assert second == "shape: answers no question"
    assert found({"default_context": {"_version": "1"}}) == [
        "_version: begins with _, which only the template itself sets; take it out"
    ]
    assert found({"max_cpus": "8", "default_context": None}) == ["max_cpus: stands outside default_context:, where it answers nothing"]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "written", "said"),
    [
        ("3.10", "3.10", []),
        (3.1, "3.1", []),
        (3.1, None, []),
        (3.1, "3.10", ["is what YAML makes of 3.10; put it in quotes"]),
        (True, "yes", ["is what YAML makes of yes; put it in quotes"]),
        (None, "", []),
        (["a", "b"], None, ["is a list; write one text, items separated by commas"]),
        ({"a": 1}, None, ["is not text"]),
    ],
)
def test_values_that_yaml_changed(value: Any, written: str | None, said: list[str]) -> None:
    config = {"default_context": {"pipeline_revision": value}}
    texts = None if written is None else {"pipeline_revision": written}
    assert found(config, written=texts) == [f"pipeline_revision: {each}" for each in said]
    assert found(config, {"pipeline_revision": "1"}, texts) == []  # another one is given


def test_what_was_meant_is_named() -> None:
    (problem,) = find_misspelt({"default_context": {"subnets": ["a", "b"]}}, {})
    assert (problem.meant, problem.example) == ("a,b", 'subnets: "a,b"')
    (problem,) = find_misspelt({"default_context": {"subnets": {"a": 1}}}, {})
    assert problem.meant == EXAMPLES["subnets"]


def test_yes_and_no_may_stand_without_quotes() -> None:
    assert found({"default_context": {"spot_without_snapshots": True}}, written={"spot_without_snapshots": "yes"}) == []


def test_names_of_the_templates_own_in_a_replay_file() -> None:
    assert find_odd_names({"_template": "x", "_output_dir": "y", "max_cpus": "8"}) == []
    assert [each.question for each in find_odd_names({"_extensions": [], "template": "x", "_new": 1})] == ["_extensions", "template", "_new"]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "answered", "kept"),
    [
        ({"aws_region": "us-east-1"}, (), ["aws_work_dir", "aws_compute_env_allowed_buckets", "vpc_id", "subnets", "ami_id"]),
        ({"aws_region": "us-east-1", "aws_work_dir": "s3://us/work"}, ("vpc_id", "subnets"), ["aws_compute_env_allowed_buckets", "ami_id"]),
        ({"aws_account_id": "999999999999"}, (), ["vpc_id", "subnets"]),
        ({"aws_region": "us-east-1", "vpc_id": "", "aws_account_id": "999999999999"}, ("ami_id",), ["aws_work_dir", "aws_compute_env_allowed_buckets", "subnets"]),
        ({"aws_region": ""}, (), []),
        ({}, (), []),
    ],
)  # fmt: skip
def test_what_belongs_to_the_region_or_account_before(changes: dict[str, str], answered: tuple[str, ...], kept: list[str]) -> None:  # fmt: skip
    problems = find_left_behind(OLD, complete(OLD) | changes, answered)
    assert [each.question for each in problems] == kept
    if kept:
        owner = "aws_region" if "aws_region" in changes else "aws_account_id"
        assert {each.reason for each in problems} == {f"belongs to {OLD[owner]}, and {owner} is {changes[owner]} now; answer it, too"}  # fmt: skip

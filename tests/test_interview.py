"""The questions on a real terminal: asked, explained, asked again, offered, and stopped."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
import yaml
from conftest import ACME, COOKIECUTTER, QUESTIONS, ROOT, slow_after
from questions import REGION

from fusion_snapshots.template.questions import EXAMPLES, FIRST, explain


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[pexpect.spawn]:
    """cookiecutter on a real terminal, in an empty directory."""
    env = {**os.environ, "HOME": str(tmp_path / "home"), "COLUMNS": "400", "LINES": "50", "TERM": "dumb"}
    with pexpect.spawn(
        str(COOKIECUTTER), [str(ROOT)], cwd=str(tmp_path), env=env, encoding="utf-8", timeout=30, dimensions=(50, 400)
    ) as child:
        yield child


OFFER = f"The other {len(QUESTIONS) - len(FIRST)} have defaults. Enter keeps them, r reviews them. "


def prompts(child: pexpect.spawn, answers: dict[str, str], questions: list[str]) -> None:
    """Answer the prompts of some questions as they appear, by Enter where no answer is given."""
    shown = json.loads((ROOT / "cookiecutter.json").read_text())["__prompts__"]
    for question in questions:
        child.expect_exact(f"[{QUESTIONS.index(question) + 1}/{len(QUESTIONS)}] {shown[question]}")
        # No empty parentheses where nothing is the default.
        child.expect(r" \([^)]+\): |: ")
        child.sendline(answers.get(question, ""))


def review(child: pexpect.spawn, answers: dict[str, str], last: str = QUESTIONS[-1]) -> None:
    """Answer the first questions, then those of the rest up to one."""
    prompts(child, answers, FIRST)
    child.expect_exact(OFFER)
    child.sendline("r")
    prompts(child, answers, through(last))


def through(last: str, after: str = FIRST[-1]) -> list[str]:
    """Return the questions behind one, up to another one."""
    return QUESTIONS[QUESTIONS.index(after) + 1 : QUESTIONS.index(last) + 1]


def ended(child: pexpect.spawn) -> int | None:
    child.expect(pexpect.EOF)
    child.close()
    status: int | None = child.exitstatus
    return status


def test_enter_through_the_prompts(terminal: pexpect.spawn, tmp_path: Path) -> None:
    terminal.expect_exact("5 questions; the other 19 have defaults. Type ? to see what a question is for.")
    prompts(terminal, {}, FIRST)
    terminal.expect_exact(OFFER)
    terminal.sendline("")
    terminal.expect_exact("is ready. Next:")
    assert not re.search(r"\[\d+/\d+\]", terminal.before or ""), "a question was shown"
    assert ended(terminal) == 0
    assert (tmp_path / "fusion-snapshots-your-workspace_us-east-1/env.sh").is_file()
    assert not (tmp_path / "fusion-snapshots-answers.yml").exists()


def test_the_first_are_asked_again_before_the_rest_is_offered(terminal: pexpect.spawn, tmp_path: Path) -> None:
    prompts(terminal, {**ACME, "aws_region": "eu-west-1b", "aws_work_dir": "s3://acme-fusion"}, FIRST)
    terminal.expect_exact(f"aws_region: 'eu-west-1b' {REGION}; did you mean eu-west-1?")
    terminal.expect_exact("  aws_region (eu-west-1): ")
    terminal.sendline("London")
    terminal.expect_exact(f"aws_region: 'London' {REGION}; did you mean eu-west-2?")
    terminal.expect_exact("  aws_region (eu-west-2): ")
    terminal.sendline("")
    terminal.expect_exact("aws_work_dir: 's3://acme-fusion' is a whole bucket, and holds pipeline_outdir_prefix")
    terminal.sendline("acme-fusion/work")
    terminal.expect_exact(OFFER)
    terminal.sendline("no")  # is neither
    terminal.expect_exact(OFFER)
    terminal.sendline("?")
    terminal.expect_exact("  vpc_id                           (none)")
    terminal.expect_exact("  compute_env_prefix               fusion-benchmark_eu-west-2")
    terminal.expect_exact(OFFER)
    terminal.sendline("")
    assert ended(terminal) == 0
    # The prefix and the slug are derived from the region that was good.
    text = (tmp_path / "fusion-snapshots-fusion-benchmark_eu-west-2/env.sh").read_text()
    assert "AWS_REGION='eu-west-2'" in text
    assert "AWS_WORK_DIR='s3://acme-fusion/work'" in text
    assert "COMPUTE_ENV_PREFIX='fusion-benchmark_eu-west-2'" in text


def test_no_default_is_made_from_a_refused_answer(terminal: pexpect.spawn, tmp_path: Path) -> None:
    answers = {**ACME, "compute_env_prefix": "a b", "max_cpus": "lots", "labels": "team=bio"}
    review(terminal, answers, "compute_env_prefix")
    terminal.expect_exact("compute_env_prefix: 'a b' must be 1 to 70 letters")
    terminal.expect_exact("  compute_env_prefix (fusion-benchmark_eu-west-1): ")
    terminal.sendline("mine")
    prompts(terminal, answers, through("max_cpus", "compute_env_prefix"))
    terminal.expect_exact("max_cpus: 'lots' must be a whole number from 1 to 999999, e.g. 1000")
    terminal.sendline("64")
    prompts(terminal, answers, through("tower_api_endpoint", "max_cpus"))
    prompts(terminal, answers, through("spot_without_snapshots", "tower_api_endpoint"))
    terminal.expect_exact("(fusion-snapshots-mine): ")
    terminal.sendline("")
    assert ended(terminal) == 0
    assert "COMPUTE_ENV_PREFIX='mine'" in (tmp_path / "fusion-snapshots-mine/env.sh").read_text()


def test_a_question_says_what_it_is_for_and_is_asked_again(terminal: pexpect.spawn) -> None:
    prompts(terminal, {"organization_name": "?"}, FIRST[:1])
    terminal.expect_exact(
        "organization_name: Seqera Platform organization, as in the address of its page. It must be 2 to 39 letters or "
        "digits, with single - or _ between them, e.g. acme-genomics.\r\n"
    )
    prompts(terminal, {"aws_region": "London"}, FIRST)
    terminal.expect_exact("  aws_region (eu-west-2): ")
    terminal.sendline("?")
    terminal.expect_exact(f"{explain('aws_region')}\r\n  aws_region (eu-west-2): ")
    terminal.sendline("")
    terminal.expect_exact(OFFER)
    terminal.sendline("r")
    prompts(terminal, {"vpc_id": "?"}, through("vpc_id"))
    terminal.expect_exact("8 to 17 digits or letters a-f, e.g. vpc-0a1b2c3d4e5f60718. It may be empty.\r\n")
    prompts(terminal, {"compute_env_prefix": " ? "}, through("compute_env_prefix", "pipeline_outdir_prefix"))
    terminal.expect_exact("Its default follows from workspace_name and aws_region.\r\n")
    prompts(terminal, {}, ["compute_env_prefix", "labels"])


def test_with_answers_from_a_file_the_offer_tells_how_many(tmp_path: Path) -> None:
    for given, offer in (
        (["max_cpus"], "The other 19: 1 given, the rest by default. Enter keeps them, r reviews them. "),
        (QUESTIONS[5:], "The other 19 are given. Enter keeps them, r reviews them. "),
    ):
        answers = {**ACME, **{question: EXAMPLES[question] for question in given}, "project_slug": f"of-{len(given)}"}
        kept = {question: answers[question] for question in [*FIRST, *given]}
        (tmp_path / "config.yml").write_text(yaml.safe_dump({"default_context": kept}))
        command = [str(ROOT), "--config-file", "config.yml"]
        env = {**os.environ, "HOME": str(tmp_path / "home"), "COLUMNS": "400", "LINES": "50", "TERM": "dumb"}
        with pexpect.spawn(
            str(COOKIECUTTER), command, cwd=str(tmp_path), env=env, encoding="utf-8", timeout=30
        ) as child:
            child.expect_exact(f"{len(kept)} answers of 24 given already. Enter keeps each, ? explains it.")
            child.expect_exact("[1/24]")
            for number in range(2, 6):
                child.sendline("")
                child.expect_exact(f"[{number}/24]")
            child.sendline("")
            child.expect_exact(offer)
            child.sendline("")
            child.expect_exact("is ready. Next:")
            assert ended(child) == 0
    assert "max-cpus: 1000" in (tmp_path / "of-19/compute-envs/aws_fusion_ondemand.yml").read_text()


def test_a_vpc_is_asked_for_or_the_subnets_given_up(terminal: pexpect.spawn, tmp_path: Path) -> None:
    review(terminal, {**ACME, "subnets": "subnet-0a1b2c3d"})
    terminal.expect_exact("vpc_id: '' is needed because subnets is given")
    terminal.expect_exact("  Enter drops subnets and security groups.")
    terminal.expect_exact("  vpc_id: ")
    terminal.sendline("")
    assert ended(terminal) == 0
    assert "subnets:" not in next(tmp_path.glob("*/compute-envs/aws_fusion_ondemand.yml")).read_text()


@pytest.mark.slow
def test_ctrl_c_while_asked_again_keeps_the_answers(terminal: pexpect.spawn, tmp_path: Path) -> None:
    prompts(terminal, {**ACME, "aws_region": "europe"}, FIRST)
    terminal.expect_exact("aws_region: 'europe' must be")
    terminal.expect_exact(": ")
    terminal.sendintr()
    terminal.expect_exact("Nothing was written. Correct the answers in fusion-snapshots-answers.yml, then: ")
    terminal.expect_exact(f"cookiecutter {ROOT} --config-file fusion-snapshots-answers.yml")
    assert ended(terminal) == 1
    assert "Traceback" not in (terminal.before or "")
    kept = yaml.safe_load((tmp_path / "fusion-snapshots-answers.yml").read_text())["default_context"]
    assert kept["organization_name"] == "acme-genomics"
    assert kept["aws_region"] == "europe"


def test_ctrl_c_at_a_question_keeps_the_answers_so_far(terminal: pexpect.spawn, tmp_path: Path) -> None:
    terminal.expect_exact("[1/")
    terminal.sendline("acme-genomics")
    terminal.expect_exact("[2/")
    terminal.sendline("fusion-benchmark")
    terminal.expect_exact("[3/")
    terminal.expect_exact(": ")
    terminal.sendintr()
    terminal.expect_exact("Your answers so far are kept. To resume: ")
    assert ended(terminal) == 1
    kept = yaml.safe_load((tmp_path / "fusion-snapshots-answers.yml").read_text())["default_context"]
    assert kept == {"organization_name": "acme-genomics", "workspace_name": "fusion-benchmark"}


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_closed_terminal_keeps_the_answers_so_far(
    terminal: pexpect.spawn, tmp_path: Path, number: signal.Signals
) -> None:
    terminal.expect_exact("[1/")
    terminal.sendline("acme-genomics")
    terminal.expect_exact("[2/")
    terminal.expect_exact(": ")
    terminal.kill(number)
    terminal.expect_exact("Your answers so far are kept. To resume: ")
    assert ended(terminal) == 128 + number
    kept = yaml.safe_load((tmp_path / "fusion-snapshots-answers.yml").read_text())["default_context"]
    assert kept == {"organization_name": "acme-genomics"}


@pytest.mark.slow
def test_enter_takes_the_default_when_asked_again(terminal: pexpect.spawn, tmp_path: Path) -> None:
    review(terminal, {**ACME, "compute_env_prefix": "a/b"}, "compute_env_prefix")
    terminal.expect_exact("compute_env_prefix: 'a/b' must be")
    terminal.expect_exact("(fusion-benchmark_eu-west-1): ")
    terminal.sendline("")
    prompts(terminal, {"max_cpus": "lots"}, through("max_cpus", "compute_env_prefix"))
    terminal.expect_exact("max_cpus: 'lots' must be a whole number")
    terminal.expect_exact("(1000): ")
    terminal.sendline("")
    prompts(terminal, {}, through(QUESTIONS[-1], "max_cpus"))
    assert ended(terminal) == 0
    assert (tmp_path / "fusion-snapshots-fusion-benchmark_eu-west-1/env.sh").is_file()


def test_an_existing_folder_is_asked_about(terminal: pexpect.spawn, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    review(terminal, {**ACME, "project_slug": "taken"})
    terminal.expect_exact("project_slug: 'taken' already exists in")
    terminal.sendline("free")
    assert ended(terminal) == 0
    assert (tmp_path / "free/env.sh").is_file()
    assert not list((tmp_path / "taken").iterdir())


@pytest.mark.parametrize("columns", slow_after(1, [60, 80, 120]))
def test_what_is_asked_again_stays_within_the_terminal(tmp_path: Path, columns: int) -> None:
    env = {**os.environ, "HOME": str(tmp_path / "home"), "COLUMNS": str(columns), "LINES": "50", "TERM": "dumb"}
    bad = dict.fromkeys(QUESTIONS, "?")
    words = [f"{question}={answer}" for question, answer in bad.items()]
    asked: list[str] = []
    with pexpect.spawn(
        str(COOKIECUTTER), [str(ROOT), *words], cwd=str(tmp_path), env=env, encoding="utf-8", timeout=60,
        dimensions=(50, columns),
    ) as child:  # fmt: skip
        child.expect_exact(
            f"{len(QUESTIONS)} answers of {len(QUESTIONS)} given already. Enter keeps each, ? explains it."
        )
        for number in range(1, len(FIRST) + 1):
            child.expect_exact(f"[{number}/{len(QUESTIONS)}] ")
            child.expect_exact(": ")
            child.sendline("")
        child.expect_exact("\r\n\r\n")
        # Every question is refused; one that follows from others, only as long as it does not follow.
        while (met := child.expect([r"\n  (\w+)(?:: | \()", r"is ready\. Next:", "r reviews them. "])) != 1:
            if met == 2:
                child.sendline("")
                child.expect_exact("\r\n")
                continue
            question = child.match[1]
            text = f"{child.before}{child.after}".replace("\r\n", "\n").removeprefix("\n")
            assert all(len(line) <= columns for line in text.split("\n")), text
            assert text.count("e.g. ") + text.count("did you mean") == 1
            assert EXAMPLES[question] in "".join(text.split("\n")).replace(" ", "") or "did you mean" in text
            child.sendline(EXAMPLES[question])
            child.expect_exact("\r\n")
            asked.append(question)
    assert len(asked) > len(QUESTIONS) / 2
    assert asked == [question for question in QUESTIONS if question in asked]

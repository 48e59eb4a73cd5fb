"""Answers are checked before anything is written: what is refused at once, asked again, noted, and kept."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ACME, COOKIECUTTER, ROOT, WITHOUT_POWER, run

from fusion_snapshots.template.answers import Problem, complete
from fusion_snapshots.template.check import AnswersRefused, check_answers, check_given, find_among, offered
from fusion_snapshots.template.questions import DEFAULTS
from fusion_snapshots.template.session import Run

GOOD = complete(ACME | {"project_slug": "mine"})


def cookiecutter(cwd: Path, *words: str, template: Path = ROOT) -> tuple[int, str, str]:
    ran = run([COOKIECUTTER, template, *words], cwd=cwd, env={"HOME": str(cwd / "home")}, stdin=-3)
    return ran.returncode, ran.stdout, ran.stderr


def test_all_problems_at_once_on_stderr_and_the_way_on(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    bad = ["organization_name=a b", "aws_region=nowhere", "max_cpus=0", "aws_work_dir=s3://acme/work"]
    code, stdout, stderr = cookiecutter(tmp_path, "--no-input", "-o", str(out), *bad)
    assert code == 1
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    assert lines[0] == "3 answers refused:"
    assert [line.split(":")[0] for line in lines[1:]] == ["organization_name", "aws_region", "max_cpus"]
    assert "Traceback" not in stdout + stderr
    kept = out / "fusion-snapshots-answers.yml"
    assert [path.name for path in out.iterdir()] == [kept.name]
    last = stdout.strip().splitlines()[-1]
    assert last.startswith(f"Nothing was written. Correct the answers in {kept}, then: ")
    assert last.endswith(f"cookiecutter {ROOT} --output-dir {out} --no-input --config-file {kept}")

    # The way on: correct the file, run the command. What was derived follows the corrected answers.
    text = kept.read_text()
    assert "  # project_slug: " in text
    kept.write_text(text.replace('"a b"', '"acme"').replace('"nowhere"', '"eu-west-1"').replace('"0"', '"8"'))
    words = last.partition(f"cookiecutter {ROOT} ")[2].split()
    code, stdout, stderr = cookiecutter(tmp_path, *words)
    assert (code, stderr) == (0, "")
    folder = out / "fusion-snapshots-your-workspace_eu-west-1"
    assert "AWS_WORK_DIR='s3://acme/work'" in (folder / "env.sh").read_text()


def test_an_earlier_refusals_answers_are_not_overwritten(tmp_path: Path) -> None:
    cookiecutter(tmp_path, "--no-input", "organization_name=first one")
    cookiecutter(tmp_path, "--no-input", "organization_name=second one")
    assert "second one" in (tmp_path / "fusion-snapshots-answers.yml").read_text()
    assert "first one" in (tmp_path / "fusion-snapshots-answers-1.yml").read_text()
    cookiecutter(tmp_path, "--no-input", "--config-file", "fusion-snapshots-answers.yml", "max_cpus=x")
    assert not (tmp_path / "fusion-snapshots-answers-2.yml").exists()
    assert 'max_cpus: "x"' in (tmp_path / "fusion-snapshots-answers.yml").read_text()


def test_an_existing_folder_is_untouched_by_a_refusal(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "env.sh").write_text("edited")
    code, _, stderr = cookiecutter(tmp_path, "--no-input", "-f", "project_slug=mine", "aws_region=x")
    assert code == 1
    assert "aws_region: 'x' must be an AWS region" in stderr
    assert [path.name for path in folder.iterdir()] == ["env.sh"]
    assert (folder / "env.sh").read_text() == "edited"


def test_places_where_no_folder_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    code, _, stderr = cookiecutter(tmp_path, "--no-input", "-o", "file")
    assert code == 1
    assert f"cannot be created in {tmp_path / 'file'}, which is a file; choose another --output-dir" in stderr
    code, _, stderr = cookiecutter(tmp_path, "--no-input", "-f", "project_slug=file")
    assert code == 1
    assert f"project_slug: 'file' already exists in {tmp_path}" in stderr
    (tmp_path / "mine").mkdir()
    code, _, stderr = cookiecutter(tmp_path, "--no-input", "-f", "project_slug=mine", "--accept-hooks", "no")
    assert code == 1
    assert "only this template's hooks keep what was edited in it; leave out --accept-hooks" in stderr
    assert (tmp_path / "file").read_text() == "mine"
    assert not list((tmp_path / "mine").iterdir())


def test_misspelt_questions_are_refused(tmp_path: Path) -> None:
    code, _, stderr = cookiecutter(tmp_path, "--no-input", "aws_regoin=eu-west-1", "colour=blue", "shape=x")
    assert code == 1
    assert "aws_regoin: 'eu-west-1' answers no question (did you mean aws_region?)" in stderr
    assert "colour: 'blue' answers no question (the questions are organization_name, " in stderr
    assert "shape: 'x' answers no question\n" in stderr
    kept = (tmp_path / "fusion-snapshots-answers.yml").read_text()
    assert '  # This answers no question (did you mean aws_region?)\n  aws_regoin: "eu-west-1"\n' in kept


def test_configuration_files_are_checked_too(tmp_path: Path) -> None:
    config = {
        "default_context": {"full_name": "A Person", "subnets": ["subnet-0a1b2c3d"], "max_cpu": 8, "vpc_id": None}
    }
    (tmp_path / "config.yml").write_text(yaml.safe_dump(config))
    code, _, stderr = cookiecutter(tmp_path, "--no-input", "--config-file", "config.yml")
    assert code == 1
    assert "max_cpu: 8 answers no question (did you mean max_cpus?)" in stderr
    assert (
        'subnets: ["subnet-0a1b2c3d"] is a list; write one text, items separated by commas, e.g. subnets: "subnet-0a1b2c3d"'
        in stderr
    )
    assert "full_name" not in stderr


def test_replayed_answers_are_checked(tmp_path: Path) -> None:
    code, _, stderr = cookiecutter(tmp_path, "--no-input", *(f"{key}={value}" for key, value in ACME.items()))
    assert code == 0, stderr
    shutil.rmtree(next(tmp_path.glob("fusion-snapshots-*")))
    (replay,) = (tmp_path / "home/.cookiecutter_replay").iterdir()
    good = replay.read_text()
    replay.write_text(good.replace("eu-west-1", "eu-west-1; ls"))
    code, _, stderr = cookiecutter(tmp_path, "--replay")
    assert code == 1
    assert "aws_region: 'eu-west-1; ls' must be an AWS region" in stderr
    assert "Traceback" not in stderr
    assert not [path for path in tmp_path.glob("fusion-snapshots-*") if path.is_dir()]
    replay.write_text(good)
    code, _, stderr = cookiecutter(tmp_path, "--replay")
    assert code == 0, stderr


PARAMS: dict[str, Any] = {
    "template": "gh:org/x", "checkout": None, "directory": None, "output_dir": ".", "overwrite_if_exists": False,
    "skip_if_file_exists": False, "no_input": True, "config_file": None, "default_config": True, "replay": False,
    "replay_file": None, "extra_context": {}, "accept_hooks": "yes",
}  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory to work in."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def refused(run: Run, answers: dict[str, str]) -> list[Problem]:
    with pytest.raises(AnswersRefused) as refusal:
        check_answers(run, answers)
    return refusal.value.problems


def test_good_answers_are_tidied_and_where_they_go_is_known(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, answers = Run(PARAMS), GOOD | {"labels": " team = bio "}
    check_answers(run, answers)
    assert answers == GOOD | {"labels": "team=bio"}
    assert (run.checked, run.answers, run.folder) == ({q: answers[q] for q in DEFAULTS}, answers, Path("mine"))
    assert "Note:" not in capsys.readouterr().out
    check_answers(run, answers)
    assert capsys.readouterr().out == ""  # once is enough
    answers["max_cpus"] = "many"
    assert [problem.question for problem in refused(run, answers)] == ["max_cpus"]


def test_while_cookiecutter_renders_nothing_is_noted(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check_answers(Run(PARAMS), {**GOOD, "_output_dir": str(here)})
    assert capsys.readouterr().out == ""


def test_names_that_no_question_has_are_refused_beside_the_answers(here: Path) -> None:
    found = refused(Run(PARAMS), GOOD | {"_version": "red", "max_cpus": "0"})
    assert [problem.question for problem in found] == ["_version", "max_cpus"]


def test_under_the_python_interface_the_message_holds_all(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AnswersRefused) as refusal:
        check_answers(Run({}), GOOD | {"max_cpus": "0", "labels": "?"})
    lines = str(refusal.value).splitlines()
    assert lines[:2] == ["", "2 answers refused:"]
    assert lines[-1].startswith("Nothing was written. Correct the answers in fusion-snapshots-answers.yml, then: ")
    assert capsys.readouterr().err == ""


def test_given_answers_are_looked_at_once_and_only_with_a_slip(here: Path) -> None:
    wrong = {"max_cpus": "0", "labels": "?"}
    check_given(Run(PARAMS | {"extra_context": wrong}))  # they are asked for again, or refused at the end
    run = Run(PARAMS | {"extra_context": wrong | {"colour": "red", "vpc_id": "x"}})
    with pytest.raises(AnswersRefused) as refusal:
        check_given(run)
    assert sorted(problem.question for problem in refusal.value.problems) == ["colour", "labels", "max_cpus", "vpc_id"]
    check_given(run)


@pytest.mark.parametrize(
    ("there", "params", "reason"),
    [
        ("", {}, ""),
        ("mine/", {}, "already exists in {here}; choose another name, or add --overwrite-if-exists (-f)"),
        ("mine/", {"overwrite_if_exists": True}, ""),
        ("mine", {"overwrite_if_exists": True}, "already exists in {here}; choose another name, or add --overwrite-if-exists (-f)"),
        ("mine/", {"overwrite_if_exists": True, "accept_hooks": "no"}, "exists, and only this template's hooks keep what was edited in it; leave out --accept-hooks"),
        ("", {"accept_hooks": "no"}, ""),
        ("out", {"output_dir": "out"}, "cannot be created in {here}/out, which is a file; choose another --output-dir"),
        ("out/", {"output_dir": "out"}, ""),
        ("", {"output_dir": "out"}, ""),
    ],
)  # fmt: skip
def test_a_place_where_no_folder_can_be(here: Path, there: str, params: dict[str, Any], reason: str) -> None:
    if there:
        (here / there).mkdir() if there.endswith("/") else (here / there).touch()
    run = Run(PARAMS | params)
    if not reason:
        check_answers(run, dict(GOOD))
        return
    (problem,) = refused(run, dict(GOOD))
    assert (problem.question, problem.reason) == ("project_slug", reason.format(here=here))
    assert problem.example == ("--output-dir ~" if "output_dir" in params else "mine-2")


def test_a_place_that_is_not_writable(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o500)
    home = {"HOME": str(tmp_path / "home")}
    ran = run([*WITHOUT_POWER, COOKIECUTTER, ROOT, "--no-input", "-o", "out"], cwd=tmp_path, env=home)
    assert f"cannot be created in {tmp_path / 'out'}, which is not writable; choose another --output-dir" in ran.stderr


@pytest.mark.parametrize(
    ("folder", "file", "there", "noted"),
    [
        ("old", "answers.yml", True, True),
        ("old", "answers.yml", False, False),  # is no rendered folder
        ("old", "other.yml", True, False),  # is nobody's own answers
        ("mine", "answers.yml", True, False),  # goes on
        ("elsewhere/old", "answers.yml", True, False),
    ],
)
def test_a_folder_that_is_left_behind_is_noted(
    here: Path, capsys: pytest.CaptureFixture[str], folder: str, file: str, there: bool, noted: bool
) -> None:
    (here / folder).mkdir(parents=True)
    (here / folder / file).write_text("default_context: {}\n")
    if there:
        (here / folder / "env.sh").write_text("export WORKSPACE_NAME=other\n")
    check_answers(
        Run(PARAMS | {"config_file": f"{folder}/{file}", "default_config": False, "overwrite_if_exists": True}),
        dict(GOOD),
    )
    said = f"Note: {here / 'old'} has these answers, too, and stays as it is. If mine\nis to take its place, run make destroy there first.\n"  # fmt: skip
    assert (said in capsys.readouterr().out) is noted


@pytest.mark.parametrize(
    ("credentials", "account", "noted"), [("other", "123456789012", True), ("acme-aws", "123456789012", False), ("other", "", False)]
)  # fmt: skip
def test_new_credentials_of_an_old_account_are_noted(
    here: Path, capsys: pytest.CaptureFixture[str], credentials: str, account: str, noted: bool
) -> None:
    old = {"aws_credentials": "acme-aws", "aws_account_id": account}
    (here / "config.yml").write_text(yaml.safe_dump({"default_context": old}))
    check_answers(Run(PARAMS | {"config_file": "config.yml", "default_config": False}), GOOD | {"aws_credentials": credentials, "aws_account_id": account})  # fmt: skip
    said = "Note: aws_credentials is new, aws_account_id is still 123456789012. Are they of one account?\n"
    assert (said in capsys.readouterr().out) is noted


@pytest.mark.parametrize(
    ("question", "answers", "suggestion", "offer"),
    [
        ("aws_region", {"aws_region": "London"}, "eu-west-2", "eu-west-2"),
        ("max_cpus", {"max_cpus": "lots"}, "", "1000"),
        ("max_cpus", {"max_cpus": "1000"}, "", ""),  # the default was refused
        ("organization_name", {"organization_name": "?"}, "", ""),  # a placeholder is no answer
        ("compute_env_prefix", {"compute_env_prefix": "?", "workspace_name": "w", "aws_region": "eu-west-1"}, "", "w_eu-west-1"),
    ],
)  # fmt: skip
def test_what_enter_answers(question: str, answers: dict[str, str], suggestion: str, offer: str) -> None:
    assert offered(Problem(question, answers[question], "", suggestion=suggestion), complete(answers)) == offer


def test_problems_of_some_questions_alone(here: Path) -> None:
    run = Run(PARAMS | {"extra_context": {"max_cpus": "0", "labels": "?"}})
    assert [problem.question for problem in find_among(run, {}, ["max_cpus", "vpc_id"])] == ["max_cpus"]
    assert find_among(run, {"max_cpus": "8"}, ["max_cpus"]) == []

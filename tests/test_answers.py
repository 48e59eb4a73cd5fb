"""Bad answers are refused in their own words, before anything is written, and nothing typed is lost."""

from __future__ import annotations

import random
import re
import shutil
import sys
from pathlib import Path
from string import ascii_letters, digits

import pytest
import yaml
from conftest import ACME, COOKIECUTTER, QUESTIONS, ROOT, Bake, RefusedError, run
from questions import BAD
from test_template_check import cookiecutter

from fusion_snapshots.template.answers import complete, find_problems
from fusion_snapshots.template.questions import EXAMPLES, tidy


def test_another_pipeline_is_not_given_the_demos_revision(bake: Bake) -> None:
    with pytest.raises(RefusedError) as refusal:
        bake(pipeline_url="https://github.com/nf-core/rnaseq")
    assert "\n  pipeline_revision: '' is empty; it must be a tag, branch or commit" in str(refusal.value)
    assert "1 answer refused:" in str(refusal.value)


@pytest.mark.parametrize(("question", "answer", "words"), BAD, ids=[f"{q}-{a[:20]!r}" for q, a, _ in BAD])
def test_bad_answer(bake: Bake, tmp_path: Path, question: str, answer: str, words: str) -> None:
    vpc = {"vpc_id": "vpc-0a1b2c3d"} if question in ("subnets", "security_groups") else {}
    with pytest.raises(RefusedError) as refusal:
        bake(**{**vpc, question: answer})
    report = str(refusal.value)
    assert "\n1 answer refused:\n" in report
    (line,) = [line for line in report.splitlines() if line.startswith(f"  {question}: ")]
    assert words in line
    (kept,) = Path.cwd().iterdir()
    assert kept.name == "fusion-snapshots-answers.yml"
    assert not list(tmp_path.glob("**/env.sh"))
    tidied = re.sub(r"[\s,]+", ",", answer.strip())
    assert re.sub(r"[\s,]+", ",", yaml.safe_load(kept.read_text())["default_context"][question]) in (
        tidied,
        f"s3://{tidied}",
    )


def test_bad_answers_cover_every_question() -> None:
    assert {question for question, _, _ in BAD} == set(QUESTIONS), "add a row to BAD in tests/questions.py"


@pytest.mark.parametrize(("question", "answer"), [("subnets", "subnet-0a1b2c3d"), ("security_groups", "sg-0a1b2c3d")])
def test_networking_needs_a_vpc(bake: Bake, question: str, answer: str) -> None:
    with pytest.raises(
        RefusedError, match=f"vpc_id: '' is needed because {question} is given, e.g. vpc-0a1b2c3d4e5f60718"
    ):
        bake(**{question: answer})


def test_what_people_wrote_into_their_answers_file_is_not_lost(tmp_path: Path) -> None:
    cookiecutter(tmp_path, "--no-input", "max_cpus=x")
    kept = tmp_path / "fusion-snapshots-answers.yml"
    for note in ("  # ask Ann\n", "abbreviations: {}\n", '  pipeline_revison: "3.18.0"\n'):
        kept.write_text(kept.read_text() + note)
        cookiecutter(tmp_path, "--no-input", "--config-file", kept.name)
        assert any(note in path.read_text() for path in tmp_path.glob("fusion-snapshots-answers*.yml"))


SECRETS = {
    "a key": ("aws_credentials", "AKIAIOSFODNN7EXAMPLE"),
    "a secret key": ("aws_credentials", "wJalrXUtnFEMIzK7MDENGzbPxRfiCYEXAMPLEKEY"),
    "another secret key": ("aws_credentials", "".join(random.Random(3).choices(ascii_letters + digits, k=40))),
    "a password in an address": ("tower_api_endpoint", "https://me:" + "sesame@seqera.acme.org/api"),
    "a token in an address": ("pipeline_url", "https://me:" + "ghp" + "_" + "k9" * 18 + "@github.com/acme/wf"),
}


@pytest.mark.parametrize(("question", "secret"), SECRETS.values(), ids=SECRETS.keys())
def test_a_secret_is_refused_and_stored_nowhere(tmp_path: Path, question: str, secret: str) -> None:
    code, stdout, stderr = cookiecutter(tmp_path, "--no-input", f"{question}={secret}", "aws_region=x")
    assert code == 1
    assert "looks like an access token or key, which no question asks for" in stderr
    assert "aws_region: 'x' must be" in stderr
    parts = [secret, *re.findall("sesame|(?:k9)+", secret)]
    assert not any(part in stdout + stderr for part in parts)
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or not any(part in path.read_text() for part in parts), path
    kept = tmp_path / "fusion-snapshots-answers.yml"
    assert f'  {question}: ""  # not kept, as it looked like a secret\n' in kept.read_text()
    assert "<secret>" not in kept.read_text()
    # What was not kept is asked for, and not replaced by a default.
    _, _, stderr = cookiecutter(tmp_path, "--no-input", "--config-file", kept.name, "aws_region=eu-west-1")
    assert f"{question}: '' is empty; it must be" in stderr
    assert not (tmp_path / "fusion-snapshots-answers-1.yml").exists()


def test_a_secret_under_a_misspelt_name_is_not_kept_either(tmp_path: Path) -> None:
    secret = "https://me:" + "sesame@seqera.acme.org"
    code, stdout, stderr = cookiecutter(tmp_path, "--no-input", f"tower_api_endpont={secret}")
    assert code == 1
    assert "tower_api_endpont: 'https://<secret>@seqera.acme.org' answers no question" in stderr
    kept = (tmp_path / "fusion-snapshots-answers.yml").read_text()
    assert '  tower_api_endpont: ""  # not kept' in kept
    assert "sesame" not in stdout + stderr + kept


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("aws_region: eu-west-1\n", "aws_region: 'eu-west-1' stands outside default_context:, where it answers nothing"),
        ("default_context:\n  pipeline_revision: 3.10\n", "pipeline_revision: 3.1 is what YAML makes of 3.10; put it in quotes, e.g. pipeline_revision: \"3.10\""),
        ("default_context:\n  workspace_name: yes\n", "workspace_name: true is what YAML makes of yes; put it in quotes"),
        ("default_context:\n  pipeline_revision: 2024-01-01\n", 'pipeline_revision: "2024-01-01" is what YAML makes of 2024-01-01; put it in quotes'),
        ("default_context:\n  # nothing yet\n", ""),
        ("default_context:\n  1: x\n  null: y\n", ""),
    ],
)  # fmt: skip
def test_odd_configurations(tmp_path: Path, config: str, words: str) -> None:
    (tmp_path / "config.yml").write_text(config)
    code, stdout, stderr = cookiecutter(tmp_path, "--no-input", "--config-file", "config.yml")
    assert "Traceback" not in stdout + stderr
    assert code == (1 if words else 0)
    assert words in stderr
    assert ("Correct the answers in fusion-snapshots-answers.yml, then: " in stdout) == bool(words)
    assert (tmp_path / "fusion-snapshots-answers.yml").is_file() == bool(words)


def test_closed_input_and_output(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path / "home")}
    for redirected in ("<&-", ">/dev/full", ">&-"):
        ran = run(["bash", "-c", f"'{COOKIECUTTER}' '{ROOT}' --no-input -f {redirected}"], cwd=tmp_path, env=env)
        assert "Traceback" not in ran.stdout + ran.stderr, redirected
        assert (tmp_path / "fusion-snapshots-your-workspace_us-east-1/env.sh").is_file() == (redirected != ">/dev/full")
        shutil.rmtree(tmp_path / "fusion-snapshots-your-workspace_us-east-1", ignore_errors=True)


def test_configuration_values_are_data_not_templates(tmp_path: Path) -> None:
    config = {"default_context": {**ACME, "workspace_name": "<< ''.__class__.__mro__ >>"}}
    (tmp_path / "config.yml").write_text(yaml.safe_dump(config))
    code, _, stderr = cookiecutter(tmp_path, "--no-input", "--config-file", "config.yml")
    assert code == 1
    assert "workspace_name: \"<< ''.__class__.__mro__ >>\" must be" in stderr


@pytest.mark.parametrize(
    ("uv", "way"),
    [
        ("/usr/bin/uv", "Run it as: uvx --with jsonschema 'cookiecutter>=2.6' TEMPLATE"),
        ("", f"Run: {sys.prefix}/bin/python3 -m pip install -U cookiecutter jsonschema"),
    ],
)
def test_without_jsonschema_it_stops_before_the_first_question(tmp_path: Path, uv: str, way: str) -> None:
    # A package of that name that cannot be imported stands in for one that is not there.
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['jsonschema'] = None")
    ran = run([COOKIECUTTER, ROOT], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path), "HOME": str(tmp_path), "UV": uv})
    assert ran.returncode == 1
    said = f"Unable to load extension: fusion-snapshots needs jsonschema beside cookiecutter. {way}\n"
    assert (ran.stdout, ran.stderr) == (said, "")


def test_an_old_cookiecutter_stops_before_the_first_question(tmp_path: Path) -> None:
    script = "import sys, cookiecutter; cookiecutter.__version__ = '2.5.0'; from cookiecutter.cli import main; main()"
    ran = run([sys.executable, "-c", script, ROOT], cwd=tmp_path, env={"HOME": str(tmp_path)})
    assert ran.returncode == 1
    assert ran.stdout.startswith(
        "Unable to load extension: fusion-snapshots needs cookiecutter 2.6 or newer, this is 2.5.0"
    )
    assert len(ran.stdout.splitlines()) == 1


def test_every_example_is_a_good_answer() -> None:
    answers = complete({**EXAMPLES, "spot_without_snapshots": "no"})
    assert find_problems(answers) == []
    assert {question: tidy(question, EXAMPLES[question]) for question in QUESTIONS} == {
        **answers,
        "spot_without_snapshots": "yes",
    }

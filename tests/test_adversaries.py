"""The claims held against arbitrary answers, failing disks, killed runs, odd places and broken files."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest
import yaml
from conftest import ACME, BIN, COOKIECUTTER, EXAMPLES, QUESTIONS, ROOT, WITHOUT_POWER, run, slow_after, variables
from cookiecutter.main import cookiecutter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_generation import SLUG, files_of, generate
from test_rendered_files import commands

from fusion_snapshots.folder.rules import Rules
from fusion_snapshots.template.check import AnswersRefused
from fusion_snapshots.template.questions import tidy

HOSTILE = [
    "", " ", "\n", "a\nb", "a\x00b", "'", '"', "a'b", 'a"b', "\\", "a\\", "$(touch pwned)", "`touch pwned`", "${HOME}",
    "$HOME", "a;touch pwned", "a|b", "a&b", "a>b", "<< 7*6 >>", "<% raw %>", "<# x #>", "<<cookiecutter>>", "{{ 7*6 }}",
    "{% if %}", "{# x #}", "<< ''.__class__ >>", "раypal", "acmе", "a\u202eb", "a\u200bb", "é", "\ud800", "x" * 10_000,
    "../x", "..", "/etc/passwd", "-rf", "--help", "yes", "no", "~", "null", "1e3", "0x10", "1_000", "a: b", "a #b", "#",
    "- a", "[a]", "{a: b}", "*a", "&a", "!!python/none", "%YAML", "@", "True", "s3://acme", "s3://acme/$(id)", "=", ",",
    "a,b", "a=b", "ab=cd", "vpc-0a1b2c3d", "c6id.8xlarge", "https://a.b/c", "https://a.b/c?d=$(e)", "1000", "٣", "１２",
]  # fmt: skip
GOOD = {**ACME, "vpc_id": "vpc-0a1b2c3d", "subnets": "subnet-0a1b2c3d", "security_groups": "sg-0a1b2c3d"}

texts = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=60), st.from_regex(r"[a-z0-9_./:=,@ -]{1,40}", fullmatch=True)
)


def properties(name: str) -> set[str]:
    """Return the keys of an item of a block, or the variables of env.sh, by the schema."""
    if name == "env":
        return set(json.loads((ROOT / "schemas/env.schema.json").read_text())["properties"])
    return set(Rules(ROOT / "schemas").keys[name])


def bake_in(place: Path, answers: dict[str, str]) -> Path:
    config = {"default_context": {}, "replay_dir": str(place / "replay")}
    before = Path.cwd()
    os.chdir(place)
    try:
        return Path(
            cookiecutter(
                str(ROOT), no_input=True, extra_context=answers, output_dir=str(place / "out"), default_config=config,
                accept_hooks=False,
            )
        )  # fmt: skip
    finally:
        os.chdir(before)


# Where an answer is found in the rendered folder: env.sh's variable, or a key of the YAML.
IN_ENV = {question: question.upper() for question in QUESTIONS if question.upper() in properties("env")}
IN_COMPUTE_ENV = {
    question: key
    for question in QUESTIONS
    if (key := question.removeprefix("ondemand_").replace("_", "-")) in properties("compute-envs")
}
IN_PIPELINE = {question: question.removeprefix("pipeline_") for question in ("pipeline_url", "pipeline_revision")}
ELSEWHERE = {"snapshots_instance_types", "nextflow_version", "spot_without_snapshots", "project_slug"}


def test_it_is_known_where_each_answer_goes() -> None:
    assert {*IN_ENV, *IN_COMPUTE_ENV, *IN_PIPELINE, *ELSEWHERE} == set(QUESTIONS)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(question=st.sampled_from(QUESTIONS), text=texts)
def test_arbitrary_answers_are_refused_by_name_or_carried_exactly(question: str, text: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        (place / "out").mkdir()
        try:
            folder = bake_in(place, {**GOOD, question: text})
        except AnswersRefused as refusal:
            named = {problem.question for problem in refusal.problems}
            # Without a VPC its subnets have no place either.
            assert question in named or (question == "vpc_id" and not text.strip())
            assert not list((place / "out").iterdir())
            return
        assert folder.parent.resolve() == (place / "out").resolve()
        assert not list(place.rglob("pwned"))
        expected = tidy(question, text)
        shutil.copytree(ROOT / "schemas", folder / "schemas")
        exported = variables(folder)
        ((_, options, _),) = commands(folder, "compute-envs/aws_fusion_ondemand.yml")
        if question in IN_ENV:
            assert exported.get(IN_ENV[question], "") == expected
            if (key := question.removeprefix("aws_").replace("_", "-")) in options:
                assert options[key] == expected
        elif question in IN_COMPUTE_ENV:
            key = IN_COMPUTE_ENV[question]
            (item,) = yaml.safe_load((folder / "compute-envs/aws_fusion_ondemand.yml").read_text())["compute-envs"]
            assert str(item.get(key, "")) == expected
            assert str(options.get(key, "")) == expected
        elif question in IN_PIPELINE:
            file = "pipelines/workflow_fusion_ondemand.yml"
            (item,) = yaml.safe_load((folder / file).read_text())["pipelines"]
            assert item[IN_PIPELINE[question]] == expected
            ((_, options, positionals),) = commands(folder, file)
            assert expected in (options["revision"], *positionals)
        assert not list(place.rglob("pwned"))


def snapshot(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in files_of(folder)}


def test_modes_are_sane(acme: Path) -> None:
    for path in acme.rglob("*"):
        assert not path.stat().st_mode & stat.S_IWOTH, path
    assert os.access(acme / "validate.py", os.X_OK)
    assert not os.access(acme / "env.sh", os.X_OK)


def test_nothing_secret_is_left_anywhere(tmp_path: Path) -> None:
    token = "eyJ0aWQiOiAxfS5hLXNlY3JldC10b2tlbg"
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    temporary.mkdir()
    env = {"HOME": str(home), "TMPDIR": str(temporary), "TOWER_ACCESS_TOKEN": token}
    ran = run([COOKIECUTTER, ROOT, "--no-input"], cwd=tmp_path, env=env)
    assert ran.returncode == 0, ran.stderr
    assert token not in ran.stdout + ran.stderr
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or token.encode() not in path.read_bytes(), path


def test_read_only_output_directory(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    out.chmod(0o555)
    words: list[str | Path] = [*WITHOUT_POWER, COOKIECUTTER, ROOT, "--no-input", "-o", out]
    ran = run(words, cwd=tmp_path, env={"HOME": str(tmp_path / "home")})
    assert ran.returncode != 0
    assert f"cannot be created in {out}, which is not writable; choose another --output-dir" in ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr
    assert (tmp_path / "fusion-snapshots-answers.yml").is_file()
    assert not list(out.iterdir())


@pytest.mark.parametrize(
    "environment",
    slow_after(
        2,
        [
            {"HOME": ""},
            {"LC_ALL": "C"},
            {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
            {"LC_ALL": "POSIX", "PYTHONUTF8": "0"},
        ],
    ),
    ids=["no HOME", "C", "tr_TR", "POSIX without UTF-8 mode"],
)
def test_odd_environments_render_the_same(tmp_path: Path, environment: dict[str, str]) -> None:
    place = tmp_path / "odd"
    place.mkdir()
    env = {key: value for key, value in os.environ.items() if key not in ("HOME", "LANG", "LC_ALL")}
    env |= {"HOME": str(tmp_path / "home"), **environment}
    if not env["HOME"]:
        del env["HOME"]
    words = [str(COOKIECUTTER), str(ROOT), "--no-input", *(f"{key}={value}" for key, value in ACME.items())]
    ran = subprocess.run(words, cwd=place, env=env, capture_output=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert generate(str(ROOT), tmp_path, *words[3:]).returncode == 0
    (odd,), (plain,) = place.glob("fusion-snapshots-*"), tmp_path.glob("fusion-snapshots-*")
    assert snapshot(odd) == snapshot(plain)


def test_a_path_with_spaces_and_umlauts(tmp_path: Path) -> None:
    place = tmp_path / "Gemeinsame Läufe & 'mehr'"
    place.mkdir()
    ran = generate(str(ROOT), place)
    assert ran.returncode == 0, ran.stderr
    folder = place / SLUG
    assert variables(folder)["AWS_REGION"] == "us-east-1"
    ran = run([BIN / "python", "validate.py"], cwd=folder)
    assert ran.returncode == 0, ran.stdout
    assert commands(folder, "compute-envs/aws_fusion_ondemand.yml")
    assert generate(str(ROOT), place, "-f").returncode == 0

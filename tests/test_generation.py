"""One command renders the folder, whatever the answers and however the template is named."""

from __future__ import annotations

import filecmp
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ACME, COOKIECUTTER, QUESTIONS, ROOT, Bake, commit, copy_template, run, slow_after, variables
from questions import CE, ENV, GOOD, OPTIONS

from fusion_snapshots.template.landing import copied_files

SLUG = "fusion-snapshots-your-workspace_us-east-1"

FILES = {
    ".rendered.json",
    ".gitignore",
    "Makefile",
    "README.md",
    "answers.yml",
    "compute-envs/aws_fusion_ondemand.yml",
    "compute-envs/aws_fusion_snapshots.yml",
    "env.sh",
    "iam/README.md",
    "iam/fis-role-policy.json",
    "iam/fis-role-trust.json",
    "iam/interrupt-caller-policy.json",
    "iam/forge-policy.json",
    "launch/hello.yml",
    "launch/workflow_fusion_ondemand.yml",
    "launch/workflow_fusion_snapshots.yml",
    "pipelines/hello.yml",
    "params.yml",
    "pipelines/nextflow_fusion_ondemand.config",
    "pipelines/nextflow_fusion_snapshots.config",
    "pipelines/pre-run.sh",
    "pipelines/proof.config",
    "pipelines/workflow_fusion_ondemand.yml",
    "pipelines/workflow_fusion_snapshots.yml",
    "report/dataset.yml",
    "report/launch.yml",
    "report/nextflow.config",
    "report/params.yml",
    "report/pipeline.yml",
    "report/pre-run.sh",
    "report/samplesheet.csv",
    "requirements.txt",
    "snapshot-fit.svg",
    "validate.py",
}

# The guide's compute environments, key by key, its stray quote mended and `snapshots` added.
GUIDE_COMMON: dict[str, Any] = {
    "type": "aws-batch",
    "config-mode": "forge",
    "workspace": "$ORGANIZATION_NAME/$WORKSPACE_NAME",
    "credentials": "$AWS_CREDENTIALS",
    "region": "$AWS_REGION",
    "work-dir": "$AWS_WORK_DIR",
    "wave": True,
    "fusion-v2": True,
    "fast-storage": True,
    "no-ebs-auto-scale": True,
    "max-cpus": 1000,
    "allow-buckets": "$AWS_COMPUTE_ENV_ALLOWED_BUCKETS",
    "labels": "storage=fusionv2,project=benchmarking",
    "wait": "AVAILABLE",
    "overwrite": False,
}
GUIDE = {
    "ondemand": {
        **GUIDE_COMMON,
        "name": "${COMPUTE_ENV_PREFIX}_fusion_ondemand",
        "provisioning-model": "EC2",
        "instance-types": "c6id,m6id,r6id",
    },
    "snapshots": {
        **GUIDE_COMMON,
        "name": "${COMPUTE_ENV_PREFIX}_fusion_snapshots",
        "provisioning-model": "SPOT",
        "snapshots": True,
        "instance-types": (
            "c6id.4xlarge,c6id.8xlarge,r6id.2xlarge,m6id.4xlarge,c6id.12xlarge,r6id.4xlarge,m6id.8xlarge"
        ),
    },
}


def compute_env(folder: Path, kind: str) -> dict[str, Any]:
    (item,) = yaml.safe_load((folder / f"compute-envs/aws_fusion_{kind}.yml").read_text())["compute-envs"]
    return dict(item)


def files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_defaults_render_exactly_these_files(bake: Bake) -> None:
    folder = bake()
    assert folder.name == SLUG
    assert files_of(folder) == FILES | set(copied_files())


@pytest.mark.parametrize("kind", GUIDE)
def test_defaults_render_the_guides_compute_environments(bake: Bake, kind: str) -> None:
    assert compute_env(bake(), kind) == GUIDE[kind]


def test_env_sh_exports_the_guides_variables(bake: Bake) -> None:
    exported = variables(bake())
    assert re.fullmatch(r"\d{8}-\d{6}-[a-z0-9]{6}", exported["TIME"])
    guides = {
        "COMPUTE_ENV_PREFIX": "your-workspace_us-east-1",
        "ORGANIZATION_NAME": "your-organization",
        "WORKSPACE_NAME": "your-workspace",
        "AWS_CREDENTIALS": "your-aws-credentials",
        "AWS_REGION": "us-east-1",
        "AWS_WORK_DIR": "s3://your-bucket/work",
        "AWS_COMPUTE_ENV_ALLOWED_BUCKETS": "s3://your-bucket",
        "PIPELINE_OUTDIR_PREFIX": "s3://your-bucket/results",
        "PIPELINE_PROFILE": "test",
        "TOWER_API_ENDPOINT": "https://api.cloud.seqera.io",
        "TOWER_ACCESS_TOKEN": "not-a-token",
    }
    assert {name: exported[name] for name in guides} == guides


@pytest.mark.parametrize(("question", "answer", "where", "key", "value"), OPTIONS)
def test_each_answer_reaches_its_file(
    bake: Bake, question: str, answer: str, where: str, key: str, value: str | int
) -> None:
    folder = bake(**{"pipeline_revision": "main", question: answer})
    if where == ENV:
        assert variables(folder)[key] == value
    elif where == "iam":
        assert f'"{value}"' in (folder / "iam/forge-policy.json").read_text()
    elif where == "pipelines":
        for kind in GUIDE:
            (item,) = yaml.safe_load((folder / f"pipelines/workflow_fusion_{kind}.yml").read_text())["pipelines"]
            assert item[key] == value
    else:
        for kind in GUIDE if where == CE else [where]:
            assert compute_env(folder, kind)[key] == value


def test_project_slug_names_the_folder(bake: Bake) -> None:
    assert bake(project_slug="elsewhere").name == "elsewhere"
    assert bake(compute_env_prefix="acme").name == "fusion-snapshots-acme"
    assert bake(compute_env_prefix=" bench-_ ").name == "fusion-snapshots-bench"


def test_every_run_has_the_nextflow_version_but_the_report_its_own(bake: Bake) -> None:
    folder = bake(nextflow_version=" 25.10.4", spot_without_snapshots="yes")
    assert "\nexport NXF_VER=25.10.4\n" in (folder / "pipelines/pre-run.sh").read_text()
    assert "\nexport NXF_VER=25.10.7\n" in (folder / "report/pre-run.sh").read_text()
    for path in [*folder.glob("pipelines/*.yml"), folder / "report/pipeline.yml"]:
        (item,) = yaml.safe_load(path.read_text())["pipelines"]
        assert item["pre-run"] == f"{path.parent.name}/pre-run.sh"


@pytest.mark.parametrize("url", ["https://github.com/nf-core/demo", " https://github.com/nf-core/demo/ "])
def test_the_revision_is_the_demos_own(bake: Bake, url: str) -> None:
    (item,) = yaml.safe_load((bake(pipeline_url=url) / "pipelines/workflow_fusion_ondemand.yml").read_text())[
        "pipelines"
    ]
    assert (item["url"], item["revision"]) == ("https://github.com/nf-core/demo", "1.2.0")


@pytest.mark.parametrize("answer", ["yes", " True", "true"])
def test_spot_without_snapshots_is_a_third_side(bake: Bake, answer: str) -> None:
    folder = bake(spot_without_snapshots=answer)
    spot, snapshots = compute_env(folder, "spot"), compute_env(folder, "snapshots")
    assert snapshots.pop("snapshots") is True
    assert spot == {**snapshots, "name": "${COMPUTE_ENV_PREFIX}_fusion_spot"}
    more = {f"{part}_fusion_spot" for part in ("compute-envs/aws", "launch/workflow", "pipelines/workflow")}
    more = {f"{name}.yml" for name in more} | {"pipelines/nextflow_fusion_spot.config"}
    assert files_of(folder) == FILES | more | set(copied_files())


def test_every_question_is_covered_above() -> None:
    assert set(GOOD) == set(QUESTIONS), "add a row to OPTIONS in tests/questions.py"


VPC, SUBNETS, GROUPS = "vpc-0a1b2c3d", "subnet-0a1b2c3d, subnet-1b2c3d4e", "sg-0a1b2c3d,sg-1b2c3d4e"


@pytest.mark.parametrize("subnets", slow_after(1, [SUBNETS, ""]))
@pytest.mark.parametrize("groups", ["", GROUPS])
@pytest.mark.parametrize("ami", ["", "ami-0a1b2c3d"])
def test_networking(bake: Bake, subnets: str, groups: str, ami: str) -> None:
    folder = bake(vpc_id=VPC, subnets=subnets, security_groups=groups, ami_id=ami)
    for kind, guide in GUIDE.items():
        expected = {"vpc-id": VPC, "subnets": subnets.replace(" ", ""), "security-groups": groups, "ami-id": ami}
        assert compute_env(folder, kind) == {**guide, **{key: value for key, value in expected.items() if value}}


def test_same_answers_give_the_same_bytes(bake: Bake) -> None:
    first, second = bake(**ACME), bake(**ACME)
    assert files_of(first) == files_of(second)
    assert filecmp.cmpfiles(first, second, files_of(first), shallow=False)[1:] == ([], [])


def generate(template: str, cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    home = cwd / "home"
    home.mkdir(exist_ok=True)
    env = {"HOME": str(home), "GIT_CONFIG_GLOBAL": "/dev/null"}
    return run([COOKIECUTTER, template, "--no-input", *words], cwd=cwd, env=env)


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A copy of the template without what git would not hold."""
    return copy_template(tmp_path / "a template")


def test_relative_path(template: Path, tmp_path: Path) -> None:
    ran = generate(".", template, "--output-dir", str(tmp_path))
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / SLUG / "schemas/launch.schema.json").is_file()
    ran = generate(template.name, tmp_path, "project_slug=second")
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "second/schemas/launch.schema.json").is_file()


def test_absolute_path(template: Path, tmp_path: Path) -> None:
    ran = generate(str(template), tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (tmp_path / SLUG / "schemas/launch.schema.json").is_file()


def test_git_url(template: Path, tmp_path: Path) -> None:
    commit(template)
    ran = generate(f"git+file://{str(template).replace(' ', '%20')}", tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / SLUG / "schemas/launch.schema.json").is_file()


def test_a_folder_that_exists_is_left_alone(template: Path, tmp_path: Path) -> None:
    (tmp_path / SLUG).mkdir()
    (tmp_path / SLUG / "mine").write_text("mine")
    ran = generate(str(template), tmp_path)
    assert ran.returncode == 1
    assert "project_slug: 'fusion-snapshots-your-workspace_us-east-1' already exists in" in ran.stderr
    assert files_of(tmp_path / SLUG) == {"mine"}


def test_a_folder_that_fails_its_check_is_not_left_behind(template: Path, tmp_path: Path) -> None:
    yml = template / "<<cookiecutter.project_slug>>/launch/hello.yml"
    yml.write_text(yml.read_text().replace("launch:", "lunch:"))
    ran = generate(str(template), tmp_path)
    assert ran.returncode == 1
    assert "launch/hello.yml:3:1: error: lunch: no block of seqerakit's" in ran.stderr
    assert "The rendered folder does not pass its own check." in ran.stderr
    assert not (tmp_path / SLUG).exists()


def test_every_question_has_a_prompt_that_rich_shows_whole() -> None:
    template = json.loads((ROOT / "cookiecutter.json").read_text())
    assert list(template["__prompts__"]) == QUESTIONS
    for question, prompt in template["__prompts__"].items():
        assert "[" not in prompt, question
        assert prompt.count("e.g. ") == 1, question
        assert ("empty" in prompt) == (template[question] == ""), question


def test_questions_and_their_order_are_a_contract() -> None:
    contract = (
        "organization_name workspace_name aws_credentials aws_region aws_work_dir aws_compute_env_allowed_buckets "
        "pipeline_outdir_prefix vpc_id subnets security_groups compute_env_prefix labels ondemand_instance_types "
        "snapshots_instance_types max_cpus ami_id pipeline_url pipeline_revision pipeline_profile nextflow_version "
        "tower_api_endpoint aws_account_id spot_without_snapshots project_slug"
    )
    assert [question for question in QUESTIONS if question in contract.split()] == contract.split()


def test_bake_refuses_unknown_options(bake: Bake) -> None:
    with pytest.raises(KeyError, match="aws_regoin"):
        bake(aws_regoin="eu-west-1")

"""The rendered folder works: env.sh in real shells, every YAML through the real seqerakit."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml
from conftest import ACME, BIN, ROOT, Bake, run, variables

from fusion_snapshots.simulated.tw import options as tw_options

YAML_FILES = [
    "compute-envs/aws_fusion_ondemand.yml",
    "compute-envs/aws_fusion_snapshots.yml",
    "pipelines/hello.yml",
    "pipelines/workflow_fusion_ondemand.yml",
    "pipelines/workflow_fusion_snapshots.yml",
    "launch/hello.yml",
    "launch/workflow_fusion_ondemand.yml",
    "launch/workflow_fusion_snapshots.yml",
    "report/dataset.yml",
    "report/pipeline.yml",
    "report/launch.yml",
]


SHELLS = ["bash", pytest.param("zsh", marks=pytest.mark.needs("zsh"))]


@pytest.mark.parametrize("shell", SHELLS)
def test_env_sh_in_real_shells(acme: Path, shell: str) -> None:
    exported = variables(acme, shell)
    assert exported["COMPUTE_ENV_PREFIX"] == "fusion-benchmark_eu-west-1"
    assert re.fullmatch(r"\d{8}-\d{6}-[a-z0-9]{6}", exported["TIME"])


@pytest.mark.parametrize("shell", SHELLS)
def test_times_differ_by_more_than_the_second(acme: Path, shell: str) -> None:
    times = {variables(acme, shell)["TIME"][15:] for _ in range(40)}
    assert len(times) == 40


@pytest.mark.parametrize("shell", SHELLS)
def test_env_sh_says_when_the_token_is_missing(acme: Path, shell: str) -> None:
    ran = run([shell, "-c", f"set -eu; . {shlex.quote(str(acme / 'env.sh'))}"], cwd=Path("/"))
    assert ran.returncode == 0
    assert ran.stdout == ""
    assert ran.stderr.startswith("env.sh: TOWER_ACCESS_TOKEN is not set.")
    assert "TOWER_ACCESS_TOKEN=" not in (acme / "env.sh").read_text()


def test_env_sh_has_a_comment_for_each_variable(acme: Path) -> None:
    lines = (acme / "env.sh").read_text().splitlines()
    for number, line in enumerate(lines):
        if re.match(r"(export )?[A-Z_]+=", line):
            assert lines[number - 1].startswith("# "), line


def test_shellcheck_and_bash_n(acme: Path) -> None:
    ran = run(["shellcheck", acme / "env.sh"])
    assert (ran.returncode, ran.stdout) == (0, "")
    assert run(["bash", "-n", acme / "env.sh"]).returncode == 0


def test_these_are_all_the_seqerakit_files(acme: Path) -> None:
    found = {path.relative_to(acme).as_posix() for path in acme.rglob("*.yml")}
    assert found == {*YAML_FILES, "params.yml", "report/params.yml", "answers.yml"}


def test_first_lines_bind_files_to_their_schemas(acme: Path) -> None:
    for name in YAML_FILES:
        first, rest = (acme / name).read_text().split("\n", 1)
        schema = first.removeprefix("# yaml-language-server: $schema=")
        (block,) = yaml.safe_load(rest)
        assert (acme / name).parent.joinpath(schema).resolve() == acme / f"schemas/{block}.schema.json"


def commands(folder: Path, *names: str, cwd: str = "") -> list[tuple[str, dict[str, str | bool], list[str]]]:
    """Return the tw commands the real seqerakit prints for files, as /bin/sh and tw's parser read them."""
    ran = run(
        ["bash", "-c", '. "$0"/env.sh && cd "$0/$1" && shift && exec seqerakit --dryrun "$@"', folder, cwd, *names]
    )
    assert ran.returncode == 0, ran.stderr
    parsed = []
    for line in ran.stderr.splitlines():
        if "DRYRUN: Running command" not in line:
            continue
        command = line.partition("Running command tw ")[2]
        # /bin/sh expands and splits it, as it does for seqerakit; NUL shows where an argument ends.
        arguments = shlex.quote(rf"printf '%s\0' {command}")
        script = f'. "$0"/env.sh 2>/dev/null; exec /bin/sh -c {arguments}'
        ran_shell = subprocess.run(["bash", "-c", script, folder], capture_output=True, text=True, check=True)
        parsed.append(tw_options.parse(ran_shell.stdout.split("\0")[:-1]))
    return parsed


@pytest.mark.parametrize("name", YAML_FILES)
def test_seqerakit_makes_good_tw_commands(acme: Path, name: str) -> None:
    items = next(iter(yaml.safe_load((acme / name).read_text()).values()))
    parsed = commands(acme, name)
    assert len(parsed) == len(items)
    for _, options, _ in parsed:
        assert options["workspace"] == "acme-genomics/fusion-benchmark"
        assert not any("$" in str(value) for value in options.values())


def test_seqerakit_makes_exactly_the_guides_command(bake: Bake) -> None:
    folder = bake(**{**ACME, "snapshots_instance_types": "guide"})
    ((command, options, positionals),) = commands(folder, "compute-envs/aws_fusion_snapshots.yml")
    assert command == "compute-envs add aws-batch forge"
    assert positionals == []
    assert options == {
        "name": "fusion-benchmark_eu-west-1_fusion_snapshots",
        "workspace": "acme-genomics/fusion-benchmark",
        "credentials": "acme-aws",
        "region": "eu-west-1",
        "work-dir": "s3://acme-fusion/work",
        "wave": True,
        "fusion-v2": True,
        "fast-storage": True,
        "snapshots": True,
        "no-ebs-auto-scale": True,
        "provisioning-model": "SPOT",
        "instance-types": "c6id.4xlarge,c6id.8xlarge,r6id.2xlarge,m6id.4xlarge,c6id.12xlarge,r6id.4xlarge,m6id.8xlarge",
        "max-cpus": "1000",
        "allow-buckets": "s3://acme-fusion",
        "labels": "storage=fusionv2,project=benchmarking",
        "wait": "AVAILABLE",
    }


def test_compute_envs_work_from_their_own_folder_as_in_the_guide(acme: Path) -> None:
    ((command, _, _),) = commands(acme, "aws_fusion_ondemand.yml", cwd="compute-envs")
    assert command == "compute-envs add aws-batch forge"


def test_networking_and_image_are_one_argument_each(bake: Bake) -> None:
    folder = bake(
        vpc_id="vpc-aaaabbbbccccdddd",
        subnets="subnet-aaaabbbbccccdddd1, subnet-aaaabbbbccccdddd2",
        security_groups="sg-aaaabbbbccccdddd",
        ami_id="ami-0a1b2c3d",
    )
    ((_, options, _),) = commands(folder, "compute-envs/aws_fusion_ondemand.yml")
    assert options["vpc-id"] == "vpc-aaaabbbbccccdddd"
    assert options["subnets"] == "subnet-aaaabbbbccccdddd1,subnet-aaaabbbbccccdddd2"
    assert options["security-groups"] == "sg-aaaabbbbccccdddd"
    assert options["ami-id"] == "ami-0a1b2c3d"


def test_all_files_in_one_call_agree_in_their_names(acme: Path) -> None:
    parsed = commands(acme, *YAML_FILES)
    made: dict[str, set[object]] = {"compute-envs": set(), "pipelines": set(), "datasets": set()}
    for command, options, positionals in parsed:
        if command == "launch":
            assert positionals[0] in made["pipelines"]
        else:
            made[command.split()[0]].add(options["name"])
        if "compute-env" in options:
            assert options["compute-env"] in made["compute-envs"]
        for path in [options.get("config"), positionals[0] if command == "datasets add" else None]:
            assert path is None or (acme / str(path)).is_file()
    launches = [options["name"] for command, options, _ in parsed if command == "launch"]
    assert len(launches) == len(set(launches)) == 5
    assert made["datasets"] == {"fusion-benchmark_eu-west-1_runs"}


def test_each_run_writes_to_a_folder_of_its_own(acme: Path) -> None:
    outdirs = [
        item["params"]["outdir"]
        for name in YAML_FILES
        if name.startswith("launch/")
        for item in yaml.safe_load((acme / name).read_text())["launch"]
    ]
    assert sorted(outdirs) == [
        f"$PIPELINE_OUTDIR_PREFIX/fusion_{where}/{kind}-fusion-{where}-$TIME"
        for where in ("ondemand", "snapshots")
        for kind in ("hello", "workflow")
    ]


def test_validate_passes_and_says_so_in_one_line(acme: Path) -> None:
    ran = run([BIN / "python", acme / "validate.py"], cwd=Path("/"))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == "All is well: 11 seqerakit files and env.sh checked.\n"


def test_a_script_asks_for_the_versions_of_the_requirements(acme: Path) -> None:
    required = set(re.findall(r"^[^#\n].*$", (acme / "requirements.txt").read_text(), re.M))
    script = (acme / "validate.py").read_text()
    (dependencies,) = re.findall(r"^# dependencies = (\[.*\])$", script, re.M)
    assert set(json.loads(dependencies)) < required
    (python,) = re.findall(r'^requires-python = ">=(.*)"$', (ROOT / "pyproject.toml").read_text(), re.M)
    for path in acme.rglob("*.py"):
        assert set(re.findall(r'^# requires-python = ">=(.*)"$', path.read_text(), re.M)) <= {python}, path


def test_validate_names_the_command_when_a_package_is_missing(acme: Path) -> None:
    ran = run([BIN / "python", "-S", acme / "validate.py"])
    assert ran.returncode == 2
    assert f"is not installed. Run: make -C {acme} setup " in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("words", [["validate.py"], ["-m", "fusion_snapshots", "plan"]])
def test_the_folders_own_environment_is_to_be_entered(folder: Path, words: list[str]) -> None:
    (folder / ".venv").mkdir()
    ran = run([BIN / "python", "-S", *words], cwd=folder)
    assert ran.returncode == 2
    assert " is not installed. Run: . .venv/bin/activate  (or, to check alone, " in ran.stderr
    ran = run([BIN / "python", "-S", folder / "validate.py"], cwd=folder.parent)
    assert f" is not installed. Run: . {folder}/.venv/bin/activate  (or, to check alone, " in ran.stderr

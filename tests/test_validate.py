"""validate.py finds what people get wrong by hand, at its place, and lets alone what they may do."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import validate
from conftest import BIN, run

ONDEMAND = "compute-envs/aws_fusion_ondemand.yml"
SNAPSHOTS = "compute-envs/aws_fusion_snapshots.yml"
HELLO = "pipelines/hello.yml"
WORKFLOW = "pipelines/workflow_fusion_snapshots.yml"
LAUNCH_HELLO = "launch/hello.yml"
LAUNCH = "launch/workflow_fusion_snapshots.yml"
SHEET = "report/samplesheet.csv"


Check = Callable[[Path], list[Any]]


@pytest.fixture
def check() -> Check:
    def check(folder: Path) -> list[Any]:
        findings: list[Any] = validate.Folder(folder).check()
        return [finding for finding in findings if finding.severity != "note"]

    return check


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Replace the first occurrence; an empty old text appends, a missing file is made."""
    path = folder / name
    text = path.read_text() if path.exists() else ""
    assert old in text, f"{old!r} is not in {name}"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.replace(old, new, 1) if old else text + new)


# One realistic edit each: file, text, its replacement, the text on the line that is reported, words of the report.
# A file name in the fourth place stands for a report in another file.
MUTATIONS = [
    # Defects of the guide's own files.
    (ONDEMAND, '"storage=fusionv2,project=benchmarking"', 'storage=fusionv2,project=benchmarking"', "labels:", "25 name=value"),
    (SNAPSHOTS, "${COMPUTE_ENV_PREFIX}_fusion", "$COMPUTE_ENV_PREFIX_fusion", "name:", "did you mean ${COMPUTE_ENV_PREFIX}_fusion"),
    (SNAPSHOTS, "compute-envs:", "ccompute-envs:", "ccompute-envs", "did you mean compute-envs?"),
    (LAUNCH, "_workflow_fusion_snapshots", "_workflow_snapshots", "pipeline:", "defines pipelines under exactly this name"),
    ("report/launch.yml", "params:\n", 'params:\n      dataset: "other_runs"\n', "dataset:", "defines datasets under exactly"),
    (WORKFLOW, "pipelines/nextflow_snapshots.config", "nextflow_snapshots.config", "config:", "write pipelines/nextflow_snap"),
    ("report/dataset.yml", "report/samplesheet.csv", "samplesheet.csv", "file-path:", "write report/samplesheet.csv"),
    ("report/dataset.yml", "samplesheet.csv", "runs.csv", "file-path:", "no such file"),
    # Keys.
    (ONDEMAND, "max-cpus", "max_cpus", "max_cpus", "did you mean max-cpus?"),
    (ONDEMAND, "instance-types", "instance-type", "instance-type:", "did you mean instance-types?"),
    (ONDEMAND, "fusion-v2: True", "fusionv2: True", "fusionv2", "did you mean fusion-v2?"),
    (ONDEMAND, "max-cpus: 1000\n", "max-cpus: 1000\n    max-cpus: 10\n", "max-cpus: 10", "given twice"),
    (ONDEMAND, "    region:", "    regions:", "regions:", "did you mean region?"),
    (SNAPSHOTS, '    credentials: "$AWS_CREDENTIALS"\n', "", "- type:", "credentials is needed by tw compute-envs add"),
    (SNAPSHOTS, "    max-cpus: 1000\n", "", "- type:", "max-cpus is needed with config-mode: forge"),
    (HELLO, "url:", "uri:", "uri:", "did you mean url?"),
    (HELLO, "    workspace:", "    workspce:", "workspce", "did you mean workspace?"),
    (LAUNCH, "params:", "parameters:", "parameters:", "no key of launch"),
    ("report/dataset.yml", '    description: "Runs of the Fusion Snapshots benchmark"\n', "", "- name:", "description is missing"),
    (LAUNCH_HELLO, "launch:", "Launch:", "Launch:", "did you mean launch?"),
    # Values.
    (SNAPSHOTS, "snapshots: True", 'snapshots: "True"', "snapshots: ", "True or False, without quotes"),
    (SNAPSHOTS, "wave: True", "wave: 'yes'", "wave:", "True or False, without quotes"),
    (SNAPSHOTS, "max-cpus: 1000", 'max-cpus: "1000"', "max-cpus:", "a whole number of 1 or more, without quotes"),
    (SNAPSHOTS, "max-cpus: 1000", "max-cpus: 0100", "max-cpus:", "YAML reads 0100 as another number"),
    (SNAPSHOTS, "max-cpus: 1000", "max-cpus: 1_000", "max-cpus:", "YAML reads 1_000 as another number"),
    (SNAPSHOTS, '"c6id.4xlarge,', '"c6id.4xlarge, ', "instance-types:", "separated by commas, without spaces"),
    (ONDEMAND, '"c6id,m6id,r6id"', "[c6id, m6id, r6id]", "instance-types:", "instance types or families separated by commas"),
    (ONDEMAND, '"EC2"', '"ON_DEMAND"', "provisioning-model:", "one of SPOT, EC2"),
    (ONDEMAND, '"AVAILABLE"', '"READY"', "wait:", "one of CREATING, AVAILABLE"),
    (ONDEMAND, "project=benchmarking", "benchmarking", "labels:", "25 name=value pairs"),
    (ONDEMAND, "project=benchmarking", "aws-project=benchmarking", "labels:", "none starting with aws or user"),
    (WORKFLOW, '"1.0.2"', "1.10", "revision:", "YAML makes a number of 1.10"),
    (WORKFLOW, '"1.0.2"', "1.2", "revision:", "a tag, branch or commit"),
    (SNAPSHOTS, "max-cpus: 1000", "max-cpus: 1000.0", "max-cpus:", "YAML makes a number of 1000.0"),
    (SNAPSHOTS, '"$AWS_REGION"', "|\n      eu-west-1", "region:", "holds a line end"),
    (SNAPSHOTS, '"$AWS_WORK_DIR"', '"s3://acme/x.json"', "work-dir:", "without .. or .json"),
    (SNAPSHOTS, "snapshots: True", 'snapshots: True\n    description: "see x.json"', "description:", "holds .json, at which seqerakit imports"),
    (HELLO, "https://github.com/nextflow-io/hello", "github.com/nextflow-io/hello", "url:", "the https address of a Git repository"),
    (LAUNCH_HELLO, "hello-fusion-ondemand-$TIME", "Hello-fusion-ondemand-$TIME", "Hello", "1 to 80 lower-case letters"),
    (LAUNCH_HELLO, "hello-fusion-ondemand-$TIME", "hello-fusion-ondemand--$TIME", "--$TIME", "1 to 80 lower-case letters"),
    # Rules between keys.
    (SNAPSHOTS, '"SPOT"', '"EC2"', "provisioning-model:", "snapshots are taken on Spot instances only"),
    (SNAPSHOTS, "    wave: True\n", "", "- type:", "Fusion v2 needs wave: True"),
    (ONDEMAND, "fusion-v2: True", "fusion-v2: False", "fusion-v2:", "fast storage needs fusion-v2: True"),
    (ONDEMAND, "no-ebs-auto-scale: True", "no-ebs-auto-scale: False", "no-ebs-auto-scale:", "cannot work with EBS auto-scaling"),
    (ONDEMAND, "overwrite: False", "overwrite: True", "- type:", "deletes the compute environment and recreates it"),
    (ONDEMAND, "overwrite: False", "bid-percentage: 50", "provisioning-model:", "bid-percentage is for provisioning-model: SPOT"),
    (ONDEMAND, "overwrite: False", 'subnets: "subnet-0a1b2c3d"', "- type:", "subnets and security-groups need a vpc-id"),
    (ONDEMAND, "config-mode: forge", "config-mode: manual", "- type:", "is needed with config-mode: manual"),
    # Variables and the shell.
    (SNAPSHOTS, "$AWS_REGION", "$AWS_REGOIN", "region:", "did you mean $AWS_REGION?"),
    (SNAPSHOTS, "${COMPUTE_ENV_PREFIX}", "${COMPUTE_ENV_PREFIX", "name:", "only $NAME and ${NAME} are expanded"),
    (SNAPSHOTS, "$AWS_REGION", "${AWS_REGION:-eu-west-1}", "region:", "only $NAME and ${NAME} are expanded"),
    (SNAPSHOTS, "$AWS_REGION", "$(aws configure get region)", "region:", "hands it to the shell unquoted"),
    (HELLO, "Hello world, a", "Hello & welcome, a", "description:", "holds &"),
    (HELLO, "Hello world, a", "$WORKSPACE_NAME, a", "description:", "holds a space beside a variable or %"),
    (HELLO, "Hello world, a", "100 % hello, a", "description:", "beside a variable or %"),
    (HELLO, "Hello world, a smoke test of the compute environments", "'quoted'", "description:", "single quotes"),
    (LAUNCH, "$PIPELINE_OUTDIR_PREFIX", "$PIPELINE_OUTDIR", "outdir:", "did you mean $PIPELINE_OUTDIR_PREFIX?"),
    ("env.sh", "AWS_CREDENTIALS='acme-aws'", "AWS_CREDENTIALS='acme aws'", "AWS_CREDENTIALS=", "1 to 100 letters, digits, - or _"),
    ("env.sh", "AWS_CREDENTIALS='acme-aws'", "AWS_CREDENTIALS=''", "AWS_CREDENTIALS=", "1 to 100 letters, digits, - or _"),
    ("env.sh", "PREFIX='s3://acme-fusion/results'", "PREFIX='s3://acme-fusion/*'", "PREFIX='s3", "an S3 path s3://bucket/path"),
    ("env.sh", "PREFIX='s3://acme-fusion/results'", "PREFIX='s3://acme-results/x'", "PREFIX='s3", "is in none of the buckets that the tasks may write"),
    ("env.sh", "export AWS_REGION='eu-west-1'", "# export AWS_REGION='eu-west-1'", "env.sh:1:", "AWS_REGION: is not exported"),
    ("env.sh", "AWS_REGION='eu-west-1'", "AWS_REGION='eu-west-1", "AWS_REGION=", "unexpected EOF"),
    ("env.sh", "AWS_REGION='eu-west-1'", 'AWS_REGION="$MY_REGION"', "AWS_REGION=", "MY_REGION: unbound variable"),
    ("env.sh", "AWS_REGION='eu-west-1'", "AWS_REGION = 'eu-west-1'", "AWS_REGION =", "no space may stand beside the ="),
    ("env.sh", "\nexport AWS_REGION", "\necho hello\nexport AWS_REGION", "env.sh:1:", "prints on standard output"),
    ("env.sh", "\nexport AWS_REGION", "\nexport TOWER_ACCESS_TOKEN=x\nexport AWS_REGION", "TOWER_ACCESS_TOKEN=x", "must not be stored"),
    ("env.sh", "date +%Y%m%d-%H%M%S", "date +%F-%T", "TIME=", "1 to 40 lower-case letters or digits"),
    # YAML.
    (ONDEMAND, "    region:", "\tregion:", "\tregion:", "a tab stands where YAML wants spaces"),
    (ONDEMAND, "    region:", "   region:", "   region:", "not YAML"),
    (ONDEMAND, 'name: "${', "name: ${", "name:", "holds '\"' beside a variable"),
    (LAUNCH, "launch:\n", "launch: []\n---\nlaunch:\n", "---", "seqerakit reads one document a file"),
    (LAUNCH, "  - name", "    name", "launch:", "launch: must be a list with at least one item"),
    (LAUNCH, "pipeline: ", "pipeline:", "pipeline:", "not YAML"),
    # Across files.
    (LAUNCH, "_fusion_snapshots\"\n    params", "_fusion_snapshot\"\n    params", "compute-env:", "defines compute-envs under exactly this name"),
    (HELLO, "_fusion_ondemand", "_ondemand", "compute-env:", "defines compute-envs under exactly this name"),
    (SNAPSHOTS, "PREFIX}_fusion_snapshots", "PREFIX}_fusion_ondemand", "name:", "the same name as in compute-envs/aws_fusion_ondemand"),
    (LAUNCH_HELLO, "hello-fusion-snapshots", "hello-fusion-ondemand", None, "the same name as in launch/hello.yml"),
    (SNAPSHOTS, "max-cpus: 1000", "max-cpus: 500", "max-cpus:", "the comparison would not be fair"),
    (WORKFLOW, '"1.0.2"', '"1.1.0"', "revision:", "differs from pipelines/workflow_fusion_ondemand.yml ('1.0.2'): the comparison"),
    (LAUNCH, "    params:", "    revision: dev\n    params:", "revision:", "the comparison would not be fair"),
    (SNAPSHOTS, "overwrite: False", 'vpc-id: "vpc-0a1b2c3d"\n    overwrite: False', "vpc-id:", "the comparison would not be fair"),
    (SNAPSHOTS, "fast-storage: True", "fast-storage: False", "fast-storage:", "the comparison would not be fair"),
    (HELLO, "overwrite: False", "pre-run: pipelines/setup.sh", "pre-run:", "no such file"),
    (HELLO, "overwrite: False", f"pre-run: {'x' * 300}.sh", "pre-run:", "no such file"),
    (HELLO, "overwrite: False", "pre-run: README.md", "pre-run:", "bytes; the Platform takes at most 1024"),
    (SHEET, "id,workspace,group", "id,group,workspace", "id,group", "the first line must be id,workspace,group"),
    (SHEET, "", "4Bi5xBK6E2Nbhj,acme-genomics/fusion-benchmark,fusion\n", "4Bi5", "must be fusion_ondemand or fusion_snapshots"),
    (SHEET, "", "hello-run,acme-genomics/fusion-benchmark,fusion_ondemand\n", "hello-run", "a run id"),
    (SHEET, "", "4Bi5xBK6E2Nbhj,fusion-benchmark,fusion_ondemand\n", "4Bi5", "organization/workspace"),
    ("report/params.yml", "input:", "input", "input", "a params file holds name: value lines"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "old", "new", "at", "words"), MUTATIONS, ids=[f"{n}-{m[4][:40]}" for n, m in enumerate(MUTATIONS)]
)
def test_mutation_is_reported_at_its_line(
    folder: Path, check: Check, name: str, old: str, new: str, at: str | None, words: str
) -> None:
    edit(folder, name, old, new)
    lines = (folder / name).read_text().splitlines()
    if at is None:
        expected = {f"{name}:{n}:" for n, line in enumerate(lines, 1) if "name:" in line}
    elif at.startswith("env.sh:"):
        expected = {at}
    else:
        expected = {f"{name}:{n}:" for n, line in enumerate(lines, 1) if at in line and not line.startswith("#")}
    found = [str(finding) for finding in check(folder)]
    assert any(words in line and any(line.startswith(place) for place in expected) for line in found), found


def test_there_are_enough_mutations() -> None:
    assert len(MUTATIONS) >= 60


def both(*edits: tuple[str, str]) -> list[tuple[str, str, str]]:
    return [(name, old, new) for name in (ONDEMAND, SNAPSHOTS) for old, new in edits]


RNASEQ = """
  - name: "${COMPUTE_ENV_PREFIX}_rnaseq"
    url: "https://github.com/nf-core/rnaseq"
    workspace: "$ORGANIZATION_NAME/$WORKSPACE_NAME"
    revision: "3.18.0"
    profile: "test"
"""
LEGITIMATE: dict[str, list[tuple[str, str, str]]] = {
    "labels of both": both(("project=benchmarking", "project=fusion,team=genomics")),
    "labels of one": [(SNAPSHOTS, "project=benchmarking", "project=snapshots")],
    "networking": both(
        (
            "    wait:",
            '    subnets: "subnet-aaaabbbbccccdddd1,subnet-aaaabbbbccccdddd2,subnet-aaaabbbbccccdddd3"\n'
            '    vpc-id: "vpc-aaaabbbbccccdddd"\n    security-groups: "sg-aaaabbbbccccdddd"\n    wait:',
        )
    ),
    "another pipeline": [(HELLO, "", RNASEQ)],
    "another pipeline and its launch": [
        ("pipelines/rnaseq.yaml", "", "pipelines:" + RNASEQ),
        (
            "launch/rnaseq.yml",
            "",
            'launch:\n  - name: "rnaseq-$TIME"\n    pipeline: "${COMPUTE_ENV_PREFIX}_rnaseq"\n'
            '    workspace: "$ORGANIZATION_NAME/$WORKSPACE_NAME"\n    labels: "rnaseq,team=genomics"\n',
        ),
    ],
    "a launch from Git": [
        (LAUNCH, "${COMPUTE_ENV_PREFIX}_workflow_fusion_snapshots", "https://github.com/nf-core/demo"),
    ],
    "a params file": [
        ("launch/params.yml", "", "input: s3://acme-fusion/samples.csv\ndepth: [1, 2]\n"),
        (LAUNCH, "    params:", "    params-file: launch/params.yml\n    params:"),
    ],
    "more params": [(LAUNCH, "    params:\n", '    params:\n      price: "5$$"\n      on: yes\n      list: ["$AWS_REGION", 2]\n')],
    "on_exists": both(("overwrite: False", "on_exists: ignore")),
    "comments": [(LAUNCH, "launch:\n", "# a comment\nlaunch: # & more | of < them\n\n")],
    "another order": both(("    wave: True\n", ""), ("    overwrite: False\n", "    overwrite: False\n    wave: True\n")),
    "lower-case and bare YAML": both(("wave: True", "wave: true"), ('"AVAILABLE"', "available"), ("fusion-v2: True", "fusion-v2: yes")),
    "literal values": [(LAUNCH, "$ORGANIZATION_NAME/$WORKSPACE_NAME", "acme-genomics/fusion-benchmark")],
    "instance types and bids": [
        (SNAPSHOTS, "m6idn.4xlarge,", ""),
        (SNAPSHOTS, "    wait:", "    alloc-strategy: SPOT_PRICE_CAPACITY_OPTIMIZED\n    bid-percentage: 60\n    wait:"),
    ],
    "descriptions": both(("    wait:", '    description: "Fusion v2: fast, \'cheap\' [and] (tested)?"\n    wait:')),
    "a pre-run script": [
        ("pipelines/setup.sh", "", "export NXF_VER=25.04.6\n"),
        (WORKFLOW, "    config:", '    pre-run: "pipelines/setup.sh"\n    config:'),
    ],
    "HOME, IFS and traps": [("env.sh", "# AWS region", "export CACHE=\"$HOME/x\"\nIFS=,\ntrap : DEBUG\ntrap 'echo bye' EXIT\n# AWS region")],
    "a params file elsewhere": [(LAUNCH, "    params:", "    params-file: /etc/hosts\n    params:")],
    "an own variable": [("env.sh", "# AWS region", "export MY_BUCKET='s3://acme-more'\n\n# AWS region"), *both(("$AWS_WORK_DIR", "$MY_BUCKET/work"))],
    "another time": [("env.sh", "date +%Y%m%d-%H%M%S", "date +%s")],
    "fewer CPUs in both": both(("max-cpus: 1000", "max-cpus: 64")),
    "a document start and Windows line ends": [(LAUNCH, "launch:\n", "---\r\nlaunch:\r\n")],
    "anchors": [(LAUNCH_HELLO, "workspace: ", "workspace: &ws "), (LAUNCH_HELLO, 'snapshots"\n    params', 'snapshots"\n    wait: SUCCEEDED\n    params')],
    "two blocks in one file": [(WORKFLOW, "", 'launch:\n  - name: "extra-$TIME"\n    pipeline: "${COMPUTE_ENV_PREFIX}_hello"\n    workspace: "$ORGANIZATION_NAME/$WORKSPACE_NAME"\n')],
    "blocks of seqerakit without a schema here": [("pipelines/labels.yml", "", 'labels:\n  - name: team\n    value: genomics\n    workspace: "$ORGANIZATION_NAME/$WORKSPACE_NAME"\n')],
    "other YAML elsewhere": [("docs/mkdocs.yml", "", "site_name: ours\n"), (".github/x.yml", "", "on: push\n")],
    "rows of the samplesheet": [(SHEET, "", "4Bi5xBK6E2Nbhj,acme-genomics/fusion-benchmark,fusion_ondemand\n2lXd1j7OwZVfxh,acme-genomics/fusion-benchmark,fusion_snapshots\n")],
    "a dataset of one's own": [("report/other.csv", "", "sample,fastq\n"), ("report/other.yml", "", 'datasets:\n  - name: other\n    file-path: report/other.csv\n    workspace: "$ORGANIZATION_NAME/$WORKSPACE_NAME"\n    description: "Other samples"\n')],
    "a dataset as params": [("report/launch.yml", "    params:\n", '    params:\n      dataset: "${COMPUTE_ENV_PREFIX}_runs"\n')],
}  # fmt: skip


@pytest.mark.parametrize("edits", LEGITIMATE.values(), ids=LEGITIMATE.keys())
def test_legitimate_edit_is_let_alone(folder: Path, check: Check, edits: list[tuple[str, str, str]]) -> None:
    for name, old, new in edits:
        edit(folder, name, old, new)
    assert [str(finding) for finding in check(folder)] == []


def test_there_are_enough_legitimate_edits() -> None:
    assert len(LEGITIMATE) >= 20


def cli(folder: Path, *words: str, **env: str) -> tuple[int, str, str]:
    ran = run([BIN / "python", folder / "validate.py", *words], cwd=Path("/"), env=env)
    return ran.returncode, ran.stdout, ran.stderr


def test_report_is_sorted_clickable_and_summed_up(folder: Path) -> None:
    edit(folder, SNAPSHOTS, "wave: True", 'wave: "True"')
    edit(folder, SNAPSHOTS, "max-cpus: 1000", "max-cpus: 10")
    edit(folder, HELLO, "url:", "uri:")
    edit(folder, "env.sh", "'acme-genomics'", "'your-organization'")
    code, out, err = cli(folder)
    assert (code, err) == (1, "")
    *lines, last = out.splitlines()
    assert lines == [
        "compute-envs/aws_fusion_snapshots.yml:12:5: error: compute-envs[0].wave: must be True or False, without quotes: "
        "seqerakit turns True into the bare option and leaves it out for False (got: 'True')",
        "compute-envs/aws_fusion_snapshots.yml:19:5: warning: compute-envs[0].max-cpus: differs from "
        "compute-envs/aws_fusion_ondemand.yml (1000): the comparison would not be fair (got: 10)",
        "env.sh:10:1: note: ORGANIZATION_NAME: still holds a placeholder (got: 'your-organization')",
        "pipelines/hello.yml:4:5: error: pipelines[0]: url is needed: the pipeline's Git address",
        "pipelines/hello.yml:5:5: error: pipelines[0].uri: no key of pipelines; did you mean url?",
    ]
    assert last == (
        f"3 errors, 1 warning, 1 note in {folder}. Mend them and run this check again: python3 {folder / 'validate.py'}"
    )


def test_warnings_fail_only_with_strict(folder: Path) -> None:
    edit(folder, SNAPSHOTS, "max-cpus: 1000", "max-cpus: 10")
    code, out, _ = cli(folder)
    assert code == 0
    assert out.splitlines()[-1] == "All is well: 11 seqerakit files and env.sh checked, 1 warning."
    assert cli(folder, "--strict")[0] == 1


def test_a_folder_may_be_named(folder: Path, acme: Path) -> None:
    edit(folder, HELLO, "url:", "uri:")
    assert cli(acme)[0] == 0
    assert cli(acme, str(folder))[0] == 1


def test_what_cannot_run_says_why(folder: Path, tmp_path: Path) -> None:
    code, out, err = cli(folder, str(tmp_path / "nowhere"))
    assert (code, out) == (2, "")
    assert err == f"validate.py: {tmp_path / 'nowhere'} is not a folder\n"
    shutil.rmtree(folder / "schemas")
    code, _, err = cli(folder)
    assert code == 2
    assert "types.schema.json: No such file or directory; render the folder again" in err


def test_without_bash(folder: Path, tmp_path: Path) -> None:
    ran = run([BIN / "python", folder / "validate.py"], env={"PATH": str(tmp_path)})
    assert ran.returncode == 2
    assert ran.stderr == "validate.py: bash is not installed; env.sh and seqerakit's commands need it\n"


def test_a_value_that_the_shell_would_split(folder: Path, check: Check) -> None:
    edit(folder, "env.sh", "# AWS region", "export MINE='a b'\nexport NONE=\n# AWS region")
    edit(folder, LAUNCH, "    params:", '    labels: "$MINE"\n    profile: "$NONE"\n    params:')
    found = "\n".join(map(str, check(folder)))
    assert "$MINE holds a space in env.sh, which the shell splits, globs or runs, as it is not quoted" in found
    assert "$NONE is empty in env.sh; the next option would be taken for its value" in found


def test_a_virtual_environment_is_not_searched(folder: Path, check: Check) -> None:
    for name in (".venv", "venv"):
        (folder / name).mkdir()
        (folder / name / "pyvenv.cfg").write_text("")
        (folder / name / "x.yml").write_text("launch: 1\n")
    assert check(folder) == []


def test_a_large_or_endless_env_sh(folder: Path, check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validate, "BASH_SECONDS", 1)
    edit(folder, "env.sh", "", "sleep 60\n")
    assert "does not end within 1 seconds" in str(check(folder)[0])
    edit(folder, "env.sh", "", "# x\n" * 300_000)
    assert "is larger than 1000000 bytes" in str(check(folder)[0])
    (folder / "env.sh").unlink()
    assert "is missing; every other file needs its variables" in str(check(folder)[0])


def test_a_damaged_schema(folder: Path) -> None:
    (folder / "schemas/launch.schema.json").write_text("[]")
    code, _, err = cli(folder)
    assert code == 2
    assert "launch.schema.json: no JSON Schema; render the folder again" in err


def test_nobody_reads_the_report(folder: Path) -> None:
    edit(folder, HELLO, "url:", "uri:")
    ran = run(["bash", "-c", f"'{BIN / 'python'}' validate.py >&-; '{BIN / 'python'}' validate.py | true"], cwd=folder)
    assert "Traceback" not in ran.stderr


def test_the_token_is_never_shown(folder: Path) -> None:
    token = "a-token-of-this-shell"
    edit(
        folder,
        LAUNCH,
        "params:",
        f"params:\n      token: {token}\n      nested: {{wave: {token}}}\n    wait: {token}\n    parms:",
    )
    code, out, err = cli(folder, TOWER_ACCESS_TOKEN=token)
    assert code == 1
    assert token not in out + err
    assert "launch/workflow_fusion_snapshots.yml:9:14: error: this looks like an access token" in out


def test_a_jwt_or_key_is_reported_and_masked(folder: Path) -> None:
    jwt = "eyJ0aWQiOiAxMjM0fS5hYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5eg=="
    edit(folder, "env.sh", "# AWS region", f"# {jwt}\n# AWS region")
    edit(folder, HELLO, "Hello world", "AKIAIOSFODNN7EXAMPLE")
    places = ["answers.yml", "Makefile", "pipelines/nextflow.config", "report/params.yml"]
    for name in places:
        edit(folder, name, "", f"# {jwt}\n")
    code, out, _ = cli(folder)
    assert code == 1
    assert len(re.findall("this looks like an access token or key", out)) == 2 + len(places)
    assert jwt not in out
    assert "AKIA" not in out


def test_colour_only_on_a_terminal(folder: Path) -> None:
    import pexpect

    edit(folder, HELLO, "url:", "uri:")
    assert "\033" not in cli(folder)[1]
    env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    on_terminal = pexpect.run(f"{BIN / 'python'} '{folder / 'validate.py'}'", env=env, encoding="utf-8")
    assert "\033[31merror\033[0m:" in on_terminal

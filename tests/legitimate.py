"""What people may do to a folder, and the check lets alone: edits as file, text and its replacement."""

from __future__ import annotations

from rejections import (
    BASELINES,
    CONFIG,
    DATASET,
    HELLO,
    LAUNCH,
    LAUNCH_HELLO,
    ONDEMAND,
    REPORT,
    SHEET,
    SNAPSHOTS,
    WORKFLOW,
)

Edit = tuple[str, str, str]


def both(*edits: tuple[str, str]) -> list[Edit]:
    """Return edits of both compute environments."""
    return [(name, old, new) for name in (ONDEMAND, SNAPSHOTS) for old, new in edits]


RNASEQ = """
  - name: "${COMPUTE_ENV_PREFIX}_rnaseq"
    url: "https://github.com/nf-core/rnaseq"
    workspace: "$ORGANIZATION_NAME/$WORKSPACE_NAME"
    revision: "3.18.0"
    profile: "test"
"""
GOOGLE = """
  - type: google-batch
    name: acme_google
    workspace: 123456
    credentials: acme-google
    location: europe-west1
    work-dir: gs://acme/work
    spot: True
"""
MANUAL = """
  - type: aws-batch
    config-mode: manual
    name: acme_manual
    workspace: "$ORGANIZATION_NAME/$WORKSPACE_NAME"
    credentials: "$AWS_CREDENTIALS"
    region: "$AWS_REGION"
    work-dir: "$AWS_WORK_DIR"
    head-queue: head
    compute-queue: work
    overwrite: True
"""
LEGITIMATE: dict[str, list[Edit]] = {
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
    "parameters of the workflow": [("params.yml", "\n{}", "\ninput: s3://acme-fusion/samples.csv\ndepth: [1, 2]\n")],
    "numbers as parameters": [
        ("params.yml", "\n{}", "\na: 1.0\nb: 30.0\nc: 0.00001\nd: 1.0e-5\ne: [.5, -2.25, 3]\nf: '1e-5'\ng: 7\nh: {i: null}\n"),
        *[
            (f"launch/workflow_fusion_{arm}.yml", "    params:\n", "    params:\n      a: 1.0\n      b: 0.00001\n      c: 1.0e-5\n      d: '$${projectDir}/a'\n")
            for arm in ("snapshots", "ondemand")
        ],
    ],
    "params files that no item names, or by a variable": [
        ("pipelines/params-rnaseq.yml", "", "input: s3://acme-fusion/samples.csv\n"),
        ("launch/rnaseq.params.yaml", "", "genome: GRCh38\n"),
        ("env.sh", "# AWS region", "export PARAMS=launch/big\n# AWS region"),
        ("launch/big.yml", "", "labels: [a]\n"),
        (LAUNCH, '"params.yml"', '"${PARAMS}.yml"'),
        ("launch/workflow_fusion_ondemand.yml", '"params.yml"', '"${PARAMS}.yml"'),
    ],
    "more params": [(LAUNCH, "    params:\n", '    params:\n      price: "5$$"\n      on: yes\n      list: ["$AWS_REGION", 2]\n')],
    "on_exists": both(("overwrite: False", "on_exists: ignore")),
    "comments": [(LAUNCH, "launch:\n", "# a comment\nlaunch: # & more | of < them\n\n")],
    "another order": both(("    wave: True\n", ""), ("    overwrite: False\n", "    overwrite: False\n    wave: True\n")),
    "lower-case and bare YAML": both(("wave: True", "wave: true"), ('"AVAILABLE"', "available"), ("fusion-v2: True", "fusion-v2: yes")),
    "literal values": [(LAUNCH, "$ORGANIZATION_NAME/$WORKSPACE_NAME", "acme-genomics/fusion-benchmark")],
    "a workspace by its number": [(LAUNCH, '"$ORGANIZATION_NAME/$WORKSPACE_NAME"', "123456")],
    "bids": [(SNAPSHOTS, "    wait:", "    alloc-strategy: SPOT_PRICE_CAPACITY_OPTIMIZED\n    bid-percentage: 60\n    wait:")],
    "descriptions": both(("    wait:", '    description: "Fusion v2: fast, \'cheap\' [and] (tested)?"\n    wait:')),
    "a post-run script": [
        ("pipelines/done.sh", "", "echo done\n"),
        *[(name, "    config:", '    post-run: "pipelines/done.sh"\n    config:') for name in (WORKFLOW, "pipelines/workflow_fusion_ondemand.yml")],
    ],
    "HOME and IFS": [("env.sh", "# AWS region", "export CACHE=\"$HOME/x\"\nIFS=,\n# AWS region")],
    "words on standard error": [("env.sh", "# AWS region", "echo 'our account' >&2\n{ echo so; printf '%s' it; } 1>&2\n# AWS region")],
    "a default, and a variable made of others": [("env.sh", "export AWS_REGION='eu-west-1'", "export AWS_REGION=\"${AWS_REGION:-eu-west-1}\"\nOUR=acme; export MORE=\"${OUR}-$AWS_REGION\"")],
    "a params file elsewhere": [(LAUNCH, '"params.yml"', "/etc/hosts")],
    "an own variable": [("env.sh", "# AWS region", "export MY_BUCKET='s3://acme-more'\n\n# AWS region"), *both(("$AWS_WORK_DIR", "$MY_BUCKET/work"))],
    "an empty variable in params": [("env.sh", "# AWS region", "export GENOME=\n# AWS region"), (LAUNCH, "    params:\n", '    params:\n      genome: "$GENOME"\n')],
    "another time": [("env.sh", "date +%Y%m%d-%H%M%S", "date +%s")],
    "fewer CPUs in both": both(("max-cpus: 1000", "max-cpus: 64")),
    "a document start and Windows line ends": [(LAUNCH, "launch:\n", "---\r\nlaunch:\r\n")],
    "anchors": [(LAUNCH_HELLO, "workspace: ", "workspace: &ws ")],
    "merged keys": [("launch/more.yml", "", 'launch:\n  - &a\n    name: "one-$TIME"\n    pipeline: "${COMPUTE_ENV_PREFIX}_hello"\n    workspace: acme/bench\n  - <<: *a\n    name: "two-$TIME"\n')],
    "two blocks in one file": [(WORKFLOW, "", 'launch:\n  - name: "extra-$TIME"\n    pipeline: "${COMPUTE_ENV_PREFIX}_hello"\n    workspace: "$ORGANIZATION_NAME/$WORKSPACE_NAME"\n')],
    "blocks of seqerakit without a schema here": [("pipelines/labels.yml", "", 'labels:\n  - name: team\n    value: genomics\n    workspace: "$ORGANIZATION_NAME/$WORKSPACE_NAME"\n')],
    "other YAML elsewhere": [("docs/mkdocs.yml", "", "site_name: ours\n"), (".github/x.yml", "", "on: push\n")],
    "rows of the samplesheet": [(SHEET, "", "4Bi5xBK6E2Nbhj,acme-genomics/fusion-benchmark,fusion_ondemand\n2lXd1j7OwZVfxh,acme-genomics/fusion-benchmark,fusion_snapshots\n")],
    "a dataset of one's own": [("report/other.csv", "", "sample,fastq\n"), ("report/other.yml", "", 'datasets:\n  - name: other\n    file-path: report/other.csv\n    workspace: "$ORGANIZATION_NAME/$WORKSPACE_NAME"\n    description: "Other samples"\n')],
    "a dataset as params": [(REPORT, "    params:\n", '    params:\n      dataset: "${COMPUTE_ENV_PREFIX}_runs"\n')],
    "types without NVMe storage, without fast storage": [
        *both(("fast-storage: True", "fast-storage: False")),
        (ONDEMAND, '"c6id,m6id,r6id"', '"c6i,m6i,r6i"'),
    ],
    "another cloud beside AWS": [
        ("compute-envs/google.yml", "", "compute-envs:" + GOOGLE),
        (HELLO, "", RNASEQ + "    compute-env: acme_google\n    work-dir: gs://acme/work\n    params:\n      outdir: gs://acme/results\n"),
    ],
    "an import of another cloud": [
        ("ce.json", "", "{}"),
        ("compute-envs/imported.yml", "", "compute-envs:\n  - name: acme_google\n    workspace: acme/bench\n    credentials: gcp\n    file-path: ce.json\n"),
        (HELLO, "", RNASEQ + "    compute-env: acme_google\n    work-dir: gs://acme/work\n"),
    ],
    "optimal, without fast storage": [*both(("fast-storage: True", "fast-storage: False")), (ONDEMAND, '"c6id,m6id,r6id"', '"optimal"')],
    "options of a newer tw": [
        *both(("    wait:", "    secrets-kms-key: alias/acme\n    wait:")),
        (HELLO, "    overwrite", "    nextflow-version: 26.04.6\n    syntax-parser: v1\n    output-dir: s3://acme-fusion/out\n    overwrite"),
    ],
    "queues that exist": [("compute-envs/manual.yml", "", "compute-envs:" + MANUAL)],
    "a .json by a variable": [("env.sh", "# AWS region", "export SCHEMA=nextflow_schema.json\n# AWS region"), (HELLO, "    overwrite", '    schema-name: "$SCHEMA"\n    overwrite')],
    "a configuration that asks for more": [
        (name, "", "process { withName: 'BIG' { cpus = 8; memory = '20 GB' } }\nprocess.ext.args = /a{b/ // {\n")
        for name in (CONFIG, BASELINES)
    ],
    "settings in both arms": [
        (
            name,
            "",
            "fusion.containerConfigUrl = 'https://fusionfs.seqera.io/releases/v2.5.8-amd64.json'\naws.batch.cliPath = '/x'\n"
            "process { withLabel: big { resourceLimits = [cpus: 8, memory: '20 GB']; errorStrategy = 'retry' } }\n"
            "profiles { other { process.executor = 'local'; fusion.enabled = false } }\n",
        )
        for name in (CONFIG, BASELINES)
    ],
    "another version of Nextflow": [("pipelines/pre-run.sh", "NXF_VER=26.04.6", 'NXF_VER="25.10.7"  # as our pipelines')],
    "the same dataset twice": [(DATASET, "", '  - name: "other"\n    file-path: "report/samplesheet.csv"\n    workspace: 1\n    description: "Again"\n')],
}  # fmt: skip

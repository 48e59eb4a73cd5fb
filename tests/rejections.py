"""What the check refuses: one realistic edit each, with all that is found of it."""

from __future__ import annotations

from typing import NamedTuple

ONDEMAND = "compute-envs/aws_fusion_ondemand.yml"
SNAPSHOTS = "compute-envs/aws_fusion_snapshots.yml"
HELLO = "pipelines/hello.yml"
WORKFLOW = "pipelines/workflow_fusion_snapshots.yml"
CONFIG, BASELINES = (f"pipelines/nextflow_fusion_{arm}.config" for arm in ("snapshots", "ondemand"))
LAUNCH_HELLO = "launch/hello.yml"
LAUNCH = "launch/workflow_fusion_snapshots.yml"
DATASET = "report/dataset.yml"
REPORT = "report/launch.yml"
SHEET = "report/samplesheet.csv"
CE, PIPELINE, RUN = "compute-envs[0]", "pipelines[0]", "launch[0]"


class Rejection(NamedTuple):
    """An edit of a file, and the one finding: text of its line, its key, part of its message, severity and file.

    An empty old text appends, or makes the file; an empty place stands for the file's first line.
    """

    file: str
    old: str
    new: str
    at: str
    key: str
    words: str
    severity: str = "error"
    found_in: str = ""


R = Rejection
LISTED = "OLD-LIST"  # stands for the listed instance types, whichever they are


def option(line: str, at: str, key: str, words: str, file: str = ONDEMAND) -> Rejection:
    """Return the rejection of a line that is added to a compute environment."""
    return Rejection(file, "    wait:", f"    {line}\n    wait:", at, f"{CE}.{key}", words)


TYPES = [
    option("ami-id: al2023", "ami-id:", "ami-id", "must be ami- and 8 to 17 digits"),
    option("vpc-id: vpc-xyz", "vpc-id:", "vpc-id", "must be vpc- and 8 to 17 digits"),
    option("bid-percentage: 120", "bid-percentage:", "bid-percentage", "must be a whole number from 1 to 100", SNAPSHOTS),
    option('description: "a & b"', "description:", "description", "holds &, so seqerakit hands it to the shell"),
    option("min-cpus: -1", "min-cpus:", "min-cpus", "must be a whole number of 0 or more"),
    option("alloc-strategy: CHEAPEST", "alloc-strategy:", "alloc-strategy", "must be one of BEST_FIT"),
    option("boot-disk-size: 8", "boot-disk-size:", "boot-disk-size", "must be a whole number of 30 or more, the GB of Amazon's ECS images"),
    option("secrets-kms-key: a b", "secrets-kms-key:", "secrets-kms-key", "must be the ARN, id or alias of a KMS key"),
    option("key-pair: my key", "key-pair:", "key-pair", "must be 1 to 100 letters"),
    option("compute-job-role: admin", "compute-job-role:", "compute-job-role", "must be the ARN of an IAM role"),
    option("env: PATH", "env:", "env", "must be NAME=value"),
    option("efs-id: efs", "efs-id:", "efs-id", "must be fs- and 8 to 17 digits"),
    option("primary: 'yes'", "primary:", "primary", "must be True or False, without quotes"),
    R(ONDEMAND, '"storage=fusionv2,project=benchmarking"', '"ab=cd,ab=ef"', "labels:", f"{CE}.labels", "no name twice"),
    R(ONDEMAND, '"storage=fusionv2,project=benchmarking"', 'storage=fusionv2,project=benchmarking"', "labels:", f"{CE}.labels", "25 name=value"),
    R(ONDEMAND, "project=benchmarking", "benchmarking", "labels:", f"{CE}.labels", "25 name=value pairs"),
    R(ONDEMAND, "project=benchmarking", "aws-project=benchmarking", "labels:", f"{CE}.labels", "none starting with aws or user"),
    R(ONDEMAND, '"c6id,m6id,r6id"', "[c6id, m6id, r6id]", "instance-types:", f"{CE}.instance-types", "must be instance types or families separated by commas"),
    R(ONDEMAND, '"c6id,m6id,r6id"', '"c6id, m6id"', "instance-types:", f"{CE}.instance-types", "without spaces"),
    R(ONDEMAND, '"c6id,m6id,r6id"', '"c6id.4xlrge"', "instance-types:", f"{CE}.instance-types", "must be instance types"),
    R(ONDEMAND, '"EC2"', '"ON_DEMAND"', "provisioning-model:", f"{CE}.provisioning-model", "must be one of SPOT, EC2 (got: 'ON_DEMAND')"),
    R(ONDEMAND, '"AVAILABLE"', '"READY"', "wait:", f"{CE}.wait", "must be one of CREATING, AVAILABLE"),
    R(ONDEMAND, "type: aws-batch", "type: aws_batch", "type:", f"{CE}.type", "must be aws-batch, or another platform"),
    R(ONDEMAND, "config-mode: forge", "config-mode: Forge", "config-mode:", f"{CE}.config-mode", "must be forge or manual"),
    R(ONDEMAND, '"${COMPUTE_ENV_PREFIX}_fusion_ondemand"', '"acme fusion"', "name:", f"{CE}.name", "must be 1 to 100 letters"),
    R(SNAPSHOTS, "snapshots: True", 'snapshots: "True"', "snapshots: ", f"{CE}.snapshots", "must be True or False, without quotes"),
    R(SNAPSHOTS, "wave: True", "wave: 'yes'", "wave:", f"{CE}.wave", "must be True or False, without quotes"),
    R(SNAPSHOTS, "max-cpus: 1000", 'max-cpus: "1000"', "max-cpus:", f"{CE}.max-cpus", "without quotes (got: '1000')"),
    R(SNAPSHOTS, "max-cpus: 1000", "max-cpus: 0", "max-cpus:", f"{CE}.max-cpus", "must be a whole number of 1 or more, without quotes (got: 0)"),
    R(SNAPSHOTS, "max-cpus: 1000", "max-cpus: 0100", "max-cpus:", f"{CE}.max-cpus", "YAML reads 0100 as another number"),
    R(SNAPSHOTS, "max-cpus: 1000", "max-cpus: 1_000", "max-cpus:", f"{CE}.max-cpus", "YAML reads 1_000 as another number"),
    R(SNAPSHOTS, "max-cpus: 1000", "max-cpus: 1000.0", "max-cpus:", f"{CE}.max-cpus", "YAML makes a number of 1000.0"),
    R(SNAPSHOTS, '"$AWS_REGION"', "eu-west-1a", "region:", f"{CE}.region", "without the letter of an availability zone"),
    R(SNAPSHOTS, '"$AWS_REGION"', "|\n      eu-west-1", "region:", f"{CE}.region", "holds a line end"),
    R(SNAPSHOTS, '"$AWS_WORK_DIR"', '"s3://acme/x.json"', "work-dir:", f"{CE}.work-dir", "without .. or .json"),
    R(SNAPSHOTS, '"$AWS_WORK_DIR"', '"/fsx/work"', "work-dir:", f"{CE}.work-dir", "must be an S3 path"),
    R(SNAPSHOTS, '"$AWS_COMPUTE_ENV_ALLOWED_BUCKETS"', '"s3://Acme"', "allow-buckets:", f"{CE}.allow-buckets", "must be S3 paths"),
    R(WORKFLOW, "revision: ", "commit-id: main\n    revision: ", "commit-id:", f"{PIPELINE}.commit-id", "must be 7 to 40 digits"),
    R(WORKFLOW, "revision: ", "revision: 1.10 # ", "revision:", f"{PIPELINE}.revision", "YAML makes a number of 1.10"),
    R(WORKFLOW, "revision: ", "revision: 1.2 # ", "revision:", f"{PIPELINE}.revision", "must be a tag, branch or commit"),
    R(WORKFLOW, "revision: ", "revision: 16:40 # ", "revision:", f"{PIPELINE}.revision", "YAML reads 16:40 as another number"),
    R(WORKFLOW, "revision: ", 'revision: "v1.json" # ', "revision:", f"{PIPELINE}.revision", "without .json"),
    R(HELLO, "https://github.com/nextflow-io/hello", "github.com/nextflow-io/hello", "url:", f"{PIPELINE}.url", "must be the https address of a Git repository"),
    R(HELLO, "https://github.com/nextflow-io/hello", "https://-/x", "url:", f"{PIPELINE}.url", "must be the https address of a Git repository"),
    R(HELLO, "https://github.com/nextflow-io/hello", "https://github.com/acme/..", "url:", f"{PIPELINE}.url", "must be the https address of a Git repository"),
    R(HELLO, "https://github.com/nextflow-io/hello", "git@github.com:nextflow-io/hello", "url:", f"{PIPELINE}.url", "must be the https address of a Git repository"),
    R(HELLO, "    overwrite: False", '    pull-latest: "True"', "pull-latest:", f"{PIPELINE}.pull-latest", "must be True or False, without quotes"),
    R(HELLO, "    overwrite: False", "    profile: [test, docker]", "profile:", f"{PIPELINE}.profile", "must be Nextflow profiles separated by commas"),
    R(HELLO, "    overwrite: False", "    on_exists: skip", "on_exists:", f"{PIPELINE}.on_exists", "must be one of fail, ignore, overwrite"),
    R(HELLO, "    overwrite: False", "    params: outdir", "params:", f"{PIPELINE}.params", "must be a set of name: value lines"),
    R(HELLO, "    overwrite: False", '    config: "my hello.config"', "config:", f"{PIPELINE}.config", "must be a file's path"),
    R(HELLO, '"$ORGANIZATION_NAME/$WORKSPACE_NAME"', '"$WORKSPACE_NAME"', "workspace:", f"{PIPELINE}.workspace", "must be organization/workspace"),
    R(LAUNCH_HELLO, "hello-fusion-ondemand-$TIME", "Hello-fusion-ondemand-$TIME", "Hello-fusion-ondemand-$TIME\"\n", f"{RUN}.name", "must be 1 to 80 lower-case letters"),
    R(LAUNCH, "    params-file", "    head-job-memory: 8 GB\n    params-file", "head-job-memory:", f"{RUN}.head-job-memory", "must be a whole number"),
    R(LAUNCH, "    params-file", "    wait: AVAILABLE\n    params-file", "wait:", f"{RUN}.wait", "must be one of SUBMITTED, RUNNING"),
    R(LAUNCH, '"${COMPUTE_ENV_PREFIX}_workflow_fusion_snapshots"', '"my workflow"', "pipeline:", f"{RUN}.pipeline", "must be the name of a pipeline on the Launchpad"),
    R(ONDEMAND, '"c6id,m6id,r6id"', '"c6id,t3"', "instance-types:", f"{CE}.instance-types", "AWS Batch takes no t and no mac families"),
    R(LAUNCH, "    params-file", "    syntax-parser: v3\n    params-file", "syntax-parser:", f"{RUN}.syntax-parser", "must be v1 or v2"),
    R(LAUNCH, "    params:\n", "    params:\n      'matrix\"': x\n", "params:", f"{RUN}.params", "must be named by letters, digits and _ - . alone; 'matrix\"' is not"),
    R(DATASET, "header: True", "header: 'yes'", "header:", "datasets[0].header", "must be True or False, without quotes"),
    R(DATASET, "}_runs", "}.runs", "name:", "datasets[0].name", "must be 1 to 100 letters"),
]  # fmt: skip

KEYS = [
    R(ONDEMAND, "max-cpus", "max_cpus", "max_cpus", f"{CE}.max_cpus", "is not a key of compute-envs; did you mean max-cpus?"),
    R(ONDEMAND, "instance-types", "instance-type", "instance-type:", f"{CE}.instance-type", "did you mean instance-types?"),
    R(ONDEMAND, "fusion-v2: True", "fusionv2: True", "fusionv2:", f"{CE}.fusionv2", "did you mean fusion-v2?"),
    R(ONDEMAND, "max-cpus: 1000\n", "max-cpus: 1000\n    max-cpus: 10\n", "max-cpus: 10\n", f"{CE}.max-cpus", "given twice"),
    R(ONDEMAND, "    region:", "    regions:", "regions:", f"{CE}.regions", "did you mean region?"),
    R(SNAPSHOTS, '    credentials: "$AWS_CREDENTIALS"\n', "", "- type:", f"{CE}.credentials", "is missing; tw compute-envs add needs it"),
    R(SNAPSHOTS, '    workspace: "$ORGANIZATION_NAME/$WORKSPACE_NAME"\n', "", "- type:", f"{CE}.workspace", "is missing"),
    R(SNAPSHOTS, "    config-mode: forge\n", "", "- type:", f"{CE}.config-mode", "is missing"),
    R(SNAPSHOTS, "    max-cpus: 1000\n", "", "- type:", f"{CE}.max-cpus", "is missing; config-mode: forge needs it"),
    R(HELLO, "url:", "uri:", "uri:", f"{PIPELINE}.uri", "is not a key of pipelines; did you mean url?"),
    R(HELLO, '    url: "https://github.com/nextflow-io/hello"\n', "", "- name:", f"{PIPELINE}.url", "is missing; it is the pipeline's Git address"),
    R(HELLO, "    workspace:", "    WORKSPACE:", "WORKSPACE", f"{PIPELINE}.WORKSPACE", "did you mean workspace?"),
    R(HELLO, "    workspace:", "    workspce:", "workspce", f"{PIPELINE}.workspce", "did you mean workspace?"),
    R(HELLO, "    overwrite", "    launch-container: x\n    overwrite", "launch-container", f"{PIPELINE}.launch-container", "is not a key of pipelines"),
    R(LAUNCH, "    params:", "    parameters:", "parameters:", f"{RUN}.parameters", "is not a key of launch"),
    R(LAUNCH, '    pipeline: "${COMPUTE_ENV_PREFIX}_workflow_fusion_snapshots"\n', "", "- name:", f"{RUN}.pipeline", "is missing; it is the name of a pipeline"),
    R(LAUNCH, '    workspace: "$ORGANIZATION_NAME/$WORKSPACE_NAME"\n', "", "- name:", f"{RUN}.workspace", "is missing; the runs of this folder are in $ORGANIZATION_NAME/$WORKSPACE_NAME"),
    R(DATASET, '    description: "Runs of the Fusion Snapshots benchmark"\n', "", "- name:", "datasets[0].description", "is missing"),
    R(DATASET, "header", "headers", "headers", "datasets[0].headers", "did you mean header?"),
]  # fmt: skip

BETWEEN_KEYS = [
    R(SNAPSHOTS, '"SPOT"', '"EC2"', "provisioning-model:", f"{CE}.provisioning-model", "snapshots are taken on Spot instances only"),
    R(SNAPSHOTS, "    wave: True\n", "", "- type:", f"{CE}.wave", "is missing; snapshots need wave: True"),
    R(SNAPSHOTS, "config-mode: forge", "config-mode: manual", "config-mode:", f"{CE}.config-mode", "does not fit the rest: add head-queue, compute-queue"),
    R(SNAPSHOTS, "    fusion-v2: True\n", "", "- type:", f"{CE}.fusion-v2", "is missing; snapshots need fusion-v2: True"),
    R(ONDEMAND, "wave: True", "wave: False", "wave:", f"{CE}.wave", "Fusion v2 needs wave: True (got: False)"),
    R(ONDEMAND, "fusion-v2: True", "fusion-v2: False", "fusion-v2:", f"{CE}.fusion-v2", "fast storage needs fusion-v2: True"),
    R(ONDEMAND, "no-ebs-auto-scale: True", "no-ebs-auto-scale: False", "no-ebs-auto-scale:", f"{CE}.no-ebs-auto-scale", "cannot work with EBS auto-scaling"),
    R(ONDEMAND, "overwrite: False", "overwrite: True", "overwrite:", f"{CE}.overwrite", "True deletes the compute environment and recreates it"),
    R(ONDEMAND, "overwrite: False", "on_exists: overwrite", "on_exists:", f"{CE}.on_exists", "overwrite deletes the compute environment"),
    R(ONDEMAND, "config-mode: forge", "config-mode: manual", "config-mode:", f"{CE}.config-mode", "does not fit the rest: add head-queue, compute-queue (config-mode: manual uses"),
    option("head-queue: acme-head", "head-queue:", "head-queue", "must be left out; config-mode: forge makes its own queues (got: 'acme-head')"),
    option("ebs-blocksize: 150", "ebs-blocksize:", "ebs-blocksize", "must be left out; it sizes a disk that Fusion v2 does not use"),
    option("fusion: True", "fusion: True", "fusion", "fusion is the retired predecessor of fusion-v2"),
    option("fargate: True", "provisioning-model:", "provisioning-model", "a Fargate head job needs provisioning-model: SPOT"),
    option("bid-percentage: 50", "provisioning-model:", "provisioning-model", "bid-percentage is for provisioning-model: SPOT only"),
    option("subnets: subnet-0a1b2c3d", "- type:", "vpc-id", "is missing; subnets and security-groups need a vpc-id"),
    option("security-groups: sg-0a1b2c3d", "- type:", "vpc-id", "is missing; subnets and security-groups need a vpc-id"),
    option("fusion-metrics-collection: True\n    no-fusion-metrics-collection: True", "no-fusion-metrics", "no-fusion-metrics-collection", "exclude each other"),
    option("alloc-strategy: SPOT_CAPACITY_OPTIMIZED", "alloc-strategy:", "alloc-strategy", "must be left out; AWS Batch takes this strategy for provisioning-model: SPOT only"),
    R(ONDEMAND, '"c6id,m6id,r6id"', '"optimal"', "instance-types:", f"{CE}.instance-types", "optimal stands for types without NVMe storage, which fast storage needs"),
    option("file-path: exported.json", "file-path:", "file-path", "does not fit the rest: leave out type, config-mode, work-dir"),
    R(HELLO, "    overwrite", "    file-path: pipelines/exported.json\n    overwrite", "file-path:", f"{PIPELINE}.file-path", "must be left out; url and file-path exclude each other"),
    R(LAUNCH, "    params-file", "    url: https://github.com/nf-core/demo\n    params-file", "pipeline:", f"{RUN}.pipeline", "must be left out; url and pipeline exclude each other"),
    R(LAUNCH, "    params-file", "    version-id: a\n    version-name: b\n    params-file", "version-name:", f"{RUN}.version-name", "must be left out; version-id and version-name"),
]  # fmt: skip

SHELL = [
    R(SNAPSHOTS, "${COMPUTE_ENV_PREFIX}_fusion", "$COMPUTE_ENV_PREFIX_fusion", "name:", f"{CE}.name", "did you mean ${COMPUTE_ENV_PREFIX}_fusion"),
    R(SNAPSHOTS, "$AWS_REGION", "$AWS_REGOIN", "region:", f"{CE}.region", "did you mean $AWS_REGION?"),
    R(SNAPSHOTS, "${COMPUTE_ENV_PREFIX}", "${COMPUTE_ENV_PREFIX", "name:", f"{CE}.name", "holds '$' beside a variable"),
    R(SNAPSHOTS, "$AWS_REGION", "${AWS_REGION:-eu-west-1}", "region:", f"{CE}.region", "holds '$' beside a variable"),
    R(SNAPSHOTS, "$AWS_REGION", "$(aws configure get region)", "region:", f"{CE}.region", "holds $(, so seqerakit hands it to the shell"),
    R(SNAPSHOTS, '"${COMPUTE_ENV_PREFIX}_fusion_snapshots"', '"$COMPUTE_ENV_PREFIX fusion"', "name:", f"{CE}.name", "holds a space beside a variable"),
    R(ONDEMAND, 'name: "${', "name: ${", "name:", f"{CE}.name", "holds '\"' beside a variable"),
    R(HELLO, "Hello world, a", "Hello & welcome, a", "description:", f"{PIPELINE}.description", "holds &"),
    R(HELLO, "Hello world, a", "$WORKSPACE_NAME, a", "description:", f"{PIPELINE}.description", "holds a space beside a variable"),
    R(HELLO, "Hello world, a", "100 % hello, a", "description:", f"{PIPELINE}.description", "holds a space beside a variable or %"),
    R(HELLO, "Hello world, a smoke test of the compute environments", "'quoted'", "description:", f"{PIPELINE}.description", "stands in single quotes"),
    R(LAUNCH, "$PIPELINE_OUTDIR_PREFIX", "$PIPELINE_OUTDIR", "outdir:", f"{RUN}.params.outdir", "did you mean $PIPELINE_OUTDIR_PREFIX?"),
    R(LAUNCH, "    params:\n", '    params:\n      price: "$5"\n', "price:", f"{RUN}.params.price", "$5 is not exported by env.sh"),
    R("params.yml", "\n{}", "\nrate: 1e-5", "rate:", "rate", "seqerakit takes 1e-5 for a text; write 1.0e-5 for the number, or quote it"),
    R("params.yml", "\n{}", "\nrate: 2.5E6", "rate:", "rate", "write 2.5e+6 for the number"),
    R("params.yml", "\n{}", "\nversion: 1.10", "version:", "version", "YAML makes a number of 1.10 and changes it; quote it"),
    R(LAUNCH, "    params:\n", "    params:\n      rate: 1e-5\n", "rate:", f"{RUN}.params.rate", "write 1.0e-5 for the number"),
    R("params.yml", "\n{}", "\ngenome:", "genome:", "genome", "seqerakit drops it, so that the pipeline's own default stays; leave it out, or write '' for nothing (got: 'null')"),
    R(LAUNCH, "    params:\n", "    params:\n      genome: null\n", "genome:", f"{RUN}.params.genome", "seqerakit drops it"),
    R("params.yml", "\n{}", '\ninput": s3://acme-fusion/a.csv', "input", 'input"', "the name of a parameter must be letters, digits and _ - . alone"),
    R("params.yml", "\n{}", '\nconfig: "${projectDir}/a.csv"', "config:", "config", "holds ${projectDir}, which Nextflow fills in and seqerakit does not know; write $${projectDir}"),
    R("params.yml", "\n{}", '\ngenome: "$GENOME"', "genome:", "genome", "$GENOME is not exported by env.sh"),
    R(SNAPSHOTS, "snapshots: True", 'snapshots: True\n    description: "see x.json"', "description:", f"{CE}.description", "holds .json, at which seqerakit imports a file"),
    R(HELLO, "    overwrite", '    description: "as in x.json"\n    overwrite', "as in x.json", f"{PIPELINE}.description", "given twice"),
    R(HELLO, "    overwrite", "    schema-name: nextflow_schema.json\n    overwrite", "schema-name:", f"{PIPELINE}.schema-name", "holds .json, at which seqerakit imports a file"),
]  # fmt: skip

ENV = [
    R("env.sh", "s3://acme-fusion/results", "s3://acme-fusion/work/results", "export PIPELINE_OUTDIR_PREFIX", "PIPELINE_OUTDIR_PREFIX", "is in AWS_WORK_DIR, which is deleted once no run needs it; results need a place of their own, e.g. s3://acme-fusion/results", "warning"),
    R("env.sh", "AWS_WORK_DIR='s3://acme-fusion/work'", "AWS_WORK_DIR='s3://acme-fusion'", "export PIPELINE_OUTDIR_PREFIX", "PIPELINE_OUTDIR_PREFIX", "is in AWS_WORK_DIR, which is deleted once no run needs it; results need a place of their own, e.g. s3://acme-fusion-out", "warning"),
    R("env.sh", "AWS_CREDENTIALS='acme-aws'", "AWS_CREDENTIALS='acme aws'", "AWS_CREDENTIALS=", "AWS_CREDENTIALS", "must be 1 to 100 letters"),
    R("env.sh", "AWS_CREDENTIALS='acme-aws'", "AWS_CREDENTIALS=''", "AWS_CREDENTIALS=", "AWS_CREDENTIALS", "must be 1 to 100 letters"),
    R("env.sh", "PREFIX='s3://acme-fusion/results'", "PREFIX='s3://acme-fusion/*'", "PIPELINE_OUTDIR_PREFIX=", "PIPELINE_OUTDIR_PREFIX", "must be an S3 path"),
    R("env.sh", "PREFIX='s3://acme-fusion/results'", "PREFIX='s3://acme-results/x'", "PIPELINE_OUTDIR_PREFIX=", "PIPELINE_OUTDIR_PREFIX", "is in none of the buckets that the tasks may write"),
    R("env.sh", "export AWS_REGION='eu-west-1'", "# export AWS_REGION='eu-west-1'", "", "AWS_REGION", "is not exported"),
    R("env.sh", "AWS_REGION='eu-west-1'", "AWS_REGION='eu-west-1", "AWS_REGION=", "", "bash stops here under set -eu"),
    R("env.sh", "AWS_REGION='eu-west-1'", 'AWS_REGION="$MY_REGION"', "AWS_REGION=", "", "bash stops here under set -eu (got: 'MY_REGION: unbound variable')"),
    R("env.sh", "AWS_REGION='eu-west-1'\n", "AWS_REGION='eu-west-1'\r\n", "AWS_REGION=", "", "has the line ends of Windows"),
    R("env.sh", "AWS_REGION='eu-west-1'", "AWS_REGION = 'eu-west-1'", "AWS_REGION =", "", "no space may stand beside the ="),
    R("env.sh", "AWS_REGION='eu-west-1'", "AWS_REGION='eu-west-9'", "AWS_REGION=", "AWS_REGION", "is no region of AWS that is known here; the nearest is eu-west-", "warning"),
    R("env.sh", "AWS_WORK_DIR='s3://acme-fusion/work'", "AWS_WORK_DIR='s3://eu-west-1'", "AWS_WORK_DIR=", "AWS_WORK_DIR", "names a region where the bucket belongs", "warning"),
    R("env.sh", "\nexport AWS_REGION", "\necho hello\nexport AWS_REGION", "echo hello", "", "prints on standard output"),
    R("env.sh", "\nexport AWS_REGION", "\ntouch pwned\nexport AWS_REGION", "touch pwned", "", "runs what a check does not run (got: 'touch pwned')", "warning"),
    R("env.sh", "AWS_REGION='eu-west-1'", "AWS_REGION=$(aws configure get region)", "AWS_REGION=", "AWS_REGION", "runs what a check does not run; the value of AWS_REGION is not known, and what depends on it is not checked (got: 'aws configure get region')", "warning"),
    R("env.sh", "export AWS_REGION='eu-west-1'", ". ./region.sh", ". ./region.sh", "", "runs what a check does not run; variables that it may set are not known, and what depends on them is not checked", "warning"),
    R("env.sh", "\nexport AWS_REGION", "\ncd /\nexport AWS_REGION", "cd /", "", "changes the working directory"),
    R("env.sh", "\nexport AWS_REGION", "\nPATH=/opt/tw:$PATH\nexport AWS_REGION", "PATH=", "PATH", "must be left as it is"),
    R("env.sh", "", "unset PATH\n", "unset PATH", "PATH", "must be left as it is; the steps find seqerakit, tw and python3 by it (got: 'unset')"),
    R("env.sh", "\nexport AWS_REGION", "\nexport TOWER_ACCESS_TOKEN=x\nexport AWS_REGION", "TOWER_ACCESS_TOKEN=x", "TOWER_ACCESS_TOKEN", "must be left out; the token must not be stored here"),
    R("env.sh", "date +%Y%m%d-%H%M%S", "date +%F-%T", "TIME=", "TIME", "must be 1 to 40 lower-case letters or digits"),
    R("env.sh", "\nexport AWS_REGION", "\nexit 0\nexport AWS_REGION", "exit 0", "", "bash stops here under set -eu"),
    R("env.sh", "ENDPOINT='https://api.cloud.seqera.io'", "ENDPOINT='https://seqera.acme.org/api'", "- type:", f"{CE}.ami-id", "Seqera Enterprise needs the Amazon Linux 2023", "warning", SNAPSHOTS),
]  # fmt: skip

YAML = [
    R(SNAPSHOTS, "compute-envs:", "ccompute-envs:", "ccompute-envs", "ccompute-envs", "did you mean compute-envs?"),
    R(LAUNCH_HELLO, "launch:", "Launch:", "Launch:", "Launch", "did you mean launch?"),
    R(LAUNCH, "launch:\n", "stages: []\nlaunch:\n", "stages", "stages", "the blocks here are compute-envs"),
    R(ONDEMAND, "    region:", "\tregion:", "\tregion:", "", "a tab stands where YAML wants spaces"),
    R(ONDEMAND, "    region:", "   region:", "   region:", "", "not YAML"),
    R(LAUNCH, "launch:\n", "launch: []\n---\nlaunch:\n", "---", "", "seqerakit reads one document a file"),
    R(LAUNCH, "  - name", "    name", "launch:", "launch", "must be a list with at least one item"),
    R(LAUNCH, "  - name", "  - hello\n  - name", "- hello", "launch[0]", "must be a set of key: value lines (got: 'hello')"),
    R(LAUNCH, "pipeline: ", "pipeline:", "pipeline:", "", "not YAML"),
    R("launch/more.yml", "", "# nothing yet\n", "", "", "the file is empty; seqerakit refuses it"),
    R("launch/more.yml", "", "- launch\n", "", "", "a seqerakit file starts with a block such as launch:"),
    R("launch/more.yml", "", "launch: []\n", "", "launch", "must be a list with at least one item"),
    R("launch/more.yml", "", 'launch: !!int ""\n', "", "", "this is no int"),
    R("launch/more.yml", "", 'launch: !!float ""\n', "", "", "this is no float"),
    R("launch/more.yml", "", "launch: &a [*a]\n", "", "", "an alias stands within what it stands for"),
    R("launch/more.yml", "", "? [a]\n: b\n", "", "", "a key must be one word"),
    R(LAUNCH, '"params.yml"', r'"params\0.yml"', "params-file:", f"{RUN}.params-file", "must be a file's path"),
]  # fmt: skip

ACROSS_FILES = [
    R(LAUNCH, "}_workflow_fusion_snapshots", "}_workflow_snapshots", "pipeline:", f"{RUN}.pipeline", "the nearest is fusion-benchmark_eu-west-1_workflow_fusion_snapshots", "warning"),
    R(LAUNCH, '_fusion_snapshots"\n    params', '_fusion_snapshot"\n    params', "compute-env:", f"{RUN}.compute-env", "no file here defines compute-envs of this name", "warning"),
    R(HELLO, "_fusion_ondemand", "_ondemand", "compute-env:", f"{PIPELINE}.compute-env", "it must exist in the workspace; the nearest is", "warning"),
    R(REPORT, "params:\n", 'params:\n      dataset: "other_runs"\n', "dataset:", f"{RUN}.params.dataset", "no file here defines datasets of this name", "warning"),
    R(SNAPSHOTS, "PREFIX}_fusion_snapshots", "PREFIX}_fusion_ondemand", "name:", f"{CE}.name", f"the same name as in {ONDEMAND}:"),
    R(LAUNCH_HELLO, "hello-fusion-snapshots-$TIME\"\n", "hello-fusion-ondemand-$TIME\"\n", "", "launch[1].name", f"the same name as in {LAUNCH_HELLO}:"),
    R(WORKFLOW, "pipelines/nextflow_", "nextflow_", "config:", f"{PIPELINE}.config", "write pipelines/nextflow_fusion_snapshots.config"),
    R(DATASET, "report/samplesheet.csv", "samplesheet.csv", "file-path:", "datasets[0].file-path", "write report/samplesheet.csv"),
    R(DATASET, "samplesheet.csv", "runs.csv", "file-path:", "datasets[0].file-path", "no such file"),
    R(HELLO, "    overwrite", "    post-run: pipelines/done.sh\n    overwrite", "post-run:", f"{PIPELINE}.post-run", "no such file"),
    R(HELLO, "    overwrite", f"    post-run: {'x' * 300}.sh\n    overwrite", "post-run:", f"{PIPELINE}.post-run", "no such file"),
    R(HELLO, "    overwrite", "    post-run: README.md\n    overwrite", "post-run:", f"{PIPELINE}.post-run", "bytes; the Platform takes at most 1024"),
    R("params.yml", "\n{}", "", "", "", "holds no parameters; write {}"),
    R("params.yml", "\n{}", "\ninput", "input\n", "", "a params file holds name: value lines"),
    R("params.yml", "\n{}", "\ninput: my-samples", "input:", "input", "is no address; the name of a dataset goes under params:", "warning"),
    R("report/params.yml", "input:", "input", "input", "", "a params file holds name: value lines"),
    R("env.sh.edited", "", "export AWS_REGION=eu-west-2\n", "", "", "holds your edits of env.sh, which lacks them", "warning"),
    R(WORKFLOW, "    overwrite", "    params:\n      input: s3://acme-fusion/in.csv\n      genome: GRCh38\n    overwrite", "params:", f"{PIPELINE}.params", f"input, genome: lost at launch, as {LAUNCH} has parameters", "warning"),
    R(LAUNCH, "    params:\n", "    params:\n      input: samples\n", "input:", f"{RUN}.params.input", "is no address; the name of a dataset goes under params:", "warning"),
    R(LAUNCH, "$PIPELINE_OUTDIR_PREFIX", "results", "outdir:", f"{RUN}.params.outdir", "must be an S3 path"),
    R(LAUNCH, "$PIPELINE_OUTDIR_PREFIX", "s3:/acme-fusion", "outdir:", f"{RUN}.params.outdir", "must be an S3 path"),
    R(LAUNCH, "$PIPELINE_OUTDIR_PREFIX", "s3://acme-others", "outdir:", f"{RUN}.params.outdir", f"is in none of the buckets that the tasks may write, allow-buckets of {SNAPSHOTS}"),
    R(WORKFLOW, '"$AWS_WORK_DIR"', "gs://acme/work", "work-dir:", f"{PIPELINE}.work-dir", "must be an S3 path, as the compute environment is on AWS"),
    R(SHEET, "id,workspace,group", "id,group,workspace", "id,group", "", "the first line must be id,workspace,group"),
    R(SHEET, "", "4Bi5xBK6E2Nbhj,acme-genomics/fusion-benchmark,fusion\n", "4Bi5", "group", "must be fusion_ondemand or fusion_snapshots"),
    R(SHEET, "", "hello-run,acme-genomics/fusion-benchmark,fusion_ondemand\n", "hello-run", "id", "must be a run id"),
    R(SHEET, "", "4Bi5xBK6E2Nbhj,fusion-benchmark,fusion_ondemand\n", "4Bi5", "workspace", "must be organization/workspace"),
]  # fmt: skip

ARMS = [
    R(SNAPSHOTS, "    snapshots: True\n", "", "- type:", f"{CE}.snapshots", "is missing; this arm is the one with Snapshots"),
    R(ONDEMAND, '"EC2"', '"SPOT"', "provisioning-model:", f"{CE}.provisioning-model", "the baseline runs on on-demand instances"),
    R(ONDEMAND, '    provisioning-model: "EC2"\n', "", "- type:", f"{CE}.provisioning-model", "is missing; the baseline runs on on-demand instances"),
    R(LAUNCH, '_fusion_snapshots"\n    params', '_fusion_ondemand"\n    params', "compute-env:", f"{RUN}.compute-env", "is of the arm fusion_ondemand, but this is for fusion_snapshots"),
    R(LAUNCH, "}_workflow_fusion_snapshots", "}_workflow_fusion_ondemand", "pipeline:", f"{RUN}.pipeline", "is of the arm fusion_ondemand, but this is for fusion_snapshots"),
    R(WORKFLOW, '_fusion_snapshots"\n    work-dir', '_fusion_ondemand"\n    work-dir', "compute-env:", f"{PIPELINE}.compute-env", "is of the arm fusion_ondemand, but this is for fusion_snapshots"),
    R(WORKFLOW, "    config:", "    # config:", "- name:", f"{PIPELINE}.config", "is missing; it is the Nextflow configuration of the arm fusion_snapshots"),
    R(WORKFLOW, "nextflow_fusion_snapshots", "nextflow_fusion_ondemand", "config:", f"{PIPELINE}.config", "is the configuration of fusion_ondemand, not fusion_snapshots"),
    R(SNAPSHOTS, 'instance-types: "', 'instance-types: "c6id.4xlrge,', "instance-types:", f"{CE}.instance-types", "must be instance types"),
    R(SNAPSHOTS, 'instance-types: "', 'instance-types: "c6i.4xlarge,', "instance-types:", f"{CE}.instance-types", "c6i.4xlarge has no NVMe instance storage, which fast storage needs; c6id.4xlarge has"),
    R(SNAPSHOTS, 'instance-types: "', 'instance-types: "c7gd.4xlarge,', "instance-types:", f"{CE}.instance-types", "c7gd.4xlarge is not x86_64"),
    R(SNAPSHOTS, 'instance-types: "', 'instance-types: "g5.xlarge,', "instance-types:", f"{CE}.instance-types", "g5.xlarge has GPUs or other accelerators"),
    R(SNAPSHOTS, 'instance-types: "', 'instance-types: "c8id.8xlarge,', "instance-types:", f"{CE}.instance-types", "not offered in eu-west-1, as far as recorded: c8id.8xlarge", "warning"),
    R(SNAPSHOTS, 'instance-types: "', 'instance-types: "r6id.16xlarge" # "', "resourceLimits =", "process.resourceLimits", "can dump it in 120 seconds: such a task is lost when its instance is reclaimed; r6id.16xlarge has 64 CPUs and dumps 219 GB", "warning", CONFIG),
    R(ONDEMAND, '"c6id,m6id,r6id"', '"c6id,c6gd"', "instance-types:", f"{CE}.instance-types", "c6gd is not x86_64"),
    R(ONDEMAND, '"c6id,m6id,r6id"', '"m5"', "instance-types:", f"{CE}.instance-types", "m5 has no NVMe instance storage, which fast storage needs"),
    R(ONDEMAND, '"c6id,m6id,r6id"', '"c6id.3xlarge"', "instance-types:", f"{CE}.instance-types", "c6id.3xlarge is no EC2 instance type known here"),
    R(SNAPSHOTS, "max-cpus: 1000", "max-cpus: 500", "max-cpus:", f"{CE}.max-cpus", f"differs from {ONDEMAND} (1000): the comparison would not be fair (got: 500)", "warning"),
    R(SNAPSHOTS, "    overwrite: False", "    vpc-id: vpc-0a1b2c3d\n    overwrite: False", "vpc-id:", f"{CE}.vpc-id", f"differs from {ONDEMAND} (nothing)", "warning"),
    R(ONDEMAND, "    overwrite: False", "    vpc-id: vpc-0a1b2c3d\n    overwrite: False", "- type:", f"{CE}.vpc-id", f"is missing; {ONDEMAND} has 'vpc-0a1b2c3d'", "warning", SNAPSHOTS),
    R(SNAPSHOTS, "fast-storage: True", "fast-storage: False", "fast-storage:", f"{CE}.fast-storage", f"differs from {ONDEMAND} (true)", "warning"),
    R(WORKFLOW, "    revision: ", "    revision: dev # ", "revision:", f"{PIPELINE}.revision", "the comparison would not be fair (got: 'dev')", "warning"),
    R(LAUNCH, "    params:", "    revision: dev\n    params:", "revision:", f"{RUN}.revision", "the comparison would not be fair", "warning"),
]  # fmt: skip

NEXTFLOW = [
    R(CONFIG, "process {", "process {{", "process {{", "", "not a Nextflow configuration: this { is never closed"),
    R(CONFIG, "maxRetries = 2", "maxRetries = 2 }", "", "", "this } closes nothing"),
    R(CONFIG, "maxRetries = 2", "maxRetries = 2\n    tag = 'x", "tag = 'x", "", "this ' has no end"),
    R(CONFIG, "", "includeConfig 'base.config'\n", "includeConfig", "includeConfig", "the Platform gets the text of this one file"),
    R(CONFIG, "", "process.maxSpotAttempts = 3\n", "process.maxSpotAttempts", "process.maxSpotAttempts", "has no effect here; the setting is aws.batch.maxSpotAttempts"),
    R(CONFIG, "aws.batch.maxSpotAttempts = 5", "aws { maxSpotAttempts = 5 }", "aws { max", "aws.maxSpotAttempts", "has no effect here"),
    R(CONFIG, "resourceLimits = [cpus: ", "resourceLimits = [cpus: 1", "resourceLimits =", "process.resourceLimits", "no instance type of compute-envs/aws_fusion_snapshots.yml has both for one task"),
    R(CONFIG, "    resourceLimits =", "    // resourceLimits =", "", "process.resourceLimits", "is missing; a task may get more memory than its instance dumps", "warning"),
    R(CONFIG, "maxRetries = 2", "maxRetries = 5", "maxRetries =", "process.maxRetries", "differs from pipelines/nextflow_fusion_ondemand.config: the comparison would not be fair (got: 5)", "warning"),
    R(CONFIG, "    maxRetries = 2\n", "", "", "process.maxRetries", "is missing; pipelines/nextflow_fusion_ondemand.config has it", "warning"),
]  # fmt: skip

SELECTED = "process { withName: 'STAR' { "
ARM_CONFIGS = [
    R(CONFIG, "", SELECTED + "resourceLimits = [cpus: 4, memory: 999.GB] } }\n", SELECTED, "process.withName:'STAR'.resourceLimits", "has both for one task, which would wait for ever"),
    R(CONFIG, "", "process { 'withLabel:big' { resourceLimits = [cpus: 4] } }\n", "'withLabel:big'", "process.'withLabel:big'.resourceLimits", "sets no memory, and takes the place of any other process.resourceLimits", "warning"),
    R(CONFIG, "", SELECTED + "cpus = 4 } }\n", SELECTED, "process.withName:'STAR'.cpus", "is not in pipelines/nextflow_fusion_ondemand.config: the comparison would not be fair (got: 4)", "warning"),
    R(BASELINES, "", SELECTED + "cpus = 4 } }\n", "", "process.withName:'STAR'.cpus", "is missing; pipelines/nextflow_fusion_ondemand.config has it", "warning", CONFIG),
    R(CONFIG, "", "params.genome = 'GRCh38'\n", "params.genome", "params.genome", "the comparison would not be fair", "warning"),
    R(CONFIG, "", "fusion.enabled = false\n", "fusion.enabled", "fusion.enabled", "belongs to the compute environment, which it outranks: the arm would not be what its name says; leave it out (got: false)"),
    R(CONFIG, "", "wave { strategy = 'conda' }\n", "wave {", "wave.strategy", "the arm would not be what its name says"),
    R(CONFIG, "", SELECTED + "executor = 'local' } }\n", SELECTED, "process.withName:'STAR'.executor", "which it outranks: the arm would run elsewhere; leave it out"),
    R(CONFIG, "", "workDir = 's3://acme-us/work'\n", "workDir", "workDir", "the arm would run elsewhere"),
    R(CONFIG, "", "aws { region = 'us-west-2' }\n", "aws { region", "aws.region", "the arm would run elsewhere"),
    R(CONFIG, "", "profiles { test { process.queue = 'acme' } }\n", "profiles", "process.queue", "the arm would run elsewhere"),
    R(CONFIG, "", "process.queue = { task.attempt > 1 ? 'ondemand' : 'spot' }\n", "process.queue", "process.queue", "may send a task to another queue than the arm's, such as one on demand", "warning"),
    R(CONFIG, "", "fusion.containerConfigUrl = 'https://fusionfs.seqera.io/releases/v2.5.8-amd64.json'\n", "fusion.container", "fusion.containerConfigUrl", "must be the same in all arms, which run one Fusion"),
    R(CONFIG, "", "aws.batch.maxSpotAttempt = 3\n", "maxSpotAttempt =", "aws.batch.maxSpotAttempt", "is no setting of Nextflow, which passes over it; did you mean aws.batch.maxSpotAttempts?"),
    R(CONFIG, "", "aws.batch.terminateUnscheduledJobs = true\n", "terminateUnsch", "aws.batch.terminateUnscheduledJobs", "did you mean aws.batch.terminateUnschedulableJobs?"),
    R(CONFIG, "", "process.errorStratgy = 'retry'\n", "errorStratgy", "process.errorStratgy", "did you mean process.errorStrategy?"),
    R(CONFIG, "maxSpotAttempts = 5", "maxSpotAttempts = 11", "maxSpotAttempts =", "aws.batch.maxSpotAttempts", "must be 1 to 10, which AWS Batch takes; Nextflow passes any other number on (got: 11)"),
    R(CONFIG, "maxSpotAttempts = 5", "maxSpotAttempts = -1", "maxSpotAttempts =", "aws.batch.maxSpotAttempts", "turns it off: a task whose Spot instance is reclaimed", "warning"),
]  # fmt: skip

SCRIPTS = [
    R("pipelines/pre-run.sh", "NXF_VER=26.04.6", "NXF_VER=25.10.1", "NXF_VER=", "NXF_VER", "they record Spot at on-demand prices, and 25.10.3 is the first without that (got: '25.10.1')"),
    R("pipelines/pre-run.sh", "NXF_VER=26.04.6", 'NXF_VER="26.04"', "NXF_VER=", "NXF_VER", "must be a version of Nextflow, 25.04.0 or newer"),
    R("pipelines/pre-run.sh", "", "if true; then\n", "", "", "bash cannot read it (got: 'syntax error: unexpected end of file"),
    R("pipelines/pre-run.sh", "", "echo done\r\n", "echo done", "", "has the line ends of Windows, which bash takes for a part of each line"),
    R("env.sh", "\nexport AWS_REGION", "\r\nexport AWS_REGION", "", "", "has the line ends of Windows, which bash takes for a part of each line"),
]  # fmt: skip

REJECTIONS = [
    *TYPES,
    *KEYS,
    *BETWEEN_KEYS,
    *SHELL,
    *ENV,
    *YAML,
    *ACROSS_FILES,
    *ARMS,
    *NEXTFLOW,
    *ARM_CONFIGS,
    *SCRIPTS,
]

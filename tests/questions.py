"""Of each question, an answer that it takes, with the place where it goes, and answers that it refuses."""

from __future__ import annotations

# The places: env.sh, all compute environments or one, the arms' pipelines, the policy.
ENV, CE = "env.sh", "compute-envs"

# A question, its answer, the place, the key there, and the value that it has there.
OPTIONS = [
    ("organization_name", " acme ", ENV, "ORGANIZATION_NAME", "acme"),
    ("workspace_name", "bench", ENV, "WORKSPACE_NAME", "bench"),
    ("workspace_name", "bench", ENV, "COMPUTE_ENV_PREFIX", "bench_us-east-1"),
    ("aws_credentials", "acme-aws", ENV, "AWS_CREDENTIALS", "acme-aws"),
    ("aws_region", "us-west-2", ENV, "AWS_REGION", "us-west-2"),
    ("aws_region", "us-gov-west-1", ENV, "AWS_REGION", "us-gov-west-1"),
    ("aws_region", "cn-north-1", ENV, "COMPUTE_ENV_PREFIX", "your-workspace_cn-north-1"),
    ("aws_region", "eusc-de-east-1", ENV, "AWS_REGION", "eusc-de-east-1"),
    ("aws_work_dir", "acme/scratch/", ENV, "AWS_WORK_DIR", "s3://acme/scratch"),
    ("aws_work_dir", "acme/scratch/", ENV, "AWS_COMPUTE_ENV_ALLOWED_BUCKETS", "s3://acme"),
    ("aws_work_dir", "acme/scratch/", ENV, "PIPELINE_OUTDIR_PREFIX", "s3://acme/results"),
    (
        "aws_compute_env_allowed_buckets",
        "my-bucket, s3://other/x",
        ENV,
        "AWS_COMPUTE_ENV_ALLOWED_BUCKETS",
        "s3://my-bucket,s3://other/x",
    ),
    ("pipeline_outdir_prefix", "your-bucket/out/", ENV, "PIPELINE_OUTDIR_PREFIX", "s3://your-bucket/out"),
    ("compute_env_prefix", "acme", ENV, "COMPUTE_ENV_PREFIX", "acme"),
    ("labels", "a1 = b1 , c1=d1", CE, "labels", "a1=b1,c1=d1"),
    ("ondemand_instance_types", "c6id, m6id", "ondemand", "instance-types", "c6id,m6id"),
    (
        "snapshots_instance_types",
        "c6id.8xlarge c6id.12xlarge",
        "snapshots",
        "instance-types",
        "c6id.8xlarge,c6id.12xlarge",
    ),
    ("max_cpus", "64", CE, "max-cpus", 64),
    ("ami_id", "ami-0a1b2c3d4e5f60718", CE, "ami-id", "ami-0a1b2c3d4e5f60718"),
    ("vpc_id", "vpc-aaaabbbbccccdddd", CE, "vpc-id", "vpc-aaaabbbbccccdddd"),
    ("pipeline_url", "https://github.com/acme/flow/", "pipelines", "url", "https://github.com/acme/flow"),
    ("pipeline_revision", "1.10", "pipelines", "revision", "1.10"),
    ("pipeline_profile", "test, docker", ENV, "PIPELINE_PROFILE", "test,docker"),
    ("aws_account_id", " 012345670123 ", "iam", "", "arn:aws:iam::012345670123:role/TowerForge-*"),
    ("tower_api_endpoint", "https://seqera.acme.org/api/", ENV, "TOWER_API_ENDPOINT", "https://seqera.acme.org/api"),
]

# Answers whose place has a test of its own.
ELSEWHERE = {
    "subnets": "subnet-0a1b2c3d",
    "security_groups": "sg-0a1b2c3d",
    "nextflow_version": "25.04.4",
    "spot_without_snapshots": "yes",
    "project_slug": "elsewhere",
}
GOOD = {question: answer for question, answer, *_ in reversed(OPTIONS)} | ELSEWHERE

# A question, an answer that it refuses, and the words of the refusal.
NAME = "must be 2 to 39 letters or digits, with single - or _ between them, e.g. "
RESOURCE = "must be 1 to 100 letters, digits, - or _, not starting with -, e.g. acme-aws"
ACCOUNT = "must be the 12 digits of an AWS account id, without dashes; in YAML within quotes, e.g. 123456789012"
REGION = "must be an AWS region in lower case, without the letter of an availability zone"
PATH = "must be an S3 path s3://bucket/path; the bucket has 3 to 63 of a-z 0-9 . -"
PATHS = "must be S3 paths s3://bucket separated by commas"
LABELS = "must be at most 25 name=value pairs separated by commas"
TYPES = (
    "must be instance types or families separated by commas, without spaces; AWS Batch takes no t and no mac families"
)
COUNT = "must be a whole number from 1 to 999999, e.g. 1000"
URL = "must be the https address of a Git repository, e.g. https://github.com/nf-core/rnaseq"
SLUG = "must be a plain folder name of 1 to 100 letters, digits and . _ -"

NEXTFLOW = "must be a version of Nextflow, 25.04.0 or newer, but not 25.10.0 to 25.10.2 or 25.12.0-edge"

BAD = [
    ("organization_name", "a", NAME),
    ("organization_name", "", "is empty; it must be 2 to 39 letters"),
    ("organization_name", "-acme", NAME),
    ("organization_name", "acme--genomics", NAME),
    ("organization_name", "acme genomics", NAME),
    ("organization_name", "x" * 40, NAME),
    ("organization_name", "ácme", NAME),
    ("organization_name", "<< 7*6 >>", NAME),
    ("organization_name", "<% raw %>", NAME),
    ("organization_name", "<# gone #>acme", NAME),
    ("organization_name", "acme\ngenomics", NAME),
    ("workspace_name", "$(touch pwned)", NAME),
    ("workspace_name", "`id`", NAME),
    ("workspace_name", "a'b", NAME),
    ("aws_credentials", "acme aws", RESOURCE),
    ("aws_credentials", "-rf", RESOURCE),
    ("aws_credentials", "arn:aws:iam::1:role/x", RESOURCE),
    ("aws_region", "us-east-1a", f"{REGION}; did you mean us-east-1?"),
    ("aws_region", "US-EAST-1", f"{REGION}; did you mean us-east-1?"),
    ("aws_region", "us-est-1", f"{REGION}; did you mean us-west-1?"),
    ("aws_region", "virginia", f"{REGION}; did you mean us-east-1?"),
    ("aws_region", "Ireland", f"{REGION}; did you mean eu-west-1?"),
    ("aws_region", "on-premises", f"{REGION}, e.g. eu-west-1"),
    (
        "pipeline_outdir_prefix",
        "s3://your-bucket/work/results",
        "is in aws_work_dir, which is deleted once no run needs it; results need a place of their own, "
        "e.g. s3://your-bucket/results",
    ),
    (
        "pipeline_outdir_prefix",
        "s3://elsewhere/results",
        "is in no bucket that the tasks may write, which are those of aws_work_dir and aws_compute_env_allowed_buckets, "
        "e.g. s3://acme-fusion/results",
    ),
    ("aws_work_dir", "eu-west-1", "names a region where the bucket belongs, e.g. s3://acme-fusion/work"),
    (
        "aws_work_dir",
        "s3://acme",
        "is a whole bucket, and holds pipeline_outdir_prefix, s3://acme/results. It is a directory which is deleted once no run needs it; results need a place of their own, e.g. s3://acme/work",
    ),
    ("aws_work_dir", "", "is empty; it must be an S3 path"),
    ("aws_work_dir", "gs://acme", PATH),
    ("aws_work_dir", "s3://Acme", PATH),
    ("aws_work_dir", "s3://ab", PATH),
    ("aws_work_dir", "s3://192.168.0.1/work", PATH),
    ("aws_work_dir", "s3://acme/../other", PATH),
    ("aws_work_dir", "s3://acme/a b", PATH),
    ("aws_work_dir", "s3://acme/x.json", PATH),
    ("aws_work_dir", "s3://acme//work", PATH),
    ("aws_work_dir", "s3://acme/" + "x" * 1020, PATH),
    ("aws_compute_env_allowed_buckets", "s3://acme;ls", PATHS),
    ("aws_compute_env_allowed_buckets", "s3://acme,https://other", PATHS),
    ("pipeline_outdir_prefix", "/tmp/results", PATH),
    ("vpc_id", "vpc-123", "must be vpc- and 8 to 17 digits or letters a-f, e.g. vpc-0a1b2c3d4e5f60718"),
    ("vpc_id", "subnet-0a1b2c3d", "must be vpc- and 8 to 17 digits or letters a-f"),
    ("subnets", "subnet-0a1b2c3g", "must be subnet- and 8 to 17 digits or letters a-f, several separated by commas"),
    ("security_groups", "default", "must be sg- and 8 to 17 digits or letters a-f, several separated by commas"),
    ("ami_id", "al2023", "must be ami- and 8 to 17 digits or letters a-f, e.g. ami-0a1b2c3d4e5f60718"),
    ("compute_env_prefix", "acme/prod", "must be 1 to 70 letters, digits, - or _"),
    ("compute_env_prefix", "x" * 71, "the names built on it may have 100"),
    ("labels", "benchmarking", LABELS),
    ("labels", "aws-x=y1", "none starting with aws or user"),
    ("labels", "user=me", "none starting with aws or user"),
    ("labels", "ab=cd,ef=gh,ab=ij", "no name twice"),
    ("labels", ",".join(f"k{n}=v{n}" for n in range(26)), LABELS),
    ("labels", 'project=bench"', LABELS),
    ("ondemand_instance_types", "", "is empty; it must be instance types"),
    ("ondemand_instance_types", "optimal", "optimal stands for types without NVMe instance storage"),
    ("ondemand_instance_types", "C6ID", TYPES),
    ("ondemand_instance_types", "c6i", "c6i has no NVMe instance storage, which fast storage needs; c6id has"),
    ("snapshots_instance_types", "c6id.4xlrge", "is no EC2 instance type known here; did you mean c6id.4xlarge?"),
    (
        "snapshots_instance_types",
        "c6id,c7gd.large",
        "c7gd.large is not x86_64, so it runs other containers and takes no incremental snapshots",
    ),
    ("snapshots_instance_types", "g5.xlarge", "g5.xlarge has GPUs or other accelerators"),
    (
        "snapshots_instance_types",
        "m6i.8xlarge",
        "m6i.8xlarge has no NVMe instance storage, which fast storage needs; m6id",
    ),
    ("snapshots_instance_types", "c6id.metal", "c6id.metal is bare metal"),
    ("snapshots_instance_types", "guaranteed,c6id", "guaranteed is no EC2 instance type known here"),
    ("snapshots_instance_types", "c6id;c6in", "must be guide, guaranteed, or instance types or families separated by"),
    ("max_cpus", "0", COUNT),
    ("max_cpus", "many", COUNT),
    ("max_cpus", "1e3", COUNT),
    ("max_cpus", "-5", COUNT),
    ("max_cpus", "١٠", COUNT),
    ("pipeline_url", "nf-core/rnaseq", URL),
    ("pipeline_url", "git@github.com:nf-core/rnaseq.git", URL),
    ("pipeline_url", "https://github.com/nf-core/rnaseq?x=1&y=2", URL),
    ("pipeline_url", "https://-/x", URL),
    ("pipeline_url", "https://github.com/acme/..", URL),
    ("pipeline_url", "https://github.com/./acme", URL),
    ("pipeline_url", "https://github..com/acme/flow", URL),
    ("tower_api_endpoint", "https://api.-acme.org/api", "must be the https address of the API, without a final /"),
    (
        "pipeline_revision",
        "v1.json",
        "without .json, at which seqerakit imports a file; in YAML within quotes, e.g. 3.18.0",
    ),
    (
        "compute_env_prefix",
        "acme_eueyJ",
        "looks like an access token or key, which no question asks for, e.g. acme_eu-west-1",
    ),
    ("ondemand_instance_types", "c7gd.large", "c7gd.large is not x86_64, so it runs other containers, e.g. c6id,m6id"),
    ("pipeline_revision", "-1", "must be a tag, branch or commit"),
    ("pipeline_revision", "a b", "in YAML within quotes, e.g. 3.18.0"),
    (
        "pipeline_profile",
        "test;docker",
        "must be Nextflow profiles separated by commas, without spaces or .json, e.g. test",
    ),
    ("nextflow_version", "25.10", NEXTFLOW),
    ("nextflow_version", "24.10.4", NEXTFLOW),
    ("nextflow_version", "latest", NEXTFLOW),
    ("nextflow_version", "25.10.7; id", NEXTFLOW),
    (
        "nextflow_version",
        "25.10.2",
        f"{NEXTFLOW}: they record Spot at on-demand prices, and 25.10.3 is the first without that, e.g. 26.04.6",
    ),
    ("nextflow_version", "25.12.0-edge", NEXTFLOW),
    ("tower_api_endpoint", "http://api.cloud.seqera.io", "must be the https address of the API, without a final /"),
    ("aws_account_id", "12345678901", ACCOUNT),
    ("aws_account_id", "1234-5678-9012", ACCOUNT),
    ("aws_account_id", "arn:aws:iam::123456789012:root", ACCOUNT),
    ("aws_account_id", "١٢٣٤٥٦٧٨٩٠١٢", ACCOUNT),
    ("spot_without_snapshots", "maybe", "must be yes or no, e.g. yes"),
    ("project_slug", "../elsewhere", SLUG),
    ("project_slug", "/etc/x", SLUG),
    ("project_slug", "..", SLUG),
    ("project_slug", "-x", SLUG),
    ("project_slug", "a b", SLUG),
]

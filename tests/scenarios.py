"""What is asked of tw, and in which state of the Platform: the steps whose answers tests/tw-answers.json holds."""

from __future__ import annotations

from backends import REFERENCE
from scenario_steps import Step, fault, faulty, many, setting, unreachable, without_run

W = f"--workspace={REFERENCE}"
JSON = ["-o", "json"]
ADD_ENV = [
    "compute-envs", "add", "aws-batch", "forge", "--name=env", W, "--credentials=acme-aws", "--region=eu-west-1",
    "--work-dir=s3://acme-fusion/work", "--max-cpus=1000", "--provisioning-model=SPOT", "--no-ebs-auto-scale", "--fusion-v2",
    "--wave", "--fast-storage", "--snapshots", "--instance-types=c6id.8xlarge,c6id.12xlarge", "--vpc-id=vpc-0a1b2c3d",
    "--subnets=subnet-0a1b2c3d,subnet-1a1b2c3d", "--security-groups=sg-0a1b2c3d", "--allow-buckets=s3://acme-data",
    "--labels=storage=fusionv2,project=benchmarking", "--pre-run=pre.sh", "--description=Spot",
]  # fmt: skip
ADD_PIPELINE = [
    "pipelines", "add", "https://github.com/nf-core/demo", "--name=demo", W, "--compute-env=env", "--revision=1.0.2",
    "--profile=test", "--config=nextflow.config", "--params-file=params.yml", "--description=A demo", "--labels=team=bio,once",
]  # fmt: skip
LAUNCH = ["launch", "demo", W, "--compute-env=env"]
ADD_DATASET = ["datasets", "add", "sheet.csv", "--name=sheet", W, "--header", "--description=Runs"]
FILES = {
    "pre.sh": "echo begin\n",
    "nextflow.config": "process.cpus = 1\n",
    "params.yml": "outdir: s3://acme-fusion/results\nmany: 3\n",
    "other.config": "process.cpus = 2\n",
    "empty": "",
    "other.yml": "outdir: s3://acme-fusion/other\n",
    "sheet.csv": "id,workspace\n1,a/b\n",
}


SETTING_UP = [Step(ADD_ENV), Step(ADD_PIPELINE), Step([*LAUNCH, "--name=good"]), Step(ADD_DATASET)]
ENV, RUN, DATASET = "0003QzWx7YrTbNmKpLsDfG", "0008QzWx7YrTbN", "0009QzWx7YrTbNmKpLsDfG"  # what SETTING_UP makes
VIEW = [*JSON, "runs", "view", "-i", RUN, W]
EVERYTHING = ["--params", "--command", "--status", "--processes", "--stats", "--load", "--utilization", "--config"]
LIST = [*JSON, "compute-envs", "list", W]
DUMP = ["runs", "dump", "-i", RUN, W, "-o", "dump.tar.gz"]
PAGE = "<html><body>Please sign in</body></html>"

NOTHING_THERE = [
    Step(["info"]),
    Step([*JSON, "info"]),
    Step([*JSON, "workspaces", "list"]),
    Step([*JSON, "organizations", "list"]),
    *(
        Step([*JSON, kind, "list", W])
        for kind in ("credentials", "labels", "compute-envs", "pipelines", "datasets", "runs")
    ),
]

REFUSALS = [
    Step(["-t", "another", "workspaces", "list"]),
    Step(["-t", "", "workspaces", "list"]),
    Step(["-t", "another", "info"]),
    Step([*JSON, "-t", "another", "info"]),
    Step(["-u", "http://api.test", "workspaces", "list"]),
    Step(["compute-envs", "list", "-w", "acme/x"]),
    Step(["compute-envs", "list", "-w", "123"]),
    Step([*JSON, "compute-envs", "list", "-w", "75887156211589"]),
    Step([*JSON, "info"], setting(apiVersion="1.100.0")),
    Step(["info"]),
]
BAD_OPTIONS = [
    Step(["launch", "x", "--colour", "red"]),
    Step(["pipelines", "add", "https://x.test/y"]),
    Step(["frobnicate"]),
    Step(["runs", "view", W]),
    Step(["launch", W]),
    Step(["pipelines", "view", W]),
    Step(["pipelines", "view", "--name=a", "--id=1", W]),
    Step([*ADD_ENV[:4], "--name=x", W, "--region=eu-west-1", "--work-dir=s3://a/b", "--max-cpus=many"]),
    Step([*ADD_ENV[:4], "--name=x", W, "--region=eu-west-1", "--work-dir=s3://a/b", "--max-cpus=1", "--wait=READY"]),
]

AGAIN = [
    Step(ADD_ENV),
    Step(ADD_PIPELINE),
    Step([*LAUNCH, "--name=good"]),
    Step(ADD_DATASET),
    Step([*JSON, "compute-envs", "view", "--name=env", W]),
    Step([*JSON, "compute-envs", "view", f"--id={ENV}", W]),
    Step([*JSON, "pipelines", "view", "--name=demo", W]),
    Step([*JSON, "datasets", "view", "--name=sheet", W]),
    Step([*JSON, "datasets", "url", "--name=sheet", W]),
    Step(["datasets", "update", "--name=sheet", "--file=sheet.csv", "--header", W]),
    Step([*JSON, "datasets", "url", f"--id={DATASET}", W]),
    Step([*JSON, *ADD_DATASET, "--overwrite"]),
    *(Step([*JSON, kind, "list", W]) for kind in ("labels", "compute-envs", "pipelines", "datasets", "runs")),
]

UNKNOWN = [
    Step([*ADD_ENV[:4], "--name=x", *ADD_ENV[5:6], "--credentials=nope", *ADD_ENV[7:10]]),
    Step([*ADD_ENV[:4], "--name=x", *ADD_ENV[5:6], "--credentials=acme-google", *ADD_ENV[7:10]]),
    Step([*ADD_ENV[:4], "--name=x", *ADD_ENV[5:10], "--fusion-v2"]),
    Step([*ADD_ENV[:10], "--pre-run=nope.sh"]),
    Step([*JSON, "compute-envs", "view", "--name=nope", W]),
    Step(["compute-envs", "delete", "--name=nope", W]),
    Step([*JSON, "compute-envs", "view", "--id=nope", W]),
    Step(["pipelines", "add", "https://x.test/y", "--name=x", W, "--compute-env=nope"]),
    Step(["pipelines", "add", "https://x.test/y", "--name=x", W]),
    Step(["pipelines", "add", "https://x.test/y", "--name=x", W, "--compute-env=env", "--config=nope"]),
    Step([*JSON, "pipelines", "view", "--name=nope", W]),
    Step(["pipelines", "delete", "--name=nope", W]),
    Step(["launch", "nope", W, "--compute-env=env", "--name=x"]),
    Step(["launch", "dem", W, "--compute-env=env", "--name=x"]),
    Step(["launch", "demo", W, "--compute-env=nope", "--name=x"]),
    Step([*LAUNCH, "--name=x", "--params-file=nope.yml"]),
    Step(["datasets", "add", "nope.csv", "--name=x", W]),
    Step(["datasets", "update", "--name=x", W, "--file=nope.csv"]),
    Step(["datasets", "url", "--name=nope", W]),
    Step(["datasets", "delete", "--name=nope", W]),
    Step([*JSON, "runs", "view", "-i", "nope", W, "--params"]),
    Step([*JSON, "runs", "list", W, "--filter=nope"]),
]

LAUNCHES = [
    Step([*JSON, *LAUNCH, "--name=again", "--params-file=other.yml"]),
    Step(["launch", "https://github.com/nextflow-io/hello", W, "--compute-env=env", "--name=hello", "--revision=master", "--labels=team=bio,other"]),
    Step(["launch", "demo", W, "--name=as-added"]),
    Step([*JSON, *LAUNCH, "--name=x"], lambda platform: platform.change("computeEnvs", "env", status="DISABLED")),
]  # fmt: skip

PAGES = [
    Step([*JSON, "runs", "list", W, "--max=1", "--page=2"]),
    Step([*JSON, "runs", "list", W, "--page=1", "--offset=1"]),
    Step([*JSON, "runs", "list", W, "--page=0"]),
    Step([*JSON, "pipelines", "list", W, "--offset=-1"]),
]
UPDATE = ["pipelines", "update", "--name=demo", W]
UPDATES = [
    Step([*UPDATE, "--revision=1.1.0", "--config=other.config", "--params-file=other.yml", "--pre-run=pre.sh"]),
    Step([*JSON, "pipelines", "view", "--name=demo", W]),
    Step([*JSON, *UPDATE, "--pipeline=https://github.com/nf-core/rnaseq", "--profile=docker", "--work-dir=s3://acme-fusion/other"]),
    Step([*UPDATE, "--description=Another"]),
    Step([*UPDATE, "--config=empty"]),
    Step([*JSON, "pipelines", "view", "--name=demo", W]),
    Step([*UPDATE, "--labels=team=bio"]),
    Step([*UPDATE, "--compute-env=nope"]),
    Step([*UPDATE, "--config=nope"]),
    Step(["pipelines", "update", "--name=nope", W, "--revision=1"]),
    Step(["pipelines", "update", W, "--revision=1"]),
    Step([*JSON, "pipelines", "view", "--name=demo", W], setting(unversioned=True)),
    Step([*UPDATE, "--revision=1.2.0"]),
]  # fmt: skip

RUNS = [
    Step([*VIEW, "--params"]),
    Step(VIEW),
    Step([*VIEW, *EVERYTHING], lambda platform: platform.change("runs", "good", status="RUNNING", looks=1)),
    Step([*VIEW, "tasks", "--columns=submit", "--max=2", "--offset=1"]),
    Step([*VIEW, "tasks", "--columns=submit,exit"]),
    Step([*JSON, "runs", "view", "-i", "nope", W, "tasks"]),
    Step(["runs", "view", W, "tasks"]),
    Step([*JSON, *DUMP, "--silent"]),
    Step([*VIEW, *EVERYTHING], setting(run_polls=0)),
    Step([*JSON, "runs", "list", W, "--filter=runName:good"]),
    Step([*JSON, "runs", "list", W, "--filter=status:FAILED"]),
    Step([*JSON, "runs", "list", W, "--max=1", "--offset=1"]),
    Step(DUMP),
    Step([*JSON, *DUMP]),
    Step([*DUMP[:-1], "dump.zip"]),
    Step([*DUMP[:-1], "nowhere/dump.tar.gz"]),
    Step([*DUMP, "--silent"], setting(unlogged=["good"])),
    Step([*JSON, "runs", "list", W], lambda platform: platform.change("runs", "good", status="PAUSED")),
    Step(VIEW),
    Step([*DUMP, "--silent"]),
    Step([*DUMP, "--silent"], lambda platform: platform.remove("runs", "good")),
    Step([*VIEW, "--params"]),
    Step([*VIEW, "--params"], fault("GET /workflow", 403)),
]

ENVIRONMENTS = [
    Step([*ADD_ENV[:4], "--name=slow", *ADD_ENV[5:], "--wait=AVAILABLE"], setting(polls=1)),
    Step([*ADD_ENV[:4], "--name=bad", *ADD_ENV[5:], "--wait=AVAILABLE"], setting(polls=0, errored=["bad"])),
    Step([*JSON, *ADD_ENV[:4], "--name=blind", *ADD_ENV[5:], "--wait=AVAILABLE"], fault("GET /compute-envs/", 502)),
    Step(LIST, lambda platform: platform.well()),
    Step([*JSON, "compute-envs", "view", "--name=bad", W]),
    Step(LIST, lambda platform: platform.change("computeEnvs", "slow", status="DISABLED")),
]

DELETIONS = [
    Step(["compute-envs", "delete", "--name=env", W]),
    Step([*JSON, "datasets", "delete", "--name=sheet", W]),
    Step([*JSON, "pipelines", "delete", "--name=demo", W]),
    Step(ADD_DATASET),
    Step(["datasets", "delete", "--name=sheet", W]),
    Step([*JSON, "compute-envs", "delete", "--name=env", W], without_run),
    Step(LIST),
    Step([*JSON, "compute-envs", "view", "--name=env", W]),
    Step(LIST),
    Step(["compute-envs", "delete", "--name=env", W]),
]

MANY = [
    Step([*JSON, "pipelines", "list", W], many),
    Step([*JSON, "datasets", "list", W]),
    Step([*JSON, "pipelines", "list", W, "--filter=demo"]),
    Step([*JSON, "datasets", "list", W, "--filter=sheet"]),
    Step([*JSON, "pipelines", "list", W, "--max=200", "--offset=100"]),
    Step(ADD_PIPELINE),
    Step(["pipelines", "delete", "--name=demo", W]),
    Step(["datasets", "delete", "--name=sheet", W]),
]


FAULTS = [
    faulty("GET /compute-envs", "drop", LIST),
    faulty("GET /compute-envs", "drop", LIST, nth=1, times=1),
    faulty("POST /workflow/launch", "lose", [*JSON, *LAUNCH, "--name=lost"]),
    faulty("POST /compute-envs", "lose", [*ADD_ENV[:4], "--name=lost", *ADD_ENV[5:]]),
    faulty("GET /compute-envs", "cut", LIST),
    faulty("GET /compute-envs", 502, LIST, body=PAGE),
    faulty("GET /compute-envs", 503, LIST),
    faulty("GET /compute-envs", 200, LIST, body=PAGE),
    faulty("GET /compute-envs", 200, LIST, body={}),
    faulty("GET /compute-envs", 500, LIST, body={"message": "Oops - Unable to process request - Error ID: 5Xy"}),
    faulty("GET /user-info", 200, LIST, body={}),
    faulty("POST /pipelines", 502, [*ADD_PIPELINE[:3], "--name=x", *ADD_PIPELINE[4:]], body=PAGE),
    faulty("GET /user-info", 502, [*JSON, "info"], body=PAGE),
    faulty("GET /user-info", 403, [*JSON, "info"]),
    faulty("GET /service-info", 502, [*JSON, "info"], body=PAGE),
    faulty("GET /service-info", "drop", ["info"]),
    faulty("GET /user-info", "drop", [*JSON, "info"]),
]
# Done, and the answer lost: Java sends the request again, and the Platform refuses what is there already.
SENT_TWICE = [
    faulty("POST /workflow/launch", "lose", [*JSON, *LAUNCH, "--name=twice"], nth=1, times=1),
    faulty("POST /compute-envs", "lose", [*ADD_ENV[:4], "--name=twice", *ADD_ENV[5:]], nth=1, times=1),
    faulty("POST /pipelines", "lose", [*ADD_PIPELINE[:3], "--name=twice", *ADD_PIPELINE[4:]], nth=1, times=1),
    faulty("POST /datasets", "lose", ["datasets", "add", "sheet.csv", "--name=twice", W], nth=1, times=1),
    faulty("DELETE /pipelines", "lose", ["pipelines", "delete", "--name=twice", W], nth=1, times=1),
]
UNREACHABLE = [
    Step([*JSON, "info"], unreachable("untrusted")),
    Step(LIST),
    Step([*JSON, "info"], unreachable("refused")),
    Step(LIST),
]

# By name: each begins with nothing, or with what SETTING_UP leaves.
SCENARIOS: dict[str, list[Step]] = {
    "nothing is there": NOTHING_THERE,
    "refusals": REFUSALS,
    "bad options": BAD_OPTIONS,
    "setting up": SETTING_UP,
    "setting up again": AGAIN,
    "names that nobody knows": UNKNOWN,
    "launches": LAUNCHES,
    "pages": PAGES,
    "updates of pipelines": UPDATES,
    "runs": RUNS,
    "compute environments on their way": ENVIRONMENTS,
    "deletions": DELETIONS,
    "more than tw lists": MANY,
    "faults": FAULTS,
    "requests that are sent twice": SENT_TWICE,
    "no Platform": UNREACHABLE,
}
FROM_NOTHING = ("nothing is there", "refusals", "bad options", "setting up")

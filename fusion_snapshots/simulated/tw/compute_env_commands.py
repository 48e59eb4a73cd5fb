"""tw compute-envs."""

from __future__ import annotations

from ..state import Json
from .client import ApiError, TwError, text_of
from .command import Answer, Command
from .general_commands import label_ids

# Where in a compute environment's configuration an option's value goes.
CONFIG = {
    "region": "region", "work-dir": "workDir", "cli-path": "cliPath", "batch-execution-role": "executionRole",
    "compute-job-role": "computeJobRole", "head-job-cpus": "headJobCpus", "head-job-memory": "headJobMemoryMb",
    "head-job-role": "headJobRole",
}  # fmt: skip
FLAGS = {"fusion-v2": "fusion2Enabled", "wave": "waveEnabled", "fast-storage": "nvnmeStorageEnabled"}
FLAGS |= {"snapshots": "fusionSnapshots"}
FILES = {"pre-run": "preRunScript", "post-run": "postRunScript", "nextflow-config": "nextflowConfig"}
FORGE = {
    "provisioning-model": "type", "max-cpus": "maxCpus", "alloc-strategy": "allocStrategy", "vpc-id": "vpcId",
    "ami-id": "imageId", "key-pair": "ec2KeyPair", "min-cpus": "minCpus", "ebs-blocksize": "ebsBlockSize",
    "boot-disk-size": "ebsBootSize", "bid-percentage": "bidPercentage", "efs-id": "efsId", "efs-mount": "efsMount",
    "fsx-dns": "fsxName", "fsx-size": "fsxSize", "fsx-mount": "fsxMount",
}  # fmt: skip
FORGE_FLAGS = {"gpu": "gpuEnabled", "fargate": "fargateHeadEnabled"}
FORGE_LISTS = {"allow-buckets": "allowBuckets", "instance-types": "instanceTypes", "subnets": "subnets"}
FORGE_LISTS |= {"security-groups": "securityGroups"}
NUMBERS = {"max-cpus", "min-cpus", "ebs-blocksize", "boot-disk-size", "bid-percentage", "fsx-size", "head-job-cpus"}
NUMBERS |= {"head-job-memory"}
# The order in which tw waits for a status, and those it stops at.
STATUSES = ("CREATING", "AVAILABLE", "DISABLED", "DELETING", "ERRORED", "INVALID", "DELETED")
ENDS = ("AVAILABLE", "ERRORED", "INVALID")


def list_compute_envs(command: Command) -> Answer:
    """List those of the workspace."""
    found = command.ask("GET", "/compute-envs").get("computeEnvs")
    return Answer({"workspaceRef": command.shown, "computeEnvs": found})


def _by_name(command: Command, name: str) -> Json:
    for entry in command.ask("GET", "/compute-envs")["computeEnvs"]:
        if entry["name"] == name:
            return _by_id(command, entry["id"])
    raise TwError(f"Compute environment '{name}' not found at {command.workspace_id} workspace")


def _by_id(command: Command, identifier: str) -> Json:
    found: Json = command.ask("GET", f"/compute-envs/{identifier}", attributes="labels")["computeEnv"]
    return found


def available(command: Command, reference: str | None) -> Json:
    """Return the one of this name or identifier, or the primary one, if it can be used; raises TwError."""
    found = command.ask("GET", "/compute-envs", status="AVAILABLE")["computeEnvs"]
    if reference is None:
        chosen = [entry for entry in found if entry.get("primary")]
        missing = f"No available compute environment defined at {command.shown} workspace"
    else:
        chosen = [entry for entry in found if reference in (entry["id"], entry["name"])]
        missing = f"Compute environment '{reference}' not found at {command.workspace_id} workspace"
    if not chosen:
        raise TwError(missing)
    env: Json = command.ask("GET", f"/compute-envs/{chosen[0]['id']}")["computeEnv"]
    return env


def view(command: Command) -> Answer:
    """Show one as the Platform does."""
    identifier = command.option("id")
    found = _by_id(command, identifier) if identifier else _by_name(command, command.option("name"))
    return Answer(found)


def _config(command: Command) -> Json:
    if command.option("fusion-v2") and not command.option("wave"):
        raise TwError("Fusion v2 requires Wave service")
    values: Json = {name: int(value) if name in NUMBERS else value for name, value in command.options.items()}
    values |= {"provisioning-model": command.option("provisioning-model", "SPOT").upper()}
    values.setdefault("min-cpus", 0)
    forge: Json = {key: values.get(option) for option, key in FORGE.items()}
    forge |= {key: bool(values.get(option)) for option, key in FORGE_FLAGS.items()}
    forge |= {key: command.listed(option) for option, key in FORGE_LISTS.items()}
    forge |= {
        "ebsAutoScale": "no-ebs-auto-scale" not in values,
        "disposeOnDeletion": "preserve-resources" not in values,
    }
    forge["ecsConfig"] = text_of(values.get("ecs-config"))
    config: Json = {"discriminator": "aws-batch", "forge": forge}
    config |= {key: values.get(option) for option, key in CONFIG.items()}
    config |= {key: bool(values.get(option)) for option, key in FLAGS.items()}
    return config | {key: text_of(values.get(option)) for option, key in FILES.items()}


def add_forge(command: Command) -> Answer:
    """Create one on AWS Batch, and wait for it where asked to."""
    command.look_up()
    config = _config(command)
    labels = label_ids(command, command.listed("labels"))
    found = command.ask("GET", "/credentials", platformId="aws-batch")["credentials"]
    chosen = [entry for entry in found if command.option("credentials") in (entry["id"], entry["name"], None)]
    if not chosen:
        raise TwError("No valid credentials found at the workspace")
    name = command.option("name")
    env = {"name": name, "description": command.option("description"), "platform": "aws-batch"}
    env |= {"credentialsId": chosen[0]["id"], "config": config}
    added = command.ask("POST", "/compute-envs", {"computeEnv": env, "labelIds": labels})["computeEnvId"]
    answer = {"platform": "aws-batch", "id": added, "name": name, "workspaceId": command.workspace_id}
    answer["workspaceRef"] = command.shown
    said = f"\n  New AWS-BATCH compute environment '{name}' added at {command.shown} workspace\n\n"
    code, waited = _wait(command, added) if "wait" in command.options else (0, "")
    return Answer(answer, said + waited, code)


def _wait(command: Command, identifier: str) -> tuple[int, str]:
    """Look until one has the wanted status or can no longer get it, without the seconds tw sleeps in between."""
    wanted = command.option("wait").upper()
    said, shown = f"  Waiting {wanted} status...", ""
    while True:
        try:
            status = command.ask("GET", f"/compute-envs/{identifier}")["computeEnv"]["status"]
        except ApiError:  # tw takes a look that failed for the end
            status = "null"
        place = STATUSES.index(status) if status in STATUSES else len(STATUSES)
        said += "." + ("" if status == shown else status)
        shown = status
        if place >= STATUSES.index(wanted) or status in ENDS:
            good = status == wanted
            return int(not good), said + ("  [DONE]\n\n" if good else "  [ERROR]\n\n")


def delete(command: Command) -> Answer:
    """Begin to delete one."""
    identifier = command.option("id") or _by_name(command, command.option("name"))["id"]
    command.ask("DELETE", f"/compute-envs/{identifier}")
    answer = {"id": identifier, "workspaceRef": command.shown, "workspaceId": command.workspace_id}
    return Answer(answer, f"\n  Compute environment '{identifier}' deleted at {command.shown} workspace\n\n")

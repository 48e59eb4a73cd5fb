"""What the Platform says of the token, the workspace, the credentials and the compute environments."""

from __future__ import annotations

from collections.abc import Mapping

from ..compute_envs import Wanted, describe_differences, describe_trouble
from ..findings import Result, failed, not_checked, ok, warning
from ..folder.layout import is_seqera_cloud
from ..folder.variables import Variables
from ..json_reply import Reply
from ..pipelines import REPLACE
from ..platform.differences import find_differences
from ..platform.launchpad import CANNOT_VIEW, Pipeline
from ..tools import TOKEN_REMEDY

TOKEN, WORKSPACE, CREDENTIALS = "TOWER_ACCESS_TOKEN", "workspace", "credentials"


def check_token_is_set(env: Variables) -> Result | None:
    """Return a failure where this shell holds no token."""
    if env.get("TOWER_ACCESS_TOKEN"):
        return None
    return failed(TOKEN, f"not set; {TOKEN_REMEDY}")


def check_info(info: Reply, endpoint: str) -> Result:
    """Read tw info: each of its checks is 1 for good, 0 for bad and -1 for not known. Raises ReplyError."""
    if info.number("connectionCheck") != 1:
        return failed(
            TOKEN,
            f"{endpoint} does not answer tw: check TOWER_API_ENDPOINT in env.sh and your network; where a browser "
            "reaches it, its certificate may be one that tw's Java does not trust (README.md, Troubleshooting)",
        )
    credentials = info.number("credentialsCheck")
    if credentials == 0:
        why = "it has expired, or is another Platform's; make one under Your tokens"
        return failed(TOKEN, f"refused by {endpoint}: {why}")
    if credentials != 1:
        return failed(TOKEN, f"{endpoint} answers, but not whether it accepts the token: try again in some minutes")
    user = info.get("opts").text("userName", "?") if info.has("opts") else "?"
    if info.number("versionCheck", 1) != 1:
        return warning(TOKEN, f"accepted by {endpoint} as {user}; the Platform is older than this tw expects")
    return ok(TOKEN, f"accepted by {endpoint} as {user}")


def check_workspace(listed: Reply, where: str) -> Result:
    """Tell whether the token sees the workspace, given as organization/workspace. Raises ReplyError."""
    names = [f"{item.text('orgName')}/{item.text('workspaceName')}" for item in listed.items("workspaces")]
    if where in names:
        return ok(WORKSPACE, where)
    near = [name for name in names if name.lower() == where.lower()]
    hint = f"the nearest is {near[0]}" if near else f"visible are {', '.join(sorted(names)) or 'none'}"
    remedy = "set ORGANIZATION_NAME and WORKSPACE_NAME in env.sh"
    return failed(WORKSPACE, f"{where} is not visible to this token, {hint}; {remedy}")


def check_active_runs(endpoint: str, arms: int) -> list[Result]:
    """Return what Seqera Cloud's smallest plan allows, which tw does not tell of a workspace."""
    if not is_seqera_cloud(endpoint):
        return []
    words = f"Seqera Cloud Basic allows three active runs in an organization, and a round of this folder starts {arms}"
    return [not_checked("active-runs", words)]


def find_credentials(listed: Reply, name: str) -> Reply | None:
    """Return the credentials of this name; raises ReplyError."""
    return next((item for item in listed.items("credentials") if item.text("name") == name), None)


def check_credentials(listed: Reply, name: str) -> Result:
    """Tell whether the workspace has AWS credentials of this name. Raises ReplyError."""
    found, remedy = find_credentials(listed, name), "set AWS_CREDENTIALS in env.sh"
    if not found:
        of_aws = (item.text("name") for item in listed.items("credentials") if item.text("provider", "") == "aws")
        names = ", ".join(sorted(of_aws)) or "none"
        return failed(CREDENTIALS, f"no {name} in the workspace, whose AWS credentials are: {names}; {remedy}")
    if found.text("provider", "") != "aws":
        return failed(CREDENTIALS, f"{name} is of {found.text('provider', '?')}, not of AWS; {remedy}")
    return ok(CREDENTIALS, f"{name}, of AWS")


def check_pipeline(pipeline: Pipeline) -> Result:
    """Tell whether a pipeline is free to be added, or on the Launchpad as its file says."""
    if not pipeline.id:
        return ok(pipeline.file, f"{pipeline.name} is free")
    if pipeline.differences:
        return failed(pipeline.file, f"{pipeline.describe()}. To make it so: {REPLACE}")
    if not pipeline.can_view:
        return warning(pipeline.file, f"{pipeline.name} is not compared: {CANNOT_VIEW}. To be sure: {REPLACE}")
    return ok(pipeline.file, f"{pipeline.name} is on the Launchpad as the file says")


def check_compute_env(wanted: Wanted, known: Mapping[str, Reply], seen: Reply | None, credentials_id: str) -> Result:
    """Tell whether a compute environment is free to be made, or ours already.

    known is the workspace's list by name, seen the view of the one of this name. Raises ReplyError.
    """
    name, subject = wanted.name, wanted.file
    if name not in known or seen is None:
        return ok(subject, f"{name} is free")
    if found := find_differences(wanted.command, seen, credentials_id):
        return failed(subject, describe_differences(wanted, found))
    status = known[name].text("status")
    if status == "DELETING":
        return warning(subject, f"{name} is DELETING, which takes AWS some minutes; make compute-envs waits for it")
    if status not in ("AVAILABLE", "CREATING"):
        return failed(subject, describe_trouble(wanted, status, known[name].text("message", "")))
    return ok(subject, f"{name} is ours already, {status}")

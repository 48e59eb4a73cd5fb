"""The API's runs: launched, looked at until they end, searched, cancelled and deleted."""

from __future__ import annotations

import json
import re
import tarfile
from functools import cache

from . import made_up
from .call import FORBIDDEN, Call, RefusedError, epoch, having, moment, now
from .compute_env_api import ACTIVE
from .pipeline_api import launch_dto
from .state import ORGANIZATION_ID, USER, USER_ID, WORKSPACE_ID, Json
from .workspace_api import labels_of

ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")
NEXTFLOW = {"version": "25.10.0", "build": "10289", "timestamp": "2026-01-05T09:00:00Z"}
# What a launch decides of a run; with a recording, the rest is the recording's.
ASKED = ("repository", "revision", "profile", "projectName", "workDir", "params", "configText", "commandLine")
# What a search may name, by the API's word for it.
KEYS = {key.lower(): key for key in ("runName", "status", "userName", "projectName", "sessionId", "commitId")}


@cache
def recording(path: str) -> Json:
    """Return what `tw runs dump` put into an archive: JSON read, logs as text; raises OSError and tarfile.TarError."""
    members = {}
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member)
            text = file.read().decode() if file else ""
            members[member.name] = json.loads(text) if member.name.endswith(".json") else text
    return members


def submit(call: Call) -> Json:
    """Launch a pipeline."""
    launch, state = call.body["launch"], call.state
    if any(run["runName"] == launch.get("runName") for run in state["runs"]):
        raise RefusedError(400, f"Run name '{launch['runName']}' is already used")
    env = call.find("computeEnvs", id=launch["computeEnvId"])
    if env["status"] != "AVAILABLE":
        raise RefusedError(400, f"Compute environment '{env['name']}' is not available")
    env["lastUsed"] = now()
    identifier = call.new_id(14)
    name = launch.get("runName") or f"happy_{identifier[:4]}"
    run = {"id": identifier, "runName": name, "launch": launch, "computeEnv": env["id"], "submit": now()}
    run |= {"status": "SUBMITTED", "looks": 0}
    for begin, path in state["recordings"].items():
        if name.startswith(begin):
            run["recording"] = path
    state["runs"].append(run)
    return {"workflowId": identifier}


def put(state: Json, run: Json) -> None:
    """Put a run into the state that was never launched here: {"id"} is enough, {"id", "recording"} replays one."""
    told = recording(run["recording"])["workflow.json"] if "recording" in run else {}
    defaults = {"runName": told.get("runName") or f"happy_{run['id'][:4]}", "submit": told.get("submit") or now()}
    defaults |= {"status": told.get("status") or "SUCCEEDED", "computeEnv": None, "looks": 0}
    state["runs"].append(defaults | run)


def recorded(run: Json) -> Json:
    """Return the members of the run's recording, none before it has ended."""
    ended = "recording" in run and run["status"] in ("SUCCEEDED", "FAILED")
    return recording(run["recording"]) if ended else {}


def asked(run: Json) -> Json:
    """Return what a run was launched with; where that is not known, what its recording tells of it."""
    if "launch" in run:
        return dict(run["launch"])
    told = recording(run["recording"])["workflow.json"] if "recording" in run else {}
    launch: Json = {"pipeline": told.get("repository") or "https://github.com/nextflow-io/hello"}
    launch |= {key: told[key] for key in ("revision", "workDir", "configText") if told.get(key)}
    launch |= {"configProfiles": told["profile"].split(",")} if told.get("profile") else {}
    launch |= {"paramsText": json.dumps(told["params"])} if told.get("params") else {}
    return launch | {"runName": run["runName"], "computeEnvId": run["computeEnv"]}


def _look(state: Json, run: Json) -> None:
    """Count a look at a run that is under way: SUBMITTED, then RUNNING, then as it ends."""
    run["looks"] += 1
    if run["status"] not in ACTIVE:
        return
    if run["looks"] <= state["run_polls"]:
        run["status"] = "RUNNING" if run["looks"] > 1 else "SUBMITTED"
        return
    told = recording(run["recording"])["workflow.json"]["status"] if "recording" in run else "SUCCEEDED"
    run["status"] = "FAILED" if run["runName"].startswith(tuple(state["failing"])) else told


def _params(run: Json, launch: Json) -> Json:
    """Return the parameters that Nextflow reports, with those that nf-core's pipelines add of themselves."""
    import yaml  # most calls of the stand-in need no YAML, which takes longer to import than they take

    params = yaml.safe_load(launch.get("paramsText") or "{}") or {}
    if "nf-core/" in launch["pipeline"]:
        params |= {"trace_report_suffix": run["submit"], "monochrome_logs": False}
    return dict(params)


def _command(run: Json, launch: Json, base: str) -> str:
    command = f"nextflow run '{launch['pipeline']}' -name {run['runName']}"
    if launch.get("paramsText"):
        command += f" -params-file '{base}/ephemeral/{run['id']}kw.yaml'"
    command += f" -with-tower '{base}'"
    command += f" -r {launch['revision']}" if launch.get("revision") else ""
    return command + (f" -profile {','.join(launch['configProfiles'])}" if launch.get("configProfiles") else "")


def launch_id(run: Json) -> str:
    """Return the identifier of what a run was launched with."""
    return f"{run['id']}3r9NghqwymK6xLpQ"[:22]


def workflow_dto(run: Json, base: str) -> Json:
    """Return a run as the API shows it."""
    launch, status = asked(run), run["status"]
    project = re.sub(r"^https?://[^/]+/|\.git$", "", launch["pipeline"])
    dto = {"id": run["id"], "runName": run["runName"], "status": status, "submit": run["submit"], "ownerId": USER_ID}
    dto |= {"dateCreated": run["submit"], "lastUpdated": now(), "userName": USER, "projectName": project}
    dto |= {"launchId": launch_id(run), "revision": launch.get("revision"), "workDir": launch.get("workDir")}
    dto |= {"profile": ",".join(launch.get("configProfiles") or []) or None, "configText": launch.get("configText")}
    dto |= {"sessionId": "d77a5ac4-1a25-45d6-bab0-358605abc332"}
    dto |= {"configFiles": ["/.nextflow/assets/nextflow.config"]}
    if status != "SUBMITTED":
        dto |= {"start": run["submit"], "repository": launch["pipeline"], "nextflow": NEXTFLOW}
        dto |= {"commitId": run.get("commitId", "0123456789abcdef0123456789abcdef01234567")}
        dto |= {"commandLine": _command(run, launch, base), "params": _params(run, launch)}
    if status in ENDED:
        dto |= {"complete": moment(epoch(run["submit"]) + made_up.LASTS), "duration": 1000 * made_up.LASTS}
        dto |= {"success": status == "SUCCEEDED", "exitStatus": int(status != "SUCCEEDED")}
    if status == "FAILED":
        dto["errorMessage"] = "Process `X` terminated with an error exit status (175)"
    if told := recorded(run).get("workflow.json"):
        own = ("id", "runName", "launchId", "status", *(ASKED if "launch" in run else ()))
        dto = told | {key: dto[key] for key in own if key in dto}
    return dto


def _sought(call: Call) -> list[Json]:
    """Return the runs that a search finds, the newest first: words of the name, a quoted name, and KEY:VALUE."""
    found: list[Json] = list(reversed(call.state["runs"]))
    for word in re.findall(r"(?:[^\s\"]|\"[^\"]*\")+", call.query.get("search", "")):
        key, colon, value = word.partition(":")
        value = value.strip('"')
        if not colon:
            found = having(found, word, "runName")
        elif key in ("after", "before"):
            found = [run for run in found if (run["submit"] >= value) == (key == "after")]
        else:
            known = KEYS[key.lower()]
            found = [run for run in found if value.lower() in str(workflow_dto(run, call.base).get(known)).lower()]
    return found


def list_runs(call: Call) -> Json:
    """Return the runs that are searched, 25 where the request does not say how many."""
    found = _sought(call)
    listed = [{"workflow": workflow_dto(run, call.base), "optimized": False} for run in call.page(found, 25)]
    return {"workflows": listed, "totalSize": len(found), "hasMore": len(listed) < len(found)}


def show_run(call: Call) -> Json:
    """Return a run with what belongs to it."""
    run = call.find("runs", id=call.names["id"])
    _look(call.state, run)
    where = {"orgId": ORGANIZATION_ID, "orgName": call.state["organization"], "workspaceId": WORKSPACE_ID}
    where |= {"workspaceName": call.state["workspace"]}
    found = {"workflow": workflow_dto(run, call.base), "labels": labels_of(call.state, asked(run).get("labelIds"))}
    job = {"id": 1, "operationId": "626f46be-1715", "status": "RUNNING"}
    return found | where | {"jobInfo": job, "platform": {"id": "aws-batch", "name": "Amazon Batch"}, "messages": []}


def show_run_launch(call: Call) -> Json:
    """Return what a run was launched with."""
    launch = launch_dto(call.state, asked(call.find("runs", id=call.names["id"])))
    return {"launch": {key: value for key, value in launch.items() if key != "runName"}}


def show_launch(call: Call) -> Json:
    """Return the same, by the launch's own identifier."""
    for run in call.state["runs"]:
        if launch_id(run) == call.names["id"]:
            more = {"id": call.names["id"], "workspaceId": WORKSPACE_ID, "dateCreated": run["submit"]}
            return {"launch": launch_dto(call.state, asked(run)) | more}
    raise RefusedError(403, FORBIDDEN)

"""tw runs."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

from ..state import Json, drop_none
from .client import JavaError, NullError, TwError, UnreachableError
from .command import Answer, Command

STATUS = ("pending", "submitted", "running", "cached", "succeeded", "failed")
STATES = ("SUBMITTED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED", "UNKNOWN")  # no other can tw read
COUNTED = ("pending", "running", "cached", "submitted", "succeeded", "failed")


def _read(run: Json) -> Json:
    """Return a run of an answer; raises UnreachableError where its state is one that tw does not know."""
    if run["status"] not in STATES:
        raise UnreachableError("Error reading entity from input stream.")
    return run


def list_runs(command: Command) -> Answer:
    """List those of the workspace, the newest first, 100 where not told how many."""
    query = {**command.page(), "search": command.option("filter"), "includeTotalSize": True}
    found = command.ask("GET", "/workflow", **query).get("workflows")
    for entry in found or []:
        _read(entry["workflow"])
    return Answer({"workspaceRef": command.shown, "workflows": found, "showLabels": "labels" in command.options})


def _general(found: Json, load: Json, env: Json | None) -> Json:
    run = found["workflow"]
    general = {"id": run["id"], "operationId": found["jobInfo"]["operationId"], "runName": run["runName"]}
    general |= {"startingDate": run.get("start"), "commitId": run.get("commitId"), "sessionId": run["sessionId"]}
    general |= {"username": run["userName"], "workdir": run.get("workDir"), "container": run.get("container")}
    general |= {"executors": ", ".join(load["executors"]) if load.get("executors") else None}
    labels = [label["name"] + (f"={label['value']}" if label.get("value") else "") for label in found["labels"]]
    general |= {"computeEnv": env["name"] if env else "-", "status": run["status"]}
    return general | {"nextflowVersion": run.get("nextflow", {}).get("version"), "labels": ",".join(labels)}


def _stats(run: Json, load: Json) -> Json:
    stats: Json = {} if run.get("duration") is None else {"wallTime": run["duration"] // 1000 / 60}
    stats |= {"cpuTime": load["cpuTime"] // 60000 / 60, "totalMemory": load["memoryRss"] // 2**20 / 1024}
    return stats | {
        "read": load["readBytes"] // 2**20 / 1024,
        "write": load["writeBytes"] // 2**20 / 1024,
        "cost": load.get("cost"),
    }


def view(command: Command) -> Answer:
    """Show a run, and of what it is made as far as is asked for."""
    path, asked = f"/workflow/{command.option('id')}", command.options
    command.look_up()
    found = command.ask("GET", path, attributes="labels")
    run = _read(found["workflow"])
    load = command.ask("GET", f"{path}/progress")["progress"]["workflowProgress"]
    env = command.ask("GET", f"{path}/launch")["launch"].get("computeEnv")
    processes: list[Json] = []
    if {"processes", "stats", "load", "utilization"} & asked.keys():
        processes = command.ask("GET", f"{path}/progress")["progress"]["processesProgress"]
    if "params" in asked and run.get("params") is None:
        raise NullError("params")  # of a run that has not begun there are none, which tw does not expect
    answer: Json = {"general": _general(found, load, env)}
    answer["parameters"] = run["params"] if "params" in asked else None
    answer["command"] = run.get("commandLine") if "command" in asked else None
    answer["status"] = {key: load[key] for key in STATUS} if "status" in asked else None
    answer["stats"] = _stats(run, load) if "stats" in asked else None
    if "load" in asked:
        answer["load"] = {key: load[key] for key in ("peakCpus", "loadCpus", "peakTasks", "loadTasks")}
    if "utilization" in asked:
        answer["utilization"] = {key: load.get(key) for key in ("memoryEfficiency", "cpuEfficiency")}
    if "processes" in asked:
        answer["processes"] = [_process(process) for process in processes]
    if "config" in asked:
        answer |= {"configuration_files": run["configFiles"], "configuration_text": run.get("configText")}
    return Answer({key: value for key, value in answer.items() if value not in (None, {}, [])})


def _process(process: Json) -> Json:
    done = process["succeeded"] + process["cached"]
    return {"name": process["process"], "completedTasks": done, "totalTasks": sum(process[key] for key in COUNTED)}


def list_tasks(command: Command) -> Answer:
    """List tasks of a run, 100 where not told how many, each with the columns always shown and those asked for."""
    command.look_up()
    columns = ["taskId", "process", "tag", "status", *(command.listed("columns") or [])]
    most, offset = int(command.option("max", 100)), int(command.option("offset", 0))
    path = f"/workflow/{command.option('id')}/tasks"
    found = command.ask("GET", path, max=most, offset=offset, search=command.option("filter"))["tasks"]
    return Answer([{name: entry["task"].get(name) for name in columns} for entry in found])


def dump(command: Command) -> Answer:
    """Write all that is known of a run into an archive, whatever is there; what fails leaves the members so far."""
    command.look_up()
    path = Path(str(command.option("output")))
    if not path.name.endswith((".tar.gz", ".tar.xz")):
        raise TwError("Unknown file format. Only 'tar.xz' and 'tar.gz' formats are supported.")
    if not path.parent.is_dir():
        raise JavaError(f"java.io.FileNotFoundException: {path} (No such file or directory)")
    said: list[str] = []
    with tarfile.open(path, "w:xz" if path.suffix == ".xz" else "w:gz") as archive:
        for name, told, member in _members(command):
            text = member if isinstance(member, str) else json.dumps(drop_none(member), indent=2)
            said.append(f"- {told}")
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    progress = "" if "silent" in command.options else "\n".join([*said, ""])
    if command.option("tw output") == "json":
        print(progress, end="")  # progress comes before the answer, be that JSON
        progress = ""
    identifier = command.option("id")
    answer = {"id": identifier, "workspaceRef": command.shown, "outputFile": path.absolute().as_uri()}
    done = f"\n  Pipeline run '{identifier}' at {command.shown} workspace details dump at '{path.name}' \n\n"
    return Answer(answer, progress + done)


def _members(command: Command) -> Any:
    """Yield the name, the word and the content of each member, asking for each when its turn comes."""
    path = f"/workflow/{command.option('id')}"
    yield "service-info.json", "Tower info", command.client.ask("GET", "/service-info")["serviceInfo"]
    found = command.ask("GET", path, attributes="labels,optimized")
    run = _read(found["workflow"])
    yield "workflow.json", "Workflow general information", run
    yield "workflow-metadata.json", "Workflow metadata", _metadata(command, found)
    load = command.ask("GET", f"{path}/progress")["progress"]["workflowProgress"]
    yield "workflow-load.json", "Workflow load data", load
    yield "workflow-launch.json", "Workflow launch", command.ask("GET", f"/launch/{run['launchId']}")["launch"]
    yield "workflow-metrics.json", "Workflow metrics", command.ask("GET", f"{path}/metrics")["metrics"]
    yield "workflow-tasks.json", "Task details", list(_tasks(command, path))
    log = command.ask("GET", f"{path}/download", fileName=f"nf-{run['id']}.log")
    yield "nextflow.log", "Workflow nextflow.log", log


def _metadata(command: Command, found: Json) -> Json:
    launch = command.ask("GET", f"/workflow/{command.option('id')}/launch")["launch"]
    run = found["workflow"]
    metadata = {"pipelineId": launch.get("pipelineId"), "organizationId": found["orgId"]}
    metadata |= {"organizationName": found["orgName"], "workspaceId": command.workspace_id, "userId": run["ownerId"]}
    metadata |= {"workspaceName": found["workspaceName"], "runUrl": f"{command.address}/watch/{run['id']}"}
    return metadata | {"labels": found["labels"]}


def _tasks(command: Command, path: str) -> Any:
    offset, page = 0, list(range(100))
    while len(page) == 100:
        page = command.ask("GET", f"{path}/tasks", max=100, offset=offset)["tasks"]
        yield from (entry["task"] for entry in page)
        offset += 100

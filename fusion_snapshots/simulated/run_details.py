"""The API's tasks, progress, metrics and logs of a run."""

from __future__ import annotations

from . import made_up
from .call import Call, File, RefusedError
from .run_api import asked, recorded
from .state import Json

COUNTS = {
    "NEW": "pending",
    "SUBMITTED": "submitted",
    "RUNNING": "running",
    "CACHED": "cached",
    "COMPLETED": "succeeded",
    "FAILED": "failed",
    "ABORTED": "aborted",
}
LOAD = (
    *COUNTS.values(), "ignored", "retries", "cpus", "cpuTime", "cpuLoad", "loadCpus", "loadMemory", "loadTasks",
    "peakCpus", "peakMemory", "peakTasks", "memoryReq", "memoryRss", "readBytes", "writeBytes",
    "volCtxSwitch", "invCtxSwitch",
)  # fmt: skip
# What of a task is added up to which figure of the load.
SUMS = {"cpus": "cpus", "memoryReq": "memory", "memoryRss": "peakRss", "readBytes": "readBytes"}
SUMS |= {"writeBytes": "writeBytes", "volCtxSwitch": "volCtxt"}
# What of a task each distribution of the metrics is of.
METRICS = {"cpu": "pcpu", "mem": "peakRss", "vmem": "peakVmem", "time": "realtime", "reads": "readBytes"}
METRICS |= {"writes": "writeBytes"}


def _tasks(state: Json, run: Json) -> list[Json]:
    """Return the tasks of a run: the recording's, or made-up ones."""
    told = recorded(run).get("workflow-tasks.json")
    if told is not None:
        return list(told)
    configs = (env["config"] for env in state["computeEnvs"] if env["id"] == run["computeEnv"])
    return made_up.tasks(run, next(configs, {}), asked(run).get("workDir") or "s3://acme/work")


def _by_process(tasks: list[Json]) -> dict[str, list[Json]]:
    processes: dict[str, list[Json]] = {}
    for task in tasks:
        processes.setdefault(task["process"], []).append(task)
    return processes


def list_tasks(call: Call) -> Json:
    """Return the tasks, at most 100 at once."""
    found = call.searched(_tasks(call.state, call.find("runs", id=call.names["id"])))
    return {"tasks": [{"task": task} for task in call.page(found, 100)[:100]], "total": len(found)}


def _load(tasks: list[Json]) -> Json:
    """Return the load of tasks, of a run or of a process, as the Platform adds them up."""
    load: Json = dict.fromkeys(LOAD, 0)
    for task in tasks:
        load[COUNTS[task["status"]]] += 1
        load["retries"] += task["attempt"] > 1
        load["loadTasks" if task["status"] == "RUNNING" else "peakTasks"] += 1
        for figure, key in SUMS.items():
            load[figure] += task.get(key) or 0
        took = task.get("realtime") or 0
        load["cpuTime"] += task["cpus"] * took
        load["cpuLoad"] += int((task.get("pcpu") or 0) / 100 * took)
    load |= {"peakCpus": load["cpus"], "peakMemory": load["memoryReq"]}
    load["cpuEfficiency"] = round(100 * load["cpuLoad"] / load["cpuTime"], 5) if load["cpuTime"] else None
    load["memoryEfficiency"] = round(100 * load["memoryRss"] / load["memoryReq"], 5) if load["memoryReq"] else None
    return load


def show_progress(call: Call) -> Json:
    """Return the load of a run and of each of its processes."""
    run = call.find("runs", id=call.names["id"])
    tasks = _tasks(call.state, run)
    load = recorded(run).get("workflow-load.json")
    if load is None:
        spot = [task["numSpotInterruptions"] for task in tasks if task["numSpotInterruptions"] is not None]
        cost = round(sum(task["cost"] for task in tasks), 9) if tasks else None
        load = _load(tasks) | {"executors": ["awsbatch"] if tasks else None, "cost": cost}
        load |= {"numSpotInterruptions": sum(spot) if spot else None, "lastUpdated": run["submit"]}
    told = [{"process": process} | _load(found) for process, found in _by_process(tasks).items()]
    return {"progress": {"workflowProgress": load, "processesProgress": told, "totalProcesses": len(told)}}


def _spread(tasks: list[Json], key: str) -> Json | None:
    """Return the distribution of what tasks used."""
    found = sorted((float(task[key]), task["name"]) for task in tasks if task.get(key) is not None)
    if not found:
        return None
    told: Json = {"mean": round(sum(value for value, _ in found) / len(found), 3), "warnings": []}
    for name, part in (("min", 0.0), ("q1", 0.25), ("q2", 0.5), ("q3", 0.75), ("max", 1.0)):
        told[name], told[f"{name}Label"] = found[round(part * (len(found) - 1))]
    return told


def show_metrics(call: Call) -> Json:
    """Return how much the tasks of each process used."""
    run = call.find("runs", id=call.names["id"])
    told = recorded(run).get("workflow-metrics.json")
    if told is None:
        processes = _by_process(_tasks(call.state, run)).items()
        told = [
            {"process": name} | {key: _spread(found, of) for key, of in METRICS.items()} for name, found in processes
        ]
    return {"metrics": told}


def download_log(call: Call) -> File:
    """Return the log of a run."""
    run, name = call.find("runs", id=call.names["id"]), call.query["fileName"]
    if run["runName"].startswith(tuple(call.state["unlogged"])):
        raise RefusedError(404, f"Unable to find file {name}")
    made = f"{run['submit']} [main] DEBUG nextflow.cli.Launcher - $> nextflow run -name {run['runName']}\n"
    return File(recorded(run).get("nextflow.log") or made)

"""Tasks of runs that have no recording, drawn from the run's name, and so the same at every look.

Twelve succeed. On Spot, attempts were reclaimed before them: FAILED with Java's greatest integer as exit status, each
followed by another. With Snapshots fewer are lost so: most count as the task's numSpotInterruptions instead.
"""

from __future__ import annotations

import random

from .call import epoch, moment
from .state import Json

LASTS = 754  # seconds that such a run takes by its own account; its tasks lie within them
RECLAIMED, DUMP_FAILED = 2**31 - 1, 175  # exit statuses: the Spot instance was taken back; a checkpoint failed
GIB = 2**30
# Processes with how many tasks of each, their CPUs, memory in GiB and minutes.
PROCESSES = (
    ("PREPARE", 1, 2, 4, 0.5),
    ("FASTQC", 4, 2, 6, 1.0),
    ("ALIGN", 4, 8, 30, 3.0),
    ("CALL", 2, 4, 16, 2.0),
    ("MULTIQC", 1, 1, 4, 0.3),
)
# What an attempt reads, writes and so on for each millisecond.
USED = {"rchar": 9000, "wchar": 4000, "readBytes": 8000, "writeBytes": 3500, "syscr": 2, "syscw": 1, "volCtxt": 1}
MEMORIES = ("rss", "peakRss", "vmem", "peakVmem")
MACHINES = ("c6id.8xlarge", "m6id.4xlarge", "r6id.2xlarge")


def tasks(run: Json, config: Json, work: str) -> list[Json]:
    """Return the tasks of a run on a compute environment of this configuration, as far as the run has come."""
    if run["status"] == "SUBMITTED":
        return []
    spot = (config.get("forge") or {}).get("type") == "SPOT"
    found = _attempts(run, spot, bool(config.get("fusionSnapshots")), work)
    if run["status"] == "RUNNING":
        found = found[: len(found) // 2]
        found[-1] |= {"status": "RUNNING", **dict.fromkeys(("exit", "complete", "duration", "realtime"))}
    elif run["status"] == "CANCELLED":
        found = found[: len(found) // 2]
        found[-1] |= {"status": "ABORTED", "exit": None}
    elif run["status"] == "FAILED":
        found[-1] |= {"status": "FAILED", "exit": DUMP_FAILED, "errorAction": "TERMINATE"}
    return [task | {"exitStatus": task["exit"]} for task in found]


def _attempts(run: Json, spot: bool, snapshots: bool, work: str) -> list[Json]:
    draw = random.Random(run["runName"])
    begin = epoch(run["submit"])
    found: list[Json] = []
    for process, count, cpus, memory, minutes in PROCESSES:
        for number in range(1, count + 1):
            whole = int(minutes * 60000 * draw.uniform(0.7, 1.4))
            reclaimed = draw.choice((0, 0, 1, 1, 2)) if spot else 0
            lost = 0 if snapshots and draw.random() < 0.8 else reclaimed
            what: Json = {"process": process, "name": f"{process} (sample{number})", "tag": f"sample{number}"}
            what |= {"cpus": cpus, "memory": memory * GIB, "priceModel": "spot" if spot else "standard"}
            what |= {"numSpotInterruptions": reclaimed - lost if spot else None}
            for attempt in range(1, lost + 2):
                failed = attempt <= lost
                took = int(whole * draw.uniform(0.1, 0.9)) if failed else whole
                start = begin + 30 + 15 * len(found)
                found.append(_task(len(found), what, attempt, failed, start, took, draw, work))
    return found


def _task(
    index: int, what: Json, attempt: int, failed: bool, start: int, took: int, draw: random.Random, work: str
) -> Json:
    hashed, end = f"{draw.getrandbits(128):032x}", moment(start + took / 1000)
    rate = draw.uniform(0.01, 0.02) * (1 if what["priceModel"] == "spot" else 3)  # USD an hour and CPU
    share = draw.uniform(0.4, 0.95)
    used = {key: None if failed else int(took * factor) for key, factor in USED.items()}
    used |= dict.fromkeys(MEMORIES, None if failed else int(what["memory"] * share))
    task: Json = {"id": 1000 + index, "taskId": index + 1, "attempt": attempt, "pmem": None if failed else 1.5}
    task |= {"status": "FAILED" if failed else "COMPLETED", "exit": RECLAIMED if failed else 0}
    task |= {
        "errorAction": "RETRY" if failed else None,
        "pcpu": None if failed else round(100 * what["cpus"] * share, 1),
    }
    task |= {"submit": moment(start - 20), "start": moment(start), "complete": end, "lastUpdated": end}
    task |= {"dateCreated": moment(start - 20), "duration": took + 20000, "realtime": took, "time": 14400000}
    task |= {"machineType": draw.choice(MACHINES), "cloudZone": "eu-west-1a", "executor": "awsbatch"}
    task |= {"cost": round(what["cpus"] * took / 3600000 * rate, 9), "queue": "TowerForge-work"}
    task |= {"nativeId": f"{draw.getrandbits(128):032x}", "hash": f"{hashed[:2]}/{hashed[2:8]}"}
    task |= {"workdir": f"{work}/{hashed[:2]}/{hashed[2:]}", "container": "quay.io/acme/tool:1", "script": "tool"}
    return task | what | used

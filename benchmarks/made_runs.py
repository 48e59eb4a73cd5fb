"""Runs made up for `make compare`, with as many different values as those of real workflows: FOLDER RUNS TASKS.

The same for every version of the program, as each reads what `tw runs dump` writes.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from fusion_snapshots.simulated.recordings import BEGAN, iso, task, write_archive

ARMS = {"fusion_ondemand": "EC2", "fusion_snapshots": "SPOT"}
WORK = "s3://acme-fusion/work"
# Processes by their CPUs, memory in GiB and minutes of a task.
PROCESSES = [(cpus, cpus * gib, minutes) for cpus in (1, 2, 4, 8, 16) for gib, minutes in ((2, 3), (4, 25), (7, 80))]
MACHINES = ("c6id.8xlarge", "c6id.12xlarge", "c6id.16xlarge", "m6id.4xlarge", "m6id.8xlarge", "r6id.8xlarge")
USED = "rss vmem peakRss peakVmem rchar wchar syscr syscw readBytes writeBytes volCtxt invCtxt"
USD_PER_CPU_HOUR = {"EC2": 0.05, "SPOT": 0.02}
INTERRUPTED = 0.02  # of the tasks on Spot


def make_tasks(arm: str, number: int, count: int) -> Iterator[dict[str, Any]]:
    """Yield so many tasks of a run as the Platform records them, always the same."""
    draw = random.Random(f"{arm} {number}")
    spot = ARMS[arm] == "SPOT"
    for index in range(count):
        step, sample = index % len(PROCESSES), f"sample{index // len(PROCESSES)}"
        cpus, gib, usual = PROCESSES[step]
        minutes = usual * draw.lognormvariate(0, 0.4)
        interrupted = spot and draw.random() < INTERRUPTED
        hashed = f"{draw.getrandbits(120):030x}"
        job = f"{draw.getrandbits(128):032x}"
        process = f"ACME_WORKFLOW:PART_{step % 4}:STEP_{step}"
        more = {
            "id": 1124600000 + index,
            "taskId": index + 1,
            "name": f"{process} ({sample})",
            "tag": sample,
            "hash": f"{hashed[:2]}/{hashed[2:8]}",
            "workdir": f"{WORK}/{hashed[:2]}/{hashed[2:]}",
            "nativeId": f"{job[:8]}-{job[8:12]}-{job[12:16]}-{job[16:20]}-{job[20:]}",
            "queue": f"TowerForge-{arm}-work",
            "dateCreated": iso(BEGAN + timedelta(seconds=index)),
            "lastUpdated": iso(BEGAN + timedelta(seconds=index, minutes=minutes)),
            "duration": int(minutes * 60_000) + draw.randrange(200_000),
            "realtime": int(minutes * 60) * 1000,
            "cpus": cpus,
            "memory": gib << 30,
            "time": 14_400_000,
            "pcpu": round(draw.uniform(20, 100 * cpus), 1),
            "pmem": round(draw.uniform(0, 20), 1),
            "machineType": draw.choice(MACHINES),
            "cloudZone": f"eu-west-1{draw.choice('abc')}",
            "priceModel": "spot" if spot else "standard",
            "numSpotInterruptions": int(interrupted),
            **{key: int(draw.lognormvariate(18, 3)) for key in USED.split()},
        }
        after = draw.uniform(0, 60) + index / 100
        usd = minutes / 60 * cpus * draw.uniform(0.9, 1.1) * USD_PER_CPU_HOUR[ARMS[arm]]
        yield task(process, minutes=minutes + 4 * interrupted, usd=round(usd, 9), after=after, **more)


def write_runs(folder: Path, runs: int, tasks: int) -> None:
    """Write a folder with so many runs an arm, each of so many tasks: its list of runs and their archives."""
    (folder / "compute-envs").mkdir(parents=True)
    rows = ["id,name,compute environment,when"]
    for arm, model in ARMS.items():
        (folder / f"compute-envs/aws_{arm}.yml").touch()
        config = {"forge": {"type": model}, "fusionSnapshots": arm == "fusion_snapshots"}
        draw = random.Random(arm)
        for number in range(runs):
            identifier, began = f"{number:03}{arm.replace('_', '')}", BEGAN + timedelta(days=number)
            rows.append(f"{identifier},{arm}-{began:%Y%m%d-%H%M%S},acme_{arm},{iso(began)}")
            made = make_tasks(arm, number, tasks)
            more = {"hours": draw.uniform(4, 6), "days": number, "launch": {"computeEnv": {"config": config}}}
            write_archive(folder / f"report/runs/{identifier}.tar.gz", made, **more)
    (folder / "report/runs.csv").write_text("\n".join([*rows, ""]))


if __name__ == "__main__":
    write_runs(Path(sys.argv[1]), *map(int, sys.argv[2:]))

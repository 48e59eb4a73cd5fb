"""How many processes of aws a comparison starts, where many interrupted tasks took Snapshots: FOLDER; prints it.

The real aws asks moto; a program before it on PATH notes each start.
"""

from __future__ import annotations

import logging
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import boto3
from made_runs import WORK, make_tasks, write_runs
from moto.server import ThreadedMotoServer

RUNS, TASKS = 8, 500  # of each arm, and of each run
DUMPS = 5  # of each interrupted task
DUMPED = b"(00.000012) Version: 4.0\n(27.197458) Dumping finished successfully\n"
RESTORED = b"(00.000012) Version: 4.0\n(21.800000) Restore finished successfully\n"
NOTES = """#!/bin/sh
echo "$@" >>{calls}
exec {aws} "$@"
"""


def put_logs(address: str) -> None:
    """Put the logs of Fusion's Snapshots below the work directories of all interrupted tasks."""
    bucket, _, prefix = WORK.removeprefix("s3://").partition("/")
    s3 = boto3.client("s3", region_name="eu-west-1", endpoint_url=address)
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for number in range(RUNS):
        for task in make_tasks("fusion_snapshots", number, TASKS):
            place = f"{prefix}/{task['workdir'].removeprefix(f'{WORK}/')}/.fusion/dump"
            for dump in range(DUMPS * task["numSpotInterruptions"]):
                s3.put_object(Bucket=bucket, Key=f"{place}/{dump}/dump_{dump}.log", Body=DUMPED)
                s3.put_object(Bucket=bucket, Key=f"{place}/{dump}/restore_{dump}.log", Body=RESTORED)


def main(folder: Path) -> None:
    """Write a folder with such runs, compare them, and print how many processes of aws that took."""
    write_runs(folder, RUNS, TASKS)
    programs, calls = folder / "programs", folder / "calls"
    programs.mkdir()
    notes = programs / "aws"
    notes.write_text(NOTES.format(calls=shlex.quote(str(calls)), aws=shlex.quote(str(shutil.which("aws")))))
    notes.chmod(0o755)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        address = "http://{}:{}".format(*server.get_host_and_port())
        put_logs(address)
        path = os.pathsep.join([str(programs), os.environ["PATH"]])
        env = {**os.environ, "PATH": path, "AWS_ENDPOINT_URL": address}
        subprocess.run([sys.executable, *sys.argv[2:]], cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL)
    finally:
        server.stop()
    print(len(calls.read_text().splitlines()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# ///
"""Check what the steps of this folder need: tools, token, workspace, credentials, names, bucket, account and clock.

Reads only. One line for each check: ok, failed with what to do, or not checked with the reason.

Exit code 0: nothing failed; 1: something did; 2: the checks could not run; 130: interrupted.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import seqera
from seqera import COMPUTE_ENVS, Command, PlanError, TwError, Variables, planned

PYTHON, SEQERAKIT, TW = (3, 10), (0, 5, 7), (0, 13, 0)
CLOCK_SECONDS = 120
OK, FAILED, NOT_CHECKED = "ok", "failed", "not checked"

Result = tuple[str, str]


class Preflight:
    """The checks, in the order in which they are printed; what one finds, the next may use."""

    def __init__(self, env: Variables, seconds: float) -> None:
        self.env = env
        self.seconds = seconds
        self.has_seqerakit = False
        self.has_tw = False
        self.answers = False  # the Platform does, and accepts the token
        self.credentials_id = ""
        self.account: str | None = None
        self.no_aws = ""

    def checks(self) -> Iterator[tuple[str, Callable[[], Result]]]:
        """Yield each check with the name of what it looks at."""
        yield "python", self.python
        yield "seqerakit", self.seqerakit
        yield "tw", self.tw
        yield "TOWER_ACCESS_TOKEN", self.token
        yield "workspace", self.workspace
        yield "credentials", self.credentials
        for file in COMPUTE_ENVS:
            yield file, lambda file=file: self.compute_env(file)  # type: ignore[misc]
        yield "aws", self.aws
        yield "AWS_WORK_DIR", self.bucket
        yield "AWS_ACCOUNT_ID", self.pinned
        yield "TIME", self.clock

    def python(self) -> Result:
        found = ".".join(map(str, sys.version_info[:3]))
        if sys.version_info[:2] < PYTHON:
            return FAILED, f"{found}; install 3.10 or newer"
        return OK, found

    def version(self, command: str, oldest: tuple[int, ...], remedy: str) -> Result:
        wanted = ".".join(map(str, oldest))
        try:
            ran = seqera.bounded([command, "--version"], self.env, self.seconds)
        except FileNotFoundError:
            return FAILED, f"not installed; {remedy}"
        except subprocess.TimeoutExpired:
            return FAILED, f"{command} --version does not end within {self.seconds:g} seconds; {remedy}"
        found = re.search(r"(\d+)\.(\d+)\.(\d+)", ran.stdout)
        if ran.returncode or not found:
            return FAILED, f"{command} --version names no version, so this may be another program; {remedy}"
        if tuple(map(int, found.groups())) < oldest:
            return FAILED, f"{found[0]} is older than {wanted}; {remedy}"
        return OK, found[0]

    def seqerakit(self) -> Result:
        result = self.version("seqerakit", SEQERAKIT, "run: python3 -m pip install -r requirements.txt")
        self.has_seqerakit = result[0] == OK
        return result

    def tw(self) -> Result:
        remedy = f"install it from {seqera.TW_RELEASES}"
        result = self.version("tw", TW, remedy)
        self.has_tw = result[0] == OK
        return result

    def ask(self, *words: str) -> Any:
        return seqera.tw(self.env, *words, seconds=self.seconds)

    def token(self) -> Result:
        if not self.env.get("TOWER_ACCESS_TOKEN"):
            return FAILED, "not set; paste it after: read -rs TOWER_ACCESS_TOKEN && export TOWER_ACCESS_TOKEN"
        if not self.has_tw:
            return NOT_CHECKED, "set; whether it is accepted, tw has to ask"
        endpoint = self.env["TOWER_API_ENDPOINT"]
        info = self.ask("info")
        if info["connectionCheck"] != 1:
            return FAILED, f"{endpoint} does not answer; check TOWER_API_ENDPOINT in env.sh and your network"
        if info["credentialsCheck"] != 1:
            return (
                FAILED,
                f"refused by {endpoint}: it has expired, or is another Platform's; make one under Your tokens",
            )
        self.answers = True
        if info["versionCheck"] != 1:
            return FAILED, "accepted, but the Platform is older than this tw wants; install the tw that belongs to it"
        return OK, f"accepted by {endpoint} as {info['opts'].get('userName')}"

    def workspace(self) -> Result:
        where = seqera.workspace(self.env)
        if not self.answers:
            return NOT_CHECKED, "needs tw and an accepted token"
        listed = [f"{item['orgName']}/{item['workspaceName']}" for item in self.ask("workspaces", "list")["workspaces"]]
        if where in listed:
            return OK, where
        self.answers = False
        near = [name for name in listed if name.lower() == where.lower()]
        hint = f"the nearest is {near[0]}" if near else f"visible are {', '.join(sorted(listed)) or 'none'}"
        return (
            FAILED,
            f"{where} is not visible to this token, {hint}; set ORGANIZATION_NAME and WORKSPACE_NAME in env.sh",
        )

    def credentials(self) -> Result:
        if not self.answers:
            return NOT_CHECKED, "needs the workspace"
        name = self.env["AWS_CREDENTIALS"]
        listed = self.ask("credentials", "list", "--workspace", seqera.workspace(self.env))["credentials"]
        found = next((item for item in listed if item["name"] == name), None)
        if not found:
            names = ", ".join(sorted(item["name"] for item in listed if item["provider"] == "aws")) or "none"
            return (
                FAILED,
                f"no {name} in the workspace, whose AWS credentials are: {names}; set AWS_CREDENTIALS in env.sh",
            )
        if found["provider"] != "aws":
            return FAILED, f"{name} is of {found['provider']}, not of AWS; set AWS_CREDENTIALS in env.sh"
        self.credentials_id = found["id"]
        return OK, f"{name}, of AWS"

    def compute_env(self, file: str) -> Result:
        if not self.answers or not self.has_seqerakit:
            return NOT_CHECKED, "needs the workspace and seqerakit"
        commands = [command for command in planned(self.env, file) if command.words[1] == "compute-envs"]
        results = [self.planned_compute_env(file, command) for command in commands]
        return min((state for state, _ in results), default=OK), "; ".join(text for _, text in results)

    def planned_compute_env(self, file: str, command: Command) -> Result:
        name = command.option("--name")
        where = seqera.workspace(self.env)
        listed = self.ask("compute-envs", "list", "--workspace", where)["computeEnvs"]
        found = next((item for item in listed if item["name"] == name), None)
        if not found:
            return OK, f"{name} is free"
        seen = self.ask("compute-envs", "view", "--id", found["id"], "--workspace", where)
        config = seen.get("config") or {}
        forge = config.get("forge") or {}
        pairs = [
            ("platform", "aws-batch", seen.get("platform")),
            ("region", command.option("--region"), config.get("region")),
            ("work directory", command.option("--work-dir"), config.get("workDir")),
            ("provisioning model", command.option("--provisioning-model"), forge.get("type")),
        ]
        for what, theirs in (("max-cpus", forge.get("maxCpus")), ("instance-types", forge.get("instanceTypes"))):
            if theirs:
                shown = ",".join(theirs) if isinstance(theirs, list) else str(theirs)
                pairs.append((what, command.option(f"--{what}"), shown))
        if self.credentials_id:
            pairs.append(("credentials", self.credentials_id, seen.get("credentialsId")))
        wrong = [f"{what} {theirs} and not {ours}" for what, ours, theirs in pairs if ours != theirs]
        if wrong:
            again = f"delete it (. ./env.sh && seqerakit --delete {file}) and make it again"
            return (
                FAILED,
                f"{name} exists with {', '.join(wrong)}; set another COMPUTE_ENV_PREFIX in env.sh, or {again}",
            )
        if seen["status"] not in ("AVAILABLE", "CREATING"):
            return FAILED, f"{name} is {seen['status']}; delete it: . ./env.sh && seqerakit --delete {file}"
        return OK, f"{name} is ours already, {seen['status']}"

    def run_aws(self, *words: str) -> tuple[Any, str]:
        """Return what aws says as JSON, or why there is none."""
        try:
            ran = seqera.bounded(["aws", *words, "--output", "json"], self.env, self.seconds)
            if ran.returncode:
                return None, ran.stderr.strip() or f"aws {words[0]} exits with {ran.returncode}"
            answer = json.loads(ran.stdout or "{}")
            return (answer, "") if isinstance(answer, dict) else (None, "aws prints no object")
        except FileNotFoundError:
            return None, "aws is not installed"
        except subprocess.TimeoutExpired:
            return None, f"aws does not end within {self.seconds:g} seconds"
        except ValueError:
            return None, "aws prints no JSON"

    def aws(self) -> Result:
        identity, self.no_aws = self.run_aws("sts", "get-caller-identity")
        if self.no_aws:
            self.no_aws = self.no_aws.splitlines()[-1].rstrip(".")
            return NOT_CHECKED, f"{self.no_aws}; it is optional"
        self.account = str(identity.get("Account"))
        return OK, f"signed in to account {self.account}"

    def bucket(self) -> Result:
        bucket = seqera.bucket_of(self.env["AWS_WORK_DIR"])
        region = self.env["AWS_REGION"]
        how = f"aws s3api get-bucket-location --bucket {bucket}"
        if self.no_aws:
            return NOT_CHECKED, f"whether {bucket} is in {region}: aws cannot be asked ({how})"
        answer, problem = self.run_aws("s3api", "get-bucket-location", "--bucket", bucket)
        if "NoSuchBucket" in problem:
            return FAILED, f"there is no bucket {bucket}; create it in {region}, or set AWS_WORK_DIR in env.sh"
        if problem:
            return NOT_CHECKED, f"whether {bucket} is in {region}: {problem.splitlines()[-1]}"
        # S3 says null for its first region and EU for its second one.
        location = answer.get("LocationConstraint")
        found = {None: "us-east-1", "EU": "eu-west-1"}.get(location, location)
        if found != region:
            return (
                FAILED,
                f"{bucket} is in {found}, not in {region}; Snapshots need it there: set AWS_WORK_DIR in env.sh",
            )
        return OK, f"{bucket} is in {region}"

    def pinned(self) -> Result:
        pinned = self.env.get("AWS_ACCOUNT_ID")
        if not pinned:
            return NOT_CHECKED, "no account is pinned in env.sh"
        if not self.account:
            return NOT_CHECKED, f"whether this is {pinned}: aws cannot be asked (aws sts get-caller-identity)"
        if self.account != pinned:
            return (
                FAILED,
                f"aws is signed in to {self.account}, not to {pinned}; choose another AWS_PROFILE, or mend env.sh",
            )
        return OK, f"{pinned}, the one aws is signed in to"

    def clock(self) -> Result:
        remedy = 'run names end in it: write TIME="$(date +%Y%m%d-%H%M%S)" in env.sh'
        try:
            # Both are this machine's local time, as env.sh calls date.
            seconds = abs((datetime.now() - datetime.strptime(self.env["TIME"], "%Y%m%d-%H%M%S")).total_seconds())  # noqa: DTZ005, DTZ007
        except (KeyError, ValueError):
            return FAILED, f"{self.env.get('TIME', 'not exported')} is no time; {remedy}"
        if seconds > CLOCK_SECONDS:
            return FAILED, f"{self.env['TIME']} is {seconds:.0f} seconds off this machine's clock; {remedy}"
        return OK, f"{self.env['TIME']}, this machine's clock"


def main() -> int:
    """Print a line for each check and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--limit",
        type=float,
        default=seqera.SECONDS,
        metavar="SECONDS",
        help="how long a command may take (default: %(default)s)",
    )
    options = parser.parse_args()
    preflight = Preflight(seqera.environment(), options.limit)
    count = dict.fromkeys((OK, FAILED, NOT_CHECKED), 0)
    for name, check in preflight.checks():
        try:
            state, text = check()
        except TwError as error:
            preflight.answers = False
            state, text = FAILED, f"{error}; see the troubleshooting table of README.md"
        except PlanError as error:
            state, text = FAILED, str(error)
        count[state] += 1
        print(f"{state:<11} {name}: {text}", flush=True)
    print(", ".join(f"{number} {state}" for state, number in count.items()) + ".")
    return int(count[FAILED] > 0)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("\npreflight.py: interrupted; it changed nothing. Again: make preflight", file=sys.stderr)
        sys.exit(130)

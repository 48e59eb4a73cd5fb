"""make preflight: what the steps need, checked before anything is paid for; it reads only.

What is independent is asked at once, so that few round trips follow one another.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from ..benchmark import Benchmark
from ..compute_envs import Wanted, compute_env_files, wanted_of
from ..errors import UserError
from ..findings import Result, State, count_of, failed, not_checked, ok
from ..folder.variables import Variables
from ..json_reply import Reply
from ..output import say, showing
from ..pipelines import pipeline_files
from ..platform.launchpad import look_up, pipelines_of
from ..platform.seqerakit import Command, PlanError, Plans
from ..platform.tw import Tw
from ..platform.workspace import Workspace
from ..process import AT_ONCE, at_once
from ..tools import SEQERAKIT, TW, check_python, check_tool
from . import platform_checks as platform
from .aws_checks import check_aws

CLOCK_SECONDS = 120


def preflight(benchmark: Benchmark, seconds: float) -> None:
    """Print a line for each check; raises UserError where one failed. seconds bounds each command."""
    with showing("asking the tools, the Platform and AWS"):
        results = run_checks(benchmark, seconds)
    for result in results:
        say(f"{result.state.value:<11} {result.subject}: {result.text}")
    counts = {state: sum(result.state is state for result in results) for state in State}
    total = ", ".join(f"{number} {state.value}" for state, number in counts.items() if number)
    say(f"{total}.")
    if counts[State.FAILED]:
        raise UserError(
            f"{count_of(counts[State.FAILED], 'check')} failed. Fix what is said above, then: make preflight", 1
        )


def run_checks(benchmark: Benchmark, seconds: float) -> list[Result]:
    """Return the result of each check, in the order in which they are printed; seconds bounds each command."""
    root, env = benchmark.root, benchmark.env
    tw = Tw(env, root, seconds)
    with at_once() as pool:
        tools = [pool.submit(check_tool, tool, root, env, seconds) for tool in (SEQERAKIT, TW)]
        info = pool.submit(tw.ask, "info")
        files = [*compute_env_files(benchmark), *pipeline_files(benchmark)]
        plans = pool.submit(benchmark.seqerakit.planned_of, files)
        wanted = pool.submit(lambda: wanted_of(_planned(benchmark, plans, compute_env_files(benchmark))))
        asking = _Platform(Workspace(tw), benchmark, pool, plans)
        aws = pool.submit(lambda: check_aws(benchmark, _listed(wanted), seconds))
        has_seqerakit, has_tw = (tool.result() for tool in tools)
        token = _token(env, has_tw, info)
        answers = token.state in (State.OK, State.WARNING)
        platform_results = asking.check(answers, _ready(has_seqerakit, wanted))
        runs = platform.check_active_runs(env["TOWER_API_ENDPOINT"], len(benchmark.arms))
        return [check_python(), has_seqerakit, has_tw, token, *platform_results, *runs, *aws.result(), check_clock(env)]


def _planned(benchmark: Benchmark, plans: Future[Plans], files: list[str]) -> Plans:
    """Return the plans, or, where one of them is refused, these files' alone; raises PlanError."""
    try:
        return plans.result()
    except PlanError:
        return benchmark.seqerakit.planned_of(files)


def _ready(has_seqerakit: Result, wanted: Future[list[Wanted]]) -> list[Wanted] | Result:
    """Return the compute environments that the files describe, or why they cannot be known."""
    if has_seqerakit.state is not State.OK:
        return not_checked("compute-envs", "needs seqerakit")
    try:
        return wanted.result()
    except UserError as error:
        return failed("compute-envs", str(error))


def _listed(wanted: Future[list[Wanted]]) -> list[Wanted]:
    try:
        return wanted.result()
    except UserError:
        return []


def _token(env: Variables, has_tw: Result, info: Future[Reply]) -> Result:
    if missing := platform.check_token_is_set(env):
        return missing
    if has_tw.state is not State.OK:
        return not_checked(platform.TOKEN, "set; whether it is accepted, tw has to ask")
    return _result_of(platform.TOKEN, lambda: platform.check_info(info.result(), env["TOWER_API_ENDPOINT"]))


def _result_of(subject: str, check: Callable[[], Result]) -> Result:
    """Return a check's result, or the failure to ask as one."""
    try:
        return check()
    except UserError as error:
        return failed(subject, f"{error}; see the troubleshooting table of README.md")


class _Platform:
    """The checks that need the Platform's answers: two round trips, each of calls at once.

    All but the views of compute environments, which take their ids, is asked for beforehand: where the token or the
    workspace is not as it should be, what else was asked counts for nothing.
    """

    def __init__(
        self, workspace: Workspace, benchmark: Benchmark, pool: ThreadPoolExecutor, plans: Future[Plans]
    ) -> None:
        """Ask."""
        self.workspace, self.benchmark, self.env, self.pool = workspace, benchmark, benchmark.env, pool
        self.listed = pool.submit(workspace.tw.ask, "workspaces", "list")
        self.credentials = pool.submit(workspace.ask, "credentials", "list")
        self.known = pool.submit(workspace.compute_envs)
        self.pipelines = pool.submit(self._check_pipelines, plans)

    def check(self, answers: bool, wanted: list[Wanted] | Result) -> list[Result]:
        """Return the results for the workspace, the credentials, each compute environment and each pipeline."""
        if not answers:
            need = "needs tw and an accepted token"
            return [not_checked(platform.WORKSPACE, need), *self._not_checked(wanted, need)]
        where = self.workspace.name
        seen = _result_of(platform.WORKSPACE, lambda: platform.check_workspace(self.listed.result(), where))
        if seen.state is not State.OK:
            return [seen, *self._not_checked(wanted, "needs the workspace")]
        name = self.env["AWS_CREDENTIALS"]
        found = _result_of(platform.CREDENTIALS, lambda: platform.check_credentials(self.credentials.result(), name))
        if isinstance(wanted, Result):
            return [seen, found, wanted]
        return [seen, found, *self._compute_envs(wanted, found), *self.pipelines.result()]

    def _not_checked(self, wanted: list[Wanted] | Result, need: str) -> list[Result]:
        environments = [not_checked(item.file, need) for item in wanted] if isinstance(wanted, list) else [wanted]
        return [not_checked(platform.CREDENTIALS, need), *environments, not_checked("pipelines", need)]

    def _check_pipelines(self, planned: Future[Plans]) -> list[Result]:
        try:
            plans = _planned(self.benchmark, planned, pipeline_files(self.benchmark))
        except UserError as error:
            return [failed("pipelines", str(error))]

        def check(file: str, command: Command) -> Result:
            return platform.check_pipeline(look_up(self.workspace, self.benchmark.root, file, command))

        with at_once(AT_ONCE // 2) as pool:
            return list(pool.map(lambda pair: _result_of(pair[0], lambda: check(*pair)), pipelines_of(plans)))

    def _compute_envs(self, wanted: list[Wanted], found: Result) -> list[Result]:
        identifier = ""
        if found.state is State.OK:
            entry = platform.find_credentials(self.credentials.result(), self.env["AWS_CREDENTIALS"])
            identifier = entry.text("id", "") if entry else ""

        def check(item: Wanted) -> Result:
            names = self.known.result()
            view = self.workspace.view_compute_env(names[item.name].text("id")) if item.name in names else None
            return platform.check_compute_env(item, names, view, identifier)

        return list(self.pool.map(lambda item: _result_of(item.file, lambda: check(item)), wanted))


def check_clock(env: Variables) -> Result:
    """Tell whether TIME, in which the runs' names end, is this machine's local time, as env.sh calls date."""
    remedy = 'run names end in it: write TIME="$(date +%Y%m%d-%H%M%S)" in env.sh'
    try:
        seconds = abs((datetime.now() - datetime.strptime(env["TIME"][:15], "%Y%m%d-%H%M%S")).total_seconds())  # noqa: DTZ005, DTZ007
    except (KeyError, ValueError):
        return failed("TIME", f"{env.get('TIME', 'not exported')} is no time; {remedy}")
    if seconds > CLOCK_SECONDS:
        return failed("TIME", f"{env['TIME']} is {seconds:.0f} seconds off this machine's clock; {remedy}")
    return ok("TIME", f"{env['TIME']}, this machine's clock")

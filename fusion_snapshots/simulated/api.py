"""The API: which operation answers which request, and one exchange from the request to the journal.

Faults to order are what is to go wrong with which request: {"on": "POST /workflow/launch", "nth": 1, "times": 1, "do":
...}. `on` is how method and path begin, and `holds`, where given, a text in the body; nth counts the requests that it
meets, 0 is each; times says for how many it holds from that one on. `do` is "drop" (the connection is closed and
nothing done), "lose" (done, then the connection is closed), "cut" (done, half the answer sent, then the connection is
closed), "hang" (no answer for that many "seconds"), or an HTTP status with an optional "body": JSON, or a string for a
page of HTML.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import unquote

from . import compute_env_api, dataset_api, pipeline_api, run_api, run_details, workspace_api
from .call import FORBIDDEN, Call, RefusedError, now
from .state import WORKSPACE_ID, Json, Store

BROKEN_OFF = ("drop", "lose")  # faults that end in no answer
ROUTES: dict[str, Callable[[Call], Any]] = {
    "GET /service-info": workspace_api.service_info,
    "GET /user-info": workspace_api.user_info,
    "GET /user/{id}/workspaces": workspace_api.list_workspaces,
    "GET /orgs/{org}/workspaces/{id}": workspace_api.show_workspace,
    "GET /credentials": workspace_api.list_credentials,
    "GET /labels": workspace_api.list_labels,
    "POST /labels": workspace_api.create_label,
    "POST /pipelines/labels/apply": workspace_api.apply_pipeline_labels,
    "GET /compute-envs": compute_env_api.list_compute_envs,
    "POST /compute-envs": compute_env_api.create_compute_env,
    "GET /compute-envs/{id}": compute_env_api.show_compute_env,
    "DELETE /compute-envs/{id}": compute_env_api.delete_compute_env,
    "GET /pipelines": pipeline_api.list_pipelines,
    "POST /pipelines": pipeline_api.create_pipeline,
    "GET /pipelines/{id}": pipeline_api.show_pipeline,
    "DELETE /pipelines/{id}": pipeline_api.delete_pipeline,
    "GET /pipelines/{id}/launch": pipeline_api.show_pipeline_launch,
    "POST /pipelines/{id}/versions/{version}": pipeline_api.update_pipeline,
    "GET /pipelines/{id}/versions/validate": pipeline_api.validate_version_name,
    "PUT /pipelines/{id}/versions/{version}/manage": pipeline_api.manage_version,
    "POST /workflow/launch": run_api.submit,
    "GET /workflow": run_api.list_runs,
    "GET /workflow/{id}": run_api.show_run,
    "GET /workflow/{id}/launch": run_api.show_run_launch,
    "GET /launch/{id}": run_api.show_launch,
    "GET /workflow/{id}/progress": run_details.show_progress,
    "GET /workflow/{id}/metrics": run_details.show_metrics,
    "GET /workflow/{id}/tasks": run_details.list_tasks,
    "GET /workflow/{id}/download": run_details.download_log,
    "GET /datasets": dataset_api.list_datasets,
    "POST /datasets": dataset_api.create_dataset,
    "GET /datasets/{id}/metadata": dataset_api.show_dataset,
    "PUT /datasets/{id}": dataset_api.update_dataset,
    "DELETE /datasets/{id}": dataset_api.delete_dataset,
    "POST /datasets/{id}/upload": dataset_api.upload_dataset,
    "GET /datasets/{id}/versions": dataset_api.list_versions,
}
PATTERNS = [(re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route)), operation) for route, operation in ROUTES.items()]


class Request(NamedTuple):
    """What is asked, with which token, under which address of the API."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    token: str | None
    base: str


class Reply(NamedTuple):
    """The answer, and what is to go wrong with it: drop, lose, cut or hang, or nothing."""

    status: int
    body: Any
    fault: str = ""
    seconds: float = 0


def exchange(store: Store, request: Request) -> Reply:
    """Do what is asked, or what a fault makes of it, note it in the journal and return the answer."""
    what = f"{request.method} {request.path}"
    with store.changing() as state:
        met = fault(state, what, request.body)
        ordered = met.get("do", "")
        if isinstance(ordered, int):
            reply = Reply(ordered, met.get("body"))
        elif ordered == "drop":
            reply = Reply(0, None, "drop")
        else:
            status, body = _answer(state, request, what)
            reply = Reply(status, body, ordered, met.get("seconds", 600))
        entry = {"at": now(), "method": request.method, "path": request.path, "query": request.query}
        status_or_end = reply.fault if reply.fault in BROKEN_OFF else reply.status
        store.note(entry | {"request": request.body, "status": status_or_end, "response": reply.body})
    return reply


def _answer(state: Json, request: Request, what: str) -> tuple[int, Any]:
    try:
        if request.path != "/service-info" and request.token not in state["tokens"]:
            raise RefusedError(401, "Unauthorized")
        for pattern, operation in PATTERNS:
            if match := pattern.fullmatch(what):
                if request.query.get("workspaceId", str(WORKSPACE_ID)) != str(WORKSPACE_ID):
                    raise RefusedError(403, FORBIDDEN)
                names = {key: unquote(value) for key, value in match.groupdict().items()}
                body = operation(Call(state, names, request.query, request.body, request.base))
                return (204 if body is None else 200), body
        raise RefusedError(404, f"Not Found: {what}")
    except RefusedError as error:
        return error.status, error.body


def fault(state: Json, what: str, body: Any = None) -> Json:
    """Count a request, its method and path, and return the fault that is meant for it, or nothing."""
    met: Json = {}
    for entry in state["faults"]:
        if not what.startswith(entry["on"]) or entry.get("holds", "") not in json.dumps(body):
            continue
        count = state["counts"][entry["on"]] = state["counts"].get(entry["on"], 0) + 1
        first = entry.get("nth", 0)
        if not met and (not first or first <= count < first + entry.get("times", 1)):
            met = entry
    return met

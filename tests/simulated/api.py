"""The API: which operation answers which request, and one exchange from the request to the journal."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import unquote

from . import compute_envs, datasets, pipelines, run_details, runs, workspace
from .call import FORBIDDEN, Call, RefusedError, now
from .faults import BROKEN_OFF, fault
from .store import WORKSPACE_ID, Json, Store

ROUTES: dict[str, Callable[[Call], Any]] = {
    "GET /service-info": workspace.service_info,
    "GET /user-info": workspace.user_info,
    "GET /user/{id}/workspaces": workspace.list_workspaces,
    "GET /orgs/{org}/workspaces/{id}": workspace.show_workspace,
    "GET /credentials": workspace.list_credentials,
    "GET /labels": workspace.list_labels,
    "POST /labels": workspace.create_label,
    "POST /pipelines/labels/apply": workspace.apply_pipeline_labels,
    "GET /compute-envs": compute_envs.list_compute_envs,
    "POST /compute-envs": compute_envs.create_compute_env,
    "GET /compute-envs/{id}": compute_envs.show_compute_env,
    "DELETE /compute-envs/{id}": compute_envs.delete_compute_env,
    "GET /pipelines": pipelines.list_pipelines,
    "POST /pipelines": pipelines.create_pipeline,
    "GET /pipelines/{id}": pipelines.show_pipeline,
    "DELETE /pipelines/{id}": pipelines.delete_pipeline,
    "GET /pipelines/{id}/launch": pipelines.show_pipeline_launch,
    "POST /pipelines/{id}/versions/{version}": pipelines.update_pipeline,
    "GET /pipelines/{id}/versions/validate": pipelines.validate_version_name,
    "PUT /pipelines/{id}/versions/{version}/manage": pipelines.manage_version,
    "POST /workflow/launch": runs.submit,
    "GET /workflow": runs.list_runs,
    "GET /workflow/{id}": runs.show_run,
    "GET /workflow/{id}/launch": runs.show_run_launch,
    "GET /launch/{id}": runs.show_launch,
    "GET /workflow/{id}/progress": run_details.show_progress,
    "GET /workflow/{id}/metrics": run_details.show_metrics,
    "GET /workflow/{id}/tasks": run_details.list_tasks,
    "GET /workflow/{id}/download": run_details.download_log,
    "GET /datasets": datasets.list_datasets,
    "POST /datasets": datasets.create_dataset,
    "GET /datasets/{id}/metadata": datasets.show_dataset,
    "PUT /datasets/{id}": datasets.update_dataset,
    "DELETE /datasets/{id}": datasets.delete_dataset,
    "POST /datasets/{id}/upload": datasets.upload_dataset,
    "GET /datasets/{id}/versions": datasets.list_versions,
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
        met = fault(state, what)
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

"""Calls of the simulated API's operations, on a state, without a request."""

from __future__ import annotations

from typing import Any

import pytest

from fusion_snapshots.simulated.call import Call, RefusedError
from fusion_snapshots.simulated.state import Json, new_state

BASE = "https://platform.test/api"


def call(state: Json, body: Any = None, **values: object) -> Call:
    """Return a call; id and version are names of its path, all other values are its query's."""
    names = {key: str(value) for key, value in values.items() if key in ("id", "version")}
    return Call(state, names, {key: str(value) for key, value in values.items() if key not in names}, body, BASE)


def refused(error: pytest.ExceptionInfo[RefusedError]) -> tuple[int, str | None]:
    """Return the status and the message of a refusal."""
    return error.value.status, (error.value.body or {}).get("message")


def with_env(**more: Any) -> Json:
    """Return the state of a Platform with a compute environment that is there."""
    env = {"id": "env1", "name": "env", "platform": "aws-batch", "status": "AVAILABLE", "looks": 0, "labels": []}
    env |= {"config": {"region": "eu-west-1", "workDir": "s3://acme/work", "forge": {"type": "SPOT"}}}
    return new_state() | {"computeEnvs": [env]} | more

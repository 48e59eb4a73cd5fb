"""IAM policies held against AWS's own data of actions, resource types and access levels, from policy_sentry."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from policy_sentry.querying.actions import get_actions_for_service, get_privilege_info

LIMIT = 6144  # of a managed policy, in characters that are not white space

Policy = dict[str, Any]


def texts(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def size(policy: str) -> int:
    return len("".join(policy.split()))


def is_of_type(arn: str, template: str) -> bool:
    """Tell whether a policy's ARN can name a resource of the type that AWS's data gives this ARN template."""
    # A bucket's name has no slash: an ARN with one is an object's.
    name = "[^/]+" if template.endswith(":::${BucketName}") else ".+"
    patterns = {"${Partition}": "[^:]+", "${Region}": "[^:]*", "${Account}": "[^:]*"}
    parts = re.split(r"(\$\{\w+\})", template)
    pattern = "".join(patterns.get(part, name) if part[:1] == "$" else re.escape(part) for part in parts)
    # A wildcard stands for slashes, too.
    return any(re.fullmatch(pattern, each) for each in (arn, arn.replace("*", "a/a")))


def find_misuses(policy: Policy, by_condition: Collection[str] = ()) -> Iterator[str]:
    """Yield where a policy's statements do not fit AWS's data: actions, and the resources that they apply to.

    by_condition names actions that a condition narrows, in place of their resource.
    """
    if size(json.dumps(policy)) > LIMIT:
        yield "too long"
    missing: dict[str, set[str]] = {}
    for statement in policy["Statement"]:
        if statement["Effect"] != "Allow" or set(statement) - {"Sid", "Effect", "Action", "Resource", "Condition"}:
            yield "not a plain Allow"
        resources = texts(statement["Resource"])
        unused = set(resources) - {"*"}
        for action in texts(statement["Action"]):
            service, _, name = action.partition(":")
            if action not in get_actions_for_service(service):
                yield f"{action}: unknown action"
                continue
            info = get_privilege_info(service, name)
            arns = {
                kind: [arn for arn in resources if is_of_type(arn, info["service_resources"][kind]["arn"])]
                for kind in filter(None, info["resource_types"])
            }
            unused.difference_update(*arns.values())
            if action in by_condition and resources == ["*"]:
                continue
            if arns and "*" in resources:
                yield f"{action}: can be narrowed"
            if not arns and resources != ["*"]:
                yield f"{action}: cannot be narrowed"
            if arns and not any(arns.values()):
                yield f"{action}: no resource it applies to"
            # Several statements may share an action's resources.
            lacking = {kind for kind, found in arns.items() if info["resource_types"][kind]["required"] and not found}
            missing[action] = missing.get(action, lacking) & lacking
        yield from (f"{arn}: no action applies to it" for arn in resources if arn in unused)
    yield from (f"{action}: no {kind}" for action, kinds in missing.items() for kind in sorted(kinds))

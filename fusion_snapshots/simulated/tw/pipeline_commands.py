"""tw pipelines and tw launch."""

from __future__ import annotations

from ..state import Json
from . import compute_env_commands
from .client import ApiError, JavaError, TwError, text_of
from .command import Answer, Command
from .general_commands import label_ids

EXTERNAL = ("https://", "http://", "file:/")
# What of a launch an option says, for pipelines and launches alike.
TEXTS = {"params-file": "paramsText", "config": "configText", "pre-run": "preRunScript", "post-run": "postRunScript"}
VALUES = {"work-dir": "workDir", "revision": "revision", "commit-id": "commitId", "main-script": "mainScript"}
VALUES |= {"entry-name": "entryName", "schema-name": "schemaName"}
FLAGS = {"pull-latest": "pullLatest", "stub-run": "stubRun"}
KEPT = ("id", "pipeline", "configProfiles", *TEXTS.values(), *VALUES.values(), *FLAGS.values())


def list_pipelines(command: Command) -> Answer:
    """List those of the workspace, 100 where not told how many."""
    query = {**command.page(), "search": command.option("filter"), "visibility": "private"}
    found = command.ask("GET", "/pipelines", **query).get("pipelines")
    return Answer({"workspaceRef": command.shown, "pipelines": found})


def _by_name(command: Command, name: str) -> Json:
    found = command.ask("GET", "/pipelines", search=f'"{name}"', visibility="all")["pipelines"]
    if not found:
        raise TwError(f"Unknown pipeline '\"{name}\"' at {command.shown} workspace")
    pipeline: Json = found[0]
    return pipeline


def view(command: Command) -> Answer:
    """Show a pipeline with what it is launched with."""
    identifier = command.option("id") or _by_name(command, command.option("name"))["pipelineId"]
    pipeline = command.ask("GET", f"/pipelines/{identifier}", attributes="labels")["pipeline"]
    version = _version(pipeline)
    launch = command.ask("GET", f"/pipelines/{identifier}/launch", versionId=version["id"]).get("launch")
    return Answer({"workspaceRef": command.shown, "info": pipeline, "launch": launch, "version": version})


def _version(pipeline: Json) -> Json:
    """Return the version that tw takes for granted."""
    if "version" not in pipeline:
        what = "io.seqera.tower.model.PipelineVersionFullInfoDto.getId()"
        raise JavaError(f'java.lang.NullPointerException: Cannot invoke "{what}" because "version" is null')
    version: Json = pipeline["version"]
    return version


def _asked(command: Command) -> Json:
    """Return what the options say of a launch."""
    asked: Json = {key: text_of(command.option(option)) for option, key in TEXTS.items()}
    asked |= {key: command.option(option) for option, key in (VALUES | FLAGS).items()}
    return asked | {"configProfiles": command.listed("profile")}


def _given(values: Json) -> Json:
    return {key: value for key, value in values.items() if value is not None}


def add(command: Command) -> Answer:
    """Add a pipeline to the Launchpad."""
    where = f"/orgs/{command.workspace['orgId']}/workspaces/{command.workspace_id}"
    command.client.ask("GET", where)
    env = compute_env_commands.available(command, command.option("compute-env"))
    config, name = env["config"], command.option("name")
    inherited = {key: config.get(key) for key in ("workDir", "preRunScript", "postRunScript")}
    launch = {"computeEnvId": env["id"], "pipeline": command.words[0], **inherited, **_given(_asked(command))}
    body = {"name": name, "description": command.option("description"), "launch": _given(launch)}
    try:
        pipeline = command.ask("POST", "/pipelines", body)["pipeline"]
    except ApiError as error:
        raise TwError(f"Unable to add pipeline '{name}': {error.message}") from None
    if labels := label_ids(command, command.listed("labels")):
        command.ask("POST", "/pipelines/labels/apply", {"pipelineIds": [pipeline["pipelineId"]], "labelIds": labels})
    answer = {"workspaceRef": command.shown, "pipelineName": name}
    return Answer(answer, f"\n  New pipeline '{name}' added at {command.shown} workspace\n\n")


def update(command: Command) -> Answer:
    """Change a pipeline in what is given and not empty; the rest stays, and what then differs is a new version."""
    others = {"new-name", "pipeline-schema-id", "allow-draft", "version-id", "version-name"}
    if given := others & command.options.keys():
        raise SystemExit(f"the stand-in for tw does not know: pipelines update with {given}")
    identifier = command.option("id") or _by_name(command, command.option("name"))["pipelineId"]
    pipeline = command.ask("GET", f"/pipelines/{identifier}")["pipeline"]
    version, path = _version(pipeline), f"/pipelines/{identifier}/versions"
    known = command.ask("GET", f"/pipelines/{identifier}/launch", versionId=version["id"])["launch"]
    env = known.get("computeEnv", {})
    if "compute-env" in command.options:
        env = compute_env_commands.available(command, command.option("compute-env"))
    kept = {*KEPT, "userSecrets", "workspaceSecrets"} - {"id", "commitId"}
    launch = {key: known.get(key) for key in kept} | {"computeEnvId": env.get("id")}
    launch |= {key: value for key, value in _asked(command).items() if value not in (None, "")}
    launch["pipeline"] = command.option("pipeline", known["pipeline"])
    body = {"name": pipeline["name"], "launch": _given(launch)}
    body["description"] = command.option("description") or pipeline.get("description")
    made = command.ask("POST", f"{path}/{version['id']}", body)["pipeline"]["version"]
    answer = {"workspaceRef": command.shown, "pipelineName": pipeline["name"]}
    said = f"\n  Pipeline '{pipeline['name']}' updated at {command.shown} workspace"
    if made["id"] != version["id"]:
        answer["newVersionName"] = name = made.get("name") or _promote(command, path, made["id"], version["name"])
        said += f"\n  New version '{name}' created and set as default, available in the Launchpad."
    return Answer(answer, f"{said}\n\n")


def _promote(command: Command, path: str, draft: str, base: str) -> str:
    """Give a draft the next free name, make it the default, and return its name."""
    stem, dash, number = base.rpartition("-")
    stem, first = (stem, int(number) + 1) if dash and number.isdigit() else (base, 1)
    for attempt in range(10):
        name = f"{stem}-{first + attempt}"
        try:
            command.ask("GET", f"{path}/validate", name=name)
        except ApiError:
            continue
        command.ask("PUT", f"{path}/{draft}/manage", {"name": name, "isDefault": True})
        return name
    raise SystemExit("the stand-in for tw does not know what comes after ten names that are taken")


def delete(command: Command) -> Answer:
    """Delete a pipeline."""
    reference = identifier = command.option("id")
    if not identifier:
        pipeline = _by_name(command, command.option("name"))
        identifier, reference = pipeline["pipelineId"], pipeline["name"]
    command.ask("DELETE", f"/pipelines/{identifier}")
    answer = {"pipelineRef": reference, "workspaceRef": command.shown}
    return Answer(answer, f"\n  Pipeline '{reference}' deleted at {command.shown} workspace\n\n")


def launch(command: Command) -> Answer:
    """Launch a pipeline of the Launchpad, or one by its address."""
    pipeline = command.words[0]
    if pipeline.startswith(EXTERNAL):
        env = compute_env_commands.available(command, command.option("compute-env"))
        inherited = {key: env["config"].get(key) for key in ("workDir", "preRunScript", "postRunScript")}
        base = {"pipeline": pipeline, "computeEnvId": env["id"], **inherited}
    else:
        base = _of_launchpad(command)
    labels = label_ids(command, command.listed("labels"))
    asked = base | {"runName": command.option("name"), "labelIds": labels} | _given(_asked(command))
    run = command.ask("POST", "/workflow/launch", {"launch": _given(asked)})["workflowId"]
    address = f"{command.address}/watch/{run}"
    answer = {"workflowId": run, "workflowUrl": address, "workspaceId": command.workspace_id}
    answer["workspaceRef"] = command.shown
    return Answer(answer, f"\n  Workflow {run} submitted at {command.shown} workspace.\n\n    {address}\n\n")


def _of_launchpad(command: Command) -> Json:
    """Return what a pipeline is launched with; another compute environment brings its work directory along."""
    name = command.words[0]
    found = command.ask("GET", "/pipelines", max=50, offset=0, search=name, visibility="all")
    if not found["totalSize"]:
        raise TwError(f"Pipeline '{name}' not found on this workspace.")
    chosen = [entry for entry in found["pipelines"] if entry["name"] == name]
    if not chosen:
        raise TwError(f"Pipeline '{name}' not found")
    known = command.ask("GET", f"/pipelines/{chosen[0]['pipelineId']}/launch")["launch"]
    base = {key: known.get(key) for key in KEPT}
    base["computeEnvId"] = known["computeEnv"]["id"] if "computeEnv" in known else None
    if command.option("compute-env") is None:
        return base
    env = compute_env_commands.available(command, command.option("compute-env"))
    config = env["config"]
    base |= {"computeEnvId": env["id"], "workDir": config.get("workDir")}
    inherited = {"preRunScript": "preRunScript", "postRunScript": "postRunScript", "configText": "nextflowConfig"}
    return base | {key: config.get(other) for key, other in inherited.items() if base[key] is None}

"""What a release, CI and a public repository rely on."""

from __future__ import annotations

import ast
import json
import os
import re
import runpy
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, run

from fusion_snapshots import VERSION as PROGRAM

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
VERSION = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))["_version"]

# Put together here, lest this file be found.
MACHINE_PATHS = re.compile("|".join([r"(?<![\w-])/" + "work/", "/tmp/" + r"w\b", "/" + "root/"]))
REGISTRIES = re.compile("|".join(["pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npmjs", "art" + "ifactory"]))
# What the jobs may do that may do more than read.
MAY = {"release": {"contents": "write"}, "report": {"issues": "write"}}
LOCK_FILES = re.compile(r"(?:\.lock|-lock\.(?:json|ya?ml)|Pipfile\.lock)$")


def load(path: Path) -> dict[str, Any]:
    """Return a workflow; YAML 1.1 reads its key `on` as True."""
    loaded: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in loaded.items()}


def committed() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.split("\0") if name]


def test_one_version() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert re.findall(r'^version = "(.*)"$', project, re.MULTILINE) == [VERSION]
    assert VERSION == PROGRAM


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_are_pinned_and_may_do_little(path: Path) -> None:
    workflow = load(path)
    assert workflow["permissions"] == {}
    uses = re.findall(r"uses: (.+)", path.read_text(encoding="utf-8"))
    assert uses
    for action in uses:
        assert re.fullmatch(r"[\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action
    for name, job in workflow["jobs"].items():
        assert job["permissions"] in ({}, MAY.get(name, {"contents": "read"})), name
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False
            assert "${{" not in step.get("run", ""), "an expression in a script is run as code; pass it by env"


def test_all_green_waits_for_every_job() -> None:
    workflow = load(ROOT / ".github/workflows/ci.yml")
    assert workflow["concurrency"]["cancel-in-progress"] is True
    jobs = workflow["jobs"]
    assert {*jobs["all-green"]["needs"], "all-green"} == set(jobs)
    assert jobs["all-green"]["if"] == "always()"
    (step,) = jobs["all-green"]["steps"]
    for results, code in {"success success": 0, "success skipped": 1, "failure success": 1, "cancelled": 1}.items():
        assert run(["bash", "-e", "-c", step["run"]], env={"RESULTS": results}).returncode == code, results


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("github-workflows", ".github/workflows/*.yml"),
        ("dependabot", ".github/dependabot.yml"),
        ("github-issue-config", ".github/ISSUE_TEMPLATE/config.yml"),
        ("github-issue-forms", ".github/ISSUE_TEMPLATE/[!c]*.yml"),
    ],
)
def test_files_for_github_fit_their_schemas(schema: str, paths: str) -> None:
    ran = run(["check-jsonschema", "--builtin-schema", f"vendor.{schema}", *sorted(ROOT.glob(paths))])
    assert ran.returncode == 0, ran.stdout + ran.stderr


def scripts() -> dict[str, str]:
    """Return the scripts of the release workflow's own steps, by the step's name."""
    jobs = load(ROOT / ".github/workflows/release.yml")["jobs"].values()
    return {step["name"]: step["run"] for job in jobs for step in job["steps"] if "name" in step}


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        (f"v{VERSION}", ""),
        (f"v{VERSION}0", f"cookiecutter.json is not at {VERSION}0\n"),
        (f"v{VERSION.replace('.', 'x')}", f"cookiecutter.json is not at {VERSION.replace('.', 'x')}\n"),
    ],
)
def test_a_tag_must_be_the_version(tag: str, said: str) -> None:
    script = scripts()["The tag is the version in cookiecutter.json and pyproject.toml"]
    ran = run(["bash", "-e", "-c", script], cwd=ROOT, env={"GITHUB_REF_NAME": tag})
    assert (ran.stdout, ran.returncode) == (said, 1 if said else 0)


def release(folder: Path, tag: str) -> subprocess.CompletedProcess[str]:
    """Run the release step in a folder with this changelog, with a gh that only notes its arguments."""
    (folder / "CHANGELOG.md").write_text(
        "# Changelog\n\n## Unreleased\n\n- later\n\n## 1.2.3 (2026-01-31)\n\n- one\n\n### Two\n\n## 1.2\n\n- old\n"
    )
    (folder / "gh").write_text('#!/bin/sh\nprintf "%s\\n" "$@" >said\n')
    (folder / "gh").chmod(0o755)
    env = {"GITHUB_REF_NAME": tag, "RUNNER_TEMP": str(folder)}
    script = 'PATH=".:$PATH"\n' + scripts()["Release with this version's section of CHANGELOG.md"]
    return run(["bash", "-e", "-c", script], cwd=folder, env=env)


def test_the_notes_are_the_section_of_the_version(tmp_path: Path) -> None:
    assert release(tmp_path, "v1.2.3").returncode == 0
    assert (tmp_path / "notes.md").read_text().strip() == "- one\n\n### Two"
    said = (tmp_path / "said").read_text().splitlines()
    assert said[:3] == ["release", "create", "v1.2.3"]
    assert said[-2:] == ["--notes-file", f"{tmp_path}/notes.md"]


def test_no_release_without_a_section(tmp_path: Path) -> None:
    ran = release(tmp_path, "v1.2.30")
    assert (ran.stdout, ran.returncode) == ("CHANGELOG.md has no section 1.2.30\n", 1)
    assert not (tmp_path / "said").exists()


@pytest.mark.parametrize(("number", "did"), [("", "create --title"), ("7", "comment 7 --body")])
def test_what_breaks_with_newer_programs_becomes_one_issue(tmp_path: Path, number: str, did: str) -> None:
    (step,) = load(ROOT / ".github/workflows/newest.yml")["jobs"]["report"]["steps"]
    (tmp_path / "gh").write_text('#!/bin/sh\necho "$@" >>said\n[ "$2" = list ] && echo "$NUMBER"\n')
    (tmp_path / "gh").chmod(0o755)
    env = {"NUMBER": number, "RUN": "https://x.test/runs/1", "VERSIONS": "tw 9"}
    run(["bash", "-e", "-c", 'PATH=".:$PATH"\n' + step["run"]], cwd=tmp_path, env=env)
    listed, done = (tmp_path / "said").read_text().splitlines()
    assert listed.startswith("issue list ")
    assert done.startswith(f"issue {did} ")
    assert "Tried: tw 9. What failed: https://x.test/runs/1." in done


def test_ci_installs_no_program_with_another_checksum(tmp_path: Path) -> None:
    (tmp_path / "curl").write_text('#!/bin/sh\nwhile [ "$1" != --output ]; do shift; done\necho other >"$2"\n')
    (tmp_path / "curl").chmod(0o755)
    place = tmp_path / "here"
    command: list[str | Path] = [
        "bash",
        "-c",
        'PATH="$0:$PATH"; exec "$1" "$2"',
        tmp_path,
        ROOT / ".ci/install-real-programs",
        place,
    ]
    ran = run(command)
    assert ran.returncode == 1
    assert "tw: FAILED" in ran.stdout + ran.stderr
    assert not os.access(place / "tw", os.X_OK)


def test_nothing_of_a_developers_machine_is_committed() -> None:
    found = []
    for path in committed():
        name = path.relative_to(ROOT).as_posix()
        text = path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
        found += [f"{name}: {match[0]}" for rule in (MACHINE_PATHS, REGISTRIES) for match in rule.finditer(text)]
        if LOCK_FILES.search(name):
            found.append(f"{name}: a lock file")
    assert found == []


def test_the_example_is_what_is_rendered_now(tmp_path: Path) -> None:
    runpy.run_path(str(ROOT / "tools/render_docs.py"))["render"](tmp_path / "acme")
    made, kept = (
        {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}
        for folder in (tmp_path / "acme", ROOT / "examples/acme")
    )
    assert made == kept, "run: uv run tools/render_docs.py"


FINDINGS = sorted((ROOT / "findings").glob("*.sh"))


@pytest.mark.parametrize("path", FINDINGS, ids=lambda path: path.name)
def test_a_finding_can_be_run_and_tells_what_was_seen(path: Path) -> None:
    assert os.access(path, os.X_OK)
    assert (ran := run(["shellcheck", path])).returncode == 0, ran.stdout
    script = path.read_text(encoding="utf-8")
    head, _, rest = script.partition("set -euo pipefail")
    assert re.match(r"#!/usr/bin/env bash\n# .*?\d+\.\d+\.\d+", head)
    assert re.findall(r"^# (Guess|Behaviour|Output seen|Source|Here)\b", head, re.MULTILINE) == [
        "Guess", "Behaviour", "Output seen", "Source", "Here",
    ]  # fmt: skip
    assert "trap 'rm -rf \"$here\"' EXIT" in rest
    assert not re.search(r"fusion.snapshots", rest), "a finding uses none of the project"


def test_every_finding_is_listed() -> None:
    listed = re.findall(r"^\| \[(.+?)\]\((.+?)\)", (ROOT / "findings/README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == [(path.name, path.name) for path in FINDINGS]


# Who may import whom: each layer only itself and those before it. What is in no layer is a step, or runs in cookiecutter.
LAYERS = [
    "errors findings instance_types json_reply output polling process",
    "folder",
    "nextflow_facts settings tools unexpected limits",
    "checks",
    "validate",
    "aws platform",
    "benchmark",
    "runs",
    "predict",
    "compare",
]


def imports() -> dict[str, set[str]]:
    """Return which modules of the package each of its modules imports, by their dotted names."""
    package = ROOT / "fusion_snapshots"
    files = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in package.rglob("*.py")}
    found: dict[str, set[str]] = {name.removesuffix(".__init__"): set() for name in files}
    for name, path in files.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level:
                base = ".".join([*name.split(".")[: -node.level], *([node.module] if node.module else [])])
                names = {f"{base}.{each.name}" for each in node.names}
                found[name.removesuffix(".__init__")] |= {each if each in found else base for each in names}
    return found


def test_no_import_runs_back_up_or_in_a_circle() -> None:
    ranks = {f"fusion_snapshots.{name}": rank for rank, names in enumerate(LAYERS) for name in names.split()}
    known = imports()

    def rank(name: str) -> int:
        return ranks.get(".".join(name.split(".")[:2]), -1 if name == "fusion_snapshots" else len(LAYERS))

    up = [f"{name} imports {each}" for name, own in known.items() for each in own if rank(name) < rank(each)]
    assert up == []
    left = {name: own - {name} for name, own in known.items()}
    while leaves := [name for name, own in left.items() if not own & left.keys()]:
        for name in leaves:
            del left[name]
    assert left == {}, "these import each other"


def test_each_thing_has_one_place() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "fusion_snapshots").rglob("*.py")}
    stems = Counter(path.stem for path in texts if path.stem != "__init__")
    assert len([name for name, count in stems.items() if count > 1]) <= 2
    assert max(stems.values()) <= 2
    short = [p for p, text in texts.items() if len(text.splitlines()) < 30 and p.parent.name != "checks"]
    assert len(short) <= 6

    def holding(pattern: str) -> set[str]:
        return {path.name for path, text in texts.items() if re.search(pattern, text, re.MULTILINE)}

    assert holding(r"subprocess\.(?:Popen|run|call|check_\w+)\(|os\.system\(") == {"process.py"}
    assert holding(r"\btime\.sleep\(") == {"polling.py"}
    assert holding("2147483647") == {"nextflow_facts.py"}
    assert len(holding("^import csv$")) <= 2


def test_each_module_has_a_test_file_of_its_name() -> None:
    """Named after the module, or after its folder and it; the checks all in test_checks.py."""
    lacking = []
    for path in sorted((ROOT / "fusion_snapshots").rglob("*.py")):
        place = path.relative_to(ROOT / "fusion_snapshots").with_suffix("").parts
        words = [word.strip("_") for word in place if word != "__init__"]
        holds_code = path.stem != "__init__" or len(ast.parse(path.read_text(encoding="utf-8")).body) > 2
        names = ["_".join(words[start:]) for start in range(len(words))]
        if words[:1] != ["checks"] and holds_code and not any((ROOT / f"tests/test_{n}.py").exists() for n in names):
            lacking.append(path.relative_to(ROOT).as_posix())
    assert lacking == []


def test_contributings_map_names_what_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## The rules of the house")[0]
    rows = text.partition("| In `fusion_snapshots/` | What |")[2].partition("\n\n")[0]
    named = {name for row in rows.splitlines()[2:] for name in re.findall(r"`([\w/]+(?:\.py|/))`", row.split("|")[1])}
    package = ROOT / "fusion_snapshots"
    there = {f"{path.name}/" for path in package.iterdir() if (path / "__init__.py").exists()}
    assert named >= there
    assert {name for name in named if not (package / name).exists()} == set()
    elsewhere = re.findall(r"`((?:template|runs|tests|checks|folder|tools)/[\w/.]+\.py)`", text)
    assert [n for n in elsewhere if not ((package / n).exists() or (ROOT / n).exists())] == []

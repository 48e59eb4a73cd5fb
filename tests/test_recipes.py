"""CONTRIBUTING's recipe for a question, walked in a copy of the template."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import commit, copy_template, edit

pytestmark = pytest.mark.slow

# Those that know of a question by themselves; what knows of none is not run again in the copy.
MODULES = """
    accounts adversaries answers checks edits extension finish folder_environment folder_expansion folder_model
    folder_rules generation iam installed merge plan readme record recording regeneration repository runbook schemas
    supplied validate words
"""


def walk(template: Path) -> None:
    """Do the first three steps for two questions: one that goes to the compute environments, one that goes to env.sh."""
    edit(template, "cookiecutter.json", '  "ami_id": ""', '  "head_job_cpus": "",\n  "ami_id": ""')
    prompt = "Number of vCPUs of the job that runs Nextflow; empty for the Platform's choice, e.g. 2"
    edit(template, "cookiecutter.json", '    "ami_id": "', f'    "head_job_cpus": "{prompt}",\n    "ami_id": "')
    count = '"head_job_cpus": {"$ref": "types.schema.json#/definitions/count"}'
    edit(template, "schemas/answers.schema.json", '    "ami_id"', f'    {count},\n    "ami_id"')
    option = "<% if cookiecutter.head_job_cpus %>\n    head-job-cpus: << cookiecutter.head_job_cpus >>\n<% endif %>\n"
    edit(template, "templates/compute-env.yml", "    labels:", f"{option}    labels:")

    edit(template, "cookiecutter.json", '  "project_slug": "', '  "cost_centre": "benchmarks",\n  "project_slug": "')
    prompt = "Cost centre that pays for the benchmark, e.g. benchmarks"
    edit(
        template, "cookiecutter.json", '    "project_slug": "', f'    "cost_centre": "{prompt}",\n    "project_slug": "'
    )
    edit(template, "schemas/answers.schema.json", '    "project_slug"\n', '    "project_slug",\n    "cost_centre"\n')
    name = '{"$ref": "types.schema.json#/definitions/resource_name"}'
    edit(
        template,
        "schemas/answers.schema.json",
        '    "project_slug": {',
        f'    "cost_centre": {name},\n    "project_slug": {{',
    )
    line = "# Cost centre that pays\nexport COST_CENTRE=<< cookiecutter.cost_centre | shell >>\n\n"
    edit(template, "<<cookiecutter.project_slug>>/env.sh", "# API endpoint", f"{line}# API endpoint")
    edit(template, "schemas/env.schema.json", '    "TIME": {', f'    "COST_CENTRE": {name},\n    "TIME": {{')


def failed(template: Path) -> set[str]:
    """Return the tests that fail in a copy."""
    files = [f"tests/test_{module}.py" for module in MODULES.split()]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    words = [sys.executable, "-m", "pytest", "-n", "2", "-rfE", "-p", "no:cacheprovider", *files]
    ran = subprocess.run(words, cwd=template, env=env, capture_output=True, text=True, timeout=1200)
    print(ran.stdout)  # why a test failed in the copy
    assert re.search(r"\d+ passed", ran.stdout), ran.stdout + ran.stderr
    return set(re.findall(r"^(?:FAILED|ERROR) \S+::(\S+)", ran.stdout, re.MULTILINE))


def test_add_a_question(tmp_path: Path) -> None:
    template = copy_template(tmp_path / "template")
    commit(template)
    walk(template)
    for tool in ("render_docs", "record"):
        subprocess.run([sys.executable, f"tools/{tool}.py"], cwd=template, check=True)
    commit(template)
    assert failed(template) == {"test_every_question_is_covered_above", "test_bad_answers_cover_every_question"}

    options = """
    ("head_job_cpus", "4", CE, "head-job-cpus", 4),
    ("cost_centre", "acme", ENV, "COST_CENTRE", "acme"),"""
    bad = """
    ("head_job_cpus", "many", "must be a whole number from 1 to 999999, e.g. 2"),
    ("cost_centre", "a b", "must be 1 to 100 letters, digits, - or _, not starting with -, e.g. benchmarks"),"""
    edit(template, "tests/questions.py", "OPTIONS = [", f"OPTIONS = [{options}")
    edit(template, "tests/questions.py", "BAD = [", f"BAD = [{bad}")
    assert failed(template) == set()

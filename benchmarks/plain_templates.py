"""Templates of which cookiecutter alone, and copier, render the files of a folder without any check: FOLDER PLACE.

Their extension stands for the template's own: it does not check, and knows beforehand what the templates ask it.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import yaml

from fusion_snapshots.template.answers import complete, resolved_types
from fusion_snapshots.template.fit import snapshot_fit

ROOT = Path(__file__).resolve().parent.parent
PROJECT = "<<cookiecutter.project_slug>>"
COPIED = ("fusion_snapshots", "schemas")  # from the rendered folder, as they are
NO_CHECKS = """
import json
from types import SimpleNamespace
from jinja2.ext import Extension

KNOWN = json.loads({known!r}, object_hook=lambda fields: SimpleNamespace(**fields))

class TemplateExtension(Extension):
    def __init__(self, environment):
        super().__init__(environment)
        environment.filters.update(
            answers_yaml=lambda answers: KNOWN.answers_yaml,
            begin=lambda answers: "",
            bucket=lambda path: "/".join(path.split("/")[:3]),
            check=lambda answers: "",
            offer=lambda answers: "",
            placeholders=lambda answers: [],
            resolved_types=lambda answers, question: getattr(KNOWN, question),
            shell="'{{}}'".format,
            snapshot_fit=lambda answers: KNOWN.snapshot_fit,
        )
"""


def make_templates(folder: Path, place: Path) -> None:
    """Write a template for cookiecutter and one for copier into a place, for the answers of a rendered folder."""
    answered = (folder / "answers.yml").read_text(encoding="utf-8")
    answers = complete(yaml.safe_load(answered)["default_context"])
    settings = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
    extension = settings["_extensions"][0]
    package = place / "extension/fusion_snapshots/template"
    package.mkdir(parents=True)
    known = {name: resolved_types(answers, name) for name in answers if name.endswith("_instance_types")}
    known |= {"answers_yaml": answered, "snapshot_fit": _plain(snapshot_fit(answers))}
    (package / "extension.py").write_text(NO_CHECKS.format(known=json.dumps(known)), encoding="utf-8")

    plain = place / "cookiecutter"
    shutil.copytree(ROOT / "templates", plain / "templates")
    shutil.copytree(ROOT / PROJECT, plain / PROJECT)
    for part in COPIED:
        shutil.copytree(folder / part, plain / PROJECT / part, ignore=shutil.ignore_patterns("__pycache__"))
    settings |= {"_copy_without_render": ["*.py", *COPIED], "_extensions": [extension]} | answers
    (plain / "cookiecutter.json").write_text(json.dumps(settings), encoding="utf-8")

    # copier renders what ends in .jinja, and reads what templates include from its own root.
    shutil.copytree(ROOT / "templates", place / "copier")
    files = Path(shutil.copytree(plain / PROJECT, place / "copier/project"))
    for path in [path for path in files.rglob("*") if path.is_file()]:
        if path.suffix != ".py" and path.relative_to(files).parts[0] not in COPIED:
            path.rename(path.with_name(f"{path.name}.jinja"))
    questions = {
        "_subdirectory": files.name,
        "_envops": settings["_jinja2_env_vars"],
        "_jinja_extensions": [extension],
        "cookiecutter": {"type": "json", "default": json.dumps(answers), "when": False},
    }
    (place / "copier/copier.yml").write_text(json.dumps(questions), encoding="utf-8")


def _plain(value: Any) -> Any:
    """Return what snapshot_fit tells the templates, with what it reckons from its fields, as JSON holds it."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not hasattr(value, "_fields"):
        return value
    told = {name: getattr(value, name) for name in dir(value) if not name.startswith("_")}
    return {name: _plain(item) for name, item in told.items() if not callable(item)}


if __name__ == "__main__":
    make_templates(*map(Path, sys.argv[1:]))

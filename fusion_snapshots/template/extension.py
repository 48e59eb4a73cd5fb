"""The Jinja extension that cookiecutter loads (``_extensions`` in cookiecutter.json): it registers, no more.

It is made before the first question, and again for each environment in which cookiecutter renders.
"""

from __future__ import annotations

import logging
import os
import re
import shlex
import sys
from collections.abc import Callable, MutableMapping
from importlib.util import find_spec
from pathlib import Path
from types import CodeType
from typing import Any

import cookiecutter

_ROOT = Path(__file__).resolve().parents[2]


def _how() -> str:
    """Return how to get what is missing, by the way in which this cookiecutter was started."""
    if os.environ.get("UV"):
        return "Run it as: uvx --with jsonschema 'cookiecutter>=2.6' TEMPLATE"
    if "pipx" in Path(sys.prefix).parts:
        return "Run: pipx upgrade cookiecutter && pipx inject cookiecutter jsonschema"
    if sys.prefix != sys.base_prefix:
        return f"Run: {shlex.quote(f'{sys.prefix}/bin/python3')} -m pip install -U cookiecutter jsonschema"
    own = "~/.fusion-snapshots"
    install = f"python3 -m venv {own} && {own}/bin/pip install -q cookiecutter jsonschema"
    return f"Run: {install} && {own}/bin/cookiecutter TEMPLATE"


# cookiecutter puts the template last on sys.path, so that an installed package of the same name is found before it.
_LAST = Path(sys.path[-1]).resolve()
_USED = _LAST if (_LAST / "cookiecutter.json").is_file() else _ROOT
if _USED != _ROOT or not (_ROOT / "cookiecutter.json").is_file():
    raise ImportError(
        f"{_ROOT / 'fusion_snapshots'} is found before the template's own package. Run cookiecutter where it is not "
        f"installed (or: pip uninstall fusion-snapshots). {_how()}"
    )
if tuple(int(part) for part in re.findall(r"\d+", cookiecutter.__version__)[:2]) < (2, 6):
    raise ImportError(f"fusion-snapshots needs cookiecutter 2.6 or newer, this is {cookiecutter.__version__}. {_how()}")
if find_spec("jsonschema") is None:  # loaded only where something is wrong
    raise ImportError(f"fusion-snapshots needs jsonschema beside cookiecutter. {_how()}")

from jinja2 import Environment
from jinja2.ext import Extension

from .answers import resolved_types
from .check import check_answers, check_given
from .compiled import COMPILED
from .finish import finish
from .fit import snapshot_fit
from .interview import begin_questions, offer_rest
from .questions import ROOT, TEMPLATE, bucket, placeholders
from .saved_answers import answers_yaml
from .session import Run, current_run

_FOLDER = "<<cookiecutter.project_slug>>"
# What Jinja would take from a configuration's _jinja2_env_vars, where the template says nothing.
_UNSET: dict[str, object] = {
    "line_statement_prefix": None,
    "line_comment_prefix": None,
    "newline_sequence": "\n",
    "finalize": None,
    "autoescape": False,
    "optimized": True,
}

# cookiecutter logs that a hook failed, from 2.7 on with a traceback; the hook has said what there is to say.
logging.getLogger("cookiecutter.hooks").addFilter(lambda record: record.levelno < logging.ERROR)


def shell(text: str) -> str:
    """Return a text as one single-quoted word of bash and zsh."""
    return "'" + text.replace("'", "'\\''") + "'"


def _filter_of(step: Callable[[Run, MutableMapping[str, Any]], None]) -> Callable[[MutableMapping[str, Any]], str]:
    """Return a filter that does a step of this run with the answers, and renders nothing."""

    def run_step(answers: MutableMapping[str, Any]) -> str:
        step(current_run(), answers)
        return ""

    return run_step


def _trusted_sources() -> frozenset[str]:
    """Return what this repository wrote of all that reaches Jinja without a name: defaults, hooks, names of files."""
    hooks = (hook.read_text(encoding="utf-8") for hook in (ROOT / "hooks").glob("*.py"))
    defaults = (value for value in TEMPLATE.values() if isinstance(value, str))
    names = (path.relative_to(ROOT / _FOLDER) for path in (ROOT / _FOLDER).rglob("*"))
    return frozenset((_FOLDER, *hooks, *defaults, *map(str, names)))


class NoExtension(Extension):
    """Does nothing. It stands for the list within the list of extensions in cookiecutter.json.

    cookiecutter lets a configuration replace a list of texts by fewer of them, even by none: then nothing of this
    template would run, and a configuration could have any code rendered. It compares no lists that hold another list.
    """


sys.modules[str(TEMPLATE["_extensions"][-1])] = NoExtension  # type: ignore[assignment]


class TemplateExtension(Extension):
    """Gives templates and hooks their filters and sees to it that answers are data, never templates."""

    _trusted = _trusted_sources()

    def __init__(self, environment: Environment) -> None:
        """Register; whatever set the environment up, delimiters and prefixes become the template's own."""
        super().__init__(environment)
        for name, value in {**_UNSET, **TEMPLATE["_jinja2_env_vars"], "compile": self._compile}.items():
            setattr(environment, name, value)
        environment.filters.update(
            answers_yaml=answers_yaml,
            begin=_filter_of(begin_questions),
            bucket=bucket,
            check=_filter_of(check_answers),
            finish=lambda answers: finish(current_run(), answers),
            offer=_filter_of(offer_rest),
            placeholders=placeholders,
            resolved_types=resolved_types,
            shell=shell,
            snapshot_fit=snapshot_fit,
        )
        check_given(current_run())

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the source that Jinja may render: files and what this repository wrote; all else as plain text.

        cookiecutter renders answers given by ``key=value`` or a configuration as templates; they come without a name.
        """
        is_ours = self._is_ours(source, name)
        if source == _FOLDER and is_ours:
            # Replayed answers, too, are checked before the folder is made: its name is rendered first.
            return f"<< cookiecutter | check >>{_FOLDER}"
        if is_ours or not re.search("<[<%#]", source):
            return source
        return "<< '" + "".join(f"\\U{ord(character):08x}" for character in source) + "' >>"

    def _is_ours(self, source: str, name: str | None) -> bool:
        """Tell whether this repository wrote a source, and no answer quotes it."""
        return name is not None or (source in self._trusted and source not in map(str, current_run().supplied.values()))

    def _compile(self, source: str, name: str | None = None, filename: str | None = None) -> CodeType:
        """Compile a source as the environment's class does, unless this repository wrote it and it is known."""
        environment = self.environment

        def compiled() -> CodeType:
            return type(environment).compile(environment, source, name, filename)

        if not self._is_ours(source, name):
            return compiled()
        return COMPILED.code_of((environment.preprocess(source, name, filename), name, filename), compiled)

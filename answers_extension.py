"""The Python that runs inside cookiecutter: it checks and tidies the answers and gives templates their filters.

cookiecutter imports this module before the first question (``_extensions`` in cookiecutter.json), renders
``__interrupted`` before it and ``__checked`` after the last one. The rules themselves live in schemas/.
"""

from __future__ import annotations

import atexit
import contextlib
import difflib
import functools
import io
import json
import logging
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, NoReturn

import cookiecutter

_MENDED_BY = (
    "Run it as: uvx --with jsonschema 'cookiecutter>=2.6' TEMPLATE "
    "(with pipx: pipx upgrade cookiecutter && pipx inject cookiecutter jsonschema)"
)
if tuple(int(part) for part in re.findall(r"\d+", cookiecutter.__version__)[:2]) < (2, 6):
    raise ImportError(
        f"fusion-snapshots needs cookiecutter 2.6 or newer, this is {cookiecutter.__version__}. {_MENDED_BY}"
    )
try:
    import jsonschema
    import referencing
except ImportError:
    raise ImportError(f"fusion-snapshots needs jsonschema beside cookiecutter. {_MENDED_BY}") from None

import click
import yaml
from cookiecutter.config import get_user_config
from cookiecutter.exceptions import FailedHookException
from jinja2 import Environment, pass_environment
from jinja2.ext import Extension

ROOT = Path(__file__).resolve().parent
STARTED_IN = Path.cwd()
ANSWERS_FILE = "fusion-snapshots-answers.yml"

_TEMPLATE = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
_FOLDER = "<<cookiecutter.project_slug>>"
DEFAULTS: dict[str, str] = {key: value for key, value in _TEMPLATE.items() if not key.startswith("_")}
DERIVED = [question for question, default in DEFAULTS.items() if "<<" in default]
PROMPTS: dict[str, str] = _TEMPLATE["__prompts__"]

# Scripts of the folder's own; what Python caches of them must not lie beside them, to be rendered with the rest.
_SCRIPTS = [str(ROOT / _FOLDER), str(ROOT / "hooks")]
sys.path[:0] = _SCRIPTS
sys.pycache_prefix, _before = str(ROOT / "__pycache__"), sys.pycache_prefix
import edits
import seqera
import snapshot_fit as fit
import validate

sys.pycache_prefix = _before
del sys.path[: len(_SCRIPTS)]

_CATALOG = fit.Catalog(ROOT / "schemas")

_SCHEMAS = {
    name: json.loads((ROOT / "schemas" / name).read_text(encoding="utf-8"))
    for name in ("types.schema.json", "answers.schema.json")
}
_RULES = jsonschema.Draft7Validator(
    _SCHEMAS["answers.schema.json"],
    registry=referencing.Registry().with_contents(_SCHEMAS.items()),
)
_TYPES: dict[str, dict[str, Any]] = {
    question: _SCHEMAS["types.schema.json"]["definitions"][rule["$ref"].rpartition("/")[2]]
    for question, rule in _SCHEMAS["answers.schema.json"]["properties"].items()
}


class Problem(NamedTuple):
    """One refused answer: the question, the value given, why it is refused and an example of a good one."""

    question: str
    value: object
    reason: str
    example: str

    def __str__(self) -> str:
        return f"{self.question}: {_hide(validate.shorten(self.value))} {self.reason}, e.g. {self.example}"


# Of a hook that failed, cookiecutter logs that, and from 2.7 on a traceback; the hook has said what there is to say.
logging.getLogger("cookiecutter.hooks").addFilter(lambda record: record.levelno < logging.ERROR)


class AnswersRefused(FailedHookException):  # type: ignore[misc]
    """The answers do not do; cookiecutter prints the message alone, and no traceback, for it is a failed hook."""

    def __init__(self, message: str, problems: list[Problem]) -> None:
        super().__init__(message)
        self.problems = problems


def tidy(question: str, answer: object) -> str:
    """Return an answer as the rendered files hold it.

    Trims it; joins a list typed with spaces by its separator alone, without repetitions; gives bare bucket names
    their ``s3://``; drops a final ``/`` of an address. What the type's schema asks for, it does; the rest stays.
    """
    kind = _TYPES[question]
    text = "" if answer is None else str(answer).strip()
    items = [text]
    if separator := kind.get("separator"):
        items = list(dict.fromkeys(filter(None, re.split(rf"[\s{separator}]+", re.sub(r"\s*=\s*", "=", text)))))
    if scheme := kind.get("scheme"):
        items = [item if not item or "://" in item else scheme + item for item in items]
    return (separator or "").join(item.rstrip("/") if "://" in item else item for item in items)


def bucket(path: str) -> str:
    """Return the bucket of an S3 path, as ``s3://bucket``, from a path typed with or without ``s3://``."""
    return "/".join(tidy("aws_work_dir", path).split("/")[:3])


def shell(text: str) -> str:
    """Return a text as one single-quoted word of bash and zsh."""
    return "'" + text.replace("'", "'\\''") + "'"


def placeholders(answers: Mapping[str, str]) -> list[str]:
    """Return the questions still answered by the template's placeholder, such as your-organization."""
    held = [question for question, default in DEFAULTS.items() if validate.PLACEHOLDER in default]
    return [question for question in held if answers[question] == DEFAULTS[question]]


def find_problems(answers: Mapping[str, str]) -> list[Problem]:
    """Return what schemas/answers.schema.json refuses of the tidied answers, in the order of the questions."""
    given = {question: answers[question] for question in DEFAULTS if answers.get(question)}
    found: dict[str, str] = {}
    for error in _RULES.iter_errors(given):
        if error.validator == "required":
            missing = next(q for q in error.validator_value if q not in given and q not in found)
            found[missing] = f"is empty; it must be {_TYPES[missing]['errorMessage']}"
        elif error.validator == "dependencies":
            for question, needed in error.validator_value.items():
                for missing in [q for q in needed if question in given and q not in given]:
                    found[missing] = f"is needed because {question} is given"
        else:
            found[str(error.path[0])] = f"must be {error.schema['errorMessage']}"
    found |= _refused_types(answers, found)
    secrets = [question for question, answer in given.items() if validate.SECRET.search(answer)]
    found |= dict.fromkeys(secrets, "looks like an access token or key, which no question asks for")
    return [
        Problem(question, answers.get(question, ""), found[question], _TYPES[question]["examples"][0])
        for question in DEFAULTS
        if question in found
    ]


def _hide(answer: object) -> str:
    """Return an answer as it may be shown and kept: without what looks like a token or key."""
    return "" if answer is None else validate.SECRET.sub("<secret>", str(answer))


def _refused_types(answers: Mapping[str, str], found: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with the lists of instance types beyond their form: types unknown or of no use here."""
    refused = {}
    for question in ("ondemand_instance_types", "snapshots_instance_types"):
        listed = resolved_types(answers, question)
        reasons = _CATALOG.refused(listed, snapshots=question.startswith("snapshots")) if answers[question] else {}
        if answers[question] == "guaranteed" and not listed and "aws_region" not in found:
            working = ", ".join(region for region in _CATALOG.regions if _CATALOG.guaranteed(region))
            refused[question] = f"finds no type in {answers['aws_region']}, but in {working}; name types yourself"
        elif reasons and re.fullmatch(r"[a-z0-9.,-]+", listed):
            refused[question] = f"cannot be used: {'; '.join(f'{item} {reason}' for item, reason in reasons.items())}"
    return refused


def resolved_types(answers: Mapping[str, str], question: str) -> str:
    """Return the list of instance types that an answer stands for, a preset's for this region."""
    return _CATALOG.resolve(answers[question], answers["aws_region"])


class Fit(NamedTuple):
    """What the files say of the snapshots instance types: all of them, those too slow, those absent, the limits."""

    types: list[fit.InstanceType]
    misfits: list[fit.InstanceType]
    absent: list[str]
    limits: fit.Limits
    window: int
    total: str
    confirm: str
    source: str
    known: bool  # what the region offers


def snapshot_fit(answers: Mapping[str, str]) -> Fit:
    """Return how the snapshots instance types fit into the window in which AWS lets them dump their memory."""
    region = answers["aws_region"]
    listed = resolved_types(answers, "snapshots_instance_types")
    types = _CATALOG.expand(listed)
    misfits = [each for each in types if not each.fits]
    absent = _CATALOG.absent(listed, region)
    window = fit.WINDOW_SECONDS
    total = f"{len(types) - len(misfits)} of {len(types)} types can dump all their memory within {window} seconds"
    if absent:
        total += f"; not offered in {region}: {', '.join(absent)}"
    known = region in _CATALOG.regions
    if not known:
        total += f"; what {region} offers is not known here"
    confirm = fit.confirm_command([each.name for each in types], region)
    return Fit(types, misfits, absent, fit.limits(types), window, total, confirm, _CATALOG.source, known)


def _show_fit(answers: Mapping[str, str]) -> None:
    # rich is only loaded by those who are shown something.
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    found = snapshot_fit(answers)
    region = answers["aws_region"]
    title = "Can the snapshots instance types dump their memory in time?"
    table = Table(title=title, title_justify="left", box=SIMPLE, pad_edge=False, padding=0)
    for column in ("type", "vCPUs", "GiB", "Gbps", "ratio", f"s of {found.window}", "NVMe GB", "fits", "offered"):
        table.add_column(column, justify="left" if column == "type" else "right", no_wrap=True)
    for each in found.types:
        offered = "?" if not found.known else "yes" if region in each.regions else "no"
        sizes = (f"{each.vcpus}", f"{each.memory_gib:g}", f"{each.baseline_gbps:g}", f"{each.ratio:.2f}")
        fits = (f"{each.seconds:.0f}", f"{each.nvme_gb}", "yes" if each.fits else "MISFIT", offered)
        table.add_row(each.name, *sizes, *fits, style="" if each.fits else "bold red")
    Console(soft_wrap=True, highlight=False).print(table)
    click.echo(f"{found.total}.")
    ondemand = _CATALOG.absent(answers["ondemand_instance_types"], region)
    if ondemand:
        click.echo(f"Warning: not offered in {region}: {', '.join(ondemand)} (ondemand_instance_types).")
    if found.misfits or found.absent or ondemand:
        click.echo(f"The figures are recorded ones. What EC2 says today:\n  {found.confirm}")
    if found.misfits or found.absent:
        click.echo("snapshots_instance_types=guaranteed takes only types that fit and are offered.")


class _Run:
    """The cookiecutter command this process runs, as click knows it; under the Python API there is none."""

    def __init__(self) -> None:
        context = click.get_current_context(silent=True)
        ours = context and {"output_dir", "no_input"} <= context.params.keys()
        self.params: dict[str, Any] = context.params if context and ours else {}
        self.output = Path(self.params.get("output_dir", "."))

    @property
    def asks(self) -> bool:
        return bool(self.params) and not self.params["no_input"] and bool(sys.stdin) and sys.stdin.isatty()

    def config(self) -> dict[str, Any]:
        return get_user_config(self.params["config_file"], self.params["default_config"]) if self.params else {}

    def command(self, config_file: Path) -> str:
        """Return the command that goes on with the answers of a file."""
        words = ["uvx", "--with", "jsonschema"] if os.environ.get("UV") else []
        words += ["cookiecutter", self.params.get("template", "TEMPLATE")]
        for option in ("checkout", "directory"):
            if self.params.get(option):
                words += [f"--{option}", self.params[option]]
        if self.params.get("output_dir", ".") != ".":
            words += ["--output-dir", self.params["output_dir"]]
        for option in ("overwrite_if_exists", "skip_if_file_exists", "no_input"):
            if self.params.get(option):
                words.append("--" + option.replace("_", "-"))
        return shlex.join([*words, "--config-file", str(config_file)])

    def keep(self, environment: Environment, answers: Mapping[str, Any], misspelt: Iterable[Problem] = ()) -> Path:
        """Write the answers to ANSWERS_FILE, beside the folder to be or as near as can be, and return its path.

        An earlier file is moved aside if it holds anything that the new one does not. Raises OSError.
        """
        text = answers_yaml(environment, answers)
        for slip in misspelt:
            text += f"  # This {slip.reason}\n  {_pair(slip.question, slip.value)}\n"
        for place in (self.output, Path()):
            with contextlib.suppress(OSError):
                return self._write(place / ANSWERS_FILE, text)
        return self._write(Path(tempfile.gettempdir(), ANSWERS_FILE), text)

    def _write(self, path: Path, text: str) -> Path:
        if path.exists():
            before = path.read_text(encoding="utf-8", errors="replace").splitlines()
            config = self.params.get("config_file")
            # The file these answers came from may lose what is answered anew, but nothing else that people wrote there.
            answered = rf'  (?:# )?(?:{"|".join(DEFAULTS)}): "[^"]*"' if config and path.samefile(config) else "(?!)"
            if any(line not in text.splitlines() and not re.fullmatch(answered, line) for line in before):
                number = next(n for n in range(1, sys.maxsize) if not path.with_stem(f"{path.stem}-{n}").exists())
                path.rename(path.with_stem(f"{path.stem}-{number}"))
        seqera.replace(path, text.encode(errors="backslashreplace").decode())
        return path


def _default(environment: Environment, question: str, answers: Mapping[str, Any]) -> str:
    return tidy(question, environment.from_string(DEFAULTS[question]).render(cookiecutter=answers))


def _following(environment: Environment, answers: Mapping[str, Any]) -> list[str]:
    """Return the derived questions whose answers are what the other answers make of them."""
    return [q for q in DERIVED if q in answers and tidy(q, answers[q]) == _default(environment, q, answers)]


def template_version() -> str:
    """Return the template's version and, in a git clone, its commit, marked when files were changed since."""
    version = f"fusion-snapshots {_TEMPLATE['_version']}"
    if not (ROOT / ".git").exists():
        return version
    command = ["git", "-C", str(ROOT), "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty=, changed since"]
    try:
        # In a hook of git's, its variables would lead to another repository.
        env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        described = subprocess.run(command, capture_output=True, text=True, timeout=10, env=env)
    except (OSError, subprocess.TimeoutExpired):
        return version
    return f"{version}, commit {described.stdout.strip()}" if described.returncode == 0 else version


@pass_environment
def answers_yaml(environment: Environment, answers: Mapping[str, Any]) -> str:
    """Return the answers as a configuration for cookiecutter's --config-file, a comment on each.

    An answer that only follows from others is commented out, so that it follows them again.
    """
    following = _following(environment, answers)
    lines = [
        "# Answers to the questions of fusion-snapshots, for cookiecutter's --config-file. No secret belongs here.",
        f"# Template: {template_version()}",
        "# A commented answer follows from the others; take the # away to set it.",
        "default_context:",
    ]
    for question in DEFAULTS:
        if question in answers:
            lines += [
                f"  # {PROMPTS[question]}",
                f"  {'# ' * (question in following)}{_pair(question, answers[question])}",
            ]
    return "\n".join(lines) + "\n"


def _pair(question: str, answer: object) -> str:
    pair = yaml.safe_dump({question: _hide(answer)}, default_style='"', allow_unicode=True, width=sys.maxsize)
    return str(pair).replace('"', "", 2).rstrip("\n")


def misaddressed(config: Mapping[str, object], extra: Mapping[str, object]) -> Iterator[Problem]:
    """Yield what cookiecutter would pass over silently: unknown names, and values that are not one text.

    config is what a configuration file gives as default_context, extra what key=value arguments give.
    """
    for name in [*extra, *config]:
        near = difflib.get_close_matches(str(name), DEFAULTS, n=1, cutoff=0.8)
        # A user's configuration may well hold other templates' names; a near miss is a slip all the same.
        if name not in DEFAULTS and (name in extra or near):
            meant = f"did you mean {near[0]}?" if near else f"the questions are {', '.join(DEFAULTS)}"
            value = {**config, **extra}[name]
            yield Problem(str(name), value, f"answers no question ({meant})", f"{(near or ['aws_region'])[0]}=…")
    for question in DEFAULTS:
        value = config.get(question) if question not in extra else None
        reason = "must be one text, items separated by commas"
        if isinstance(value, (bool, float)) or (value is not None and not isinstance(value, (str, int, list, dict))):
            reason = "is what YAML makes of something else; put it in quotes"
        elif not isinstance(value, (list, dict)):
            continue
        yield Problem(question, value, reason, _TYPES[question]["examples"][0])


def _ask_again(problem: Problem, default: str) -> str:
    # rich is only needed, and only loaded, by those who are asked again.
    from rich.console import Console
    from rich.markup import escape
    from rich.prompt import Prompt

    Console(stderr=True).print(f"\n[bold red]{escape(str(problem))}[/]", highlight=False, soft_wrap=True)
    prompt = PROMPTS[problem.question]
    if "is needed because" in problem.reason:
        prompt = prompt.replace("Enter to skip", "Enter drops subnets and security groups")
    return Prompt.ask(f"  {prompt}", default=default, show_default=bool(default))


def _refuse(
    environment: Environment, run: _Run, answers: Mapping[str, Any], heading: str, problems: list[Problem]
) -> NoReturn:
    report = "\n".join(["", heading, *(f"  {problem}" for problem in problems)])
    print(report, file=sys.stderr, flush=True)
    _unsaved.clear()
    last = "Nothing was written. Correct the answers and try again"
    with contextlib.suppress(OSError):
        kept = run.keep(environment, answers, [problem for problem in problems if problem.question not in DEFAULTS])
        last = f"Nothing was written. Correct the answers in {kept}, then: {run.command(kept)}"
    raise AnswersRefused(last if run.params else f"{report}\n{last}", problems)


@pass_environment
def check_answers(environment: Environment, answers: MutableMapping[str, Any]) -> str:
    """Tidy the live answers in place and refuse those that schemas/answers.schema.json does not allow.

    On a terminal each refused answer is asked again until it is good; an answer that only followed another one
    follows it again. Elsewhere, and after Ctrl-C, the answers are kept in ANSWERS_FILE.

    Raises AnswersRefused before anything is written.
    """
    run = _Run()

    def update(changes: Mapping[str, str]) -> None:
        following = [question for question in _following(environment, answers) if question not in changes]
        answers.update(changes)
        for question in following:
            answers[question] = _default(environment, question, answers)

    def problems() -> list[Problem]:
        found = find_problems(answers) + _no_place(run, answers)
        following = _following(environment, answers)
        return [problem for problem in found if problem.question not in following] or found

    config = run.config()
    slips = list(misaddressed(config.get("default_context") or {}, run.params.get("extra_context") or {}))
    answers.update({slip.question: "" for slip in slips if slip.question in DEFAULTS})
    # cookiecutter does not look there.
    reason = "stands outside default_context:, where it answers nothing"
    outside = [Problem(q, config[q], reason, f"default_context: {{{q}: …}}") for q in DEFAULTS if q in config]
    answers.update({slip.question: slip.value for slip in outside})
    slips += outside
    following = _following(environment, answers)
    update({question: tidy(question, answers.get(question)) for question in DEFAULTS if question not in following})

    found = [*slips, *(p for p in problems() if p.question not in {slip.question for slip in slips})]
    if run.asks:
        try:
            while found:
                problem = found[0]
                if problem.question not in DEFAULTS:
                    break
                default = _default(environment, problem.question, answers)
                if default == answers.get(problem.question) or problem.question in placeholders(DEFAULTS):
                    default = ""
                answer = tidy(problem.question, _ask_again(problem, default))
                without_vpc = problem.question == "vpc_id" and not answer
                update({problem.question: answer, **({"subnets": "", "security_groups": ""} if without_vpc else {})})
                found = problems()
        except (KeyboardInterrupt, EOFError):
            _refuse(environment, run, answers, "Stopped while these answers were asked again:", found)
    if run.params and not found and "_output_dir" not in answers:
        with contextlib.suppress(OSError):  # nobody may be reading
            _show_fit(answers)
    if found:
        _refuse(environment, run, answers, f"{len(found)} answer{'s' * (len(found) > 1)} refused:", found)
    if run.params:

        def goes_on() -> str:
            return run.command(run.keep(environment, answers))

        folder = run.output / answers["project_slug"]
        if not folder.exists() and run.params["accept_hooks"] == "yes" and not run.params["keep_project_on_failure"]:
            _planned[folder] = goes_on
        sys.excepthook = functools.partial(_say_what_stopped, goes_on, folder)
    return ""


def _say_what_stopped(
    goes_on: Callable[[], str],
    folder: Path,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
) -> None:
    """Say in two lines, without a traceback, that files cannot be written, say on a full disk."""
    if not isinstance(error, OSError):
        sys.__excepthook__(kind, error, trace)
        return
    place = Path(error.filename2 or error.filename or folder).resolve()
    print(f"\nStopped at {place}: {error.strerror or error}.", file=sys.stderr)
    kept = "What you had edited is kept there, under its name or as <file>.edited. " if folder.exists() else ""
    if folder not in _unfinished or not folder.exists():
        print(f"{kept}When that is mended: {goes_on()}", file=sys.stderr)


def _no_place(run: _Run, answers: Mapping[str, str]) -> list[Problem]:
    slug = answers["project_slug"]
    if not run.params or not slug:
        return []
    if run.output.exists() and not run.output.is_dir():
        reason = f"cannot be created in {run.output.resolve()}, which is a file; choose another --output-dir"
        return [Problem("project_slug", slug, reason, "--output-dir ~")]
    if run.output.is_dir() and not os.access(run.output, os.W_OK):
        reason = f"cannot be created in {run.output.resolve()}, which is not writable; choose another --output-dir"
        return [Problem("project_slug", slug, reason, "--output-dir ~")]
    folder = run.output / slug
    if not os.path.lexists(folder):
        return []
    if run.params["overwrite_if_exists"] and folder.is_dir():
        if run.params["accept_hooks"] == "yes":
            return []
        reason = "exists, and only this template's hooks keep what was edited in it; leave out --accept-hooks"
        return [Problem("project_slug", slug, reason, f"{slug}-2")]
    reason = f"already exists in {run.output.resolve()}; choose another name, or add --overwrite-if-exists (-f)"
    return [Problem("project_slug", slug, reason, f"{slug}-2")]


# Answers given so far of a session that may still be interrupted, and its run.
_unsaved: list[tuple[Environment, MutableMapping[str, Any], _Run]] = []


@pass_environment
def keep_if_interrupted(environment: Environment, answers: MutableMapping[str, Any]) -> str:
    """Have the answers kept in ANSWERS_FILE if the session ends, say by Ctrl-C, before a file is rendered."""
    run = _Run()
    if run.asks:
        _unsaved[:] = [(environment, answers, run)]
        # A terminal that is closed, or a session that is ended, goes the way of Ctrl-C.
        for number in (signal.SIGHUP, signal.SIGTERM):
            signal.signal(number, lambda number, _: sys.exit(128 + number))
    return ""


@atexit.register
def _keep_unsaved() -> None:
    for environment, answers, run in _unsaved:
        if any(question in answers for question in DEFAULTS):
            with contextlib.suppress(OSError):
                kept = run.keep(environment, answers)
                print(f"Your answers so far are kept. Go on with: {run.command(kept)}", file=sys.stderr)


def check_folder(answers: Mapping[str, Any]) -> dict[str, object]:
    """Give a rendered folder its schemas and run validate.py on it; return the exit code and what it said.

    The post-gen hook's template calls it, so that it runs in cookiecutter's process, which has loaded what it needs.
    """
    folder = Path(answers["_output_dir"], answers["project_slug"])
    said = io.StringIO()
    try:
        (folder / "schemas").mkdir(exist_ok=True)
        for path in (ROOT / "schemas").iterdir():
            shutil.copy(path, folder / "schemas")
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = validate.main([str(folder)])
    except SystemExit as end:
        code = int(end.code or 0)
    return {"code": code, "said": said.getvalue()}


# The new folder this process is to render, with the command that does it again, and the same once it has been made.
_planned: dict[Path, Callable[[], str]] = {}
_unfinished: dict[Path, Callable[[], str]] = {}


@atexit.register
def _remove_unfinished() -> None:
    """Remove a new folder whose rendering was stopped, say by Ctrl-C, as cookiecutter does when a hook fails."""
    for folder, goes_on in _unfinished.items():
        # A finished one has its checksums.
        if folder.exists() and not (folder / edits.MANIFEST).exists():
            shutil.rmtree(folder, ignore_errors=True)
            with contextlib.suppress(OSError):
                print(f"The unfinished folder {folder} is removed. To go on: {goes_on()}", file=sys.stderr)


class AnswersExtension(Extension):
    """Gives templates and hooks their filters and sees to it that answers are data, never templates."""

    _hooks = frozenset(hook.read_text(encoding="utf-8") for hook in (ROOT / "hooks").glob("*.py"))
    _trusted = _hooks | {value for value in _TEMPLATE.values() if isinstance(value, str)}

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        filters: dict[str, Callable[..., object]] = {
            "bucket": bucket,
            "check_answers": check_answers,
            "check_folder": check_folder,
            "keep_if_interrupted": keep_if_interrupted,
            "answers_yaml": answers_yaml,
            "placeholders": placeholders,
            "resolved_types": resolved_types,
            "snapshot_fit": snapshot_fit,
            "shell": shell,
        }
        environment.filters.update(filters)
        environment.globals.update(
            template_root=str(ROOT),
            started_in=str(STARTED_IN),
            skips_existing=bool(_Run().params.get("skip_if_file_exists")),
        )

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the source Jinja may render: files, hooks and own defaults as they are, anything else as plain text.

        cookiecutter renders the values of ``key=value`` and of ``--config-file`` as templates; they come here without
        a name, and only what this repository wrote is trusted.
        """
        if name is not None:
            _unsaved.clear()
            return source
        if source == _FOLDER:
            # The folder's name is rendered before anything is made, replayed answers or not.
            return f"<< cookiecutter | check_answers >>{_FOLDER}"
        if source in self._hooks:
            # cookiecutter has made the folder, or found it with -f, by the time it renders a hook.
            _unfinished.update(_planned)
        if source in self._trusted or not re.search("<[<%#]", source):
            return source
        return "<< '" + "".join(f"\\U{ord(character):08x}" for character in source) + "' >>"

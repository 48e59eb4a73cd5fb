"""One run of cookiecutter: its command line, how far it came, and what is said where it is stopped."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

import click
from cookiecutter.config import USER_CONFIG_PATH, get_user_config
from cookiecutter.exceptions import CookiecutterException
from cookiecutter.replay import load

from ..findings import mask
from ..output import warn
from ..unexpected import UNEXPECTED, keep_log
from .answers import Problem
from .questions import ROOT
from .saved_answers import answers_yaml, save_answers
from .supplied import find_left_behind, find_misspelt, find_odd_names, read_written

if TYPE_CHECKING:
    from .ask import Terminal

_PACKAGE = Path(__file__).resolve().parents[1]
# What cookiecutter and click end with a message of their own, and what is said in other words.
_KNOWN = (CookiecutterException, click.ClickException, click.Abort, click.exceptions.Exit, EOFError, OSError)
_STOPPED = 128  # and the signal's number: how a program ends that a signal has stopped


class Run:
    """The cookiecutter command that this process runs. Under cookiecutter's Python API its parameters are empty."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.params = params
        self.output = Path(params.get("output_dir", "."))
        self.started_in = Path.cwd()
        self.config_file = _config_file(params)
        self.config: dict[str, Any] = get_user_config(params["config_file"], params["default_config"]) if params else {}
        self.replayed = self._read_replayed()
        self.begun = False  # whether arguments and configuration were looked at
        self.answers: Mapping[str, Any] | None = None  # those given so far; None where nothing would be lost
        self.terminal: Terminal | None = None  # the terminal while cookiecutter asks
        self.answered = set(params.get("extra_context") or {})  # what was answered for this run, and not taken over
        self.checked: dict[str, str] = {}  # what was found good
        self.folder: Path | None = None  # the folder that is being rendered

    def _read_replayed(self) -> dict[str, Any]:
        """Return the answers that cookiecutter replays in this run, if it does, and its own names among them."""
        if file := self.params.get("replay_file"):
            context = load(*os.path.split(os.path.splitext(file)[0]))
        elif self.params.get("replay"):
            context = load(self.config["replay_dir"], ROOT.name)
        else:
            return {}
        answers = context["cookiecutter"]
        return dict(answers) if isinstance(answers, dict) else {}

    @property
    def asks(self) -> bool:
        """Whether somebody sits at a terminal and may be asked."""
        return bool(self.params) and not self.params["no_input"] and bool(sys.stdin) and sys.stdin.isatty()

    @property
    def supplied(self) -> dict[str, object]:
        """What arguments, configuration and a replay file give, whatever it is; the former have precedence."""
        answers = self.config.get("default_context") or {}
        return {**answers, **self.replayed, **(self.params.get("extra_context") or {})}

    def find_left_behind(self, answers: Mapping[str, str]) -> list[Problem]:
        """Return the answers of the configuration that belong to another region or account than the one asked for."""
        return find_left_behind(self.config.get("default_context") or {}, answers, self.answered)

    def keeps_account(self, answers: Mapping[str, str]) -> bool:
        """Tell whether the account is still the configuration's, while the credentials are not."""
        old = self.config.get("default_context") or {}
        kept = {q: answers[q] == str(old[q]) for q in ("aws_account_id", "aws_credentials") if old.get(q)}
        return "aws_account_id" not in self.answered and kept == {"aws_account_id": True, "aws_credentials": False}

    def find_misspelt(self) -> list[Problem]:
        """Return what is wrong with arguments and configuration before any answer is looked at."""
        written = read_written(self.config_file, self.config) if self.config_file else {}
        return find_odd_names(self.replayed) + find_misspelt(
            self.config, self.params.get("extra_context") or {}, written
        )

    @property
    def by_uv(self) -> bool:
        """Whether uv runs this, so that its user has no cookiecutter of their own."""
        return bool(os.environ.get("UV"))

    def command(self, config_file: Path, *, over: bool = False, asks: bool = False) -> str:
        """Return the command that resumes with the answers of a file.

        over: over the folder that is there; asks: ask the questions even where this run did not.
        """
        words = ["uvx", "--with", "jsonschema"] if self.by_uv else []
        words += ["cookiecutter", self.params.get("template", str(ROOT))]
        for option in ("checkout", "directory"):
            if self.params.get(option):
                words += [f"--{option}", self.params[option]]
        if self.params.get("output_dir", ".") != ".":
            words += ["--output-dir", self.params["output_dir"]]
        flags = {
            "--overwrite-if-exists": over or self.params.get("overwrite_if_exists"),
            "--skip-if-file-exists": self.params.get("skip_if_file_exists"),
            "--no-input": not asks and self.params.get("no_input"),
        }
        words += [flag for flag, wanted in flags.items() if wanted]
        return mask(shlex.join([*words, "--config-file", str(config_file)]))

    def save_answers(self, answers: Mapping[str, Any], misspelt: list[Problem] | None = None) -> Path:
        """Save answers to a file beside the folder to be, or as near as can be; return it. Raises OSError."""
        return save_answers(answers_yaml(answers, misspelt or []), (self.output, Path()), self.config_file)

    def end_on_signals(self) -> None:
        """Have a closed terminal, or whoever ends this process, stop it as Ctrl-C does."""

        def end(number: int, _: object) -> None:
            raise SystemExit(_STOPPED + number)

        for number in (signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM):
            if signal.getsignal(number) is signal.SIG_DFL:  # nohup wants it ignored
                signal.signal(number, end)

    def close(self) -> None:
        """Keep what was answered, and say how to go on, where the run was stopped before its end.

        An error that nobody foresaw is kept in a log, and ends cookiecutter with an exit code of its own.
        """
        error = sys.exc_info()[1]
        unexpected = isinstance(error, Exception) and not isinstance(error, _KNOWN) and _passed_here(error)
        if unexpected and error:
            warn(f"\nfusion-snapshots: {keep_log(error)}")
        ended = isinstance(error, SystemExit) and isinstance(error.code, int) and error.code > _STOPPED
        if self.answers and (ended or unexpected or isinstance(error, (KeyboardInterrupt, EOFError, OSError))):
            if isinstance(error, OSError):
                place = Path(error.filename2 or error.filename or self.folder or ".").resolve()
                print(f"\nStopped at {place}: {error.strerror or error}.", file=sys.stderr)
            with contextlib.suppress(OSError):
                kept = self.save_answers(self.answers)
                command = self.command(kept, over=bool(self.folder and self.folder.exists()))
                print(f"{self._what_stopped()} To resume: {command}", file=sys.stderr)
        if unexpected or (self.answers and isinstance(error, OSError)):
            raise SystemExit(UNEXPECTED if unexpected else 1)

    def _what_stopped(self) -> str:
        if not self.folder:
            return "\nYour answers so far are kept."
        if not self.folder.exists():
            return "Nothing was written yet."
        return f"{self.folder} is not complete; running again completes it, and keeps what you had edited."


def _passed_here(error: BaseException) -> bool:
    """Tell whether an error comes out of this package: what cookiecutter alone meets, it tells in its own way."""
    return any(Path(frame.filename).is_relative_to(_PACKAGE) for frame in extract_tb(error.__traceback__))


def _config_file(params: Mapping[str, Any]) -> Path | None:
    """Return the configuration that cookiecutter reads, by its own precedence."""
    if not params or params["default_config"]:
        return None
    path = Path(params["config_file"] or os.environ.get("COOKIECUTTER_CONFIG", USER_CONFIG_PATH)).absolute()
    return path if path.exists() else None


_BY_API = Run({})


def current_run() -> Run:
    """Return the run of this process, the same one from its first question to its end."""
    context = click.get_current_context(silent=True)
    if context is None or not {"output_dir", "no_input"} <= context.params.keys():
        return _BY_API
    if __name__ not in context.meta:
        context.meta[__name__] = run = Run(context.params)
        context.call_on_close(run.close)
        run.end_on_signals()
    run = context.meta[__name__]
    assert isinstance(run, Run)
    return run

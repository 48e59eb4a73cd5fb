"""Asking on a terminal: what is shown and typed while cookiecutter asks, and how a refused answer is asked again."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable, Iterator

from rich import get_console
from rich.console import Console, ConsoleRenderable, RenderHook
from rich.prompt import Prompt
from rich.text import Text

from .answers import Problem
from .questions import EXAMPLES, explain

HELP = "?"
_LEFT_FOR_TYPING = 20  # columns
_NO_DEFAULT = " (): "  # how rich ends a question whose default is an empty answer


class Terminal(io.StringIO, RenderHook):
    """Stands between cookiecutter's questions and the terminal, by what Python and rich offer for that alone.

    cookiecutter has rich ask: rich shows a question on its console, which has hooks for what is shown, and reads a line
    from sys.stdin, which may be any file. So this file gets each line from the terminal, and may ask again before
    cookiecutter sees it.
    """

    def __init__(self, answer: Callable[[], str]) -> None:
        """Begin; answer reads what a person types at the question that is shown, and returns the line to pass on."""
        super().__init__()
        self.silent = False  # whether each question is answered by Enter, unseen
        self._answer, self._stdin = answer, sys.stdin
        self._shown = Text()
        get_console().push_render_hook(self)
        sys.stdin = self

    def end(self) -> None:
        """Give the terminal back."""
        get_console().pop_render_hook()
        sys.stdin = self._stdin

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Have what is read in here come from the terminal itself."""
        sys.stdin = self._stdin
        try:
            yield
        finally:
            sys.stdin = self

    def show_again(self) -> None:
        """Show the question once more."""
        get_console().print(self._shown, end="")

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Return what is shown of a question: nothing if it is answered unseen, and no empty parentheses."""
        if self.silent:
            return []
        for text in renderables:
            if isinstance(text, Text):
                if text.plain.endswith(_NO_DEFAULT):
                    text.right_crop(len(_NO_DEFAULT))
                    text.append(": ")
                self._shown = text
        return renderables

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        """Return the line that cookiecutter reads."""
        if self.silent:
            return "\n"
        with self.aside():
            return f"{self._answer()}\n"


def ask_again(problem: Problem, default: str) -> str:
    """Show what is wrong with an answer and return another one, as typed. Raises KeyboardInterrupt and EOFError.

    All of it stays within the terminal's width: what does not fit is wrapped, and a long default has its own line.
    """
    console = Console(stderr=True, highlight=False)
    console.print()
    console.print(Text(str(problem._replace(example=EXAMPLES[problem.question])), style="bold red"))
    fits = len(f"  {problem.question} ({default}): ") + _LEFT_FOR_TYPING <= console.width
    if problem.needed_by:
        console.print(Text("  Enter drops subnets and security groups."))
    elif default and not fits:
        console.print(Text(f"  Enter takes {default}"))
    while True:
        answer = Prompt.ask(f"  {problem.question}", default=default, show_default=fits and default != "")
        if answer != HELP:
            return answer
        show_help(problem.question)


def show_help(question: str) -> None:
    """Show what a question is for, within the terminal's width."""
    Console(highlight=False).print(Text(explain(question)))


def ask_for_rest(offer: str, rest: dict[str, str]) -> bool:
    """Offer the rest of the questions, and return whether a person wants to be asked them. ? shows their answers."""
    console = Console(highlight=False)
    console.print()
    while True:
        reply = console.input(f"{offer} Enter keeps them, r reviews them. ", markup=False).strip().lower()
        if reply == HELP:
            width = max(map(len, rest))
            for question, answer in rest.items():
                console.print(Text(f"  {question:{width}}  {answer or '(none)'}"))
        elif reply in ("", "r"):
            console.print()
            return reply == "r"

"""Asking on a terminal: how questions look, and how a refused answer is asked again."""

from __future__ import annotations

import cookiecutter.prompt
from rich.console import Console
from rich.prompt import Prompt
from rich.text import Text

from .answers import Problem
from .questions import EXAMPLES

_LEFT_FOR_TYPING = 20  # columns


class PlainPrompt(Prompt):
    """A prompt that shows no empty parentheses where the default is an empty answer."""

    def make_prompt(self, default: object) -> Text:
        """Return the prompt as it is shown."""
        self.show_default = self.show_default and default != ""
        return super().make_prompt(default)


def ask_plainly() -> None:
    """Have cookiecutter ask its questions by PlainPrompt, too."""
    cookiecutter.prompt.Prompt = PlainPrompt


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
    return PlainPrompt.ask(f"  {problem.question}", default=default, show_default=fits)

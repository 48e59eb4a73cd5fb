"""Asking a refused answer again, on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.prompt import Prompt

from .answers import Problem
from .questions import PROMPTS


def ask_again(problem: Problem, default: str) -> str:
    """Show what is wrong with an answer and return another one, as typed. Raises KeyboardInterrupt and EOFError."""
    Console(stderr=True).print(f"\n[bold red]{escape(str(problem))}[/]", highlight=False, soft_wrap=True)
    prompt = PROMPTS[problem.question]
    if problem.needed_by:
        prompt = prompt.replace("Enter to skip", "Enter drops subnets and security groups")
    return Prompt.ask(f"  {prompt}", default=default, show_default=bool(default))

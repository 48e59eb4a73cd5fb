"""Asking on a terminal, as far as it takes none: what is shown, what is read, and what is asked again."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator

import pytest
from rich import get_console
from rich.text import Text

from fusion_snapshots.template.answers import Problem
from fusion_snapshots.template.ask import Terminal, ask_again, ask_for_rest, show_help
from fusion_snapshots.template.questions import explain

Type = Callable[..., None]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Type:
    """Return a function that types lines, on a terminal of so many columns."""

    def answer(*lines: str, columns: int = 400) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        monkeypatch.setenv("COLUMNS", str(columns))

    return answer


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """A terminal on which a person answers each question by its number."""
    asked: list[object] = []

    def answer() -> str:
        asked.append(sys.stdin)
        return f"answer {len(asked)}"

    terminal = Terminal(answer)
    yield terminal
    terminal.end()


def test_what_a_person_answers_is_what_is_read(terminal: Terminal) -> None:
    assert sys.stdin is terminal
    assert [input(), sys.stdin.readline()] == ["answer 1", "answer 2\n"]


def test_while_a_person_is_asked_the_real_terminal_is_read() -> None:
    before, seen = sys.stdin, []

    def answer() -> str:
        seen.append(sys.stdin)
        return ""

    terminal = Terminal(answer)
    terminal.readline()
    assert (seen, sys.stdin) == ([before], terminal)
    terminal.end()
    assert sys.stdin is before
    assert terminal not in get_console()._render_hooks


def test_unseen_questions_are_answered_by_enter_and_not_shown(terminal: Terminal) -> None:
    terminal.silent = True
    assert terminal.readline() == "\n"
    assert terminal.process_renderables([Text("[1/2] question (x): ")]) == []


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("[1/2] a (): ", "[1/2] a: "), ("[1/2] a (x): ", "[1/2] a (x): "), ("a (): b", "a (): b")],
)
def test_no_empty_parentheses_are_shown(terminal: Terminal, asked: str, shown: str) -> None:
    text = Text(asked)
    assert terminal.process_renderables([text]) == [text]
    assert text.plain == shown


def test_a_question_is_shown_once_more(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    get_console().print(Text("a question (): "), end="")
    terminal.show_again()
    assert capsys.readouterr().out == "a question: a question: "


REGION = Problem("aws_region", "London", "must be a region")


def test_an_answer_is_asked_for_again_with_an_example(answer: Type, capsys: pytest.CaptureFixture[str]) -> None:
    answer("eu-west-2")
    assert ask_again(REGION, "us-east-1") == "eu-west-2"
    said = capsys.readouterr()
    assert said.err == "\naws_region: 'London' must be a region, e.g. eu-west-1\n"
    assert said.out == "  aws_region (us-east-1): "


def test_enter_takes_the_default_and_a_question_mark_explains(answer: Type, capsys: pytest.CaptureFixture[str]) -> None:
    answer("?", "")
    assert ask_again(REGION, "us-east-1") == "us-east-1"
    assert capsys.readouterr().out == f"  aws_region (us-east-1): {explain('aws_region')}\n  aws_region (us-east-1): "


@pytest.mark.parametrize(("columns", "fits"), [(47, True), (46, False)])
def test_a_default_that_leaves_no_room_for_typing_has_its_own_line(
    answer: Type, capsys: pytest.CaptureFixture[str], columns: int, fits: bool
) -> None:
    answer("", columns=columns)
    assert ask_again(REGION, "us-east-1x") == "us-east-1x"
    said = capsys.readouterr()
    assert said.out == ("  aws_region (us-east-1x): " if fits else "  aws_region: ")
    assert ("  Enter takes us-east-1x\n" in said.err) is not fits


def test_without_a_default_none_is_offered(answer: Type, capsys: pytest.CaptureFixture[str]) -> None:
    answer("", columns=50)
    assert ask_again(REGION._replace(needed_by="subnets"), "") == ""
    said = capsys.readouterr()
    assert "  Enter drops subnets and security" in said.err
    assert ("Enter takes" in said.err, said.out) == (False, "  aws_region: ")
    answer("")
    assert ask_again(REGION, "") == ""
    assert "Enter" not in capsys.readouterr().err


def test_help_is_the_questions_own(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    show_help("max_cpus")
    assert capsys.readouterr().out == f"{explain('max_cpus')}\n"


@pytest.mark.parametrize(
    ("typed", "wanted"), [([""], False), (["r"], True), ([" R "], True), (["x", "yes", "r"], True)]
)
def test_the_rest_is_offered_until_it_is_answered(
    answer: Type, capsys: pytest.CaptureFixture[str], typed: list[str], wanted: bool
) -> None:
    answer(*typed)
    assert ask_for_rest("19 more.", {}) is wanted
    offer = "19 more. Enter keeps them, r reviews them. "
    assert capsys.readouterr().out == "\n" + offer * len(typed) + "\n"


def test_a_question_mark_shows_the_answers_of_the_rest(answer: Type, capsys: pytest.CaptureFixture[str]) -> None:
    answer("?", "")
    assert ask_for_rest("[b]", {"labels": "team=[bio]", "ami_id": ""}) is False
    offer = "[b] Enter keeps them, r reviews them. "
    assert capsys.readouterr().out == f"\n{offer}  labels  team=[bio]\n  ami_id  (none)\n{offer}\n"

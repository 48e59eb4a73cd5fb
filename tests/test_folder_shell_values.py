"""What words come to with the variables so far, and why something is not known."""

from __future__ import annotations

import re
import time

import pytest

from fusion_snapshots.folder.shell_values import ShellVariables
from fusion_snapshots.folder.shell_words import Token, tokens_of

# What bash would find set: to text, to nothing, and to what is not known.
SET = {"A": "x", "EMPTY": "", "HOME": "/home/someone", "LETTERS": "abc"}


@pytest.fixture
def known() -> ShellVariables:
    """Some variables, of which UNKNOWN was set to what is not known."""
    found = ShellVariables(SET)
    found.values["UNKNOWN"] = None
    return found


def word(text: str) -> Token:
    (token,) = tokens_of(text)
    return token


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ab'c d'", "abc d"),
        ("$A-${A}", "x-x"),
        ("'$A'", "$A"),
        ("''", ""),
        ("${A:-b}", "x"),
        ("${EMPTY:-b}", "b"),
        ("${EMPTY-b}", ""),
        ("${NO:-b}", "b"),
        ("${NO-b}", "b"),
        ("${NO:-}", ""),
        ("${NO:-${EMPTY:-$A}}", "x"),
        ("${A:+b}", "b"),
        ("${EMPTY:+b}", ""),
        ("${EMPTY+b}", "b"),
        ("${NO+b}", ""),
        ("${NO:+b}", ""),
        ("${A:?b}", "x"),
        ("${EMPTY?b}", ""),
        ("~/a", "/home/someone/a"),
        ("~", "/home/someone"),
        ("'~'/a", "~/a"),
        ("a~/b", "a~/b"),
        ("~a/b", "~a/b"),
        ("~'/a'", "~/a"),
        ("${LETTERS:$((RANDOM % 3)):1}", "a"),
        ("${LETTERS:$((RANDOM % 1)):1}", "a"),
    ],
)
def test_what_a_word_comes_to(known: ShellVariables, text: str, value: str) -> None:
    assert (known.value(word(text).parts), known.causes) == (value, {})


@pytest.mark.parametrize(
    ("text", "causes"),
    [
        ("$UNKNOWN", {}),
        ("a${UNKNOWN:-b}", {}),
        ("${UNKNOWN:-$(id)}", {"runs": "id"}),
        ("$RANDOM", {}),
        ("$(id)", {"runs": "id"}),
        ("`id`$(ls)", {"runs": "id"}),
        ("$((1 + 1))", {"unclear": "$((1 + 1))"}),
        ("$(( $(id) ))", {"runs": "$(( $(id) ))"}),
        ("$((`id`))", {"runs": "$((`id`))"}),
        ("${A%x}", {"unclear": "${A%x}"}),
        ("${LETTERS:$((RANDOM % 4)):1}", {"unclear": "${LETTERS:$((RANDOM % 4)):1}"}),
        ("${LETTERS:$((RANDOM % 0)):1}", {"unclear": "${LETTERS:$((RANDOM % 0)):1}"}),
        ("${NO:$((RANDOM % 1)):1}", {"unclear": "${NO:$((RANDOM % 1)):1}"}),
        ("${EMPTY:$((RANDOM % 1)):1}", {"unclear": "${EMPTY:$((RANDOM % 1)):1}"}),
        ("${UNKNOWN:$((RANDOM % 1)):1}", {"unclear": "${UNKNOWN:$((RANDOM % 1)):1}"}),
        ("$(date +%n)", {"runs": "date +%n"}),
        ("$(date -d x +%Y)", {"runs": "date -d x +%Y"}),
        ("$1", {"unclear": "$1"}),
    ],
)
def test_what_only_a_shell_can_tell(known: ShellVariables, text: str, causes: dict[str, str]) -> None:
    assert (known.value(word(text).parts), known.causes) == (None, causes)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("$NO", "NO: unbound variable"),
        ("${NO?}", "NO: parameter null or not set"),
        ("${EMPTY:?is $A}", "EMPTY: is x"),
    ],
)
def test_bash_would_stop(known: ShellVariables, text: str, cause: str) -> None:
    assert (known.value(word(text).parts), known.causes) == ("", {"stops": cause})


def test_without_u_what_is_not_set_is_empty(known: ShellVariables) -> None:
    known.options["u"] = False
    assert (known.value(word("a$NO").parts), known.causes) == ("a", {})


def test_where_others_may_be_set_none_is_known_to_be_missing(known: ShellVariables) -> None:
    known.is_open = True
    assert [known.value(word(text).parts) for text in ("$NO", "${NO:-a}", "$A")] == [None, None, "x"]
    assert known.causes == {}


@pytest.mark.parametrize(
    ("text", "value", "left"), [("${NO:=b}", "b", "b"), ("${EMPTY:=b}", "b", "b"), ("${EMPTY=b}", "", ""), ("${A:=b}", "x", "x")]
)  # fmt: skip
def test_a_default_may_be_assigned(known: ShellVariables, text: str, value: str, left: str) -> None:
    known.begin(7)
    name = re.sub(r"\W", "", text)[:-1]
    assert known.value(word(text).parts) == value
    assert (known.values[name], known.lines) == (left, {name: 7} if value == "b" else {})


def test_the_time_is_that_of_now(known: ShellVariables) -> None:
    begin = time.strftime("%Y-%m-%d %H")
    found = known.value(word("$(date '+%Y-%m-%d %H')").parts)
    assert found in (begin, time.strftime("%Y-%m-%d %H"))
    assert known.value(word("`date -u +%%`").parts) == "%"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a", "a"),
        ("B=$A", "B=x"),
        ("B+=$A", "B+=x"),
        ("B=~/c", "B=/home/someone/c"),
        ("B=", "B="),
        ("1B=~/c", "1B=~/c"),
        ("B=$UNKNOWN", None),
    ],
)
def test_what_an_argument_comes_to(known: ShellVariables, text: str, value: str | None) -> None:
    assert (known.argument(word(text)), known.causes) == (value, {})


@pytest.mark.parametrize("text", ["{a,b}", "B={1..3}"])
def test_of_braces_bash_makes_several_arguments(known: ShellVariables, text: str) -> None:
    assert (known.argument(word(text)), known.causes) == (None, {"unclear": text})


@pytest.mark.parametrize("text", ["{a}", "a{}", "${NO:-a,b}", "{'a,b'}"])
def test_other_braces_are_text(known: ShellVariables, text: str) -> None:
    assert known.argument(word(text)) is not None


def test_what_is_assigned(known: ShellVariables) -> None:
    known.assign("B", "y", 3, maybe=False)
    assert (known.values["B"], known.lines["B"], known.lost, "B" in known.exported) == ("y", 3, [], False)
    known.options["a"] = True
    known.assign("C", "z", 4, maybe=False)
    assert known.exported == {*SET, "C"}


@pytest.mark.parametrize(
    ("name", "value", "maybe", "expected", "lost"),
    [
        ("A", "x", True, "x", []),  # the same, whether it comes to that or not
        ("A", "y", True, None, ["A"]),
        ("A", None, False, None, ["A"]),
        ("NO", "y", True, None, ["NO"]),
        ("NO", "", True, "", []),
        ("UNKNOWN", None, False, None, []),  # was lost before
        ("UNKNOWN", "y", True, None, []),
        ("UNKNOWN", "y", False, "y", []),
    ],
)
def test_what_is_assigned_perhaps(
    known: ShellVariables, name: str, value: str | None, maybe: bool, expected: str | None, lost: list[str]
) -> None:
    known.assign(name, value, 1, maybe=maybe)
    assert (known.values[name], known.lost) == (expected, lost)


def test_another_command_begins_without_causes(known: ShellVariables) -> None:
    known.value(word("$NO").parts)
    known.assign("A", None, 1, maybe=False)
    known.begin(2)
    assert (known.causes, known.lost, known.values["A"]) == ({}, [], None)


def test_what_is_given_is_exported() -> None:
    given = {"A": "x"}
    known = ShellVariables(given)
    known.assign("A", "y", 1, maybe=False)
    assert (given, known.exported) == ({"A": "x"}, {"A"})

"""The simple commands of a script: which there are, whether each is sure to run, and where its output goes."""

from __future__ import annotations

import pytest

from fusion_snapshots.folder.shell_commands import Command, commands_of


def marked(script: str) -> list[str]:
    """Return the commands of a script as they are written: ? before those that may not run, and | behind those whose
    output something else takes."""
    found, _ = commands_of(script)
    return [f"{'?' * each.maybe}{each.written}{'|' * each.elsewhere}" for each in found]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("", []),
        ("a b\nc;d", ["a b", "c", "d"]),
        ("a && b || c; d", ["a", "?b", "?c", "d"]),
        ("a &&\nb\nc", ["a", "?b", "c"]),
        ("a | b | c; d", ["?a|", "?b|", "?c", "d"]),
        ("a |& b", ["?a|", "?b"]),
        ("a & b", ["?a", "b"]),
        ("! a", ["a"]),
        ("time a", ["a"]),
        ("if a; then b; elif c; then d; else e; fi; f", ["?a", "?b", "?c", "?d", "?e", "f"]),
        ("if a; then b; fi && c; d", ["?a", "?b", "?c", "d"]),
        ("{ a; b; }; c", ["a", "b", "c"]),
        ("( a; b ); c", ["?a", "?b", "c"]),
        ("(a); (b)", ["?a", "?b"]),
        ("{ a; ( b; ); }; c", ["a", "?b", "c"]),
        ("while a; do b; done; c", ["while", "?a", "?b", "c"]),
        ("until a; do b; done", ["until", "?a", "?b"]),
        ("for i in 1 2; do b; done; c", ["for i in 1 2", "?b", "c"]),
        ("select i in 1; do b; done", ["select i in 1", "?b"]),
        ("case x in a) b;; (c|d) e;& *) f;;& g) h; esac; i", ["?b", "?e", "?f", "?h", "i"]),
        ("case x in a) esac; b", ["b"]),
        ("case in in in) a;; esac", ["?a"]),
        ("a case in b; c", ["a case in b", "c"]),
        ("a fi; b", ["a fi", "b"]),
        ("f() { a; }; b", ["b"]),
        ("f() { a; }\nb", ["b"]),
        ("f() ( a; )\nb", ["b"]),
        ("function f { a; }; b", ["b"]),
        ("function f() { a; }; b", ["b"]),
        ("f()\n{ a; if b; then c; fi; }\nd", ["d"]),
    ],
)
def test_commands_and_whether_they_run(script: str, expected: list[str]) -> None:
    assert marked(script) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("{ a; b; } >c; d", ["a|", "b|", "d"]),
        ("z; { a; } | b", ["z", "a|", "?b"]),
        ("{ a; } |& b", ["a|", "?b"]),
        ("{ a; } && b", ["a", "?b"]),
        ("if a; then b; fi >c", ["?a|", "?b|"]),
        ("(a) >c", ["?a|"]),
        (">c", [">c"]),
        ("a >b c", ["a c >b"]),
    ],
)
def test_where_the_output_of_compound_commands_goes(script: str, expected: list[str]) -> None:
    assert marked(script) == expected


def only(script: str) -> Command:
    (command,) = commands_of(script)[0]
    return command


@pytest.mark.parametrize(
    ("script", "output"),
    [
        ("a", ""),
        ("a <b", ""),
        ("a 2>b", ""),
        ("a >b", ">b"),
        ("a 1>b", "1>b"),
        ("a &>b", "&>b"),
        ("a >b >>c 2>d", ">>c"),
        ("a 11>b", ""),
    ],
)
def test_the_last_redirection_of_the_standard_output_counts(script: str, output: str) -> None:
    assert only(script).output == output


def test_a_command_begins_where_its_first_word_does() -> None:
    assert [command.line for command in commands_of("a\nb \\\nc\n>d")[0]] == [1, 2, 4]


def test_functions_are_named() -> None:
    names = commands_of("f() { :; }; function g { :; }; function h() { :; }; if :; then i() { j; }; fi")[1]
    assert names == {"f", "g", "h", "i"}


def test_what_nests_too_deeply_is_not_read() -> None:
    with pytest.raises(RecursionError):
        commands_of("$(" * 20_000 + '"${A:-' * 20_000)

"""The words of a shell script: what is one, what it consists of, and where it stands."""

from __future__ import annotations

import pytest

from fusion_snapshots.folder.shell_words import Part, Token, tokens_of


def raw(text: str) -> list[str]:
    """Return the tokens of a text as they are written."""
    return [token.raw for token in tokens_of(text)]


def parts(word: str) -> list[Part]:
    """Return the parts of a text that is a single word."""
    (token,) = tokens_of(word)
    assert (token.kind, token.raw) == ("word", word)
    return list(token.parts)


def text(value: str, *, quoted: bool = False) -> Part:
    return Part("text", value, quoted)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("", []),
        (" \t", []),
        ("# all of it", []),
        ("a  b\tc", ["a", "b", "c"]),
        ("a#b #c\nd", ["a#b", "\n", "d"]),
        ("a \\\n b", ["a", "b"]),
        ("a\\\nb", ["a\\\nb"]),
        ("a;b&c&&d|e||f|&g", ["a", ";", "b", "&", "c", "&&", "d", "|", "e", "||", "f", "|&", "g"]),
        ("a;;b;&c;;&d", ["a", ";;", "b", ";&", "c", ";;&", "d"]),
        ("(a)", ["(", "a", ")"]),
        ("f() { a; }", ["f", "(", ")", "{", "a", ";", "}"]),
        ("'a b'\"c d\"e\\ f", ["'a b'\"c d\"e\\ f"]),
        ("A=(b c) d", ["A=(b c)", "d"]),
        ("A+=(b c) d", ["A+=(b c)", "d"]),
        ("A(b", ["A", "(", "b"]),
        ("1A=(b)", ["1A=", "(", "b", ")"]),
        ("$(a b)c `d e`", ["$(a b)c", "`d e`"]),
        ("$(a ')' b)c", ["$(a ')' b)c"]),
        ("$((1 + (2)))a ${b:-c d}e", ["$((1 + (2)))a", "${b:-c d}e"]),
        ("cat <(a b) >(c)", ["cat", "<(a b)", ">(c)"]),
        ("x<(a)y z", ["x<(a)y", "z"]),
        ("a $ b", ["a", "$", "b"]),
        ("'open", ["'open"]),
        ('"open', ['"open']),
        ("$(open", ["$(open"]),
        ("a\\", ["a\\"]),
    ],
)
def test_words_and_operators(script: str, expected: list[str]) -> None:
    assert raw(script) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("a > b", ["a", ">b"]),
        ("a >b 2>&1", ["a", ">b", "2>&1"]),
        ("a >>b <c <>d >|e", ["a", ">>b", "<c", "<>d", ">|e"]),
        ("a &>b &>> c", ["a", "&>b", "&>>c"]),
        ("a {fd}>b", ["a", "{fd}>b"]),
        ("a <<<b", ["a", "<<<b"]),
        ('a >\\\n "b c"', ["a", '>"b c"']),
        ("a2>b", ["a2", ">b"]),
    ],
)
def test_redirections_hold_their_target(script: str, expected: list[str]) -> None:
    found = tokens_of(script)
    assert [token.raw for token in found] == expected
    assert [token.kind for token in found] == ["word"] + ["redirect"] * (len(found) - 1)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("a <<E\nb c\nE\nd", ["a", "<<E", "\n", "d"]),
        ("a <<'E' b\nE x\nE\nd", ["a", "<<'E'", "b", "\n", "d"]),
        ("a <<-E\nb\n\t\tE\nd", ["a", "<<-E", "\n", "d"]),
        ("a <<E\n\tE\nE\nd", ["a", "<<E", "\n", "d"]),
        ("a <<E <<F\nE\nb\nF\nd", ["a", "<<E", "<<F", "\n", "d"]),
        ("a <<E\nnever ends", ["a", "<<E", "\n"]),
        ("a <<E\nE", ["a", "<<E", "\n"]),
        ("a <<<E\nb", ["a", "<<<E", "\n", "b"]),
        ("a <<E\nE\nb\nE", ["a", "<<E", "\n", "b", "\n", "E"]),
    ],
)
def test_here_documents_are_no_words(script: str, expected: list[str]) -> None:
    assert raw(script) == expected


def test_tokens_know_their_lines() -> None:
    script = "a\n\n'b\nc' d \\\n e\n<<E\n1\n2\nE\nf; g"
    assert [(token.raw, token.line) for token in tokens_of(script) if token.raw != "\n"] == [
        ("a", 1),
        ("'b\nc'", 3),
        ("d", 4),
        ("e", 5),
        ("<<E", 6),
        ("f", 10),
        (";", 10),
        ("g", 10),
    ]


@pytest.mark.parametrize(
    ("script", "inside", "behind"),
    [
        ("[[ a < b && ( c ) ]] && d", " a < b && ( c )", ["&&", "d"]),
        ("[[ $A ]];d", " $A", [";", "d"]),
        ("[[ a ]]b ]]\nd", " a ]]b", ["\n", "d"]),
        ("[[ a", " a", []),
    ],
)
def test_a_condition_is_one_word(script: str, inside: str, behind: list[str]) -> None:
    assert raw(script) == ["[[", inside, *behind]


def test_the_words_of_a_condition_have_parts() -> None:
    condition = tokens_of('\n[[ -n $A"b" ]]')[2]
    assert condition.line == 2
    assert condition.parts == (text(" "), text("-n"), text(" "), Part("variable", "A"), text("", quoted=True), text("b", quoted=True))  # fmt: skip


def test_brackets_that_are_quoted_are_no_condition() -> None:
    assert raw("'[[' a < b") == ["'[['", "a", "<b"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("ab", [text("ab")]),
        ("'a $b\\'c", [text("a $b\\", quoted=True), text("c")]),
        ('"a b"c', [text("", quoted=True), text("a b", quoted=True), text("c")]),
        ('"it\'s"', [text("", quoted=True), text("it's", quoted=True)]),
        ("a\\ b", [text("a"), text(" ", quoted=True), text("b")]),
        ("a\\\nb", [text("a"), text("", quoted=True), text("b")]),
        ('"\\$\\a\\""', [text("", quoted=True), text("$", quoted=True), text("\\", quoted=True), text("a", quoted=True), text('"', quoted=True)]),
        ("a\\", [text("a"), text("\\")]),
        ("a{b}", [text("a"), text("{"), text("b"), text("}")]),
        ("$A_1.b", [Part("variable", "A_1"), text(".b")]),
        ('"$A"', [text("", quoted=True), Part("variable", "A", quoted=True)]),
        ("${A}", [Part("variable", "A")]),
        ("${A:-b$C}", [Part("variable", "A", how=":-", rest=(text("b"), Part("variable", "C")))]),
        ("${A=}", [Part("variable", "A", how="=")]),
        ("${A+'}'}", [Part("variable", "A", how="+", rest=(text("}", quoted=True),))]),
        ("${A%b}", [Part("other", "${A%b}")]),
        ("${#A}", [Part("other", "${#A}")]),
        ("$1$?", [Part("other", "$1"), Part("other", "$?")]),
        ("$'a\\'b'c", [Part("other", "$'a\\'b'"), text("c")]),
        ("\"$'\"", [text("", quoted=True), Part("text", "$", quoted=True), text("'", quoted=True)]),
        ("$", [text("$")]),
        ("$(a $(b))", [Part("command", "a $(b)")]),
        ("`a\\`b`", [Part("command", "a\\`b")]),
        ('"`a`"', [text("", quoted=True), Part("command", "a", quoted=True)]),
        ("$((1 + 2))", [Part("other", "$((1 + 2))")]),
        ("<(a)", [Part("command", "a")]),
        ("A=(b c)", [text("A="), Part("other", "(b c)")]),
    ],
)  # fmt: skip
def test_the_parts_of_a_word(word: str, expected: list[Part]) -> None:
    assert parts(word) == expected


@pytest.mark.parametrize(
    ("word", "plain"), [("a'b c'\"d\"", "ab cd"), ("''", ""), ("a$B", ""), ("a`b`", ""), ("a\\b", "ab")]
)
def test_a_word_is_plain_where_all_of_it_is_text(word: str, plain: str) -> None:
    assert tokens_of(word)[0].plain == plain


def test_the_parts_behind_an_assignments_name() -> None:
    (token,) = tokens_of("A=b$C")
    assert token.behind(2) == (text("b"), Part("variable", "C"))
    assert token.behind(0) == token.parts


def test_an_operator_has_no_parts() -> None:
    assert tokens_of("\n;") == [Token("operator", "\n", 1), Token("operator", ";", 2)]


def test_what_nests_too_deeply_is_not_read() -> None:
    with pytest.raises(RecursionError):
        tokens_of('"${A:-' * 20_000)

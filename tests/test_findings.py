"""A finding's text: secrets masked before anything is shortened, nothing in it that moves a terminal."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import ROOT

from fusion_snapshots.findings import SEVERITIES, Finding, count_of, mask, printable, shorten, text_of

JWT = "eyJ0aWQiOiAxfS4" + "x" * 200


def test_a_finding_is_one_line() -> None:
    finding = Finding("launch/a.yml", 3, 5, "error", "schema", "launch[0].name", "is\nempty", "")
    assert text_of(finding) == "launch/a.yml:3:5: error: launch[0].name: is empty (got: '') [schema]"
    assert text_of(finding, coloured=True).startswith("launch/a.yml:3:5: \033[31merror\033[0m: ")
    assert text_of(Finding("env.sh", 1, 1, "note", "env", "", "odd")) == "env.sh:1:1: note: odd [env]"


@pytest.mark.parametrize(
    "value", [JWT, f"x {JWT} y", "AKIAABCDEFGHIJKLMNOP", "ASIAABCDEFGHIJKLMNOP", ["a", {"k": JWT}]]
)
def test_no_part_of_a_secret_is_shown(value: Any) -> None:
    shown = text_of(Finding("a", 1, 1, "error", "schema", f"k {value}", f"m {value}", value))
    assert shown.count("<secret>") == 3
    assert "xxx" not in shown
    assert "ABCDEF" not in shown


@pytest.mark.parametrize("token", ["not-a-jwt-at-all-0123456789", "a'b\\c-0123456789"])
def test_the_shells_own_token_is_masked_whatever_it_looks_like(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("TOWER_ACCESS_TOKEN", token)
    assert mask(f"refused {token}!") == "refused <secret>!"
    assert shorten("x" * 100 + token) == shorten("x" * 100 + "<secret>")
    monkeypatch.setenv("TOWER_ACCESS_TOKEN", "abc")
    assert mask("abcdef") == "abcdef"


def test_terminals_are_left_alone() -> None:
    hostile = "a\x1b[2Jb\rc\x07d\u202ee\u2066f\x9bg\ud800"
    assert printable(hostile) == r"a\x1b[2Jb\rc\x07d\u202ee\u2066f\x9bg\ud800"
    assert printable("two\nlines\tand ümläuts …") == "two\nlines\tand ümläuts …"
    shown = text_of(Finding(f"{hostile}.yml", 1, 1, "error", "schema", hostile, hostile, hostile))
    assert not set(shown) & set("\x1b\r\x07\u202e\u2066\x9b\ud800")


def test_values_are_shortened() -> None:
    assert len(shorten("y" * 1000)) == 80
    assert shorten({"a": 1}) == '{"a": 1}'
    loop: list[Any] = []
    loop.append(loop)
    assert shorten(loop) == "a list"
    assert shorten({(1, 2): 3}) == "a dict"


def test_counts_agree_with_their_nouns() -> None:
    assert [count_of(number, "warning") for number in (0, 1, 2)] == ["0 warnings", "1 warning", "2 warnings"]


def named() -> Iterator[tuple[str, str]]:
    """Yield severity and id of each finding that the code can make: the id stands right behind the severity."""
    for path in (ROOT / "fusion_snapshots").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            arguments = call.args if isinstance(call, ast.Call) else []
            for severity, check in itertools.pairwise(arguments):
                if isinstance(severity, ast.Constant) and severity.value in SEVERITIES:
                    assert isinstance(check, ast.Constant), (
                        f"{path}:{severity.lineno}: name the finding: {ast.unparse(call)}"
                    )
                    yield severity.value, str(check.value)


def test_each_finding_is_listed_by_its_id() -> None:
    listed = (ROOT / "schemas/README.md").read_text().partition("## What the check finds")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(.*)` \| (.*) \| .+ \|$", listed, re.M)
    assert {(severity, check) for check, severities in rows for severity in severities.split(", ")} == set(named())
    assert [check for check, _ in rows] == sorted({check for check, _ in rows})
    assert all(re.fullmatch("[a-z][a-z0-9-]+", check) for check, _ in rows)

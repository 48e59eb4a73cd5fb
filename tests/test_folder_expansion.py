"""What becomes of an item's values on their way to tw, held to what /bin/sh makes of the same words."""

from __future__ import annotations

import subprocess

import pytest

from fusion_snapshots.folder.environment import Environment
from fusion_snapshots.folder.expansion import expand_item, expand_params

VALUES = {"A": "acme", "AB": "acme-b", "EMPTY": "", "SPACED": "a b"}


def environment(*, works: bool = True, unsound: frozenset[str] = frozenset(), is_open: bool = False) -> Environment:
    return Environment(VALUES, works, frozenset(), is_open, unsound, {}, [])


@pytest.mark.parametrize("text", ["$A", "${A}", "${A}b", "$A/$AB", "x_${A}_y", "$A.json", "plain", "two words"])
def test_what_is_filled_in_is_what_a_shell_fills_in(text: str) -> None:
    expanded = expand_item({"name": text}, environment())
    quoted = text if "$" in text else f"'{text}'"
    said = subprocess.run(["/bin/sh", "-c", f"printf %s {quoted}"], env=VALUES, capture_output=True, text=True)
    assert expanded.value == {"name": said.stdout}
    assert expanded.faults == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a\nb", "holds a line end"),
        ("a & b", "holds &, so seqerakit hands it to the shell"),
        ("$(id)", "holds $(, so"),
        ("\\x", "starts with \\ or stands in single quotes"),
        ("'x'", "starts with \\ or stands in single quotes"),
        ("$A b", "holds a space beside a variable or %"),
        ("100 %", "holds a space beside a variable or %"),
        ("${A:-b}", "holds '$' beside a variable or %"),
        ("$A*", "holds '*' beside a variable or %"),
        ("$NOWHERE", "$NOWHERE is not exported by env.sh"),
        ("$ABC", "$ABC is not exported by env.sh; did you mean ${AB}C?"),
        ("$EMPTY", "$EMPTY is empty in env.sh; the next option would be taken for its value"),
        ("$SPACED", "$SPACED holds a space in env.sh"),
    ],
)
def test_what_a_shell_would_split_or_run_stays_as_it_is(text: str, words: str) -> None:
    expanded = expand_item({"name": text}, environment())
    (fault,) = expanded.faults
    assert fault.message.startswith(words)
    assert (fault.key, fault.got, expanded.value) == (("name",), text, {"name": text})


@pytest.mark.parametrize(
    "env", [environment(works=False), environment(unsound=frozenset({"NOWHERE"})), environment(is_open=True)]
)
def test_what_env_sh_is_at_fault_for_is_not_said_again(env: Environment) -> None:
    (fault,) = expand_item({"name": "$NOWHERE"}, env).faults
    assert fault.message == ""


def test_an_open_env_sh_still_fills_in_what_is_known() -> None:
    assert expand_item({"name": "$A"}, environment(is_open=True)).value == {"name": "acme"}


def test_parameters_are_expanded_in_whatever_holds_them() -> None:
    params = {"a": "$A and ${AB}", "b": ["$$5", {"c": "x y & $(z)"}], "d": 1, "e": None}
    expanded = expand_item({"params": params, "n": 3}, environment())
    assert expanded.value == {
        "params": {"a": "acme and acme-b", "b": ["$5", {"c": "x y & $(z)"}], "d": 1, "e": None},
        "n": 3,
    }
    assert expanded.faults == []


def test_a_fault_in_parameters_has_its_way_there() -> None:
    (fault,) = expand_params({"a": ["x", "$NOWHERE"]}, environment(), ("params",)).faults
    assert (fault.key, fault.got) == (("params", "a", 1), "$NOWHERE")

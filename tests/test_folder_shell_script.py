"""What reading a script tells: the same as bash tells by running it, or that it is not known; never anything else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import EXAMPLES, slow_after
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fusion_snapshots.folder.shell_script import Remark, read_script
from fusion_snapshots.folder.variables import source

GIVEN = {"PATH": os.environ["PATH"], "HOME": "/home/someone"}

# Each is read to the end, and bash makes the same of it.
READ = {
    "plain": "export A=x B=y-1.2/3:4,5@6",
    "quotes": """export A='a "b" $c' B="it's" C="a\\"b\\\\c\\$d" D=a\\ b\\;c E=''f"g"h""",
    "two lines": "export A='1\n2' B=\"3\n4\"\nexport C=5",
    "continued": "export A=1\\\n2 \\\n B=3",
    "comments": "#export A=1\nexport B=2 # C=3\nexport D=a#b E='#'",
    "later exported": "A=1; B=2\nexport A B C",
    "variables": 'A=1; export B=$A C="${A}x" D=\'$A\' E="$A$A" F=$A/x G="${A}"',
    "words first": 'A=old; export A=new B=$A; export B="$B-$A"',
    "one after another": 'A=1 B=$A C="$B$A"; export A B C',
    "defaults": 'E=; export A=${X:-a} B="${X-b c}" C=${E:-c} D=${E-d} F=${X:-${Y:-f}} G=${E:+g} H=${E+h} I=${X+i} J="${X:-}"',
    "given defaults": ': "${A:=1}"; export A B="${C=2}$C"',
    "home": "export A=~/x B=~ C='~' D=a~ E=$HOME/y",
    "append": "A=1; A+=2; export A; export B=$A; export B+=3",
    "unset": "export A=1 B=2 C=3; unset A; unset -v B; export -n C",
    "set -a": "set -a; A=1; set +a; B=2; set -o allexport; C=3; set +o allexport; D=4",
    "set +u": "set +u; export A=$X; set -u",
    "declare": "declare -x A=1; readonly B=2; declare C=3; typeset -x D=4; export C",
    "functions": "f() {\n  echo hi; export A=1; }\nfunction g { touch x; }\nexport B=2",
    "standard error": 'echo hi >&2; printf "%s" x 1>&2; { echo a; echo b; } >&2; echo c > /dev/null; if :; then echo d; fi >&2',
    "tests": '[ -z "${A:-}" ]; [[ a < b && ( c == c ) ]]; test -n x; if [ -n "${X:-}" ]; then export A=1; fi; export B=2',
    "here-document": "export A=1\n: <<'END'\nexport B=2\nEND\n: <<-X\n\texport C=3\n\tX\nexport D=4",
    "here-string": ": <<<X\nexport A=1",
    "return": "export A=1; return 0; export B=2",
    "empty": "\n\n;\n".replace(";", ":"),
    "braces": "A={a,b}; export A B=x}y C='{' D=${X:-'}'}",
    "ansi": "export A=1; : $'it\\'s'; export B=2",
    "date": "export A=$(date +%Y) B=\"`date -u '+%Y:%%'`\" C=$(date +%Yx)",
    "another result of case": "case x in a) : ;; (b|c) export A=1 ;; *) : ;; esac\nexport B=2",
    "options": "set -eu; export A=1; set -- a b; set -o pipefail",
}  # fmt: skip


def exported(script: str, folder: Path) -> dict[str, str]:
    """Return the variables that bash exports at a script's end, without those that were given and its own."""
    (folder / "env.sh").write_text(script)
    ran = source(folder, GIVEN)
    assert ran.values is not None, ran.errors
    return {name: value for name, value in ran.values.items() if name not in (*GIVEN, "PWD", "OLDPWD", "SHLVL", "_")}


def ours(values: dict[str, str | None]) -> dict[str, str | None]:
    return {name: value for name, value in values.items() if name not in GIVEN}


@pytest.mark.parametrize("script", READ.values(), ids=READ.keys())
def test_what_is_read_is_what_bash_makes_of_it(tmp_path: Path, script: str) -> None:
    found = read_script(script, GIVEN)
    unknown = {name for name, value in ours(found.values).items() if value is None}
    assert ([each for each in found.remarks if each.kind != "unclear"], found.is_open) == ([], False)
    assert unknown <= {"A"}  # where a condition decides
    theirs = exported(script, tmp_path)
    assert {n: v for n, v in ours(found.values).items() if n not in unknown} == {
        n: v for n, v in theirs.items() if n not in unknown
    }


# A remark's kind, what is shown, and the variables that are unknown by it; whether others may be set.
REMARKED: dict[str, list[Remark]] = {
    "touch x": [Remark("runs", 1, "touch x")],
    "export A=1\n\nB=$(id) export C=2": [Remark("runs", 3, "B=$(id) export C=2", ())],
    "export A=$(whoami) B=`id -u`": [Remark("runs", 1, "whoami", ("A", "B"))],
    'export A="x${B:-$(id)}"': [Remark("runs", 1, "id", ("A",))],
    "export A=$((1 + 1))": [Remark("unclear", 1, "$((1 + 1))", ("A",))],
    "export A=$(( $(id) ))": [Remark("runs", 1, "$(( $(id) ))", ("A",))],
    "B=xy; export A=${B%y}": [Remark("unclear", 1, "${B%y}", ("A",))],
    "export A={a,b}": [Remark("unclear", 1, "A={a,b}", ("A",))],
    "B=xy; export A=${B:$((RANDOM % 3)):1}": [Remark("unclear", 1, "${B:$((RANDOM % 3)):1}", ("A",))],
    "export A=$RANDOM": [Remark("unclear", 1, "export A=$RANDOM", ("A",))],
    "export A=1; if [ x = y ]; then A=2; fi": [Remark("unclear", 1, "A=2", ("A",))],
    "[ x = y ] && export A=1": [Remark("unclear", 1, "export A=1", ("A",))],
    '[ -n "$(ls)" ]': [Remark("runs", 1, "ls")],
    "[[ -n $(ls) ]]": [Remark("runs", 1, "ls")],
    "while :; do :; done": [Remark("runs", 1, "a while loop")],
    "for i in 1 2; do touch $i; done": [Remark("runs", 1, "a for loop", ("i",)), Remark("runs", 1, "touch $i")],
    "for i; do :; done": [Remark("runs", 1, "a for loop", ("i",))],
    "( touch x )": [Remark("runs", 1, "touch x")],
    "sleep 9 &": [Remark("runs", 1, "sleep 9")],
    "echo a | tee b": [Remark("runs", 1, "tee b")],
    "echo a > file": [Remark("runs", 1, "echo a >file")],
    "> file": [Remark("runs", 1, ">file")],
    "trap 'touch x' EXIT": [Remark("runs", 1, "trap 'touch x' EXIT")],
    "f() { touch x; }; f": [Remark("runs", 1, "f")],
    "eval 'export A=1'": [Remark("runs", 1, "eval 'export A=1'")],
    "export $(cat .env)": [Remark("runs", 1, "cat .env")],
    "cat <(touch x) >&2": [Remark("runs", 1, "touch x")],
    "echo hi": [Remark("prints", 1, "echo hi")],
    "{ echo hi; }": [Remark("prints", 1, "{ echo hi".removeprefix("{ "))],
    "export -p": [Remark("prints", 1, "export -p")],
    "cd /x": [Remark("moves", 1, "cd /x")],
    "export A=$B": [Remark("stops", 1, "B: unbound variable")],
    "export A=${B:?is needed}": [Remark("stops", 1, "B: is needed")],
    "export A = 1": [Remark("stops", 1, "export: `=': not a valid identifier")],
    "A = 1": [Remark("stops", 1, "A: command not found")],
    "exit 3; touch x": [Remark("stops", 1, "exit 3")],
    "[ x = y ] || exit 1": [Remark("runs", 1, "exit 1")],
}


@pytest.mark.parametrize(("script", "remarks"), REMARKED.items(), ids=REMARKED.keys())
def test_what_a_line_would_do_is_remarked(script: str, remarks: list[Remark]) -> None:
    assert read_script(script, GIVEN).remarks == remarks


def test_a_letter_by_chance_is_one_of_them() -> None:
    found = read_script("B=xyz; export A=${B:$((RANDOM % 2)):1}", GIVEN)
    assert (found.remarks, found.values["A"]) == ([], "x")


@pytest.mark.parametrize("script", [". ./x", "eval x", "f() { :; }; f", "export $(cat x)", "read -r A", '"$HOME/f"'])
def test_any_variable_may_be_set_by_what_is_not_read(script: str) -> None:
    assert read_script(script, GIVEN).is_open is (script != '"$HOME/f"')


PIECES = ["A=1", "export A", "export B=", "'", '"', "$A", "${B:-", "}", "$(", ")", "`", "((", "<<E", "\n", "E\n", "#", "if ", "; then ", "fi", "case x in ", ";;", "esac", "{ ", "&&", "\\", "[[ ", " ]]", ">", "f() ", "\0", "\r", "=(", "touch x"]  # fmt: skip


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_any_text_is_read_to_its_end(text: str) -> None:
    read_script(text, GIVEN)


ASSIGNED = st.lists(
    st.tuples(
        st.sampled_from(["", "export ", "readonly ", "export X; "]),
        st.sampled_from("ABC"),
        st.lists(
            st.sampled_from(
                ["x", "'y z'", '"$A"', "${B:-b}", "${C}", '"${A:+a}"', "\\$", "~", "''", '"`date +%Y`"', "#"]
            ),
            max_size=4,
        ).map("".join),
    ).map(lambda parts: f"{parts[0]}{parts[1]}={parts[2]}"),
    max_size=5,
).map(lambda lines: "A= B= C=\n" + "\n".join(line for line in lines if "readonly" not in line) + "\nexport A B C\n")


@pytest.mark.slow
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(script=ASSIGNED)
def test_any_assignments_are_read_as_bash_reads_them(tmp_path_factory: pytest.TempPathFactory, script: str) -> None:
    found = read_script(script, GIVEN)
    assert found.remarks == []
    assert ours(found.values) == exported(script, tmp_path_factory.mktemp("script"))


@pytest.mark.parametrize("text", slow_after(2, ["$(" * 20_000, "${A:-" * 20_000, '"$(' * 20_000, "# x\n" * 25_000, "A=x " * 25_000, "".join(f"a{n}=\n" for n in range(12_000)), "'\\" * 50_000]), ids=range(7))  # fmt: skip
def test_hostile_text_is_read_in_time(text: str) -> None:
    try:
        read_script(text, GIVEN)
    except RecursionError:
        assert text[0] in '$"'

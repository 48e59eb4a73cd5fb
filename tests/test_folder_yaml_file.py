"""A YAML file is read with the place of every key, and refused within small bounds."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import BIN, ROOT

from fusion_snapshots.findings import text_of
from fusion_snapshots.folder.yaml_file import MAX_BYTES, MAX_DEPTH, YamlFile, dotted, read_plain


def read(tmp_path: Path, text: str | bytes) -> YamlFile:
    path = tmp_path / "x.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return YamlFile(path, "x.yml")


def test_every_key_has_its_place(tmp_path: Path) -> None:
    file = read(tmp_path, "launch:\n  - name: a\n    params:\n      list: [1, 2]\n")
    assert file.data == {"launch": [{"name": "a", "params": {"list": [1, 2]}}]}
    assert file.place(("launch", 0, "params", "list", 1)) == (4, 17)
    assert file.place(("launch", 0, "gone", "deeper")) == (2, 5)
    assert dotted(("launch", 0, "params", "list", 1)) == "launch[0].params.list[1]"


def test_numbers_and_booleans_are_shown_as_they_are_written(tmp_path: Path) -> None:
    file = read(tmp_path, "a: yes\nb: 1.50\n")
    assert (
        text_of(file.finding("error", "schema", ("a",), "is odd", True))
        == "x.yml:1:1: error: a: is odd (got: yes) [schema]"
    )
    assert (
        text_of(file.finding("error", "schema", ("b",), "is odd", 1.5))
        == "x.yml:2:1: error: b: is odd (got: 1.50) [schema]"
    )


def test_merged_keys_are_not_given_twice(tmp_path: Path) -> None:
    file = read(tmp_path, "x: &x {a: 1, b: 2}\ny: &y {<<: *x, a: 3}\nz: *y\n")
    assert file.faults == []
    assert file.data["y"] == file.data["z"] == {"a": 3, "b": 2}


REFUSED = [
    ('launch: !!int ""', "1:9: error: not YAML that can be read: this is no int"),
    ('launch: !!float ""', "1:9: error: not YAML that can be read: this is no float"),
    ("a: 2024-13-45", "1:4: error: not YAML that can be read: this is no timestamp"),
    (f"a: {'9' * 5000}", "1:4: error: not YAML that can be read: this is no int"),
    ("a: !vault x", "1:4: error: not YAML: could not determine a constructor for the tag '!vault'"),
    (
        "a: !!python/object/apply:os.system [ls]",
        "1:4: error: the tag tag:yaml.org,2002:python/object/apply:os.system has no place",
    ),
    ("a: &a [*a]", "1:4: error: an alias stands within what it stands for"),
    ("? [a]\n: b", "1:3: error: not YAML that seqerakit takes: a key must be one word"),
    ("~: b", "1:1: error: not YAML that seqerakit takes: a key must be one word"),
    ("a: 1\n---\nb: 2", "2:1: error: seqerakit reads one document a file: a second one starts here, after ---"),
    ("a:\n\tb: 1", "2:1: error: not YAML: a tab stands where YAML wants spaces"),
    ("a: 'b", "1:4: error: not YAML: found unexpected end of stream"),
    ("# nothing", "1:1: error: the file is empty; seqerakit refuses it"),
    ("~", "1:1: error: the file holds nothing; seqerakit refuses it"),
    ("a: \0", "1:1: error: not YAML: unacceptable character #x0000"),
    (b"\xff\xfe\x00", "1:1: error: not text in UTF-8"),
    ("[" * 101, "1:101: error: nested more than 100 deep; a seqerakit file is not"),
    ("- a\n" * 110_000, "1:1: error: more than 50000 values; a seqerakit file has far fewer"),
    ("# x\n" * 300_000, "1:1: error: larger than 1000000 bytes; a seqerakit file is far smaller"),
]


@pytest.mark.parametrize(("text", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_what_cannot_be_read_is_one_finding(tmp_path: Path, text: str | bytes, words: str) -> None:
    file = read(tmp_path, text)
    assert not file.is_read
    (fault,) = file.faults
    assert text_of(fault).startswith(f"x.yml:{words}")


BOMBS = {
    "lists": "a0: &a0 [x,x]\n" + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)),
    "merges": "a0: &a0 {k: v}\n" + "".join(f"a{n}: &a{n}\n  <<: [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)),
}  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="macOS lets nobody limit memory")
@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_an_alias_bomb_is_refused_within_small_memory(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.yml").write_text(text)
    script = "from pathlib import Path; from fusion_snapshots.folder.yaml_file import YamlFile as F; print(F(Path('x.yml'), 'x').faults)"

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (200_000_000, 200_000_000))

    command = [str(BIN / "python"), "-c", script]
    env = {"PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, preexec_fn=limit)
    assert "aliases counted" in ran.stdout, ran.stderr


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("0", ""),
        ("-12", ""),
        ("012", "YAML reads 012 as another number; write the number plainly, or quote it"),
        ("0x1f", "YAML reads 0x1f as another number; write the number plainly, or quote it"),
        ("+1", "YAML reads +1 as another number; write the number plainly, or quote it"),
        ("1:30", "YAML reads 1:30 as another number; write the number plainly, or quote it"),
        ("1.5", ""),
        ("1.0", "YAML makes a number of 1.0 and changes it; quote it"),
        ("1.10", "YAML makes a number of 1.10 and changes it; quote it"),
        ("1_0.5", "YAML makes a number of 1_0.5 and changes it; quote it"),
        ("1.5e+3", "YAML makes a number of 1.5e+3 and changes it; quote it"),
        ("1e5", ""),
        ("'1.10'", ""),
        ("abc", ""),
    ],
)
def test_numbers_that_yaml_changes(tmp_path: Path, text: str, word: str) -> None:
    file = read(tmp_path, f"a: {text}\n")
    assert [each.message for each in file.faults] == ([word] if word else [])
    assert file.unsure == ({("a",)} if word else set())


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("1.0", ""),
        ("1.", ""),
        ("1.5", ""),
        ("-0.25", ""),
        ("1.5e+3", ""),
        ("1.10", "YAML makes a number of 1.10 and changes it; quote it"),
        ("1.00", "YAML makes a number of 1.00 and changes it; quote it"),
        ("1e5", "seqerakit takes 1e5 for a text; write 1.0e+5 for the number, or quote it"),
        ("-2.5E3", "seqerakit takes -2.5E3 for a text; write -2.5e+3 for the number, or quote it"),
        (".5e3", "seqerakit takes .5e3 for a text; write 0.5e+3 for the number, or quote it"),
        ("5e-3", "seqerakit takes 5e-3 for a text; write 5.0e-3 for the number, or quote it"),
        ("3.e7", "seqerakit takes 3.e7 for a text; write 3.0e+7 for the number, or quote it"),
        ("'1e5'", ""),
        ("e5", ""),
    ],
)
def test_numbers_among_parameters(tmp_path: Path, text: str, word: str) -> None:
    path = tmp_path / "params.yml"
    path.write_text(f"a: {text}\n")
    whole = YamlFile(path, "params.yml", holds_params=True)
    below = read(tmp_path, f"launch:\n- params:\n    a: {text}\n")
    for file, key in ((whole, ("a",)), (below, ("launch", 0, "params", "a"))):
        assert [each.message for each in file.faults] == ([word] if word else [])
        assert file.unsure == ({key} if word else set())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: " + "b" * (MAX_BYTES - 3), ""),
        ("a: " + "b" * (MAX_BYTES - 2), f"larger than {MAX_BYTES} bytes"),
        ("[" * MAX_DEPTH + "]" * MAX_DEPTH, ""),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), f"nested more than {MAX_DEPTH} deep"),
        (f"[{'1,' * 95}]", ""),
        (f"[{'1,' * 96}]", "more than 50 values; a seqerakit file has far fewer"),
        (f"a: &a [{'1,' * 31}]\nb: *a\nc: *a\n", ""),
        (f"a: &a [{'1,' * 32}]\nb: *a\nc: *a\n", "more than 50 values, aliases counted"),
    ],
    ids=range(8),
)
def test_how_large_a_file_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, words: str) -> None:
    if "," in text:
        monkeypatch.setattr("fusion_snapshots.folder.yaml_file.MAX_NODES", 50)
    file = read(tmp_path, text)
    assert (file.is_read, [each.message.startswith(words) for each in file.faults]) == (not words, [True] * bool(words))


def test_a_plain_text_is_bounded_as_a_file_is() -> None:
    assert read_plain("a: [1, x]") == {"a": [1, "x"]}
    assert read_plain("") is None
    for text in ("a: [", "[" * 101 + "]" * 101, "a: 2024-13-45", "&a [*a]"):
        with pytest.raises(ValueError, match=r"."):
            read_plain(text)

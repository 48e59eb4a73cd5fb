"""A YAML file is read with the place of every key, and refused within small bounds."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import BIN, ROOT

from fusion_snapshots.findings import text_of
from fusion_snapshots.folder.yaml_file import YamlFile, dotted


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

"""Whatever a folder's files hold, the check ends in words, within bounds of time and memory."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from conftest import BIN, EXAMPLES, WITHOUT_POWER, edit, run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fusion_snapshots.findings import text_of
from fusion_snapshots.validate import check_folder

# Broken files, each a function that spoils a folder.
BROKEN: dict[str, Callable[[Path], object]] = {
    "alias bomb": lambda folder: edit(
        folder, "launch/bomb.yml", "",
        "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
    ),
    "deep nesting": lambda folder: edit(folder, "launch/deep.yml", "", "launch: " + "[" * 50_000),
    "deep blocks": lambda folder: edit(folder, "launch/deep.yml", "", "".join(" " * n + "a:\n" for n in range(900))),
    "huge file": lambda folder: (folder / "launch/huge.yml").write_text("# x\n" * 5_000_000),
    "many items": lambda folder: edit(folder, "launch/many.yml", "", "launch:\n" + "  - name: a\n" * 40_000),
    "binary": lambda folder: (folder / "launch/binary.yml").write_bytes(bytes(range(256)) * 100),
    "not UTF-8": lambda folder: (folder / "launch/latin.yml").write_bytes("launch: ü\n".encode("latin-1")),
    "UTF-16": lambda folder: (folder / "launch/utf16.yml").write_text("launch: []\n", encoding="utf-16"),
    "python tag": lambda folder: edit(folder, "launch/tag.yml", "", "launch: !!python/object/apply:os.system [touch pwned]\n"),
    "own tag": lambda folder: edit(folder, "launch/tag.yml", "", "launch: !vault abc\n"),
    "empty": lambda folder: edit(folder, "launch/empty.yml", "", ""),
    "only a comment": lambda folder: edit(folder, "launch/comment.yml", "", "# nothing\n"),
    "a number": lambda folder: edit(folder, "launch/number.yml", "", "42\n"),
    "a list": lambda folder: edit(folder, "launch/list.yml", "", "- a\n"),
    "null block": lambda folder: edit(folder, "launch/null.yml", "", "launch:\n"),
    "null items": lambda folder: edit(folder, "launch/null.yml", "", "launch: [null, 1, [a], {}]\n"),
    "odd keys": lambda folder: edit(folder, "launch/keys.yml", "", "launch:\n  - {1: a, null: b, [a]: c, 2024-01-01: d}\n"),
    "impossible values": lambda folder: edit(folder, "launch/odd.yml", "", "a: 2024-13-45\nb: !!int abc\n"),
    "an endless number": lambda folder: edit(folder, "launch/odd.yml", "", f"a: {'9' * 5000}\n"),
    "an alias to itself": lambda folder: edit(folder, "launch/odd.yml", "", "launch: &a [*a]\n"),
    "a pipe": lambda folder: os.mkfifo(folder / "launch/pipe.yml"),
    "a device": lambda folder: (folder / "launch/zero.yml").symlink_to("/dev/zero"),
    "many variables in a name": lambda folder: edit(folder, "launch/v.yml", "", 'launch:\n  - name: "' + "${AAAA}$AAAAAAAAAAAA" * 8 + ' "\n'),
    "thousands of references": lambda folder: edit(
        folder, "launch/refs.yml", "", "pipelines:\n" + "".join(f"  - name: p{n}\n" for n in range(2000)) + "launch:\n" + "".join(f"  - {{name: l{n}, pipeline: q{n}}}\n" for n in range(2000)),
    ),
    "complex key": lambda folder: edit(folder, "launch/keys.yml", "", "? {a: b}\n: c\n"),
    "dates and sets": lambda folder: edit(folder, "launch/dates.yml", "", "launch:\n  - name: 2024-01-01\n    pipeline: !!set {a}\n"),
    "a folder named like a file": lambda folder: (folder / "launch/folder.yml").mkdir(),
    "a dangling link": lambda folder: (folder / "launch/link.yml").symlink_to("/nowhere"),
    "a link to itself": lambda folder: (folder / "launch/loop").symlink_to(folder / "launch"),
    "unreadable samplesheet": lambda folder: (folder / "report/samplesheet.csv").write_bytes(b"\xff\xfe\x00,\x00\n\r" * 50),
    "env.sh that never ends": lambda folder: edit(folder, "env.sh", "", "sleep 60; while :; do :; done\n"),
    "env.sh that runs what it can": lambda folder: edit(
        folder, "env.sh", "", "touch pwned; eval 'touch pwned'; A=$(touch pwned) B=`touch pwned`\n: ${C:=$(touch pwned)} <(touch pwned)\ntrap 'touch pwned' EXIT DEBUG\n[[ -n $(touch pwned) ]] && f() { touch pwned; }; f\n: $(( a[$(touch pwned)] ))\n",
    ),
    "env.sh without end": lambda folder: edit(folder, "env.sh", "", "A=$(" * 30_000),
    "env.sh that exits": lambda folder: edit(folder, "env.sh", "# AWS region", "exit 0\n# AWS region"),
    "env.sh with NUL": lambda folder: (folder / "env.sh").write_bytes(b"export A=b\x00c\n"),
    "a NUL in a params file's name": lambda folder: edit(folder, "launch/nul.yml", "", 'launch:\n  - {pipeline: a, workspace: a/b, params-file: "a\\0b"}\n'),
    "a params file that is a folder": lambda folder: edit(folder, "launch/dir.yml", "", "launch:\n  - {pipeline: a, workspace: a/b, params-file: launch}\n"),
    "a configuration without end": lambda folder: edit(folder, "pipelines/nextflow_fusion_snapshots.config", "", "{[(" * 30_000),
    "a configuration of quotes": lambda folder: edit(folder, "pipelines/nextflow_fusion_snapshots.config", "", "'\\" * 30_000),
    "env.sh of 10 MB": lambda folder: (folder / "env.sh").write_text("# x\n" * 2_500_000),
}  # fmt: skip
LONG = ("thousands of references",)
ALIKE = "a number", "a list", "null block", "empty", "only a comment", "not UTF-8", "UTF-16", "binary", "own tag"


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(spoil, id=name, marks=[pytest.mark.slow] * (name in (*LONG, *ALIKE)))
        for name, spoil in BROKEN.items()
    ],
)
def test_broken_files_end_in_words(folder: Path, spoil: Callable[[Path], object]) -> None:
    spoil(folder)

    def limit() -> None:
        if sys.platform == "linux":  # macOS lets nobody limit it
            resource.setrlimit(resource.RLIMIT_AS, (1 << 29, 1 << 29))

    ran = subprocess.run(
        [str(BIN / "python"), "validate.py"], cwd=folder, capture_output=True, text=True, timeout=30, preexec_fn=limit
    )
    assert ran.returncode in (0, 1), ran.stderr
    assert "Traceback" not in ran.stderr + ran.stdout
    assert ran.stdout.splitlines()[-1]
    assert not list(folder.rglob("pwned"))


# What the modes and kinds of files keep a step from, which it is, and what it says with which exit code.
IN_THE_WAY: dict[str, tuple[str, str, int, str]] = {
    "a sub-folder that may not be entered": ("mkdir extra; chmod 0 extra", "validate", 2, "validate: {root}/extra: Permission denied"),
    "a folder of files that may not be entered": ("chmod 0 launch", "validate", 2, "validate: {root}/launch: Permission denied"),
    "an env.sh that may not be read": ("chmod 0 env.sh", "validate", 2, "validate: {root}/env.sh: Permission denied"),
    "a configuration that may not be read": ("chmod 0 pipelines/nextflow_fusion_snapshots.config", "validate", 1, "config: may not be read; change its mode (got: 'pipelines/nextflow_fusion_snapshots.config')"),
    "a folder for env.sh": ("rm env.sh; mkdir env.sh", "validate", 1, "env.sh:1:1: error: is missing"),
    "a folder for a list": ("mkdir report/runs.csv", "compare", 2, "compare: report/runs.csv: cannot be read: Is a directory"),
    "a file for report/": ("rm -r report; touch report", "compare", 1, "compare: report/runs.csv lists no run of the workflow"),
    "schemas/ that may not be entered": ("chmod 0 schemas", "validate", 2, "validate: {root}/schemas/types.schema.json: Permission denied"),
}  # fmt: skip


@pytest.mark.parametrize("case", IN_THE_WAY.values(), ids=IN_THE_WAY)
def test_what_is_in_the_way_is_named_with_the_reason(folder: Path, case: tuple[str, str, int, str]) -> None:
    change, verb, code, said = case
    assert run(["sh", "-ec", change], cwd=folder).returncode == 0
    ran = run([*WITHOUT_POWER, BIN / "python", "-m", "fusion_snapshots", verb], cwd=folder)
    run(["chmod", "-R", "u+rwX", folder])
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert said.format(root=folder) in ran.stdout + ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    text=st.one_of(
        st.text(max_size=200),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.dates()),
            lambda inner: st.one_of(
                st.lists(inner, max_size=4),
                st.dictionaries(st.sampled_from(["launch", "pipelines", "name", "params", "workspace", "x"]), inner),
            ),
            max_leaves=12,
        ).map(yaml.safe_dump),
    )
)
def test_arbitrary_yaml_ends_in_findings(acme: Path, text: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(shutil.copytree(acme, Path(name, "folder")))
        (folder / "launch/any.yml").write_text(text, encoding="utf-8", errors="surrogatepass")
        for finding in check_folder(folder).findings:
            assert re.match(r"[^\n]+:\d+:\d+: (error|warning|note): [^\n]+$", text_of(finding))


# What stands in for a piece of a file; nothing that bash would run in env.sh.
HOSTILE = ["", "\n", "\t", " ", ":", "-", "'", '"', "{", "}", "[", "]", "<<: ", "&a ", "*a", "!!int ", "!x ", "---\n", "\\", "$", "${", "%", "#", "|\n", "\0", "\ud800", "\u202e", "\x1b[2J", "9" * 400, ".json", "null", "0x1F", "1e999", "2024-13-45", "/*", "//", "'''"]  # fmt: skip


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_arbitrary_damage_ends_in_findings(acme: Path, data: st.DataObject) -> None:
    names = [p.relative_to(acme).as_posix() for p in sorted(acme.rglob("*")) if p.suffix in (".yml", ".config", ".csv")]
    name = data.draw(st.sampled_from(names))
    text = (acme / name).read_text()
    for _ in range(data.draw(st.integers(1, 3))):
        begin = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(begin, min(len(text), begin + 30)))
        text = text[:begin] + data.draw(st.sampled_from(HOSTILE)) + text[end:]
    with tempfile.TemporaryDirectory() as place:
        program = shutil.ignore_patterns("fusion_snapshots", "schemas")
        folder = Path(shutil.copytree(acme, Path(place, "folder"), ignore=program))
        (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
        for finding in check_folder(folder).findings:
            assert re.match(r"[^\n\x1b\u202e]+:\d+:\d+: (error|warning|note): [^\n\x1b\u202e]+$", text_of(finding))

"""Compiled templates are kept beside this package's bytecode: they change no folder, hold no answer, and may be lost."""

from __future__ import annotations

import os
from pathlib import Path
from types import CodeType

import pytest
from conftest import BIN, copy_template, edit, run
from test_generation import files_of

from fusion_snapshots.template.compiled import CompiledTemplates

SETTINGS = {"trim_blocks": True}


def never() -> CodeType:
    raise AssertionError("it is compiled again")


def code(number: int) -> CodeType:
    return compile(str(number), "<template>", "eval")


def kept(path: Path, *numbers: int) -> CompiledTemplates:
    compiled = CompiledTemplates(path, SETTINGS)
    for number in numbers:
        compiled.code_of((str(number), None), lambda number=number: code(number))  # type: ignore[misc]
    compiled.keep()
    return compiled


def holds(compiled: CompiledTemplates, number: int) -> bool:
    try:
        return bool(eval(compiled.code_of((str(number), None), never)) == number)
    except AssertionError:
        return False


def test_each_is_compiled_once_and_kept_for_the_next_process(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    assert holds(kept(path, 1, 2), 1)
    again = CompiledTemplates(path, SETTINGS)
    assert [holds(again, number) for number in (1, 2, 3)] == [True, True, False]
    written = path.stat().st_ino
    again.keep()
    assert path.stat().st_ino == written  # nothing is new
    assert list(tmp_path.iterdir()) == [path]


def test_what_other_settings_made_or_a_stopped_run_damaged_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    kept(path, 1)
    assert not holds(CompiledTemplates(path, {"trim_blocks": False}), 1)
    data = path.read_bytes()
    for damaged in (b"", b"x", data[:-1], data[:32], data[:40] + b"x" + data[41:]):
        path.write_bytes(damaged)
        assert not holds(kept(path), 1)
    assert holds(kept(path, 1), 1)
    assert path.read_bytes() == data


def test_what_is_no_longer_used_goes_when_there_is_too_much(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    kept(path, *range(500))
    assert holds(kept(path, 7), 499)
    kept(path, 7, 500)
    left = CompiledTemplates(path, SETTINGS)
    assert [number for number in range(501) if holds(left, number)] == [7, 500]


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert holds(kept(tmp_path / "missing/kept", 1), 1)
    (tmp_path / "folder").mkdir()
    assert holds(kept(tmp_path / "folder", 1), 1)
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    assert holds(kept(tmp_path / "kept", 1), 1)
    assert list(tmp_path.rglob("*")) == [tmp_path / "folder"]


def test_folders_are_the_same_with_it_and_without_and_no_answer_is_in_it(tmp_path: Path) -> None:
    template = copy_template(tmp_path / "template")
    bytecode = {"PYTHONPYCACHEPREFIX": str(tmp_path / "bytecode"), "HOME": str(tmp_path / "home")}

    def render(name: str, **env: str) -> dict[str, bytes]:
        words = ["--no-input", "-o", str(tmp_path / name), "aws_credentials=of-a-certain-team", "project_slug=one"]
        ran = run([BIN / "cookiecutter", template, *words], cwd=tmp_path, env={**bytecode, **env})
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return {file: (tmp_path / name / "one" / file).read_bytes() for file in files_of(tmp_path / name / "one")}

    def found() -> list[Path]:
        return [
            Path(place, file) for place, _, files in os.walk(tmp_path) for file in files if file.endswith(".templates")
        ]

    without = render("without", PYTHONDONTWRITEBYTECODE="1")
    assert not found()
    assert render("first") == without
    (path,) = found()
    assert path.is_relative_to(tmp_path / "bytecode")
    assert b"project_slug" in path.read_bytes()
    assert b"of-a-certain-team" not in path.read_bytes()
    written = path.stat().st_ino
    assert render("second") == without
    assert path.stat().st_ino == written
    edit(template, "<<cookiecutter.project_slug>>/params.yml", "", "# newer\n")
    assert render("newer")["params.yml"] == without["params.yml"] + b"# newer\n"
    path.write_bytes(b"damaged")
    assert render("damaged")["env.sh"] == without["env.sh"]

"""A folder that is what rendering it again would make is left alone; whatever differs is rendered as ever."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ACME, COOKIECUTTER, ROOT, edit, run

from fusion_snapshots.folder.edited import RECORD
from fusion_snapshots.template import unchanged
from fusion_snapshots.template.account_files import Account, Outcome
from fusion_snapshots.template.accounts import render_changed
from fusion_snapshots.template.answers import complete
from fusion_snapshots.template.rendering import render
from fusion_snapshots.template.unchanged import is_unchanged
from fusion_snapshots.template.workers import Workers

GIVEN = {**ACME, "project_slug": "one"}


def account(place: Path, **more: str) -> Account:
    given = {**GIVEN, **more}
    return Account(place / "one.yml", place / "one", given, complete(given))


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rendered folder; not to be changed."""
    place = tmp_path_factory.mktemp("rendered")
    assert render(account(place)).state == "rendered"
    return place / "one"


@pytest.fixture
def folder(rendered: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(rendered, tmp_path / "one"))


def write(name: str, text: str = "mine\n") -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(text)

    return change


def link(name: str) -> Callable[[Path], object]:
    """Put a link to a copy in the place of a file or a folder."""

    def change(folder: Path) -> None:
        elsewhere = folder.parent / f"elsewhere-{folder.name}"
        (folder / name).rename(elsewhere)
        (folder / name).symlink_to(elsewhere)

    return change


def record(**names: object) -> Callable[[Path], object]:
    """Change the record; None takes a name away."""

    def change(folder: Path) -> None:
        values = {**json.loads((folder / RECORD).read_text()), **names}
        kept = {name: value for name, value in values.items() if value is not None}
        (folder / RECORD).write_text(json.dumps(kept))

    return change


def with_crlf(folder: Path) -> None:
    for name in ("README.md", "schemas/types.schema.json"):
        (folder / name).write_bytes((folder / name).read_bytes().replace(b"\n", b"\r\n"))


CHANGES: dict[str, Callable[[Path], object]] = {
    "an edited file": write("launch/hello.yml", "# mine\n"),
    "a file without a quote": lambda folder: edit(folder, "answers.yml", '"acme-aws"', "acme-aws"),
    "an emptied file": write("params.yml", ""),
    "a removed file": lambda folder: (folder / "iam/README.md").unlink(),
    "a removed folder": lambda folder: shutil.rmtree(folder / "iam"),
    "an edited program": write("fusion_snapshots/version.py"),
    "more in the program": write("fusion_snapshots/mine.py"),
    "a removed schema": lambda folder: (folder / "schemas/types.schema.json").unlink(),
    "an edited version that waits": write("env.sh.edited"),
    "a hidden one": write(".gitignore.edited"),
    "one that holds nothing new": lambda folder: shutil.copy(folder / "env.sh", folder / "env.sh.edited"),
    "a wrong file of one's own": write("launch/mine.yml", "launch: 5\n"),
    "a good file of one's own": write("report/runs.csv", "id\n"),
    "a link for a file": link("params.yml"),
    "a link for a folder": link("launch"),
    "a link for the program": link("fusion_snapshots"),
    "a file for bytecode": write("schemas/__pycache__"),
    "what a stopped run has left": write(".rendering-999999999/env.sh"),
    "no digest, as of an older version": record(digest=None),
    "another digest": record(digest="0" * 64),
    "a run that was stopped": record(digest=None, before={}),
    "a record that was edited": write(RECORD, "{"),
    "no record": lambda folder: (folder / RECORD).unlink(),
}
NOT_MINE: dict[str, Callable[[Path], object]] = {
    "nothing": lambda folder: None,
    "other permissions": lambda folder: (folder / "env.sh").chmod(0o600),
    "other line ends": with_crlf,
    "git": write(".git/config"),
    "a virtual environment": write(".venv/lib/mine.yml"),
    "bytecode": write("fusion_snapshots/checks/__pycache__/mine.pyc"),
    "what was shown": write(".shown"),
}


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): (path.stat().st_mode, path.read_bytes()) for path in files}


def again(each: Account) -> Outcome:
    """Render an account's folder again, as one of many."""
    (outcome,) = render_changed([each], Workers())
    return outcome


@pytest.mark.parametrize("change", [*CHANGES.values(), *NOT_MINE.values()], ids=[*CHANGES, *NOT_MINE])
def test_what_becomes_of_a_folder_is_what_becomes_of_it_by_rendering(
    folder: Path, tmp_path: Path, change: Callable[[Path], object]
) -> None:
    other = Path(shutil.copytree(folder, tmp_path / "other/one"))
    for each in (folder, other):
        change(each)
    assert is_unchanged(folder, account(tmp_path).answers) == (change in NOT_MINE.values())
    ours, theirs = again(account(tmp_path)), render(account(tmp_path / "other"))
    said = theirs.said.replace(f"{tmp_path.name}/other/", f"{tmp_path.name}/")
    assert ours == theirs._replace(file=ours.file, folder=ours.folder, said=said)
    assert contents(folder) == contents(other)


def test_where_nothing_is_to_be_done_nothing_is_written(folder: Path, tmp_path: Path) -> None:
    def written() -> dict[Path, tuple[int, int]]:
        return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in (folder, *folder.rglob("*"))}

    before = written()
    assert again(account(tmp_path)) == Outcome(tmp_path / "one.yml", "unchanged", str(folder), "")
    assert written() == before
    assert is_unchanged(folder, account(tmp_path).answers)


def test_a_stop_leaves_what_was_not_looked_at(folder: Path, tmp_path: Path) -> None:
    first, second = account(folder.parent), account(tmp_path)
    workers = Workers[Account, Outcome]()
    outcomes = render_changed([first, second], workers)
    assert next(outcomes).state == "unchanged"
    workers.stop(signal.SIGINT)
    assert list(outcomes) == []
    assert list(workers.waiting) == [second]


def test_other_answers_and_a_newer_template_are_rendered(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = account(tmp_path, aws_credentials="other")
    assert not is_unchanged(folder, other.answers)
    assert render(other).state == "rendered"
    assert "AWS_CREDENTIALS='other'" in (folder / "env.sh").read_text()
    assert is_unchanged(folder, other.answers)
    assert not is_unchanged(folder, account(tmp_path).answers)
    for name in unchanged._SOURCES:
        monkeypatch.setitem(unchanged._SOURCES, name, "0" * 64)
        assert not is_unchanged(folder, other.answers), name
        monkeypatch.undo()
    monkeypatch.setattr(unchanged, "template_version", lambda: "another commit")
    assert not is_unchanged(folder, other.answers)


def test_all_that_makes_a_folder_is_looked_at() -> None:
    parts = ("fusion_snapshots", "schemas", "templates", "<<cookiecutter.project_slug>>")
    files = [path for part in parts for path in (ROOT / part).rglob("*") if path.is_file()]
    names = {path.relative_to(ROOT).as_posix() for path in files if path.parent.name != "__pycache__"}
    assert unchanged._SOURCES.keys() == names | {"cookiecutter.json"}


def test_a_folder_that_fails_its_check_is_looked_at_again(folder: Path, tmp_path: Path) -> None:
    wrong = folder / "launch/mine.yml"
    wrong.write_text("launch: 5\n")
    for _ in range(2):
        assert render(account(tmp_path)).state == "refused"
        assert "digest" not in json.loads((folder / RECORD).read_text())
    wrong.unlink()
    assert not is_unchanged(folder, account(tmp_path).answers)
    assert render(account(tmp_path)).state == "unchanged"
    assert is_unchanged(folder, account(tmp_path).answers)


def test_files_that_were_skipped_are_rendered_by_the_next_run(folder: Path, tmp_path: Path) -> None:
    words = ["--no-input", "-f", "-s", *(f"{name}={answer}" for name, answer in GIVEN.items()), "aws_credentials=other"]
    ran = run([COOKIECUTTER, ROOT, *words], cwd=tmp_path, env={"HOME": str(tmp_path / "home")})
    assert ran.returncode == 0, ran.stderr
    assert "AWS_CREDENTIALS='acme-aws'" in (folder / "env.sh").read_text()
    assert render(account(tmp_path, aws_credentials="other")).state == "rendered"
    assert "AWS_CREDENTIALS='other'" in (folder / "env.sh").read_text()

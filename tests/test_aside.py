"""Other names for what was edited: each its own, and none that holds nothing."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fusion_snapshots.folder.edited import unmerged
from fusion_snapshots.template.aside import drop_needless, has_versions, set_aside


def test_each_version_gets_a_name_of_its_own(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / "env.sh").write_text(f"{number}")
        set_aside(tmp_path / "env.sh")
    versions = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert versions == {"env.sh.edited": "0", "env.sh.edited-2": "1", "env.sh.edited-3": "2"}
    assert has_versions(tmp_path / "env.sh")
    assert not has_versions(tmp_path / "env")


def test_whatever_lies_there_is_moved(tmp_path: Path) -> None:
    (tmp_path / "folder/a").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    os.mkfifo(tmp_path / "pipe")
    for name in ("folder", "link", "pipe"):
        set_aside(tmp_path / name)
    assert (tmp_path / "folder.edited/a").is_dir()
    assert (tmp_path / "link.edited").readlink() == tmp_path / "folder"
    assert (tmp_path / "pipe.edited").is_fifo()
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_another_run_moves_first_is_moved_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    path = tmp_path / "env.sh"
    path.mkdir() if kind == "folder" else path.touch()
    (path / "mine" if kind == "folder" else path).write_text("mine")
    rename = os.rename
    monkeypatch.setattr(os, "rename", lambda *names: (rename(path, tmp_path / "moved"), rename(*names)))
    set_aside(path)
    assert [each.name for each in tmp_path.iterdir()] == ["moved"]


def test_eight_at_once_move_it_once(tmp_path: Path) -> None:
    path = tmp_path / "env.sh"
    with ThreadPoolExecutor(8) as pool:
        for number in range(40):
            path.write_text(f"{number}")
            list(pool.map(set_aside, [path] * 8))
    assert sorted(int(each.read_text()) for each in tmp_path.iterdir()) == [*range(40)]


def test_versions_that_hold_nothing_go(tmp_path: Path) -> None:
    for name in ("env.sh", "env.sh.edited", "params.yml.edited", "launch/a.yml", "launch/a.yml.edited-2"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name.partition(".edited")[0])
    (tmp_path / "env.sh.edited-2").touch()
    (tmp_path / "env.sh.edited-3").write_text("mine")
    (tmp_path / "env.sh.edited-4").symlink_to(tmp_path / "env.sh")
    for name in ("schemas", "schemas.edited", "schemas.edited-2"):
        (tmp_path / name).mkdir()
    (tmp_path / "schemas.edited/own.json").touch()
    drop_needless(tmp_path)
    assert unmerged(tmp_path) == ["env.sh.edited-3", "env.sh.edited-4", "schemas.edited"]
    assert (tmp_path / "params.yml.edited").exists()

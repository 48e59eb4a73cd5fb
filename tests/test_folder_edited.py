"""What is an edited version that waits, and what only looks like one."""

from __future__ import annotations

from pathlib import Path

from fusion_snapshots.folder.edited import live_name, unmerged


def test_edited_versions_are_found_beside_files_and_folders(tmp_path: Path) -> None:
    for name in ("env.sh", "env.sh.edited", "env.sh.edited-2", "launch/hello.yml", "launch/hello.yml.edited"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    for name in ("schemas", "schemas.edited", "iam"):
        (tmp_path / name).mkdir()
    (tmp_path / "iam.edited").symlink_to("/nowhere")
    found = ["env.sh.edited", "env.sh.edited-2", "iam.edited", "launch/hello.yml.edited", "schemas.edited"]
    assert unmerged(tmp_path) == found


def test_other_names_are_the_users_own(tmp_path: Path) -> None:
    for name in ("env.sh", "env.sh.edited-by-me", "env.sh.edited.bak", "notes.edited", ".edited"):
        (tmp_path / name).touch()
    assert unmerged(tmp_path) == []


def test_the_live_name_of_a_version() -> None:
    assert live_name("env.sh.edited") == live_name("env.sh.edited-12") == "env.sh"
    assert live_name("a.edited.edited-2") == "a.edited"
    assert live_name("env.sh") == live_name("env.sh.edited-") == live_name(".edited") == ""

"""Where a rendering lands, and which files of this repository each folder gets."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT

from fusion_snapshots.template import landing
from fusion_snapshots.template.landing import copied_files, folder_of


def test_the_folder_is_known_once_the_answers_are() -> None:
    assert folder_of({"project_slug": "one"}) is None
    assert folder_of({"project_slug": "one", "_output_dir": "/x"}) == Path("/x/one")


def test_the_program_and_its_schemas_are_copied() -> None:
    found = copied_files()
    assert {name.partition("/")[0] for name in found} == {"fusion_snapshots", "schemas"}
    for name in ("fusion_snapshots/__main__.py", "fusion_snapshots/checks/arms.py", "schemas/types.schema.json"):
        assert found[name] == ROOT / name
    for name in ("fusion_snapshots/template/landing.py", "fusion_snapshots/simulated/state.py", "schemas/answers.schema.json", "schemas/seqerakit.schema.json", "schemas/README.md"):  # fmt: skip
        assert (ROOT / name).is_file()
        assert name not in found


@pytest.mark.parametrize(
    ("name", "copied"),
    [
        ("fusion_snapshots/a.py", True),
        ("fusion_snapshots/templates.py", True),
        ("fusion_snapshots/compare/b.css", True),
        ("fusion_snapshots/__pycache__/a.pyc", False),
        ("fusion_snapshots/.hidden", False),
        ("fusion_snapshots/.cache/a.py", False),
        ("fusion_snapshots/template/a.py", False),
        ("other/a.py", False),
    ],
)
def test_what_others_keep_beside_them_is_not_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, copied: bool
) -> None:
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).touch()
    monkeypatch.setattr(landing, "ROOT", tmp_path)
    assert copied_files.__wrapped__() == ({name: tmp_path / name} if copied else {})

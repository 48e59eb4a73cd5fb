"""What the template wrote is told from what its user changed."""

from __future__ import annotations

from pathlib import Path

from conftest import edit

from fusion_snapshots.folder.edited import RECORD, edited_since

NAMES = ["env.sh", "pipelines/nextflow_fusion_snapshots.config"]


def texts(folder: Path) -> dict[str, str]:
    return {name: (folder / name).read_bytes().decode() for name in NAMES}


def test_a_file_is_edited_once_its_words_change(folder: Path) -> None:
    assert edited_since(folder, texts(folder)) == {}
    (folder / NAMES[0]).write_bytes((folder / NAMES[0]).read_bytes().replace(b"\n", b"\r\n"))
    assert edited_since(folder, texts(folder)) == {}
    edit(folder, NAMES[1], "", "// mine\n")
    assert list(edited_since(folder, texts(folder))) == NAMES[1:]


def test_without_a_record_nothing_is_known(folder: Path) -> None:
    for spoilt in ("{", "[]", '{"files": 1}', '{"files": {"env.sh": 1}}'):
        (folder / RECORD).write_text(spoilt)
        assert list(edited_since(folder, texts(folder))) == NAMES
    (folder / RECORD).unlink()
    assert list(edited_since(folder, texts(folder))) == NAMES

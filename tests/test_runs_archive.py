"""Archives that are damaged, partial or hostile: each is refused in words, none costs more than its bounds."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from archives import documents, pack, task

from fusion_snapshots.runs.archive import DamagedError, read_archive


def read(path: Path, data: bytes) -> Any:
    path.write_bytes(data)
    return read_archive(path, ("process",), lambda pieces: [each for piece in pieces for each in piece["process"]])


def count(path: Path) -> Any:
    return read_archive(path, ("process",), lambda pieces: sum(len(piece["process"]) for piece in pieces)).tasks


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.tar.gz"


def test_documents_and_tasks_are_read(path: Path) -> None:
    files = documents([task("ALIGN"), task("CALL")], launch={"computeEnv": {"name": "acme"}})
    archive = read(path, pack(files))
    assert archive.tasks == ["ALIGN", "CALL"]
    assert archive.workflow["projectName"] == "acme/workflow"
    assert archive.load["succeeded"] == 2
    assert archive.launch == {"computeEnv": {"name": "acme"}}


def test_what_tw_leaves_out_is_empty(path: Path) -> None:
    files = documents([task("ALIGN")])
    kept = {name: files[name] for name in ("workflow.json", "workflow-tasks.json")}
    archive = read(path, pack(kept))
    assert (archive.load, archive.launch, archive.tasks) == ({}, {}, ["ALIGN"])


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        " \n[\n]\n",
        '[{"process": "A"}]',
        '[{"process":"A"},\n {"process":"B"}]',
        '\n [ {"process": "Ä\\u00e9"} ] ',
    ],
)
def test_lists_of_any_layout_are_read(path: Path, text: str) -> None:
    files = {"workflow.json": {}, "workflow-tasks.json": text}
    assert read(path, pack(files)).tasks == [item["process"] for item in json.loads(text)]


def test_tasks_across_the_pieces_in_which_they_are_read(path: Path) -> None:
    tasks = [task(f"P{number}", script="é" * number) for number in range(900)]
    assert read(path, pack(documents(tasks))).tasks == [f"P{number}" for number in range(900)]


MEMBERS: dict[str, tuple[dict[str, Any], str]] = {
    "service-info alone": ({"service-info.json": {}}, "it holds no workflow.json"),
    "no tasks": ({"workflow.json": {}}, "it holds no workflow-tasks.json"),
    "a workflow that is a list": ({"workflow.json": [], "workflow-tasks.json": []}, "its workflow.json is no JSON object"),
    "tasks that are an object": ({"workflow.json": {}, "workflow-tasks.json": {}}, "its workflow-tasks.json is no JSON list"),
    "tasks that are numbers": ({"workflow.json": {}, "workflow-tasks.json": [1, 2]}, "its workflow-tasks.json holds something else than tasks"),
    "tasks that end early": ({"workflow.json": {}, "workflow-tasks.json": '[{"process": "A"}, {"pro'}, "its workflow-tasks.json ends within a task, or holds what is none"),
    "tasks without an end": ({"workflow.json": {}, "workflow-tasks.json": '[{"process": "A"}'}, "its workflow-tasks.json ends within a task, or holds what is none"),
    "a task without bounds": ({"workflow.json": {}, "workflow-tasks.json": '[{"script": "' + "x" * 9_000_000}, "its workflow-tasks.json ends within a task, or holds what is none"),
    "an empty file": ({"workflow.json": {}, "workflow-tasks.json": ""}, "its workflow-tasks.json is no JSON list"),
    "NaN": ({"workflow.json": '{"duration": NaN}', "workflow-tasks.json": []}, "its JSON cannot be read (NaN is no number)"),
    "nested too deep": ({"workflow.json": "[" * 200_000, "workflow-tasks.json": []}, "its JSON is nested too deep"),
    "tasks nested too deep": ({"workflow.json": {}, "workflow-tasks.json": '[{"a":' * 100_000}, "its JSON is nested too deep"),
    "a document without bounds": ({"workflow.json": b" " * (17 << 20), "workflow-tasks.json": []}, "its workflow.json is larger than 16 MiB"),
}  # fmt: skip


@pytest.mark.parametrize("name", MEMBERS)
def test_an_archive_without_a_run_says_what_it_lacks(path: Path, name: str) -> None:
    files, message = MEMBERS[name]
    with pytest.raises(DamagedError) as caught:
        read(path, pack(files))
    assert str(caught.value) == message


def test_text_that_is_no_utf8(path: Path) -> None:
    with pytest.raises(DamagedError, match="its JSON cannot be read"):
        read(path, pack({"workflow.json": {}, "workflow-tasks.json": b'[{"process": "\xff\xfe"}]'}))


def test_no_truncation_is_taken_for_a_whole_archive(path: Path) -> None:
    whole = pack(documents([task(f"P{number}") for number in range(40)]))
    for length in range(0, len(whole), 97):
        with pytest.raises(DamagedError):
            read(path, whole[:length])


def test_no_flipped_bit_changes_what_is_read(path: Path) -> None:
    files = documents([task(f"P{number}") for number in range(40)])
    whole = pack(files)
    expected = read(path, whole)
    for place in range(10, len(whole), 61):
        flipped = bytearray(whole)
        flipped[place] ^= 0x10
        with contextlib.suppress(DamagedError):
            assert read(path, bytes(flipped)) == expected


def test_other_members_are_passed_over_and_none_is_extracted(path: Path, tmp_path: Path) -> None:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as tar:
        for name, kind in (
            ("workflow.json", tarfile.SYMTYPE),
            ("../escaped", tarfile.REGTYPE),
            ("pipe", tarfile.FIFOTYPE),
        ):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            tar.addfile(member, io.BytesIO())
        for name, text in (("workflow.json", "{}"), ("workflow-tasks.json", "[]"), ("tasks/1/.command.out", "x")):
            member = tarfile.TarInfo(name)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))
    assert read(path, data.getvalue()).tasks == []
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_a_header_that_claims_gigabytes_is_not_believed(path: Path) -> None:
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 3 << 30
    with gzip.open(path, "wb", compresslevel=1) as zipped:
        zipped.write(header.tobuf())
        zipped.write(bytes(8 << 20))
    with pytest.raises(DamagedError) as caught:
        count(path)
    assert str(caught.value) == "unpacked it is larger than 1024 MiB, or claims to be"


def test_a_file_that_claims_to_be_smaller_than_nothing(path: Path) -> None:
    header = tarfile.TarInfo("x")
    header.size = -5000
    path.write_bytes(gzip.compress(header.tobuf(tarfile.GNU_FORMAT) + bytes(4096)))
    with pytest.raises(DamagedError) as caught:
        count(path)
    assert str(caught.value) == "it cannot be read (invalid offset)"


def test_items_are_bounded_whatever_they_weigh(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = pack({"workflow.json": {}, "workflow-tasks.json": "[" + ",".join(["{}"] * 200_000) + "]"})
    assert len(tasks) < 2000
    path.write_bytes(tasks)
    assert count(path) == 200_000
    monkeypatch.setattr("fusion_snapshots.runs.archive._MOST_TASKS", 199_999)
    with pytest.raises(DamagedError) as caught:
        count(path)
    assert str(caught.value) == "its workflow-tasks.json holds more than 199,999 tasks"


@pytest.mark.slow
def test_a_million_tasks_is_the_bound(path: Path) -> None:
    path.write_bytes(pack({"workflow.json": {}, "workflow-tasks.json": "[" + ",".join(["{}"] * 1_000_001) + "]"}))
    with pytest.raises(DamagedError, match="holds more than 1,000,000 tasks"):
        count(path)


def test_the_time_for_one_archive_is_bounded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = pack({"workflow.json": {}, "workflow-tasks.json": [task()], **{f"{number}": b"x" for number in range(500)}})
    assert read(path, data).tasks == ["ALIGN"]
    monkeypatch.setattr("fusion_snapshots.runs.archive._MOST_SECONDS", 0)
    with pytest.raises(DamagedError) as caught:
        read(path, data)
    assert str(caught.value) == "reading it takes longer than 0 seconds"


@pytest.mark.parametrize(
    ("bound", "name", "said"),
    [
        ("_MOST_DOCUMENT_BYTES", "workflow.json", "its workflow.json is larger than 1 MiB"),
        ("_MOST_TASK_BYTES", "workflow-tasks.json", "its workflow-tasks.json is larger than 1 MiB"),
    ],
)
def test_a_file_may_be_as_large_as_its_bound(
    path: Path, monkeypatch: pytest.MonkeyPatch, bound: str, name: str, said: str
) -> None:
    monkeypatch.setattr(f"fusion_snapshots.runs.archive.{bound}", 1 << 20)
    files = documents([task()])
    text = json.dumps(files[name])
    for more, fits in ((0, True), (1, False)):
        data = pack({**files, name: text.ljust((1 << 20) + more)})
        with contextlib.nullcontext() if fits else pytest.raises(DamagedError, match=said):
            read(path, data)


def test_all_files_together_have_a_bound(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = pack({**documents([task()]), "nextflow.log": "x" * (1 << 20)})
    size = len(gzip.decompress(data))
    for most, fits in ((size, True), (size - 1, False)):
        monkeypatch.setattr("fusion_snapshots.runs.archive._MOST_BYTES", most)
        with contextlib.nullcontext() if fits else pytest.raises(DamagedError, match="unpacked it is larger than"):
            read(path, data)


def test_a_file_that_is_not_there(path: Path) -> None:
    with pytest.raises(DamagedError, match="cannot be read"):
        count(path)

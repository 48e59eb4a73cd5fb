"""A list that steps and people write: found by headings, whole, under a lock, and nothing of others is lost."""

from __future__ import annotations

import errno
import multiprocessing
import os
import threading
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from fusion_snapshots.errors import UserError
from fusion_snapshots.runs.store import CsvList, locked, write_whole


class Fruit(NamedTuple):
    name: str
    of_tree: str
    price: str = ""


LIST = CsvList("shop/fruits.csv", Fruit, of_tree="tree")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    return tmp_path


def text(root: Path) -> str:
    return (root / LIST.path).read_text()


def put(root: Path, text: str) -> None:
    (root / LIST.path).write_text(text)


def test_rows_are_added_changed_and_taken_out(root: Path) -> None:
    assert LIST.read(root) == []
    LIST.add(root)
    assert text(root) == "name,tree,price\n"
    LIST.add(root, Fruit("pear, red", "p1"), Fruit("fig", "f1", "2"))
    LIST.change(root, lambda row: row._replace(price="3") if row.name == "fig" else None)
    LIST.add(root, Fruit("pear", "p1", "1"))
    assert text(root) == "name,tree,price\nfig,f1,3\npear,p1,1\n"
    assert LIST.read(root) == [Fruit("fig", "f1", "3"), Fruit("pear", "p1", "1")]
    assert [path.name for path in (root / "shop").iterdir()] == ["fruits.csv"]


def test_columns_and_cells_of_others_stay_where_they_are(root: Path) -> None:
    put(root, '\ufeffnote, tree ,name,note,\nmine,f1,fig,"a\n, b",more,and more\n\n,p1,pear\n')
    LIST.change(root, lambda row: row._replace(of_tree=row.of_tree.upper()))
    LIST.add(root, Fruit("plum", "s1"))
    assert text(root) == (
        "note,tree,name,note,,,price\n"
        'mine,F1,fig,"a\n, b",more,and more,\n'
        "\n"
        ",P1,pear,,,,\n"
        ",s1,plum,,,,\n"
    )  # fmt: skip


def test_a_file_that_lacks_a_later_column_reads_as_before_and_gains_it(root: Path) -> None:
    put(root, "tree,name\nf1,fig")
    assert LIST.read(root) == [Fruit("fig", "f1")]
    LIST.add(root, Fruit("pear", "p1", "1"))
    assert text(root) == "tree,name,price\nf1,fig\np1,pear,1\n"


BAD = {
    "name\nfig\n": "shop/fruits.csv:1: the first line lacks tree",
    'name,tree\n"a\nb",c\nfig\n': "shop/fruits.csv:4: a row needs name, tree, price",
}


@pytest.mark.parametrize(("written", "message"), BAD.items())
def test_what_is_no_such_list_is_refused(root: Path, written: str, message: str) -> None:
    put(root, written)
    for attempt in (LIST.read, lambda root: LIST.change(root, lambda row: row)):
        with pytest.raises(UserError) as refused:
            attempt(root)
        assert (str(refused.value), refused.value.code) == (message, 2)
    assert text(root) == written


def test_what_is_no_text_is_refused(root: Path) -> None:
    (root / LIST.path).write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match=r"^shop/fruits\.csv: cannot be read: "):
        LIST.read(root)


def test_a_folder_where_the_file_should_be_is_named(root: Path) -> None:
    (root / LIST.path).mkdir()
    for what, attempt in (("read", LIST.read), ("written", LIST.add)):
        with pytest.raises(UserError) as refused:
            attempt(root)
        assert (str(refused.value), refused.value.code) == (f"shop/fruits.csv: cannot be {what}: Is a directory", 2)
    (root / "shop/kept.txt").mkdir()
    with pytest.raises(UserError, match=r"^shop/kept\.txt: cannot be written: Is a directory$"):
        write_whole(root, "shop/kept.txt", "x")
    assert sorted(path.name for path in (root / "shop").iterdir()) == ["fruits.csv", "kept.txt"]


@pytest.mark.parametrize(("call", "number"), [("os.fsync", errno.ENOSPC), ("pathlib.Path.open", errno.EROFS)])
def test_a_disk_that_takes_no_more_keeps_what_it_has(
    root: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    LIST.add(root, Fruit("fig", "f1"))
    before = text(root)

    def fail(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(call, fail)
    with pytest.raises(UserError) as refused:
        LIST.change(root, lambda _: None)
    monkeypatch.undo()
    assert (str(refused.value), refused.value.code) == (f"shop/fruits.csv: cannot be written: {os.strerror(number)}", 2)
    assert text(root) == before
    assert [path.name for path in (root / "shop").iterdir()] == ["fruits.csv"]


def test_no_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^shop/fruits\.csv: cannot be written: No such file or directory$"):
        LIST.add(tmp_path)


def add_many(root: Path, name: str) -> None:
    for number in range(50):
        LIST.add(root, Fruit(f"{name}{number}", name))
        LIST.change(root, lambda row: row._replace(price="1") if row.of_tree == name else row)


def test_steps_at_once_lose_no_row_and_no_change(root: Path) -> None:
    processes = [multiprocessing.Process(target=add_many, args=(root, name)) for name in "abcd"]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    rows = LIST.read(root)
    assert len({row.name for row in rows}) == 200
    assert {row.price for row in rows} == {"1"}


def test_a_lock_is_waited_for_and_says_so(tmp_path: Path) -> None:
    said, order = threading.Event(), []

    def second() -> None:
        with locked(tmp_path, said.set):
            order.append("second")

    with locked(tmp_path, lambda: pytest.fail("nothing is to be waited for")):
        waiting = threading.Thread(target=second)
        waiting.start()
        assert said.wait(60)
        order.append("first")
    waiting.join(60)
    assert order == ["first", "second"]

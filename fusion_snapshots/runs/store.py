"""The lists of a folder that its steps and its people write, as CSV: what is not a step's own stays as it is.

A list is written whole or not at all, under one lock for all lists of a folder.
"""

from __future__ import annotations

import contextlib
import csv
import fcntl
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from ..errors import UserError

T = TypeVar("T", bound=NamedTuple)


def csv_text(lines: Iterable[Sequence[object]]) -> str:
    """Return lines of cells as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


class _Table:
    """A CSV file's cells by line: a blank line has none, and a line may have more of them than there are headings."""

    def __init__(self, text: str) -> None:
        reader = csv.reader(io.StringIO(text))
        self.header = [cell.strip() for cell in next(reader, [])]
        self.lines = [(reader.line_num, cells) for cells in reader]

    def add_columns(self, names: list[str]) -> None:
        """Give the table columns of its own for these names, where no line has a cell yet."""
        width = max((len(cells) for _, cells in self.lines), default=0) if self.header else 0
        if names:
            self.header += [""] * (width - len(self.header)) + names

    def write(self) -> str:
        return csv_text([self.header, *(cells for _, cells in self.lines)])


class CsvList(Generic[T]):
    """A CSV file whose rows are of a NamedTuple, found by their columns' headings, in whatever order.

    A field that has a default is a column which older files lack. Columns and cells of others stay where they are, also
    under no heading. The file may be absent, and then has no rows. Every method raises UserError.
    """

    def __init__(self, path: str, form: type[T], **headings: str) -> None:
        """Describe the list at a path from the folder's root; headings has those which are not the field's name."""
        self.path, self._form = path, form
        self._columns = {field: headings.get(field, field.replace("_", " ")) for field in form._fields}

    def read(self, root: Path) -> list[T]:
        """Return the rows."""
        try:
            table = self._table(root)
        except OSError as error:
            raise UserError(f"{self.path}: cannot be read: {error.strerror}") from None
        return [self._row(table, *line) for line in table.lines if any(line[1])]

    def add(self, root: Path, *rows: T) -> None:
        """Append rows; the file is created if need be, even for no row."""

        def append(table: _Table) -> None:
            table.lines += [(0, self._cells(table, [], row)) for row in rows]

        self._rewrite(root, append)

    def change(self, root: Path, change: Callable[[T], T | None]) -> None:
        """Put in each row's place what becomes of it, None taking it out; rows that others added meanwhile count."""

        def put(table: _Table) -> None:
            lines, table.lines = table.lines, []
            for number, cells in lines:
                row = change(self._row(table, number, cells)) if any(cells) else None
                if row is not None or not any(cells):
                    table.lines.append((number, cells if row is None else self._cells(table, cells, row)))

        self._rewrite(root, put)

    def _table(self, root: Path) -> _Table:
        path = root / self.path
        try:
            table = _Table(path.read_text(encoding="utf-8-sig") if path.exists() else "")
        except (UnicodeDecodeError, csv.Error) as error:
            raise UserError(f"{self.path}: cannot be read: {error}") from None
        needed = [name for field, name in self._columns.items() if field not in self._form._field_defaults]
        if table.header and (missing := [name for name in needed if name not in table.header]):
            raise UserError(f"{self.path}:1: the first line lacks {', '.join(missing)}")
        return table

    def _row(self, table: _Table, number: int, cells: list[str]) -> T:
        values, defaults = [], self._form._field_defaults
        for field, name in self._columns.items():
            place = table.header.index(name) if name in table.header else len(cells)
            if place >= len(cells) and field not in defaults:
                raise UserError(f"{self.path}:{number}: a row needs {', '.join(self._columns.values())}")
            values.append(cells[place] if place < len(cells) else defaults[field])
        return self._form._make(values)

    def _cells(self, table: _Table, cells: list[str], row: T) -> list[str]:
        """Return a line's cells with a row's values in their places."""
        places = [table.header.index(name) for name in self._columns.values()]
        cells = cells + [""] * (max(*places, len(table.header) - 1) + 1 - len(cells))
        for place, value in zip(places, row, strict=True):
            cells[place] = value
        return cells

    def _rewrite(self, root: Path, edit: Callable[[_Table], None]) -> None:
        try:
            # The directory is locked, not the file, as that is replaced by another.
            with locked((root / self.path).parent):
                table = self._table(root)
                table.add_columns([name for name in self._columns.values() if name not in table.header])
                edit(table)
                _replace(root / self.path, table.write())
        except OSError as error:
            raise UserError(f"{self.path}: cannot be written: {error.strerror}") from None


@contextlib.contextmanager
def locked(folder: Path, wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Let no other step of this machine hold a directory meanwhile, waiting for one that does; raises OSError.

    wait is called once where another holds it.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            wait()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write_whole(root: Path, name: str, text: str | Iterable[str]) -> None:
    """Write a file of a folder, given whole or in pieces, whole or not at all; raises UserError."""
    try:
        _replace(root / name, text)
    except OSError as error:
        raise UserError(f"{name}: cannot be written: {error.strerror}") from None


def _replace(path: Path, text: str | Iterable[str]) -> None:
    """Put a text in a file's place such that the disk holds the one or the other, whatever happens; raises OSError."""
    partial = path.with_name(f".{path.name}.part")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            file.writelines([text] if isinstance(text, str) else text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # not every file system does that for a directory
            os.fsync(descriptor)
    finally:
        os.close(descriptor)

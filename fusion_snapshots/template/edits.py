"""Landing what was rendered in its user's folder: edits stay where they are, and what is new comes in.

Files land one by one, each whole. What will be written is noted before the first and after the last one
(record.py), so that a run that is stopped anywhere in between can be told from an edit, and is completed by another.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from ..folder.edited import unmerged
from ..folder.layout import arms
from .aside import drop_needless, has_versions, set_aside
from .landing import PROGRAM, SCHEMAS, copied_files, is_beside_program, read_source
from .merge import Outcome, merge_file
from .record import Record, Written, read_record, with_lf, write_record, written
from .staging import staging_of


class Landed(NamedTuple):
    """What became of a folder's files, as paths from its root; every list is sorted."""

    kept: list[str]  # they hold their user's edits
    waiting: list[str]  # edited versions that lie beside what is live
    returned: list[str]  # the user had removed them
    removed: list[str]  # no longer part of the template; of the program, nothing is said
    left: list[str]  # no longer part of the template, and edited


Files = Mapping[str, Written]


def land(folder: Path, *, skips: bool = False, digest: Callable[[Landed, Files], str] = lambda *_: "") -> Landed:
    """Bring what this process rendered, and the program, into a folder; raises OSError.

    With skips, cookiecutter's -s, a file that lies there stays as it is; the program comes in all the same. digest is
    called once all is in place; what it makes of that is recorded.
    """
    staging = staging_of(folder)
    try:
        return _Landing(folder, staging, skips=skips).run(digest)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


class _Landing:
    """One folder's landing: what lies there, what comes, and what is recorded of both."""

    def __init__(self, folder: Path, staging: Path, *, skips: bool) -> None:
        self.folder, self.staging, self.skips = folder, staging, skips
        rendered = (path for path in sorted(staging.rglob("*")) if path.is_file())
        self.theirs = {path.relative_to(staging).as_posix(): with_lf(path.read_bytes()) for path in rendered}
        if not self.theirs:  # and all that lies there would be no longer part of the template
            raise RuntimeError(f"cookiecutter rendered nothing into {staging}")
        self.program = {name: read_source(path) for name, path in copied_files().items()}
        self.old = read_record(folder)
        self.record = self.old.replaced_by(self._coming())
        self.returned: set[str] = set()
        self.made: set[Path] = set()  # the folders in which files land

    def _coming(self) -> dict[str, Written]:
        """Return what the files are once they have landed; with skips, what lies there stays what it was."""
        program = {name: Written(source.checksum) for name, source in self.program.items()}
        rendered = {name: written(data.decode()) for name, data in self.theirs.items() if not self._skipped(name)}
        stays = {name: each for name, each in self.old.files.items() if self._skipped(name)}
        return {**stays, **rendered, **program}

    def _skipped(self, name: str) -> bool:
        return self.skips and os.path.lexists(self.folder / name)

    def run(self, digest: Callable[[Landed, Files], str]) -> Landed:
        drop_needless(self.folder)
        write_record(self.folder, self.record, self.staging)
        for part in (PROGRAM, SCHEMAS):
            self._land_program(part)
        kept = [name for name in self.theirs if not self._skipped(name) and self._land_file(name) is Outcome.KEPT]
        removed, left = self._clear_out()
        drop_needless(self.folder)
        landed = Landed(kept, unmerged(self.folder), sorted(self.returned), removed, left)
        files = self.record.files
        write_record(self.folder, Record(files, digest=digest(landed, files)), self.staging)
        return landed

    def _land_program(self, part: str) -> None:
        """Bring in the program, or the schemas; if anything in there was edited, all of it is set aside first."""
        if self._is_edited(part):
            set_aside(self.folder / part)
        if any(name.startswith(f"{part}/") and not (self.folder / name).exists() for name in self.old.files):
            self._note_returned(f"{part}/")
        sources = {name: source.data for name, source in self.program.items() if name.startswith(f"{part}/")}
        if not os.path.lexists(self.folder / part) and self._land_whole(part, sources):
            return
        for name, data in sources.items():
            if with_lf(_read(self.folder / name) or b"") != data:
                os.replace(self._staged(name, data), self.folder / name)
                forget_bytecode(self.folder / name)

    def _land_whole(self, part: str, sources: Mapping[str, bytes]) -> bool:
        """Bring in all of the program, or of the schemas, at once; tell whether no other run has been faster."""
        for name, data in sources.items():
            self._write(self.staging / name, data)
        try:
            os.rename(self.staging / part, self.folder / part)
        except OSError:
            return False
        return True

    def _is_edited(self, part: str) -> bool:
        """Tell whether anything in the program, or the schemas, is not as the template wrote it."""
        for path in self.folder.glob(f"{part}/**/*"):
            name = path.relative_to(self.folder).as_posix()
            if is_beside_program(name):
                continue
            if path.is_symlink() or (path.is_dir() and name in self.program):
                return True
            if path.is_file() and not self.record.holds(name, path.read_bytes()):
                return True
        return False

    def _land_file(self, name: str) -> Outcome:
        """Bring in one rendered file; an edit that is saved meanwhile is looked at anew."""
        path = self.folder / name
        if os.path.lexists(path) and (path.is_symlink() or not path.is_file()):
            set_aside(path)
        while True:
            ours = _read(path)
            outcome, data = merge_file(name, ours, self.record, self.theirs[name])
            if data is None:
                return outcome
            if outcome is Outcome.CONFLICT:
                set_aside(path)
                ours = None
            elif name in self.old.files and not (ours or b"").strip():
                self._note_returned(name)
            staged = self._staged(name, data)
            if ours is not None:
                shutil.copymode(path, staged)
            if _read(path) == ours:
                os.replace(staged, path)
                return outcome

    def _staged(self, name: str, data: bytes) -> Path:
        """Return a file in the staging folder that holds these bytes, ready to be moved to its place."""
        self._make((self.folder / name).parent)
        return self._write(self.staging / name, data)

    def _write(self, path: Path, data: bytes) -> Path:
        self._make(path.parent)
        path.write_bytes(data)
        return path

    def _make(self, folder: Path) -> None:
        if folder not in self.made:
            folder.mkdir(parents=True, exist_ok=True)
            self.made.add(folder)

    def _note_returned(self, name: str) -> None:
        """Note that what was removed comes back, unless it, or its folder, was only set aside."""
        if self.old.before is None and not any(map(has_versions, self._parts_of(name))):
            self.returned.add(name)

    def _parts_of(self, name: str) -> list[Path]:
        """Return a file and the folders above it, the rendered folder aside."""
        path = self.folder / name
        return [path, *path.parents][: len(Path(name).parts)]

    def _clear_out(self) -> tuple[list[str], list[str]]:
        """Remove what is no longer part of the template, and return it; then what was edited of it, and stays.

        An edited file of an arm that is no longer rendered is set aside, or the arm would be there and lack its others.
        """
        of_arms = {name for arm in arms(self.folder) for name in arm.files}
        gone = {*self.old.files, *(self.old.before or {})} - {*self.record.files, *self.theirs}
        removed, left = [], []
        for name in sorted(name for name in gone if os.path.lexists(self.folder / name)):
            path = self.folder / name
            linked = any(part.is_symlink() for part in self._parts_of(name))
            if linked or not path.is_file() or not self.record.holds(name, path.read_bytes()):
                moves = name in of_arms and not linked
                left.append(f"{name} (now {set_aside(path).name})" if moves else name)
                continue
            path.unlink()
            forget_bytecode(path)
            removed += [] if name.startswith((f"{PROGRAM}/", f"{SCHEMAS}/")) else [name]
            with contextlib.suppress(OSError):  # other files lie in there
                path.parent.rmdir()
        return removed, left


def forget_bytecode(path: Path) -> None:
    """Remove what Python compiled of a module that was replaced: it goes by time and size, and may take it for new."""
    kept = path.parent / "__pycache__"
    if path.suffix == ".py" and kept.is_dir():
        for compiled in kept.glob(f"{path.stem}.*.pyc"):
            compiled.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # others lie in there
            kept.rmdir()


def _read(path: Path) -> bytes | None:
    """Return a file's bytes; None where there is none."""
    return path.read_bytes() if os.path.isfile(path) else None

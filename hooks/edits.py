"""Keeps what a user edited when a folder is rendered over: both hooks, and all that asks for checksums, import this.

`.rendered.sha256` holds the checksum of every file as it was rendered, in the form of sha256sum, so that
`sha256sum --check .rendered.sha256` tells what was edited since. An edited file is moved aside before anything is
written, to a name of its own: whatever interrupts the run, the edit lies under the one name or the other.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from pathlib import Path

MANIFEST = ".rendered.sha256"
FOLDER = "<<cookiecutter.project_slug>>"
NEVER = "0" * 64  # the checksum of a file that was there before the template knew its name


def rendered_names(template: Path) -> list[str]:
    """Return the files that a template renders, program and schemas included, as paths from the folder's root."""
    if str(template) not in sys.path:
        sys.path.append(str(template))
    from fusion_snapshots.template.folder import copied_files

    folder = template / FOLDER
    paths = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    return sorted([*(path for path in paths if "<%" not in path), *copied_files()])


def always_written(name: str) -> bool:
    """Tell whether a file is written with -s, too: cookiecutter skips no file it only copies, and no schema."""
    return name.endswith(".py") or name.startswith("schemas/")


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file, or that of nothing for what is no plain file, say a link."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() and not path.is_symlink() else ""


def read_manifest(folder: Path) -> dict[str, str]:
    """Return the checksum of each file as it was last rendered; empty where no manifest is."""
    try:
        lines = (folder / MANIFEST).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    matches = (re.fullmatch("([0-9a-f]{64})  (.+)", line) for line in lines)
    return {match[2]: match[1] for match in matches if match}


def write_manifest(folder: Path, checksums: dict[str, str]) -> None:
    """Write the manifest in one step, so that no interruption leaves half of it."""
    new = folder / f"{MANIFEST}.new"
    new.write_text("".join(f"{digest}  {name}\n" for name, digest in sorted(checksums.items())), encoding="utf-8")
    os.replace(new, folder / MANIFEST)


def edited(folder: Path, names: list[str]) -> list[str]:
    """Return which of the files are there and are not what was rendered."""
    known = read_manifest(folder)
    return [name for name in names if os.path.lexists(folder / name) and checksum(folder / name) != known.get(name)]


def linked_parts(folder: Path, names: list[str]) -> list[str]:
    """Return the folders of these files that are links: what is written there would land elsewhere."""
    parts = {parent.as_posix() for name in names for parent in Path(name).parents}
    return sorted(part for part in parts if part != "." and (folder / part).is_symlink())


def set_aside(folder: Path, name: str) -> None:
    """Move a file to a free name beside it that says it is the edited version."""
    number = 1
    while os.path.lexists(kept := folder / (f"{name}.edited" + (f"-{number}" if number > 1 else ""))):
        number += 1
    os.rename(folder / name, kept)


def kept_versions(folder: Path, names: list[str]) -> list[tuple[str, str]]:
    """Return the edited versions beside the rendered files, each with its file; equal ones are removed first."""
    found = []
    for part in sorted({(folder / name).parent for name in names}):
        for kept in sorted(part.glob("*.edited*")):
            name, _, number = kept.relative_to(folder).as_posix().rpartition(".edited")
            if name not in names or not re.fullmatch("(-[0-9]+)?", number):
                continue
            if checksum(kept) and checksum(kept) == checksum(folder / name):
                kept.unlink()
            else:
                found.append((kept.relative_to(folder).as_posix(), name))
    return found

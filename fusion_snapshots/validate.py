"""make validate: checks a folder, and shows what is found: after an edit in full, then in one line before each step."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple

from .checks import CHECKS
from .errors import UserError
from .findings import SEVERITIES, Finding, Severity, count_of, mask, message_of, printable, shorten, text_of
from .folder.environment import NAME
from .folder.ignores import without_ignored
from .folder.layout import is_own
from .folder.model import FOLDERS, Folder
from .output import say

Format = Literal["text", "github", "json"]
_MOST_NAMED = 20  # folders that may have been meant
_MEMORY = ".shown"  # in the folder's root: a checksum of the findings that were shown last
_MOST = 100  # findings that are shown; who has more fixes these first


class Checked(NamedTuple):
    """What a folder's check found, sorted by place; how many seqerakit files it read; what was left to others.

    text_alone tells why edited configurations were checked by their text alone, if they were; unknown tells whether
    there are variables whose values are not known before env.sh is run; ignored is the number of findings that comments
    silence, which are not among the others.
    """

    findings: list[Finding]
    files: int
    text_alone: str = ""
    unknown: bool = False
    ignored: int = 0

    def count(self, severity: Severity) -> int:
        """Return the number of findings of a severity."""
        return sum(finding.severity == severity for finding in self.findings)

    def fails(self, *, strict: bool = False) -> bool:
        """Tell whether there are errors, or warnings where these count, too."""
        return bool(self.count("error") or (strict and self.count("warning")))


def check_folder(root: Path, *, nextflow: bool = False, known: Mapping[str, str] | None = None) -> Checked:
    """Check a folder, whichever version rendered it; raises UserError where the check cannot run.

    Nothing that the folder holds is run, but by Nextflow, where it is to be asked. What env.sh was found to export when
    a step ran it may be given as known.
    """
    if not root.is_dir():
        raise UserError(f"{root} is not a folder")
    _require_benchmark(root)
    folder = Folder(root.resolve(), known=known)
    found = {finding._replace(got=None): finding for check in CHECKS for finding in check(folder)}
    text_alone = ""
    if folder.unproven_configs and nextflow and shutil.which("nextflow"):
        from .folder.nextflow_parser import findings_of  # loaded where it is used, as most checks have no use for it

        found |= {finding: finding for finding in findings_of(folder.unproven_configs)}
    elif folder.unproven_configs:
        text_alone = "Nextflow is not installed" if nextflow else "make preflight has Nextflow read them, too"
    kept, ignored = without_ignored(folder, found.values())
    ordered = sorted(kept, key=lambda finding: finding[:-1])
    return Checked(ordered, len(folder.files), text_alone, folder.env.is_unsure, ignored)


def _require_benchmark(root: Path) -> None:
    """Raise UserError for a folder that is not a benchmark's, of which no more is looked at than this takes."""
    has_env = (root / NAME).is_file()
    has_files = any((root / name).is_dir() if has_env else any((root / name).glob("*.y*ml")) for name in FOLDERS)
    below = [] if has_env else [path.parent.name for path in islice(root.glob(f"*/{NAME}"), _MOST_NAMED)]
    if below or not has_files:
        lacks = f"none of {', '.join(FOLDERS)}" if has_env else f"no {NAME}"
        hint = f"; one of these may be: {', '.join(sorted(below))}" if below else ""
        raise UserError(f"{root} is no benchmark's folder, as it has {lacks}{hint}")


def show(checked: Checked, root: Path, form: Format = "text", *, strict: bool = False) -> None:
    """Print what a folder's check found, in a form that a person, GitHub Actions or a program reads."""
    if form == "json":
        print(json.dumps([_as_json(finding) for finding in checked.findings], indent=2))
        return
    coloured = bool(sys.stdout) and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for finding in checked.findings[:_MOST]:
        print(text_of(finding, coloured=coloured) if form == "text" else _annotation(finding, root))
    if len(checked.findings) > _MOST:
        print(f"These are the first {_MOST} of {len(checked.findings)} findings.")
    print(summary(checked, root, strict=strict))


def show_once(checked: Checked, root: Path) -> None:
    """Print what a folder's check found, in full where it fails or was not shown yet, else in one line."""
    if checked.findings and (_remember(checked.findings, root) or checked.fails()):
        show(checked, root)
    else:
        hint = " (make validate shows it)" if len(checked.findings) == 1 else " (make validate shows them)"
        say(summary(checked, root) + (hint if checked.findings else ""))


def _remember(findings: Sequence[Finding], root: Path) -> bool:
    """Keep in mind that these findings are shown, and tell whether others were before."""
    import hashlib  # slow to load, and for findings of steps alone

    memory = root / _MEMORY
    digest = hashlib.sha256(repr(findings).encode()).hexdigest()
    with contextlib.suppress(OSError, UnicodeDecodeError):
        if memory.read_text(encoding="utf-8") == digest:
            return False
    with contextlib.suppress(OSError):  # a folder that cannot be written shows them again
        memory.write_text(digest, encoding="utf-8")
    return True


def summary(checked: Checked, root: Path, *, strict: bool = False) -> str:
    """Return in a line what a check comes to, and the command to type next where it fails."""
    counts = {severity: checked.count(severity) for severity in SEVERITIES}
    parts = [count_of(number, severity) for severity, number in counts.items() if number]
    total = ", ".join([*parts, f"{checked.ignored} ignored"] if checked.ignored else parts)
    if checked.fails(strict=strict):
        again = f": python3 {shlex.quote(str(root / 'validate.py'))}" if is_own(root) else "."
        them = "it" if sum(counts.values()) == 1 else "them"
        return f"{total} in {root}. Fix {them} and run this check again{again}"
    rest = f" Edited configurations were checked by their text alone: {checked.text_alone}."
    well = f"All is well: {checked.files} seqerakit files and env.sh checked{f', {total}' if total else ''}."
    return well + (rest if checked.text_alone else "")


def _as_json(finding: Finding) -> dict[str, object]:
    masked = {name: mask(getattr(finding, name)) for name in ("file", "key", "message")}
    return {**finding._asdict(), **masked, "got": None if finding.got is None else shorten(finding.got)}


def _annotation(finding: Finding, root: Path) -> str:
    """Return a finding as GitHub Actions shows it beside the line, with the file's path from where this runs."""
    kind = "notice" if finding.severity == "note" else finding.severity
    shown = os.path.relpath(root / finding.file)
    place = {"file": shown, "line": finding.line, "col": finding.column, "title": finding.key or finding.file}
    properties = ",".join(f"{name}={_escaped(printable(mask(str(value))), ':,')}" for name, value in place.items())
    return f"::{kind} {properties}::{_escaped(message_of(finding))}"


def _escaped(text: str, more: str = "") -> str:
    # Per cent first, as the others become it.
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text

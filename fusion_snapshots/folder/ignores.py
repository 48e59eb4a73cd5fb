"""Comments that silence a warning or a note on their line: # validate: ignore ID, // in Nextflow configurations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..findings import Finding, nearest
from .model import Folder, text_of

# By the suffix of a file, how a comment begins in it; one with a quote behind it is most likely a string's end.
_COMMENTS = {
    suffix: re.compile(rf"{begin}\s*validate:\s*ignore\b(?P<ids>[^'\"]*)$")
    for suffix, begin in {".yml": r"(?<!\S)#", ".yaml": r"(?<!\S)#", ".sh": r"(?<!\S)#", ".config": "//"}.items()
}


class _Ignore(NamedTuple):
    """An id that a comment wants silenced, and where the comment stands."""

    file: str
    line: int
    column: int
    check: str


def without_ignored(folder: Folder, findings: Iterable[Finding]) -> tuple[list[Finding], int]:
    """Return the findings that no comment silences, with a note for each idle comment, and how many are silenced."""
    ignores = [each for path in folder.paths for each in _ignores_in(folder.name_of(path), text_of(path) or "")]
    wanted = {(each.file, each.line, each.check) for each in ignores}
    on_line: dict[tuple[str, int], list[Finding]] = {}
    kept, silenced, count = [], set(), 0
    for finding in findings:
        on_line.setdefault((finding.file, finding.line), []).append(finding)
        place = (finding.file, finding.line, finding.check)
        if place in wanted and finding.severity != "error":
            silenced.add(place)
            count += 1
        else:
            kept.append(finding)
    for each in ignores:
        if (each.file, each.line, each.check) not in silenced:
            kept.append(_idle(each, on_line.get((each.file, each.line), [])))
    return kept, count


def _ignores_in(name: str, text: str) -> Iterator[_Ignore]:
    comment = _COMMENTS.get(name[name.rfind(".") :].lower())
    for number, line in enumerate(text.split("\n") if comment else (), 1):
        if comment and "validate:" in line and (match := comment.search(line)):
            for check in match["ids"].split(","):
                yield _Ignore(name, number, match.start() + 1, check.strip())


def _idle(ignore: _Ignore, found: list[Finding]) -> Finding:
    if any(each.check == ignore.check for each in found):
        hint = "errors cannot be ignored"
    elif near := nearest(ignore.check, {each.check for each in found if each.severity != "error"}):
        hint = f"did you mean {near}?"
    else:
        hint = "remove the comment, or name the id at the end of the warning's line"
    message = f"ignores nothing on this line; {hint}"
    return Finding(ignore.file, ignore.line, ignore.column, "note", "unused-ignore", "", message, ignore.check)

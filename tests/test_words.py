"""The documents: short sentences, code that fits a window, links that lead somewhere."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT

WORDS = 25  # in a sentence, at most
COLUMNS = 100  # of a line of code, at most
FENCED = re.compile(r"^( *)```.*?\n(.*?)^ *```", re.M | re.S)
TEMPLATE_TAG = re.compile(r"<%.*?%>|<#.*?#>", re.S)
LISTED = subprocess.run(["git", "ls-files", "-z", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
DOCUMENTS = [ROOT / name for name in LISTED.split("\0") if name]
EXAMPLE, FOLDER = ROOT / "examples/acme", ROOT / "<<cookiecutter.project_slug>>"

every_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())


def sentences(markdown: str) -> list[str]:
    """Return the sentences of a document's prose: without code, tables, headings and the addresses of links."""
    text = TEMPLATE_TAG.sub("", FENCED.sub("", markdown))
    text = re.sub(r"<<.*?>>|`[^`]*`", "code", text)
    text = re.sub(r"!\[[^]]*\]\([^)]*\)|^ *(?:\||#).*$|<!--.*?-->", "", text, flags=re.M)
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text).replace("e.g.", "eg")
    paragraphs = re.split(r"\n\s*\n|^ *(?:[-*>]|\d+\.) +", text, flags=re.M)
    return [each for part in paragraphs for each in re.split(r"(?<=[.!?])[)*\"]*\s+", " ".join(part.split())) if each]


@every_document
def test_sentences_are_short(path: Path) -> None:
    found = sentences(path.read_text(encoding="utf-8"))
    assert [each for each in found if len(re.findall(r"\w[\w'’./-]*", each)) > WORDS] == []


@every_document
def test_code_fits_a_window(path: Path) -> None:
    blocks = FENCED.findall(TEMPLATE_TAG.sub("", path.read_text(encoding="utf-8")))
    assert [line for _, block in blocks for line in block.splitlines() if len(line) > COLUMNS] == []


@every_document
def test_one_word_for_a_repair(path: Path) -> None:
    assert re.findall(r"\bmend(?:s|ed|ing)?\b", path.read_text(encoding="utf-8"), re.I) == []


@every_document
def test_links_lead_somewhere(path: Path) -> None:
    text = FENCED.sub("", path.read_text(encoding="utf-8"))
    places = re.findall(r"\]\(([^)#\s]+)", text)
    # The example leaves out what is the same in every folder, and lies in the template's.
    folders = [path.parent, *([FOLDER / path.parent.relative_to(EXAMPLE)] if EXAMPLE in path.parents else [])]
    local = [place for place in places if "://" not in place]
    assert [place for place in local if not any((folder / place).exists() for folder in folders)] == []


@every_document
def test_links_within_a_document_lead_to_a_heading(path: Path) -> None:
    text = FENCED.sub("", path.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ +(.*)$", text, re.M)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) - anchors == set()


def test_a_long_sentence_is_found() -> None:
    markdown = (
        "# Not this\n\n" + "word " * 26 + "end. Short one, e.g. this.\n\n| " + "cell " * 40 + "|\n- " + "item " * 26
    )
    assert [len(each.split()) for each in sentences(markdown)] == [27, 4, 26]

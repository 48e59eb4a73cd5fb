"""Comments that silence a warning on their line, and what is said of those that silence nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import edit
from rejections import CONFIG, HELLO, ONDEMAND, SNAPSHOTS

from fusion_snapshots.findings import text_of
from fusion_snapshots.validate import check_folder


def texts(folder: Path) -> list[str]:
    """Return what is found, without its column."""
    return [text_of(each._replace(column=1)) for each in check_folder(folder).findings]


def append(folder: Path, file: str, line: int, words: str) -> None:
    """Write words at the end of a line."""
    lines = (folder / file).read_text().splitlines(keepends=True)
    lines[line - 1] = lines[line - 1].rstrip("\n") + words + "\n"
    (folder / file).write_text("".join(lines))


@pytest.mark.parametrize(
    ("file", "old", "new", "comment"),
    [
        (SNAPSHOTS, "max-cpus: 1000", "max-cpus: 500", "  # validate: ignore unfair"),
        (SNAPSHOTS, "max-cpus: 1000", "max-cpus: 500 # mine", "\t#validate:ignore unfair "),
        (SNAPSHOTS, "    max-cpus", "    boot-disk-size: 50\n    max-cpus", " # validate: ignore unfair"),
        ("env.sh", "AWS_REGION='eu-west-1'", "AWS_REGION='eu-west-9'", " # validate: ignore region"),
        ("env.sh", "'acme-genomics'", "'your-genomics'", " # validate: ignore placeholder"),
        ("params.yml", "\n{}", "\ninput: my-samples", " # validate: ignore input"),
        (CONFIG, "maxRetries = 2", "maxRetries = 3", "// validate: ignore unfair"),
        (CONFIG, "    maxRetries = 2\n", "", " // validate: ignore unfair"),
    ],
)  # fmt: skip
def test_a_warning_is_ignored_on_its_line(folder: Path, file: str, old: str, new: str, comment: str) -> None:
    edit(folder, file, old, new)
    (found,) = check_folder(folder).findings
    append(folder, file, found.line, comment)
    checked = check_folder(folder)
    assert (checked.findings, checked.ignored) == ([], 1)
    append(folder, file, found.line, "x")  # ends in another id now
    assert [each.check for each in check_folder(folder).findings] == sorted([found.check, "unused-ignore"])


def test_one_comment_ignores_all_of_its_ids_on_the_items_first_line(folder: Path) -> None:
    edit(folder, ONDEMAND, "    overwrite", "    vpc-id: vpc-0a1b2c3d\n    boot-disk-size: 50\n    overwrite")
    edit(folder, SNAPSHOTS, "type: aws-batch", "type: aws-batch  # validate: ignore ami-id , unfair")
    edit(folder, "env.sh", "ENDPOINT='https://api.cloud.seqera.io'", "ENDPOINT='https://seqera.acme.org/api'")
    checked = check_folder(folder)
    assert (checked.findings, checked.ignored) == ([], 3)


def test_errors_are_never_ignored(folder: Path) -> None:
    edit(folder, SNAPSHOTS, "wave: True", "wave: 1 # validate: ignore schema")
    checked = check_folder(folder)
    assert [(each.severity, each.check) for each in checked.findings] == [
        ("error", "schema"),
        ("note", "unused-ignore"),
    ]
    assert checked.findings[1].message == "ignores nothing on this line; errors cannot be ignored"
    assert checked.ignored == 0


def test_a_comment_that_ignores_nothing_is_noted(folder: Path) -> None:
    edit(folder, SNAPSHOTS, "max-cpus: 1000", "max-cpus: 500 # validate: ignore unfare")
    edit(folder, HELLO, "    overwrite", "    # validate: ignore unfair, \n    overwrite")
    line = (folder / SNAPSHOTS).read_text().splitlines().index("    max-cpus: 500 # validate: ignore unfare") + 1
    hello = (folder / HELLO).read_text().splitlines().index("    # validate: ignore unfair, ") + 1
    remedy = "remove the comment, or name the id at the end of the warning's line"
    assert texts(folder) == [
        f"{SNAPSHOTS}:{line}:1: warning: compute-envs[0].max-cpus: differs from {ONDEMAND} (1000): the comparison would "
        "not be fair (got: 500) [unfair]",
        f"{SNAPSHOTS}:{line}:1: note: ignores nothing on this line; did you mean unfair? (got: 'unfare') [unused-ignore]",
        f"{HELLO}:{hello}:1: note: ignores nothing on this line; {remedy} (got: 'unfair') [unused-ignore]",
        f"{HELLO}:{hello}:1: note: ignores nothing on this line; {remedy} (got: '') [unused-ignore]",
    ]


@pytest.mark.parametrize(
    "text", ['"x # validate: ignore unfair"', "x#validate:ignore unfair", "x // validate:ignore unfair"]
)
def test_what_is_no_comment_ignores_nothing(folder: Path, text: str) -> None:
    edit(folder, HELLO, '"Hello world, a smoke test of the compute environments"', text)
    assert check_folder(folder).findings == []

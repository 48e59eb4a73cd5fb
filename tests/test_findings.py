"""A finding's text: secrets masked before anything is shortened, nothing in it that moves a terminal."""

from __future__ import annotations

import ast
import itertools
import random
import re
from collections.abc import Iterator
from string import ascii_letters, ascii_uppercase, digits
from typing import Any

import pytest
from conftest import ROOT

from fusion_snapshots.findings import (
    SEVERITIES,
    Finding,
    count_of,
    find_secret,
    mask,
    nearest,
    printable,
    shorten,
    text_of,
)

JWT = "eyJ0aWQiOiAxfS4" + "x" * 200


def test_a_finding_is_one_line() -> None:
    finding = Finding("launch/a.yml", 3, 5, "error", "schema", "launch[0].name", "is\nempty", "")
    assert text_of(finding) == "launch/a.yml:3:5: error: launch[0].name: is empty (got: '') [schema]"
    assert text_of(finding, coloured=True).startswith("launch/a.yml:3:5: \033[31merror\033[0m: ")
    assert text_of(Finding("env.sh", 1, 1, "note", "env", "", "odd")) == "env.sh:1:1: note: odd [env]"
    assert text_of(Finding("a\nb.yml", 1, 1, "note", "env", "", "odd")) == "a\\nb.yml:1:1: note: odd [env]"


@pytest.mark.parametrize(
    "value", [JWT, f"x {JWT} y", "AKIAABCDEFGHIJKLMNOP", "ASIAABCDEFGHIJKLMNOP", ["a", {"k": JWT}]]
)
def test_no_part_of_a_secret_is_shown(value: Any) -> None:
    shown = text_of(Finding("a", 1, 1, "error", "schema", f"k {value}", f"m {value}", value))
    assert shown.count("<secret>") == 3
    assert "xxx" not in shown
    assert "ABCDEF" not in shown


def made(kind: str, length: int, letters: str = ascii_letters + digits) -> str:
    """Return what looks like a secret of a kind; made here, so that no scanner takes this file for leaking one."""
    return kind + "".join(random.Random(length).choices(letters, k=length))


AWS_SECRET = made("", 40, ascii_letters + digits + "/+")
SECRETS = {
    "GitHub": made("ghp" + "_", 36),
    "GitHub, of an app": made("gho" + "_", 36),
    "GitHub, fine-grained": made("github" + "_pat_", 82, ascii_letters + digits + "_"),
    "GitHub, the shortest": made("ghs" + "_", 20),
    "GitLab": made("glpat" + "-", 20),
    "GitLab, with dots": "gldt" + "-" + ".".join(made("", 4) for _ in range(5)),
    "AWS access key": made("AKIA", 16, ascii_uppercase + "234567"),
    "AWS temporary key": made("ASIA", 16, ascii_uppercase + "234567"),
    "AWS secret key": AWS_SECRET,
    "AWS's own examples": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS's own examples, another": "AKIAI44QH8DHBEXAMPLE",
    "JWT, the shortest": made("eyJ", 16, ascii_letters + digits + "_-"),
    "JWT": made("eyJ", 40) + "." + made("", 60),
    "a private key": "-----BEGIN RSA "
    + "PRIVATE KEY-----\nMIIE"
    + made("", 60)
    + "\n-----END RSA "
    + "PRIVATE KEY-----",
    "a private key, cut off": "-----BEGIN " + "PRIVATE KEY-----\nMIIE" + made("", 60),
}
_WITHIN = ("{}", "NFCORE:ALIGN ({})", "key={}", '"{}"', "x_{}", "https://host/?token={}", "'{}',")


@pytest.mark.parametrize("within", _WITHIN)
@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS.keys())
def test_secrets_of_all_kinds_are_masked(secret: str, within: str) -> None:
    if within.startswith("https") and secret == AWS_SECRET:
        within = "{}"
    shown = mask(within.format(secret))
    assert shown in (
        within.format("<secret>"),
        within.partition("{")[0] + "<secret>",
    )  # of a key cut off, all that follows
    assert find_secret("x\n" + within.format(secret)) is not None


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://me:pw@seqera.acme.org/api", "https://<secret>@seqera.acme.org/api"),
        ("https://me:p@ss:w0rd%2F@host:8443", "https://<secret>@host:8443"),
        (f"https://{SECRETS['GitHub']}@github.com/acme/wf", "https://<secret>@github.com/acme/wf"),
        (f"git clone https://oauth2:{SECRETS['GitLab']}@gitlab.com/a.git failed", "git clone https://<secret>@gitlab.com/a.git failed"),
        ("https://me@host/x and postgres://u:p@db/x", "https://<secret>@host/x and postgres://<secret>@db/x"),
    ],
)  # fmt: skip
def test_who_signs_in_is_masked_in_addresses(address: str, shown: str) -> None:
    assert mask(address) == shown
    assert find_secret(address) is not None


def test_an_aws_secret_key_is_masked_by_its_name_whatever_it_is() -> None:
    assert mask("aws_secret_access_key = " + "a" * 40) == "aws_secret_access_key = <secret>"
    assert mask('{"SecretAccessKey": "' + "b1" * 20 + '"}') == '{"SecretAccessKey": "<secret>"}'


def test_a_secret_key_without_its_name_is_told_from_paths_nearly_always() -> None:
    chance = random.Random(1)
    keys = ["".join(chance.choices(ascii_letters + digits + "/+", k=40)) for _ in range(2000)]
    assert sum(mask(key) != "<secret>" for key in keys) < 20


LET_ALONE = [
    "0123456789abcdef0123456789abcdef01234567",  # a commit
    "0123456789ABCDEF0123456789ABCDEF01234567",
    "sha256:" + "0123456789abcdef" * 4,
    "s3://acme-fusion/work/ab/0123456789abcdef0123456789abcd",
    "s3://acme/work/4f/0123456789abcdef0123456789ab/.command.log",
    "s3://bucket/NFCORE/SAREK/BamToCram/MosDepth/Sample01x",
    "results/MultiQC/Sample01/FastQC/Trimmed2/Report3",
    "NFCORE_RNASEQ:RNASEQ:ALIGN_STAR:STAR_ALIGN_IGENOMES (WT_REP1_Sample01)",
    "community.wave.seqera.io/library/bwa_samtools:db3fab6b1f1f4a4d",
    "quay.io/biocontainers/bwa:0.7.17--h7132678_9@sha256:" + "ab" * 32,
    "1xpti5PH3K2VUW", "3dLeF2W4ju5og4", "4Bi5xBK6E2Nbhj", "5c7b7a2e-6d0c-4c0e-9c57-0a5e1d1c9a11",
    "arn:aws:fis:eu-west-1:123456789012:experiment/EXPabcdEFGH1234", "arn:aws:batch:eu-west-1:1234:job-queue/TowerForge-1kXyZ",
    "ssh://git@github.com/acme/wf", "git@github.com:acme/wf.git", "https://github.com/nf-core/demo", "me@acme.org",
    "https://a.org/x?mail=me@acme.org", "aGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGVsbG8=", "glft-rnaseq", "fusion-benchmark_eu-west-1",
    "TowerForge-6Yj3kQm2Zr8Xw4Tb", "workflow-fusion-snapshots-20261128-205338-a1b2c3",
]  # fmt: skip


@pytest.mark.parametrize("text", LET_ALONE)
def test_names_paths_and_revisions_are_let_alone(text: str) -> None:
    assert mask(text) == text
    assert find_secret(text) is None


@pytest.mark.parametrize("token", ["not-a-jwt-at-all-0123456789", "a'b\\c-0123456789"])
def test_the_shells_own_token_is_masked_whatever_it_looks_like(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("TOWER_ACCESS_TOKEN", token)
    assert mask(f"refused {token}!") == "refused <secret>!"
    assert shorten("x" * 100 + token) == shorten("x" * 100 + "<secret>")
    monkeypatch.setenv("TOWER_ACCESS_TOKEN", "abc")
    assert mask("abcdef") == "abcdef"


def test_terminals_are_left_alone() -> None:
    hostile = "a\x1b[2Jb\rc\x07d\u202ee\u2066f\x9bg\ud800"
    assert printable(hostile) == r"a\x1b[2Jb\rc\x07d\u202ee\u2066f\x9bg\ud800"
    assert printable("two\nlines\tand ümläuts …") == "two\nlines\tand ümläuts …"
    shown = text_of(Finding(f"{hostile}.yml", 1, 1, "error", "schema", hostile, hostile, hostile))
    assert not set(shown) & set("\x1b\r\x07\u202e\u2066\x9b\ud800")


def test_values_are_shortened() -> None:
    assert len(shorten("y" * 1000)) == 80
    assert shorten({"a": 1}) == '{"a": 1}'
    loop: list[Any] = []
    loop.append(loop)
    assert shorten(loop) == "a list"
    assert shorten({(1, 2): 3}) == "a dict"


def test_counts_agree_with_their_nouns() -> None:
    assert [count_of(number, "warning") for number in (0, 1, 2)] == ["0 warnings", "1 warning", "2 warnings"]


def named() -> Iterator[tuple[str, str]]:
    """Yield severity and id of each finding that the code can make: the id stands right behind the severity."""
    for path in (ROOT / "fusion_snapshots").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            arguments = call.args if isinstance(call, ast.Call) else []
            for severity, check in itertools.pairwise(arguments):
                if isinstance(severity, ast.Constant) and severity.value in SEVERITIES:
                    assert isinstance(check, ast.Constant), (
                        f"{path}:{severity.lineno}: name the finding: {ast.unparse(call)}"
                    )
                    yield severity.value, str(check.value)


def test_each_finding_is_listed_by_its_id() -> None:
    listed = (ROOT / "schemas/README.md").read_text().partition("## What the check finds")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(.*)` \| (.*) \| .+ \|$", listed, re.M)
    assert {(severity, check) for check, severities in rows for severity in severities.split(", ")} == set(named())
    assert [check for check, _ in rows] == sorted({check for check, _ in rows})
    assert all(re.fullmatch("[a-z][a-z0-9-]+", check) for check, _ in rows)


@pytest.mark.parametrize(("token", "masked"), [("abcdefgh", True), ("abcdefg", False), ("", False)])
def test_this_shells_token_is_masked_unless_it_is_a_word(
    monkeypatch: pytest.MonkeyPatch, token: str, masked: bool
) -> None:
    monkeypatch.setenv("TOWER_ACCESS_TOKEN", token)
    assert mask(f"x {token} y") == ("x <secret> y" if masked else f"x {token} y")


def test_the_nearest_name_in_whatever_case() -> None:
    assert nearest("WORKSPACE", ["workspace", "work-dir"]) == "workspace"
    assert nearest("workspce", ["Workspace", "work-dir"]) == "Workspace"
    assert nearest("colour", ["workspace"]) == ""
    assert nearest("colour", ["workspace"], cutoff=0) == "workspace"

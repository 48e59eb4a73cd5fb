"""How tw fails, in the words of tw 0.38.0, and what people are told."""

from __future__ import annotations

import subprocess

import pytest

from fusion_snapshots.platform.tw_failure import ADVICE, REFUSALS, Kind, advise, read_failure

GENERIC = "\n ERROR: Connection error. Check the connection using the command 'tw info'."
CASES = [
    ("\n ERROR: Unauthorized. Check your access token, workspace id and tower server url.", "", Kind.UNAUTHORIZED,
     "Unauthorized. Check your access token, workspace id and tower server url"),
    ("\n ERROR: Forbidden", "", Kind.FORBIDDEN, "Forbidden"),
    ("\n ERROR: Workspace 'w' at organization 'o' not found", "", Kind.NOT_FOUND, "Workspace 'w' at organization 'o' not found"),
    ("\n ERROR: Dataset name 'd' already exists", "", Kind.EXISTS, "Dataset name 'd' already exists"),
    ("\n ERROR: java.net.ConnectException: Connection refused\n" + GENERIC, "", Kind.NETWORK, "java.net.ConnectException: Connection refused"),
    ("\n ERROR: Error reading entity from input stream.\n" + GENERIC, "", Kind.UNREAD, "Error reading entity from input stream"),
    ("\n ERROR: Missing TOWER_ACCESS_TOKEN environment variable or 'tw -t <token> ...' parameter", "", Kind.NO_TOKEN,
     "Missing TOWER_ACCESS_TOKEN environment variable or 'tw -t <token> ...' parameter"),
    ("\n ERROR: You are trying to connect to an insecure server: http://x", "", Kind.INSECURE, "You are trying to connect to an insecure server: http://x"),
    ("javax.net.ssl.SSLHandshakeException: PKIX path building failed\n\tat java.base/x\n" + GENERIC, "", Kind.CERTIFICATE,
     "Connection error. Check the connection using the command 'tw info'"),
    ("", "<html><head><title>502 Bad Gateway</title></head></html>", Kind.PAGE, "a web page answers, titled '502 Bad Gateway'"),
    ("java.lang.IllegalStateException: odd\n\tat io.seqera.tower.cli.Tower.run", "", Kind.OTHER, "java.lang.IllegalStateException: odd"),
    ("", "", Kind.OTHER, "exit code 1, without a word"),
    ("\n ERROR: \x1b[31mred eyJ0aWQiOiAxfS4xxxxxxxxxxxxxxxxx", "", Kind.OTHER, r"\x1b[31mred <secret>"),
]  # fmt: skip


@pytest.mark.parametrize(("stderr", "stdout", "kind", "cause"), CASES)
def test_the_first_cause_is_told_and_its_kind(stderr: str, stdout: str, kind: Kind, cause: str) -> None:
    failure = read_failure(subprocess.CompletedProcess(["tw"], 1, stdout, stderr))
    assert (failure.kind, failure.cause) == (kind, cause)
    assert str(failure) == (f"{cause} ({ADVICE[kind]})" if kind in ADVICE else cause)


def test_only_what_the_platform_refused_counts_as_not_done() -> None:
    assert not {Kind.NETWORK, Kind.TIMEOUT, Kind.PAGE, Kind.UNREAD, Kind.OTHER} & REFUSALS


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "Unknown option: '--nextflow-version'\nUsage: tw launch",
            "Unknown option: '--nextflow-version' (this tw is too old",
        ),
    ],
)
def test_a_tw_of_another_age_is_named_with_the_remedy(words: str, said: str) -> None:
    assert said in str(read_failure(subprocess.CompletedProcess(["tw"], 2, "", words)))


def test_an_option_that_tw_does_not_know_is_explained_where_seqerakit_runs_it() -> None:
    said = ["Running command: tw …", "ERROR: Unknown option: '--secrets-kms-key'"]
    assert advise(said) == f"--secrets-kms-key: {ADVICE[Kind.OPTION]}. "
    assert advise(["ERROR: Resource already exists"]) == ""

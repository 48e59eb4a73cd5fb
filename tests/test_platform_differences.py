"""In what a pipeline of the Launchpad differs: texts by their first line that does, parameters by their values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fusion_snapshots.json_reply import Reply
from fusion_snapshots.platform.differences import Difference, find_pipeline_differences
from fusion_snapshots.platform.seqerakit import PARAMS, Command

URL = "https://github.com/nf-core/demo"


def differences(folder: Path, *options: str, params: str = "", labels: Any = (), **launch: Any) -> list[str]:
    """Return in what a pipeline that is launched so differs from a command with these options."""
    words = ["tw", "pipelines", "add", "--name", "demo", *options, URL]
    seen = {"info": {"labels": list(labels)}, "launch": {"pipeline": URL, **launch}}
    return [str(each) for each in find_pipeline_differences(Command(words, params), Reply(seen, "tw"), folder)]


@pytest.mark.parametrize(
    ("theirs", "ours", "said"),
    [
        ("a\nb\n", "a\nc\n", "config differs from line 2 on: there 'b', in the file 'c'"),
        ("a\nb", "a\n", "config differs from line 2 on: there 'b', in the file ''"),
        ("a\r\n", "a\n", "config differs from line 1 on: there 'a\\r', in the file 'a'"),
        ("", "a\nb", "config is not set, by the file it is"),
        ("a\n", "", "config is set, by the file it is not"),
        ("a", "b", "config is a, the file says b"),
    ],
)
def test_a_text_is_told_by_the_line_in_which_it_differs(theirs: str, ours: str, said: str) -> None:
    assert str(Difference("config", theirs, ours)) == said


def test_texts_are_one_but_for_newlines_at_their_ends(tmp_path: Path) -> None:
    (tmp_path / "a.config").write_bytes(b"a\n\n")
    assert differences(tmp_path, "--config", "a.config", configText="a") == []
    assert differences(tmp_path, "--config", "a.config", configText="a ") != []


def test_what_the_compute_environment_brings_is_no_difference(tmp_path: Path) -> None:
    environment = {"name": "env", "config": {"preRunScript": "echo 1\n", "nextflowConfig": "a"}}
    told: dict[str, Any] = {"computeEnv": environment, "preRunScript": "echo 1\n", "configText": "a"}
    assert differences(tmp_path, **told) == []
    assert differences(tmp_path, **{**told, "configText": "b"}) == ["config is b, the file says not set"]


@pytest.mark.parametrize(
    ("theirs", "ours", "same"),
    [
        ('{"b": [1, 2], "a": "x"}', "a: x\nb:\n- 1\n- 2\n", True),
        ("", "{}\n", True),
        ("a: true", "a: 1", False),
        ("a: 2024-13-45", "a: 2024-13-45\n", True),  # no date, which PyYAML cannot read
        ("[" * 50_000, "a: 1", False),
        ("a: &a [1]\nb: *a", "a: [1]\nb: [1]", True),
        ("1: a\nx: b", "x: b\n1: a\n", False),  # keys of two kinds have no order
    ],
)
def test_parameters_are_compared_as_values(tmp_path: Path, theirs: str, ours: str, same: bool) -> None:
    found = differences(tmp_path, "--params-file", PARAMS, params=ours, paramsText=theirs)
    assert [each.split()[0] for each in found] == ([] if same else ["params"])


def test_labels_are_all_compared_but_those_that_the_workspace_gives(tmp_path: Path) -> None:
    labels = [
        {"name": "team", "value": "bio"},
        {"name": "once"},
        {"name": "all", "value": "ours", "isDefault": True},
    ]
    assert differences(tmp_path, "--labels", "once,team=bio", labels=labels) == []
    assert differences(tmp_path, "--labels", "once,all=ours", labels=labels) == [
        "labels is all=ours,once,team=bio, the file says all=ours,once"
    ]

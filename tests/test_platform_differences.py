"""In what a pipeline of the Launchpad differs: texts by their first line that does, parameters by their values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fusion_snapshots.errors import UserError
from fusion_snapshots.json_reply import Reply
from fusion_snapshots.platform.differences import (
    Difference,
    find_dataset_differences,
    find_differences,
    find_listed_differences,
    find_pipeline_differences,
)
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


def test_other_settings_of_a_pipeline(tmp_path: Path) -> None:
    assert differences(tmp_path, "--revision", "1.0", revision="1.0") == []
    assert differences(tmp_path, revision="1.0") == ["revision is 1.0, the file says not set"]
    assert differences(tmp_path, pipeline="https://x.test") == [f"url is https://x.test, the file says {URL}"]
    assert differences(tmp_path, "--profile", "a,b", configProfiles=["b", "a"]) == []
    assert differences(tmp_path, "--profile", "a", configProfiles=["a", "b"]) == ["profile is a,b, the file says a"]
    assert differences(tmp_path, "--stub-run", pullLatest=True) == [
        "pull-latest is True, the file says False",
        "stub-run is False, the file says True",
    ]


def test_what_a_file_leaves_to_the_platform_is_no_difference(tmp_path: Path) -> None:
    told: dict[str, Any] = {"workDir": "s3://a", "computeEnv": {"name": "env"}}
    assert differences(tmp_path, **told) == []
    assert differences(tmp_path, "--work-dir", "s3://b", "--compute-env", "other", **told) == [
        "work-dir is s3://a, the file says s3://b",
        "compute-env is env, the file says other",
    ]
    assert differences(tmp_path, "--compute-env", "env") == ["compute-env is not set, the file says env"]


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^gone\.config: cannot be read: No such file or directory$"):
        differences(tmp_path, "--config", "gone.config")


def test_a_text_in_a_file_is_compared_although_the_environment_has_another(tmp_path: Path) -> None:
    (tmp_path / "a.config").write_text("b")
    told: dict[str, Any] = {"computeEnv": {"name": "env", "config": {"nextflowConfig": "a"}}, "configText": "a"}
    assert differences(tmp_path, "--config", "a.config", **told) == ["config is a, the file says b"]


def test_the_list_and_datasets_tell_less() -> None:
    command = Command(["tw", "pipelines", "add", "--name", "demo", URL], "")
    assert find_listed_differences(command, Reply({"repository": URL}, "tw")) == []
    assert find_listed_differences(command, Reply({}, "tw")) == [Difference("url", "", URL)]
    dataset = Command(["tw", "datasets", "add", "sheet.csv", "--description", "Runs"], "")
    assert find_dataset_differences(dataset, Reply({"description": "runs"}, "tw")) == []
    assert find_dataset_differences(dataset, Reply({}, "tw")) == [Difference("description", "", "Runs")]


def test_the_lines_that_change() -> None:
    assert Difference("revision", "1", "2").lines() == ["revision is 1, the file says 2"]
    assert Difference("config", "a\nb\n\n", "a\nc").lines() == [
        "config:", "--- the Launchpad", "+++ the file", "@@ -1,2 +1,2 @@", " a", "-b", "+c",
    ]  # fmt: skip


FORGE = {"type": "SPOT", "maxCpus": 10, "minCpus": 0, "ebsAutoScale": True, "imageId": "ami-1", "allowBuckets": ["s3://b", "s3://a"]}  # fmt: skip
CONFIG = {"region": "eu-west-1", "workDir": "s3://a", "waveEnabled": True, "forge": FORGE}
OPTIONS = ("--region", "eu-west-1", "--work-dir", "s3://a", "--wave", "--provisioning-model", "spot", "--max-cpus", "10", "--allow-buckets", "s3://a")  # fmt: skip


def env_differences(*options: str, credentials: str = "", labels: Any = None, **config: Any) -> list[str]:
    forge = FORGE | config.pop("forge", {})
    command = Command(["tw", "compute-envs", "add", "aws-batch", "forge", *(options or OPTIONS)], "")
    seen = {
        "platform": "aws-batch",
        "credentialsId": "c1",
        "labels": labels,
        "config": CONFIG | config | {"forge": forge},
    }
    return [str(each) for each in find_differences(command, Reply(seen, "tw"), credentials)]


def test_an_environment_that_is_as_its_file_says() -> None:
    assert env_differences() == []
    assert env_differences(credentials="c1") == []
    labels = [{"name": "team", "value": "bio"}, {"name": "more"}]
    assert env_differences(*OPTIONS, "--labels", "team=bio", labels=labels) == []
    assert env_differences(*OPTIONS, "--subnets", "b,a", forge={"subnets": ["a", "b"]}) == []


@pytest.mark.parametrize(
    ("options", "config", "said"),
    [
        ((), {"region": "eu-west-2"}, "region is eu-west-2, the file says eu-west-1"),
        ((), {"forge": {"type": "EC2"}}, "provisioning-model is EC2, the file says spot"),
        ((), {"forge": {"minCpus": 2}}, "min-cpus is 2, the file says not set"),
        (("--ami-id", "ami-2"), {}, "ami-id is ami-1, the file says ami-2"),
        ((), {"forge": {"subnets": ["s1"]}}, "subnets is s1, the file says not set"),
        ((), {"waveEnabled": False}, "wave is False, the file says True"),
        ((), {"fusionSnapshots": True}, "snapshots is True, the file says False"),
        (("--no-ebs-auto-scale",), {}, "no-ebs-auto-scale is False, the file says True"),
        ((), {"forge": {"ebsAutoScale": False}}, "no-ebs-auto-scale is True, the file says False"),
        (("--fargate",), {}, "fargate is False, the file says True"),
        ((), {"forge": {"fargateHeadEnabled": True}}, "fargate is True, the file says False"),
        (("--labels", "team=bio"), {}, "labels is not set, the file says team=bio"),
    ],
)
def test_in_what_an_environment_differs(options: tuple[str, ...], config: dict[str, Any], said: str) -> None:
    assert env_differences(*OPTIONS, *options, **config) == [said]


def test_an_environment_of_others_or_elsewhere() -> None:
    assert env_differences(*OPTIONS, "--credentials", "mine", credentials="c9") == ["credentials is c1, the file says mine (c9)"]  # fmt: skip
    command = Command(["tw", "compute-envs", "add"], "")
    found = find_differences(command, Reply({"config": {"region": "x"}}, "tw"))
    assert [str(each) for each in found] == [
        "platform is not set, the file says aws-batch",
        "region is x, the file says not set",
        "no-ebs-auto-scale is True, the file says False",
    ]

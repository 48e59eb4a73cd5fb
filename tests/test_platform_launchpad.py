"""What tw pipelines update is told, of what tw pipelines add would be."""

from __future__ import annotations

from pathlib import Path

import pytest
from backends import stand_in

from fusion_snapshots.platform.differences import Difference
from fusion_snapshots.platform.launchpad import Pipeline, replace
from fusion_snapshots.platform.seqerakit import PARAMS, Command
from fusion_snapshots.platform.tw import Tw, TwError
from fusion_snapshots.platform.workspace import Workspace
from fusion_snapshots.simulated.tw import options as tw_options

URL = "https://github.com/nf-core/demo"


def test_an_update_says_what_an_addition_would(tmp_path: Path) -> None:
    platform = stand_in(tmp_path / "platform")
    env = platform.env | {"ORGANIZATION_NAME": "acme-genomics", "WORKSPACE_NAME": "fusion-benchmark"}
    given = ["--profile", "test", "--pull-latest", "--version-name", "first", "--params-file", PARAMS]
    place = ["--workspace", "acme-genomics/fusion-benchmark"]
    command = Command(["tw", "pipelines", "add", "--name", "demo", *place, *given, URL], "many: 3\n")
    pipeline = Pipeline("demo.yml", command, "77", [Difference("profile", "", "test")], can_view=True)
    with pytest.raises(TwError, match="Forbidden"):  # there is no pipeline 77
        replace(Workspace(Tw(env, tmp_path)), pipeline)
    (words,) = platform.calls()
    path = words[words.index("--params-file") + 1]
    expected = ["--id", "77", "--pipeline", URL, "--profile", "test", "--pull-latest", "--params-file", path, *place]
    assert words == ["-o", "json", "pipelines", "update", *expected]
    assert tw_options.parse(words)[0] == "pipelines update"
    assert not Path(path).exists()

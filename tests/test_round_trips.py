"""How many calls of tw follow one another in each step: each takes more than a second, however many run at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from backends import Platform, stand_in
from round_trips import count_round_trips

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at threads as Linux shows them")


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return stand_in(tmp_path / "platform")


@pytest.fixture
def ended(launched: Path, platform: Platform) -> Path:
    """A folder whose workflow has run once on each arm, to the end."""
    for run in platform.all("runs"):
        platform.change("runs", run["runName"], status="SUCCEEDED")
    return launched


def test_preflight_asks_all_at_once_and_then_views_what_exists(folder: Path, platform: Platform) -> None:
    trips = count_round_trips(folder, platform, "preflight")
    assert len(trips) == 1, trips
    assert set(trips[0]) == {
        "info", "workspaces list", "credentials list", "compute-envs list", "pipelines list", "pipelines view",
    }  # fmt: skip


def test_preflight_of_what_exists(ready: Path, platform: Platform) -> None:
    trips = count_round_trips(ready, platform, "preflight")
    assert len(trips) == 2, trips


def test_compute_environments_are_made_side_by_side(folder: Path, platform: Platform) -> None:
    trips = count_round_trips(folder, platform, "compute-envs")
    # Of the second, two are seqerakit's own, and one looks meanwhile. tw waits until each is available.
    add = "compute-envs add aws-batch forge"
    assert trips == [["compute-envs list"], ["compute-envs list"] * 3, [add, add]]
    trips = count_round_trips(folder, platform, "compute-envs")
    assert trips == [["compute-envs list"], ["compute-envs view"] * 2]


def test_pipelines_are_added_side_by_side(folder: Path, platform: Platform) -> None:
    count_round_trips(folder, platform, "compute-envs")
    trips = count_round_trips(folder, platform, "pipelines")
    looked_up = ["pipelines list"] * 3 + ["pipelines view"] * 3
    assert trips == [looked_up, ["pipelines list"] * 3, ["pipelines add"] * 3]
    assert count_round_trips(folder, platform, "pipelines") == [looked_up]


def test_four_rounds_are_compared_with_their_files_once(ready: Path, platform: Platform) -> None:
    trips = count_round_trips(ready, platform, "launch", "RUNS=4", "NOWAIT=yes")
    assert trips == [["pipelines list"] * 2 + ["pipelines view"] * 2, *([["launch"] * 2] * 4)]


def test_what_a_round_costs_is_asked_for_beside_the_pipelines(ended: Path, platform: Platform) -> None:
    trips = count_round_trips(ended, platform, "launch")
    assert trips == [["pipelines list"] * 2 + ["pipelines view"] * 2 + ["runs view"] * 2, ["launch"] * 2]


def test_a_report_fetches_its_runs_while_it_asks_for_their_states(ended: Path, platform: Platform) -> None:
    first = ["datasets list", "pipelines list", "pipelines view", "runs dump", "runs dump", "runs view", "runs view"]
    trips = count_round_trips(ended, platform, "report")
    # The pipelines are seqerakit's.
    assert trips == [first, ["datasets add", "pipelines list"], ["datasets url", "pipelines add"], ["launch"]]
    shutil.rmtree(ended / "report/runs")
    assert count_round_trips(ended, platform, "report") == [first, ["datasets update"], ["datasets url"], ["launch"]]


def test_destroy_deletes_a_kind_at_once(launched: Path, platform: Platform) -> None:
    platform.set(polls=0)
    trips = count_round_trips(launched, platform, "destroy", "--confirm")
    assert len(trips) == 5, trips
    assert trips[1] == ["compute-envs view"] * 2
    assert trips[2:4] == [["pipelines delete"] * 3, ["compute-envs delete"] * 2]

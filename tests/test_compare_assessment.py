"""From runs to a result: which runs count, whether they may be compared, and what stands in which order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from worlds import judge_runs, make_run

from fusion_snapshots.compare.assessment import Whole, assess_runs, find_whole, require_comparable
from fusion_snapshots.compare.snapshots import SnapshotLogs
from fusion_snapshots.errors import UserError
from fusion_snapshots.runs.fetch import LeftOut
from fusion_snapshots.runs.interruptions import Interruption
from fusion_snapshots.runs.listed import Row
from fusion_snapshots.runs.run import Run
from fusion_snapshots.runs.tasks import Tasks

ONDEMAND, SNAPSHOTS, SPOT = (make_run(f"fusion_{arm}", 1, 10, 5, hits=hits) for arm, hits in (("ondemand", 0), ("snapshots", 1), ("spot", 1)))  # fmt: skip
NO_LOGS = SnapshotLogs([], 0, "")


def cached(run: Run) -> Run:
    return replace(run, tasks=Tasks.of([run.tasks[0], run.tasks[1]._replace(status="CACHED")]))


def left_out(name: str, status: str) -> LeftOut:
    return LeftOut(Row("1", name, "acme", ""), status)


def refusal(whole: Whole, *out: LeftOut) -> str:
    with pytest.raises(UserError) as refused:
        require_comparable(whole, out)
    assert refused.value.code == 1
    return str(refused.value)


def test_runs_that_did_all_of_their_work_count() -> None:
    resumed, partial = replace(SPOT, id="r", name="resumed", resumed=True), replace(cached(SNAPSHOTS), name="partial")
    assert find_whole([ONDEMAND, resumed, partial, SPOT]) == Whole([ONDEMAND, SPOT], ["resumed", "partial"])
    assert find_whole([]) == Whole([], [])


def test_two_sides_that_are_alike_may_be_compared() -> None:
    require_comparable(Whole([ONDEMAND, SNAPSHOTS], []), [left_out("x", "RUNNING")])
    require_comparable(Whole([ONDEMAND, SPOT, SNAPSHOTS], ["resumed"]), [])


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ([], "no run of fusion_ondemand has ended"),
        ([SNAPSHOTS, SPOT], "no run of fusion_ondemand has ended"),
        ([ONDEMAND], "no run of another arm than fusion_ondemand has ended"),
    ],
)
def test_a_missing_side_is_named_with_what_to_do(runs: list[Run], said: str) -> None:
    begin = f"{said}, so there is nothing to compare. "
    assert refusal(Whole(runs, [])) == f"{begin}Launch: make launch"
    out = [left_out("a", "RUNNING"), left_out("b", "DELETED"), left_out("c", "SUBMITTED")]
    assert refusal(Whole(runs, []), *out) == f"{begin}Under way: a, c. Wait for them: make compare WAIT=yes"
    assert refusal(Whole(runs, ["r", "s"]), out[1]) == (
        f"{begin}Left out, as they were resumed or hold CACHED tasks: r, s. Launch: make launch"
    )


def test_runs_that_are_not_alike_are_refused() -> None:
    said = refusal(Whole([replace(ONDEMAND, facts={"revision": "1"}), replace(SNAPSHOTS, facts={"revision": "2"})], []))
    assert said.splitlines()[0] == "these runs are not alike:"
    assert said.splitlines()[-1] == (
        "  Only like is compared with like, so nothing was written. Launch what is missing (make launch), or delete the "
        "rows of runs that do not belong from report/runs.csv, then: make compare"
    )
    assert len(said.splitlines()) == 3


def test_the_baseline_stands_first_and_snapshots_are_compared_with_spot_too() -> None:
    result = judge_runs([SPOT, SNAPSHOTS, replace(ONDEMAND, arm="another"), ONDEMAND])
    assert [arm.name for arm in result.arms] == ["fusion_ondemand", "another", "fusion_snapshots", "fusion_spot"]
    assert [(each.arm.name, each.baseline.name) for each in result.comparisons] == [
        ("another", "fusion_ondemand"),
        ("fusion_snapshots", "fusion_ondemand"),
        ("fusion_spot", "fusion_ondemand"),
        ("fusion_snapshots", "fusion_spot"),
    ]
    assert (result.first.arm.name, result.first.baseline.name) == ("fusion_snapshots", "fusion_spot")
    assert result.verdict == " ".join(result.sentences)


@pytest.mark.parametrize("arm", [SPOT, SNAPSHOTS])
def test_two_arms_are_compared_once(arm: Run) -> None:
    assert [each.arm.name for each in judge_runs([arm, ONDEMAND]).comparisons] == [arm.arm]


def test_rounds_blocks_and_runs_of_each_arm() -> None:
    runs = [
        make_run(arm, n, 10, 5, after=24 * (n // 2)) for arm in ("fusion_ondemand", "fusion_spot") for n in range(4)
    ]
    result = judge_runs(runs)
    assert (result.rounds, result.blocks, [len(arm.runs) for arm in result.arms]) == (4, 2, [4, 4])


def notice(arm: str, when: str = "2026-03-02T10:30:00Z", **more: Any) -> Interruption:
    return Interruption(when, arm, "i-1", "c6id.8xlarge", "1", "EXP", "completed", **more)


def test_notices_count_where_they_fell_into_an_arms_runs() -> None:
    notices = [notice("fusion_snapshots"), notice("fusion_snapshots", "2026-03-01T10:30:00Z"), notice("fusion_spot")]
    found = assess_runs(find_whole([ONDEMAND, SNAPSHOTS]), [], NO_LOGS, iter(notices))
    assert [arm.notices_sent for arm in found.arms] == [0, 1]


def test_what_is_said_beside_the_figures_reaches_the_notes() -> None:
    whole = find_whole([ONDEMAND, SNAPSHOTS, replace(SPOT, name="r", resumed=True)])
    plain = assess_runs(whole, [], NO_LOGS, [])
    codes = [each.code for each in judge_runs([ONDEMAND, SNAPSHOTS]).reservations]
    assert sorted([*codes, "resumed"]) == sorted(each.code for each in plain.reservations)
    limited = assess_runs(whole, [], NO_LOGS, [], limits={"fusion_snapshots": 4})
    assert len(limited.notes) == len(plain.notes) + 1
    unread = assess_runs(whole, [left_out("gone", "DELETED")], NO_LOGS, [])
    assert [note for note in unread.notes if note not in plain.notes] == [
        note for note in unread.notes if "gone" in note
    ]
    assert any("gone" in note for note in unread.notes)

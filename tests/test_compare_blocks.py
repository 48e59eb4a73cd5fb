"""Rounds by the runs' names, and blocks by the hour in which they began."""

from __future__ import annotations

from dataclasses import replace

import pytest
from worlds import ARMS, make_run

from fusion_snapshots.compare.blocks import count_rounds, find_blocks, pool
from fusion_snapshots.compare.exchange import Block, Figure
from fusion_snapshots.runs.run import Run


def rounds(*after: float) -> list[Run]:
    """Return rounds that begin so many hours after the first one, the arms five minutes apart."""
    return [make_run(arm, n, 10, 2, after=hour + place / 12) for n, hour in enumerate(after) for place, arm in enumerate(ARMS)]  # fmt: skip


@pytest.mark.parametrize(
    ("after", "sizes"),
    [
        ((0,), [3]),
        ((0, 0.5, 0.99), [9]),  # less than an hour after the first one
        ((0, 1), [3, 3]),
        ((0, 0.9, 1.8), [6, 3]),  # the hour counts from a block's first round
        ((24, 0, 48), [3, 3, 3]),
    ],
)
def test_rounds_of_one_hour_are_a_block(after: tuple[float, ...], sizes: list[int]) -> None:
    runs = rounds(*after)
    blocks = find_blocks(runs)
    assert [len(block) for block in blocks] == sizes
    assert count_rounds(blocks) == len(after)


def test_a_round_stays_whole_where_an_arm_of_it_began_late() -> None:
    runs = [make_run("fusion_ondemand", 1, 10, 2), make_run("fusion_spot", 1, 10, 2, after=5)]
    assert [len(block) for block in find_blocks(runs)] == [2]
    assert [len(block) for block in find_blocks([replace(run, name=f"mine-{run.arm}") for run in runs])] == [1, 1]


def test_runs_whose_start_is_not_known_are_one_block() -> None:
    runs = [replace(run, name=f"x{n}", began=None) for n, run in enumerate(rounds(0, 24))]
    assert [len(block) for block in find_blocks([*rounds(0), *runs])] == [3, 6]


def test_a_round_that_lacks_an_arm_is_not_complete() -> None:
    assert count_rounds(find_blocks(rounds(0, 24)[:-1])) == 1


def test_the_runs_of_a_block_are_pooled() -> None:
    runs = [
        make_run("fusion_spot", 1, 10, 2),
        make_run("fusion_spot", 2, 4, 1, after=0.5, status="FAILED"),
        make_run("fusion_ondemand", 1, 30, 2),
        make_run("fusion_ondemand", 3, 31, 2, after=24),
    ]
    blocks = find_blocks(runs)
    assert pool(blocks, "fusion_spot", "fusion_ondemand", lambda run: run.cost) == [
        Block(Figure(14, 1), Figure(30, 1)),
        Block(None, Figure(31, 1)),
    ]
    assert pool(blocks, "fusion_spot", "fusion_ondemand", lambda run: None) is None
    assert pool(blocks, "fusion_spot", "fusion_other", lambda run: 1.0) == [Block(Figure(2, 1), None)]

"""The closed forms, against draws and against figures worked out by hand."""

from __future__ import annotations

import math
import random

import pytest
from predicted import replay, work

from fusion_snapshots.predict.costs import Costs, Work, break_even, chance_to_die, cost_of, merge_alike, restarted

COSTS = Costs(0.01)


def test_what_begins_again_from_scratch() -> None:
    assert restarted(2, 0) == 2
    assert restarted(2, 0.5) == pytest.approx((math.e - 1) / 0.5)
    assert restarted(2, 1e-13) == 2  # where e to that is 1 to a computer
    assert restarted(2, 500) == math.inf


def test_periodic_dumps_begin_after_five_minutes() -> None:
    assert COSTS.watched(1 / 12) == 1 / 12
    assert COSTS.watched(1) == pytest.approx(1 + 0.01 * 11 / 12)


def test_what_is_restored() -> None:
    # An hour at 0.3: 0.3 notices and restores, a hundredth of these during a restore.
    watched = 1 + 0.01 * 11 / 12
    assert COSTS.snapshots(work(restore=0.02), 0.3) == pytest.approx(
        watched * (1 + 0.3 * (2 / 60 + 0.02) / (1 - 0.006))
    )
    assert COSTS.snapshots(work(saved=0), 0.3) == pytest.approx((math.exp(0.3 * watched) - 1) / 0.3)


@pytest.mark.parametrize(
    "each", [work(0.5), work(3, restore=0.03), work(2, saved=0), work(1.5, saved=0.6), work(8, restore=0.03)]
)
@pytest.mark.parametrize("rate", [0.05, 0.3])
def test_the_closed_forms_are_the_mean_of_draws(each: Work, rate: float) -> None:
    chance, number = random.Random(1), 20_000
    for overhead, busy in ((None, COSTS.spot), (0.01, COSTS.snapshots)):
        drawn = sum(replay([each], rate, chance, overhead=overhead, wait=0).cost for _ in range(number)) / number
        assert drawn == pytest.approx(busy(each, rate), rel=0.02)


def test_the_cost_of_a_run_is_the_sum_of_its_tasks() -> None:
    assert cost_of([work(1, price=2), work(3, price=0.5)], COSTS.spot, 0) == 3.5


@pytest.mark.parametrize("hours", [1.0, 4.0, 12.0])
def test_a_task_breaks_even_about_where_the_overhead_is_half_of_what_it_loses(hours: float) -> None:
    each = work(hours, restore=0.01)
    found = break_even([each], COSTS)
    assert found is not None
    assert found == pytest.approx(0.01 / (hours / 2 - (2 / 60 + 0.01)), rel=0.15)
    assert cost_of([each], COSTS.snapshots, found * 1.01) < cost_of([each], COSTS.spot, found * 1.01)
    assert cost_of([each], COSTS.snapshots, found * 0.99) > cost_of([each], COSTS.spot, found * 0.99)


def test_where_there_is_no_break_even() -> None:
    assert break_even([work(0.05)], COSTS) is None  # much shorter than twice a notice and a restore: it never gains
    assert break_even([work(3, saved=0)], COSTS) is None
    assert break_even([work(3)], Costs(0)) == 0  # and without overhead a longer one always does


def test_the_smallest_of_several_crossings() -> None:
    # At high rates what no dump saves costs more and more; the first crossing is what is asked for.
    works = [work(2) for _ in range(40)] + [work(4, saved=0)]
    found = break_even(works, COSTS)
    assert found is not None
    assert found < 0.1
    assert cost_of(works, COSTS.snapshots, 4) > cost_of(works, COSTS.spot, 4)


def test_the_chance_that_reclaims_kill_a_run() -> None:
    assert chance_to_die([1.0], 0.5, 1) == pytest.approx(1 - math.exp(-0.5))
    assert chance_to_die([1.0, 2.0], 0.5, 3) == pytest.approx(
        1 - (1 - (1 - math.exp(-0.5)) ** 3) * (1 - (1 - math.exp(-1)) ** 3)
    )
    assert chance_to_die([0.5] * 300, 0.01, 15) == pytest.approx(0, abs=1e-30)
    assert chance_to_die([500.0], 5, 15) == 1


def test_very_many_tasks_cost_what_they_cost_one_by_one() -> None:
    chance = random.Random(2)
    works = [
        work(chance.uniform(0.02, 6), price=chance.choice([0, 0.3, 2]), restore=chance.uniform(0, 0.05), saved=saved)
        for saved in (0, 1)
        for _ in range(5000)
    ]
    merged = merge_alike(works)
    assert len(merged) < len(works) / 10
    for busy in (COSTS.spot, COSTS.snapshots):
        for rate in (0, 0.01, 0.1, 1):
            assert cost_of(merged, busy, rate) == pytest.approx(cost_of(works, busy, rate), rel=1e-3)
    assert merge_alike(works[:400]) == works[:400]

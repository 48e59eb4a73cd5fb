"""The replay of a run's time and cost, against one that is written from the model's text."""

from __future__ import annotations

import random
from bisect import bisect_left
from statistics import fmean, quantiles

import pytest
from predicted import random_run, replay, work

from fusion_snapshots.predict.costs import Costs, Work
from fusion_snapshots.predict.replay import Forest

COSTS, WAIT = Costs(0.01), 5 / 60


def test_a_run_without_interruptions_takes_what_it_took() -> None:
    works = [work(1), work(2, after=1), work(0.5, after=1.2)]
    forest = Forest(works, COSTS, snapshots=False)
    drawn = forest.draw(1e-9, WAIT, random.Random(1))
    assert list(drawn) == pytest.approx([3.5, 3])
    assert (forest.cost, forest.hours) == drawn


def test_periodic_dumps_delay_what_waits_for_a_task() -> None:
    # The second waits for the first, and both are dumped; the third waits for nothing.
    works = [work(1 + 1 / 12), work(1 + 1 / 12, after=1.1), work(0.01, after=0.1)]
    assert Forest(works, COSTS, snapshots=True).hours == pytest.approx(1.1 + 1 + 1 / 12 + 0.02)


def test_hours_count_from_the_first_submit() -> None:
    waited = Work(1, 1, 0, 1, 0, 3)  # it was queued for two hours
    assert Forest([waited], COSTS, snapshots=False).hours == 3


@pytest.mark.parametrize("snapshots", [False, True])
@pytest.mark.parametrize("rate", [0.02, 0.2, 0.5])
def test_draws_are_those_of_the_model(rate: float, snapshots: bool) -> None:
    works = list(random_run(random.Random(7), 60))
    ours, theirs, number = random.Random(1), random.Random(2), 3000
    forest = Forest(works, COSTS, snapshots=snapshots)
    drawn = [forest.draw(rate, WAIT, ours) for _ in range(number)]
    overhead = 0.01 if snapshots else None
    wanted = [replay(works, rate, theirs, overhead=overhead, wait=WAIT) for _ in range(number)]
    assert fmean(each.cost for each in drawn) == pytest.approx(fmean(each.cost for each in wanted), rel=0.02)
    assert fmean(each.hours for each in drawn) == pytest.approx(fmean(each.hours for each in wanted), rel=0.02)
    for index in (0, 1):
        late = quantiles([each[index] for each in drawn], n=20)[-1]
        share = bisect_left(sorted(each[index] for each in wanted), late) / number
        assert 0.93 <= share <= 0.97


@pytest.mark.parametrize("saved", [0.0, 0.5, 1.0])
def test_what_hardly_ever_ends_is_drawn_at_once(saved: float) -> None:
    # e to the sixth restarts on average: the rest is drawn from what so many together take.
    each = work(6, saved=saved)
    forest = Forest([each], Costs(0), snapshots=True)
    chance = random.Random(1)
    mean = fmean(forest.draw(1, WAIT, chance).cost for _ in range(4000))
    if saved == 0:  # whose notices are paid, too: 402 of two minutes
        assert mean == pytest.approx(Costs(0).spot(each, 1) + 402.4 * 2 / 60, rel=0.06)
    else:
        assert mean == pytest.approx(Costs(0).snapshots(each, 1), rel=0.06)


def test_a_run_of_one_seed_is_always_the_same() -> None:
    works = list(random_run(random.Random(3), 40))
    forest = Forest(works, COSTS, snapshots=True)
    assert forest.draw(0.5, WAIT, random.Random(9)) == forest.draw(0.5, WAIT, random.Random(9))

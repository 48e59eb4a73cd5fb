"""Rates and their intervals, against tables of the Gamma distribution."""

from __future__ import annotations

import pytest

from fusion_snapshots.predict.rates import Rate, gamma_quantile, gamma_share

# Half of a chi-squared quantile with twice the shape as degrees of freedom, from printed tables.
CHI_SQUARED = [
    (0.05, 1, 0.00393214), (0.95, 1, 3.841459), (0.95, 2, 5.991465), (0.025, 3, 0.2157953), (0.05, 10, 3.940299),
    (0.95, 10, 18.30704), (0.975, 30, 46.97924), (0.05, 100, 77.92947), (0.95, 1000, 1074.679),
]  # fmt: skip


@pytest.mark.parametrize(("p", "degrees", "value"), CHI_SQUARED)
def test_quantiles_of_the_gamma_distribution(p: float, degrees: int, value: float) -> None:
    assert 2 * gamma_quantile(p, degrees / 2) == pytest.approx(value, rel=1e-6)
    assert gamma_share(value / 2, degrees / 2) == pytest.approx(p, rel=1e-5)


@pytest.mark.parametrize("shape", [0.5, 5.5, 300.5, 40_000.5])
def test_quantiles_and_shares_agree(shape: float) -> None:
    for p in (0.001, 0.05, 0.5, 0.95, 0.999):
        assert gamma_share(gamma_quantile(p, shape), shape) == pytest.approx(p, rel=1e-8)
    assert gamma_share(0, shape) == 0


def test_a_rate_that_was_counted_has_an_interval() -> None:
    rate = Rate(5 / 200, 5, 200)
    low, high = rate.interval
    assert [low, high] == pytest.approx([gamma_quantile(0.05, 5.5) / 200, gamma_quantile(0.95, 5.5) / 200])
    assert low < rate.value < high


def test_a_rate_that_was_given_may_be_a_third_or_three_times_as_much() -> None:
    assert Rate(0.03).interval == pytest.approx((0.01, 0.09))

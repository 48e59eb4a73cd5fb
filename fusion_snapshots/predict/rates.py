"""The rate of interruptions that past runs show, and how sure it is."""

from __future__ import annotations

import math
from typing import NamedTuple

_ENDS = 0.05, 0.95  # of all intervals


class Rate(NamedTuple):
    """Interruptions of an instance in an hour.

    events in that many hours of attempts are what it was counted from; without events it is given, or assumed.
    """

    value: float
    events: int = 0
    hours: float = 0.0

    @property
    def counted(self) -> bool:
        return self.events > 0

    @property
    def interval(self) -> tuple[float, float]:
        """The rates between which the true one lies in 90 of 100 such histories; the value itself if not counted."""
        if not self.counted:
            return self.value, self.value
        shape = self.events + 0.5
        low, high = (gamma_quantile(p, shape) / self.hours for p in _ENDS)
        return low, high


def gamma_quantile(p: float, shape: float) -> float:
    """Return the value below which a Gamma variable of a shape, of scale 1, lies with probability p."""
    low, high = 0.0, shape + 40 * math.sqrt(shape) + 40
    while high - low > 1e-13 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if gamma_share(middle, shape) < p else (low, middle)
    return high


def gamma_share(value: float, shape: float) -> float:
    """Return the probability that a Gamma variable of a shape, of scale 1, is below a value."""
    if value <= 0:
        return 0.0
    front = math.exp(shape * math.log(value) - value - math.lgamma(shape))
    if value < shape + 1:
        return front * _series(value, shape)
    return 1 - front * _fraction(value, shape)


def _series(value: float, shape: float) -> float:
    """Return the lower incomplete Gamma function without its front, as a series."""
    term = total = 1 / shape
    n = shape
    while term > total * 1e-16:
        n += 1
        term *= value / n
        total += term
    return total


def _fraction(value: float, shape: float) -> float:
    """Return the upper incomplete Gamma function without its front, as a continued fraction by Lentz's method."""
    tiny = 1e-300
    b = value + 1 - shape
    c, d = 1 / tiny, 1 / b
    result = d
    for i in range(1, 10_000):
        a = -i * (i - shape)
        b += 2
        d = 1 / ((a * d + b) or tiny)
        c = (b + a / c) or tiny
        result *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return result

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
        """The rates between which the true one lies in 90 of 100 such histories.

        Of one that is not counted, a third of it and three times as much.
        """
        if not self.counted:
            return self.value / 3, self.value * 3
        shape = self.events + 0.5
        low, high = (gamma_quantile(p, shape) / self.hours for p in _ENDS)
        return low, high


def gamma_quantile(p: float, shape: float) -> float:
    """Return the value below which a Gamma variable of a shape, of scale 1, lies with probability p."""
    low, high = 0.0, shape + 10 * math.sqrt(shape) + 40
    while high - low > 1e-13 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if gamma_share(middle, shape) < p else (low, middle)
    return high


def gamma_share(value: float, shape: float) -> float:
    """Return the probability that a Gamma variable of a shape, of scale 1, is below a value, by its series."""
    if value <= 0:
        return 0.0
    term = total = math.exp(shape * math.log(value) - value - math.lgamma(shape + 1))
    n = shape
    while term > total * 1e-16:
        n += 1
        term *= value / n
        total += term
    return total

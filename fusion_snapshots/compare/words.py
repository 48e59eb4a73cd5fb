"""How figures are said: the same in the table, the sentences and the page."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

NOT_REPORTED = "not reported"


def show_usd(value: float | None) -> str:
    """Return an amount with two decimals, and with more where these would show nothing."""
    if value is None:
        return NOT_REPORTED
    return f"{value:,.2f}" if value >= 0.01 or not value else f"{value:.1g}"


def show_hours(value: float | None) -> str:
    return NOT_REPORTED if value is None else f"{value:,.2f}"


def show_count(value: int | None) -> str:
    return NOT_REPORTED if value is None else f"{value:,}"


def show_duration(seconds: float) -> str:
    """Return seconds in the largest unit that leaves a number above 1: 12 s, 3.5 min, 1.25 h."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 3600 else f"{seconds / 3600:.2f} h"


def show_middle(values: Sequence[float], decimals: int = 2) -> str:
    """Return the median, with the range where there is one: 7.12 (6.98–7.30)."""
    if not values:
        return NOT_REPORTED
    if len(values) == 1:
        return f"{values[0]:,.{decimals}f}"
    return f"{median(values):,.{decimals}f} ({min(values):,.{decimals}f}–{max(values):,.{decimals}f})"


def show_rate(value: float | None) -> str:
    return NOT_REPORTED if value is None else f"{value:,.1f}"


def show_p(p: float) -> str:
    """Return a p: p = 0.016, p < 0.001."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def describe_change(ratio: float, less: str, more: str, equal: str) -> str:
    """Return a ratio in words: 38 % less, 12 % more, 2.4 times as much, as much."""
    if ratio >= 2:
        return f"{ratio:.1f} times {equal}"
    share = _percent(ratio)
    return equal if share in ("0", "0.0") else f"{share} % {less if ratio < 1 else more}"


def show_range(low: float, high: float | None) -> str:
    """Return the interval of a ratio in words: 8 to 21 % less, 5 % less to 12 % more, 2.10 to 2.60 times."""
    if high is None or high >= 2:
        return f"{low:.2f} to {'more' if high is None else f'{high:.2f}'} times"
    decimals = 0 if high - low >= 0.015 else 1
    less, more = _percent(low, decimals), _percent(high, decimals)
    if less == more == "0.0":
        return "less than 0.1 % either way"
    if low <= 1 <= high:
        return f"{less} % less to {more} % more"
    word, near, far = ("less", more, less) if high < 1 else ("more", less, more)
    return f"{near} to {far} % {word}" if near != far else f"{near} % {word}"


def _percent(ratio: float, decimals: int | None = None) -> str:
    """Return how far a ratio is from 1 in percent; where nothing else is said, with a decimal below ten."""
    share = 100 * abs(ratio - 1)
    if decimals is None:
        decimals = 0 if share >= 9.95 or share < 0.05 else 1
    return f"{share:.{decimals}f}"


def join_names(names: Sequence[str], most: int = 6) -> str:
    """Return names as a list, of which only the first are shown."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")

"""How figures are said: the same in the table, the sentences and the page."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from .significance import ALPHA

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


def show_chance(p: float | None) -> str:
    """Return what a p says: its value, with ~ where the difference may be chance; only ~ where there is none."""
    if p is None:
        return "~"
    return f"p = {p:.3f}" if p <= ALPHA else f"~, p = {p:.2f}"


def join_names(names: Sequence[str], most: int = 6) -> str:
    """Return names as a list, of which no more than so many are shown."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")

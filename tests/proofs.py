"""Logs as pipelines/proof.config writes them."""

from __future__ import annotations

from fusion_snapshots.prove.log import COUNTS

LAST = COUNTS - 1


def counted(*stretches: tuple[int, int, str], pause: int = 97) -> str:
    """Return a log of stretches, given as first count, last count and host, with so many seconds between them."""
    now, lines = 1_795_600_000, []
    for first, last, host in stretches:
        for count in range(first, last + 1):
            lines.append(f"{count} {now} {host}\n")
            now += 1
        now += pause - 1
    return "".join(lines)


WHOLE = counted((0, LAST, "a1"))
RESTORED = counted((0, 411, "a1"), (412, LAST, "b2"))
RESTARTED = counted((0, 411, "a1"), (0, LAST, "b2"))
PAUSED = counted((0, 411, "a1"), (412, LAST, "a1"))
TRUNCATED = counted((0, 411, "a1")) + "412 17956"

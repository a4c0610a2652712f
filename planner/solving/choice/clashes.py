"""Why columns cannot all be scheduled: the fewest that still cannot, loosened as far as that holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from planner.solving.choice.cuts import Clash, Member
from planner.solving.choice.pools import Integers, Pool
from planner.solving.choice.timing import Fits, timed

WORK = 0.1
"""Of CP-SAT, for each question; a question that stays open keeps the column."""
LOOSENED = 5
"""Members whose windows are widened; with more of them a cut says little either way."""

Windows = Sequence[tuple[int, int]]


def clash_of(
    pool: Pool, columns: Sequence[int], capacity: Integers, horizon: int, spent: Callable[[], bool] = lambda: False
) -> Clash:
    """Return a cut that columns break which cannot all be scheduled.

    Most often one limit alone is too tight for some of them; then the cut is about what they hold of that one. Once
    ``spent`` is true it is told as it stands, of more columns than it need be.
    """
    for limit in _crowded(pool, columns, capacity):
        if spent():
            break
        users = [one for one in columns if np.any(pool.limit[pool.uses(one)] == limit)]
        if timed(pool, users, capacity, only=limit, work=WORK).fits is Fits.NO:
            return _clash(pool, users, capacity, horizon, limit, spent)
    return _clash(pool, columns, capacity, horizon, None, spent)


def _crowded(pool: Pool, columns: Sequence[int], capacity: Integers) -> list[int]:
    """Return the limits that more columns count against than there is room for at a time."""
    used = np.concatenate([pool.limit[pool.uses(one)] for one in columns] or [np.zeros(0, np.int64)])
    counts = np.bincount(used, minlength=len(capacity))
    return np.flatnonzero(counts > capacity).tolist()


def _clash(
    pool: Pool, columns: Sequence[int], capacity: Integers, horizon: int, limit: int | None, spent: Callable[[], bool]
) -> Clash:
    kept = list(columns)
    for column in sorted(columns, key=lambda one: (-int(pool.closes[one] - pool.opens[one]), one)):
        rest = [one for one in kept if one != column]
        if not spent() and timed(pool, rest, capacity, only=limit, work=WORK).fits is Fits.NO:
            kept = rest
    windows: Windows = [(int(pool.opens[one]), int(pool.closes[one])) for one in kept]
    for place in range(len(kept) if len(kept) <= LOOSENED and not spent() else 0):
        windows = _loosened(pool, kept, windows, place, capacity, horizon, limit)
    return Clash(
        members=tuple(_member(pool, column, window, limit) for column, window in zip(kept, windows, strict=True))
    )


def _loosened(
    pool: Pool, kept: Sequence[int], windows: Windows, place: int, capacity: Integers, horizon: int, limit: int | None
) -> Windows:
    """Widen the window of one column as far as the columns still cannot be scheduled."""
    for step in (horizon // 16, horizon // 64, horizon // 256):
        for side in (0, 1):
            while step > 0:
                low, high = windows[place]
                wider = (low - step, high) if side == 0 else (low, high + step)
                trial = [*windows[:place], wider, *windows[place + 1 :]]
                if wider[0] < 0 or wider[1] > horizon:
                    break
                if timed(pool, kept, capacity, windows=trial, only=limit, work=WORK).fits is not Fits.NO:
                    break
                windows = trial
    return windows


def _member(pool: Pool, column: int, window: tuple[int, int], limit: int | None) -> Member:
    uses = pool.uses(column)
    holds = zip(
        pool.limit[uses].tolist(), pool.from_tick[uses].tolist(), pool.until_tick[uses].tolist(), strict=True
    )  # fmt: skip
    return Member(
        order=int(pool.orders(column)[0]),
        opens=window[0],
        closes=window[1],
        holds=tuple(hold for hold in holds if limit is None or hold[0] == limit),
    )

"""Why columns cannot all be scheduled: the fewest that still cannot, loosened as far as that holds."""

from __future__ import annotations

from collections.abc import Sequence

from planner.solving.choice.cuts import Clash, Member
from planner.solving.choice.pools import Integers, Pool
from planner.solving.choice.timing import Fits, timed

WORK = 0.2
"""Of CP-SAT, for each question; a question that stays open keeps the column."""

Windows = Sequence[tuple[int, int]]


def clash_of(pool: Pool, columns: Sequence[int], capacity: Integers, horizon: int) -> Clash:
    """Return a cut that columns break which cannot all be scheduled."""
    kept = list(columns)
    for column in sorted(columns, key=lambda one: (-int(pool.closes[one] - pool.opens[one]), one)):
        rest = [one for one in kept if one != column]
        if timed(pool, rest, capacity, work=WORK).fits is Fits.NO:
            kept = rest
    windows: Windows = [(int(pool.opens[one]), int(pool.closes[one])) for one in kept]
    for place in range(len(kept)):
        windows = _loosened(pool, kept, windows, place, capacity, horizon)
    return Clash(members=tuple(_member(pool, column, window) for column, window in zip(kept, windows, strict=True)))


def _loosened(
    pool: Pool, kept: Sequence[int], windows: Windows, place: int, capacity: Integers, horizon: int
) -> Windows:
    """Widen the window of one column as far as the columns still cannot be scheduled."""
    for step in (horizon // 8, horizon // 32, horizon // 128):
        for side in (0, 1):
            while step > 0:
                low, high = windows[place]
                wider = (low - step, high) if side == 0 else (low, high + step)
                trial = [*windows[:place], wider, *windows[place + 1 :]]
                if wider[0] < 0 or wider[1] > horizon:
                    break
                if timed(pool, kept, capacity, windows=trial, work=WORK).fits is not Fits.NO:
                    break
                windows = trial
    return windows


def _member(pool: Pool, column: int, window: tuple[int, int]) -> Member:
    uses = pool.uses(column)
    holds = zip(
        pool.limit[uses].tolist(), pool.from_tick[uses].tolist(), pool.until_tick[uses].tolist(), strict=True
    )  # fmt: skip
    return Member(order=int(pool.orders(column)[0]), opens=window[0], closes=window[1], holds=tuple(holds))

"""Pieces: columns with a part of their start window, and the rows that say what is surely held at a moment.

A piece that starts in [low, high] surely holds a limit over [high + from, low + until): so at any moment those
pieces together may be no more than the limit has. The narrower the pieces the more they surely hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from planner.solving.choice.pools import Floats, Integers, Pool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pieces:
    """Start windows cut into parts; shape (q,) each."""

    column: Integers
    low: Integers
    high: Integers
    """Ticks, both included."""

    def __len__(self) -> int:
        return len(self.column)


def cut(pool: Pool, grid: int) -> Pieces:
    """Cut the start window of every column at the multiples of a grid, in ticks."""
    counts = pool.closes // grid - pool.opens // grid + 1
    column = np.repeat(np.arange(len(pool)), counts)
    number = np.arange(len(column)) - np.repeat(np.cumsum(counts) - counts, counts)
    low = np.maximum((pool.opens[column] // grid + number) * grid, pool.opens[column])
    high = np.minimum((pool.opens[column] // grid + number + 1) * grid - 1, pool.closes[column])
    return Pieces(column=column, low=low, high=high)


@dataclass(slots=True)
class Rows:
    """Moments at which a limit is looked at; they stay when pieces are cut anew."""

    capacity: Integers
    """Of each limit."""
    moments: list[list[int]] = field(default_factory=list)
    """By limit, rising."""

    def __post_init__(self) -> None:
        self.moments = self.moments or [[] for _ in self.capacity]

    def add(self, limit: int, moment: int) -> bool:
        """Add a moment; tell whether it is new."""
        if moment in self.moments[limit]:
            return False
        self.moments[limit] = sorted([*self.moments[limit], moment])
        return True

    @property
    def keys(self) -> list[tuple[int, int]]:
        """Each limit with each of its moments."""
        return [(limit, moment) for limit, moments in enumerate(self.moments) for moment in moments]


def held(pool: Pool, pieces: Pieces, chosen: npt.NDArray[np.integer]) -> tuple[Integers, Integers, Integers, Integers]:
    """Return what some pieces surely hold: (place in ``chosen``, limit, from, until), where until is after from."""
    columns = pieces.column[chosen]
    counts = (pool.use_first[1:] - pool.use_first[:-1])[columns]
    begins = np.cumsum(counts) - counts
    place = np.repeat(np.arange(len(chosen)), counts)
    use = np.arange(len(place)) - np.repeat(begins - pool.use_first[:-1][columns], counts)
    from_tick = pieces.high[chosen][place] + pool.from_tick[use]
    until_tick = pieces.low[chosen][place] + pool.until_tick[use]
    sure = until_tick > from_tick
    return place[sure], pool.limit[use][sure], from_tick[sure], until_tick[sure]


def overfull(
    pool: Pool, pieces: Pieces, chosen: npt.NDArray[np.integer], amount: Floats, capacity: Integers
) -> list[tuple[float, int, int]]:
    """Return (excess, limit, moment) where pieces taken by some amount surely hold more than a limit has.

    For each limit the moments are those at which a stretch of too much begins.
    """
    place, limit, from_tick, until_tick = held(pool, pieces, chosen)
    found: list[tuple[float, int, int]] = []
    for one in np.unique(limit).tolist():
        mine = limit == one
        found += [
            (excess, one, moment)
            for excess, moment in _peaks(from_tick[mine], until_tick[mine], amount[place[mine]], int(capacity[one]))
        ]
    return sorted(found, reverse=True)


def _peaks(begins: Integers, ends: Integers, amount: Floats, capacity: int) -> list[tuple[float, int]]:
    """Return (excess, moment) at the highest point of each stretch in which more than a capacity is held."""
    moments = np.concatenate([ends, begins])
    steps = np.concatenate([-amount, amount])
    order = np.lexsort((np.r_[np.zeros(len(ends)), np.ones(len(begins))], moments))
    level = np.cumsum(steps[order])
    peaks: list[tuple[float, int]] = []
    best: tuple[float, int] | None = None
    for moment, now in zip(moments[order].tolist(), level.tolist(), strict=True):
        excess = now - capacity
        if excess > 1e-6:
            best = max(best, (excess, -moment)) if best else (excess, -moment)
        elif best:
            peaks.append((best[0], -best[1]))
            best = None
    if best:
        peaks.append((best[0], -best[1]))
    return peaks


def priced(pool: Pool, pieces: Pieces, base: Floats, rows: Rows, dear: Sequence[Floats]) -> Floats:
    """Return the reduced cost of every piece: its column's, and what it pays for the moments that it surely holds.

    ``dear`` is by limit the price of each of its moments, none below 0.
    """
    from planner.solving.choice import kernels  # compiled code is loaded when it is first needed

    first = np.cumsum([0, *(len(moments) for moments in rows.moments)])
    moments = np.array([moment for listed in rows.moments for moment in listed], np.int64)
    sums = np.concatenate([np.r_[0.0, np.cumsum(prices)] for prices in dear]) if len(dear) else np.zeros(0)
    return np.asarray(
        kernels.priced(
            base, pieces.column, pieces.low, pieces.high,
            pool.use_first, pool.limit, pool.from_tick, pool.until_tick, first, moments, sums,
        )
    )  # fmt: skip

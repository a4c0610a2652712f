"""A pool of columns: sorties with their cost, when they may start, and what of the shared day they hold.

Times are whole ticks, so that a schedule is exact: windows are rounded inwards and holds outwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pool:
    """Columns; shape (m,) each unless told otherwise. Ragged lists are told as in a CSR matrix."""

    cost: Floats
    opens: Integers
    """Ticks: it may start from here ..."""
    closes: Integers
    """... to here, both included."""
    first: Integers
    """Where the orders of each column begin in ``listed``; shape (m + 1,)."""
    listed: Integers
    use_first: Integers
    """Where what each column holds begins in ``limit``, ``from_tick`` and ``until_tick``; shape (m + 1,)."""
    limit: Integers
    """Which of the day's limits it counts against ..."""
    from_tick: Integers
    """... from so long after its start ..."""
    until_tick: Integers
    """... until then, half open."""
    label: Integers
    """What the column was made from, for whoever made it."""

    def __len__(self) -> int:
        return len(self.cost)

    def orders(self, column: int) -> Integers:
        """Return the orders that a column serves."""
        return self.listed[self.first[column] : self.first[column + 1]]

    def uses(self, column: int) -> slice:
        """Return where what a column holds stands in the ragged lists."""
        return slice(int(self.use_first[column]), int(self.use_first[column + 1]))

    @property
    def owner(self) -> Integers:
        """Which column each entry of ``listed`` belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))

    @property
    def use_owner(self) -> Integers:
        """Which column each entry of ``limit`` belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.use_first))

    def reduced(self, worth: Floats) -> Floats:
        """Return the cost of each column less what serving its orders is worth."""
        return self.cost - np.bincount(self.owner, weights=worth[self.listed], minlength=len(self))

    def total(self, flown: npt.NDArray[np.integer], leaving: Floats) -> float:
        """Return what some columns cost together, with what leaving out the orders does that none of them serves."""
        left = np.setdiff1d(np.arange(len(leaving)), self.some(flown).listed)
        return float(self.cost[flown].sum() + leaving[left].sum())

    def some(self, columns: npt.NDArray[np.integer]) -> Pool:
        """Return some of the columns, in the sequence they are told in."""
        first, listed = _picked(self.first, columns, self.listed)
        use_first, limit, from_tick, until_tick = _picked(
            self.use_first, columns, self.limit, self.from_tick, self.until_tick
        )
        return Pool(
            cost=self.cost[columns],
            opens=self.opens[columns],
            closes=self.closes[columns],
            first=first,
            listed=listed,
            use_first=use_first,
            limit=limit,
            from_tick=from_tick,
            until_tick=until_tick,
            label=self.label[columns],
        )


@dataclass(slots=True)
class Reserve:
    """Columns that are all known, and told only as they are asked for: those worth nothing need not be looked at."""

    pool: Pool
    batch: int = 3000
    told: npt.NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        self.told = np.zeros(len(self.pool), bool)

    def __call__(self, worth: Floats, limit: float, most: int) -> Pool | None:
        """Return columns not told before whose cost, less what their orders are worth, is no more than a limit.

        For a limit below 0 only a batch of those most below it; for others None where there are more than the most.
        """
        reduced = self.pool.reduced(worth)
        columns = np.flatnonzero((reduced <= limit) & ~self.told)
        if limit >= 0 and len(columns) > most:
            return None
        if limit < 0 and len(columns) > self.batch:
            columns = np.sort(columns[np.argpartition(reduced[columns], self.batch)[: self.batch]])
        self.told[columns] = True
        return self.pool.some(columns)


def nothing() -> Pool:
    """Return a pool without columns."""
    none, first = np.zeros(0, np.int64), np.zeros(1, np.int64)
    return Pool(
        cost=np.zeros(0), opens=none, closes=none, first=first, listed=none, use_first=first, limit=none,
        from_tick=none, until_tick=none, label=none,
    )  # fmt: skip


def joined(pools: Sequence[Pool]) -> Pool:
    """Return the columns of several pools, one after the other."""
    return Pool(
        cost=np.concatenate([pool.cost for pool in pools]),
        opens=np.concatenate([pool.opens for pool in pools]),
        closes=np.concatenate([pool.closes for pool in pools]),
        first=_chained([pool.first for pool in pools]),
        listed=np.concatenate([pool.listed for pool in pools]),
        use_first=_chained([pool.use_first for pool in pools]),
        limit=np.concatenate([pool.limit for pool in pools]),
        from_tick=np.concatenate([pool.from_tick for pool in pools]),
        until_tick=np.concatenate([pool.until_tick for pool in pools]),
        label=np.concatenate([pool.label for pool in pools]),
    )


def undominated(pool: Pool, kind: Integers) -> Integers:
    """Return the columns that no other of the same kind and orders beats in cost, start and holds alike.

    ``kind`` tells columns apart that hold different things; shape (m,). Two columns hold alike when every hold of the
    one lies within that of the other.
    """
    keys = _signatures(pool, kind)
    order = np.lexsort((pool.cost, keys))
    kept: list[int] = []
    starts = np.flatnonzero(np.r_[True, np.diff(keys[order]) != 0, True])
    for begins, ends in pairwise(starts.tolist()):
        same: list[int] = []
        for column in order[begins:ends].tolist():
            if not any(_beats(pool, other, column) for other in same):
                same = [
                    other for other in same if pool.cost[other] < pool.cost[column] or not _beats(pool, column, other)
                ]
                same.append(column)
        kept.extend(same)
    return np.array(sorted(kept), np.int64)


def _beats(pool: Pool, one: int, other: int) -> bool:
    """Tell whether a column that costs no more starts as freely as another, and holds no more."""
    if pool.opens[one] > pool.opens[other] or pool.closes[one] < pool.closes[other]:
        return False
    mine, its = pool.uses(one), pool.uses(other)
    return bool(
        np.array_equal(pool.limit[mine], pool.limit[its])
        and np.all(pool.from_tick[mine] >= pool.from_tick[its])
        and np.all(pool.until_tick[mine] <= pool.until_tick[its])
    )


def _signatures(pool: Pool, kind: Integers) -> Integers:
    """Return a number for each column that is the same for the same orders and kind (equal by 62 random bits)."""
    highest = int(pool.listed.max(initial=0))
    marks = np.random.default_rng(20260101).integers(1, 2**62, size=highest + 1, dtype=np.int64)
    sums = np.zeros(len(pool), np.int64)
    np.add.at(sums, pool.owner, marks[pool.listed])  # wraps around, which is as good
    return sums ^ (kind * np.int64(0x9E3779B97F4A7C1))


def _picked(first: Integers, columns: npt.NDArray[np.integer], *lists: npt.NDArray[np.int64]) -> tuple[Integers, ...]:
    counts = (first[1:] - first[:-1])[columns]
    begins = np.r_[0, np.cumsum(counts)]
    places = np.arange(begins[-1]) + np.repeat(first[:-1][columns] - begins[:-1], counts)
    return begins, *(values[places] for values in lists)


def _chained(firsts: Sequence[Integers]) -> Integers:
    ends = np.cumsum([0, *(first[-1] for first in firsts)])
    return np.concatenate([np.zeros(1, np.int64), *(first[1:] + end for first, end in zip(firsts, ends, strict=False))])

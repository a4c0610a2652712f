"""Plans out of columns by ruin and recreate: the pool as the compiled search takes it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner.solving.choice.pools import Floats, Integers, Pool

BLINK = 0.1
"""How often a column is passed over."""


def nearest(pool: Pool, near: Floats, orders: int, most: int, always: Integers) -> Integers:
    """Return the columns nearest to being worth it, so many of each order, those of one order, and some always."""
    order = np.lexsort((near[pool.owner], pool.listed))
    rank = np.arange(len(order)) - np.searchsorted(pool.listed[order], np.arange(orders))[pool.listed[order]]
    return np.unique(np.r_[pool.owner[order[rank < most]], np.flatnonzero(np.diff(pool.first) == 1), always])


@dataclass(frozen=True, kw_only=True, eq=False)
class Rebuilder:
    """Columns and limits; plans are told as the start of every column, -1 where it is not flown, shape (m,)."""

    pool: Pool
    near: Floats
    """How near each column is to being worth it, as its reduced cost says: those with the least are tried first."""
    leaving: Floats
    """What leaving out each order costs."""
    capacity: Integers

    @cached_property
    def _columns(self) -> tuple[Integers, Integers, Integers, Integers, Integers]:
        """Windows, orders and uses of the columns, as the kernels take them."""
        pool = self.pool
        windows = np.column_stack((pool.opens, pool.closes))
        uses = np.column_stack((pool.limit, pool.from_tick, pool.until_tick))
        return windows, pool.first, pool.listed, pool.use_first, uses

    @cached_property
    def _by_order(self) -> tuple[Integers, Integers]:
        """The columns of each order as in a CSR matrix, the nearest in front."""
        pool = self.pool
        order = np.lexsort((self.near[pool.owner], pool.listed))
        return np.searchsorted(pool.listed[order], np.arange(len(self.leaving) + 1)), pool.owner[order]

    @property
    def _room(self) -> int:
        """How often one limit may be held in all: by every order's sortie, with all that a sortie holds."""
        return len(self.leaving) * int(np.diff(self.pool.use_first).max(initial=1)) + 1

    def cost(self, starts: Integers) -> float:
        """Return what a plan costs, with what leaving out orders does."""
        return self.pool.total(np.flatnonzero(starts >= 0), self.leaving)

    def rebuilt(
        self, now: Integers, best: Integers, *, rounds: int, seed: int, warm: float, cold: float
    ) -> tuple[Integers, Integers]:
        """Return the best plan found in so many rounds, and the last one.

        ``now`` is the plan to begin with and ``best`` the best one known; both can be flown. ``warm`` and ``cold`` are
        the temperatures of the annealing, over what a column costs on average.
        """
        from planner.solving.choice import ruins  # compiled code is loaded when it is first needed
        from planner.solving.choice.dice import taken_up

        if not len(self.pool):
            return best, now
        mean = float(self.pool.cost.mean())
        found, last = ruins.rebuilt(
            now, best, rounds, taken_up(seed), warm * mean, cold * mean, BLINK, self.pool.cost, *self._columns,
            self.leaving, self.capacity, *self._by_order, self._room,
        )  # fmt: skip
        return np.asarray(found, np.int64), np.asarray(last, np.int64)

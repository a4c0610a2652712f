"""Large neighbourhoods: some of a plan's sorties are taken out, and their orders flown anew, exactly, among the rest.

Where a plan loses most is told by the linear programmes that its columns come from: a sortie's reduced cost is what it
costs beyond what its orders are worth, and reduced costs of all sorties add up to what the plan is above the bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from planner.solving.choice.cuts import RankOne
from planner.solving.choice.linear import ENDLESS, Clock, Linear
from planner.solving.choice.picking import Row, picked, rows_of
from planner.solving.choice.pieces import Rows, cut
from planner.solving.choice.pools import Floats, Integers, Pool
from planner.solving.choice.rebuilding import Rebuilder, nearest
from planner.solving.choice.timing import placed

NOISE = 1e-7
"""Costs that differ by less, relative, are the same."""
PARTS = 20
"""Into which the day is cut to tell what columns that share limits are worth."""
SETTLED = 1e-5
"""A choice this near to the best of them, relative to the plan, is as good as it."""
FITTING_WORK = 2.0
"""CP-SAT's own measure of work that finding room for all sorties may take."""
REPAIRS = 4_000
"""Rounds of ruin and recreate for sorties that find no room beside others ..."""
REPAIRING_WARM = 0.005
"""... at this temperature, over what a column costs on average ..."""
REPAIRED_FROM = 100
"""... among so many columns of each order, the nearest ones."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Improved:
    """What came of looking for a cheaper plan."""

    starts: Integers | None
    """The start of every column in it; None where none was found."""
    settled: bool
    """Whether all choices were looked at."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Neighbourhoods:
    """Columns of the whole day; plans are told as the start of every column, -1 where it is not flown, shape (m,)."""

    pool: Pool
    near: Floats
    """The reduced cost of each column in the linear programme that it comes from."""
    leaving: Floats
    """What leaving out each order costs."""
    capacity: Integers
    cuts: Sequence[RankOne] = ()
    """What every choice keeps anyway."""

    def priced(self, horizon: int, *, parts: int = PARTS, clock: Clock = ENDLESS) -> Neighbourhoods:
        """Return the same with reduced costs of one linear programme over all columns, which knows what they share.

        Raises
        ------
        OutOfTime
            If that takes longer than there is time.
        """
        rows = Rows(capacity=self.capacity)
        linear = Linear(self.pool, cut(self.pool, max(1, horizon // parts)), self.leaving, rows, self.cuts)
        # What was worth it with each part by itself will mostly be so with all.
        tight = np.flatnonzero(self.near <= NOISE * float(self.pool.cost.max(initial=1.0)))
        linear.master.add_pieces(np.flatnonzero(np.isin(linear.pieces.column, tight)))
        linear.solve(clock)
        return replace(self, near=linear.least())

    @cached_property
    def _rows(self) -> list[Row]:
        return rows_of(self.cuts, self.pool)

    def worst(self, starts: Integers) -> Floats:
        """Return how much of what a plan loses is owed to each order; shape (n,)."""
        lost = self.leaving.copy()
        for column in np.flatnonzero(starts >= 0).tolist():
            orders = self.pool.orders(column)
            lost[orders] = max(0.0, float(self.near[column])) / len(orders)
        return lost

    def within(self, orders: Integers) -> npt.NDArray[np.bool_]:
        """Tell which columns serve none but some orders; shape (m,)."""
        free = np.zeros(len(self.leaving), bool)
        free[orders] = True
        return np.logical_and.reduceat(free[self.pool.listed], self.pool.first[:-1])

    def improved(
        self, starts: Integers, orders: Integers, *, columns: int, seconds: float | None = None
    ) -> Improved:  # fmt: skip
        """Look for a cheaper plan that flies some orders differently.

        They are picked for among the nearest columns that serve no others. All others are flown as before, if at other
        times, or left out where that is cheaper.
        """
        pool, inside = self.pool, np.flatnonzero(self.within(orders))
        flown = np.flatnonzero(starts >= 0)
        inside = inside[~self._shut_out(inside, np.setdiff1d(flown, inside))]
        near = inside[np.argsort(self.near[inside], kind="stable")[:columns]]
        # All other sorties are flown as well, and when they were.
        among = np.union1d(near, flown)
        others = np.isin(among, np.setdiff1d(flown, inside))
        part = pool.some(among)
        part = replace(
            part,
            opens=np.where(others, starts[among], part.opens),
            closes=np.where(others, starts[among], part.closes),
        )
        found = picked(
            part, self.leaving, self.capacity, [(counts[among], most) for counts, most in self._rows],
            begin=starts[among], seconds=seconds,
        )  # fmt: skip
        before = self.cost(starts)
        settled = found.cost - found.bound <= SETTLED * before
        if found.cost >= before - NOISE * before:
            return Improved(starts=None, settled=settled)
        better = np.full(len(pool), -1)
        better[among] = found.starts
        return Improved(starts=better, settled=settled)

    def fitted(self, wanted: Integers, *, rounds: int = REPAIRS) -> Integers:
        """Return a plan that can be flown, made out of one that perhaps cannot: as much of it as has room, and more.

        ``rounds`` are those of ruin and recreate for what finds no room beside the others.
        """
        flown = np.flatnonzero(wanted >= 0)
        starts = np.full(len(wanted), -1)
        starts[flown] = placed(
            self.pool, flown.tolist(), self.capacity, wanted=wanted[flown].tolist(), work=FITTING_WORK
        )
        if (starts[flown] >= 0).all():
            return starts
        among = nearest(self.pool, self.near, len(self.leaving), REPAIRED_FROM, flown)
        rebuilder = Rebuilder(
            pool=self.pool.some(among), near=self.near[among], leaving=self.leaving, capacity=self.capacity
        )  # fmt: skip
        begin = starts[among]
        repaired, _ = rebuilder.rebuilt(begin, begin, rounds=rounds, seed=1, warm=REPAIRING_WARM, cold=REPAIRING_WARM)
        starts[among] = repaired
        return starts

    def _shut_out(self, columns: Integers, others: Integers) -> npt.NDArray[np.bool_]:
        """Tell which columns have no room beside sorties that are flown anyway, whenever those and they start."""
        pool, shut = self.pool, np.zeros(len(self.pool), bool)
        use_owner = pool.use_owner
        sure_from = pool.closes[use_owner] + pool.from_tick
        sure_until = pool.opens[use_owner] + pool.until_tick
        scarce = (self.capacity[pool.limit] == 1) & (sure_until > sure_from)
        flown = scarce & np.isin(use_owner, others)
        for use in np.flatnonzero(flown).tolist():
            same = scarce & (pool.limit == pool.limit[use])
            shut[use_owner[same & (sure_from < sure_until[use]) & (sure_until > sure_from[use])]] = True
        return shut[columns]

    def cost(self, starts: Integers) -> float:
        """Return what a plan costs, with what leaving out orders does."""
        return self.pool.total(np.flatnonzero(starts >= 0), self.leaving)

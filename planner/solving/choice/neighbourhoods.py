"""Large neighbourhoods: some of a plan's sorties are taken out, and their orders flown anew, exactly, among the rest.

Where a plan loses most is told by the linear programmes that its columns come from: a sortie's reduced cost is what it
costs beyond what its orders are worth, and reduced costs of all sorties add up to what the plan is above the bound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

ORDERS = 45
"""Of a neighbourhood, about."""
COLUMNS = 1200
"""Of a neighbourhood: those nearest to being worth it."""
WORK = 3.0
"""CP-SAT's own measure of work that one may take."""
PARTS = 20
"""Into which the day is cut to tell what columns that share limits are worth."""
NOISE = 1e-7
FITTING_WORK = 2.0
"""CP-SAT's own measure of work that finding room for all sorties may take."""
REPAIRS = 4_000
"""Rounds of ruin and recreate for sorties that find no room beside others ..."""
REPAIRING_WARM = 0.005
"""... at this temperature, over what a column costs on average ..."""
REPAIRED_FROM = 100
"""... among so many columns of each order, the nearest ones."""
SEEN_FROM = 40
"""Columns of each order, the nearest ones, that tell which orders may be flown together."""


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

    @cached_property
    def _by_order(self) -> tuple[Integers, Integers]:
        """The columns of each order as in a CSR matrix, the nearest in front."""
        order = np.lexsort((self.near[self.pool.owner], self.pool.listed))
        first = np.searchsorted(self.pool.listed[order], np.arange(len(self.leaving) + 1))
        return first, self.pool.owner[order]

    def worst(self, starts: Integers) -> Floats:
        """Return how much of what a plan loses is owed to each order; shape (n,)."""
        lost = self.leaving.copy()
        for column in np.flatnonzero(starts >= 0).tolist():
            orders = self.pool.orders(column)
            lost[orders] = max(0.0, float(self.near[column])) / len(orders)
        return lost

    def lost(self, starts: Integers, orders: Integers) -> float:
        """Return how much of what a plan loses is owed to some orders."""
        return float(self.worst(starts)[orders].sum())

    def around(self, starts: Integers, order: int, chance: np.random.Generator) -> Integers:
        """Return orders whose sorties may be changed for each other's, beginning with one; whole sorties."""
        flown_by = np.full(len(self.leaving), -1)
        for column in np.flatnonzero(starts >= 0).tolist():
            flown_by[self.pool.orders(column)] = column
        inside, tied = np.zeros(len(self.leaving), bool), np.zeros(len(self.leaving))
        entering = order
        while True:
            column = int(flown_by[entering])
            members = self.pool.orders(column) if column >= 0 else np.array([entering])
            inside[members] = True
            for member in members.tolist():
                self._tie(member, tied)
            if column >= 0:
                self._tie_rivals(column, starts, tied)
            drawn = np.where(inside, 0.0, tied) * (0.5 + chance.random(len(tied)))
            entering = int(drawn.argmax())
            if inside.sum() >= ORDERS or drawn[entering] <= 0:
                return np.flatnonzero(inside)

    def _tie(self, order: int, tied: Floats) -> None:
        """Count the orders that may be flown together with one."""
        first, columns = self._by_order
        for column in columns[first[order] : first[order + 1]][:SEEN_FROM].tolist():
            tied[self.pool.orders(column)] += 1.0

    def _tie_rivals(self, column: int, starts: Integers, tied: Floats) -> None:
        """Count the orders whose sorties hold at about the same time what one holds, and only one may."""
        pool = self.pool
        own, flown = pool.uses(column), starts[pool.use_owner] >= 0
        for limit, from_tick, until_tick in zip(
            pool.limit[own].tolist(), pool.from_tick[own].tolist(), pool.until_tick[own].tolist(), strict=True
        ):
            if self.capacity[limit] > 1:
                continue
            begins, ends = starts[column] + from_tick, starts[column] + until_tick
            wide = ends - begins
            others = np.flatnonzero(flown & (pool.limit == limit))
            at = starts[pool.use_owner[others]]
            beside = (at + pool.from_tick[others] < ends + wide) & (at + pool.until_tick[others] > begins - wide)
            for other in np.unique(pool.use_owner[others[beside]]).tolist():
                tied[pool.orders(other)] += SEEN_FROM / 4

    def improved(
        self, starts: Integers, orders: Integers, *, columns: int = COLUMNS, work: float = WORK,
        seconds: float | None = None, stopped: Callable[[], bool] = lambda: False,
    ) -> Integers | None:  # fmt: skip
        """Return a cheaper plan that flies some orders differently; None where none was found.

        Orders that fly with others have those among them. All others are flown as before, if at other times, or left
        out where that is cheaper.
        """
        pool, free = self.pool, np.zeros(len(self.leaving), bool)
        free[orders] = True
        inside = np.flatnonzero(np.logical_and.reduceat(free[pool.listed], pool.first[:-1]))
        flown = np.flatnonzero(starts >= 0)
        inside = inside[~self._shut_out(inside, np.setdiff1d(flown, inside))]
        near = inside[np.argsort(self.near[inside], kind="stable")[:columns]]
        # All other sorties are flown as well, if at other times.
        among = np.union1d(near, flown)
        found = picked(
            pool.some(among), self.leaving, self.capacity, [(counts[among], most) for counts, most in self._rows],
            begin=starts[among], work=work, seconds=seconds, stopped=stopped,
        )  # fmt: skip
        before = self.cost(starts)
        if found.cost >= before - NOISE * before:
            return None
        better = np.full(len(pool), -1)
        better[among] = found.starts
        return better

    def fitted(self, wanted: Integers) -> Integers:
        """Return a plan that can be flown, made out of one that perhaps cannot: as much of it as has room, and more."""
        flown = np.flatnonzero(wanted >= 0)
        starts = np.full(len(wanted), -1)
        starts[flown] = placed(self.pool, flown.tolist(), self.capacity, work=FITTING_WORK)
        if (starts[flown] >= 0).all():
            return starts
        among = nearest(self.pool, self.near, len(self.leaving), REPAIRED_FROM, flown)
        rebuilder = Rebuilder(
            pool=self.pool.some(among), near=self.near[among], leaving=self.leaving, capacity=self.capacity
        )  # fmt: skip
        begin = starts[among]
        repaired, _ = rebuilder.rebuilt(begin, begin, rounds=REPAIRS, seed=1, warm=REPAIRING_WARM, cold=REPAIRING_WARM)
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
        flown = np.flatnonzero(starts >= 0)
        left = np.setdiff1d(np.arange(len(self.leaving)), self.pool.some(flown).listed)
        return float(self.pool.cost[flown].sum() + self.leaving[left].sum())

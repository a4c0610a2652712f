"""Neighbourhoods: a plan made better piece by piece, each piece chosen anew together with its starts.

A few sorties that lie near one another are taken out of the plan. Among the columns of their orders those are looked at
that could be worth it: in a better plan none has a reduced cost above what the sorties taken out lose against the bound.
The rest of the plan stays, and may shift within its start windows.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from planner.solving.choice.cuts import SubsetRow
from planner.solving.choice.linear import Linear
from planner.solving.choice.pools import Floats, Integers, Pool

SIZE = 24
"""Orders of a neighbourhood."""
COLUMNS = 300
"""Columns that one choice is among, those with the least reduced costs."""
WORK = 0.3
"""CP-SAT's own measure of work that one choice may take."""
PENCE = 100
"""CP-SAT counts in whole numbers: hundredths of the currency."""
BETTER = 0.02
"""What a choice has to save at least: more than rounding to hundredths can make of nothing."""

Plan = dict[int, int]
"""Columns with their starts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """What a linear programme says of columns: which are worth looking at."""

    worth: Floats
    """By order."""
    least: Floats
    """Reduced cost of each column at its best start."""
    moments: tuple[Integers, ...]
    """By limit, rising."""
    dear: tuple[Floats, ...]
    """By limit, what holding it at each of these moments costs."""
    dues: tuple[tuple[frozenset[int], float], ...]
    """Orders of which two or more in a column count, with what that costs; none told where all columns may count."""

    @classmethod
    def of(cls, linear: Linear) -> Guide:
        """Return what an answered programme says."""
        rows, answer = linear.master.rows, linear.answer
        moments = tuple(np.array(listed, np.int64) for listed in rows.moments)
        prices = (answer.cut_prices * [one.most for one in linear.master.cuts]).tolist()
        dues = tuple(
            (frozenset(one.orders) if isinstance(one, SubsetRow) else frozenset(), price)
            for one, price in zip(linear.master.cuts, prices, strict=True)
            if price > 0
        )
        return cls(worth=answer.worth, least=linear.least(), moments=moments, dear=answer.dear, dues=dues)


@dataclass(kw_only=True, eq=False)
class Neighbourhoods:
    """A plan that gets better as long as it is asked to."""

    pool: Pool
    guide: Guide
    leaving: Floats
    capacity: Integers
    horizon: int
    seed: int
    plan: Plan
    chance: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        self.chance = np.random.default_rng(self.seed)

    @property
    def cost(self) -> float:
        """With what leaving out orders costs."""
        return float(self.pool.cost[list(self.plan)].sum() + self.leaving[self.left].sum())

    @property
    def left(self) -> Integers:
        """The orders that are left out."""
        return np.flatnonzero(self._sortie_of < 0)

    @property
    def _sortie_of(self) -> Integers:
        """Which column of the plan serves each order, -1 where none does."""
        found = np.full(len(self.leaving), -1)
        for column in self.plan:
            found[self.pool.orders(column)] = column
        return found

    @cached_property
    def _columns_of(self) -> tuple[Integers, Integers]:
        """Which columns serve each order, as in a CSR matrix."""
        order = np.argsort(self.pool.listed, kind="stable")
        return np.searchsorted(self.pool.listed[order], np.arange(len(self.leaving) + 1)), self.pool.owner[order]

    def _columns(self, order: int) -> Integers:
        first, listed = self._columns_of
        return listed[first[order] : first[order + 1]]

    @cached_property
    def _usual_start(self) -> Floats:
        """About when each order is served: in the middle of the window of its column nearest to being worth it."""
        middle = (self.pool.opens + self.pool.closes) / 2
        return np.array(
            [
                middle[mine[np.argmin(self.guide.least[mine])]] if len(mine) else math.inf
                for mine in map(self._columns, range(len(self.leaving)))
            ]
        )

    # -- which -------------------------------------------------------------------------------------------------

    def about(self, order: int, size: int) -> list[int]:
        """Return orders about one: those of whole sorties, near in time or often together, as chance weighs it."""
        sortie_of = self._sortie_of
        starts = np.array([self.plan[s] if s >= 0 else self._usual_start[o] for o, s in enumerate(sortie_of.tolist())])
        apart = np.abs(starts - starts[order]) / self.horizon
        together = np.zeros(len(self.leaving))
        mine = self._columns(order)
        for column in mine[np.argsort(self.guide.least[mine], kind="stable")[:COLUMNS]].tolist():
            together[self.pool.orders(column)] += 1.0
        near = self.chance.uniform(0.2, 1.0) * apart - self.chance.uniform(0.0, 0.3) * together / together.max(initial=1)
        near += self.chance.uniform(0.0, 0.05, len(near))
        near[order] = -math.inf
        chosen: list[int] = []
        for one in np.argsort(near, kind="stable").tolist():
            if one in chosen or not math.isfinite(starts[one]):
                continue
            own = [one] if sortie_of[one] < 0 else self.pool.orders(int(sortie_of[one])).tolist()
            if chosen and len(chosen) + len(own) > size:
                break
            chosen += own
        return chosen

    def _candidates(self, orders: Sequence[int], freed: Sequence[int]) -> list[int]:
        """Return the columns of some orders alone that a better plan may hold, and those of the plan."""
        inside = np.bincount(np.concatenate([self._columns(order) for order in orders]), minlength=len(self.pool))
        columns = np.flatnonzero(inside == np.diff(self.pool.first))
        lost = self._lost(orders, freed)
        columns = columns[self.guide.least[columns] <= lost + BETTER]
        best = columns[np.argsort(self.guide.least[columns], kind="stable")[:COLUMNS]]
        return sorted({*best.tolist(), *freed})

    def _lost(self, orders: Sequence[int], freed: Sequence[int]) -> float:
        """Return what serving some orders costs more than the bound says, in sorties and in limits not made use of."""
        lost = float(self.pool.cost[list(freed)].sum() + self.leaving[self._unserved(orders, freed)].sum())
        lost -= float(self.guide.worth[list(orders)].sum())
        inside = set(orders)
        lost += sum(price for counted, price in self.guide.dues if not counted or len(counted & inside) > 1)
        begins = min((self.plan[column] for column in freed), default=0)
        ends = max((self.plan[column] + self._lasts(column) for column in freed), default=self.horizon)
        stays = self._held([column for column in self.plan if column not in freed])
        for moments, dear, held, most in zip(
            self.guide.moments, self.guide.dear, stays, self.capacity.tolist(), strict=True
        ):
            within = (moments >= begins) & (moments < ends)
            lost += float((dear[within] * (most - held[within])).sum())
        return lost

    def _lasts(self, column: int) -> int:
        return int(self.pool.until_tick[self.pool.uses(column)].max(initial=0))

    def _held(self, columns: Sequence[int]) -> list[Integers]:
        """Return, by limit, how often it is held by some columns of the plan at each of its moments."""
        some = self.pool.some(np.array(columns, np.int64))
        starts = np.array([self.plan[column] for column in columns], np.int64)[some.use_owner]
        begins, ends = starts + some.from_tick, starts + some.until_tick
        found = []
        for limit, moments in enumerate(self.guide.moments):
            mine = some.limit == limit
            found.append(
                np.searchsorted(np.sort(begins[mine]), moments, side="right")
                - np.searchsorted(np.sort(ends[mine]), moments, side="right")
            )
        return found

    def _unserved(self, orders: Sequence[int], freed: Sequence[int]) -> list[int]:
        served = {order for column in freed for order in self.pool.orders(column).tolist()}
        return [order for order in orders if order not in served]

    # -- choosing ----------------------------------------------------------------------------------------------

    def improve(self, order: int, size: int) -> bool:
        """Choose anew what lies about an order; tell whether that is cheaper."""
        orders = self.about(order, size)
        sortie_of = self._sortie_of
        freed = sorted({int(sortie_of[one]) for one in orders if sortie_of[one] >= 0})
        candidates = self._candidates(orders, freed)
        if not candidates:
            return False
        new = _Choice(self, orders, freed, candidates).solve()
        if new is None:
            return False
        self.plan = new
        return True


class _Choice:
    """A model of CP-SAT: some columns for some orders, beside the rest of a plan."""

    def __init__(self, day: Neighbourhoods, orders: Sequence[int], freed: Sequence[int], columns: Sequence[int]):
        from ortools.sat.python import cp_model

        self.cp_model: Any = cp_model
        self.day, self.orders, self.freed = day, orders, freed
        self.model: Any = cp_model.CpModel()
        self.held: dict[int, list[Any]] = defaultdict(list)
        self.taken = {column: self._column(column) for column in columns}
        self.stays = {column: self._staying(column) for column in self._in_the_way(columns)}
        self._limits()
        self._cover()

    def _column(self, column: int) -> tuple[Any, Any]:
        taken, start = self.model.new_bool_var(""), self._start(column)
        for limit, from_tick, until_tick in holds(self.day.pool, column):
            length = until_tick - from_tick
            self.held[limit].append(self.model.new_optional_fixed_size_interval_var(start + from_tick, length, taken, ""))
        self.model.add_hint(taken, column in self.freed)
        self.model.add_hint(start, self.day.plan.get(column, int(self.day.pool.opens[column])))
        return taken, start

    def _start(self, column: int) -> Any:
        return self.model.new_int_var(int(self.day.pool.opens[column]), int(self.day.pool.closes[column]), "")

    def _in_the_way(self, columns: Sequence[int]) -> list[int]:
        """Return the columns of the plan that stay and share a limit with one that may be chosen, at any time."""
        pool = self.day.pool
        spans: dict[int, tuple[int, int]] = {}
        for column in columns:
            for limit, begins, ends in self._reach(column):
                low, high = spans.get(limit, (begins, ends))
                spans[limit] = min(low, begins), max(high, ends)
        return [
            column
            for column in self.day.plan
            if column not in self.taken
            and any(
                limit in spans and begins < spans[limit][1] and ends > spans[limit][0]
                for limit, begins, ends in self._reach(column)
            )
        ]

    def _reach(self, column: int) -> Iterable[tuple[int, int, int]]:
        """Yield each limit with the first and the last moment that a column may hold it."""
        pool = self.day.pool
        opens, closes = int(pool.opens[column]), int(pool.closes[column])
        for limit, from_tick, until_tick in holds(pool, column):
            yield limit, opens + from_tick, closes + until_tick

    def _staying(self, column: int) -> Any:
        start = self._start(column)
        for limit, from_tick, until_tick in holds(self.day.pool, column):
            self.held[limit].append(self.model.new_fixed_size_interval_var(start + from_tick, until_tick - from_tick, ""))
        self.model.add_hint(start, self.day.plan[column])
        return start

    def _limits(self) -> None:
        for limit, intervals in sorted(self.held.items()):
            most = int(self.day.capacity[limit])
            if most == 1:
                self.model.add_no_overlap(intervals)
            elif len(intervals) > most:
                self.model.add_cumulative(intervals, [1] * len(intervals), most)

    def _cover(self) -> None:
        day = self.day
        serving: dict[int, list[Any]] = {order: [] for order in self.orders}
        terms = []
        for column, (taken, _) in self.taken.items():
            for order in day.pool.orders(column).tolist():
                serving[order].append(taken)
            terms.append(round(day.pool.cost[column] * PENCE) * taken)
        unserved = set(day._unserved(self.orders, self.freed))
        for order, ways in serving.items():
            left = self.model.new_bool_var("")
            self.model.add_hint(left, order in unserved)
            self.model.add_exactly_one([*ways, left])
            terms.append(round(day.leaving[order] * PENCE) * left)
        self.model.minimize(sum(terms))

    def solve(self) -> Plan | None:
        """Return a plan that is cheaper, if one was found."""
        day = self.day
        solver = self.cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_deterministic_time = WORK
        if solver.solve(self.model) not in (self.cp_model.OPTIMAL, self.cp_model.FEASIBLE):
            return None
        chosen = {k: int(solver.value(start)) for k, (taken, start) in self.taken.items() if solver.value(taken)}
        saved = day.pool.cost[self.freed].sum() + day.leaving[day._unserved(self.orders, self.freed)].sum()
        saved -= day.pool.cost[list(chosen)].sum() + day.leaving[day._unserved(self.orders, list(chosen))].sum()
        if saved < BETTER:
            return None
        stays = {column: start for column, start in day.plan.items() if column not in self.freed}
        return {**stays, **{column: int(solver.value(start)) for column, start in self.stays.items()}, **chosen}


def holds(pool: Pool, column: int) -> Iterable[tuple[int, int, int]]:
    """Yield what a column holds: limit, from, until."""
    uses = pool.uses(column)
    return zip(
        pool.limit[uses].tolist(), pool.from_tick[uses].tolist(), pool.until_tick[uses].tolist(), strict=True
    )  # fmt: skip

"""Picking whole columns and their starts at once, exactly, by CP-SAT: the orders once each, and no limit exceeded.

A linear programme within CP-SAT leads it, with the cuts that columns keep whenever they start; so it is for columns
that are nearly worth it, up to a few thousand.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from planner.solving.choice.cuts import Cut, RankOne, Together
from planner.solving.choice.pieces import Pieces
from planner.solving.choice.pools import Floats, Integers, Pool
from planner.solving.choice.timing import keep_limits

log = logging.getLogger(__name__)

DIGITS = 1e10
"""Costs are whole numbers there: the dearest plan is about so many units."""
LEAST_S = 0.1
"""What it is given at least of a time that has run out."""
LOOKED_S = 0.1
"""How often it is looked whether to stop."""
AGAINST_TIME = 2
"""CP-SAT's level of linear programming: all rows, also those of limits over time."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picked:
    """A choice, and what is proven of all others among the same columns."""

    starts: Integers
    """Of every column, -1 of those not flown; shape (m,)."""
    cost: float
    """With what leaving out orders costs; infinite where no choice was found."""
    bound: float
    """No choice costs less; infinite where there is none."""


Row = tuple[Integers, int]
"""How often each column counts, shape (m,), and how much that may be in all."""


def rows_of(cuts: Sequence[Cut], pool: Pool) -> list[Row]:
    """Return what rounded rows say of whole columns; of other cuts those say more that know when columns start."""
    whole = Pieces(column=np.arange(len(pool)), low=pool.opens, high=pool.closes)
    return [(one.counts(pool, whole), one.most) for one in cuts if isinstance(one, RankOne)]


def picked(
    pool: Pool,
    leaving: Floats,
    capacity: Integers,
    rows: Sequence[Row],
    forbidden: Sequence[Together] = (),
    *,
    begin: Integers,
    work: float = math.inf,
    seconds: float | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Picked:
    """Choose columns and their starts at the least cost.

    Parameters
    ----------
    leaving
        What leaving out each order costs.
    rows
        What every choice keeps anyway, for the linear programme to know.
    forbidden
        Columns that cannot all be flown, by their labels.
    begin
        A plan that can be flown, to begin with: the start of every column, -1 of those not flown; shape (m,).
    work, seconds
        Limits of the search: CP-SAT's own measure, the same on every machine, and the clock.
    """
    begun, model = time.monotonic(), _Model(pool, leaving, capacity, rows, forbidden, begin)
    if seconds is not None:
        seconds = max(LEAST_S, seconds - (time.monotonic() - begun))
    return model.solve(work=work, seconds=seconds, stopped=stopped)


class _Model:
    def __init__(
        self, pool: Pool, leaving: Floats, capacity: Integers, rows: Sequence[Row], forbidden: Sequence[Together],
        begin: Integers,
    ) -> None:  # fmt: skip
        from ortools.sat.python import cp_model

        self.cp: Any = cp_model
        self.model: Any = cp_model.CpModel()
        self.pool, self.leaving = pool, leaving
        self.flown = [self.model.new_bool_var("") for _ in range(len(pool))]
        self.left = [self.model.new_bool_var("") for _ in leaving]
        spans = zip(pool.opens.tolist(), pool.closes.tolist(), strict=True)
        self.starts = [self.model.new_int_var(opens, closes, "") for opens, closes in spans]
        self._serve_once()
        keep_limits(self.model, pool, range(len(pool)), self.starts, self.flown, capacity)
        for counts, most in rows:
            self._keep(counts, most)
        for one in forbidden:
            self._keep(np.isin(pool.label, sorted(one.labels)), one.most, sorted(one.left))
        self._begin_with(begin)
        costs = np.concatenate((pool.cost, leaving))
        self.scale = DIGITS / max(1.0, float(leaving.sum()), float(np.abs(costs).max(initial=0.0)))
        variables = [*self.flown, *self.left]
        whole = np.round(costs * self.scale).astype(np.int64).tolist()
        self.model.minimize(self.cp.LinearExpr.weighted_sum(variables, whole))

    def _serve_once(self) -> None:
        serving: list[list[Any]] = [[left] for left in self.left]
        for column, order in zip(self.pool.owner.tolist(), self.pool.listed.tolist(), strict=True):
            serving[order].append(self.flown[column])
        for listed in serving:
            self.model.add_exactly_one(listed)

    def _keep(self, counts: Integers | npt.NDArray[np.bool_], most: int, left: Sequence[int] = ()) -> None:
        places = np.flatnonzero(counts)
        variables = [*(self.flown[place] for place in places.tolist()), *(self.left[order] for order in left)]
        times = [*counts[places].astype(int).tolist(), *([1] * len(left))]
        if sum(times) > most:
            self.model.add(self.cp.LinearExpr.weighted_sum(variables, times) <= most)

    def _begin_with(self, begin: Integers) -> None:
        served = set(self.pool.some(np.flatnonzero(begin >= 0)).listed.tolist())
        for column, start in enumerate(begin.tolist()):
            self.model.add_hint(self.flown[column], start >= 0)
            self.model.add_hint(self.starts[column], start if start >= 0 else int(self.pool.opens[column]))
        for order, left in enumerate(self.left):
            self.model.add_hint(left, order not in served)

    def solve(self, *, work: float, seconds: float | None, stopped: Callable[[], bool]) -> Picked:
        """Solve it, on one core."""
        begun, solver = time.monotonic(), self.cp.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.linearization_level = AGAINST_TIME
        solver.parameters.max_deterministic_time = work
        solver.parameters.cp_model_probing_level = 0  # it takes longer than it saves
        solver.parameters.symmetry_level = 0
        solver.parameters.catch_sigint_signal = False
        if seconds is not None:
            solver.parameters.max_time_in_seconds = seconds
        with ThreadPoolExecutor(1) as executor:  # so that this thread hears that it is to stop
            running = executor.submit(solver.solve, self.model)
            try:
                while not wait([running], timeout=LOOKED_S).done:
                    if stopped():
                        solver.stop_search()
            finally:
                solver.stop_search()  # whoever is interrupted here has not to wait for its end
        found = self._read(solver, running.result())
        log.info(
            "picked among %d columns: %.4f, bound %.4f, %s in %.1f s", len(self.pool), found.cost, found.bound,
            solver.status_name(running.result()), time.monotonic() - begun,
        )  # fmt: skip
        return found

    def _read(self, solver: Any, status: Any) -> Picked:
        none = np.full(len(self.pool), -1)
        if status == self.cp.INFEASIBLE:
            return Picked(starts=none, cost=math.inf, bound=math.inf)
        # Every cost was rounded by half a unit at most, and no plan is of more of them than there are orders.
        bound = (solver.best_objective_bound - 0.5 * len(self.left)) / self.scale
        if status not in (self.cp.OPTIMAL, self.cp.FEASIBLE):
            return Picked(starts=none, cost=math.inf, bound=bound)
        starts = [
            solver.value(start) if solver.boolean_value(flown) else -1
            for flown, start in zip(self.flown, self.starts, strict=True)
        ]
        left = [order for order, out in enumerate(self.left) if solver.boolean_value(out)]
        told = np.array(starts, np.int64)
        cost = float(self.pool.cost[told >= 0].sum() + self.leaving[left].sum())
        return Picked(starts=told, cost=cost, bound=bound)

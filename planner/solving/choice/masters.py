"""The linear programme over pieces, and the whole-number one, both through OR-Tools' MathOpt."""

from __future__ import annotations

import logging
import math
import os
import sys
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from planner.errors import SolverFailed
from planner.solving.choice.cuts import Cut
from planner.solving.choice.pieces import Pieces, Rows, held, priced
from planner.solving.choice.pools import Floats, Integers, Pool

log = logging.getLogger(__name__)

BREAKDOWNS = (AttributeError, ValueError, RuntimeError)
"""What is raised where a solver gives up with an internal error: MathOpt 9.15 has no exception for it, and trips."""

NOISE = 1e-7
"""Reduced costs above minus this count as none below 0, relative to the dearest penalty or column."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """What a linear programme says."""

    value: float
    amount: Floats
    """How much of each active piece is taken; shape (active,)."""
    left: Floats
    """How much of each order is left out; shape (n,)."""
    worth: Floats
    """What serving each order is worth; shape (n,)."""
    dear: tuple[Floats, ...]
    """By limit, what each of its moments costs."""
    cut_prices: Floats
    """What counting in each cut costs."""


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """The pieces that count in a cut, ascending, and how often each does; shape (c,)."""

    pieces: Integers
    times: Integers

    @classmethod
    def of(cls, counts: npt.NDArray[np.bool_] | Integers) -> Counts:
        """Return them from how often every piece counts, shape (q,)."""
        pieces = np.flatnonzero(counts)
        return cls(pieces, counts[pieces].astype(np.int64))

    def then(self, others: Counts, known: int) -> Counts:
        """Return them with those of pieces that come after some that are known."""
        return Counts(np.r_[self.pieces, others.pieces + known], np.r_[self.times, others.times])

    def among(self, some: Integers) -> Iterator[tuple[int, int]]:
        """Yield the places in ``some`` of the pieces that count, and how often they do."""
        if not len(self.pieces):
            return
        at = np.minimum(np.searchsorted(self.pieces, some), len(self.pieces) - 1)
        places = np.flatnonzero(self.pieces[at] == some)
        yield from zip(places.tolist(), self.times[at[places]].tolist(), strict=True)


class OutOfTime(SolverFailed):
    """No answer in the time that was left."""


class Master:
    """A linear programme that grows: pieces, rows and cuts are added, and cuts taken away."""

    def __init__(self, pool: Pool, pieces: Pieces, leaving: Floats, rows: Rows, cuts: Sequence[Cut]) -> None:
        from ortools.math_opt.python import mathopt

        self.mathopt: Any = mathopt
        self.pool, self.pieces, self.rows, self.leaving = pool, pieces, rows, leaving
        self.model: Any = mathopt.Model()
        self.cover = [self.model.add_linear_constraint(lb=1.0, ub=1.0) for _ in leaving]
        self.left = [self._left(row, cost) for row, cost in zip(self.cover, leaving.tolist(), strict=True)]
        self.active = np.zeros(0, np.int64)
        self.is_active = np.zeros(len(pieces), bool)
        self.taken: list[Any] = []
        self.row_of: dict[tuple[int, int], Any] = {}
        self.cuts: list[Cut] = []
        self.cut_counts: list[Counts] = []
        self.cut_rows: list[Any] = []
        for limit, moment in rows.keys:
            self._add_row(limit, moment)
        for one in cuts:
            self.add_cut(one)
        self.solver: Any = mathopt.IncrementalSolver(self.model, mathopt.SolverType.GLOP)
        # Most values are zero, and reading them out takes longer than working them out.
        nonzero: Any = mathopt.SparseVectorFilter(skip_zero_values=True)
        self.told: Any = mathopt.ModelSolveParameters(
            variable_values_filter=nonzero,
            dual_values_filter=nonzero,
            reduced_costs_filter=mathopt.SparseVectorFilter(filtered_items=()),
        )

    def _left(self, row: Any, cost: float) -> Any:
        variable = self.model.add_variable(lb=0.0)
        self.model.objective.set_linear_coefficient(variable, cost)
        row.set_coefficient(variable, 1.0)
        return variable

    # -- growing -----------------------------------------------------------------------------------------------

    def widen(self, pool: Pool, pieces: Pieces) -> None:
        """Take a pool and pieces that begin with those of before; what is new does not take part yet."""
        columns, known = len(self.pool), len(self.pieces)
        fresh = pool.some(np.arange(columns, len(pool)))
        new = Pieces(column=pieces.column[known:] - columns, low=pieces.low[known:], high=pieces.high[known:])
        self.cut_counts = [
            counts.then(Counts.of(one.counts(fresh, new)), known)
            for one, counts in zip(self.cuts, self.cut_counts, strict=True)
        ]
        self.pool, self.pieces = pool, pieces
        self.is_active = np.concatenate([self.is_active, np.zeros(len(new), bool)])

    def add_pieces(self, new: Integers) -> None:
        """Let some pieces take part that do not yet."""
        if not len(new):
            return
        self.is_active[new] = True
        self.active = np.concatenate([self.active, new])
        fresh = []
        for piece in new.tolist():
            column = int(self.pieces.column[piece])
            variable = self.model.add_variable(lb=0.0)
            self.model.objective.set_linear_coefficient(variable, float(self.pool.cost[column]))
            for order in self.pool.orders(column).tolist():
                self.cover[order].set_coefficient(variable, 1.0)
            fresh.append(variable)
        self.taken += fresh
        for (place, key), times in self._held_by(new).items():
            self.row_of[key].set_coefficient(fresh[place], float(times))
        for counts, row in zip(self.cut_counts, self.cut_rows, strict=True):
            for place, times in counts.among(new):
                row.set_coefficient(fresh[place], float(times))

    def _held_by(self, new: Integers) -> Counter[tuple[int, tuple[int, int]]]:
        """Return how often a piece, by its place in ``new``, surely holds a limit at a moment that is looked at."""
        parts = (part.tolist() for part in held(self.pool, self.pieces, new))
        return Counter(
            (place, (limit, moment))
            for place, limit, begins, ends in zip(*parts, strict=True)
            for moment in self.rows.moments[limit]
            if begins <= moment < ends
        )

    def add_row(self, limit: int, moment: int) -> bool:
        """Look at a limit at a moment; tell whether that is new."""
        if not self.rows.add(limit, moment):
            return False
        self._add_row(limit, moment)
        return True

    def _add_row(self, limit: int, moment: int) -> None:
        row = self.model.add_linear_constraint(ub=float(self.rows.capacity[limit]))
        self.row_of[limit, moment] = row
        place, limits, begins, ends = held(self.pool, self.pieces, self.active)
        there = place[(limits == limit) & (begins <= moment) & (moment < ends)]
        for one, times in zip(*(part.tolist() for part in np.unique(there, return_counts=True)), strict=True):
            row.set_coefficient(self.taken[one], float(times))

    def add_cut(self, one: Cut) -> None:
        """Add a cut."""
        counts = Counts.of(one.counts(self.pool, self.pieces))
        row = self.model.add_linear_constraint(ub=float(one.most))
        self.cuts.append(one)
        self.cut_counts.append(counts)
        self.cut_rows.append(row)
        for place, times in counts.among(self.active):
            row.set_coefficient(self.taken[place], float(times))
        for order in one.left:
            row.set_coefficient(self.left[order], 1.0)

    def drop_cuts(self, dropped: Collection[int]) -> None:
        """Take cuts away, told by their places."""
        for place in dropped:
            self.model.delete_linear_constraint(self.cut_rows[place])
        kept = [place for place in range(len(self.cuts)) if place not in dropped]
        self.cuts = [self.cuts[place] for place in kept]
        self.cut_counts = [self.cut_counts[place] for place in kept]
        self.cut_rows = [self.cut_rows[place] for place in kept]

    # -- asking ------------------------------------------------------------------------------------------------

    def solve(self, *, seconds: float | None = None) -> Answer:
        """Solve the linear programme over the active pieces.

        Raises
        ------
        OutOfTime
            If that takes more than some seconds.
        """
        limit = None if seconds is None else timedelta(seconds=seconds)
        parameters = self.mathopt.SolveParameters(time_limit=limit)
        result = self._from_last_time(parameters)
        if result is None or result.termination.reason != self.mathopt.TerminationReason.OPTIMAL:
            # What GLOP has at hand from the last time may have led it astray.
            result = self.mathopt.solve(
                self.model, self.mathopt.SolverType.HIGHS, params=parameters, model_params=self.told
            )
            self._in_time(result)
        if result.termination.reason != self.mathopt.TerminationReason.OPTIMAL:
            raise SolverFailed(f"the linear programme was not solved: {result.termination}")
        values, duals = np.zeros(len(self.left) + len(self.taken)), result.dual_values()
        for variable, value in result.variable_values().items():
            values[variable.id] = value  # numbered as they were added: orders left out first
        return Answer(
            value=result.objective_value(),
            amount=values[len(self.left) :],
            left=values[: len(self.left)],
            worth=np.array([duals.get(row, 0.0) for row in self.cover]),
            dear=tuple(
                np.array([max(0.0, -duals.get(self.row_of[limit, moment], 0.0)) for moment in moments])
                for limit, moments in enumerate(self.rows.moments)
            ),
            cut_prices=np.array([max(0.0, -duals.get(row, 0.0)) for row in self.cut_rows]),
        )

    def _from_last_time(self, parameters: Any) -> Any | None:
        """Return what GLOP says, beginning with its last answer; None where that makes it break down."""
        try:
            result = self.solver.solve(params=parameters, model_params=self.told)
        except BREAKDOWNS as error:
            log.info("GLOP gave up (%s)", error)
            self.solver = self.mathopt.IncrementalSolver(self.model, self.mathopt.SolverType.GLOP)
            return None
        self._in_time(result)
        return result

    def _in_time(self, result: Any) -> None:
        if result.termination.limit == self.mathopt.Limit.TIME:
            raise OutOfTime

    def reduced(self, answer: Answer) -> Floats:
        """Return the reduced cost of every piece, active or not; shape (q,)."""
        found = priced(self.pool, self.pieces, self.pool.reduced(answer.worth), self.rows, answer.dear)
        for counts, price in zip(self.cut_counts, answer.cut_prices.tolist(), strict=True):
            if price > 0:
                found[counts.pieces] += price * counts.times
        return found

    def reduced_left(self, answer: Answer) -> Floats:
        """Return the reduced cost of leaving out each order; cuts added since the answer cost nothing; shape (n,)."""
        found: Floats = self.leaving - answer.worth
        for one, price in zip(self.cuts, answer.cut_prices.tolist(), strict=False):
            found[sorted(one.left)] += price
        return found

    def dual_value(self, answer: Answer, reduced: Floats) -> float:
        """Return a bound from below that holds whatever the noise of the solver: duals with all that breaks them."""
        capacities = self.rows.capacity.tolist()
        owed = sum(float(prices.sum()) * most for prices, most in zip(answer.dear, capacities, strict=True))
        owed += sum(price * one.most for price, one in zip(answer.cut_prices.tolist(), self.cuts, strict=True))
        worst = min(0.0, float(reduced.min(initial=0.0)), float(self.reduced_left(answer).min(initial=0.0)))
        return float(answer.worth.sum() - owed + worst * len(self.cover))


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What a whole-number programme says."""

    status: str
    """``optimal``, ``infeasible`` or ``limit``."""
    value: float = float("inf")
    """Infinite when no choice was found."""
    pieces: tuple[int, ...] = ()
    bound: float = float("-inf")

    @property
    def empty(self) -> bool:
        """Whether the choice is to leave out everything."""
        return not self.pieces and self.value < float("inf")


def whole(
    master: Master,
    chosen: Integers,
    may_leave: npt.NDArray[np.bool_],
    *,
    seconds: float | None,
    nodes: int | None,
) -> Whole:
    """Choose whole pieces among some, at the least cost, with all rows and cuts of a linear programme.

    ``may_leave`` tells which orders may be left out, shape (n,). Time and nodes are limits of the search.
    """
    return _Choice(master, chosen, may_leave).solve(seconds=seconds, nodes=nodes)


class _Choice:
    """A whole-number programme over some pieces of a linear one."""

    def __init__(self, master: Master, chosen: Integers, may_leave: npt.NDArray[np.bool_]) -> None:
        from ortools.math_opt.python import mathopt

        self.mathopt: Any = mathopt
        self.master, self.chosen = master, chosen
        self.model: Any = mathopt.Model()
        self.taken = [self.model.add_binary_variable() for _ in range(len(chosen))]
        self.left = {order: self.model.add_binary_variable() for order in np.flatnonzero(may_leave).tolist()}
        costs = master.pool.cost[master.pieces.column[chosen]].tolist()
        objective = [cost * variable for cost, variable in zip(costs, self.taken, strict=True)]
        objective += [float(master.leaving[order]) * variable for order, variable in self.left.items()]
        self.model.minimize(mathopt.fast_sum(objective))
        self.served = self._cover()
        self._limit()
        self._cut()

    def _cover(self) -> bool:
        """Serve or leave out each order once; tell whether there is a way to for each."""
        pool, columns = self.master.pool, self.master.pieces.column[self.chosen].tolist()
        terms: list[list[Any]] = [[] for _ in self.master.leaving]
        for column, variable in zip(columns, self.taken, strict=True):
            for order in pool.orders(column).tolist():
                terms[order].append(variable)
        for order, variable in self.left.items():
            terms[order].append(variable)
        for listed in terms:
            self.model.add_linear_constraint(self.mathopt.fast_sum(listed) == 1.0)
        return all(terms)

    def _at_most(self, counted: Iterable[tuple[int, int]], most: int, left: Iterable[int] = ()) -> None:
        """Let no more be taken of some pieces, told with how often they count, and left out of some orders."""
        terms = [(self.taken[place], times) for place, times in counted]
        terms += [(self.left[order], 1) for order in left if order in self.left]
        if sum(max(0, times) for _, times in terms) > most:
            total = self.mathopt.fast_sum([float(times) * variable for variable, times in terms])
            self.model.add_linear_constraint(total <= float(most))

    def _limit(self) -> None:
        """Keep each limit at each moment that is looked at."""
        place, limits, begins, ends = held(self.master.pool, self.master.pieces, self.chosen)
        rows = self.master.rows
        for limit, moment in rows.keys:
            there = place[(limits == limit) & (begins <= moment) & (moment < ends)]
            self._at_most(((one, 1) for one in there.tolist()), int(rows.capacity[limit]))

    def _cut(self) -> None:
        for one, counts in zip(self.master.cuts, self.master.cut_counts, strict=True):
            self._at_most(counts.among(self.chosen), one.most, one.left)

    def solve(self, *, seconds: float | None, nodes: int | None) -> Whole:
        """Solve it, and say how far that came."""
        if not self.served:
            return Whole(status="infeasible", bound=math.inf)
        parameters = self.mathopt.SolveParameters(
            random_seed=1,
            relative_gap_tolerance=0.0,
            absolute_gap_tolerance=1e-6,
            time_limit=None if seconds is None else timedelta(seconds=seconds),
            node_limit=nodes,
        )
        result = _solved(self.model, parameters)
        reasons, reason = self.mathopt.TerminationReason, result.termination.reason
        if reason in (reasons.INFEASIBLE, reasons.INFEASIBLE_OR_UNBOUNDED):
            return Whole(status="infeasible", bound=math.inf)
        bound = result.objective_value() if reason == reasons.OPTIMAL else result.dual_bound()
        status = "optimal" if reason == reasons.OPTIMAL else "limit"
        if not result.has_primal_feasible_solution():
            return Whole(status=status, bound=bound)
        values = result.variable_values(self.taken)
        picked = tuple(int(piece) for piece, value in zip(self.chosen, values, strict=True) if value > 0.5)
        return Whole(status=status, value=result.objective_value(), pieces=picked, bound=bound)


def _solved(model: Any, parameters: Any) -> Any:
    """Solve a whole-number programme with HiGHS, or with SCIP where HiGHS breaks down."""
    from ortools.math_opt.python import mathopt

    try:
        with _stray_lines_aside():
            return mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
    except BREAKDOWNS as error:
        log.info("HiGHS gave up (%s); SCIP takes over", error)
    # SCIP keeps time by the clock on the wall, which somebody may set: it would end at once, or an hour late.
    limit, timeless = parameters.time_limit, replace(parameters, time_limit=None)
    with _interrupting_after(None if limit is None else limit.total_seconds()) as interrupter:
        return mathopt.solve(model, mathopt.SolverType.GSCIP, params=timeless, interrupter=interrupter)


@contextmanager
def _interrupting_after(seconds: float | None) -> Iterator[Any]:
    """Give what interrupts a solver of MathOpt after some seconds, by a clock that nobody sets."""
    from ortools.util.python.solve_interrupter import SolveInterrupter

    interrupter = SolveInterrupter()
    if seconds is None:
        yield interrupter
        return
    timer = threading.Timer(seconds, interrupter.interrupt)
    timer.start()
    try:
        yield interrupter
    finally:
        timer.cancel()
        timer.join()


@contextmanager
def _stray_lines_aside() -> Iterator[None]:
    """Send what is written to standard output to standard error: HiGHS 1.12 prints from within, asked or not.

    Whoever reads a table or JSON from standard output would find it there.
    """
    sys.stdout.flush()
    out = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(out, 1)
        os.close(out)

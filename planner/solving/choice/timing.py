"""Whether some columns can all be flown: one start for each, so that no limit of the day is exceeded. Exact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from planner.solving.choice.pools import Integers, Pool

WORK = 2.0
"""CP-SAT's own measure of work that one question may take."""


class Fits(Enum):
    """What came of asking."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    """The work it may take was not enough to tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """An answer, with a start for each column when it is yes."""

    fits: Fits
    starts: tuple[int, ...] = ()


def timed(
    pool: Pool,
    columns: Sequence[int],
    capacity: Integers,
    *,
    windows: Sequence[tuple[int, int]] | None = None,
    only: int | None = None,
    work: float = WORK,
    seconds: float | None = None,
) -> Timing:
    """Find starts for some columns, each within its window, or within others that are told.

    With ``only`` no other limit than that one is looked at. ``work`` and ``seconds`` are limits of the search.
    """
    spans = windows or [(int(pool.opens[column]), int(pool.closes[column])) for column in columns]
    asked = _Asked(pool, columns, capacity, spans, only)
    solver, status = asked.solved(work, seconds)
    if status in (asked.cp.OPTIMAL, asked.cp.FEASIBLE):
        return Timing(fits=Fits.YES, starts=tuple(int(solver.value(start)) for start in asked.starts))
    return Timing(fits=Fits.NO if status == asked.cp.INFEASIBLE else Fits.UNKNOWN)


def placed(
    pool: Pool,
    columns: Sequence[int],
    capacity: Integers,
    *,
    wanted: Sequence[int] = (),
    work: float = WORK,
    seconds: float | None = None,
) -> tuple[int, ...]:
    """Return a start for each of some columns, or -1: such that those with a start serve as many orders as can be.

    ``wanted`` are starts to begin with, which may exceed limits. ``work`` and ``seconds`` are limits of the search;
    where it finds nothing in time, none has a start.
    """
    spans = [(int(pool.opens[column]), int(pool.closes[column])) for column in columns]
    asked = _Asked(pool, columns, capacity, spans, None, optional=True)
    serves = [len(pool.orders(column)) for column in columns]
    for flown in asked.flown:
        asked.model.add_hint(flown, True)
    for start, begin in zip(asked.starts, wanted, strict=False):
        asked.model.add_hint(start, begin)
    asked.model.maximize(asked.cp.LinearExpr.weighted_sum(asked.flown, serves))
    solver, status = asked.solved(work, seconds)
    if status not in (asked.cp.OPTIMAL, asked.cp.FEASIBLE):
        return (-1,) * len(columns)
    both = zip(asked.starts, asked.flown, strict=True)
    return tuple(int(solver.value(start)) if solver.boolean_value(flown) else -1 for start, flown in both)


def keep_limits(
    model: Any, pool: Pool, columns: Sequence[int], starts: Sequence[Any], flown: Sequence[Any], capacity: Integers,
    only: int | None = None,
) -> None:  # fmt: skip
    """Let those of some columns that are flown exceed no limit, in a CP-SAT model; or not the only one that is told."""
    held: dict[int, list[Any]] = defaultdict(list)
    for column, start, there in zip(columns, starts, flown, strict=True):
        uses = pool.uses(column)
        for limit, from_tick, until_tick in zip(
            pool.limit[uses].tolist(), pool.from_tick[uses].tolist(), pool.until_tick[uses].tolist(), strict=True
        ):
            if only in (None, limit):
                held[limit].append(
                    model.new_optional_fixed_size_interval_var(start + from_tick, until_tick - from_tick, there, "")
                )
    for limit, intervals in sorted(held.items()):
        most = int(capacity[limit])
        if most == 1:
            model.add_no_overlap(intervals)
        elif len(intervals) > most:
            model.add_cumulative(intervals, [1] * len(intervals), most)


class _Asked:
    """Columns with their starts, and the limits that they keep, those of them that are flown."""

    def __init__(
        self, pool: Pool, columns: Sequence[int], capacity: Integers, spans: Sequence[tuple[int, int]],
        only: int | None, *, optional: bool = False,
    ) -> None:  # fmt: skip
        from ortools.sat.python import cp_model

        self.cp: Any = cp_model
        self.model: Any = cp_model.CpModel()
        self.starts = [self.model.new_int_var(low, high, "") for low, high in spans]
        self.flown = [self.model.new_bool_var("") if optional else self.model.new_constant(1) for _ in columns]
        keep_limits(self.model, pool, columns, self.starts, self.flown, capacity, only)

    def solved(self, work: float, seconds: float | None) -> tuple[Any, Any]:
        """Return the solver, and what it says."""
        solver = self.cp.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_deterministic_time = work
        if seconds is not None:
            solver.parameters.max_time_in_seconds = seconds
        return solver, solver.solve(self.model)

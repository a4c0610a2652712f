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
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    spans = windows or [(int(pool.opens[column]), int(pool.closes[column])) for column in columns]
    starts = [model.new_int_var(low, high, "") for low, high in spans]
    held: dict[int, list[Any]] = defaultdict(list)
    for column, start in zip(columns, starts, strict=True):
        uses = pool.uses(column)
        for limit, from_tick, until_tick in zip(
            pool.limit[uses].tolist(), pool.from_tick[uses].tolist(), pool.until_tick[uses].tolist(), strict=True
        ):
            if only in (None, limit):
                held[limit].append(model.new_fixed_size_interval_var(start + from_tick, until_tick - from_tick, ""))
    for limit, intervals in sorted(held.items()):
        most = int(capacity[limit])
        if most == 1:
            model.add_no_overlap(intervals)
        elif len(intervals) > most:
            model.add_cumulative(intervals, [1] * len(intervals), most)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = work
    if seconds is not None:
        solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Timing(fits=Fits.YES, starts=tuple(int(solver.value(start)) for start in starts))
    return Timing(fits=Fits.NO if status == cp_model.INFEASIBLE else Fits.UNKNOWN)

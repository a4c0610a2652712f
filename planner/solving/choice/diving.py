"""Diving: a first plan out of a linear programme over single starts.

What it takes most of is decided for, and it is solved anew, again and again; the last few sorties are chosen together.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.errors import SolverFailed
from planner.solving.choice.linear import Clock, Linear
from planner.solving.choice.masters import Whole, whole
from planner.solving.choice.pieces import overfull
from planner.solving.choice.pools import Integers

MOSTLY = 0.7
"""What is taken by as much is decided for; where nothing is, whatever is taken most."""
LOST = 0.5
"""Orders more that the linear programme leaves out after a decision: then the decision was one too many."""
LAST_NODES = 200
"""Of HiGHS, for the last few sorties."""
LAST_SPOTS = 6000
"""Starts that these are chosen from, those with the least reduced costs."""


def dive(linear: Linear, clock: Clock) -> Whole:
    """Return a choice of starts that keeps all rows the linear programme has.

    Afterwards the programme is as it was before, but has to be solved anew.

    Raises
    ------
    OutOfTime
        If that takes longer than there is time.
    """
    chosen: list[int] = []
    while places := _decisions(linear, chosen):
        left_out = float(linear.answer.left.sum())
        if not _held(linear, places, clock) or linear.answer.left.sum() > left_out + LOST:
            linear.master.hold(places, at_least=0.0)
            break
        chosen += places
    found = _last(linear, linear.master.active[np.array(chosen, np.int64)], clock.left_s)
    linear.master.hold(chosen, at_least=0.0)
    return found


def _held(linear: Linear, places: Sequence[int], clock: Clock) -> bool:
    """Take some pieces for sure, and tell whether that can be; cuts may forbid it."""
    linear.master.hold(places, at_least=1.0)
    try:
        linear.solve(clock)
    except SolverFailed:
        return False
    return True


def _decisions(linear: Linear, chosen: Sequence[int]) -> list[int]:
    """Return places of active pieces that are taken most, as many as fit together with those chosen before."""
    amount, known = linear.answer.amount, set(chosen)
    taken = [k for k in np.argsort(-amount, kind="stable").tolist() if amount[k] > 1e-6 and k not in known]
    decided: list[int] = []
    for place in [k for k in taken if amount[k] >= MOSTLY] or taken[:1]:
        if _fit(linear, [*chosen, *decided, place]):
            decided.append(place)
    return decided


def _fit(linear: Linear, places: Sequence[int]) -> bool:
    """Tell whether pieces serve no order twice and nothing is too full."""
    pool, pieces = linear.master.pool, linear.pieces
    chosen = linear.master.active[np.array(places)]
    orders = np.concatenate([pool.orders(int(column)) for column in pieces.column[chosen]])
    once = len(np.unique(orders)) == len(orders)
    return once and not overfull(pool, pieces, chosen, np.ones(len(chosen)), linear.master.rows.capacity)


def _last(linear: Linear, chosen: Integers, seconds: float | None) -> Whole:
    """Choose among all starts for the orders that are not served yet."""
    pool, pieces = linear.master.pool, linear.pieces
    served = np.zeros(len(linear.master.leaving), bool)
    for column in pieces.column[chosen].tolist():
        served[pool.orders(column)] = True
    open_columns = np.bincount(pool.owner, weights=served[pool.listed], minlength=len(pool)) == 0
    open_pieces = np.flatnonzero(open_columns[pieces.column])
    if len(open_pieces) > LAST_SPOTS:
        order = np.argsort(linear.reduced[open_pieces], kind="stable")[:LAST_SPOTS]
        open_pieces = open_pieces[np.sort(order)]
    among = np.concatenate([chosen, open_pieces])
    return whole(linear.master, among, ~served, seconds=seconds, nodes=LAST_NODES, sure=len(chosen))

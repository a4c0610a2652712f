"""A linear programme over all pieces of a pool: with those priced in that are worth it, and the rows that it breaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from planner.solving.choice.cuts import Cut
from planner.solving.choice.masters import Answer, Master
from planner.solving.choice.pieces import Pieces, Rows, overfull
from planner.solving.choice.pools import Floats, Integers, Pool

PRICED_A_ROUND = 1000
"""Pieces that join at a time, those worth most."""


class Clock(Protocol):
    """Tells how long there is."""

    @property
    def left_s(self) -> float | None:
        """Seconds; None without a limit."""
        ...


class Endless:
    """No limit of time."""

    left_s: float | None = None


ENDLESS = Endless()


class Linear:
    """A linear programme with its answer; asked again after each change."""

    answer: Answer
    reduced: Floats
    """Reduced cost of every piece; 0 before it was solved."""
    root: float
    """No choice among these pieces costs less."""

    def __init__(self, pool: Pool, pieces: Pieces, leaving: Floats, rows: Rows, cuts: Sequence[Cut]) -> None:
        self.master = Master(pool, pieces, leaving, rows, cuts)
        self.reduced = np.zeros(len(pieces))

    def widen(self, pool: Pool, pieces: Pieces) -> None:
        """Take a pool and pieces that begin with those of before; of the new ones nothing is known yet."""
        self.master.widen(pool, pieces)
        self.reduced = np.concatenate([self.reduced, np.zeros(len(pieces) - len(self.reduced))])

    @property
    def pieces(self) -> Pieces:
        """All of them."""
        return self.master.pieces

    @property
    def taken(self) -> tuple[Integers, Floats]:
        """The pieces that the answer takes, and how much of each."""
        places = np.flatnonzero(self.answer.amount > 1e-9)
        return self.master.active[places], self.answer.amount[places]

    def solve(self, clock: Clock = ENDLESS) -> None:
        """Solve it over all pieces, with all rows that are broken.

        Raises
        ------
        OutOfTime
            If that takes longer than there is time.
        """
        self._price_out(clock)
        while self.look_at(*self.taken):
            self._price_out(clock)
        self.root = self.master.dual_value(self.answer, self.reduced)

    def look_at(self, chosen: npt.NDArray[np.integer], amount: Floats) -> bool:
        """Add rows for what is too full when pieces are taken by some amount; tell whether any is new."""
        broken = overfull(self.master.pool, self.pieces, chosen, amount, self.master.rows.capacity)
        return sum(self.master.add_row(limit, moment) for _, limit, moment in broken) > 0

    def _price_out(self, clock: Clock) -> None:
        while True:
            self.answer = self.master.solve(seconds=clock.left_s)
            self.reduced = self.master.reduced(self.answer)
            tolerance = 1e-7 * max(1.0, float(np.abs(self.answer.worth).max(initial=0.0)))
            missing = np.flatnonzero((self.reduced < -tolerance) & ~self.master.is_active)
            if not len(missing):
                return
            if len(missing) > PRICED_A_ROUND:
                missing = missing[np.argpartition(self.reduced[missing], PRICED_A_ROUND)[:PRICED_A_ROUND]]
            self.master.add_pieces(missing)

    def near(self, gap: float) -> Integers:
        """Return the pieces with reduced costs up to a gap."""
        return np.flatnonzero(self.reduced <= gap)

    def may_leave(self, gap: float) -> npt.NDArray[np.bool_]:
        """Tell which orders a choice may leave out whose cost is within a gap of the root."""
        return np.asarray(self.master.reduced_left(self.answer) <= gap)

    def least(self) -> Floats:
        """Return the least reduced cost of the pieces of each column; shape (m,)."""
        found = np.full(len(self.master.pool), np.inf)
        np.minimum.at(found, self.pieces.column, self.reduced)
        return found

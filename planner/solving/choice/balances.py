"""Balances: until a moment no more leave a hub than were there at first and have come since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.solving.choice.cuts import NOBODY
from planner.solving.choice.pieces import Pieces
from planner.solving.choice.pools import Integers, Pool

NEVER = 2**40
"""Ticks: later than any moment of any day."""
ALL_DAY = 2**30
"""The moment by which everything has come that comes at all."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Balance:
    """A row: pieces that have surely left a hub by a moment, less those that may have come there, are at most so many.

    It is of drones that stand at the hub, or of packs that lie there.
    """

    leaves: tuple[bool, ...]
    """By carrier: whether its sorties leave the hub."""
    comes: tuple[bool, ...]
    """By carrier: whether they end there."""
    carrier: Callable[[Integers], Integers]
    """Return the carriers of columns, by their labels."""
    ready: Callable[[Integers], Integers]
    """Return ticks from the start of columns, by their labels, until what they bring can leave again; NEVER if not."""
    moment: int
    most: int

    @property
    def left(self) -> frozenset[int]:
        """None."""
        return NOBODY

    @property
    def lowest(self) -> tuple[int, ...]:
        """By carrier: the least that a piece of its sorties may count."""
        late = self.moment >= ALL_DAY
        return tuple(late * goes - come for goes, come in zip(self.leaves, self.comes, strict=True))

    def counts(self, pool: Pool, pieces: Pieces) -> Integers:
        """Return how each piece counts, shape (q,)."""
        carriers = self.carrier(pool.label)
        gone = np.array(self.leaves)[carriers][pieces.column] & (pieces.high <= self.moment)
        ready = np.where(np.array(self.comes)[carriers], self.ready(pool.label), NEVER)[pieces.column]
        return gone.astype(np.int64) - (pieces.low + ready <= self.moment)

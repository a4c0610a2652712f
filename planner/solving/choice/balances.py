"""Balances: what sorties take away from a hub for good, others have to have brought there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.solving.choice.cuts import NOBODY
from planner.solving.choice.pieces import Pieces
from planner.solving.choice.pools import Integers, Pool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Balance:
    """A row: sorties that leave a hub for another, less those that come from another, are no more than ``most``."""

    steps: tuple[int, ...]
    """By carrier: 1 for one that leaves, -1 for one that comes, 0 for all others."""
    carrier: Callable[[Integers], Integers]
    """Return the carriers of columns, by their labels."""
    most: int

    @property
    def left(self) -> frozenset[int]:
        """None."""
        return NOBODY

    def counts(self, pool: Pool, pieces: Pieces) -> Integers:
        """Return how each piece counts, shape (q,)."""
        return np.array(self.steps, np.int64)[self.carrier(pool.label)][pieces.column]

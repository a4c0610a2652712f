"""Cuts: what every choice of whole sorties keeps, and a choice of parts of sorties may not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Protocol

import numpy as np
import numpy.typing as npt

from planner.solving.choice.pieces import Pieces
from planner.solving.choice.pools import Floats, Integers, Pool

LEAST_VIOLATION = 0.02


NOBODY: frozenset[int] = frozenset()


class Cut(Protocol):
    """A row: the pieces that ``counts`` names and the orders ``left`` out together are no more than ``most``."""

    @property
    def most(self) -> int:
        """The right-hand side."""
        ...

    @property
    def left(self) -> frozenset[int]:
        """Orders that count when they are left out."""
        ...

    def counts(self, pool: Pool, pieces: Pieces) -> npt.NDArray[np.bool_] | Integers:
        """Return which pieces count, shape (q,), or how often: below 0 where they let others count for more."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SubsetRow:
    """Of the columns that serve two or three of three orders at most one is flown.

    Jepsen, Petersen, Spoorendonk and Pisinger (2008), "Subset-row inequalities applied to the vehicle-routing problem
    with time windows", Operations Research 56(2).
    """

    orders: tuple[int, int, int]

    @property
    def most(self) -> int:
        """One."""
        return 1

    @property
    def left(self) -> frozenset[int]:
        """None."""
        return NOBODY

    def counts(self, pool: Pool, pieces: Pieces) -> npt.NDArray[np.bool_]:
        """Return which pieces serve two orders or more."""
        inside = np.isin(pool.listed, np.array(self.orders))
        twice = np.bincount(pool.owner[inside], minlength=len(pool)) >= 2
        return np.asarray(twice[pieces.column])


Triple = tuple[int, int, int]


def subset_rows(pool: Pool, columns: npt.NDArray[np.integer], amount: Floats, most: int) -> list[SubsetRow]:
    """Return the subset rows that columns taken by some amount break most, the worst first."""
    sets = [sorted(pool.orders(int(column)).tolist()) for column in columns]
    pairs: dict[tuple[int, int], float] = defaultdict(float)
    triples: dict[Triple, float] = defaultdict(float)
    near: dict[int, set[int]] = defaultdict(set)
    for orders, share in zip(sets, amount.tolist(), strict=True):
        for one, other in combinations(orders, 2):
            pairs[one, other] += share
            near[one].add(other)
            near[other].add(one)
        for one, other, third in combinations(orders, 3):
            triples[one, other, third] += share
    # Whoever serves all three is counted with each of the three pairs, and is to count once.
    tried = {_sorted(one, other, third) for one, other in pairs for third in (near[one] | near[other]) - {one, other}}
    total = {
        triple: sum(pairs.get(pair, 0.0) for pair in combinations(triple, 2)) - 2 * triples.get(triple, 0.0)
        for triple in tried
    }
    broken = sorted(((value, triple) for triple, value in total.items() if value > 1 + LEAST_VIOLATION), reverse=True)
    return [SubsetRow(orders=triple) for _, triple in broken[:most]]


def _sorted(*orders: int) -> Triple:
    one, other, third = sorted(orders)
    return one, other, third


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Clash:
    """Columns that cannot all be scheduled, each with whatever serves its order and is as tight as it.

    Each of them stands for all columns that serve one of its orders, start no earlier, no later and hold no less. As an
    order is served once, no two of those are flown; and as the columns clash, so do any that stand for them.
    """

    members: tuple[Member, ...]

    @property
    def most(self) -> int:
        """One less than there are members."""
        return len(self.members) - 1

    @property
    def left(self) -> frozenset[int]:
        """None."""
        return NOBODY

    def counts(self, pool: Pool, pieces: Pieces) -> npt.NDArray[np.bool_]:
        """Return which pieces stand for one of the members."""
        found = np.zeros(len(pieces), bool)
        for member in self.members:
            serving = np.zeros(len(pool), bool)
            serving[pool.owner[pool.listed == member.order]] = True
            candidates = np.flatnonzero(
                serving[pieces.column] & (pieces.low >= member.opens) & (pieces.high <= member.closes)
            )
            found[candidates] |= _hold_as_much(pool, pieces.column[candidates], member)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Columns that cannot all be flown, by their labels, whatever the reason.

    With orders that are ``left`` out it forbids just these columns with nothing else, and not more of them.
    """

    labels: frozenset[int]
    left: frozenset[int] = NOBODY

    @property
    def most(self) -> int:
        """One less than there are."""
        return len(self.labels) + len(self.left) - 1

    def counts(self, pool: Pool, pieces: Pieces) -> npt.NDArray[np.bool_]:
        """Return which pieces are of one of the columns."""
        return np.asarray(np.isin(pool.label, sorted(self.labels))[pieces.column])


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of the columns of a clash."""

    order: int
    opens: int
    closes: int
    holds: tuple[tuple[int, int, int], ...]
    """Limit, from, until."""


def _hold_as_much(pool: Pool, columns: Integers, member: Member) -> npt.NDArray[np.bool_]:
    """Tell which columns have for every hold of a member one of the same limit that reaches as far."""
    distinct, back = np.unique(columns, return_inverse=True)
    enough = np.ones(len(distinct), bool)
    for k, column in enumerate(distinct.tolist()):
        uses = pool.uses(column)
        own = list(
            zip(pool.limit[uses].tolist(), pool.from_tick[uses].tolist(), pool.until_tick[uses].tolist(), strict=True)
        )
        enough[k] = _covers(own, member.holds)
    return np.asarray(enough[back])


def _covers(own: Sequence[tuple[int, int, int]], asked: Sequence[tuple[int, int, int]]) -> bool:
    left = list(own)
    for limit, from_tick, until_tick in asked:
        fitting = [hold for hold in left if hold[0] == limit and hold[1] <= from_tick and hold[2] >= until_tick]
        if not fitting:
            return False
        left.remove(fitting[0])
    return True

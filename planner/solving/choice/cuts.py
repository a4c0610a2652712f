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
DIVISORS = (2, 3, 4, 5)
"""Of rounded rows of many orders."""
BEGINNINGS = 150
"""From which broken rows of many orders are looked for, for each share."""
MOST_BEGUN_WITH = 40
"""Orders."""

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
class RankOne:
    """The covering rows of some orders, each taken so many times, added up, divided and rounded down.

    Of the columns that serve two or three of three orders, for one, at most one is flown: each is taken once there, and
    the sum divided by two.

    Chvatal-Gomory rank-1 cuts: Petersen, Pisinger and Spoorendonk (2008), "Chvatal-Gomory rank-1 cuts used in a
    Dantzig-Wolfe decomposition of the vehicle routing problem with time windows", in: The Vehicle Routing Problem,
    Springer. Where all are taken once, the subset rows of Jepsen, Petersen, Spoorendonk and Pisinger (2008),
    "Subset-row inequalities applied to the vehicle-routing problem with time windows", Operations Research 56(2).
    """

    orders: tuple[int, ...]
    """Ascending."""
    times: tuple[int, ...]
    """How often each of them is taken."""
    below: int
    """What the sum is divided by."""

    @property
    def most(self) -> int:
        """What all its orders come to."""
        return sum(self.times) // self.below

    @property
    def left(self) -> frozenset[int]:
        """None."""
        return NOBODY

    def counts(self, pool: Pool, pieces: Pieces) -> Integers:
        """Return what the orders that each piece serves come to."""
        inside = np.isin(pool.listed, np.array(self.orders))
        taken = np.array(self.times)[np.searchsorted(self.orders, pool.listed[inside])]
        sums = np.bincount(pool.owner[inside], weights=taken, minlength=len(pool)).astype(np.int64)
        return np.asarray((sums // self.below)[pieces.column], np.int64)


Triple = tuple[int, int, int]


def subset_rows(pool: Pool, columns: npt.NDArray[np.integer], amount: Floats, most: int) -> list[RankOne]:
    """Return the rows of three orders that columns taken by some amount break most, the worst first."""
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
    return [RankOne(orders=triple, times=(1, 1, 1), below=2) for _, triple in broken[:most]]


def _sorted(*orders: int) -> Triple:
    one, other, third = sorted(orders)
    return one, other, third


def larger_rows(pool: Pool, columns: npt.NDArray[np.integer], amount: Floats, most: int, *, seed: int) -> list[RankOne]:
    """Return rows of three orders or more that columns taken by some amount break most of those come upon."""
    from planner.solving.choice import subsets  # compiled code is loaded when it is first needed
    from planner.solving.choice.dice import taken_up

    partly = columns[amount < 1 - LEAST_VIOLATION]
    some, taken = pool.some(partly), amount[amount < 1 - LEAST_VIOLATION]
    orders, listed = np.unique(some.listed, return_inverse=True)
    if len(orders) < subsets.LEAST_SIZE:
        return []
    of_order = some.owner[np.argsort(listed, kind="stable")]
    of_first = np.r_[0, np.cumsum(np.bincount(listed, minlength=len(orders)))]
    found: dict[RankOne, float] = {}
    for below in DIVISORS:
        dice = taken_up(seed * (1 + max(DIVISORS)) + below)
        every, values = subsets.broken(
            below, BEGINNINGS, min(MOST_BEGUN_WITH, len(orders)), of_first, of_order, taken, LEAST_VIOLATION, dice
        )
        for times, value in zip(every, values.tolist(), strict=True):
            own = np.flatnonzero(times)
            row = RankOne(orders=tuple(orders[own].tolist()), times=tuple(times[own].tolist()), below=below)
            found[row] = value
    return sorted(found, key=lambda row: (-found[row], row.below, row.orders, row.times))[:most]


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

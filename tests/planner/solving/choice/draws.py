"""Small pools of columns, told by hand or drawn, and the best choice of them by trying all choices and all starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random

import numpy as np

from planner.solving.choice.pools import Pool

Hold = tuple[int, int, int]
"""Limit, from, until."""
Column = tuple[float, int, int, Sequence[int], Sequence[Hold]]
"""Cost, first and last start, orders, holds."""
Job = tuple[int, int, Sequence[Hold]]
"""First and last start, holds."""


def pool_of(*columns: Column, labels: Sequence[int] | None = None) -> Pool:
    listed = [list(orders) for _, _, _, orders, _ in columns]
    holds = [list(one) for _, _, _, _, one in columns]
    every = [hold for one in holds for hold in one]
    return Pool(
        cost=np.array([column[0] for column in columns], np.float64),
        opens=np.array([column[1] for column in columns], np.int64),
        closes=np.array([column[2] for column in columns], np.int64),
        first=np.cumsum([0, *map(len, listed)]).astype(np.int64),
        listed=np.array([order for one in listed for order in one], np.int64),
        use_first=np.cumsum([0, *map(len, holds)]).astype(np.int64),
        limit=np.array([hold[0] for hold in every], np.int64),
        from_tick=np.array([hold[1] for hold in every], np.int64),
        until_tick=np.array([hold[2] for hold in every], np.int64),
        label=np.array(range(100, 100 + len(columns)) if labels is None else labels, np.int64),
    )


def columns_of(pool: Pool) -> list[Column]:
    told = []
    for k in range(len(pool)):
        uses = pool.uses(k)
        holds = zip(
            pool.limit[uses].tolist(), pool.from_tick[uses].tolist(), pool.until_tick[uses].tolist(), strict=True
        )
        told.append(
            (float(pool.cost[k]), int(pool.opens[k]), int(pool.closes[k]), pool.orders(k).tolist(), list(holds))
        )
    return told


def drawn(seed: int, *, orders: int = 4, columns: int = 9, wide: int = 8) -> tuple[Pool, np.ndarray, np.ndarray]:
    """Return a pool, what leaving out each order costs, and how much there is of limits: drones, a pad, gates."""
    r = Random(f"pool {seed}")
    made: list[Column] = []
    for _ in range(columns):
        size = r.choice([1, 1, 2, min(3, orders)])
        opens, lasts, lands = r.randrange(24 - wide), r.randrange(3, 8), r.randrange(1, 3)
        holds = [(0, 0, lasts), (1, lands, lands + r.choice([1, 2]))]
        if r.random() < 0.4:
            holds += [(2, 1, 5), (2, lasts, lasts + 4)]
        cost = float(r.choice([3, 5, 6, 8]) + size)
        made.append((cost, opens, opens + r.randrange(wide), r.sample(range(orders), size), holds))
    leaving = np.array([r.choice([7.0, 9.0, 14.0]) for _ in range(orders)])
    return pool_of(*made), leaving, np.array([r.choice([1, 2]), 1, 2])


def jobs(pool: Pool, chosen: Sequence[int]) -> list[Job]:
    told = columns_of(pool)
    return [(told[k][1], told[k][2], told[k][4]) for k in chosen]


def can_be_flown(wanted: Sequence[Job], capacity: Sequence[int]) -> bool:
    """Tell whether there is a start for each so that no limit is exceeded in any tick, by trying all of them."""
    return _flown(list(wanted), [int(most) for most in capacity], Counter())


def _flown(wanted: list[Job], capacity: list[int], held: Counter[tuple[int, int]]) -> bool:
    if not wanted:
        return True
    first, last, holds = wanted[0]
    for start in range(first, last + 1):
        now = held + Counter((limit, start + tick) for limit, begin, end in holds for tick in range(begin, end))
        if all(count <= capacity[limit] for (limit, _), count in now.items()) and _flown(wanted[1:], capacity, now):
            return True
    return False


def choices(pool: Pool) -> Iterator[tuple[int, ...]]:
    """Yield every choice of columns that serves no order twice."""
    sets = [frozenset(column[3]) for column in columns_of(pool)]

    def more(begin: int, taken: tuple[int, ...], served: frozenset[int]) -> Iterator[tuple[int, ...]]:
        yield taken
        for k in range(begin, len(sets)):
            if not sets[k] & served:
                yield from more(k + 1, (*taken, k), served | sets[k])

    yield from more(0, (), frozenset())


def cost_of(pool: Pool, leaving: np.ndarray, chosen: Sequence[int]) -> float:
    told = columns_of(pool)
    served = {order for k in chosen for order in told[k][3]}
    return sum(told[k][0] for k in chosen) + sum(float(leaving[k]) for k in range(len(leaving)) if k not in served)


def cheapest(pool: Pool, leaving: np.ndarray, capacity: np.ndarray) -> float:
    """Return what the best choice that can be flown costs."""
    told = sorted((cost_of(pool, leaving, chosen), chosen) for chosen in choices(pool))
    return next(cost for cost, chosen in told if can_be_flown(jobs(pool, chosen), capacity.tolist()))

"""Plans by ruin and recreate."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from planner.solving.choice.pools import Pool
from planner.solving.choice.rebuilding import Rebuilder, nearest
from tests.planner.solving.choice import draws
from tests.planner.solving.choice.draws import pool_of


def over(pool: Pool, leaving: np.ndarray, capacity: np.ndarray) -> Rebuilder:
    return Rebuilder(pool=pool, near=pool.cost, leaving=leaving, capacity=capacity)


def test_what_a_plan_costs_is_its_columns_and_what_it_leaves_out() -> None:
    for seed in range(20):
        pool, leaving, capacity = draws.drawn(seed)
        chosen = Random(seed).choice([*draws.choices(pool)])
        starts = np.full(len(pool), -1)
        starts[list(chosen)] = pool.opens[list(chosen)]
        cost = draws.cost_of(pool, leaving, chosen)
        assert over(pool, leaving, capacity).cost(starts) == pytest.approx(cost)


def test_without_columns_there_is_one_plan() -> None:
    rebuilder, none = over(pool_of(), np.array([4.0, 5.0]), np.array([1])), np.zeros(0, np.int64)
    best, _ = rebuilder.rebuilt(none, none, rounds=10, seed=1, warm=1.0, cold=0.1)
    assert (best.tolist(), rebuilder.cost(best)) == ([], 9.0)


def test_what_is_rebuilt_costs_no_more_than_the_best_plan_known() -> None:
    for seed in range(20):
        pool, leaving, capacity = draws.drawn(seed, orders=5, columns=12)
        rebuilder, none = over(pool, leaving, capacity), np.full(12, -1)
        known, _ = rebuilder.rebuilt(none, none, rounds=30, seed=1, warm=0.3, cold=0.01)
        best, _ = rebuilder.rebuilt(none, known, rounds=30, seed=2, warm=9.0, cold=9.0)
        assert draws.cheapest(pool, leaving, capacity) - 1e-9 <= rebuilder.cost(best) <= rebuilder.cost(known) + 1e-9


def test_the_nearest_columns_of_each_order_are_told_those_of_one_order_and_some_always() -> None:
    pool = pool_of(*[(1.0, 0, 0, orders, []) for orders in ([0, 1], [0, 1], [1, 2], [2], [0], [1, 2])])
    near = np.array([3.0, 1.0, 2.0, 9.0, 8.0, 7.0])
    assert nearest(pool, near, 3, 1, np.zeros(0, np.int64)).tolist() == [1, 2, 3, 4]
    assert nearest(pool, near, 3, 1, np.array([5])).tolist() == [1, 2, 3, 4, 5]
    assert nearest(pool, near, 3, 9, np.zeros(0, np.int64)).tolist() == [0, 1, 2, 3, 4, 5]

"""Linear programmes over pieces, with the rows that their answers break."""

from __future__ import annotations

import numpy as np
import pytest

from planner.solving.choice.linear import Linear
from planner.solving.choice.masters import OutOfTime
from planner.solving.choice.pieces import Rows, cut, overfull
from planner.solving.choice.pools import joined
from tests.planner.solving.choice import draws


def solved(seed: int, grid: int = 1) -> Linear:
    pool, leaving, capacity = draws.drawn(seed, orders=5, columns=12)
    linear = Linear(pool, cut(pool, grid), leaving, Rows(capacity=capacity), [])
    linear.solve()
    return linear


def test_no_limit_is_exceeded_where_pieces_surely_hold_it() -> None:
    looked_at = 0
    for seed in range(30):
        linear = solved(seed)
        master = linear.master
        assert not overfull(master.pool, linear.pieces, *linear.taken, master.rows.capacity)
        looked_at += len(master.rows.keys)
    assert looked_at > 10


def test_its_root_is_its_value_and_no_plan_costs_less() -> None:
    for seed in range(30):
        linear = solved(seed, grid=4)
        assert linear.root == pytest.approx(linear.answer.value, abs=1e-5)
        assert (
            linear.root <= draws.cheapest(linear.master.pool, linear.master.leaving, linear.master.rows.capacity) + 1e-5
        )


def test_a_programme_that_was_widened_is_worth_what_one_made_at_once_is() -> None:
    for seed in range(20):
        pool, leaving, capacity = draws.drawn(seed, orders=5, columns=12)
        half, other = pool.some(np.arange(6)), pool.some(np.arange(6, 12))
        grown = Linear(half, cut(half, 2), leaving, Rows(capacity=capacity), [])
        grown.solve()
        whole = joined([half, other])
        grown.widen(whole, cut(whole, 2))
        assert grown.least()[6:].tolist() == [0.0] * 6
        grown.solve()
        assert grown.root == pytest.approx(solved(seed, grid=2).root, abs=1e-5)


def test_the_least_of_a_column_is_that_of_its_best_piece() -> None:
    linear = solved(3)
    for column, least in enumerate(linear.least().tolist()):
        assert least == linear.reduced[linear.pieces.column == column].min()


def test_before_it_is_solved_all_are_alike() -> None:
    pool, leaving, capacity = draws.drawn(1)
    assert Linear(pool, cut(pool, 1), leaving, Rows(capacity=capacity), []).least().tolist() == [0.0] * len(pool)


def test_out_of_time_is_told() -> None:
    class Over:
        left_s: float | None = 0.0

    pool, leaving, capacity = draws.drawn(1)
    linear = Linear(pool, cut(pool, 1), leaving, Rows(capacity=capacity), [])
    with pytest.raises(OutOfTime):
        linear.solve(Over())

"""Multiples of orders whose rounded rows are broken."""

from __future__ import annotations

from random import Random

import numpy as np

from planner.solving.choice import subsets
from planner.solving.choice.dice import taken_up


def by_order(columns: list[set[int]], orders: int) -> tuple[np.ndarray, np.ndarray]:
    serving = [[k for k, column in enumerate(columns) if order in column] for order in range(orders)]
    first = np.cumsum([0, *map(len, serving)])
    return first, np.array([k for listed in serving for k in listed], np.int64)


def broken_by(columns: list[set[int]], amount: list[float], times: list[int], q: int) -> float:
    """Return by how much a row is broken, worked out from its definition."""
    taken = sum(share * (sum(times[k] for k in column) // q) for share, column in zip(amount, columns, strict=True))
    return taken - sum(times) // q


def found(columns: list[set[int]], amount: list[float], orders: int, q: int, seed: int = 1) -> list[list[int]]:
    told, values = subsets.broken(
        q, 30, orders, *by_order(columns, orders), np.array(amount), 0.02, taken_up(seed)
    )  # fmt: skip
    for times, value in zip(told.tolist(), values.tolist(), strict=True):
        assert abs(value - broken_by(columns, amount, times, q)) < 1e-9
        assert value >= 0.02
        assert 0 <= min(times) <= max(times) < q
    return told.tolist()


def test_the_row_of_five_orders_in_a_ring_is_found_that_rows_of_three_do_not_cut_off() -> None:
    ring = [{k, (k + 1) % 5} for k in range(5)]
    assert [1, 1, 1, 1, 1] in found(ring, [0.5] * 5, 5, 2)


def test_the_row_is_found_that_asks_for_two_sorties_where_four_orders_fly_in_threes() -> None:
    threes = [{0, 1, 2}, {0, 1, 3}, {0, 2, 3}, {1, 2, 3}]
    assert [2, 2, 2, 2] in found(threes, [1 / 3] * 4, 4, 3)


def test_what_is_found_is_broken_by_as_much_as_told() -> None:
    several = 0
    for seed in range(40):
        r = Random(seed)
        columns = [set(r.sample(range(8), r.choice([2, 3, 3]))) for _ in range(14)]
        amount = [r.choice([0.25, 0.5]) for _ in columns]
        for q in (2, 3, 4, 5):
            several += len(found(columns, amount, 8, q, seed)) > 1
    assert several > 40


def test_no_row_of_whole_columns_is_broken() -> None:
    assert found([{0, 1}, {2, 3, 4}, {5}], [1.0, 1.0, 1.0], 6, 2) == []


def test_the_same_seed_finds_the_same() -> None:
    r = Random(4)
    columns = [set(r.sample(range(9), 3)) for _ in range(20)]
    assert found(columns, [0.3] * 20, 9, 3, seed=5) == found(columns, [0.3] * 20, 9, 3, seed=5)

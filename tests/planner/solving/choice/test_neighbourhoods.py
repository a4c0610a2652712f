"""Large neighbourhoods of a plan."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from planner.solving.choice.neighbourhoods import Neighbourhoods
from planner.solving.choice.picking import Picked
from planner.solving.choice.pools import Pool
from tests.planner.solving.choice import draws
from tests.planner.solving.choice.draws import columns_of, pool_of
from tests.planner.solving.choice.test_picking import can_be_flown


def over(pool: Pool, leaving: np.ndarray, capacity: np.ndarray) -> Neighbourhoods:
    return Neighbourhoods(pool=pool, near=pool.cost, leaving=leaving, capacity=capacity)


def some_plan(pool: Pool, leaving: np.ndarray, capacity: np.ndarray, seed: int) -> np.ndarray:
    """Return a plan that can be flown, made out of any choice."""
    wanted = np.full(len(pool), -1)
    chosen = list(Random(seed).choice([*draws.choices(pool)]))
    wanted[chosen] = pool.opens[chosen]
    return over(pool, leaving, capacity).fitted(wanted)


def test_with_all_orders_and_all_columns_the_best_plan_is_found() -> None:
    better = 0
    for seed in range(30):
        pool, leaving, capacity = draws.drawn(seed, orders=5, columns=12)
        table, begin = over(pool, leaving, capacity), some_plan(pool, leaving, capacity, seed)
        found = table.improved(begin, np.arange(5), columns=99).starts
        best = draws.cheapest(pool, leaving, capacity)
        if found is None:
            assert table.cost(begin) == pytest.approx(best)
            continue
        better += 1
        assert can_be_flown(pool, found, capacity)
        assert table.cost(found) == pytest.approx(best)
    assert better > 5


def test_orders_beside_the_neighbourhood_are_flown_as_before_or_left_out() -> None:
    changed = 0
    for seed in range(60):
        pool, leaving, capacity = draws.drawn(seed, orders=5, columns=14)
        begin = some_plan(pool, leaving, capacity, seed)
        flown = np.flatnonzero(begin >= 0)
        if len(flown) < 2:
            continue
        orders = np.setdiff1d(np.arange(5), pool.orders(int(flown[0])))
        table = over(pool, leaving, capacity)
        found = table.improved(begin, orders, columns=99).starts
        if found is not None:
            changed += 1
            for column in np.setdiff1d(np.flatnonzero(found >= 0), flown).tolist():
                assert set(pool.orders(column).tolist()) <= set(orders.tolist())
            assert can_be_flown(pool, found, capacity)
            assert table.cost(found) < table.cost(begin)
    assert changed > 3


def test_a_plan_is_fitted_as_it_is_where_it_can_be_flown_and_never_serves_twice() -> None:
    repaired = 0
    for seed in range(40):
        pool, leaving, capacity = draws.drawn(seed, orders=5, columns=12)
        wanted = np.full(len(pool), -1)
        chosen = list(Random(seed).choice([*draws.choices(pool)]))
        wanted[chosen] = pool.opens[chosen]
        fitted = over(pool, leaving, capacity).fitted(wanted)
        assert can_be_flown(pool, fitted, capacity)
        flown = np.flatnonzero(fitted >= 0).tolist()
        listed = [order for k in flown for order in pool.orders(k).tolist()]
        assert len(listed) == len(set(listed))
        if draws.can_be_flown(draws.jobs(pool, chosen), capacity.tolist()):
            assert set(flown) == set(chosen)
        else:
            repaired += 1
    assert repaired > 3


def test_a_column_is_shut_out_only_where_it_cannot_be_flown_beside_the_others() -> None:
    shut = 0
    for seed in range(40):
        pool, leaving, capacity = draws.drawn(seed, columns=14, wide=3)
        told = columns_of(pool)
        columns, others = np.arange(1, len(pool)), np.array([0])
        out = over(pool, leaving, capacity)._shut_out(columns, others)
        for column in columns[out].tolist():
            both = [(told[k][1], told[k][2], told[k][4]) for k in (0, column)]
            assert not draws.can_be_flown(both, capacity.tolist())
        shut += int(out.sum())
    assert shut > 20


def test_among_too_few_columns_the_plan_stays_as_it_is() -> None:
    pool = pool_of((5.0, 0, 0, [0], []), (1.0, 0, 0, [0], []))
    table = Neighbourhoods(
        pool=pool, near=np.array([0.0, 1.0]), leaving=np.array([9.0]), capacity=np.array([], np.int64)
    )
    assert table.improved(np.array([0, -1]), np.array([0]), columns=1).starts is None
    found = table.improved(np.array([0, -1]), np.array([0]), columns=2).starts
    assert found is not None
    assert found.tolist() == [-1, 0]


def test_what_a_plan_loses_is_told_by_order() -> None:
    pool = pool_of((3.0, 0, 0, [0, 1], []), (5.0, 0, 0, [2], []))
    table = Neighbourhoods(
        pool=pool, near=np.array([2.0, -1e-9]), leaving=np.array([9.0, 9.0, 9.0, 7.0]), capacity=np.array([], np.int64)
    )
    assert table.worst(np.array([0, 0])).tolist() == [1.0, 1.0, 0.0, 7.0]
    assert table.cost(np.array([0, 0])) == 15.0


def test_sorties_beside_the_neighbourhood_keep_their_times() -> None:
    # One pad, held for 5: the sortie of the first order could give way, but it is not asked to.
    pool = pool_of((1.0, 0, 9, [0], [(0, 0, 5)]), (3.0, 0, 9, [1], []), (1.0, 0, 0, [1], [(0, 0, 5)]))
    table = over(pool, np.array([9.0, 9.0]), np.array([1]))
    assert table.improved(np.array([3, 0, -1]), np.array([1]), columns=9).starts is None
    found = table.improved(np.array([5, 0, -1]), np.array([1]), columns=9).starts
    assert found is not None
    assert found.tolist() == [5, -1, 0]


def test_a_pass_cut_short_says_that_it_has_not_looked_at_all_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    pool, leaving, capacity = draws.drawn(3, orders=6, columns=40)
    begin, table = some_plan(pool, leaving, capacity, 3), over(pool, leaving, capacity)
    assert table.improved(begin, np.arange(6), columns=99).settled
    known = Picked(starts=begin, cost=table.cost(begin), bound=0.9 * table.cost(begin))
    monkeypatch.setattr("planner.solving.choice.neighbourhoods.picked", lambda *_, **__: known)
    told = table.improved(begin, np.arange(6), columns=99)
    assert told.starts is None
    assert not told.settled


def test_one_programme_over_all_prices_what_parts_by_themselves_take_for_free() -> None:
    # Each of two orders is cheapest by a column that holds the only pad all day, or dearer without it.
    pool = pool_of(
        (1.0, 0, 0, [0], [(0, 0, 9)]), (4.0, 0, 0, [0], []), (1.0, 0, 0, [1], [(0, 0, 9)]), (3.0, 0, 0, [1], [])
    )
    alone = Neighbourhoods(
        pool=pool, near=np.array([0.0, 3.0, 0.0, 2.0]), leaving=np.array([9.0, 9.0]), capacity=np.array([1])
    )
    near = alone.priced(10, parts=1).near
    assert near[0] == pytest.approx(0.0)
    assert near[3] == pytest.approx(0.0)
    assert near.min() >= -1e-9

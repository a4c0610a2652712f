from __future__ import annotations

from random import Random

import numpy as np
import pytest

from planner.solving.choice.pools import Pool, Reserve, joined, undominated
from tests.planner.solving.choice import draws
from tests.planner.solving.choice.draws import Column, columns_of, pool_of

NONE = np.zeros(0, np.int64)


def test_some_columns_are_told_in_the_sequence_they_are_asked_for_and_twice_if_asked_twice() -> None:
    pool, _, _ = draws.drawn(1)
    told, asked = columns_of(pool), [5, 0, 0, 8]
    some = pool.some(np.array(asked))
    assert columns_of(some) == [told[k] for k in asked]
    assert some.label.tolist() == [100 + k for k in asked]
    assert len(pool.some(NONE)) == 0
    assert pool.some(NONE).use_first.tolist() == [0]


def test_joined_pools_hold_all_columns_one_after_the_other() -> None:
    one, other = draws.drawn(1)[0], draws.drawn(2)[0]
    none = one.some(NONE)
    both = joined([none, one, none, other])
    assert columns_of(both) == columns_of(one) + columns_of(other)
    assert both.label.tolist() == [*one.label, *other.label]
    assert columns_of(joined([none, none])) == []


def test_reduced_costs_are_costs_less_worths() -> None:
    pool, _, _ = draws.drawn(3)
    worth = np.array([0.5, 2.0, -1.0, 4.0])
    expected = [cost - sum(worth[k] for k in orders) for cost, _, _, orders, _ in columns_of(pool)]
    assert pool.reduced(worth).tolist() == pytest.approx(expected)


def test_owners_tell_whose_orders_and_holds_they_are() -> None:
    pool = pool_of((1.0, 0, 0, [2, 1], []), (1.0, 0, 0, [0], [(0, 0, 1), (1, 0, 1)]), (1.0, 0, 0, [3], [(0, 0, 2)]))
    assert pool.owner.tolist() == [0, 0, 1, 2]
    assert pool.use_owner.tolist() == [1, 1, 2]


BEST: Column = (5.0, 10, 20, [3, 1], [(0, 0, 9), (1, 4, 6)])
WORSE: list[Column] = [
    (5.1, 10, 20, [3, 1], [(0, 0, 9), (1, 4, 6)]),
    (5.0, 11, 20, [1, 3], [(0, 0, 9), (1, 4, 6)]),
    (5.0, 10, 19, [3, 1], [(0, 0, 9), (1, 4, 6)]),
    (5.0, 10, 20, [3, 1], [(0, 0, 10), (1, 4, 6)]),
    (5.0, 10, 20, [3, 1], [(0, 0, 9), (1, 3, 6)]),
    BEST,
]
APART: list[Column] = [
    (4.9, 10, 20, [3, 1], [(0, 0, 10), (1, 4, 6)]),
    (6.0, 9, 20, [3, 1], [(0, 0, 9), (1, 4, 6)]),
    (6.0, 10, 21, [3, 1], [(0, 0, 9), (1, 4, 6)]),
    (6.0, 10, 20, [3, 1], [(0, 0, 8), (1, 4, 6)]),
    (6.0, 10, 20, [3, 1], [(0, 0, 9), (2, 4, 6)]),
    (6.0, 10, 20, [3], [(0, 0, 9), (1, 4, 6)]),
    (6.0, 10, 20, [3, 1, 0], [(0, 0, 9), (1, 4, 6)]),
]


@pytest.mark.parametrize("other", WORSE)
def test_a_column_that_is_no_better_in_anything_is_dropped(other: Column) -> None:
    assert undominated(pool_of(BEST, other), np.zeros(2, np.int64)).tolist() == [0]
    assert len(undominated(pool_of(other, BEST), np.zeros(2, np.int64))) == 1


@pytest.mark.parametrize("other", APART)
def test_a_column_that_is_better_in_anything_is_kept(other: Column) -> None:
    assert undominated(pool_of(BEST, other), np.zeros(2, np.int64)).tolist() == [0, 1]


def test_columns_of_another_kind_are_kept() -> None:
    assert undominated(pool_of(BEST, BEST, BEST), np.array([0, 1, 1])).tolist() == [0, 1]


def test_what_is_dropped_is_beaten_by_something_kept_and_nothing_kept_is() -> None:
    r = Random(4)
    dropped = 0
    for _ in range(40):
        columns: list[Column] = [
            (r.choice([1.0, 2.0]), r.randrange(3), r.randrange(3, 6), r.choice([[0], [0, 1], [1, 0]]),
             [(0, 0, r.choice([2, 3])), (r.choice([1, 2]), r.choice([0, 1]), 4)])
            for _ in range(14)
        ]  # fmt: skip
        kept = undominated(pool_of(*columns), np.zeros(14, np.int64)).tolist()
        for k, column in enumerate(columns):
            beaten = any(beats(columns[other], column) for other in kept if other != k)
            assert beaten == (k not in kept)
        dropped += 14 - len(kept)
    assert dropped > 100


def beats(one: Column, other: Column) -> bool:
    holds = zip(one[4], other[4], strict=True)
    return (
        one[0] <= other[0]
        and one[1] <= other[1]
        and one[2] >= other[2]
        and set(one[3]) == set(other[3])
        and all(a[0] == b[0] and a[1] >= b[1] and a[2] <= b[2] for a, b in holds)
    )


def test_a_pool_of_nothing_has_nothing_dominated() -> None:
    none: Pool = draws.drawn(1)[0].some(NONE)
    assert undominated(none, NONE).tolist() == []


def test_a_reserve_tells_each_column_once_and_those_worth_it_first() -> None:
    pool = pool_of(*((float(cost), 0, 9, [0], [(0, 0, 3)]) for cost in (5, 1, 4, 2, 3)))
    reserve, worth = Reserve(pool, batch=2), np.array([3.5])
    first = reserve(worth, -0.1, 99)
    assert first is not None
    assert first.cost.tolist() == [1.0, 2.0]
    rest = reserve(worth, -0.1, 99)
    assert rest is not None
    assert rest.cost.tolist() == [3.0]
    nothing_more = reserve(worth, -0.1, 99)
    assert nothing_more is not None
    assert not len(nothing_more)
    dearer = reserve(worth, 9.0, 99)
    assert dearer is not None
    assert dearer.cost.tolist() == [5.0, 4.0]


def test_a_reserve_tells_nothing_where_more_columns_may_be_worth_it_than_may_be_told() -> None:
    reserve = Reserve(pool_of(*[(3.0, 0, 9, [0], [(0, 0, 3)])] * 4))
    assert reserve(np.array([3.0]), 0.0, 3) is None
    found = reserve(np.array([3.0]), 0.0, 4)
    assert found is not None
    assert len(found) == 4
